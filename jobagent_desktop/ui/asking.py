"""A command that is under way, together with what it is about, so that its answer lands where it was asked."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from jobagent_desktop.domain.commands import Command
from jobagent_desktop.runtime import Bridge


class Asked(QObject):
    """Signals: `done(subject, value)` or `failed(subject, sentence)`, once; then it deletes itself."""

    done = Signal(str, object)
    failed = Signal(str, str)

    def __init__(self, bridge: Bridge, command: Command, subject: str, parent: QObject) -> None:
        super().__init__(parent)
        self._subject = subject
        reply = bridge.ask(command)
        reply.done.connect(self._on_done)
        reply.failed.connect(self._on_failed)

    @Slot(object)
    def _on_done(self, value: object) -> None:
        self.done.emit(self._subject, value)
        self.deleteLater()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.failed.emit(self._subject, sentence)
        self.deleteLater()
