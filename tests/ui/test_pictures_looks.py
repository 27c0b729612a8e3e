"""Every page in every look (light, dark, high contrast; 100 % and 200 %; long German words), for a person to look at.

Each picture is also searched for words without room and for parts that stand out of their place.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from jobagent_desktop.desktop.crash import CrashHooks, CrashShelf
from jobagent_desktop.desktop.redaction import Redactor
from jobagent_desktop.desktop.starts import MANY, StartWatch
from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.breaker import SCRAPING, Breaker, BreakerState
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.ui.detail.pane import LOG, MATCH, POSTING, PREVIEW
from jobagent_desktop.ui.dialogs.closing import ClosingDialog
from jobagent_desktop.ui.main_window import JOBS, PROFILE, REPORTS, SETTINGS, SOURCES
from jobagent_desktop.ui.theme import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Theme, palette_of
from tests.fakes.long_german import LongGerman
from tests.fakes.pictures import cut_off, take, write_contact_sheet
from tests.fakes.window_jobs import busy_world, profile
from tests.fakes.window_world import World
from tests.ui.conftest import OpenWindow, Stage, patiently

SCALE = os.environ.get("QT_SCALE_FACTOR", "1")
PERCENT = round(float(SCALE) * 100)
# A window of 1280x720; at 200 % the whole of a screen of 1920x1080, less the taskbar.
SIZE = (1280, 720) if PERCENT == 100 else (960, 500)
THEMES = (LIGHT, DARK, CONTRAST_LIGHT, CONTRAST_DARK) if PERCENT == 100 else (LIGHT, DARK, CONTRAST_DARK)


def choose(stage: Stage, qtbot: QtBot, title: str) -> None:
    stage.window.jobs.table.choose(next(e.id for e in stage.world.entries.values() if e.posting.title == title))
    patiently(qtbot, lambda: stage.window.jobs.detail.shown_title() == title)


def about_jobs(stage: Stage, qtbot: QtBot) -> Iterator[str]:
    window, jobs, detail = stage.window, stage.window.jobs, stage.window.jobs.detail
    patiently(qtbot, lambda: detail.shown_title() == "Senior Backend Engineer, Payments")
    for tab, name in ((MATCH, "match"), (POSTING, "posting"), (LOG, "log")):
        detail.show_tab(tab)
        yield f"jobs-{name}"
    for chip, name in ((detail.preview.cv_chip, "cv"), (detail.preview.letter_chip, "letter")):
        detail.show_tab(PREVIEW)
        chip.click()
        patiently(qtbot, lambda: detail.preview.pages.page_count() == 1 and detail.preview.pages.is_sharp())
        yield f"jobs-preview-{name}"
    detail.preview.edit()
    yield "jobs-edit"
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.command_palette.field, "o")
    yield "palette"
    qtbot.keyClick(window.command_palette.field, Qt.Key.Key_Escape)
    detail.show_tab(MATCH)
    window.jobs.table.setFocus(Qt.FocusReason.TabFocusReason)
    choose(stage, qtbot, "Backend Engineer, Risk")
    yield "jobs-failed"
    choose(stage, qtbot, "Staff Engineer, Logistics")
    yield "jobs-approved"
    choose(stage, qtbot, "Python Platform Engineer")
    detail.show_tab(PREVIEW)
    yield "jobs-preparing"
    detail.show_tab(MATCH)
    choose(stage, qtbot, "API Engineer")
    detail.action_bar.acted.emit("skip")
    patiently(qtbot, jobs.undo_bar.isVisible)
    patiently(qtbot, lambda: detail.shown_title() == "Software Engineer II")
    yield "jobs-undo"
    until = stage.world.now + timedelta(minutes=12)
    reason = "Northwind's site asked us to slow down."
    stage.world.breaker = Breaker(SCRAPING, BreakerState.OPEN, 3, until, reason, 1, stage.world.now)
    stage.world.refusals[c.SearchNow] = Permanent(
        "The site www.northwind.example could not be reached. Check your connection and try again."
    )
    window.top_bar.search_button.click()
    patiently(qtbot, window.message.isVisible)
    yield "jobs-error"
    window.message.dismiss()
    window.top_bar.field.setText("zeppelin")
    patiently(qtbot, jobs.empty.isVisible)
    yield "jobs-no-match"
    window.top_bar.field.clear()
    patiently(qtbot, jobs.table.isVisible)


def about_pages(stage: Stage, qtbot: QtBot) -> Iterator[str]:
    window = stage.window
    window.show_page(PROFILE)
    yield "profile"
    window.show_whole(window.profile.again.button)
    yield "profile-below"
    window.show_page(SOURCES)
    yield "sources"
    window.show_page(SETTINGS)
    yield "settings"
    window.settings.help.copy_button.click()
    patiently(qtbot, window.settings.help.message.isVisible)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    yield "help"
    window.show_page(JOBS)


def picture(stage: Stage, scene: str, themes: tuple[Theme, ...], language: str) -> list[str]:
    """Takes the scene in every theme; what is cut off does not depend on colours and is looked for once."""
    for theme in themes:
        QApplication.setPalette(palette_of(theme))
        take(stage.window, f"looks/{PERCENT}-{theme.name}{language}/{scene}")
    return [f"{scene}{language} at {PERCENT} %: {fault}" for fault in cut_off(stage.window)]


@pytest.fixture(params=["", "-german"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    translator = LongGerman()
    if request.param:
        qapp.installTranslator(translator)
    yield request.param
    qapp.removeTranslator(translator)


@pytest.fixture
def themes(language: str) -> tuple[Theme, ...]:
    """Long words are as long in every theme."""
    return (LIGHT,) if language else THEMES


def test_the_window_in_every_look(open_window: OpenWindow, qtbot: QtBot, language: str, themes: tuple[Theme, ...]) -> None:
    faults: list[str] = []
    stage = open_window(busy_world(), SIZE)
    for scenes in (about_jobs, about_pages):
        for scene in scenes(stage, qtbot):
            faults += picture(stage, scene, themes, language)
    dialog = ClosingDialog(stage.window)
    dialog.open()
    take(dialog, f"looks/{PERCENT}-light{language}/dialog-closing")
    faults += cut_off(dialog)
    dialog.reject()
    write_contact_sheet()
    assert not faults, "\n".join(faults)


def test_the_first_run_and_emptiness_in_every_look(
    open_window: OpenWindow, qtbot: QtBot, language: str, themes: tuple[Theme, ...]
) -> None:
    stage = open_window(World(), SIZE)
    faults = picture(stage, "first-run", themes, language)
    stage.window.profile.import_cv("/home/marta/scan.pdf")
    patiently(qtbot, stage.window.profile.welcome_message.isVisible)
    faults += picture(stage, "first-run-refused", themes, language)
    stage = open_window(World(profile=profile()), SIZE, demo=True)
    faults += picture(stage, "jobs-empty", themes, language)
    stage.window.show_page(SOURCES)
    faults += picture(stage, "sources-empty", themes, language)
    write_contact_sheet()
    assert not faults, "\n".join(faults)


def test_what_a_crash_leaves_in_every_look(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path, language: str, themes: tuple[Theme, ...]
) -> None:
    folder = tmp_path / "crashes"
    folder.mkdir()
    for hour in (9, 11):
        hooks = CrashHooks(folder, "0.1.0", Redactor(), lambda hour=hour: datetime(2026, 11, 22, hour, 5, tzinfo=UTC))
        assert hooks._write("the thread engine", "fatal", "Segmentation fault", "Segmentation fault " * 30) is not None
    for _ in range(MANY):
        StartWatch(folder / "starts.json", lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
    starts = StartWatch(folder / "starts.json", lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
    stage = open_window(busy_world(), SIZE, crashes=CrashShelf(folder, Redactor()), starts=starts)
    patiently(qtbot, lambda: bool(stage.window.jobs.detail.shown_title()))
    faults = picture(stage, "safe-mode-and-crash-bar", themes, language)
    stage.window.show_page(REPORTS)
    faults += picture(stage, "crash-report", themes, language)
    write_contact_sheet()
    assert not faults, "\n".join(faults)


@pytest.mark.skipif(PERCENT != 100, reason="is the run at another scale itself")
def test_all_of_it_at_200_percent() -> None:
    """In a process of its own: Qt reads the scale once, at its start."""
    here = Path(__file__)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(here)]
    done = subprocess.run(
        command,
        cwd=here.parents[2],
        env=os.environ | {"QT_SCALE_FACTOR": "2"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert "6 passed, 1 skipped" in done.stdout
