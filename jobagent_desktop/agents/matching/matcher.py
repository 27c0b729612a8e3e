"""Scores a posting against a profile: six parts with plain reasons that add up, what is missing, and what no score can heal."""

from __future__ import annotations

from dataclasses import replace

from jobagent_desktop.agents.matching.language_part import language_part
from jobagent_desktop.agents.matching.pay_part import pay_part
from jobagent_desktop.agents.matching.place_part import place_part
from jobagent_desktop.agents.matching.seniority_part import relevant, seniority_part
from jobagent_desktop.agents.matching.skill_part import SkillFit, skill_fit, skill_part
from jobagent_desktop.agents.matching.title_part import title_part
from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.agents.reading.posting_terms import PostingTerms
from jobagent_desktop.agents.reading.words import listed
from jobagent_desktop.domain.match import Match, PartKind, ScorePart
from jobagent_desktop.domain.posting import Posting

STRONG, GOOD, PARTIAL = 75, 55, 35
"""Scores from which a match is called so."""
_SOME = 3
_CAN_SPOIL = frozenset({PartKind.PLACE, PartKind.LANGUAGE})
_SPOILT = 2
"""A place or language that gets no more points than this is told beside the grade."""
_OTHER_FIELD = 0.25
"""Below this share of the points for skills and title the work is another field: good conditions then count half.

So they do below twice as much when neither the title nor any position is like the posting's.
"""
_STRANGE_TITLE = 0.2


def match(person: Person, posting: Posting, terms: PostingTerms) -> Match:
    """The match. Its parts' maxima add up to 100 and their points to the score."""
    title = title_part(person, posting)
    fit = skill_fit(person, terms)
    skills = skill_part(person, fit, title.points / title.maximum)
    language, hard_no = language_part(person, terms)
    conditions = [place_part(person, posting, terms), pay_part(person, posting), language]
    seniority = seniority_part(person, posting, terms)
    work = (skills.points + title.points) / (skills.maximum + title.maximum)
    strange = title.points < title.maximum * _STRANGE_TITLE and not relevant(person, posting, terms).positions
    other_field = work < _OTHER_FIELD or (strange and work < 2 * _OTHER_FIELD)
    if other_field:
        conditions = [_halved(part) for part in conditions]
    parts = (skills, title, seniority, *conditions)
    score = sum(part.points for part in parts)
    return Match(
        score,
        _verdict(score, fit, hard_no, conditions, other_field=other_field),
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


def _verdict(score: int, fit: SkillFit, hard_no: tuple[str, ...], conditions: list[ScorePart], *, other_field: bool) -> str:
    grade = _grade(score, fit)
    if hard_no:
        return f"{hard_no[0]} Otherwise a {grade} match."
    opening = f"{grade.capitalize()} match."
    if other_field:
        return f"{opening} The work is of another kind than yours."
    sentences = [opening, _skills_sentence(fit)]
    sentences += [f"But: {part.reason}" for part in conditions if part.kind in _CAN_SPOIL and part.points <= _SPOILT][:1]
    return " ".join(sentences)


def _grade(score: int, fit: SkillFit) -> str:
    required = fit.hard_required
    if len(required) >= _SOME and len(required) - len(fit.hard_missing) < len(required) / 3:
        score = min(score, GOOD - 1)  # good conditions do not make a good match
    return "strong" if score >= STRONG else "good" if score >= GOOD else "partial" if score >= PARTIAL else "weak"


def _skills_sentence(fit: SkillFit) -> str:
    required, missing = fit.hard_required, [term.label for term in fit.hard_missing]
    total = len(required)
    if not total:
        return "The posting names no skills to compare."
    if not missing:
        every = {1: "the one required skill", 2: "both required skills"}.get(total, f"all {total} required skills")
        return f"You have {every}."
    named = listed(missing[:3]) if len(missing) <= 3 else f"{', '.join(missing[:3])} and {len(missing) - 3} more"
    if len(missing) == total:
        return f"You have none of the {total} required skills: {named}." if total > 1 else f"Missing: {named}."
    return f"You have {total - len(missing)} of {total} required skills; missing: {named}."
