"""Sources, settings and the status line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.breaker import SCRAPING, Breaker, BreakerState
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.event import Event, EventKind
from jobagent_desktop.ui.main_window import JOBS, SETTINGS, SOURCES
from jobagent_desktop.ui.own_settings import settings_in_force
from jobagent_desktop.ui.widgets.label import Label
from tests.fakes.window_jobs import busy_world, profile
from tests.fakes.window_world import World
from tests.ui.conftest import OpenWindow


def test_sources_tell_what_came_of_each_search(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    stage.window.show_page(SOURCES)
    words = "\n".join(label.text() for label in stage.window.sources.findChildren(Label))
    assert "Northwind Bank" in words
    assert "The site did not answer within 30 seconds. It is tried again at the next search." in words


def test_a_careers_page_is_added_and_searched(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World(profile=profile()))
    stage.window.show_page(SOURCES)
    form = stage.window.sources.careers
    form.field.setText("  https://boards.greenhouse.io/helio ")
    form.button.click()
    qtbot.waitUntil(lambda: stage.window.page() == JOBS)
    assert stage.world.asked == [c.SearchNow(careers_urls=("https://boards.greenhouse.io/helio",))]
    assert form.field.text() == ""


def test_a_refused_careers_page_is_told_below_its_field(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World(profile=profile()))
    stage.window.show_page(SOURCES)
    form = stage.window.sources.careers
    form.field.setText("file:///etc/passwd")
    form.button.click()
    qtbot.waitUntil(form.message.isVisible)
    assert "must begin with https://" in form.message.text()
    assert form.field.text() == "file:///etc/passwd"
    assert form.button.isEnabled()


def test_one_posting_is_added(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World(profile=profile()))
    stage.window.show_page(SOURCES)
    form = stage.window.sources.single
    form.field.setText("https://company.example/jobs/1")
    form.button.click()
    qtbot.waitUntil(form.message.isVisible)
    assert "Added" in form.message.text()
    qtbot.waitUntil(lambda: stage.window.jobs.model.rowCount() == 1)


def test_an_empty_field_asks_for_nothing(open_window: OpenWindow) -> None:
    stage = open_window(World(profile=profile()))
    stage.window.sources.single.field.setText("   ")
    stage.window.sources.single.button.click()
    assert stage.world.asked == []


def test_the_demo_board_can_be_searched_from_sources(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World(profile=profile()))
    stage.window.sources.demo_button.click()
    qtbot.waitUntil(lambda: stage.world.asked == [c.SearchNow(boards=("demo",))])


# ---- settings


def test_a_setting_is_saved_by_its_key(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    stage.window.show_page(SETTINGS)
    settings = stage.window.settings
    assert stage.world.asked == []
    settings.tray.click()
    settings.notifications.click()
    settings.theme.setCurrentIndex(settings.theme.findData("dark"))
    qtbot.waitUntil(lambda: len(stage.world.asked) == 3)
    assert stage.world.asked == [
        c.SetSetting("close_to_tray", value=False),
        c.SetSetting("notifications", value=False),
        c.SetSetting("theme", "dark"),
    ]
    assert settings.value("close_to_tray") is False


def test_a_refused_setting_goes_back(open_window: OpenWindow, qtbot: QtBot) -> None:
    world = busy_world()
    world.refusals[c.SetSetting] = Permanent("close_to_tray is fixed by the environment.")
    stage = open_window(world)
    stage.window.show_page(SETTINGS)
    settings = stage.window.settings
    settings.tray.click()
    qtbot.waitUntil(settings.message.isVisible)
    assert settings.tray.isChecked()


def test_fixed_settings_win_over_chosen_over_defaults() -> None:
    values = settings_in_force({"theme": "dark", "notifications": False, "queue.paused": True}, {"theme": "light"})
    assert values == {"theme": "light", "notifications": False, "close_to_tray": True}


def test_the_data_folder_opens(open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    stage = open_window(busy_world())
    stage.window.settings.folder_button.click()
    assert opened == [str(stage.data_dir)]


# ---- the status line


def blocked_world(minutes: float) -> World:
    world = busy_world()
    world.breaker = Breaker(
        SCRAPING,
        BreakerState.OPEN,
        3,
        world.now + timedelta(minutes=minutes),
        "Northwind's site asked us to slow down.",
        1,
        world.now,
    )
    return world


def test_all_is_well(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    assert stage.window.status.text() == ("Searching allowed | Queue 3 running · 2 waiting | Embedded database | Ready")
    assert not stage.window.status.try_button.isVisible()


def test_a_pause_tells_until_when_why_and_how_long(open_window: OpenWindow, qtbot: QtBot) -> None:
    world = blocked_world(minutes=12)
    stage = open_window(world)
    until = f"{world.breaker.opened_until.astimezone():%H:%M}" if world.breaker.opened_until else ""
    text = stage.window.status.text()
    assert f"Searching paused until {until} · 12:00 · Northwind's site asked us to slow down." in text
    world.now += timedelta(seconds=75)
    qtbot.waitUntil(lambda: "· 10:45 ·" in stage.window.status.text(), timeout=3000)


def test_try_now_ends_the_wait(open_window: OpenWindow, qtbot: QtBot) -> None:
    world = blocked_world(minutes=12)
    stage = open_window(world)
    stage.window.status.try_button.click()
    qtbot.waitUntil(lambda: "trying again" in stage.window.status.text())
    assert world.asked == [c.TryNow(SCRAPING)]
    world.breaker = replace(world.breaker, state=BreakerState.HALF_OPEN)
    stage.bridge.publish(world.event(EventKind.BREAKER_CHANGED, "Probing."))
    qtbot.waitUntil(lambda: "Trying one request" in stage.window.status.text())
    assert not stage.window.status.try_button.isVisible()


def test_an_engine_that_has_ended_is_told_until_the_end(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    stage.bridge.engine_failed.emit("The part of the program that does the work has stopped.")
    assert stage.window.status.text().endswith("Stopped")
    assert stage.window.message.text() == "The part of the program that does the work has stopped."


def test_nothing_is_read_once_the_program_stops(open_window: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = open_window(World())
    stage.window.show_stopping()

    def closed() -> None:
        raise AssertionError("the connection has been closed")

    monkeypatch.setattr(stage.queries, "counts", closed)
    monkeypatch.setattr(stage.queries, "job_ids", closed)
    event = Event("0" * 26, "system", stage.world.now, EventKind.QUEUE_PAUSED, "Paused.")
    stage.bridge.publish(event)
    with qtbot.waitSignal(stage.bridge.events):
        pass
