"""Asked when the window is closed and there is no tray: quit, or go on working with the window minimised."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from jobagent_desktop.ui.widgets.button import Button, Kind
from jobagent_desktop.ui.widgets.label import DIM, Label, title


class ClosingDialog(QDialog):
    """Signals: `quit_chosen` or `keep_chosen`; neither when the dialog is just closed."""

    quit_chosen = Signal()
    keep_chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Close the window"))
        self.setModal(True)
        self.keep_button = Button(self.tr("Minimise and go on working"), Kind.PRIMARY)
        self.quit_button = Button(self.tr("Quit"))
        self.cancel_button = Button(self.tr("Back"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self.cancel_button, self.quit_button, self.keep_button):
            button.setAccessibleName(button.text())
            buttons.addWidget(button)
        text = Label(
            self.tr(
                "This system has no tray, so a closed window could not be opened again. If you quit, searches and previews "
                "stop; they go on where they were at the next start."
            ),
            role=DIM,
        )
        text.setMinimumWidth(420)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(title(self.tr("Quit, or go on working?")))
        column.addWidget(text)
        column.addSpacing(8)
        column.addLayout(buttons)
        self.keep_button.setDefault(True)
        self.keep_button.clicked.connect(self._on_keep)
        self.quit_button.clicked.connect(self._on_quit)
        self.cancel_button.clicked.connect(self.reject)

    @Slot()
    def _on_keep(self) -> None:
        self.accept()
        self.keep_chosen.emit()

    @Slot()
    def _on_quit(self) -> None:
        self.accept()
        self.quit_chosen.emit()
