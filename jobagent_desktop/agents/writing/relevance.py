"""How much a sentence of the person's has to do with a posting: the asked skills it shows, and how alike the words are."""

from __future__ import annotations

from dataclasses import dataclass

from jobagent_desktop.agents.reading import tfidf
from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.agents.reading.posting_terms import PostingTerms

_SKILLS, _WORDS, _NUMBER = 0.6, 0.35, 0.05
_FULL_WEIGHT = 9.0
"""The weight of three required hard terms: a sentence that shows them cannot do better."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """`value` 0-1; `asked` the labels of the posting's terms that the sentence shows itself."""

    value: float
    asked: frozenset[str]


class Reader:
    """Rates sentences of one person for one posting."""

    def __init__(self, person: Person, terms: PostingTerms) -> None:
        self._person = person
        self._vector = tfidf.vector(terms.text, terms.language or "en", person.gazetteer.find(terms.text))
        self._terms = terms

    def rate(self, text: str) -> Relevance:
        hits = self._person.gazetteer.find(text)
        names = {hit.skill.name for hit in hits}
        names |= {other for name in names for other in self._person.gazetteer.implied(name)}
        shown = [term for term in self._terms.terms if names.intersection(term.names)]
        skills = min(1.0, sum(term.weight for term in shown) / _FULL_WEIGHT)
        words = tfidf.cosine(tfidf.vector(text, self._person.language, hits), self._vector)
        number = 1.0 if any(c.isdigit() for c in text) else 0.0
        value = _SKILLS * skills + _WORDS * min(1.0, words * 2) + _NUMBER * number
        return Relevance(value, frozenset(term.label for term in shown))
