"""The Jobs page as a user drives it: search, filters, keys, undo, and what empty pages say."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.event import EventKind
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.ui.detail.actions import Act
from jobagent_desktop.ui.detail.pane import MATCH, PREVIEW
from jobagent_desktop.ui.main_window import JOBS
from jobagent_desktop.ui.pages.jobs import Slice
from tests.fakes.window_jobs import busy_world, large_world, profile
from tests.fakes.window_samples import make_posting
from tests.fakes.window_world import World
from tests.ui.conftest import OpenWindow, Stage

_S = ApplicationStatus


def titles(stage: Stage) -> list[str]:
    model = stage.window.jobs.model
    rows = [model.job(row) for row in range(model.rowCount())]
    return [row.title for row in rows if row is not None]


def type_search(stage: Stage, text: str) -> None:
    stage.window.activateWindow()
    QTest.keyClick(stage.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(stage.window.top_bar.field, text)


def test_the_first_job_is_shown_at_once(open_window: OpenWindow) -> None:
    stage = open_window(busy_world())
    assert stage.window.page() == JOBS
    assert stage.window.jobs.detail.shown_title() == "Senior Backend Engineer, Payments"


def test_typing_searches_after_a_rest(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    before = titles(stage)
    rest = stage.window.top_bar._rest
    usual = rest.interval()
    rest.setInterval(60_000)  # a busy machine may take longer to type than the rest lasts
    type_search(stage, "fenn")
    assert titles(stage) == before
    rest.start(usual)
    qtbot.waitUntil(lambda: titles(stage) == ["Full-stack Developer (PHP)"])
    assert stage.window.jobs.detail.shown_title() == "Full-stack Developer (PHP)"
    assert stage.window.top_bar.field.hasFocus()


def test_escape_clears_the_search_and_then_leaves_it(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    field = stage.window.top_bar.field
    type_search(stage, "fenn")
    qtbot.waitUntil(lambda: len(titles(stage)) == 1)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(titles(stage)) == 13)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(stage.window.jobs.table.hasFocus)


def test_an_empty_search_says_so_and_offers_the_way_back(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    type_search(stage, "zeppelin")
    empty = stage.window.jobs.empty
    qtbot.waitUntil(empty.isVisible)
    assert "zeppelin" in empty.text()
    empty.act_button.click()
    qtbot.waitUntil(lambda: len(titles(stage)) == 13)
    assert stage.window.jobs.table.isVisible()


def test_chips_filter_by_status_and_count(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    jobs = stage.window.jobs
    assert jobs.chip(Slice.DECISION).accessibleName() == "Needs decision 5"
    jobs.chip(Slice.FAILED).click()
    assert titles(stage) == ["Backend Engineer, Risk"]
    jobs.chip(Slice.SKIPPED).click()
    assert titles(stage) == ["Office Manager"]
    jobs.chip(Slice.ALL).click()
    assert len(titles(stage)) == 13


def test_an_empty_slice_leads_back_to_all(open_window: OpenWindow) -> None:
    world = World(profile=profile())
    world.add(make_posting(0, "One", "Company"), _S.PREVIEW_READY, score=50)
    stage = open_window(world)
    jobs = stage.window.jobs
    jobs.chip(Slice.FAILED).click()
    assert jobs.empty.isVisible()
    jobs.empty.act_button.click()
    assert titles(stage) == ["One"]


def test_no_jobs_yet_offers_to_search(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World(profile=profile()))
    assert stage.window.jobs.empty.isVisible()
    assert "No jobs yet" in stage.window.jobs.empty.text()
    stage.window.jobs.empty.act_button.click()
    qtbot.waitUntil(lambda: titles(stage) == ["Backend Engineer"])
    assert c.SearchNow() in stage.world.asked


def test_the_badge_counts_decisions_that_wait(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    entry = stage.window.navigation.entry(JOBS)
    assert entry.count == 5
    assert "5 previews need your decision" in entry.accessibleName()
    QTest.keyClick(stage.window.jobs.table, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: entry.count == 4)


def test_a_approves_and_the_row_says_so(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    chosen = stage.window.jobs.table.chosen_id()
    QTest.keyClick(stage.window.jobs.table, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: stage.world.entries[chosen].status is _S.APPROVED)
    qtbot.waitUntil(lambda: Act.UNAPPROVE in stage.window.jobs.detail.action_bar.acts())
    row = stage.window.jobs.model.job(stage.window.jobs.model.row_of(chosen))
    assert row is not None
    assert row.status is _S.APPROVED


def test_s_skips_and_undo_takes_it_back(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    jobs = stage.window.jobs
    jobs.table.stay()
    chosen = jobs.table.chosen_id()
    QTest.keyClick(jobs.table, Qt.Key.Key_S)
    qtbot.waitUntil(jobs.undo_bar.isVisible)
    assert "Senior Backend Engineer, Payments" in jobs.undo_bar.text()
    assert jobs.table.chosen_id() not in {"", chosen}
    jobs.undo_bar.act_button.click()
    qtbot.waitUntil(lambda: jobs.table.chosen_id() == chosen)
    assert stage.world.entries[chosen].status is _S.PREVIEW_READY
    assert not jobs.undo_bar.isVisible()


def test_j_and_k_walk_and_letters_in_a_field_are_text(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    table = stage.window.jobs.table
    first, second = stage.window.jobs.model.ids[:2]
    QTest.keyClick(table, Qt.Key.Key_J)
    assert table.chosen_id() == second
    QTest.keyClick(table, Qt.Key.Key_K)
    assert table.chosen_id() == first
    type_search(stage, "asjk")
    assert stage.window.top_bar.field.text() == "asjk"
    assert stage.world.asked == []


def test_enter_opens_the_preview_in_a_wide_pane(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    jobs = stage.window.jobs
    narrow = jobs.detail.width()
    QTest.keyClick(jobs.table, Qt.Key.Key_Return)
    assert jobs.detail.tabs.currentIndex() == PREVIEW
    qtbot.waitUntil(lambda: jobs.detail.width() > narrow + 100)
    jobs.detail.show_tab(0)
    qtbot.waitUntil(lambda: jobs.detail.width() == narrow)


def test_escape_leaves_the_preview_but_never_the_editor(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    detail = stage.window.jobs.detail
    detail.show_tab(PREVIEW)
    detail.preview.edit_button.click()
    detail.preview.editor.field("cv.summary.0").setFocus()
    QTest.keyClick(detail.preview.editor.field("cv.summary.0"), Qt.Key.Key_Escape)
    assert detail.preview.is_editing()
    detail.preview.editor.cancelled.emit()
    QTest.keyClick(detail.preview.pages, Qt.Key.Key_Escape)
    assert detail.tabs.currentIndex() == MATCH
    assert stage.window.jobs.table.hasFocus()


def test_after_a_sleep_everything_is_read_again(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    chosen = stage.window.jobs.table.chosen_id()
    stage.world.change(chosen, EventKind.APPLICATION_CHANGED, "Elsewhere.", stage="Seen elsewhere")
    stage.world.now += timedelta(hours=8)

    def shown() -> bool:
        row = stage.window.jobs.model.job(stage.window.jobs.model.row_of(chosen))
        return row is not None and row.stage == "Seen elsewhere"

    qtbot.waitUntil(shown, timeout=3000)


def test_a_storm_of_events_reads_a_large_table_seldom(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(large_world(100_000))
    reads: list[float] = []
    stage.queries.on_ids = lambda: reads.append(perf_counter())
    ids = stage.window.jobs.model.ids[:50]
    started = perf_counter()

    def storm() -> bool:
        for application_id in ids:
            stage.bridge.publish(stage.world.change(application_id, EventKind.STEP_DONE, "Done."))
        return perf_counter() - started > 2

    qtbot.waitUntil(storm)
    assert 1 <= len(reads) <= 8


def test_f5_searches(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    stage.window.activateWindow()
    QTest.keyClick(stage.window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: c.SearchNow() in stage.world.asked)


def test_a_refused_search_is_told_in_the_window(open_window: OpenWindow, qtbot: QtBot) -> None:
    world = busy_world()
    world.refusals[c.SearchNow] = Permanent("There is nothing to search yet. Add a careers page under Sources.")
    stage = open_window(world)
    stage.window.top_bar.search_button.click()
    qtbot.waitUntil(stage.window.message.isVisible)
    assert stage.window.message.text() == "There is nothing to search yet. Add a careers page under Sources."


def test_progress_with_its_eta_and_cancel(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    bar = stage.window.top_bar
    assert bar.progress_text() == "5 previews left · about 20 s"
    bar.cancel_button.click()
    qtbot.waitUntil(lambda: not bar.cancel_button.isVisible())
    assert stage.world.asked == [c.CancelPreviews()]
    assert bar.progress_text() == ""


def test_cancel_stops_searches_first(open_window: OpenWindow, qtbot: QtBot) -> None:
    world = busy_world()
    world.searches_running = 2
    stage = open_window(world)
    assert stage.window.top_bar.progress_text().startswith("Searching 2 sources")
    stage.window.top_bar.cancel_button.click()
    qtbot.waitUntil(lambda: not stage.window.top_bar.progress_text().startswith("Searching"))
    assert stage.world.asked == [c.CancelSearches()]


def test_pause_and_resume(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    button = stage.window.top_bar.pause_button
    assert button.text() == "Pause all"
    button.click()
    qtbot.waitUntil(lambda: button.text() == "Resume")
    assert "Paused by you" in stage.window.status.text()
    button.click()
    qtbot.waitUntil(lambda: button.text() == "Pause all")
    assert stage.world.asked == [c.Pause(), c.Resume()]


def test_a_job_that_arrives_is_shown_without_asking(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(World(profile=profile()))
    entry = stage.world.add(make_posting(0, "Arrived", "Company"), _S.PREVIEW_READY, score=90)
    stage.bridge.publish(stage.world.change(entry.id, EventKind.PREVIEW_READY, "Ready."))
    qtbot.waitUntil(lambda: titles(stage) == ["Arrived"])
    qtbot.waitUntil(lambda: stage.window.jobs.detail.shown_title() == "Arrived")


def test_work_of_another_process_is_seen_within_a_second_or_two(open_window: OpenWindow, qtbot: QtBot) -> None:
    stage = open_window(busy_world())
    stage.world.add(make_posting(99, "From the command line", "Company"), _S.PREVIEW_READY, score=99)
    qtbot.waitUntil(lambda: "From the command line" in titles(stage), timeout=4000)
