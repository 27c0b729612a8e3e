"""The posting as safe text: what a hostile page says is shown as it is, and nothing in it can be clicked."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QScrollBar, QVBoxLayout, QWidget

from jobagent_desktop.domain.views import JobDetail
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.widgets.label import DIM, NORMAL, ElidedLabel, small
from jobagent_desktop.ui.widgets.scroll import slim

AT_ONCE = 16_000
"""Characters laid out in one go, a few milliseconds; a page shows about 3,000."""
LONGEST = 2_000
"""Characters in a paragraph: Qt lays out a whole one at a time, and a megabyte without a line end takes it a second."""


def pieces(text: str) -> Iterator[str]:
    """The text in pieces of whole paragraphs, those that are too long cut between words where there are any."""
    start = 0
    while start < len(text):
        end = min(len(text), start + AT_ONCE)
        if end < len(text):
            end = text.rfind("\n", start, end) + 1 or text.rfind(" ", start, end) + 1 or end
        paragraphs = list[str]()
        for line in text[start:end].removesuffix("\n").split("\n"):
            rest = line
            while len(rest) > LONGEST:
                cut = rest.rfind(" ", 0, LONGEST) + 1 or LONGEST
                paragraphs.append(rest[:cut])
                rest = rest[cut:]
            paragraphs.append(rest)
        yield "\n".join(paragraphs)
        start = end


class PostingTab(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self._shown: tuple[tuple[str, str], ...] = ()
        self._whole = ""
        self._rest: Iterator[str] = iter(())
        self._more = QTimer(self)
        self._more.setInterval(10)
        self._more.timeout.connect(self._lay_out_more)
        self._text = QPlainTextEdit()
        slim(self._text)
        self._text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._text.setReadOnly(True)
        self._text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._text.setAccessibleName(self.tr("Text of the posting"))
        self._text.setTabChangesFocus(True)
        self._text.document().setDocumentMargin(0)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._facts)
        column.addWidget(self._text, 1)

    def show_detail(self, detail: JobDetail) -> None:
        posting = detail.posting
        self._show_facts(
            tuple(
                (name, value)
                for name, value in (
                    (self.tr("Kind"), posting.employment_type),
                    (self.tr("Closes"), wording.date_and_time(posting.closes_at) if posting.closes_at else ""),
                    (self.tr("Address"), posting.url),
                    (self.tr("Also seen at"), ", ".join(detail.also_at)),
                )
                if value
            )
        )
        text = posting.description or self.tr("This posting has no text.")
        if text != self._whole:
            self._whole = text
            self._rest = pieces(text)
            self._text.setPlainText(next(self._rest))
            self._more.start()

    @Slot()
    def _lay_out_more(self) -> None:
        """A long text grows at its end while the user reads its beginning."""
        piece = next(self._rest, None)
        if piece is None:
            self._more.stop()
            return
        cursor = QTextCursor(self._text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText("\n" + piece)

    def scroll_bar(self) -> QScrollBar:
        return self._text.verticalScrollBar()

    def text(self) -> str:
        return self._text.toPlainText()

    def _show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        if facts == self._shown:
            return
        self._shown = facts
        while (item := self._facts.takeAt(0)) is not None:  # pyright: ignore[reportUnnecessaryComparison]
            widget = item.widget()
            if widget is not None:  # pyright: ignore[reportUnnecessaryComparison]
                widget.deleteLater()
        for row, (name, value) in enumerate(facts):
            label = small(name, role=DIM)
            label.setWordWrap(False)
            self._facts.addWidget(label, row, 0)
            self._facts.addWidget(ElidedLabel(value, role=NORMAL, pixels=12, mode=Qt.TextElideMode.ElideMiddle), row, 1)
