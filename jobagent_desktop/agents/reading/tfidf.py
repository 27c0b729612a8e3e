"""How alike two texts are: TF-IDF over word stems and skills, compared by cosine.

The inverse document frequency is not measured: no collection of postings is shipped. It has three steps instead, set by
hand - frequent words of the language count 0, words that most postings share count little, all others 1, and skills that
the gazetteer knows count more, under one name in every language, so that a German posting and an English CV can meet.
Vectors are small dicts: two documents of some hundred words need no matrix.
"""

from __future__ import annotations

import json
import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Protocol, cast

from jobagent_desktop.agents.reading import spoken
from jobagent_desktop.agents.reading.skills import Found
from jobagent_desktop.agents.reading.words import keys, plain
from jobagent_desktop.config import resource

Vector = Mapping[str, float]

_COMMON = 0.25
_SKILL = 2.5
_SOFT_SKILL = 0.5
_ALGORITHMS = {
    "en": "english",
    "de": "german",
    "pl": "polish",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "sv": "swedish",
    "cs": "czech",
}
_stemming = threading.Lock()  # a stemmer keeps its state in itself


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library's name


@lru_cache(maxsize=len(_ALGORITHMS))
def _stemmer(language: str) -> _Stemmer:
    import snowballstemmer  # 30 languages at once: some tenths of a second

    return cast(_Stemmer, snowballstemmer.stemmer(_ALGORITHMS[language]))


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The word without its endings; unchanged when the language has no stemmer here."""
    if language not in _ALGORITHMS:
        return word
    with _stemming:
        return _stemmer(language).stemWord(word)


@lru_cache(maxsize=1)
def _weights() -> tuple[frozenset[str], frozenset[str]]:
    data = json.loads(resource("skills", "words.json").read_text(encoding="utf-8"))
    return spoken.stop_words(), frozenset(keys(data["common"]))


def vector(text: str, language: str, skills: Iterable[Found] = ()) -> Vector:
    """The text's terms and weights, of length 1; empty for a text without words. `skills` are those found in it."""
    stop, common = _weights()
    counts: Counter[str] = Counter()
    weight: dict[str, float] = {}
    for key in keys(plain(text)):
        if len(key) < 2 or key.isdigit() or key in stop:
            continue
        term = stem(key, language)
        counts[term] += 1
        weight[term] = _COMMON if key in common else 1.0
    for hit in skills:
        term = "\0" + hit.skill.name
        counts[term] += 1
        weight[term] = _SOFT_SKILL if hit.skill.kind == "soft" else _SKILL
    raw = {term: (1.0 + math.log(n)) * weight[term] for term, n in counts.items()}
    norm = math.sqrt(sum(value * value for value in raw.values()))
    return {term: value / norm for term, value in raw.items()} if norm else {}


def cosine(a: Vector, b: Vector) -> float:
    """The cosine of two vectors of length 1: 0 nothing shared, 1 the same."""
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    return min(1.0, sum(value * large.get(term, 0.0) for term, value in small.items()))
