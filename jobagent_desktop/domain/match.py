"""How well a posting fits the profile: a number that can always be asked why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PartKind(StrEnum):
    SKILLS = "skills"
    TITLE = "title"
    SENIORITY = "seniority"
    PLACE = "place"
    PAY = "pay"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One reason for the score. `points` of `maximum`; the reason is a sentence for the user.

    `evidence` are short quotes: from the posting first, then from the profile.
    """

    kind: PartKind
    points: int
    maximum: int
    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """The score 0-100 (the parts' points add up to it), why, and what the posting asks that the profile lacks.

    `hard_no`: sentences for what no score can make good (a language that is not spoken); shown, never hidden in a number.
    """

    score: int
    verdict: str
    parts: tuple[ScorePart, ...]
    required_have: tuple[str, ...] = ()
    required_missing: tuple[str, ...] = ()
    preferred_have: tuple[str, ...] = ()
    preferred_missing: tuple[str, ...] = ()
    hard_no: tuple[str, ...] = ()
