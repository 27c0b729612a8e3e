"""What an empty page says: why it is empty, and the one next step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from jobagent_desktop.ui.widgets.button import Button, Kind
from jobagent_desktop.ui.widgets.label import DIM, Label, title


class EmptyState(QWidget):
    """Signals: `acted` when the button is pressed."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title()
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = Label(role=DIM)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setFixedWidth(420)
        self._act = Button("", Kind.PLAIN)
        self._act.clicked.connect(self.acted)
        self._act.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._title)
        column.addWidget(self._text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        column.addWidget(self._act, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    @property
    def act_button(self) -> Button:
        return self._act

    def text(self) -> str:
        return f"{self._title.text()}\n{self._text.text()}"

    def show_words(self, heading: str, text: str, act: str = "", *, primary: bool = False) -> None:
        self._title.setText(heading)
        self._text.setText(text)
        self._text.setFixedHeight(self._text.heightForWidth(self._text.width()))
        self._act.setText(act)
        self._act.setAccessibleName(act)
        self._act.set_kind(Kind.PRIMARY if primary else Kind.PLAIN)
        self._act.setVisible(bool(act))
