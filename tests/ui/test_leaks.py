"""Each page, tab and dialog is opened and closed many times, and nothing of it stays: no widget, no object, no memory.

`--opens 1000` by hand; the default run does fewer. What Qt and Python keep for the next time is in place after the first
rounds, so growth is measured from there on.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from jobagent_desktop.ui.detail.pane import LOG, MATCH, POSTING, PREVIEW
from jobagent_desktop.ui.dialogs.closing import ClosingDialog
from jobagent_desktop.ui.main_window import JOBS, PROFILE, REPORTS, SETTINGS, SOURCES
from tests.fakes.window_jobs import busy_world
from tests.ui.conftest import OpenWindow, Stage

MEMORY_PER_OPEN = 10_000
"""Bytes by which the process may grow for each opening: a page that stayed would cost ten times as much. The rest is the
allocators' own play."""
PLAY = 4_000_000
"""Bytes that an allocator may take once, whatever the number of rounds."""


def resident_bytes() -> int | None:
    """Memory in use now; None where the system does not tell it this way."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 if status.exists() else None


def open_and_close(stage: Stage) -> None:
    """Everything there is to open, once."""
    window = stage.window
    for page in (PROFILE, SOURCES, SETTINGS, REPORTS, JOBS):
        window.show_page(page)
        QCoreApplication.processEvents()
    for row in (0, 1):
        window.jobs.table.choose_row(row)
        for tab in (POSTING, PREVIEW, LOG, MATCH):
            window.jobs.detail.show_tab(tab)
            QCoreApplication.processEvents()
    window.jobs.table.choose_row(0)
    window.jobs.detail.show_tab(PREVIEW)
    window.jobs.detail.preview.edit()
    QCoreApplication.processEvents()
    window.jobs.detail.preview._close_editor()
    window.jobs.detail.show_tab(MATCH)
    window.keys._on_palette()
    QCoreApplication.processEvents()
    window.command_palette.close_quietly()
    dialog = ClosingDialog(window)
    dialog.open()
    QCoreApplication.processEvents()
    dialog.reject()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # pyright: ignore[reportArgumentType]


def clean_up() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # pyright: ignore[reportArgumentType]
    QCoreApplication.processEvents()
    gc.collect()


def living(window: Stage) -> tuple[int, int]:
    """Widgets of the application, and Qt objects below the window."""
    return len(QApplication.allWidgets()), len(window.window.findChildren(QObject))


def test_opening_and_closing_everything_leaves_nothing(open_window: OpenWindow, qtbot: QtBot, opens: int) -> None:
    stage = open_window(busy_world())
    measured: list[tuple[int, tuple[int, int], int, int | None]] = []
    warm = max(5, opens // 10)
    for turn in range(1, opens + 1):
        open_and_close(stage)
        stage.world.asked.clear()  # the twin remembers every command
        if turn % 10 == 0:
            gc.collect()
        if turn in (warm, opens):
            qtbot.wait(300)  # pages that were asked for have come
            clean_up()
            measured.append((turn, living(stage), len(gc.get_objects()), resident_bytes()))
    (first_turn, first_living, first_objects, first_memory), (_, last_living, last_objects, last_memory) = measured
    rounds = opens - first_turn
    print(measured)  # with --opens 1000 -s, for a person to read
    assert last_living == first_living
    assert last_objects - first_objects < max(200, rounds), measured
    if first_memory is not None and last_memory is not None:
        assert last_memory - first_memory < PLAY + rounds * MEMORY_PER_OPEN, measured


def test_a_widget_that_stays_is_counted(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    before = living(stage)
    kept: Callable[[], object] = ClosingDialog(stage.window).open
    clean_up()
    after = living(stage)
    assert after[0] > before[0]
    assert after[1] > before[1]
    assert kept
