"""The seniority part: years worked in this kind of job, computed from dates, against what the posting asks."""

from __future__ import annotations

from dataclasses import dataclass

from jobagent_desktop.agents.reading.person import Person, Position
from jobagent_desktop.agents.reading.posting_terms import PostingTerms
from jobagent_desktop.agents.reading.titles import likeness, read_title
from jobagent_desktop.domain.match import PartKind, ScorePart
from jobagent_desktop.domain.posting import Posting

MAXIMUM = 12
_ASKED_BY_LEVEL = {"junior": 0, "mid": 2, "senior": 5, "lead": 7}
"""Years that a level in a title usually stands for, where the posting gives none."""
_TOO_MUCH_FOR_JUNIOR = 4
_ALIKE = 0.3
_SHARED_SKILLS = 2


@dataclass(frozen=True, slots=True)
class Relevant:
    """The positions that count for a posting, and the months worked in them."""

    positions: tuple[Position, ...]
    months: int

    @property
    def years(self) -> int:
        """Whole years."""
        return self.months // 12


def relevant(person: Person, posting: Posting, terms: PostingTerms) -> Relevant:
    """Positions whose title is like the posting's, or that show at least two of the hard skills it asks."""
    asked = {skill.name for term in terms.terms for skill in term.skills if skill.kind != "soft"}
    chosen = tuple(
        position
        for position in person.positions
        if likeness(position.title, posting.title) >= _ALIKE or len(position.skills & asked) >= _SHARED_SKILLS
    )
    return Relevant(chosen, person.months(chosen))


def seniority_part(person: Person, posting: Posting, terms: PostingTerms) -> ScorePart:
    fitting = relevant(person, posting, terms)
    have = _years_phrase(fitting.months)
    evidence = tuple(quote for quote in (terms.years_quote, *_quotes(fitting)) if quote)
    undated = bool(person.positions) and all(position.span is None for position in person.positions)
    asked = terms.years or _ASKED_BY_LEVEL.get(terms.seniority, -1)
    wish = (
        f"{terms.years}+ years are asked" if terms.years else f"A {terms.seniority} level is asked" if terms.seniority else ""
    )

    def part(points: float, reason: str) -> ScorePart:
        return ScorePart(PartKind.SENIORITY, max(0, min(MAXIMUM, round(points))), MAXIMUM, reason, evidence)

    if undated:
        return part(MAXIMUM / 2, "Your positions carry no dates, so years of experience cannot be counted.")
    if not fitting.positions:
        if terms.seniority == "junior" and not terms.years:
            return part(8, "A junior level is asked; you have not worked in this kind of job yet.")
        if asked <= 0:
            return part(3, "The posting does not say how much experience it asks; none of your positions is of this kind.")
        return part(0, f"{wish}; none of your positions is of this kind.")
    if asked < 0:
        return part(9, f"The posting does not say how much experience it asks; you have {have} in this kind of work.")
    if terms.seniority == "junior" and not terms.years:
        too_much = fitting.months / 12 - _TOO_MUCH_FOR_JUNIOR
        if too_much > 0:
            return part(max(2.0, 8 - too_much), f"{wish}; with {have} in this kind of work you may be seen as too senior.")
        return part(MAXIMUM, f"{wish}; you have {have} in this kind of work.")
    share = fitting.months / 12 / asked if asked else 1.0
    if share >= 1:
        leads = terms.seniority == "lead" and not any(
            read_title(title).level in ("lead", "senior") for title in _own_titles(person)
        )
        if leads:
            return part(8, f"{wish}; you have {have}, but no title of yours is a senior or leading one.")
        return part(MAXIMUM, f"{wish}; you have {have} in this kind of work.")
    return part(MAXIMUM * share * share, f"{wish}; you have {have} in this kind of work.")


def _own_titles(person: Person) -> list[str]:
    return [person.resume.basics.label, *(position.title for position in person.positions)]


def _quotes(fitting: Relevant) -> tuple[str, ...]:
    return tuple(
        f"{position.title}, {position.employer}" if position.employer else position.title for position in fitting.positions[:3]
    )


def _years_phrase(months: int) -> str:
    years = months // 12
    if years >= 1:
        return "1 year" if years == 1 else f"{years} years"
    return f"{months} months" if months > 1 else "less than two months"
