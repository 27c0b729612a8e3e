"""After three crashes in a row right after the start: the window holds the queue, says why, and goes on when told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from jobagent_desktop.config import resource
from jobagent_desktop.desktop.starts import MANY, StartWatch
from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.runtime import Bridge, EngineThread
from jobagent_desktop.services.ports import EventSink, RunningEngine
from jobagent_desktop.ui import WindowContext, WindowController
from jobagent_desktop.ui.theme import Appearance
from tests.fakes.command_line import answer, environment
from tests.fakes.window_jobs import busy_world
from tests.fakes.window_world import WorldEngine, WorldQueries
from tests.ui.conftest import draw_page
from tests.ui.test_last_time import NOW, Open, folder, open_with, shelf, write
from tests.ui.test_pictures import take

__all__ = ["folder", "open_with"]


def started(folder: Path, crashes: int) -> StartWatch:
    """The watch of a start after so many crashes."""
    for _ in range(crashes):
        StartWatch(folder / "starts.json", lambda: NOW)
    return StartWatch(folder / "starts.json", lambda: NOW)


@pytest.mark.parametrize("crashes", [0, MANY - 1])
def test_after_fewer_crashes_it_starts_as_ever(open_with: Open, folder: Path, crashes: int) -> None:
    window = open_with(busy_world(), starts=started(folder, crashes))
    assert not window.last_time.hold.isVisible()
    assert not window.last_time.is_holding
    assert window.status.text().endswith("Ready")


def test_after_three_it_says_why_nothing_starts_and_goes_on_when_told(open_with: Open, folder: Path, qtbot: QtBot) -> None:
    write(folder, "Segmentation fault", kind="fatal")
    world = busy_world()
    window = open_with(world, starts=started(folder, MANY), crashes=shelf(folder))
    assert window.last_time.hold.isVisible()
    assert window.last_time.bar.isVisible()
    assert "stopped unexpectedly 3 times in a row" in window.last_time.hold.text()
    assert "stopped" not in window.last_time.bar.text(), "said once is enough"
    assert window.status.text().endswith("On hold")
    window.last_time.bar.act_button.click()
    assert window.last_time.hold.isVisible()
    window.last_time.hold.act_button.click()
    qtbot.waitUntil(lambda: window.status.text().endswith("Ready"))
    assert world.asked == [c.GoOn()]
    assert not window.last_time.isVisible()
    assert started(folder, 0).crashes == MANY + 1, "a crash from here on is careful at once"


def test_a_refused_go_on_leaves_the_bar_and_says_why(open_with: Open, folder: Path, qtbot: QtBot) -> None:
    world = busy_world()
    world.refusals[c.GoOn] = Permanent("The database is damaged.")
    window = open_with(world, starts=started(folder, MANY))
    window.last_time.hold.act_button.click()
    qtbot.waitUntil(window.message.isVisible)
    assert window.message.text() == "The database is damaged."
    assert window.last_time.hold.isVisible()
    assert window.status.text().endswith("On hold")


def test_a_minute_of_running_ends_the_row(open_with: Open, folder: Path) -> None:
    window = open_with(busy_world(), starts=started(folder, 2))
    settling = window.last_time.settling
    assert settling.isActive()
    assert settling.interval() == 60_000
    assert (folder / "starts.json").exists()
    settling.timeout.emit()  # the minute itself is Qt's
    assert started(folder, 0).crashes == 0


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", "This plugin does not support")
def test_a_held_start_in_the_background_shows_the_window(
    qapp: QApplication, appearance: Appearance, folder: Path, qtbot: QtBot
) -> None:
    world = busy_world()
    bridge = Bridge()

    def make_engine(sink: EventSink) -> RunningEngine:
        return WorldEngine(world, sink, draw_page)

    thread = EngineThread(make_engine, bridge)
    starts = started(folder, MANY)
    context = WindowContext(bridge, WorldQueries(world), lambda: world.now, folder, "0.1.0", background=True, starts=starts)
    controller = WindowController(qapp, context, thread, with_tray=True)
    controller.start()
    try:
        assert controller.window.isVisible()
    finally:
        assert thread.stop()
        controller.window.allow_close()
        controller.window.close()
        controller.window.deleteLater()
        controller.deleteLater()
        qtbot.wait(1)


class Start:
    """The real program in a process of its own, without a screen."""

    def __init__(self, data: Path) -> None:
        self._watch = data / "crashes" / "starts.json"
        before = self._text()
        command = [sys.executable, "-m", "jobagent_desktop", "--data-dir", str(data)]
        env = environment() | {"QT_QPA_PLATFORM": "offscreen"}
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while self._text() in (before, "") and self.process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        self.crashes = json.loads(self._text())["crashes"]

    def _text(self) -> str:
        return self._watch.read_text() if self._watch.exists() else ""

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.mark.e2e
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal to end a program politely")
def test_the_real_program_is_careful_after_three_kills_and_normal_after_an_orderly_end(tmp_path: Path) -> None:
    answer(tmp_path, "import-cv", str(resource("demo", "cv.pdf")))
    answer(tmp_path, "search", "--board", "demo")
    waiting = answer(tmp_path, "status")["applications"]
    assert waiting.get("found", 0) + waiting.get("matched", 0) > 5, "previews are due"
    counted: list[int] = []
    for _ in range(MANY):
        start = Start(tmp_path)
        counted.append(start.crashes)
        start.end(signal.SIGKILL)
    careful = Start(tmp_path)
    counted.append(careful.crashes)
    assert counted == [0, 1, 2, 3]
    time.sleep(4)  # a start that is not held has finished previews by then
    assert answer(tmp_path, "status")["applications"] == waiting
    assert careful.end(signal.SIGTERM) == 0
    assert not (tmp_path / "crashes" / "starts.json").exists()
    normal = Start(tmp_path)
    until = time.monotonic() + 60
    while answer(tmp_path, "status")["applications"] == waiting and time.monotonic() < until:
        time.sleep(0.1)
    assert answer(tmp_path, "status")["applications"] != waiting
    assert normal.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pictures(open_with: Open, folder: Path, appearance: Appearance, colours: str) -> None:
    appearance.choose(colours)
    write(folder, "Segmentation fault", kind="fatal", at=NOW - timedelta(minutes=1))
    window = open_with(busy_world(), starts=started(folder, MANY), crashes=shelf(folder))
    take(window, f"careful-start-{colours}")
