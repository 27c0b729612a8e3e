"""Human languages: which one a text is written in, which ones a sentence asks for, and how well somebody speaks them.

Levels are CEFR as numbers (A1 = 1 to C2 = 6), native is 7, 0 means that none is named.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jobagent_desktop.agents.reading.words import Token, folded, keys, plain, tokens
from jobagent_desktop.config import resource

NATIVE = 7
_LEVEL_NAMES = ("", "A1", "A2", "B1", "B2", "C1", "C2", "native")
_CEFR = re.compile(r"\b([ABC])([12])\b", re.IGNORECASE)
_OR_WORDS = frozenset(["or", "oder", "lub", "albo", "ou", "of"])
_MIN_HITS = 3
_CUE_DISTANCE = 6
_LEVEL_DISTANCE = 4


@dataclass(frozen=True, slots=True)
class LanguageAsk:
    """One wish of a posting: any of these languages (ISO 639-1), at this level or better."""

    languages: tuple[str, ...]
    level: int
    required: bool
    quote: str


@dataclass(frozen=True, slots=True)
class _Lexicon:
    exact: dict[str, str]
    prefixes: tuple[tuple[str, str], ...]
    names: dict[str, str]
    levels: dict[str, int]
    cues: frozenset[str]
    after: frozenset[str]
    stop_words: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    data = json.loads(resource("skills", "languages.json").read_text(encoding="utf-8"))
    exact: dict[str, str] = {}
    prefixes: list[tuple[str, str]] = []
    for code, names in data["names"].items():
        for name in names:
            if name.endswith("*"):
                prefixes.append((folded(name[:-1]), code))
            else:
                exact.setdefault(folded(name), code)
    return _Lexicon(
        exact,
        tuple(prefixes),
        {code: names[0] for code, names in data["names"].items()},
        {" ".join(keys(phrase)): level for phrase, level in data["levels"].items()},
        frozenset(folded(word) for word in data["cues"]),
        frozenset(folded(word) for word in data["after"]),
        {code: frozenset(folded(word) for word in words.split()) for code, words in data["stop_words"].items()},
    )


def detect(text: str) -> str:
    """The language a text is written in (ISO 639-1), by its frequent words; empty when too short or unclear."""
    counts = Counter(keys(plain(text[:8000])))
    lexicon = _lexicon()
    hits = {code: sum(counts[word] for word in words) for code, words in lexicon.stop_words.items()}
    ranked = sorted(hits.items(), key=lambda item: -item[1])
    (best, most), (_, second) = ranked[0], ranked[1]
    return best if most >= _MIN_HITS and most > second * 1.15 else ""


def name_of(code: str) -> str:
    """A language's English name; the code itself when unknown."""
    return _lexicon().names.get(code, code)


def stop_words() -> frozenset[str]:
    """The frequent words of all languages that are read, folded."""
    return frozenset().union(*_lexicon().stop_words.values())


def code_of(name: str) -> str:
    """The ISO code of a language named in any language that is read ("English (US)", "niemiecki"); empty when unknown."""
    for word in tokens(plain(name)):
        code = _code(word.key)
        if code:
            return code
    return ""


def level_of(text: str) -> int:
    """The level a description names ("C1", "Native speaker", "sehr gut"); 0 when it names none."""
    cefr = _CEFR.search(text)
    if cefr:
        return "ABC".index(cefr.group(1).upper()) * 2 + int(cefr.group(2))
    levels = _lexicon().levels
    return max((levels[phrase] for phrase in _phrases(keys(plain(text))) if phrase in levels), default=0)


def level_name(level: int) -> str:
    """`C1`, `native`, or nothing."""
    return _LEVEL_NAMES[level] if 0 <= level < len(_LEVEL_NAMES) else ""


