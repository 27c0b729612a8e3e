"""What of a posting may stand in a letter: its title and company, as one harmless line each, or nothing.

A posting is hostile input. Anything that does not look like a title or a name (an address, a sentence, an instruction)
is left out, and the letter then speaks of "the position you advertise".
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

from jobagent_desktop.agents.reading.titles import is_mode, read_title
from jobagent_desktop.agents.reading.words import folded, keys, one_line
from jobagent_desktop.config import resource
from jobagent_desktop.domain.posting import Posting

MAX_CHARS = 120
_MAX_WORDS = 10
_MOST_IN_BRACKETS = 3
_ADDRESS = re.compile(r"https?:|www\.|://|\S@\S|\b\w+\.(?:com|net|org|io|example|ru|cn|exe|zip)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]*>|[<>{}\[\]`|*#_$\\^~=\"“”„«»]")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_SENTENCE = re.compile(r"[.!?:;]\s+\w|!|\?")
_PARTS = re.compile(r"\s+[-–—|@/]+\s+|\s*[|•·]\s*")


@lru_cache(maxsize=1)
def _orders() -> frozenset[str]:
    data = json.loads(resource("skills", "cues.json").read_text(encoding="utf-8"))
    return frozenset(data["orders"].split())


def title_of(posting: Posting) -> str:
    """The position's name without brackets, place and noise; empty when what stands there is no title."""
    line = one_line(posting.title[:1000], 1000)
    if _ADDRESS.search(line) or line.startswith(("=", "+", "@")):
        return ""
    line = _BRACKETS.sub(lambda m: m[0] if m[1] and _says_something(m[1]) else "", line)
    parts = [part for part in _PARTS.split(line) if part.strip()]
    best = next((part for part in parts if read_title(part).heads), parts[0] if parts else "")
    return _name(best)


def _says_something(bracketed: str) -> bool:
    """Whether a bracket in a title is about the work ("(Python)"), not about hours, place or gender."""
    return len(bracketed.split()) <= _MOST_IN_BRACKETS and not read_title(bracketed).is_empty and not is_mode(bracketed)


def company_of(posting: Posting) -> str:
    """The employer's name; empty when what stands there is no name."""
    return _name(posting.company)


def _name(text: str) -> str:
    if _ADDRESS.search(text):
        return ""
    clean = re.sub(r" +([,.])", r"\1", " ".join(_MARKUP.sub(" ", one_line(text, 1000)).split())).strip(" -–—+@/,;:'’")
    too_long = len(clean) > MAX_CHARS or len(clean.split()) > _MAX_WORDS
    if not clean or too_long or _SENTENCE.search(clean) or _orders() & set(keys(folded(clean))):
        return ""
    return clean if any(c.isalpha() for c in clean) else ""
