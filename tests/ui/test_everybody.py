"""What holds for every widget: it has a name, it shows hostile text as text, and no stray window opens."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextBrowser,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from jobagent_desktop.ui.detail.pane import LOG, MATCH, POSTING, PREVIEW
from jobagent_desktop.ui.dialogs.closing import ClosingDialog
from jobagent_desktop.ui.main_window import JOBS, PROFILE, SETTINGS, SOURCES, MainWindow
from jobagent_desktop.ui.models.job_table import Column
from jobagent_desktop.ui.pages.jobs import Slice
from tests.fakes.window_jobs import busy_world, hostile_world
from tests.fakes.window_world import World
from tests.ui.conftest import OpenWindow

EVIL = "<b>x</b><script>"


def everything(window: MainWindow) -> list[QWidget]:
    """All widgets, after every page, tab and state has been shown once."""
    jobs = window.jobs
    for tab in (POSTING, MATCH, LOG, PREVIEW):
        jobs.detail.show_tab(tab)
    jobs.detail.preview.edit_button.click()
    for page in (PROFILE, SOURCES, SETTINGS, JOBS):
        window.show_page(page)
    for which in Slice:
        jobs.show_slice(which)
    jobs.show_slice(Slice.ALL)
    QApplication.processEvents()
    return window.findChildren(QWidget)


def test_whatever_takes_the_keyboard_has_a_name(open_window: OpenWindow, qtbot: QtBot) -> None:
    for world in (busy_world(), World()):
        stage = open_window(world)
        dialog = ClosingDialog(stage.window)
        widgets = [*everything(stage.window), *dialog.findChildren(QWidget)]
        nameless = [
            f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
            for widget in widgets
            if not widget.isHidden()
            and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            and not isinstance(widget, QScrollBar)
            and not widget.accessibleName()
            # A button without a name of its own is told by its words.
            and not (isinstance(widget, QAbstractButton) and widget.text())
            # A viewport or a list's inner part is told by its owner.
            and not isinstance(widget.parentWidget(), QAbstractScrollArea)
            and not type(widget).__module__.startswith("PySide6")
        ]
        assert nameless == []
        assert len(widgets) > 100


def test_buttons_say_an_act(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    words = {button.text() for button in everything(stage.window) if isinstance(button, QAbstractButton)}
    assert not words & {"OK", "Ok", "Yes", "No", "Apply", "Submit"}


def test_hostile_text_is_shown_as_it_is(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(hostile_world())
    window = stage.window
    detail = window.jobs.detail
    detail.show_tab(POSTING)
    assert EVIL in detail.posting.text()
    widgets = everything(window)
    labels = [widget for widget in widgets if isinstance(widget, QLabel)]
    assert any(EVIL in label.text() for label in labels)
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    assert not any(label.openExternalLinks() for label in labels)
    assert not any(isinstance(widget, QTextBrowser) for widget in widgets)
    # A rich text edit would take markup on paste or set; the plain one cannot.
    assert not any(isinstance(widget, QTextEdit) for widget in widgets)
    for field in widgets:
        if isinstance(field, QPlainTextEdit):
            assert not field.textInteractionFlags() & Qt.TextInteractionFlag.LinksAccessibleByMouse


def test_no_tooltip_takes_markup_from_outside(open_window: OpenWindow) -> None:
    stage = open_window(hostile_world())
    tips = [widget.toolTip() for widget in everything(stage.window)]
    model = stage.window.jobs.model
    tips += [str(model.data(model.index(0, column), Qt.ItemDataRole.ToolTipRole)) for column in Column]
    evil = [tip for tip in tips if "x</b>" in tip or "x&lt;/b&gt;" in tip]
    assert len(evil) >= 4
    for tip in evil:
        assert GuiQt.mightBeRichText(tip)
        assert "&lt;script&gt;" in tip
        assert "<script" not in tip
        assert "<img" not in tip


def test_no_mnemonic_comes_from_a_title(open_window: OpenWindow) -> None:
    stage = open_window(hostile_world())
    buttons = [widget for widget in everything(stage.window) if isinstance(widget, QAbstractButton)]
    assert not any("<" in button.text() or "&" in button.text() for button in buttons)


def test_only_the_window_opens(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    everything(stage.window)
    for row in range(stage.window.jobs.model.rowCount()):
        stage.window.jobs.table.choose_row(row)
        for tab in (POSTING, MATCH, PREVIEW, LOG):
            stage.window.jobs.detail.show_tab(tab)
    visible = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert visible == [stage.window]


def test_tab_reaches_the_fields_and_the_table_and_goes_on(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    window = stage.window
    window.top_bar.field.setFocus()
    reached: list[QWidget] = []
    for _ in range(40):
        widget = window.focusWidget()
        assert widget is not None
        if widget in reached:
            break
        reached.append(widget)
        window.focusNextChild()
    assert {window.jobs.table, window.top_bar.search_button, window.navigation.entry(JOBS)} <= set(reached)
    assert all(isinstance(w, QAbstractButton | QLineEdit | QAbstractItemView | QAbstractScrollArea | QWidget) for w in reached)
