"""Says at the start that the program stopped unexpectedly the last time, and leads to the report.

After several crashes in a row it also says why nothing has been started, and lets the user go on. When a damaged database was
replaced since the window was last here, it says what may be missing, and where the damaged one is kept.
"""

from __future__ import annotations

from PySide6.QtCore import QMargins, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from jobagent_desktop.ui import wording
from jobagent_desktop.ui.context import CrashNote, RestoreNote, WindowContext
from jobagent_desktop.ui.theme import Tone
from jobagent_desktop.ui.widgets.message_bar import MessageBar

SETTLED_MS = 60_000
"""A program that has run for so long does not crash at its start."""
_AROUND = QMargins(10, 8, 10, 0)


class LastTime(QWidget):
    """Bars above the page. They stay until the user has looked at the reports or dismissed them, over restarts too.

    Signals:
        reports_wanted: the user wants to read the reports.
        go_on_wanted: the user wants what is held back to start.
    """

    reports_wanted = Signal()
    go_on_wanted = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = context.crashes
        self._starts = context.starts
        self._holding = context.starts is not None and context.starts.is_careful
        self.notes: tuple[CrashNote, ...] = tuple(context.crashes.unseen()) if context.crashes is not None else ()
        self.bar = MessageBar(_AROUND)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hold = MessageBar(_AROUND)
        self._column.addWidget(self.hold)
        self._restores = context.restores
        self._restored: RestoreNote | None = context.restores.untold() if context.restores is not None else None
        self.restored = MessageBar(_AROUND)
        self._column.addWidget(self.restored)
        self.restored.acted.connect(self._on_open_folder)
        self.restored.dismissed.connect(self._on_told)
        if self._restored is not None:
            self.restored.show_message(self._restored.sentence, Tone.WARN, self.tr("Open folder"))
        self._column.addWidget(self.bar)
        self.hold.acted.connect(self._on_go_on)
        self.bar.acted.connect(self._on_show)
        self.bar.dismissed.connect(self._on_seen)
        if self.notes:
            self.bar.show_message(self._sentence(), Tone.WARN, self.tr("Show the report"))
        if context.starts is not None and self._holding:
            self.hold.show_message(self._held_sentence(context.starts.crashes), Tone.WARN, self.tr("Go on"), closable=False)
        self.settling = QTimer(self)
        self.settling.setSingleShot(True)
        self.settling.setInterval(SETTLED_MS)
        self.settling.timeout.connect(self._on_settled)
        if context.starts is not None:
            self.settling.start()
        self._take_room()

    @property
    def is_holding(self) -> bool:
        """Whether the engine claims nothing until the user goes on."""
        return self._holding

    def end_hold(self) -> None:
        self._holding = False
        self.hold.dismiss()
        self._take_room()

    def _take_room(self) -> None:
        """An empty row would still ask for its room."""
        self.setVisible(not all(bar.isHidden() for bar in (self.hold, self.restored, self.bar)))

    def _held_sentence(self, crashes: int) -> str:
        return wording.counted(
            crashes,
            self.tr("The program stopped unexpectedly right after its last start."),
            self.tr("The program stopped unexpectedly {n} times in a row, each time soon after its start."),
        ) + self.tr(" So it has started nothing this time: no search and no preview runs until you go on. Your data is safe.")

    def _sentence(self) -> str:
        stops = [note for note in self.notes if note.stopped]
        if stops and self._holding:
            what = self.tr("What happened last ({when}) can be read.")
        elif stops:
            what = self.tr("The program stopped unexpectedly last time ({when}). Your data is safe.")
        else:
            what = self.tr("Something went wrong inside the program last time ({when}). Your data is safe.")
        kept = self.tr("A report was written on this computer; nothing was sent.")
        return what.replace("{when}", wording.date_and_time((stops or self.notes)[0].at)) + " " + kept

    @Slot()
    def _on_show(self) -> None:
        self.reports_wanted.emit()
        self.bar.dismiss()

    @Slot()
    def _on_open_folder(self) -> None:
        if self._restored is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._restored.folder))):
            self.restored.show_message(self._restored.sentence, Tone.WARN)  # the sentence names the folder

    @Slot()
    def _on_told(self) -> None:
        if self._restores is not None:
            self._restores.mark_told()
        self._take_room()

    @Slot()
    def _on_go_on(self) -> None:
        if self._starts is not None:
            # First of all: what comes now may be what crashes.
            self._starts.again()
            self.settling.start()
        self.go_on_wanted.emit()

    @Slot()
    def _on_settled(self) -> None:
        if self._starts is not None:
            self._starts.settled()

    @Slot()
    def _on_seen(self) -> None:
        if self._shelf is not None:
            self._shelf.mark_seen([note.id for note in self.notes])
        self._take_room()
