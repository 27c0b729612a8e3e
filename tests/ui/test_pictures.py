"""Writes pictures of the window in its states to `artifacts/` for a person to look at; fails when a picture is blank."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from jobagent_desktop.ui.detail.pane import LOG, MATCH, POSTING, PREVIEW
from jobagent_desktop.ui.theme import Appearance
from tests.fakes.window_jobs import busy_world
from tests.fakes.window_world import World
from tests.ui.conftest import OpenWindow

FOLDER = Path(__file__).parents[2] / "artifacts" / "ui"
SIZES = [(1440, 900), (1280, 720)]


def take(widget: QWidget, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = widget.grab()
    image = picture.toImage()
    seen = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(seen) > 10, "the picture is blank"
    assert picture.save(str(FOLDER / f"{name}.png"))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_jobs_pictures(open_window: OpenWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    stage = open_window(busy_world(), size)
    window, suffix = stage.window, f"{size[0]}"
    jobs = window.jobs
    for tab, name in ((MATCH, "match"), (POSTING, "posting"), (LOG, "log")):
        jobs.detail.show_tab(tab)
        QApplication.processEvents()
        take(window, f"jobs-{name}-{suffix}")
    jobs.detail.show_tab(PREVIEW)
    pages = jobs.detail.preview.pages
    qtbot.waitUntil(lambda: pages.page_count() == 1 and pages.is_sharp())
    take(window, f"jobs-preview-{suffix}")
    jobs.detail.preview.edit_button.click()
    QApplication.processEvents()
    take(window, f"jobs-edit-{suffix}")


def test_dark_pictures(open_window: OpenWindow, qtbot: QtBot, appearance: Appearance) -> None:
    appearance.choose("dark")
    stage = open_window(busy_world())
    take(stage.window, "dark-jobs")


def test_first_run_pictures(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World())
    take(stage.window, "first-run-empty")
    stage.window.profile.import_cv("/home/marta/cv.pdf")
    qtbot.waitUntil(lambda: stage.window.profile.currentWidget() is stage.window.profile.review)
    QApplication.processEvents()
    take(stage.window, "first-run-after")
