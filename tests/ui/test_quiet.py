"""The UI thread answers within 50 ms: with 100,000 jobs in the table, with a megabyte of text, and while the engine works hard.

Real window, real SQLite, real reader's thread; where the engine works, the real one. A scenario is watched by
`tests.fakes.heartbeat`, which counts only what the thread itself computed or waited for inside the process. A garbage
collection or a first use that comes once is no defect, so what was late is tried again: an offence is one that comes back
each of three times.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from jobagent_desktop.bootstrap import Parts, Workspace, build_engine, open_workspace
from jobagent_desktop.config import resource
from jobagent_desktop.domain.commands import ImportCv, SearchNow
from jobagent_desktop.domain.event import Event, EventKind
from jobagent_desktop.domain.identity import keyed_ulid
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.domain.views import JobFilter
from jobagent_desktop.runtime import Bridge, EngineThread, Reader
from jobagent_desktop.services.ports import EventSink, RunningEngine
from jobagent_desktop.sources import SourceBook
from jobagent_desktop.sources.demo.board import DEMO, DemoBoard
from jobagent_desktop.store.connection import open_writer, transaction
from jobagent_desktop.ui import WindowContext
from jobagent_desktop.ui.detail.pane import LOG, POSTING
from jobagent_desktop.ui.main_window import MainWindow
from jobagent_desktop.ui.models.job_table import Column
from jobagent_desktop.ui.pages.jobs import Slice
from jobagent_desktop.ui.theme import Appearance
from tests.fakes.heartbeat import LIMIT_S, heartbeat
from tests.fakes.many_jobs import write_many_jobs

PATIENCE_MS = 60_000
JOBS = 100_000
TRIES = 3
MEGABYTE = 1_000_000


@dataclass
class Shown:
    """A window over a real store; its engine's thread need not run."""

    workspace: Workspace
    bridge: Bridge
    reader: Reader
    window: MainWindow


