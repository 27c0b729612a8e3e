"""A line of a CV, as every file format gives it to the parser."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_BULLET = re.compile(r"^\s*(?:[•◦▪▫■□●○‣⁃∙►▸▶➢➤✓✔\uf0b7\uf0a7\uf0d8\uf076\uf0fc]\s*|[·*–—§-]\s+|o\s{2,})")

# `Databases: PostgreSQL, Redis`, one of several such lines.
_LABELLED = re.compile(r"^[^\W\d_][^:\t.]{1,44}:\s")


@dataclass(frozen=True, slots=True)
class Line:
    """One visual line, or one paragraph where the format knows paragraphs.

    Attributes:
        text: without its bullet; columns far apart are parted by tabs.
        indent: where the line begins, its bullet included. Points in a PDF, characters in text; only differences count.
        hang: where its words begin; larger than `indent` only after a bullet.
        room: the space left at its end, in the units of `indent`; endless where a line is a whole paragraph.
        first: the width of its first word. A line that had room for the next line's first word was ended on purpose.
        gap: blank space stands before it.
        size: of its letters, in points; 0 if the format does not say.
        page: from 1; None without pages.
    """

    text: str
    is_bullet: bool = False
    is_strong: bool = False
    indent: float = 0.0
    hang: float = 0.0
    room: float = math.inf
    first: float = 0.0
    gap: bool = False
    size: float = 0.0
    page: int | None = None


def without_bullet(text: str) -> tuple[str, int]:
    """The text after its bullet, and how many characters the bullet took (0: there is none)."""
    match = _BULLET.match(text)
    if match is None or not text[match.end() :].strip():
        return text, 0
    return text[match.end() :], match.end()


def joined(lines: Iterable[Line], *, is_list: bool = False) -> list[Line]:
    """Sentences that were broken over several lines, made whole again.

    Args:
        is_list: every line is an item or a row of items, so a line with a capital begins a new one unless the last was full.
    """
    whole: list[Line] = []
    last: Line | None = None  # the visual line that may go on
    for line in lines:
        if last is not None and _goes_on(whole[-1], last, line, is_list=is_list):
            whole[-1] = replace(whole[-1], text=_join(whole[-1].text, line.text))
        else:
            whole.append(line)
        last = line
    return whole


def _goes_on(start: Line, last: Line, line: Line, *, is_list: bool) -> bool:
    if line.is_bullet or line.gap or not line.text or "\t" in line.text or (line.is_strong and not start.is_strong):
        return False
    if _LABELLED.match(start.text) and _LABELLED.match(line.text):
        return False
    if start.size and line.size and abs(start.size - line.size) > 1.0:
        return False
    is_full = line.first >= last.room
    is_lower = line.text[:1].islower()
    if is_list:
        return is_full or last.text.endswith(",")
    hangs = abs(line.indent - start.hang) <= 3.0 or line.indent > start.hang
    if start.is_bullet:
        if start.hang > start.indent and line.indent <= start.indent + 0.5:
            return is_lower and is_full
        return is_full or is_lower or (hangs and not math.isinf(last.room) and not _is_finished(last.text))
    if "\t" in last.text:
        return False
    return is_full and hangs and (is_lower or len(last.text) > 45)


def _is_finished(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?", ";"))


def _join(text: str, more: str) -> str:
    if text.endswith("\u00ad"):
        return text[:-1] + more
    if text.endswith("-") and len(text) > 1 and text[-2].isalpha():
        return text + more  # a compound or a suspended hyphen; a printed hyphenation is marked as a soft one by its reader
    return f"{text} {more}"
