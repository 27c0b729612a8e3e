"""The detail pane: what it tells about a job and what can be done with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.event import EventKind
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.ui.detail.actions import Act
from jobagent_desktop.ui.detail.draft_places import cv_places, letter_places
from jobagent_desktop.ui.detail.pane import LOG, MATCH, POSTING, PREVIEW, DetailPane
from jobagent_desktop.ui.widgets.button import Kind
from jobagent_desktop.ui.widgets.label import ElidedLabel, Label
from jobagent_desktop.ui.widgets.marks import Tag
from tests.fakes.window_jobs import busy_world, profile
from tests.fakes.window_samples import RESUME, make_posting
from tests.fakes.window_world import World
from tests.ui.conftest import OpenWindow, Stage

_S = ApplicationStatus


def choose(stage: Stage, title: str) -> str:
    """Selects a job by its title."""
    found = next(e.id for e in stage.world.entries.values() if e.posting.title == title)
    stage.window.jobs.table.stay()
    assert stage.window.jobs.table.choose(found)
    return found


def pane_of(stage: Stage) -> DetailPane:
    return stage.window.jobs.detail


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that were given to the system's browser."""
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return opened


def test_the_match_tells_every_part_and_every_gap(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    match = pane_of(stage).match
    words = [label.text() for label in (*match.findChildren(Label), *match.findChildren(ElidedLabel))]
    for expected in ("Skills", "34/40", "4 of 5 required skills are yours.", "Why", "Required and yours"):
        assert expected in words
    tags = [tag.text() for tag in match.findChildren(Tag)]
    assert tags == ["Python", "PostgreSQL", "Kafka", "Team lead", "Kotlin", "Terraform", "SEPA"]


def test_what_no_score_can_make_good_is_shown(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    choose(stage, "Full-stack Developer (PHP)")
    words = [label.text() for label in pane_of(stage).match.findChildren(Label)]
    assert "The posting asks for fluent Dutch, which is not in your profile." in words


def test_posting_and_log(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    pane = pane_of(stage)
    pane.show_tab(POSTING)
    assert "settlement platform" in pane.posting.text()
    pane.show_tab(LOG)
    assert pane.log.text().splitlines() == ["Found at Northwind Bank.", "Preview ready: CV, letter and keyword coverage."]


def test_the_log_grows_while_it_is_looked_at(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    pane = pane_of(stage)
    pane.show_tab(LOG)
    stage.bridge.publish(stage.world.change(pane.shown_id(), EventKind.STEP_DONE, "Something new."))
    qtbot.waitUntil(lambda: "Something new." in pane.log.text())


def test_the_preview_shows_pages_drawn_for_the_pane(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    pane = pane_of(stage)
    pane.show_tab(PREVIEW)
    qtbot.waitUntil(lambda: pane.preview.pages.page_count() == 1 and pane.preview.pages.is_sharp())
    pane.preview.letter_chip.click()
    qtbot.waitUntil(lambda: any(isinstance(x, c.RenderPages) and x.kind == "letter" for x in stage.world.asked))
    qtbot.waitUntil(lambda: pane.preview.pages.page_count() == 1)


def test_zoom_asks_for_more_pixels_within_the_limit(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    pane = pane_of(stage)
    pane.show_tab(PREVIEW)
    pages = pane.preview.pages
    qtbot.waitUntil(pages.is_sharp)
    for _ in range(10):
        pages.zoom_in()
    qtbot.waitUntil(pages.is_sharp)
    widths = [x.width for x in stage.world.asked if isinstance(x, c.RenderPages)]
    assert widths[-1] > 2 * widths[0]
    assert max(widths) <= 3000


def test_pages_that_cannot_be_drawn_say_so_and_can_be_asked_again(open_window: OpenWindow, qtbot: QtBot) -> None:
    world = busy_world()
    world.refusals[c.RenderPages] = Permanent("The stored CV is damaged. Edit its text to make it again.")
    stage = open_window(world)
    pane = pane_of(stage)
    pane.show_tab(PREVIEW)
    message = pane.preview.message
    qtbot.waitUntil(message.isVisible)
    assert message.text() == "The stored CV is damaged. Edit its text to make it again."
    world.refusals.clear()
    message.act_button.click()
    qtbot.waitUntil(lambda: pane.preview.pages.page_count() == 1)
    assert not message.isVisible()


def test_editing_a_sentence_saves_only_that_and_draws_again(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    pane = pane_of(stage)
    pane.show_tab(PREVIEW)
    pane.preview.edit_button.click()
    assert pane.preview.is_editing()
    assert not pane.action_bar.isVisible()
    editor = pane.preview.editor
    editor.field("cv.work.0.lines.1").setPlainText("Led four engineers.")
    editor.save_button.click()
    qtbot.waitUntil(lambda: not pane.preview.is_editing())
    edits = [command for command in stage.world.asked if isinstance(command, c.EditDraft)]
    assert edits == [c.EditDraft(pane.shown_id(), (("cv.work.0.lines.1", "Led four engineers."),))]
    at = stage.world.asked.index(edits[0])
    qtbot.waitUntil(lambda: any(isinstance(command, c.RenderPages) for command in stage.world.asked[at:]))
    pane.preview.edit_button.click()
    assert editor.field("cv.work.0.lines.1").toPlainText() == "Led four engineers."
    assert editor.field("cv.work.0.lines.1").accessibleDescription() == "Your own words, edited here."


def test_saving_without_a_change_asks_for_nothing(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    pane = pane_of(stage)
    pane.show_tab(PREVIEW)
    pane.preview.edit_button.click()
    pane.preview.editor.save_button.click()
    assert not pane.preview.is_editing()
    assert not any(isinstance(command, c.EditDraft) for command in stage.world.asked)


def test_a_refused_edit_keeps_what_was_typed(open_window: OpenWindow, qtbot: QtBot) -> None:
    world = busy_world()
    world.refusals[c.EditDraft] = Permanent("Only a preview that waits for your decision can be edited.")
    stage = open_window(world)
    pane = pane_of(stage)
    pane.show_tab(PREVIEW)
    pane.preview.edit_button.click()
    field = pane.preview.editor.field("cv.summary.0")
    field.setPlainText("My words.")
    pane.preview.editor.save_button.click()
    qtbot.waitUntil(pane.preview.message.isVisible)
    assert pane.preview.is_editing()
    assert field.toPlainText() == "My words."
    assert pane.preview.editor.save_button.isEnabled()


def test_an_event_does_not_disturb_editing(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    pane = pane_of(stage)
    pane.show_tab(PREVIEW)
    pane.preview.edit_button.click()
    pane.preview.editor.field("cv.summary.0").setPlainText("Half a sen")
    with qtbot.waitSignal(stage.bridge.events):
        stage.bridge.publish(stage.world.change(pane.shown_id(), EventKind.STEP_DONE, "Something else."))
    assert pane.preview.is_editing()
    assert pane.preview.editor.field("cv.summary.0").toPlainText() == "Half a sen"


def test_every_sentence_has_a_place_and_a_source(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    detail = stage.queries.detail(pane_of(stage).shown_id())
    assert detail is not None
    assert detail.preview is not None
    own = dict(RESUME.sources())
    places = [*cv_places(detail.preview, own), *letter_places(detail.preview, own)]
    assert {"cv.summary.0", "cv.work.1.lines.1", "letter.greeting", "letter.paragraphs.1.0"} <= {place.path for place in places}
    assert all(place.source for place in places)
    assert len({place.path for place in places}) == len(places)


@pytest.mark.parametrize(
    ("title", "acts", "leading"),
    [
        ("Senior Backend Engineer, Payments", (Act.APPROVE, Act.SKIP, Act.OPEN), True),
        ("Python Platform Engineer", (Act.CANCEL, Act.SKIP, Act.OPEN), False),
        ("Staff Engineer, Logistics", (Act.OPEN, Act.SAVE, Act.APPLIED, Act.UNAPPROVE), True),
        ("Data Platform Engineer", (Act.OPEN, Act.SAVE, Act.NOT_APPLIED), False),
        ("Backend Engineer, Risk", (Act.RETRY, Act.SKIP, Act.OPEN), True),
    ],
)
def test_each_status_has_its_acts(open_window: OpenWindow, title: str, acts: tuple[Act, ...], leading: bool) -> None:
    stage = open_window(busy_world())
    choose(stage, title)
    bar = pane_of(stage).action_bar
    assert bar.acts() == acts
    assert (bar.button(acts[0]).kind is Kind.PRIMARY) == leading
    assert all(bar.button(act).isVisible() == (act in acts) for act in Act)


def test_a_failure_stands_beside_try_again(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    failed = choose(stage, "Backend Engineer, Risk")
    bar = pane_of(stage).action_bar
    assert "asked for a login" in bar.error_text()
    bar.button(Act.RETRY).click()
    qtbot.waitUntil(lambda: bar.acts() == (Act.CANCEL, Act.SKIP, Act.OPEN))
    assert bar.error_text() == ""
    assert stage.world.asked == [c.Retry(failed)]


def test_from_approved_to_applied_and_back(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    chosen = choose(stage, "Staff Engineer, Logistics")
    bar = pane_of(stage).action_bar
    for act, status in ((Act.APPLIED, _S.APPLIED), (Act.NOT_APPLIED, _S.APPROVED), (Act.UNAPPROVE, _S.PREVIEW_READY)):
        bar.button(act).click()
        qtbot.waitUntil(lambda s=status: stage.world.entries[chosen].status is s)  # pyright: ignore[reportUnknownLambdaType]
        qtbot.waitUntil(lambda a=act: a not in bar.acts())  # pyright: ignore[reportUnknownLambdaType]


def test_documents_are_saved_where_the_user_says(open_window: OpenWindow, qtbot: QtBot, tmp_path: Path) -> None:
    stage = open_window(busy_world())
    chosen = choose(stage, "Staff Engineer, Logistics")
    pane = pane_of(stage)
    pane.set_folder_chooser(lambda: str(tmp_path))
    pane.action_bar.button(Act.SAVE).click()
    qtbot.waitUntil(pane.message.isVisible)
    assert stage.world.asked == [c.SaveDocuments(chosen, str(tmp_path))]
    assert str(tmp_path / "Marta Nowak CV.pdf") in pane.message.text()


def test_no_folder_chosen_saves_nothing(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    choose(stage, "Staff Engineer, Logistics")
    pane_of(stage).set_folder_chooser(lambda: "")
    pane_of(stage).action_bar.button(Act.SAVE).click()
    assert stage.world.asked == []


def test_the_posting_opens_in_the_browser(open_window: OpenWindow, qtbot: QtBot, opened: list[str]) -> None:
    stage = open_window(busy_world())
    pane_of(stage).action_bar.button(Act.OPEN).click()
    qtbot.waitUntil(lambda: bool(opened))
    assert opened == ["https://jobs.example.org/northwind/0"]


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "javascript:alert(1)", "", "C:\\Windows\\calc.exe", "https://", "ftp://host/file", "mailto:x@y"],
)
def test_no_other_address_is_opened(open_window: OpenWindow, qtbot: QtBot, opened: list[str], address: str) -> None:
    world = World(profile=profile())
    world.add(make_posting(0, "Trap", "Company", url=address), _S.PREVIEW_READY, score=50)
    stage = open_window(world)
    pane_of(stage).action_bar.button(Act.OPEN).click()
    qtbot.waitUntil(pane_of(stage).message.isVisible)
    assert "not a web page" in pane_of(stage).message.text()
    assert opened == []


def test_a_refused_act_is_told_beside_the_buttons(open_window: OpenWindow, qtbot: QtBot) -> None:
    world = busy_world()
    world.refusals[c.Approve] = Permanent("This cannot be done now: the application has moved on.")
    stage = open_window(world)
    pane = pane_of(stage)
    pane.action_bar.button(Act.APPROVE).click()
    qtbot.waitUntil(pane.message.isVisible)
    assert pane.message.text() == "This cannot be done now: the application has moved on."
    choose(stage, "API Engineer")
    assert not pane.message.isVisible()


def test_a_job_without_a_preview_offers_to_prepare_one(open_window: OpenWindow, qtbot: QtBot) -> None:
    world = World(profile=profile())
    entry = world.add(make_posting(0, "Cancelled", "Company"), _S.MATCHED, score=50, stage="Cancelled")
    stage = open_window(world)
    pane = pane_of(stage)
    assert pane.action_bar.acts() == (Act.RETRY, Act.SKIP, Act.OPEN)
    assert pane.action_bar.button(Act.RETRY).text() == "Prepare a preview"
    pane.action_bar.button(Act.RETRY).click()
    qtbot.waitUntil(lambda: stage.world.asked == [c.Retry(entry.id)])


def test_the_tab_stays_when_another_job_is_chosen(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    pane = pane_of(stage)
    pane.show_tab(POSTING)
    choose(stage, "API Engineer")
    assert pane.tabs.currentIndex() == POSTING
    assert pane.shown_title() == "API Engineer"
    pane.show_tab(MATCH)
