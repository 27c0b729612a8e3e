"""The program as a test's own: the joined parts in a data folder of the test's, with the real window."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from jobagent_desktop.bootstrap import Workspace, open_workspace
from jobagent_desktop.domain.breaker import SCRAPING, failed
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.views import JobDetail, JobFilter
from jobagent_desktop.runtime import Bridge, EngineThread, Reader
from jobagent_desktop.store.breakers import change
from jobagent_desktop.store.connection import open_writer, transaction
from jobagent_desktop.ui import WindowContext, WindowController

if "DISPLAY" not in os.environ and "WAYLAND_DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PICTURES = Path(__file__).resolve().parents[2] / "artifacts" / "e2e"
PATIENCE_MS = 90_000


class Program:
    """The program as `bootstrap` joins it, in a data folder of the test's."""

    def __init__(self, app: QApplication, folder: Path, qtbot: QtBot) -> None:
        self.workspace: Workspace = open_workspace(folder, {})
        self.qtbot = qtbot
        app.setQuitOnLastWindowClosed(False)
        self.bridge = Bridge()
        self.thread = EngineThread(self.workspace.engine, self.bridge)
        self.queries = self.workspace.queries()
        self.reader = Reader(self.workspace.queries)
        context = WindowContext(self.bridge, self.queries, self.workspace.clock.now, folder, "test", reader=self.reader)
        self.controller = WindowController(app, context, self.thread, with_tray=False)
        self.window = self.controller.window
        self.window.resize(1440, 900)

    def start(self) -> None:
        with self.qtbot.waitSignal(self.bridge.ready, timeout=PATIENCE_MS):
            self.controller.start()
        self.qtbot.waitExposed(self.window)

    def stop(self) -> None:
        with self.qtbot.waitSignal(self.thread.finished, timeout=PATIENCE_MS):
            self.controller.quit()
        self.controller._collector.stop()

    def count(self, status: ApplicationStatus) -> int:
        return self.queries.counts().applications.get(status.value, 0)

    def best(self) -> JobDetail:
        detail = self.queries.detail(self.queries.job_ids(JobFilter())[0])
        assert detail is not None
        return detail

    def refuse_three_times(self) -> None:
        """What another process on the same data writes when a site turns it away."""
        now = self.workspace.clock.now()

        def write(connection: apsw.Connection) -> None:
            for _ in range(3):
                change(connection, SCRAPING, lambda b: failed(b, "Northwind's site asked us to slow down.", now), now)

        with closing(open_writer(self.workspace.paths.database)) as connection:
            transaction(connection, write)

    def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.window.grab().save(str(PICTURES / f"{name}.png"))


@pytest.fixture
def program(qapp: QApplication, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Generator[Program]:
    # Outside of `exec` a real exit would end every event loop of the tests to come.
    monkeypatch.setattr(qapp, "exit", lambda code=0: None)
    program = Program(qapp, tmp_path, qtbot)
    program.start()
    yield program
    if program.thread.isRunning():
        program.stop()


@pytest.fixture
def freezes(request: pytest.FixtureRequest) -> int:
    """How often the test of frozen workers freezes one; `--freezes 20` by hand."""
    return int(str(request.config.getoption("--freezes")))


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often the kill test kills; `--kills 1000` by hand."""
    return int(str(request.config.getoption("--kills")))
