"""The newcomer's first minute: reads the sample CV and searches the demo board as soon as the engine is there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from jobagent_desktop.domain.commands import ImportCv, SearchNow
from jobagent_desktop.runtime import Bridge


class DemoStart(QObject):
    """Does it once. A refusal is shown where every refusal is: in the log and by the pages that stay empty."""

    def __init__(self, bridge: Bridge, cv: Path) -> None:
        super().__init__()
        self._bridge = bridge
        self._importing = bridge.ask(ImportCv(str(cv)))
        self._importing.done.connect(self._search)

    @Slot(object)
    def _search(self, _profile: object) -> None:
        self._bridge.ask(SearchNow(boards=("demo",)))
