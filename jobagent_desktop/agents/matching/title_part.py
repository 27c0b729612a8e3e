"""The title part: the posting's title against the ones the person wants, uses and had."""

from __future__ import annotations

from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.agents.reading.titles import likeness, read_title
from jobagent_desktop.agents.reading.words import one_line
from jobagent_desktop.domain.match import PartKind, ScorePart
from jobagent_desktop.domain.posting import Posting

MAXIMUM = 20
_CLOSE = 0.9
_NEAR = 0.5
_FAR = 0.2


def title_part(person: Person, posting: Posting) -> ScorePart:
    title = one_line(posting.title, 120)
    if read_title(posting.title).is_empty:
        return ScorePart(PartKind.TITLE, MAXIMUM // 3, MAXIMUM, "The posting's title says nothing that can be compared.")
    mine = _mine(person)
    if not mine:
        return ScorePart(PartKind.TITLE, MAXIMUM // 3, MAXIMUM, "Your profile names no title or position to compare.", (title,))
    rated = [(likeness(text, posting.title) * weight, text, what) for text, weight, what in mine]
    like, text, what = max(rated, key=lambda one: one[0])  # the first of equals: what is wanted before what was
    points = round(MAXIMUM * like)
    if like >= _CLOSE:
        reason = f"The title fits {what}, {text}."
    elif like >= _NEAR:
        reason = f"The title is close to {what}, {text}."
    elif like >= _FAR:
        reason = f"The title is related to {what}, {text}."
    else:
        return ScorePart(PartKind.TITLE, points, MAXIMUM, "The title is not like any title in your profile.", (title,))
    return ScorePart(PartKind.TITLE, points, MAXIMUM, reason, (title, text))


def _mine(person: Person) -> list[tuple[str, float, str]]:
    """Titles with how much they count: what is wanted or true today fully, what is past a little less."""
    mine = [(title, 1.0, "one you look for") for title in person.profile.preferences.titles]
    mine.append((person.resume.basics.label, 1.0, "your own title"))
    for position in person.positions:
        recent = position.span is None or position.span.last >= person.today.year * 12 - 60
        weight = 1.0 if position.current else 0.9 if recent else 0.75
        mine.append((position.title, weight, "your position" if position.current else "an earlier position"))
    if not person.positions:
        mine += [(school.area, 2.0, "your field of study") for school in person.resume.education]
    return [(one_line(text, 120), weight, what) for text, weight, what in mine if text.strip()]
