"""A line of a CV, as every file format gives it to the parser."""

from __future__ import annotations

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
        wraps: the line is so full that its sentence may go on in the next one.
        gap: blank space stands before it.
        size: of its letters, in points; 0 if the format does not say.
        page: from 1; None without pages.
    """

    text: str
    is_bullet: bool = False
    is_strong: bool = False
    indent: float = 0.0
    hang: float = 0.0
    wraps: bool = False
    gap: bool = False
    size: float = 0.0
    page: int | None = None


def without_bullet(text: str) -> tuple[str, int]:
    """The text after its bullet, and how many characters the bullet took (0: there is none)."""
    match = _BULLET.match(text)
    if match is None or not text[match.end() :].strip():
        return text, 0
    return text[match.end() :], match.end()


def joined(lines: Iterable[Line]) -> list[Line]:
    """Sentences that were broken over several lines, made whole again."""
    whole: list[Line] = []
    last: Line | None = None  # the visual line that may go on
    for line in lines:
        if last is not None and _goes_on(whole[-1], last, line):
            whole[-1] = replace(whole[-1], text=_join(whole[-1].text, line.text))
        else:
            whole.append(line)
        last = line
    return whole


def _goes_on(start: Line, last: Line, line: Line) -> bool:
    if line.is_bullet or line.gap or not line.text or "\t" in line.text or (line.is_strong and not start.is_strong):
        return False
    if _LABELLED.match(start.text) and _LABELLED.match(line.text):
        return False
    if start.size and line.size and abs(start.size - line.size) > 1.0:
        return False
    hangs = abs(line.indent - start.hang) <= 3.0 or line.indent > start.hang
    is_lower = line.text[:1].islower()
    if start.is_bullet:
        if start.hang > start.indent and line.indent <= start.indent + 0.5:
            return is_lower and last.wraps
        return last.wraps or is_lower or (hangs and not _is_finished(last.text))
    if "\t" in last.text:
        return False
    return last.wraps and hangs and (is_lower or len(last.text) > 60)


def _is_finished(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?", ";"))


def _join(text: str, more: str) -> str:
    if text.endswith("\u00ad"):
        return text[:-1] + more
    if text.endswith("-") and len(text) > 1 and text[-2].isalpha():
        return text + more  # a compound or a suspended hyphen; a printed hyphenation is marked as a soft one by its reader
    return f"{text} {more}"
