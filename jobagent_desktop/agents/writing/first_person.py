"""Turns a line of a CV into a clause with "I", only where its grammar is certain. Numbers and names are never touched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from jobagent_desktop.agents.writing.phrases import verbs
from jobagent_desktop.agents.writing.tailor import pieces

_POLISH_PAST = re.compile(r"\w+(łam|łem|łyśmy|liśmy)(\s+się)?\b")
_POLISH_NOUN = re.compile(r"\w+(anie|enie|cie)\b")
_GERMAN_NOUN = re.compile(r"\w+(ung|ieren|tion|pflege|leitung)\b")
_GERMAN_STATE = re.compile(r"verantwortlich für\b|zuständig für\b", re.IGNORECASE)


_AFTER_PARTICIPLE = frozenset({"in", "by", "on", "at", "for", "as", "under"})


class Shape(StrEnum):
    """How a line can stand in a letter."""

    VERB = "verb"
    """After "I": `cut settlement time ...`. In German with the verb apart, since it stands before "ich"."""
    DOING = "doing"
    """After "my work includes": a gerund, or a noun of doing."""
    OWN_WORDS = "own_words"
    """Already a sentence with "I"."""
    QUOTED = "quoted"
    """Only between quotation marks."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line ready for a frame. `text` ends with a full stop; `verb` only in German."""

    shape: Shape
    text: str
    verb: str = ""


def line(text: str, language: str, *, current: bool) -> Line | None:
    """The first sentence of a CV line in the shape that its first words allow; None when there is no sentence.

    `current`: the position lasts, so the present tense is true.
    """
    every = pieces(text)
    if not every:
        return None
    sentence = every[0].rstrip(" ;,:.") + ("" if every[0].rstrip().endswith(("!", "?", "…")) else ".")
    shaped = {"en": _english, "de": _german, "pl": _polish}.get(language, _quoted)(sentence, current)
    return shaped or Line(Shape.QUOTED, sentence)


def lowered(text: str) -> str:
    """With a small first letter, unless the first word is a name or an abbreviation with capitals of its own."""
    first = text.split(" ", 1)[0]
    return text if any(c.isupper() or c.isdigit() for c in first[1:]) else text[:1].lower() + text[1:]


def _quoted(sentence: str, current: bool) -> Line | None:
    return Line(Shape.QUOTED, sentence)


def _english(sentence: str, current: bool) -> Line | None:
    known = verbs()
    words = sentence.split()
    first = words[0].rstrip(",").lower()
    following = words[1].lower() if len(words) > 1 else ""
    if first in ("i", "i’m", "i'm", "i’ve", "i've"):
        return Line(Shape.OWN_WORDS, sentence)
    for start, (now, then) in known.states.items():
        if sentence.lower().startswith(start + " "):
            return Line(Shape.VERB, (now if current else then) + sentence[len(start) :])
    if first in known.adverbs and (following in known.past or (current and following in known.base)):
        return Line(Shape.VERB, lowered(sentence))
    passive = following in _AFTER_PARTICIPLE and first not in known.with_preposition  # "Used by 3 companies"
    passive = passive or (following == "to" and first in known.passive_to)  # "Promoted to team lead"
    if first in known.past and not passive:
        return Line(Shape.VERB, lowered(sentence))
    certain = first not in known.also_nouns or following in known.before_noun or following[:1].isdigit()
    if current and first in known.base and certain:
        return Line(Shape.VERB, lowered(sentence))
    third_certain = (
        known.third.get(first, "") not in known.also_nouns or following in known.before_noun or following[:1].isdigit()
    )
    if current and first in known.third and third_certain:
        return Line(Shape.VERB, known.third[first] + sentence[len(words[0]) :])
    if first in known.nouns_of_doing and following == "of":
        return Line(Shape.DOING, "the " + lowered(sentence))
    if first == "was" and following in known.past:
        return Line(Shape.VERB, lowered(sentence))
    if first in known.gerund and following not in ("of", "&"):
        return Line(Shape.DOING, lowered(sentence))
    return None


def _german(sentence: str, current: bool) -> Line | None:
    first, _, rest = sentence.partition(" ")
    if first.lower() in ("ich",):
        return Line(Shape.OWN_WORDS, sentence)
    if first.lower() in verbs().german and rest:
        return Line(Shape.VERB, rest, first.lower())
    if _GERMAN_STATE.match(sentence):
        return Line(Shape.VERB, lowered(sentence), "bin" if current else "war")
    return Line(Shape.DOING, sentence) if _GERMAN_NOUN.match(sentence) else None


def _polish(sentence: str, current: bool) -> Line | None:
    if _POLISH_PAST.match(sentence):
        return Line(Shape.VERB, lowered(sentence))
    return Line(Shape.DOING, lowered(sentence)) if _POLISH_NOUN.match(sentence) else None
