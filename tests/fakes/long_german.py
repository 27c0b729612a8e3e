"""A made-up translation that is as long as German gets: it shows what does not fit, and which words were never translatable."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTranslator

MARK = "\u2060"
"""A word joiner: no width, no ink. It begins every word of the window that went through `tr`."""
_UMLAUTS = str.maketrans("aouAOU", "äöüÄÖÜ")
_COMPOUNDS = (
    "Bewerbungsunterlagen",
    "Stellenausschreibungsübersicht",
    "Benachrichtigungseinstellungen",
    "Gehaltsvorstellungsänderung",
    "Kenntnisse",
    "Wiederherstellung",
)


def lengthened(text: str) -> str:
    """The text with umlauts and compound words: twice as long when it is a word or two, else 60 % longer. `{…}` stays."""
    wanted = len(text) * 2 if len(text) <= 12 else round(len(text) * 1.6)
    parts = text.split("{")
    german = parts[0].translate(_UMLAUTS)
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        german += "{" + name + "}" + rest.translate(_UMLAUTS)
    if not any(letter.isalpha() for letter in text):
        return MARK + german
    turn = sum(map(ord, text))
    while len(german) < wanted:
        room = wanted - len(german)
        word = _COMPOUNDS[turn % len(_COMPOUNDS)]
        turn += 1
        german += word[:room].lower() if len(text) <= 12 else f" {word[: max(3, room - 1)]}"
    return MARK + german


class LongGerman(QTranslator):
    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:  # noqa: N803
        # Qt's own words (a shortcut's "Ctrl", a dialog's buttons) stay: their translation comes with Qt.
        return sourceText if context.startswith("Q") and context != "QObject" else lengthened(sourceText)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
