"""Keyword coverage: how many of a posting's weighted terms a text has, before and after tailoring, and what can be done."""

from __future__ import annotations

from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.agents.reading.posting_terms import PostingTerms, Term
from jobagent_desktop.agents.reading.titles import likeness
from jobagent_desktop.domain.draft import Coverage
from jobagent_desktop.domain.posting import Posting

_TITLE_WEIGHT = 3.0
_SAME_TITLE = 0.9


def coverage(person: Person, posting: Posting, terms: PostingTerms, before: str, after: str) -> Coverage:
    """Terms weigh 3 (hard) or 1 (manner), half when only preferred; the title weighs 3.

    `present`, `addable` and `not_yours` are about `after`. `addable` is only what the resume itself says.
    """
    old, new = person.gazetteer.names(before), person.gazetteer.names(after)
    present = tuple(_label(term, new) for term in terms.terms if new.intersection(term.names))
    absent = [term for term in terms.terms if not new.intersection(term.names)]
    own = frozenset(person.skills)
    return Coverage(
        _percent(terms.terms, old, _has_title(before, posting)),
        _percent(terms.terms, new, _has_title(after, posting)),
        present,
        tuple(_label(term, own) for term in absent if own.intersection(term.names)),
        tuple(term.label for term in absent if not own.intersection(term.names)),
    )


def _label(term: Term, names: frozenset[str]) -> str:
    return next((name for name in term.names if name in names), term.label)


def _percent(terms: tuple[Term, ...], names: frozenset[str], has_title: bool) -> int:
    total = sum(term.weight for term in terms) + _TITLE_WEIGHT
    have = sum(term.weight for term in terms if names.intersection(term.names)) + (_TITLE_WEIGHT if has_title else 0.0)
    return round(100 * have / total)


def _has_title(text: str, posting: Posting) -> bool:
    """Whether a line of the text is a title like the posting's."""
    lines = (line.strip() for line in text.split("\n"))
    return any(likeness(line, posting.title) >= _SAME_TITLE for line in lines if 2 < len(line) <= 80)
