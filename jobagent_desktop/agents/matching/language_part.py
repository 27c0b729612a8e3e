"""The language part: languages asked, and the one the posting is written in, against those the person speaks."""

from __future__ import annotations

from jobagent_desktop.agents.reading import spoken
from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.agents.reading.posting_terms import PostingTerms
from jobagent_desktop.agents.reading.spoken import LanguageAsk
from jobagent_desktop.agents.reading.words import listed
from jobagent_desktop.domain.match import PartKind, ScorePart

MAXIMUM = 8


def language_part(person: Person, terms: PostingTerms) -> tuple[ScorePart, tuple[str, ...]]:
    """The part, and the sentences for what is a hard no: a required language that the profile does not have."""
    required = [ask for ask in terms.languages if ask.required]
    wished = [ask for ask in terms.languages if not ask.required]
    missing = [ask for ask in required if not _known(person, ask)]
    quotes = tuple(dict.fromkeys(ask.quote for ask in (*required, *wished)))[:3]
    mine = listed([_mine(person, code) for code in person.languages])
    evidence = (*quotes, mine) if quotes else (mine,)

    def part(points: int, reason: str) -> ScorePart:
        return ScorePart(PartKind.LANGUAGE, points, MAXIMUM, reason, evidence)

    if missing:
        names = listed([_asked(ask) for ask in missing])
        verb = "is" if len(missing) == 1 else "are"
        reason = f"{names} {verb} required, and your profile does not list {'it' if len(missing) == 1 else 'them'}."
        return part(0, reason), tuple(f"{_asked(ask)} is required, and your profile does not list it." for ask in missing)
    below = [ask for ask in required if not _enough(person, ask)]
    if below:
        gap = max(_gap(person, ask) for ask in below)
        names = listed([f"{_asked(ask)} is required and you list {_best(person, ask)}" for ask in below])
        return part(5 if gap == 1 else 2, f"{names}."), ()
    unspoken = terms.language and terms.language not in person.languages
    if unspoken and not any(terms.language in ask.languages for ask in required):
        name = spoken.name_of(terms.language)
        return part(3, f"The posting is written in {name}, which your profile does not list."), ()
    lacking = [ask for ask in wished if not _enough(person, ask)]
    if lacking:
        names = listed([_asked(ask) for ask in lacking])
        spoken_here = listed([_best(person, ask) for ask in required])
        have = f"You speak what is required, {spoken_here}; " if required else ""
        return part(6, f"{have}{names} would be welcome." if have else f"{names} would be welcome; it is not required."), ()
    if required or wished:
        have = listed(list(dict.fromkeys(_best(person, ask) for ask in (*required, *wished))))
        return part(MAXIMUM, f"You speak the languages it asks for: {have}."), ()
    if terms.language:
        return part(MAXIMUM, f"It asks for no language; it is written in {spoken.name_of(terms.language)}, which you know."), ()
    return part(6, "It asks for no language."), ()


def _known(person: Person, ask: LanguageAsk) -> bool:
    return any(code in person.languages for code in ask.languages)


def _enough(person: Person, ask: LanguageAsk) -> bool:
    return any(code in person.languages and _covers(person.languages[code], ask.level) for code in ask.languages)


def _covers(have: int, asked: int) -> bool:
    return have == 0 or have >= min(asked, 6)  # what carries no level is taken at the user's word


def _gap(person: Person, ask: LanguageAsk) -> int:
    return min(ask.level - person.languages[code] for code in ask.languages if code in person.languages)


def _asked(ask: LanguageAsk) -> str:
    level = f" ({spoken.level_name(ask.level)})" if ask.level else ""
    return " or ".join(spoken.name_of(code) for code in ask.languages) + level


def _best(person: Person, ask: LanguageAsk) -> str:
    code = max((code for code in ask.languages if code in person.languages), key=lambda c: person.languages[c] or 7)
    return _mine(person, code)


def _mine(person: Person, code: str) -> str:
    level = spoken.level_name(person.languages[code])
    return f"{spoken.name_of(code)} ({level})" if level else spoken.name_of(code)
