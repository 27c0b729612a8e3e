"""What went wrong in earlier runs, as plain text: to read, copy or delete. Nothing is sent from here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QFont, QFontDatabase, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from jobagent_desktop.ui import wording
from jobagent_desktop.ui.context import CrashNote, CrashShelf
from jobagent_desktop.ui.theme import SMALL_PX, Tone
from jobagent_desktop.ui.widgets.button import Button, Kind
from jobagent_desktop.ui.widgets.choice import Choice
from jobagent_desktop.ui.widgets.field import frames, see_through
from jobagent_desktop.ui.widgets.label import small, title
from jobagent_desktop.ui.widgets.message_bar import MessageBar
from jobagent_desktop.ui.widgets.scroll import slim


class ReportText(QPlainTextEdit):
    """A report: read-only, with the keyboard too, and as it is; addresses in it cannot be clicked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setViewportMargins(8, 8, 4, 8)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(SMALL_PX)
        self.setFont(font)
        slim(self, ring=False)
        see_through(self)

    def event(self, event: QEvent) -> bool:
        return frames(self, event) or super().event(event)


class CrashReportsPage(QWidget):
    """Signals: `left` when the user goes back, or has deleted the last report."""

    left = Signal()

    def __init__(self, shelf: CrashShelf | None, notes: Sequence[CrashNote], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self.choice = Choice(self.tr("Report"))
        self.text = ReportText(self.tr("The report"))
        self.message = MessageBar()
        self.copy_button = Button(self.tr("Copy"), Kind.PRIMARY)
        self.folder_button = Button(self.tr("Open folder"))
        self.folder_button.setAccessibleName(self.tr("Open the folder of the reports"))
        self.delete_button = Button(self.tr("Delete"))
        self.delete_button.setAccessibleName(self.tr("Delete this report"))
        self.back_button = Button(self.tr("Back"), Kind.LINK)
        self.back_button.setToolTip(self.tr("Back to the jobs (Esc)"))
        for note in notes:
            self.choice.addItem(wording.date_and_time(note.at), note.id)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.choice)
        acts.addWidget(self.copy_button)
        acts.addWidget(self.folder_button)
        acts.addWidget(self.delete_button)
        acts.addStretch(1)
        acts.addWidget(self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        column.addWidget(title(self.tr("What went wrong")))
        column.addWidget(
            small(
                self.tr(
                    "This report lies on this computer and is sent nowhere; passwords and keys are taken out of it. "
                    "To have the fault mended, read it through and copy it into your bug report."
                )
            )
        )
        column.addLayout(acts)
        column.addWidget(self.message)
        column.addWidget(self.text, 1)
        self.choice.currentIndexChanged.connect(self._show_chosen)
        self.copy_button.clicked.connect(self._on_copy)
        self.folder_button.clicked.connect(self._on_folder)
        self.delete_button.clicked.connect(self._on_delete)
        self.back_button.clicked.connect(self.left)

    def open(self) -> None:
        """Reads the report that is chosen, and takes the keyboard."""
        self._show_chosen()
        self.copy_button.setFocus()

    @Slot()
    def _show_chosen(self) -> None:
        self.message.dismiss()
        self.choice.setVisible(self.choice.count() > 1)
        there = self._shelf is not None and self.choice.count() > 0
        self.text.setPlainText(self._shelf.text(self._chosen()) if self._shelf is not None and there else "")
        for button in (self.copy_button, self.delete_button):
            button.setEnabled(there)

    def _chosen(self) -> str:
        return str(self.choice.currentData())

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.message.show_message(self.tr("Copied."), Tone.GOOD, seconds=4)

    @Slot()
    def _on_folder(self) -> None:
        if self._shelf is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shelf.folder))):
            self.message.show_message(
                self.tr("The folder could not be opened. Its path is: {path}").replace("{path}", str(self._shelf.folder))
            )

    @Slot()
    def _on_delete(self) -> None:
        if self._shelf is None:
            return
        if not self._shelf.delete(self._chosen()):
            self.message.show_message(
                self.tr("The report could not be deleted. Another program may have it open; close it and try again.")
            )
            return
        self.choice.removeItem(self.choice.currentIndex())
        self._show_chosen()
        if not self.choice.count():
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
