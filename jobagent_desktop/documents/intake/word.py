"""A word on a page, and words that stand together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """Positions are in points from the page's left and top edge; `y` is the baseline, `size` the letters' height."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    is_bold: bool = False

    def shares_line_with(self, other: Word) -> bool:
        return abs(self.y - other.y) < 0.35 * max(self.size, other.size)


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one line without a wide gap between them."""

    words: tuple[Word, ...]

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1

    @property
    def y(self) -> float:
        return self.words[0].y

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


# A gap wider than this many letter heights parts columns; a justified space stays well below.
WIDE_GAP = 1.5


def runs(words: Iterable[Word]) -> list[Run]:
    """Words in the given order, cut where the line changes or a wide gap comes."""
    found: list[Run] = []
    current: list[Word] = []
    for word in words:
        if current:
            last = current[-1]
            distance = word.x0 - last.x1
            if not word.shares_line_with(last) or not -last.size < distance < WIDE_GAP * last.size:
                found.append(Run(tuple(current)))
                current = []
        current.append(word)
    if current:
        found.append(Run(tuple(current)))
    return found


def by_lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words cut into visual lines where the baseline changes; each line from left to right."""
    lines: list[list[Word]] = []
    for word in words:
        if lines and word.shares_line_with(lines[-1][0]):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.x0) for line in lines]


def top_down(words: Iterable[Word]) -> list[Word]:
    """Words by their place on the page: line after line, each from left to right."""
    ordered: list[Word] = []
    for line in by_lines(sorted(words, key=lambda word: word.y)):
        ordered += line
    return ordered
