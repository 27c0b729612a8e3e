"""Text as the engine compares it: normal form, tokens with positions, sentences; and outside text made harmless for one line.

Every function is pure. Positions are into the text that `plain` returns.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_TEXT = 40_000
"""Characters of one text that are read; a posting longer than this is an attack or a mistake."""

_TOKEN = re.compile(r"(?i:asp\.net)\b|(?<!\w)\.(?i:net)\b|\w+(?:\+\+|#(?!\w))?")
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\u0085\u000b\u000c]")
_NOT_SPLIT_BY_DECOMPOSITION = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})
_BULLET = re.compile(r"^[\s•·▪◦‣●○■□–—*>✓✔➤\-]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“„(]?[A-ZÀ-ÖØ-ÞĀ-ŽА-Я0-9])|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|incl|ca|vs|no|nr|dr|mr|mrs|ms|prof|inc|ltd|co|corp|st|bzw|z\.b|u\.a|d\.h|np|m\.in|tzw|ok)|\b[A-Z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `text` as written, `key` as compared, `start` and `end` its place."""

    text: str
    key: str
    start: int
    end: int


def plain(text: str) -> str:
    """The text composed (NFC), with ordinary spaces and line breaks and without invisible or control characters."""
    text = _LINE_BREAKS.sub("\n", text[:MAX_TEXT])
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """Without case and accents, for comparing: "Kraków" and "krakow" are the same word."""
    lowered = text.casefold().translate(_NOT_SPLIT_BY_DECOMPOSITION)
    if lowered.isascii():
        return lowered
    return "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))


def tokens(text: str) -> list[Token]:
    """The words of a plain text; `C++`, `C#` and `.NET` stay whole."""
    return [Token(m.group(), folded(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def keys(text: str) -> list[str]:
    """The words of a text as compared."""
    return [folded(m.group()) for m in _TOKEN.finditer(text)]


def unbulleted(line: str) -> str:
    """A line without its list mark."""
    return _BULLET.sub("", line).rstrip()


def is_bullet(line: str) -> bool:
    return bool(re.match(r"\s*[•·▪◦‣●○■□*✓✔➤\-–]\s*\S", line))


def sentences(text: str) -> list[str]:
    """A text's sentences, each verbatim and stripped; "e.g." and initials do not end one."""
    found: list[str] = []
    start = 0
    for cut in _SENTENCE_END.finditer(text):
        if "\n" not in cut.group() and _ABBREVIATION.search(text[start : cut.start()]):
            continue
        found.append(text[start : cut.start()].strip())
        start = cut.end()
        if cut.group() and not cut.group().isspace():  # a closing quote belongs to the sentence before
            found[-1] += cut.group().rstrip()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def one_line(text: str, limit: int) -> str:
    """Outside text on one line, without control characters, at most `limit` characters, cut at a word with an ellipsis."""
    line = " ".join(plain(text).split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" ,;:-–") + "…"


def listed(items: tuple[str, ...] | list[str], last: str = "and") -> str:
    """`A, B and C`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
