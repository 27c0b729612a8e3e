"""Writes pictures of the window in its states to `artifacts/ui` for a person to look at; fails when a picture is blank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.breaker import SCRAPING, Breaker, BreakerState
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.ui.detail.pane import LOG, MATCH, POSTING, PREVIEW
from jobagent_desktop.ui.pages.jobs import Slice
from tests.fakes.pictures import take
from tests.fakes.window_jobs import busy_world, hostile_world, large_world, profile
from tests.fakes.window_world import World
from tests.ui.conftest import OpenWindow, Stage

__all__ = ["take"]

SIZES = [(1440, 900), (1280, 720)]


def show_preview(stage: Stage, qtbot: QtBot) -> None:
    detail = stage.window.jobs.detail
    detail.show_tab(PREVIEW)
    pages = detail.preview.pages
    qtbot.waitUntil(lambda: pages.page_count() == 1 and pages.is_sharp())


def choose(stage: Stage, title: str) -> None:
    stage.window.jobs.table.choose(next(e.id for e in stage.world.entries.values() if e.posting.title == title))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_jobs(open_window: OpenWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    stage = open_window(busy_world(), size)
    window, suffix = stage.window, str(size[0])
    for tab, name in ((MATCH, "match"), (POSTING, "posting"), (LOG, "log")):
        window.jobs.detail.show_tab(tab)
        take(window, f"jobs-{name}-{suffix}")
    show_preview(stage, qtbot)
    take(window, f"jobs-preview-{suffix}")
    window.jobs.detail.preview.edit_button.click()
    take(window, f"jobs-edit-{suffix}")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_first_run(open_window: OpenWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    stage = open_window(World(), size)
    page, suffix = stage.window.profile, str(size[0])
    take(stage.window, f"first-run-empty-{suffix}")
    page.import_cv("/home/marta/scan.pdf")
    qtbot.waitUntil(page.welcome_message.isVisible)
    take(stage.window, f"first-run-error-{suffix}")
    page.import_cv("/home/marta/cv.pdf")
    qtbot.waitUntil(lambda: page.currentWidget() is page.review)
    take(stage.window, f"first-run-after-{suffix}")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_errors(open_window: OpenWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    world = busy_world()
    until = world.now + timedelta(minutes=12)
    reason = "Northwind's site asked us to slow down."
    world.breaker = Breaker(SCRAPING, BreakerState.OPEN, 3, until, reason, 1, world.now)
    world.refusals[c.SearchNow] = Permanent(
        "The site www.northwind.example could not be reached. Check your connection and try again."
    )
    stage = open_window(world, size)
    stage.window.top_bar.search_button.click()
    qtbot.waitUntil(stage.window.message.isVisible)
    choose(stage, "Backend Engineer, Risk")
    take(stage.window, f"error-{size[0]}")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_emptiness(open_window: OpenWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    stage = open_window(busy_world(), size)
    stage.window.top_bar.field.setText("zeppelin")
    qtbot.waitUntil(stage.window.jobs.empty.isVisible)
    take(stage.window, f"empty-search-{size[0]}")


def test_other_states(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World(profile=profile()))
    take(stage.window, "empty-jobs")
    stage = open_window(busy_world(), (1280, 720), demo=True)
    choose(stage, "Senior Backend Engineer, Payments")
    stage.window.jobs.detail.action_bar.acted.emit("skip")
    qtbot.waitUntil(stage.window.jobs.undo_bar.isVisible)
    take(stage.window, "undo-and-demo")
    choose(stage, "Staff Engineer, Logistics")
    take(stage.window, "approved")
    choose(stage, "Python Platform Engineer")
    take(stage.window, "preparing")
    choose(stage, "Full-stack Developer (PHP)")
    take(stage.window, "hard-no")
    choose(stage, "Softwareentwicklungsabteilungsleiterstellvertreter für Zahlungsverkehrsinfrastruktur")
    take(stage.window, "long-words")
    choose(stage, "מהנדס תוכנה בכיר")
    take(stage.window, "right-to-left")
    stage.window.jobs.show_slice(Slice.FAILED)
    take(stage.window, "slice-failed")


@pytest.mark.parametrize("make", [hostile_world, lambda: large_world(100_000)], ids=["hostile", "full"])
def test_extremes(open_window: OpenWindow, make: Callable[[], World], request: pytest.FixtureRequest) -> None:
    stage = open_window(make())
    take(stage.window, f"extreme-{request.node.callspec.id}")  # pyright: ignore[reportUnknownArgumentType]
    assert stage.window.jobs.model.rowCount() >= 1
    assert ApplicationStatus.PREVIEW_READY in {entry.status for entry in stage.world.entries.values()}