def asked(clause: str, *, required: bool, preferred: bool) -> list[LanguageAsk]:
    """The languages that one clause of a posting asks for.

    A name counts only beside a word about speaking, and not before another noun ("German customers"). It is required
    when the clause is (`required`), or names a level of at least B1, unless the clause is only a wish (`preferred`).
    """
    lexicon = _lexicon()
    words = tokens(clause)
    places = [(i, code) for i, word in enumerate(words) if (code := _code_in_text(word, clause, words, i))]
    if not places:
        return []
    cue_places = [i for i, word in enumerate(words) if word.key in lexicon.cues or _CEFR.fullmatch(word.text)]
    asks: list[LanguageAsk] = []
    alone = all(_code(word.key) or word.key in lexicon.after for word in words) and len(words) <= _CUE_DISTANCE
    previous = -1
    level = 0
    for n, (i, code) in enumerate(places):
        compound = words[i].key not in lexicon.exact and ("kenntnis" in words[i].key or "sprach" in words[i].key)
        near = alone or compound or any(abs(i - cue) <= _CUE_DISTANCE for cue in cue_places)
        following = places[n + 1][0] if n + 1 < len(places) else len(words)
        own = _level_near(words, i, previous, following)
        gap = [word.key for word in words[previous + 1 : i]]
        together = n > 0 and len(gap) <= 2
        level = own or (level if together else 0)
        alternative = together and any(word in _OR_WORDS for word in gap) and bool(asks)
        previous = i
        if not near:
            continue
        must = not preferred and (required or level >= 3)
        quote = " ".join(clause.split())[:160]
        if alternative and asks[-1].languages[-1] != code:
            last = asks[-1]
            asks[-1] = LanguageAsk((*last.languages, code), min(last.level, level) or level, last.required, last.quote)
        else:
            asks.append(LanguageAsk((code,), level, must, quote))
    return asks


def _code(key: str) -> str:
    lexicon = _lexicon()
    if key in lexicon.exact:
        return lexicon.exact[key]
    if key.startswith(("deutschland", "polska")):
        return ""
    return next((code for prefix, code in lexicon.prefixes if key.startswith(prefix)), "")


def _code_in_text(word: Token, clause: str, words: Sequence[Token], i: int) -> str:
    code = _code(word.key)
    if not code or (word.key in ("polish", "italien") and not word.text[0].isupper()):
        return ""
    if word.key == "polish" and i + 1 < len(words) and words[i + 1].key in ("the", "up", "our", "your", "and"):
        nearby = any(w.key in _lexicon().cues for w in words[max(0, i - 4) : i])
        if not nearby:
            return ""
    following = words[i + 1] if i + 1 < len(words) else None
    if following is None:
        return code
    between = clause[word.end : following.start]
    adjacent = between.strip(" ") in ("", "-", "-")
    lexicon = _lexicon()
    allowed = following.key in lexicon.after or following.key in lexicon.cues or bool(_code(following.key))
    return code if not adjacent or allowed or " ".join([following.key]) in lexicon.levels else ""


def _phrases(words: Sequence[str]) -> list[str]:
    return [" ".join(words[i : i + n]) for n in (3, 2, 1) for i in range(len(words) - n + 1)]


def _first_level(words: Sequence[str]) -> int:
    levels = _lexicon().levels
    for word in words:
        if _CEFR.fullmatch(word):
            return level_of(word)
    return next((levels[phrase] for phrase in _phrases(words) if phrase in levels), 0)


def _level_near(words: Sequence[Token], i: int, previous: int, following: int) -> int:
    after = [word.key for word in words[i + 1 : min(following, i + 1 + _LEVEL_DISTANCE)]]
    cefr = next((word for word in after if _CEFR.fullmatch(word)), "")
    if cefr:
        return level_of(cefr)
    before = [word.key for word in words[max(previous + 1, i - _LEVEL_DISTANCE) : i]]
    last_one = following == len(words)
    return _first_level(before) or (_first_level(after) if last_one or following - i > _LEVEL_DISTANCE else 0)
