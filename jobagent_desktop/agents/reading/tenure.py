"""Years of work, computed from the dates of positions: what overlaps counts once, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_DATE = re.compile(r"^\s*(\d{4})(?:-(\d{1,2})(?:-\d{1,2})?)?(?:T.*)?\s*$")
_PRESENT = frozenset({"present", "today", "now", "current", "heute", "obecnie", "dziś", "aktuell"})


@dataclass(frozen=True, slots=True)
class Span:
    """Whole months, counted from year 0: from the first (inclusive) to the last (exclusive)."""

    first: int
    last: int

    @property
    def months(self) -> int:
        return self.last - self.first


def month_of(text: str) -> tuple[int, int] | None:
    """Year and month of an ISO date at any precision (month 0 when it names none); None when it is no date."""
    match = _DATE.match(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 0)
    return (year, month) if 1900 <= year <= 2200 and month <= 12 else None


def is_current(start: str, end: str, today: date) -> bool:
    """Whether a position lasts: it has a start and no end, or an end that has not come yet."""
    if not end.strip() or end.strip().casefold() in _PRESENT:
        return month_of(start) is not None
    last = month_of(end)
    return last is not None and (last[0], last[1] or 12) > (today.year, today.month)


def span(start: str, end: str, today: date) -> Span | None:
    """The months between two ISO dates, an empty end meaning today; None when the dates do not say.

    Year-only dates count from January to January (2019 to 2021 are 24 months), and half a year within one year.
    """
    first = month_of(start)
    if first is None:
        return None
    now = today.year * 12 + today.month - 1  # the running month is not over
    begin = first[0] * 12 + (first[1] or 1) - 1
    if not end.strip() or end.strip().casefold() in _PRESENT:
        stop = now
    else:
        last = month_of(end)
        if last is None:
            return None
        stop = last[0] * 12 + last[1] if last[1] else max(last[0] * 12, begin + 6 if last[0] == first[0] else 0)
    stop = min(stop, now)
    return Span(begin, stop) if stop > begin else None


def months(spans: Iterable[Span]) -> int:
    """All months covered, each once."""
    total, reached = 0, 0
    for one in sorted(spans, key=lambda s: s.first):
        total += max(0, one.last - max(one.first, reached))
        reached = max(reached, one.last)
    return total
