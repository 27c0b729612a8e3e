"""The offline engine: matching, tailoring and letters from rules and the user's own words. No model, network or clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from jobagent_desktop.agents.matching import matcher
from jobagent_desktop.agents.reading.person import Person, read_person
from jobagent_desktop.agents.reading.posting_terms import PostingTerms, read_posting
from jobagent_desktop.agents.reading.skills import gazetteer
from jobagent_desktop.agents.writing import coverage as keyword_coverage
from jobagent_desktop.agents.writing import letter as cover_letter
from jobagent_desktop.agents.writing import tailor as tailored
from jobagent_desktop.agents.writing.provenance import check_provenance
from jobagent_desktop.domain.draft import Coverage, CoverLetter, Draft, TailoredCv
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import Profile, Resume

_KEPT = 4
"""People and postings that are kept as read: a posting's steps follow each other."""


class OfflineThinker:
    """Implements the `Thinker` port. Pure and deterministic for a given day; resource files are read once, on first use.

    Some tens of milliseconds a posting; a profile is read once and kept until it or the day changes.
    """

    name = "offline"

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self._people: tuple[tuple[Profile, date, Person], ...] = ()
        self._terms = lru_cache(maxsize=_KEPT)(_terms_for)

    def match(self, profile: Profile, posting: Posting) -> Match:
        person, terms = self._read(profile, posting)
        return matcher.match(person, posting, terms)

    def tailor(self, profile: Profile, posting: Posting) -> TailoredCv:
        person, terms = self._read(profile, posting)
        return tailored.tailor(person, terms)

    def letter(self, profile: Profile, posting: Posting, match: Match, on: datetime) -> CoverLetter:
        """The letter as of the day `on`. The match is part of the port; the offline letter reads the posting itself."""
        del match
        person, terms = self._read(profile, posting, on.date())
        return cover_letter.letter(person, posting, terms)

    def unsourced(self, draft: Draft, resume: Resume, posting: Posting) -> list[str]:
        return [*check_provenance(draft.cv, resume, posting), *check_provenance(draft.letter, resume, posting)]

    def coverage(self, posting: Posting, resume: Resume, before: str, after: str) -> Coverage:
        person, terms = self._read(Profile(id="coverage", resume=resume), posting)
        return keyword_coverage.coverage(person, posting, terms, before, after)

    def _read(self, profile: Profile, posting: Posting, on: date | None = None) -> tuple[Person, PostingTerms]:
        person = self._person(profile, on or self._today())
        return person, self._terms(posting, person.resume.skill_names())

    def _person(self, profile: Profile, today: date) -> Person:
        for known, day, person in self._people:
            if day == today and known == profile:
                return person
        person = read_person(profile, today)
        self._people = ((profile, today, person), *self._people[: _KEPT - 1])
        return person


def _terms_for(posting: Posting, own_skills: tuple[str, ...]) -> PostingTerms:
    return read_posting(posting, gazetteer().with_own(own_skills))
