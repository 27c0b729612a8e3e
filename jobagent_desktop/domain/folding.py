"""Text as people search for it: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that Unicode does not take apart into a letter and an accent."""


def folded(text: str) -> str:
    """Letters and digits without case and accents, words apart by one space: "Łódź" and "lodz" are the same."""
    parts = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    kept = "".join(c for c in parts if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", kept.replace("_", " ")))
