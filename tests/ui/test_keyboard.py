"""Everything there is, without the mouse: Tab reaches it, the focus can be seen, keys and the list of Ctrl+K do it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.ui.command_palette import Deed, narrowed
from jobagent_desktop.ui.detail.actions import Act
from jobagent_desktop.ui.detail.pane import LOG, MATCH, POSTING, PREVIEW
from jobagent_desktop.ui.dialogs.closing import ClosingDialog
from jobagent_desktop.ui.main_window import JOBS, PROFILE, SETTINGS, SOURCES, MainWindow
from jobagent_desktop.ui.navigation import NavigationEntry
from jobagent_desktop.ui.widgets.button import Button
from tests.fakes.window_jobs import busy_world
from tests.fakes.window_world import World
from tests.ui.conftest import OpenWindow, Stage, patiently

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
TOP = "Senior Backend Engineer, Payments"


def focused(window: QWidget) -> QWidget:
    widget = window.focusWidget()
    assert widget is not None, "nothing has the keyboard"  # pyright: ignore[reportUnnecessaryComparison]
    return widget


def press(qtbot: QtBot, window: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(focused(window), key, held)


def opened(open_window: OpenWindow, qtbot: QtBot) -> Stage:
    stage = open_window(busy_world(), (1280, 720))
    patiently(qtbot, lambda: stage.window.jobs.detail.shown_title() == TOP)
    return stage


def walk(qtbot: QtBot, window: QWidget, *, back: bool = False) -> list[QWidget]:
    """Where Tab stops, until it is where it began."""
    start = focused(window)
    stops = [start]
    for _ in range(200):
        press(qtbot, window, Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab, SHIFT if back else Qt.KeyboardModifier.NoModifier)
        if focused(window) is start:
            return stops
        assert focused(window) not in stops, f"Tab turns round at {name_of(focused(window))} and never comes back to the start"
        stops.append(focused(window))
    raise AssertionError("Tab does not come back to where it began")


def name_of(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{type(widget).__name__} {words or widget.accessibleName()!r}"


def usable(window: QWidget) -> set[QWidget]:
    """All that can be used now, but of a group of which one is chosen (arrows move in it) only the chosen one."""
    found: set[QWidget] = set()
    for widget in window.findChildren(QWidget):
        if not (widget.isVisible() and widget.isEnabled() and type(widget).__module__.startswith("jobagent_desktop")):
            continue
        group = widget.group() if isinstance(widget, QAbstractButton) else None
        passed_over = group is not None and group.exclusive() and group.checkedButton() is not widget  # pyright: ignore[reportUnnecessaryComparison]
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus or isinstance(widget, Button)
        if takes and not passed_over and type(widget).__name__ != "SlimScrollBar":
            found.add(widget)
    return found


def seen(window: QWidget, widget: QWidget) -> QImage:
    box = QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size()).adjusted(-4, -4, 4, 4)
    return window.grab(box.intersected(window.rect())).toImage()


def show_profile(stage: Stage) -> None:
    stage.window.show_page(PROFILE)


def show_sources(stage: Stage) -> None:
    stage.window.show_page(SOURCES)


def show_settings(stage: Stage) -> None:
    stage.window.show_page(SETTINGS)


def show_tab(tab: int) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        stage.window.jobs.detail.show_tab(tab)
        stage.window.jobs.table.setFocus()

    return show


def edit(stage: Stage) -> None:
    stage.window.jobs.detail.show_tab(PREVIEW)
    stage.window.jobs.detail.preview.edit()


PLACES = {
    "match": show_tab(MATCH),
    "posting": show_tab(POSTING),
    "preview": show_tab(PREVIEW),
    "log": show_tab(LOG),
    "edit": edit,
    "profile": show_profile,
    "sources": show_sources,
    "settings": show_settings,
}


@pytest.mark.parametrize("place", PLACES)
def test_tab_reaches_everything_and_the_focus_is_seen(open_window: OpenWindow, qtbot: QtBot, place: str) -> None:
    stage = opened(open_window, qtbot)
    window = stage.window
    PLACES[place](stage)
    stops = walk(qtbot, window)
    missed = usable(window) - set(stops)
    assert not missed, [name_of(widget) for widget in missed]
    back = walk(qtbot, window, back=True)
    assert back == [stops[0], *reversed(stops[1:])]
    unseen: list[str] = []
    for _ in stops:
        widget = focused(window)
        QApplication.processEvents()
        with_keyboard = seen(window, widget)
        at = widget.mapTo(window, widget.rect().topLeft())
        press(qtbot, window, Qt.Key.Key_Tab)
        QApplication.processEvents()
        if widget.isVisible() and widget.mapTo(window, widget.rect().topLeft()) == at and seen(window, widget) == with_keyboard:
            unseen.append(name_of(widget))
    assert not unseen


def test_the_first_page_of_all_and_the_dialog_are_walked_too(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World(), (1280, 720))
    assert usable(stage.window) <= set(walk(qtbot, stage.window))
    dialog = ClosingDialog(stage.window)
    dialog.open()
    assert focused(dialog) in dialog.findChildren(Button)
    assert set(walk(qtbot, dialog)) == set(dialog.findChildren(Button))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_arrows_move_through_the_navigation_without_leaving_it(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = opened(open_window, qtbot)
    window = stage.window
    window.navigation.entry(JOBS).setFocus(Qt.FocusReason.TabFocusReason)
    for page in (PROFILE, SOURCES, SETTINGS):
        press(qtbot, window, Qt.Key.Key_Down)
        assert window.page() == page
        assert isinstance(focused(window), NavigationEntry)
    press(qtbot, window, Qt.Key.Key_Up)
    assert window.page() == SOURCES


def test_ctrl_and_a_digit_go_to_the_pages(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_window, qtbot).window
    for key, page in ((Qt.Key.Key_2, PROFILE), (Qt.Key.Key_3, SOURCES), (Qt.Key.Key_4, SETTINGS), (Qt.Key.Key_1, JOBS)):
        press(qtbot, window, key, CTRL)
        assert window.page() == page
        assert window.page_widget(page).isAncestorOf(focused(window))
    assert "Ctrl+2" in window.navigation.entry(PROFILE).toolTip()
    assert "5 previews need your decision" in window.navigation.entry(JOBS).toolTip()


def test_f6_goes_round_the_parts_of_the_window(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_window, qtbot).window
    parts = [window.jobs.detail, window.navigation, window.top_bar, window.jobs.list_part]
    for part in parts:
        press(qtbot, window, Qt.Key.Key_F6)
        assert part.isAncestorOf(focused(window))
    assert focused(window) is window.jobs.table
    for part in (window.top_bar, window.navigation, window.jobs.detail):
        press(qtbot, window, Qt.Key.Key_F6, SHIFT)
        assert part.isAncestorOf(focused(window))


def test_f1_goes_to_the_help_and_ctrl_f_to_the_search(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_window, qtbot).window
    press(qtbot, window, Qt.Key.Key_F1)
    assert window.page() == SETTINGS
    assert focused(window) is window.settings.help.copy_button
    assert not window.settings.help.copy_button.visibleRegion().isEmpty()
    press(qtbot, window, Qt.Key.Key_F, CTRL)
    assert focused(window) is window.top_bar.field


def test_digits_choose_the_tabs_and_escape_leaves_the_preview(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_window, qtbot).window
    tabs = window.jobs.detail.tabs
    for key, tab in ((Qt.Key.Key_1, POSTING), (Qt.Key.Key_2, MATCH), (Qt.Key.Key_4, LOG), (Qt.Key.Key_3, PREVIEW)):
        press(qtbot, window, key)
        assert tabs.currentIndex() == tab
    press(qtbot, window, Qt.Key.Key_Escape)
    assert tabs.currentIndex() == MATCH
    assert focused(window) is window.jobs.table


def test_letters_are_text_where_one_types(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = opened(open_window, qtbot)
    window = stage.window
    press(qtbot, window, Qt.Key.Key_F, CTRL)
    qtbot.keyClicks(window.top_bar.field, "jakso1234e")
    assert window.top_bar.field.text() == "jakso1234e"
    assert stage.world.asked == []
    window.top_bar.field.clear()
    patiently(qtbot, lambda: window.jobs.detail.shown_title() == TOP)
    edit(stage)
    field = focused(window)
    qtbot.keyClicks(field, "jakso1")
    assert window.jobs.detail.preview.is_editing()
    assert not [command for command in stage.world.asked if not isinstance(command, c.RenderPages)]


def test_delete_skips_and_ctrl_z_takes_it_back(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = opened(open_window, qtbot)
    window, jobs = stage.window, stage.window.jobs
    chosen = jobs.table.chosen_id()
    assert not jobs.can_undo_skip()
    press(qtbot, window, Qt.Key.Key_Delete)
    patiently(qtbot, jobs.undo_bar.isVisible)
    assert "Ctrl+Z" in jobs.undo_bar.act_button.toolTip()
    jobs.undo_bar.dismiss()  # its time is over; the key still knows
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    patiently(qtbot, lambda: stage.world.entries[chosen].status is ApplicationStatus.PREVIEW_READY)
    patiently(qtbot, lambda: jobs.table.chosen_id() == chosen)
    assert not jobs.can_undo_skip()


def test_the_main_path_by_keys_alone(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World(), (1280, 720))
    window, page, world = stage.window, stage.window.profile, stage.world
    page.welcome_drop.set_chooser(lambda: "/home/marta/cv.pdf")  # the system's own dialog has its own keys
    press(qtbot, window, Qt.Key.Key_Space)
    patiently(qtbot, page.review.isVisible)
    patiently(qtbot, lambda: focused(window) is page.wishes.titles)
    for _ in range(20):
        if focused(window) is page.save_button:
            break
        press(qtbot, window, Qt.Key.Key_Tab)
    press(qtbot, window, Qt.Key.Key_Space)
    jobs = window.jobs
    patiently(qtbot, lambda: window.page() == JOBS and jobs.model.rowCount() == 1)
    patiently(qtbot, lambda: jobs.detail.shown_title() == "Backend Engineer" and focused(window) is jobs.table)
    press(qtbot, window, Qt.Key.Key_Return)
    preview = jobs.detail.preview
    patiently(qtbot, lambda: preview.pages.page_count() == 1)
    press(qtbot, window, Qt.Key.Key_E)
    assert preview.is_editing()
    qtbot.keyClicks(focused(window), "I ")
    for _ in range(40):
        if focused(window) is preview.editor.save_button:
            break
        press(qtbot, window, Qt.Key.Key_Tab)
    press(qtbot, window, Qt.Key.Key_Space)
    patiently(qtbot, lambda: not preview.is_editing())
    patiently(qtbot, jobs.detail.action_bar.isVisible)
    window.jobs.table.setFocus()
    press(qtbot, window, Qt.Key.Key_A)
    entry = next(iter(world.entries.values()))
    patiently(qtbot, lambda: world.entries[entry.id].status is ApplicationStatus.APPROVED)
    kinds = [type(command) for command in world.asked if not isinstance(command, c.RenderPages)]
    assert kinds == [c.ImportCv, c.SetPreferences, c.SearchNow, c.EditDraft, c.Approve]


# ---- Ctrl+K


def palette_of(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    assert window.command_palette.isVisible()
    assert focused(window) is window.command_palette.field


def test_ctrl_k_narrows_as_one_types_and_enter_does_it(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = opened(open_window, qtbot)
    window = stage.window
    palette_of(window, qtbot)
    whole = len(window.command_palette.shown())
    qtbot.keyClicks(window.command_palette.field, "sour go")
    assert window.command_palette.shown() == ["Go to Sources"]
    assert whole > 40
    press(qtbot, window, Qt.Key.Key_Return)
    assert not window.command_palette.isVisible()
    assert window.page() == SOURCES
    palette_of(window, qtbot)
    qtbot.keyClicks(window.command_palette.field, "colours:")
    press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_Return)
    patiently(qtbot, lambda: stage.world.settings.get("theme") == "dark")


def test_escape_gives_the_keyboard_back(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_window, qtbot).window
    before = focused(window)
    palette_of(window, qtbot)
    qtbot.keyClicks(window.command_palette.field, "xyzzy")
    assert window.command_palette.nothing.isVisible()
    press(qtbot, window, Qt.Key.Key_Return)  # nothing to do
    assert window.command_palette.isVisible()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.command_palette.isVisible()
    assert focused(window) is before


def test_it_lists_every_button_and_every_key(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = opened(open_window, qtbot)
    window = stage.window
    window.jobs.detail.show_tab(PREVIEW)
    palette_of(window, qtbot)
    words = set(window.command_palette.shown())
    bar = window.jobs.detail.action_bar
    assert {bar.button(act).text() for act in Act} <= words
    assert {"Search all sources now", "Pause all", "Cancel what is under way", "Search the demo board"} <= words
    assert {"Copy diagnostics", "Open the data folder", "Choose another CV…", "Undo the last skip"} <= words
    lines = [window.command_palette.list.item(row) for row in range(window.command_palette.list.count())]
    listed = {str(line.data(Qt.ItemDataRole.UserRole)) for line in lines}
    keys = {shortcut.key().toString(QKeySequence.SequenceFormat.NativeText) for shortcut in window.findChildren(QShortcut)}
    # Ctrl+K itself; second keys for the same; Esc goes back from wherever one is.
    assert keys - listed <= {"Ctrl+K", "Del", "Ctrl+="}


def test_what_is_impossible_now_is_shown_last_and_cannot_be_chosen(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_window, qtbot).window
    palette_of(window, qtbot)
    palette = window.command_palette
    qtbot.keyClicks(palette.field, "skip")
    assert palette.shown()[0] == "Skip"
    assert "Undo the last skip" in palette.shown()[1:]
    for _ in range(5):
        press(qtbot, window, Qt.Key.Key_Down)
    assert palette.list.currentItem().flags() & Qt.ItemFlag.ItemIsEnabled


def test_words_match_without_case_and_accents_and_beginnings_come_first() -> None:
    deeds = [
        Deed("Neu öffnen", print),
        Deed("Veröffentlichen", print, possible=False),
        Deed("Öffnen", print),
        Deed("Hof", print),
    ]
    assert [deed.words for deed in narrowed(deeds, "OFF")] == ["Neu öffnen", "Öffnen", "Veröffentlichen"]
    assert [deed.words for deed in narrowed(deeds, "of")] == ["Neu öffnen", "Öffnen", "Hof", "Veröffentlichen"]
    assert narrowed(deeds, "") == [deeds[0], deeds[2], deeds[3], deeds[1]]
