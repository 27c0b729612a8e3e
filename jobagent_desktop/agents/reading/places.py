"""Places as postings and people write them: cities under several spellings, countries, areas, and what lies in what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from jobagent_desktop.agents.reading.words import keys, plain, tokens
from jobagent_desktop.config import resource

_REMOTE_WORDS = frozenset(
    {"remote", "remotely", "zdalnie", "zdalna", "homeoffice", "anywhere", "worldwide", "teletrabajo", "teletravail"}
)
_ALSO_STATES = frozenset({"CA", "IN", "AR", "IL", "DE"})
"""Codes that postings also use for states of the USA; they name no country."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a place line names. `cities` under one spelling, `countries` as ISO codes (a city's own included).

    Attributes:
        named_countries: the countries that are named themselves, directly or through a union such as the EU.
        other: words that the table does not know, for comparing as they are.
    """

    cities: frozenset[str]
    countries: frozenset[str]
    named_countries: frozenset[str]
    areas: frozenset[str]
    other: frozenset[str]
    remote: bool

    @property
    def is_empty(self) -> bool:
        return not (self.cities or self.countries or self.other)


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    cities: dict[str, str]
    country_of: dict[str, str]
    countries: dict[str, str]
    areas: dict[str, tuple[str, frozenset[str]]]
    unions: dict[str, frozenset[str]]
    names: dict[str, str]


def _key(text: str) -> str:
    return " ".join(keys(plain(text)))


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    data = json.loads(resource("skills", "places.json").read_text(encoding="utf-8"))
    cities = {_key(s): city for city, (_, *others) in data["cities"].items() for s in (city, *others)}
    return _Gazetteer(
        cities,
        {city: entry[0] for city, entry in data["cities"].items()},
        {_key(name): code for code, names in data["countries"].items() for name in names},
        {_key(area): (min(members), frozenset(members)) for area, members in data["areas"].items()},
        {_key(union): frozenset(codes) for union, codes in data["unions"].items()},
        {code: names[0] for code, names in data["countries"].items()},
    )


@lru_cache(maxsize=2048)
def read_place(text: str) -> Place:
    """Everything a place line names; empty for an empty line."""
    data = _gazetteer()
    written = tokens(plain(text))
    words = [word.key for word in written]
    cities: set[str] = set()
    named: set[str] = set()
    areas: set[str] = set()
    other: set[str] = set()
    remote = False
    i = 0
    while i < len(words):
        for n in range(min(5, len(words) - i), 0, -1):
            phrase = " ".join(words[i : i + n])
            if phrase in data.cities:
                cities.add(data.cities[phrase])
            elif phrase in data.countries:
                named.add(data.countries[phrase])
            elif phrase in data.unions:
                named |= data.unions[phrase]
            elif phrase in data.areas:
                areas.add(data.areas[phrase][0])
                cities |= data.areas[phrase][1]
            else:
                continue
            i += n
            break
        else:
            if words[i] in _REMOTE_WORDS:
                remote = True
            elif written[i].text in data.names and written[i].text not in _ALSO_STATES:
                named.add(written[i].text)
            elif len(words[i]) > 2 and not words[i].isdigit():
                other.add(words[i])
            i += 1
    areas |= {area for area, members in data.areas.values() if members & cities}
    countries = named | {data.country_of[city] for city in cities}
    return Place(frozenset(cities), frozenset(countries), frozenset(named), frozenset(areas), frozenset(other), remote)


def country_name(code: str) -> str:
    """A country's English name; the code itself when it is not in the table."""
    return _gazetteer().names.get(code.upper(), code)


def is_country(code: str) -> bool:
    return code.upper() in _gazetteer().names
