"""Says at the start that the program stopped unexpectedly the last time, and leads to the report."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from jobagent_desktop.ui import wording
from jobagent_desktop.ui.context import CrashNote, WindowContext
from jobagent_desktop.ui.theme import Tone
from jobagent_desktop.ui.widgets.message_bar import MessageBar

_AROUND = QMargins(10, 8, 10, 0)


class LastTime(QWidget):
    """Bars above the page. They stay until the user has looked at the reports or dismissed them, over restarts too.

    Signals:
        reports_wanted: the user wants to read the reports.
    """

    reports_wanted = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = context.crashes
        self.notes: tuple[CrashNote, ...] = tuple(context.crashes.unseen()) if context.crashes is not None else ()
        self.bar = MessageBar(_AROUND)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.bar)
        self.bar.acted.connect(self._on_show)
        self.bar.dismissed.connect(self._on_seen)
        if self.notes:
            self.bar.show_message(self._sentence(), Tone.WARN, self.tr("Show the report"))
        self._take_room()

    def _take_room(self) -> None:
        """An empty row would still ask for its room."""
        self.setVisible(not self.bar.isHidden())

    def _sentence(self) -> str:
        stops = [note for note in self.notes if note.stopped]
        if stops:
            what = self.tr("The program stopped unexpectedly last time ({when}). Your data is safe, and the work goes on.")
        else:
            what = self.tr("Something went wrong inside the program last time ({when}). Your data is safe.")
        kept = self.tr("A report was written on this computer; nothing was sent.")
        return what.replace("{when}", wording.date_and_time((stops or self.notes)[0].at)) + " " + kept

    @Slot()
    def _on_show(self) -> None:
        self.reports_wanted.emit()
        self.bar.dismiss()

    @Slot()
    def _on_seen(self) -> None:
        if self._shelf is not None:
            self._shelf.mark_seen([note.id for note in self.notes])
        self._take_room()
