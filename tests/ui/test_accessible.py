"""What a screen reader meets: a name and a role for everything, words for what is painted, and news told when it happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.breaker import SCRAPING, Breaker, BreakerState
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.ui.detail.match_tab import PartLine
from jobagent_desktop.ui.detail.pane import LOG, MATCH, POSTING, PREVIEW
from jobagent_desktop.ui.dialogs.closing import ClosingDialog
from jobagent_desktop.ui.main_window import JOBS, PROFILE, SETTINGS, SOURCES, MainWindow
from jobagent_desktop.ui.models.job_table import Column
from jobagent_desktop.ui.widgets import announce as announcing
from jobagent_desktop.ui.widgets.marks import ScoreBadge, StageBar
from tests.fakes.long_german import MARK, LongGerman
from tests.fakes.window_jobs import busy_world
from tests.fakes.window_world import World
from tests.ui.conftest import OpenWindow, Stage, patiently

TOP = "Senior Backend Engineer, Payments"
NAME, ABOUT = QAccessible.Text.Name, QAccessible.Text.Description
ROLES = {
    "Button": QAccessible.Role.PushButton,
    "FilterChip": QAccessible.Role.CheckBox,
    "NavigationEntry": QAccessible.Role.CheckBox,
    "Check": QAccessible.Role.CheckBox,
    "Choice": QAccessible.Role.ComboBox,
    "LineField": QAccessible.Role.EditableText,
    "SearchField": QAccessible.Role.EditableText,
    "TextField": QAccessible.Role.EditableText,
    "JobTableView": QAccessible.Role.Table,
    "FlatTabs": QAccessible.Role.PageTabList,
    "ElidedLabel": QAccessible.Role.StaticText,
    "Label": QAccessible.Role.StaticText,
    "Tag": QAccessible.Role.StaticText,
}


def told(widget: QWidget) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(widget)


def ours(window: QWidget) -> list[QWidget]:
    found = [window, *window.findChildren(QWidget)]
    return [widget for widget in found if widget.isVisible() and type(widget).__module__.startswith("jobagent_desktop")]


def everywhere(stage: Stage, qtbot: QtBot) -> Iterator[str]:
    window, detail = stage.window, stage.window.jobs.detail
    patiently(qtbot, lambda: detail.shown_title() == TOP)
    for tab in (MATCH, POSTING, LOG, PREVIEW):
        detail.show_tab(tab)
        yield f"tab {tab}"
    detail.preview.edit()
    yield "editor"
    window.command_palette.open(window.keys.deeds())
    yield "palette"
    window.command_palette.close_quietly()
    for page in (PROFILE, SOURCES, SETTINGS):
        window.show_page(page)
        yield page
    window.show_page(JOBS)


def faults_in(window: QWidget) -> list[str]:
    faults: list[str] = []
    for widget in ours(window):
        kind = type(widget).__name__
        name = told(widget).text(NAME)
        uses_keyboard = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and kind != "SlimScrollBar"
        if (uses_keyboard or isinstance(widget, QAbstractButton | QLineEdit | QComboBox)) and not name.strip(MARK + " "):
            faults.append(f"{kind} has no name")
        if kind in ROLES and told(widget).role() is not ROLES[kind]:
            faults.append(f"{kind} {name!r} is a {told(widget).role()}")
        if isinstance(widget, QAbstractButton) and len(widget.text().strip()) < 2 and not widget.toolTip():
            faults.append(f"{kind} {name!r} shows no word and has no tooltip")
        if isinstance(widget, QLabel) and widget.text() and not name:
            faults.append(f"{kind} {widget.text()!r} is silent")
    return faults


def test_everything_has_a_name_and_a_role(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world(), (1280, 720))
    faults: list[str] = []
    walked = 0
    for place in everywhere(stage, qtbot):
        faults += [f"{place}: {fault}" for fault in faults_in(stage.window)]
        walked += len(ours(stage.window))
    dialog = ClosingDialog(stage.window)
    dialog.open()
    faults += [f"dialog: {fault}" for fault in faults_in(dialog)]
    assert told(dialog).role() is QAccessible.Role.Dialog
    dialog.reject()
    faults += [f"first run: {fault}" for fault in faults_in(open_window(World(), (1280, 720)).window)]
    assert not faults, "\n".join(sorted(set(faults)))
    assert walked > 400


def test_a_field_is_told_by_the_words_beside_it(open_window: OpenWindow) -> None:
    window = open_window(busy_world(), (1280, 720)).window
    window.show_page(PROFILE)
    buddies = {label.text(): label.buddy() for label in window.findChildren(QLabel) if label.buddy()}
    wishes = window.profile.wishes
    assert buddies["Titles"] is wishes.titles
    assert buddies["Places"] is wishes.places
    assert buddies["Lowest pay per year"] is wishes.salary
    assert buddies["Careers page"] is wishes.address
    assert buddies["Colours"] is window.settings.theme


def test_painted_cells_are_told_in_words(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world(), (1440, 900))
    window = stage.window
    patiently(qtbot, lambda: window.jobs.detail.shown_title() == TOP)
    table = told(window.jobs.table)
    cells = [table.child(index) for index in range(table.childCount())]
    words = [cell.text(NAME) for cell in cells if cell.isValid() and cell.role() is QAccessible.Role.Cell]
    rows = window.jobs.model.rowCount()
    shown = [column for column in Column if not window.jobs.table.isColumnHidden(column)]
    assert len(words) >= rows * len(shown)
    for expected in ("87", f"{TOP} · Northwind Bank", "96–118k EUR", "Preview ready, 100 %", "Review", "Tailoring CV, 45 %"):
        assert expected in words


def test_painted_marks_are_told_in_words(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world(), (1280, 720))
    window = stage.window
    patiently(qtbot, lambda: bool(window.jobs.detail.match.findChildren(PartLine)))
    assert told(window.jobs.detail.match.findChildren(ScoreBadge)[0]).text(NAME) == "Score 87 of 100"
    part = window.jobs.detail.match.findChildren(PartLine)[0]
    assert told(part).text(NAME) == "Skills 34/40"
    assert told(part).text(ABOUT).startswith("4 of 5 required skills are yours.")
    preparing = next(e.id for e in stage.world.entries.values() if e.posting.title == "Backend Engineer (FastAPI)")
    window.jobs.table.choose(preparing)
    bar = window.jobs.detail.action_bar.findChild(StageBar)
    assert isinstance(bar, StageBar)
    patiently(qtbot, lambda: told(bar).text(NAME) == "Tailoring CV 45 %")
    entry = window.navigation.entry(JOBS)
    assert told(entry).text(NAME) == "Jobs: 5 previews need your decision"
    assert told(entry).text(ABOUT) == "Ctrl+1"


# ---- news


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, bool]]]:
    """What a screen reader is told: the sentence, and whether it interrupts. As if one were running."""
    sentences: list[tuple[str, bool]] = []

    def hear(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            sentences.append((event.message(), event.politeness() is QAccessible.AnnouncementPoliteness.Assertive))

    class Heard(QAccessible):
        @staticmethod
        def isActive() -> bool:
            return True

        @staticmethod
        def updateAccessibility(event: QAccessibleEvent) -> None:
            hear(event)

    monkeypatch.setattr(announcing, "QAccessible", Heard)
    yield sentences


def test_messages_are_told_when_they_appear(open_window: OpenWindow, qtbot: QtBot, heard: list[tuple[str, bool]]) -> None:
    stage = open_window(busy_world(), (1280, 720))
    window = stage.window
    patiently(qtbot, lambda: window.jobs.detail.shown_title() == TOP)
    stage.world.refusals[c.SearchNow] = Permanent("The site could not be reached. Check your connection and try again.")
    window.top_bar.search_button.click()
    patiently(qtbot, window.message.isVisible)
    assert heard[-1] == ("The site could not be reached. Check your connection and try again.", True)
    qtbot.keyClick(window.jobs.table, Qt.Key.Key_S)
    patiently(qtbot, window.jobs.undo_bar.isVisible)
    assert heard[-1] == (f"Skipped: {TOP}", False)


def test_the_pause_of_searching_is_told_once(open_window: OpenWindow, qtbot: QtBot, heard: list[tuple[str, bool]]) -> None:
    stage = open_window(busy_world(), (1280, 720))
    world, status = stage.world, stage.window.status
    until = world.now.replace(hour=23, minute=41)
    for seconds in range(3):
        world.breaker = Breaker(SCRAPING, BreakerState.OPEN, 3, until, "Too many requests.", 1, world.now)
        world.now = world.now.replace(second=seconds)
        status.show_counts(stage.queries.counts())
    told_of_it = [sentence for sentence, _ in heard if "Searching paused" in sentence]
    assert len(told_of_it) == 1
    assert told_of_it[0].endswith("Too many requests.")
    world.breaker = Breaker(SCRAPING)
    status.show_counts(stage.queries.counts())
    assert heard[-1] == ("Searching allowed", False)


def test_the_list_of_ctrl_k_is_told_while_one_types(
    open_window: OpenWindow, qtbot: QtBot, heard: list[tuple[str, bool]]
) -> None:
    window = open_window(busy_world(), (1280, 720)).window
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.command_palette.field, "go to")
    qtbot.keyClick(window.command_palette.field, Qt.Key.Key_Down)
    assert heard[-1] == ("Go to Profile, Ctrl+2", False)


# ---- another language


def test_every_word_can_be_translated(qapp: QApplication, open_window: OpenWindow, qtbot: QtBot) -> None:
    translator = LongGerman()
    qapp.installTranslator(translator)
    try:
        stage = open_window(World(), (1280, 720))
        known = {"", "0.1.0", str(stage.data_dir), "−", "+", "EUR", "—", "CV"}
        untranslated: set[str] = set()
        for page in (PROFILE, SOURCES, SETTINGS, JOBS):
            stage.window.show_page(page)
            untranslated |= words_without_mark(stage.window, known)
        stage.window.command_palette.open(stage.window.keys.deeds())
        untranslated |= {words for words in stage.window.command_palette.shown() if MARK not in words}
        dialog = ClosingDialog(stage.window)
        dialog.open()
        untranslated |= words_without_mark(dialog, known)
        dialog.reject()
        assert untranslated == set()
    finally:
        qapp.removeTranslator(translator)


def words_without_mark(window: MainWindow | ClosingDialog, known: set[str]) -> set[str]:
    """What the window says that never went through `tr`, in a world without data."""
    said: set[str] = {window.windowTitle()}
    for widget in ours(window):
        said |= {widget.toolTip(), widget.accessibleName(), told(widget).text(NAME)}
        if isinstance(widget, QAbstractButton | QLabel):
            said.add(widget.text())
        if isinstance(widget, QLineEdit):
            said.add(widget.placeholderText())
        if isinstance(widget, QComboBox):
            said |= {widget.itemText(row) for row in range(widget.count())}
    return {
        words
        for words in said
        if MARK not in words and words not in known and not any(len(each) > 5 and each in words for each in known)
    }
