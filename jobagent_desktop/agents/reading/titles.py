"""Job titles: what somebody is, in which field, how senior; and how alike two titles are."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from jobagent_desktop.agents.reading.places import read_place
from jobagent_desktop.agents.reading.words import folded, keys, plain
from jobagent_desktop.config import resource

_TYPO = 88.0
"""Two words at least this alike (rapidfuzz ratio, 0-100) are one: an ending or a slip of the finger."""
_BROAD = 0.12
"""What the head alone is worth when it is one that many trades use (engineer, manager)."""
_NEIGHBOUR = 0.8
"""What a speciality of the same field is worth (backend and software)."""
_NEAR_FIELD = 0.3
"""What a speciality of a field next to it is worth (backend and data)."""
_AFTER_TITLE = re.compile(r"\s[-–—|@]\s|\s*[|•·]\s*|,\s")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class ReadTitle:
    """A title taken apart. `heads` say what the person is, `specialities` in what; `level` is junior ... lead or empty."""

    heads: frozenset[str]
    specialities: frozenset[str]
    level: str

    @property
    def is_empty(self) -> bool:
        return not self.heads and not self.specialities


@dataclass(frozen=True, slots=True)
class _Titles:
    phrases: dict[str, str]
    longest: int
    heads: frozenset[str]
    broad: frozenset[str]
    fields: dict[str, frozenset[str]]
    near_fields: frozenset[frozenset[str]]
    noise: frozenset[str]
    levels: dict[str, str]
    staff_before: frozenset[str]


@lru_cache(maxsize=1)
def _titles() -> _Titles:
    data = json.loads(resource("skills", "titles.json").read_text(encoding="utf-8"))
    phrases = {" ".join(keys(phrase)): " ".join(keys(word)) for phrase, word in data["phrases"].items()}
    levels = {" ".join(keys(word)): level for level, words in data["levels"].items() for word in words}
    return _Titles(
        phrases,
        max(len(phrase.split()) for phrase in phrases),
        frozenset(map(folded, data["heads"])),
        frozenset(map(folded, data["broad_heads"])),
        {name: frozenset(map(folded, words)) for name, words in data["fields"].items()},
        frozenset(frozenset(pair) for pair in data["near_fields"]),
        frozenset(map(folded, data["noise"])),
        levels,
        frozenset(data["staff_is_level_before"]),
    )


def is_mode(text: str) -> bool:
    """Whether words beside a title speak only of how, where or for whom the work is ("Hybrid", "m/w/d", "Remote, Poland")."""
    words = keys(plain(text))
    return all(word in _titles().noise or word in _titles().levels for word in words) or bool(read_place(text).countries)


@lru_cache(maxsize=4096)
def read_title(title: str) -> ReadTitle:
    """A title in any of the languages that are read; what is unknown stays as a speciality."""
    data = _titles()
    whole = [word for word in keys(plain(_BRACKETS.sub(" ", title))) if word]
    level = _level(whole, data)
    first = _AFTER_TITLE.split(_BRACKETS.sub(" ", plain(title)))
    words: list[str] = []
    for part in first:
        words = _translated(keys(part), data)
        if any(word in data.heads for word in words):
            break
    else:
        words = _translated(whole, data)
    kept = [word for word in words if word not in data.noise and not word.isdigit()]
    kept = [word for word in kept if word in data.heads or word not in data.levels]
    if level == "lead" and "staff" in kept:  # a level, beside an engineer; a nurse on the staff is something else
        kept.remove("staff")
    heads = frozenset(word for word in kept if word in data.heads)
    return ReadTitle(heads, frozenset(kept) - heads, level)


def _translated(words: list[str], data: _Titles) -> list[str]:
    out: list[str] = []
    i = 0
    while i < len(words):
        for n in range(min(data.longest, len(words) - i), 0, -1):
            phrase = " ".join(words[i : i + n])
            if phrase in data.phrases:
                out += data.phrases[phrase].split()
                i += n
                break
        else:
            out.append(words[i])
            i += 1
    return out


def _level(words: list[str], data: _Titles) -> str:
    found: set[str] = set()
    for i, word in enumerate(words):
        for phrase in (word, " ".join(words[i : i + 2])):
            if phrase in data.levels:
                found.add(data.levels[phrase])
        if word == "staff" and set(_translated(words[i + 1 :], data)) & data.staff_before:
            found.add("lead")
    if "chef" in words or "executive" in words:
        found.discard("lead")
    return next((level for level in ("lead", "senior", "junior", "mid") if level in found), "")


def likeness(mine: str, theirs: str) -> float:
    """How alike two titles are, 0-1: the same head counts, specialities decide, neighbouring ones count in part.

    A person "Backend Engineer" and a posting "Software Developer" are near 1, "Civil Engineer" is not, "Nurse" is 0.
    """
    a, b = read_title(mine), read_title(theirs)
    if a.is_empty or b.is_empty:
        return 0.0
    head = _best(a.heads, b.heads)
    if not head:
        return 0.25 * _specialities(a.specialities, b.specialities) if a.specialities and b.specialities else 0.0
    if not b.specialities or not a.specialities:
        narrow = bool((a.heads & b.heads) - _titles().broad)
        if a.specialities == b.specialities or narrow:
            return 0.95 if narrow or not b.specialities else 0.6
        return 0.6
    special = _specialities(a.specialities, b.specialities)
    narrow = bool((a.heads & b.heads) - _titles().broad)
    floor = 0.7 if narrow else _BROAD
    return round(floor + (1 - floor) * special, 4)


def _best(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(a == b or fuzz.ratio(a, b) >= _TYPO for a in mine for b in theirs)


def _specialities(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """How much of their specialities I have, 0-1, the best of mine for each of theirs; half of it the share of mine used."""
    if not mine or not theirs:
        return 0.0
    forward = sum(max(_near(a, b) for a in mine) for b in theirs) / len(theirs)
    best = max(_near(a, b) for a in mine for b in theirs)
    return 0.5 * forward + 0.5 * best


@lru_cache(maxsize=20_000)
def _near(a: str, b: str) -> float:
    if a == b or fuzz.ratio(a, b) >= _TYPO:
        return 1.0
    fields = _titles().fields
    mine = [name for name, words in fields.items() if a in words]
    theirs = [name for name, words in fields.items() if b in words]
    if set(mine) & set(theirs):
        return _NEIGHBOUR
    return _NEAR_FIELD if any(frozenset((x, y)) in _titles().near_fields for x in mine for y in theirs) else 0.0
