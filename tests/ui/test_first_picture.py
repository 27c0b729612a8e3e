"""What the first picture of the window does not wait for: imports that only the engine needs, and pages behind the first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pytestqt.qtbot import QtBot

from jobagent_desktop.runtime import Bridge
from jobagent_desktop.ui.context import WindowContext
from jobagent_desktop.ui.main_window import MainWindow
from jobagent_desktop.ui.page_stack import JOBS, KEYS, PageStack
from jobagent_desktop.ui.theme import Appearance
from tests.fakes.window_world import World, WorldQueries

PROGRAM = """
import sys
import jobagent_desktop.bootstrap, jobagent_desktop.store.queries, jobagent_desktop.ui
import jobagent_desktop.ui.pages.jobs, jobagent_desktop.ui.pages.profile
print(*sorted({"asyncio", "numpy", "pydantic", "jobagent_desktop.services.engine"} & set(sys.modules)))
"""


def test_the_window_imports_nothing_of_the_engines() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, timeout=120, check=True)
    assert done.stdout.split() == []


def test_pages_behind_the_first_come_when_the_engine_is_ready(appearance: Appearance, qtbot: QtBot, tmp_path: Path) -> None:
    del appearance
    world = World()
    bridge = Bridge()
    window = MainWindow(WindowContext(bridge, WorldQueries(world), lambda: world.now, tmp_path, "0.1.0", demo=True))
    qtbot.addWidget(window)
    stack = window.findChild(PageStack)
    assert isinstance(stack, PageStack)
    with qtbot.waitSignal(window.painted, timeout=30_000):
        window.show()
    assert [key for key in KEYS if stack.is_built(key)] == [JOBS]
    bridge.engine_ready()
    qtbot.waitUntil(window.has_all_pages, timeout=30_000)
    window.show_stopping()
    bridge.deleteLater()
