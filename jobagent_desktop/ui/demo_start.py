"""The newcomer's first minute: reads the sample CV and searches the demo board as soon as the engine is there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from jobagent_desktop.domain.commands import ImportCv, SearchNow
from jobagent_desktop.runtime import Bridge


class DemoStart(QObject):
    """Does it once. Signals: `refused` with a sentence when the demo cannot be set up."""

    refused = Signal(str)

    def __init__(self, bridge: Bridge, cv: Path) -> None:
        super().__init__()
        self._bridge = bridge
        reply = bridge.ask(ImportCv(str(cv)))
        reply.done.connect(self._search)
        reply.failed.connect(self.refused)

    @Slot(object)
    def _search(self, _profile: object) -> None:
        self._bridge.ask(SearchNow(boards=("demo",))).failed.connect(self.refused)
