"""Scores a posting against a profile: six parts with plain reasons that add up, what is missing, and what no score can heal."""

from __future__ import annotations

from dataclasses import replace

from jobagent_desktop.agents.parts.experience import seniority_part
from jobagent_desktop.agents.parts.language import language_part
from jobagent_desktop.agents.parts.pay import pay_part
from jobagent_desktop.agents.parts.place import place_part
from jobagent_desktop.agents.parts.skill import SkillFit, skill_fit, skill_part
from jobagent_desktop.agents.parts.title import title_part
from jobagent_desktop.agents.person import Person
from jobagent_desktop.agents.posting_terms import PostingTerms
from jobagent_desktop.agents.words import listed
from jobagent_desktop.domain.match import Match, ScorePart
from jobagent_desktop.domain.posting import Posting

STRONG, GOOD, PARTIAL = 75, 55, 35
"""Scores from which a match is called so."""
_OTHER_FIELD = 0.25
"""Below this share of the points for skills and title the work is another field: good conditions then count half."""


def match(person: Person, posting: Posting, terms: PostingTerms) -> Match:
    """The match. Its parts' maxima add up to 100 and their points to the score."""
    title = title_part(person, posting)
    fit = skill_fit(person, terms)
    skills = skill_part(person, fit, title.points / title.maximum)
    language, hard_no = language_part(person, terms)
    conditions = [place_part(person, posting, terms), pay_part(person, posting), language]
    work = (skills.points + title.points) / (skills.maximum + title.maximum)
    if work < _OTHER_FIELD:
        conditions = [_halved(part) for part in conditions]
    parts = (skills, title, seniority_part(person, posting, terms), *conditions)
    score = sum(part.points for part in parts)
    return Match(
        score,
        _verdict(score, fit, hard_no, other_field=work < _OTHER_FIELD),
        parts,
        tuple(term.label for term in fit.required_have),
        tuple(term.label for term in fit.required_missing),
        tuple(term.label for term in fit.preferred_have),
        tuple(term.label for term in fit.preferred_missing),
        hard_no,
    )


def _halved(part: ScorePart) -> ScorePart:
    if not part.points:
        return part
    return replace(part, points=part.points // 2, reason=f"{part.reason} It counts half, because the work is of another kind.")


def _verdict(score: int, fit: SkillFit, hard_no: tuple[str, ...], *, other_field: bool) -> str:
    grade = (
        "Strong match." if score >= STRONG else "Good match." if score >= GOOD else "Partial match." if score >= PARTIAL else ""
    )
    if hard_no:
        return f"{grade or 'Weak match.'} But: {hard_no[0]}"
    if other_field:
        return f"{grade or 'Weak match.'} The work is of another kind than yours."
    missing = [term.label for term in fit.required_missing]
    have = len(fit.required_have)
    total = have + len(missing)
    if not total:
        return f"{grade or 'Weak match.'} The posting names no skills to compare."
    if not missing:
        what = "the one required skill" if total == 1 else f"all {total} required skills"
        return f"{grade or 'Weak match.'} You have {what}."
    named = listed(missing[:3]) if len(missing) <= 3 else f"{', '.join(missing[:3])} and {len(missing) - 3} more"
    return f"{grade or 'Weak match.'} You have {have} of {total} required skills; missing: {named}."
