"""Edits a draft's sentences, each beside its source; what is saved is rendered again by the engine."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from jobagent_desktop.ui.detail.draft_places import Place
from jobagent_desktop.ui.widgets.button import Button, Kind
from jobagent_desktop.ui.widgets.field import TextField
from jobagent_desktop.ui.widgets.flow import FlowLayout
from jobagent_desktop.ui.widgets.label import DIM, small
from jobagent_desktop.ui.widgets.scroll import slim


class DraftEditor(QWidget):
    """Signals:
    saved: the edits as a tuple of `(place, new text)`; empty when nothing was changed.
    cancelled: the user gave up the edits.
    """

    saved = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[str, tuple[str, TextField]] = {}
        self._area = QScrollArea()
        slim(self._area)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(self.tr("Sentences"))
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._save = Button(self.tr("Save and draw again"), Kind.PRIMARY)
        self._cancel = Button(self.tr("Cancel editing"))
        for button in (self._save, self._cancel):
            button.setAccessibleName(button.text())
        self._save.clicked.connect(self._on_save)
        self._cancel.clicked.connect(self.cancelled)
        buttons = QWidget()
        row = FlowLayout(buttons, gap=8)
        row.addWidget(self._save)
        row.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(small(self.tr("Change any sentence; clear one to leave it out.")))
        column.addWidget(self._area, 1)
        column.addWidget(buttons)

    @property
    def save_button(self) -> Button:
        return self._save

    def focus_first(self) -> None:
        """Puts the keyboard into the first sentence."""
        for _, field in self._fields.values():
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return

    def field(self, path: str) -> TextField:
        return self._fields[path][1]

    def show_places(self, places: list[Place]) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        self._fields.clear()
        heading = ""
        for place in places:
            if place.heading != heading:
                heading = place.heading
                column.addSpacing(8)
                column.addWidget(small(heading, bold=True))
            field = TextField(f"{place.heading}: {place.path}")
            field.setPlainText(place.text)
            field.setAccessibleDescription(place.source)
            column.addWidget(field)
            source = small(place.source, role=DIM)
            column.addWidget(source)
            column.addSpacing(4)
            self._fields[place.path] = (place.text, field)
        column.addStretch(1)
        self._area.setWidget(page)

    def set_busy(self, busy: bool) -> None:
        self._save.setEnabled(not busy)
        self._save.setText(self.tr("Saving…") if busy else self.tr("Save and draw again"))

    def edits(self) -> tuple[tuple[str, str], ...]:
        """The changed places with their new text."""
        return tuple(
            (path, text) for path, (old, field) in self._fields.items() if (text := field.toPlainText().strip()) != old.strip()
        )

    @Slot()
    def _on_save(self) -> None:
        self.saved.emit(self.edits())
