"""The place part: where the work is done against where the person wants to work or lives."""

from __future__ import annotations

from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.agents.reading.places import Place, country_name, read_place
from jobagent_desktop.agents.reading.posting_terms import Mode, PostingTerms
from jobagent_desktop.agents.reading.words import listed, one_line
from jobagent_desktop.domain.match import PartKind, ScorePart
from jobagent_desktop.domain.posting import Posting

MAXIMUM = 12
_MODE_WORDS = {Mode.HYBRID: " (hybrid)", Mode.ON_SITE: " (on site)"}


def place_part(person: Person, posting: Posting, terms: PostingTerms) -> ScorePart:
    preferences = person.profile.preferences
    where = one_line(posting.location, 100)
    theirs = read_place(posting.location)
    wished = [text for text in preferences.places if text.strip()]
    places = [read_place(text) for text in wished] or ([person.home] if not person.home.is_empty else [])
    wishes_text = listed([one_line(text, 40) for text in wished], "or") or one_line(
        person.resume.basics.location.city or person.home_text, 60
    )
    evidence = tuple(quote for quote in (where or terms.mode_quote, wishes_text) if quote)

    def part(points: int, reason: str) -> ScorePart:
        return ScorePart(PartKind.PLACE, points, MAXIMUM, reason, evidence)

    here = _here(theirs, where, places, wished)
    mode = _MODE_WORDS.get(terms.mode, "")
    mode = "" if mode.strip(" ()") in where.lower() else mode
    if terms.mode is Mode.REMOTE:
        wants_remote = preferences.remote or any(place.remote for place in places)
        if here:
            return part(MAXIMUM, f"Remote, and {where} is one of your places." if where else "Remote.")
        outside = _outside(theirs, places, person.home)
        if outside:
            return part(5, f"Remote, but the posting names {outside}: check whether you may work from where you live.")
        if wants_remote:
            return part(MAXIMUM, "Remote work, which you accept.")
        return part(7, "Remote work, which you did not ask for.")
    if not where or theirs.is_empty:
        if not where:
            return part(6, "The posting does not say where the work is.")
        return part(5, f"The place {where} could not be compared with yours.")
    if not places:
        return part(6, f"The work is in {where}{mode}; your profile names no place.")
    if here:
        return part(MAXIMUM, f"{where}{mode} is {'one of your places' if wished else 'where you live'}.")
    if any(theirs.areas & place.areas for place in places):
        return part(10, f"{where}{mode} is next to {wishes_text}.")
    countries = frozenset[str]().union(*(place.countries for place in places))
    if theirs.countries & countries:
        return part(4, f"The work is in {where}{mode}: your country, but not {wishes_text}.")
    if theirs.countries and countries:
        return part(0, f"The work is in {where}{mode}, another country than {wishes_text}.")
    return part(3, f"The work is in {where}{mode}, which is not {wishes_text}.")


def _here(theirs: Place, where: str, places: list[Place], wished: list[str]) -> bool:
    """Whether the posting's place is one of those wished: the city, a country wished as such, or the same words."""
    for place in places:
        if theirs.cities & place.cities:
            return True
        if place.named_countries & theirs.countries and wished and not place.cities:
            return True
        if theirs.other and theirs.other & place.other and not (theirs.cities or place.cities):
            return True
    return any(text.strip().casefold() == where.casefold() for text in wished)


def _outside(theirs: Place, places: list[Place], home: Place) -> str:
    """The countries a remote posting names, when none of the person's is among them."""
    if not theirs.countries:
        return ""
    mine = home.countries.union(*(place.countries for place in places)) if places else home.countries
    if not mine or theirs.countries & mine:
        return ""
    return listed(sorted(country_name(code) for code in theirs.countries)[:3], "and")
