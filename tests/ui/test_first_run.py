"""The first run: from nothing to a search, and what happens when the CV is not one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.resume import Preferences
from jobagent_desktop.ui.main_window import JOBS, PROFILE
from jobagent_desktop.ui.pages.cv_drop import CvDrop
from jobagent_desktop.ui.pages.profile import ProfilePage
from jobagent_desktop.ui.pages.wishes import words_in
from jobagent_desktop.ui.widgets.label import Label
from jobagent_desktop.ui.widgets.marks import Tag
from tests.fakes.window_jobs import busy_world
from tests.fakes.window_world import World
from tests.ui.conftest import OpenWindow, Stage


def page_of(stage: Stage) -> ProfilePage:
    return stage.window.profile


def import_cv(stage: Stage, qtbot: QtBot) -> None:
    page = page_of(stage)
    page.welcome_drop.set_chooser(lambda: "/home/marta/cv.pdf")
    page.welcome_drop.button.click()
    qtbot.waitUntil(page.review.isVisible)


def test_without_a_profile_the_window_begins_with_the_cv(open_window: OpenWindow) -> None:
    stage = open_window(World())
    assert stage.window.page() == PROFILE
    assert page_of(stage).welcome.isVisible()
    assert page_of(stage).welcome_drop.button.hasFocus()
    assert not stage.window.top_bar.search_button.isEnabled()


def test_the_whole_first_run(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World())
    page = page_of(stage)
    import_cv(stage, qtbot)
    assert page.wishes.titles.text() == "Backend Engineer, Senior Backend Engineer, Python Developer"
    assert page.wishes.places.text() == "Gdańsk"
    assert page.wishes.remote.isChecked()
    assert page.wishes.demo.isChecked()
    page.wishes.salary.setText("60 000")
    page.save_button.click()
    qtbot.waitUntil(lambda: stage.window.page() == JOBS)
    wishes = Preferences(
        titles=("Backend Engineer", "Senior Backend Engineer", "Python Developer"), places=("Gdańsk",), salary_floor=60_000
    )
    assert stage.world.asked == [c.ImportCv("/home/marta/cv.pdf"), c.SetPreferences(wishes), c.SearchNow(boards=("demo",))]
    qtbot.waitUntil(lambda: stage.window.jobs.model.rowCount() == 1)


def test_what_was_read_and_what_was_not(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World())
    import_cv(stage, qtbot)
    words = "\n".join(label.text() for label in page_of(stage).facts.findChildren(Label))
    for expected in (
        "Marta Nowak",
        "2 positions · 6 sentences about your work · 8 skills",
        "Senior Backend Engineer · Portis · 2021-03 – today",
        "Not found in your CV: LinkedIn or website",
        "1 piece could not be placed. It is not used.",
        "“Krav Maga, 2019”",
        "page 2 · It stands between two sections.",
    ):
        assert expected in words
    assert "PostgreSQL" in [tag.text() for tag in page_of(stage).facts.findChildren(Tag)]


def test_a_scanned_cv_is_refused_where_it_was_dropped(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World())
    page = page_of(stage)
    page.import_cv("/home/marta/scan.pdf")
    assert not page.welcome_drop.button.isEnabled()
    qtbot.waitUntil(page.welcome_message.isVisible)
    assert "pictures of pages" in page.welcome_message.text()
    assert page.welcome.isVisible()
    assert page.welcome_drop.button.isEnabled()
    import_cv(stage, qtbot)


def test_a_bad_new_cv_leaves_the_old_profile(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    stage.window.show_page(PROFILE)
    before = stage.world.profile
    page_of(stage).import_cv("/home/marta/scan.pdf")
    qtbot.waitUntil(page_of(stage).message.isVisible)
    assert stage.world.profile == before
    assert page_of(stage).review.isVisible()


def drop(target: CvDrop, data: QMimeData) -> QDropEvent:
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    target.dropEvent(event)
    return event


def test_a_dropped_file_is_imported(open_window: OpenWindow, qtbot: QtBot, tmp_path: Path) -> None:
    stage = open_window(World())
    cv = tmp_path / "cv.docx"
    cv.write_bytes(b"x")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(cv))])
    drop(page_of(stage).welcome_drop, data)
    qtbot.waitUntil(page_of(stage).review.isVisible)
    assert stage.world.asked == [c.ImportCv(str(cv))]


def test_nothing_else_can_be_dropped(open_window: OpenWindow, tmp_path: Path) -> None:
    stage = open_window(World())
    for urls in (
        [QUrl("https://example.org/cv.pdf")],
        [QUrl.fromLocalFile(str(tmp_path))],
        [QUrl.fromLocalFile(str(tmp_path / "not-there.pdf"))],
        [],
    ):
        data = QMimeData()
        data.setUrls(urls)
        drop(page_of(stage).welcome_drop, data)
    assert stage.world.asked == []


def test_a_search_needs_a_place_to_look(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World())
    page = page_of(stage)
    import_cv(stage, qtbot)
    page.wishes.demo.setChecked(False)
    page.save_button.click()
    assert "where to look" in page.message.text()
    assert page.save_button.isEnabled()
    assert len(stage.world.asked) == 1


@pytest.mark.parametrize("text", ["lots", "-5", "1e9", "60k"])
def test_a_pay_that_is_no_number_is_told(open_window: OpenWindow, qtbot: QtBot, text: str) -> None:
    stage = open_window(World())
    page = page_of(stage)
    import_cv(stage, qtbot)
    page.wishes.salary.setText(text)
    page.save_button.click()
    assert "whole number" in page.message.text()
    assert len(stage.world.asked) == 1


def test_an_address_that_is_refused_keeps_the_page(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World())
    page = page_of(stage)
    import_cv(stage, qtbot)
    page.wishes.address.setText("file:///etc/passwd")
    page.save_button.click()
    qtbot.waitUntil(page.message.isVisible)
    assert "must begin with https://" in page.message.text()
    assert page.wishes.address.text() == "file:///etc/passwd"
    assert page.save_button.isEnabled()
    assert stage.window.page() == PROFILE


def test_without_a_cv_the_demo_is_one_click_away(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World())
    with qtbot.waitSignal(stage.window.switch_wanted):
        page_of(stage).demo_button.click()
    assert stage.world.asked == [], "the user's own data stays empty"


def test_in_the_demo_ones_own_cv_is_one_click_away(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World(), demo=True)
    assert stage.window.jobs.notice.act_button.text() == "Start with my own CV"
    with qtbot.waitSignal(stage.window.switch_wanted):
        stage.window.jobs.notice.act_button.click()


def test_lists_are_typed_as_people_do() -> None:
    assert words_in("Backend Engineer, Tech Lead;  Backend Engineer\n SRE ,, ") == ("Backend Engineer", "Tech Lead", "SRE")
    assert words_in("  ") == ()
