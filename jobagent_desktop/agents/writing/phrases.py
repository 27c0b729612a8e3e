"""The words of cover letters that are not the user's: templates by language, and verbs that make a CV line a sentence."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jobagent_desktop.agents.reading.words import folded
from jobagent_desktop.config import resource

LANGUAGES = ("en", "de", "pl")
"""Languages in which a letter can be written."""
_SLOT = re.compile(r"\{\w+\}")
_COMMON_NOUN = re.compile(
    r"(?:Technical |Free |Open )?(?:University|Institute|Ministry|Department|City|Bank|Port|House|College) of "
)
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's templates by name; `words` is every word that they bring in, folded.

    `fill_words` in the file are the small words that code puts around a slot's content ("a", "beim", "firmy").
    """

    language: str
    templates: dict[str, Any]
    words: frozenset[str]

    def fill(self, name: str, **slots: str) -> str:
        return str(self.templates[name]).format(**slots)

    def one_of(self, name: str, choice: int, **slots: str) -> str:
        """One of several wordings; the same `choice` always gives the same one."""
        wordings = self.templates[name]
        return str(wordings[choice % len(wordings)]).format(**slots)


@lru_cache(maxsize=len(LANGUAGES))
def phrases(language: str) -> Phrases:
    """The templates of a language; English where there are none."""
    known = language if language in LANGUAGES else "en"
    data = json.loads(resource("letters", f"{known}.json").read_text(encoding="utf-8"))
    text = " ".join(_strings([value for name, value in data.items() if name != "about"]))
    return Phrases(known, data, frozenset(re.findall(r"\w+", folded(_SLOT.sub(" ", text)))))


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [*map(str, value)]  # the forms of "at"; the nouns they go with bring in nothing
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Verbs:
    """English verbs by form (`past`, `base`, `gerund`, `third` -> base) and the German pasts."""

    past: frozenset[str]
    base: frozenset[str]
    gerund: frozenset[str]
    third: dict[str, str]
    also_nouns: frozenset[str]
    adverbs: frozenset[str]
    states: dict[str, tuple[str, str]]
    german: frozenset[str]
    before_noun: frozenset[str]
    with_preposition: frozenset[str]
    passive_to: frozenset[str]
    nouns_of_doing: frozenset[str]


@lru_cache(maxsize=1)
def verbs() -> Verbs:
    data = json.loads(resource("letters", "verbs.json").read_text(encoding="utf-8"))
    irregular: dict[str, str] = {**data["doubled"], **data["irregular"]}
    regular = [verb for verb in data["regular"].split() if verb not in irregular]
    base = frozenset([*regular, *irregular])
    past = frozenset([*map(_past, regular), *irregular.values()]) - frozenset(data["never"].split())
    return Verbs(
        past,
        base,
        frozenset(_gerund(verb, irregular.get(verb, "")) for verb in base),
        {_third(verb): verb for verb in base},
        frozenset(data["also_nouns"].split()),
        frozenset(data["adverbs"].split()),
        {start: (now, then) for start, (now, then) in data["states"].items()},
        frozenset(data["german"].split()),
        frozenset(data["before_noun"].split()),
        frozenset(data["with_preposition"].split()),
        frozenset(data["passive_to"].split()),
        frozenset(data["nouns_of_doing"].split()),
    )


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in _VOWELS else verb + "ed"


def _gerund(verb: str, past: str) -> str:
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    doubled = past.startswith(verb + verb[-1]) or verb in {"set", "cut", "run", "win", "put", "shut", "split", "begin", "bid"}
    return verb + (verb[-1] if doubled else "") + "ing"


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in _VOWELS else verb + "s"


def polish_years(number: int) -> str:
    """The Polish word for years after a number: `rok`, `lata` or `lat`."""
    if number == 1:
        return "rok"
    return "lata" if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else "lat"


def at_employer(name: str, words: Phrases) -> str:
    """`bei`, `beim` or `bei der` with the name, by the noun that it ends with or begins with."""
    parts = folded(name).split()
    ends = (parts[-1], parts[0]) if parts else ()
    for form, nouns in words.templates.get("at", {}).items():
        if any(part.endswith(folded(noun)) if len(noun) > 3 else part == noun for part in ends for noun in nouns.split()):
            return f"{form} {name}"
    return f"bei {name}"


def with_the(name: str) -> str:
    """An English name with "the" where it begins with a common noun: "the University of Leeds"."""
    return f"the {name}" if _COMMON_NOUN.match(name) else name


def article(text: str) -> str:
    """`a` or `an`, by how the first word sounds."""
    first = re.split(r"[\s-]", text, maxsplit=1)[0]
    if len(first) > 1 and first.isupper():
        return "an" if first[0] in "AEFHILMNORSX" else "a"
    lowered = first.lower()
    if lowered.startswith(("uni", "use", "eu", "one", "ur", "ux")):
        return "a"
    return "an" if lowered[:1] in (*_VOWELS,) or lowered.startswith(("hour", "honest")) else "a"
