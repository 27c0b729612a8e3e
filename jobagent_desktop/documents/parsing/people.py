"""Finds where another person's CV begins in the same file, so that two lives are not made into one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jobagent_desktop.documents.parsing.contact import EMAIL, PHONE, bare_name, is_name, is_phone, largest_name
from jobagent_desktop.documents.parsing.headings import Section, section_of
from jobagent_desktop.documents.parsing.line import Line
from jobagent_desktop.domain.folding import folded
from jobagent_desktop.domain.resume import Unread

_SECTIONS_OF_A_LIFE = frozenset((Section.WORK, Section.EDUCATION, Section.SKILLS))
# Headings that a second CV repeats; a referee or a manager named within a job repeats none.
_FEWEST_REPEATED = 2
# How many lines below a name its e-mail address or phone number may stand.
_REACHED_WITHIN = 8


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """`line` is the index of the line with the name; `told` is for the user."""

    line: int
    told: Unread


def second_person(lines: Sequence[Line]) -> SecondPerson | None:
    """The line that names somebody else, gives another address or number, and is followed by the sections of a CV again."""
    named = largest_name(lines) or next((line for line in lines if is_name(line.text)), None)
    if named is None:
        return None
    headings = [None if line.is_bullet else section_of(line.text.strip(), is_strong=line.is_strong) for line in lines]
    seen: set[Section] = set()
    known: set[str] = set()
    for index, line in enumerate(lines):
        heading = headings[index]
        if heading is not None and heading in _SECTIONS_OF_A_LIFE:
            seen.add(heading)
        ways = _ways_to_reach(line.text)
        if len(seen) < _FEWEST_REPEATED:
            known.update(ways)
        others = [way for way in ways if way not in known]
        repeated = seen.intersection(section for section in headings[index + 1 :] if section is not None)
        if not others or len(repeated) < _FEWEST_REPEATED:
            continue
        names = _names_above(lines, headings, index)
        if names and not any(_is_same(bare_name(named.text), bare_name(lines[name].text)) for name in names):
            start = names[0]
            reason = (
                "Another person's CV begins here in the same file. It was left out, to keep the two apart; if it is yours, "
                "save it as a file of its own and import that."
            )
            told = Unread(text=f"{bare_name(lines[start].text)}, {others[0]}", reason=reason, page=lines[start].page)
            return SecondPerson(start, told)
    return None


def _names_above(lines: Sequence[Line], headings: Sequence[Section | None], index: int) -> list[int]:
    """Where names stand above an address: those of its block from the top, if a gap is before it; else the nearest."""
    found: list[int] = []
    for above in range(index, max(-1, index - _REACHED_WITHIN), -1):
        if headings[above] not in {None, Section.CONTACT}:
            break
        line = lines[above]
        if not line.is_bullet and is_name(line.text):
            found.append(above)
        if line.gap and found:
            return found[::-1]
    return found[:1]


def _is_same(name: str, other: str) -> bool:
    """Whether two names may be one person's: one holds all the words of the other."""
    words, others = set(folded(name).split()), set(folded(other).split())
    return words <= others or others <= words


def _ways_to_reach(text: str) -> list[str]:
    """E-mail addresses, then phone numbers by their digits, as they come."""
    numbers = [re.sub(r"\D", "", match[0]) for match in PHONE.finditer(EMAIL.sub(" ", text)) if is_phone(match[0])]
    return [*(match[0].lower() for match in EMAIL.finditer(text)), *numbers]
