"""Which characters a printed document can show; what it cannot is left out of it, and the user is told."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from jobagent_desktop.domain.resume import Unread

# Unassigned, private use, surrogate.
_NO_GLYPH = frozenset(("Cn", "Co", "Cs"))
# What only dresses emoji: variation selector, keycap.
_EMOJI_DRESS = "\ufe0f\u20e3"
_JOINER = "\u200d"
_MOST_SHOWN = 20


def printable(text: str) -> str:
    """The text without characters that no text font has: private-use symbols of other fonts, emoji and their joiners."""
    kept: list[str] = []
    for before, character, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        joins_emoji = character == _JOINER and (_is_emoji(before) or before in _EMOJI_DRESS or _is_emoji(after))
        if unicodedata.category(character) in _NO_GLYPH or _is_emoji(character) or character in _EMOJI_DRESS or joins_emoji:
            continue  # a joiner between letters stays: Indic scripts and Persian are written with it
        kept.append(character)
    return "".join(kept)


def left_out(texts: Iterable[str]) -> Unread | None:
    """What to tell of the emoji in a CV; None if there are none."""
    symbols = dict.fromkeys(character for text in texts for character in text if _is_emoji(character))
    if not symbols:
        return None
    shown = " ".join(list(symbols)[:_MOST_SHOWN])
    return Unread(text=shown, reason="Printed documents cannot show these symbols; they are left out of your CV and letters.")


def _is_emoji(character: str) -> bool:
    return ord(character) >= 0x1F000 and unicodedata.category(character) in {"So", "Sk"}
