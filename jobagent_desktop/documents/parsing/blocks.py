"""Cuts a section into its entries: a heading of a few lines with a date, and what is told below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from jobagent_desktop.documents.parsing.dates import Period, find_period
from jobagent_desktop.documents.parsing.line import Line

_MAX_HEAD_TEXT = 120
_MAX_HEAD_LINES = 3
# A dot that ends an abbreviation in a firm's or a degree's name does not end a sentence.
_ABBREVIATED = re.compile(
    r"(?:\b(?:inc|ltd|co|corp|o\.\s?o|s\.\s?a|e\.\s?v|sp\.\s?[jk]|b\.\s?v|dr|st|nr|dept|univ|ph\.?d|sc|a|s\.\s?l)|\.\w)\.$",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"^[^:\t]{2,40}:\s+\S")


@dataclass
class Block:
    """An entry: the heading's lines `above` the line with the date, that line without its date (`at`), and the `rest`.

    `dated` is the line with the date as it stands in the CV.
    """

    period: Period | None
    above: list[Line] = field(default_factory=list[Line])
    at: Line | None = None
    dated: Line | None = None
    rest: list[Line] = field(default_factory=list[Line])


def is_head_like(line: Line) -> bool:
    """Whether a line could belong to an entry's heading: short, no bullet, no sentence, no "Label: value"."""
    text = line.text
    if line.is_bullet or not text or len(text) > _MAX_HEAD_TEXT or (text[0].islower() and not line.is_strong):
        return False
    if text.endswith((".", ";", "!", "?")) and not _ABBREVIATED.search(text):
        return False
    return len(text.split()) <= 16 and not _LABELLED.match(text)


def blocks(
    lines: Sequence[Line], *, single_dates: bool, head_like: Callable[[Line], bool] = is_head_like
) -> tuple[list[Line], list[Block]]:
    """What stands before the first entry, and the entries.

    Args:
        head_like: whether a line could belong to an entry's heading.
        single_dates: one date (a year of graduation) begins an entry as well; otherwise only a period does.
    """
    anchors = _anchors(lines, single_dates=single_dates, head_like=head_like)
    if not anchors:
        return _undated(lines, head_like)
    first = min(anchors)
    usual = _head_lines_before(lines, first, 0, _MAX_HEAD_LINES, head_like)
    found: list[Block] = []
    end_of_last = 0
    for index in sorted(anchors):
        period, rest = anchors[index]
        above = _above(lines, index, end_of_last, usual, head_like)
        if found:
            found[-1].rest = list(lines[end_of_last : index - above])
        at = replace(lines[index], text=rest) if rest else None
        found.append(Block(period, list(lines[index - above : index]), at, lines[index]))
        end_of_last = index + 1
    found[-1].rest = list(lines[end_of_last:])
    return list(lines[: first - usual]), found


def _anchors(lines: Sequence[Line], *, single_dates: bool, head_like: Callable[[Line], bool]) -> dict[int, tuple[Period, str]]:
    """Lines that date an entry, by index, with their period and the text beside it."""
    plain: dict[int, tuple[Period, str]] = {}
    bulleted: dict[int, tuple[Period, str]] = {}
    for index, line in enumerate(lines):
        found = find_period(line.text)
        if found is None:
            continue
        period, rest = found
        if not period.is_range and not single_dates and not _is_beside_tab(line.text):
            continue
        if len(rest) > _MAX_HEAD_TEXT or (rest and not head_like(replace(line, text=rest, is_bullet=False, is_strong=True))):
            continue
        if line.is_bullet:
            bulleted[index] = found
        else:
            plain[index] = found
    if plain:
        return plain
    return {index: found for index, found in bulleted.items() if found[0].is_range or single_dates}


def _is_beside_tab(text: str) -> bool:
    """Whether one of the line's columns is nothing but a date: `Warehouse assistant <tab> 2016`."""
    columns = [find_period(column) for column in text.split("\t")]
    return len(columns) > 1 and any(found is not None and not found[1] for found in columns)


def _head_lines_before(lines: Sequence[Line], index: int, floor: int, most: int, head_like: Callable[[Line], bool]) -> int:
    count = 0
    while count < most and index - count - 1 >= floor and head_like(lines[index - count - 1]):
        count += 1
        if lines[index - count].gap:
            break
    return count


def _above(lines: Sequence[Line], index: int, floor: int, usual: int, head_like: Callable[[Line], bool]) -> int:
    """How many lines above a date belong to its heading.

    Where the first entry begins with its date (`usual` 0), so do the others, unless a bold line after a gap says otherwise.
    """
    between = lines[floor:index]
    has_body = any(not head_like(line) for line in between)
    if usual == 0:
        count = _head_lines_before(lines, index, floor, _MAX_HEAD_LINES, head_like)
        first = lines[index - count] if count else None
        return (
            count
            if first is not None and has_body and first.is_strong and (first.gap or lines[index - count - 1].is_bullet)
            else 0
        )
    return _head_lines_before(lines, index, floor, _MAX_HEAD_LINES if has_body else usual, head_like)


def _undated(lines: Sequence[Line], head_like: Callable[[Line], bool]) -> tuple[list[Line], list[Block]]:
    """Entries without dates: each begins with a heading-like line after bullets, after a gap, or in bold."""
    before: list[Line] = []
    found: list[Block] = []
    previous: Line | None = None
    for line in lines:
        starts = head_like(line) and (
            line.is_strong or previous is None or (line.gap and not previous.is_strong) or previous.is_bullet
        )
        if starts:
            found.append(Block(None, at=line, dated=line))
        elif found:
            found[-1].rest.append(line)
        else:
            before.append(line)
        previous = line
    return before, found