@pytest.fixture(scope="module")
def large_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100,000 jobs; the first of them has a megabyte of text in one line and a history of 1,000 events."""
    folder = tmp_path_factory.mktemp("quiet")
    workspace = open_workspace(folder, {})
    with closing(open_writer(workspace.paths.database)) as connection:
        transaction(connection, lambda db: write_many_jobs(db, JOBS, workspace.clock.now()))
        with closing(workspace.queries()) as queries:
            first, second = queries.job_ids(JobFilter())[:2]
        text = "word " * (MEGABYTE // 5)
        lines = "A line of the posting, as long as lines are in such texts.\n" * (MEGABYTE // 59)
        connection.execute(
            "UPDATE jobs SET preview = ? WHERE id = (SELECT job_id FROM applications WHERE id = ?)", (text, first)
        )
        connection.execute(
            "UPDATE jobs SET preview = ? WHERE id = (SELECT job_id FROM applications WHERE id = ?)", (lines, second)
        )
        now = to_iso(workspace.clock.now())
        events = [
            (keyed_ulid(f"event {n}"), first, "m", now, "info", "step_done", f"Step {n} of the work is done.")
            for n in range(1000)
        ]
        connection.executemany(
            "INSERT INTO events (id, stream, machine_id, ts, level, kind, msg) VALUES (?, ?, ?, ?, ?, ?, ?)", events
        )
    return folder


def show(folder: Path, qtbot: QtBot) -> Shown:
    workspace = open_workspace(folder, {})
    bridge, reader = Bridge(), Reader(workspace.queries)
    context = WindowContext(bridge, workspace.queries(), workspace.clock.now, folder, "test", reader=reader)
    window = MainWindow(context)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    return Shown(workspace, bridge, reader, window)


def close(shown: Shown) -> None:
    shown.window.show_stopping()
    shown.reader.close()
    shown.window._queries.close()
    shown.window.allow_close()
    shown.window.close()
    for each in (shown.window, shown.reader, shown.bridge):
        each.deleteLater()


@pytest.fixture
def large(large_folder: Path, appearance: Appearance, qtbot: QtBot) -> Iterator[Shown]:
    shown = show(large_folder, qtbot)
    shown.window.show_page("jobs")
    settle(shown, qtbot)
    assert shown.window.jobs.model.rowCount() > JOBS * 0.8
    yield shown
    close(shown)
    qtbot.wait(1)


def settle(shown: Shown, qtbot: QtBot) -> None:
    """Until what was asked has been answered and painted."""
    qtbot.waitUntil(lambda: not shown.reader._answers_to, timeout=PATIENCE_MS)
    qtbot.wait(30)


def stays_quiet(scenario: Callable[[], object]) -> None:
    scenario()  # what is loaded and laid out at the first use is warm from here on
    reports = list[str]()
    for _ in range(TRIES):
        with heartbeat() as beating:
            scenario()
        if not beating.late:
            return
        reports.append("\n".join(map(str, beating.late)))
    pytest.fail(f"The UI thread was blocked for more than {LIMIT_S * 1000:.0f} ms:\n" + "\n---\n".join(reports), pytrace=False)


def test_a_block_is_seen_with_its_length_and_its_place(qtbot: QtBot) -> None:
    def wait_for_something() -> None:
        time.sleep(3 * LIMIT_S)

    def compute() -> None:
        until = time.thread_time() + 3 * LIMIT_S
        while time.thread_time() < until:
            pass

    with heartbeat() as beating:
        for block in (compute, wait_for_something):
            QTimer.singleShot(30, block)
            qtbot.wait(400)
    computing = [late for late in beating.late if late.computed_s >= 2 * LIMIT_S]
    assert computing, beating.late
    assert "in compute" in computing[0].stack
    if sys.platform == "linux":
        waiting = [late for late in beating.late if "in wait_for_something" in late.stack]
        # On a machine so busy that this sleep is mostly time in the run queue, nothing is counted.
        assert all(late.waited_s > late.computed_s for late in waiting)


# ---- 100,000 jobs


def test_sorting_by_each_column(large: Shown, qtbot: QtBot) -> None:
    def sort() -> None:
        for column in Column:
            for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
                large.window.jobs.table.sortByColumn(column, order)
                settle(large, qtbot)

    stays_quiet(sort)
    assert large.window.jobs.model.job(0) is not None


def test_filters_and_search_as_you_type(large: Shown, qtbot: QtBot) -> None:
    jobs, field = large.window.jobs, large.window.top_bar.field

    def narrow() -> None:
        for which in Slice:
            jobs.show_slice(which)
            settle(large, qtbot)
        jobs.show_slice(Slice.ALL)
        for letter in "nurse berlin":
            qtbot.keyClick(field, letter)
            qtbot.wait(40)  # the pace of a quick typist
        qtbot.waitUntil(lambda: 0 < jobs.model.rowCount() < JOBS // 4, timeout=PATIENCE_MS)
        field.clear()
        qtbot.waitUntil(lambda: jobs.model.rowCount() > JOBS * 0.8, timeout=PATIENCE_MS)
        settle(large, qtbot)

    stays_quiet(narrow)


def test_scrolling_to_the_end_while_changes_arrive(large: Shown, qtbot: QtBot) -> None:
    jobs = large.window.jobs
    bar = jobs.table.verticalScrollBar()
    database = large.workspace.paths.database

    def scroll() -> None:
        for step in range(21):
            bar.setValue(bar.maximum() * step // 20)
            changed = jobs.model.ids[step]
            with closing(open_writer(database)) as connection:
                connection.execute("UPDATE applications SET progress = progress + 1 WHERE id = ?", (changed,))
            now = large.workspace.clock.now()
            large.bridge.publish(Event(f"e{step}", changed, now, EventKind.STEP_DONE, "Done."))
            qtbot.wait(15)
        jobs.table.selectAll()
        settle(large, qtbot)
        bar.setValue(0)
        settle(large, qtbot)

    stays_quiet(scroll)


# ---- long texts


def test_a_posting_of_a_megabyte_and_a_long_log(large: Shown, qtbot: QtBot) -> None:
    jobs = large.window.jobs

    def read() -> None:
        for tab in (POSTING, LOG):
            jobs.detail.show_tab(tab)
            for row in (0, 1, 2):
                jobs.table.choose_row(row)
                settle(large, qtbot)
                qtbot.waitUntil(lambda row=row: jobs.detail.shown_id() == jobs.model.ids[row], timeout=PATIENCE_MS)
                qtbot.wait(150)
        jobs.detail.show_tab(POSTING)
        jobs.table.choose_row(1)
        qtbot.waitUntil(lambda: len(jobs.detail.posting.text()) > MEGABYTE * 0.9, timeout=PATIENCE_MS)

    stays_quiet(read)


# ---- the engine at work


def test_a_search_of_a_thousand_postings_and_thirty_previews(
    tmp_path: Path, qapp: QApplication, appearance: Appearance, qtbot: QtBot
) -> None:
    """A real search over HTTP on loopback, of which the first thirty previews are really made."""
    board = tmp_path / "board"
    board.mkdir()
    source = json.loads((resource("demo", "board") / "greenhouse-northwind.json").read_text("utf-8"))
    source["jobs"] = [
        {**source["jobs"][n % len(source["jobs"])], "id": 10_000 + n, "internal_job_id": n, "title": f"Backend Engineer {n}"}
        for n in range(1000)
    ]
    (board / "greenhouse-northwind.json").write_text(json.dumps(source), "utf-8")
    shown = show(tmp_path / "data", qtbot)
    workspace = replace(shown.workspace)

    def make_engine(sink: EventSink) -> RunningEngine:
        book = SourceBook(workspace.clock)
        book._demo = DemoBoard(workspace.clock, board)
        return build_engine(workspace, sink, Parts(sources=book))

    thread = EngineThread(make_engine, shown.bridge)
    try:
        thread.start()
        qtbot.waitUntil(lambda: shown.bridge.is_ready, timeout=PATIENCE_MS)
        with qtbot.waitSignal(shown.bridge.ask(ImportCv(str(resource("demo", "cv.pdf")))).done, timeout=PATIENCE_MS):
            pass
        shown.window.show_page("jobs")
        with heartbeat() as beating:
            with qtbot.waitSignal(shown.bridge.ask(SearchNow(boards=(DEMO,))).done, timeout=PATIENCE_MS):
                pass
            ready = lambda: shown.window.counts.applications.get("preview_ready", 0)  # noqa: E731
            qtbot.waitUntil(lambda: sum(shown.window.counts.applications.values()) >= 900, timeout=PATIENCE_MS)
            qtbot.waitUntil(lambda: ready() >= 5, timeout=PATIENCE_MS)
            warm = len(beating.late)
            qtbot.waitUntil(lambda: ready() >= 30, timeout=PATIENCE_MS)
    finally:
        assert thread.stop(), "the engine's thread did not end"
        close(shown)
        qtbot.wait(1)
    print("\n".join(map(str, beating.late)))
    assert len(beating.late[warm:]) < TRIES, "\n".join(map(str, beating.late))
