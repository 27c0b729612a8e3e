"""The only modal box before there is a window: why the program cannot start, and what to do."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox


def show_failed_start(sentence: str) -> None:
    """Says it in a box, and on stderr where there is one."""
    if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]  a windowed program has none
        print(sentence, file=sys.stderr)  # noqa: T201 - started from a terminal, it is read there
    box = QMessageBox(QMessageBox.Icon.Critical, "Job Market Agent", sentence)
    # The sentence may carry a path or a value from outside.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
