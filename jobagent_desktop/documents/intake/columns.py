"""Finds the order in which a page is read: its own, unless that jumps about or the page has columns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from jobagent_desktop.documents.intake.word import Run, Word, runs, top_down
from jobagent_desktop.documents.parsing.dates import find_period
from jobagent_desktop.documents.parsing.headings import section_of

_FEWEST_LINES = 5
# Lines across the gutter (a headline, a footer) that a page of columns may have.
_MOST_CROSSING = 0.2


def reading_order(words: Sequence[Word]) -> list[list[Word]]:
    """The page's columns in reading order, each with its words in reading order."""
    pieces = runs(top_down(words))
    gutter = _gutter(pieces)
    if gutter is not None:
        return _columns(pieces, gutter)
    return [list(words) if _is_orderly(words) else top_down(words)]


def _is_orderly(words: Sequence[Word]) -> bool:
    """Whether the PDF's own order goes down the page, but for a few jumps."""
    pieces = runs(words)
    upward = sum(1 for a, b in pairwise(pieces) if b.y < a.y - 0.5 * a.words[0].size)
    return upward <= max(2, len(pieces) // 20)


def _gutter(pieces: Sequence[Run]) -> float | None:
    """Where the page's second column begins; None for a page of one column, or of a table with dates or labels at one side."""
    if len(pieces) < 2 * _FEWEST_LINES:
        return None
    best: tuple[int, float] | None = None
    for start in sorted({round(piece.x0) for piece in pieces}):
        edge = start - 1.5
        left = [piece for piece in pieces if piece.x1 <= edge]
        right = [piece for piece in pieces if piece.x0 >= edge]
        crossing = len(pieces) - len(left) - len(right)
        if min(len(left), len(right)) < _FEWEST_LINES or crossing > _MOST_CROSSING * len(pieces):
            continue
        if _overlap(left, right) < 0.4 or _is_table(left, right):
            continue
        aligned = sum(1 for piece in right if abs(piece.x0 - start) < 2.0)
        if best is None or aligned - 2 * crossing > best[0]:
            best = (aligned - 2 * crossing, edge)
    return best[1] if best is not None else None


def _overlap(left: Sequence[Run], right: Sequence[Run]) -> float:
    """How much of the shorter column's height lies beside the other one, 0-1."""
    spans = [(min(piece.y for piece in side), max(piece.y for piece in side)) for side in (left, right)]
    shared = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
    shorter = min(end - begin for begin, end in spans)
    return shared / shorter if shorter > 0 else 0.0


def _is_table(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Whether one side is dates or labels that belong to the lines beside them.

    A column of its own has headings of its own, or its lines do not stand beside those of the other.
    """
    for side, other in ((left, right), (right, left)):
        dates = sum(1 for piece in side if _is_date(piece.text))
        if dates * 2 >= len(side):
            return True
        beside = _beside(side, other)
        if beside >= 0.5 * len(side) and not any(section_of(piece.text) for piece in side):
            return True
    return False


def _beside(side: Sequence[Run], other: Sequence[Run]) -> int:
    """How many lines of one side stand beside a line of the other; both sides are given from top to bottom."""
    heights = [piece.y for piece in other]
    count = 0
    for piece in side:
        near = bisect_left(heights, piece.y)
        count += any(piece.words[0].shares_line_with(o.words[0]) for o in other[max(0, near - 1) : near + 2])
    return count


def _is_date(text: str) -> bool:
    found = find_period(text)
    return found is not None and len(found[1]) <= 12


def _columns(pieces: Sequence[Run], edge: float) -> list[list[Word]]:
    """Band by band between the lines that cross the gutter: the left column, then the right one."""
    columns: list[list[Word]] = []
    left: list[Word] = []
    right: list[Word] = []
    across: list[Word] = []
    for piece in pieces:
        if piece.x1 <= edge or piece.x0 >= edge:
            if across:
                columns.append(across)
                across = []
            (left if piece.x1 <= edge else right).extend(piece.words)
        else:
            columns += [column for column in (left, right) if column]
            left, right = [], []
            across.extend(piece.words)
    columns += [column for column in (across, left, right) if column]
    return columns
