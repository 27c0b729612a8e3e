"""The job table: ids from SQL, rows in pieces, a selection that survives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain.event import EventKind
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.views import JobFilter, SortKey
from jobagent_desktop.runtime import ReadHere
from jobagent_desktop.ui.models.job_table import CACHED_CHUNKS, Column, JobTableModel
from jobagent_desktop.ui.pages.job_table_view import JobTableView
from jobagent_desktop.ui.theme import Appearance
from tests.fakes.window_jobs import busy_world, large_world
from tests.fakes.window_samples import make_posting
from tests.fakes.window_world import World, WorldQueries

_S = ApplicationStatus


def make_model(world: World) -> tuple[JobTableModel, WorldQueries]:
    queries = WorldQueries(world)
    model = JobTableModel(ReadHere(queries), lambda: world.now)
    model.refresh()
    return model, queries


@pytest.fixture
def view(appearance: Appearance, qtbot: QtBot) -> Iterator[JobTableView]:
    model, _ = make_model(large_world(1000))
    view = JobTableView(model)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    qtbot.waitExposed(view)
    view.follow_top()
    yield view
    model.deleteLater()


def test_qts_own_model_tester_finds_nothing(qapp: object) -> None:
    model, _ = make_model(busy_world())
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.sort(Column.JOB, Qt.SortOrder.AscendingOrder)
    model.set_filter(JobFilter(text="engineer"))
    assert model.rowCount() > 3
    tester.deleteLater()


def test_a_hundred_thousand_rows_are_not_read(qapp: object) -> None:
    model, queries = make_model(large_world(100_000))
    assert model.rowCount() == 100_000
    assert queries.reads == 1, "the rows that will be in view come with the order"
    for row in range(20):
        model.data(model.index(row, Column.JOB))
    assert queries.reads == 1
    for row in range(0, 100_000, 5000):
        model.data(model.index(row, Column.JOB))
    assert len(model._chunks) == CACHED_CHUNKS


def test_a_large_table_is_quick(qapp: object) -> None:
    model, _ = make_model(large_world(100_000))
    started = perf_counter()
    model.beginResetModel()
    model.endResetModel()
    for row in range(40):
        for column in Column:
            model.data(model.index(row, column))
    assert perf_counter() - started < 1.0


def test_a_change_of_a_row_repaints_only_that_row(qapp: object) -> None:
    world = large_world(200)
    model, _ = make_model(world)
    first, second = model.ids[0], model.ids[1]
    assert model.job(0) is not None
    changed: list[int] = []

    def note(top: QModelIndex, bottom: QModelIndex) -> None:
        changed.extend(range(top.row(), bottom.row() + 1))

    model.dataChanged.connect(note)
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    world.change(second, EventKind.STEP_DONE, "x", stage="Tailoring CV")
    model.refresh()
    assert changed == [1]
    assert resets == []
    shown = model.job(1)
    assert shown is not None
    assert (model.ids[0], shown.stage) == (first, "Tailoring CV")


def test_sorting_is_asked_of_the_queries(qapp: object) -> None:
    model, _ = make_model(busy_world())
    model.sort(Column.JOB, Qt.SortOrder.AscendingOrder)
    assert (model.job_filter.sort, model.job_filter.descending) == (SortKey.TITLE, False)
    first = model.job(0)
    assert first is not None
    assert first.title == "API Engineer"


def test_filtering_keeps_the_sorting(qapp: object) -> None:
    model, _ = make_model(busy_world())
    model.sort(Column.UPDATED, Qt.SortOrder.AscendingOrder)
    model.set_filter(JobFilter(text="backend"))
    assert model.job_filter.sort is SortKey.UPDATED


def test_a_row_that_is_gone_is_empty_and_does_no_harm(qapp: object) -> None:
    world = large_world(200)
    model, _ = make_model(world)
    del world.entries[model.ids[150]]
    assert model.job(150) is None
    assert model.data(model.index(150, Column.JOB)) is None
    assert model.job(151) is not None


def test_selection_and_place_survive_new_rows_above(view: JobTableView) -> None:
    world: World = view._jobs._reading._queries.world  # pyright: ignore[reportAttributeAccessIssue]
    view.stay()
    view.choose_row(500)
    chosen = view.chosen_id()
    before = view.rowViewportPosition(500)
    for number in range(3):
        world.add(make_posting(2000 + number, "New", "New"), _S.PREVIEW_READY, score=1000 + number)
    view._jobs.refresh()
    assert view.chosen_id() == chosen
    assert view.currentIndex().row() == 503
    assert view.rowViewportPosition(503) == before


def test_until_the_user_attends_the_first_row_is_shown(view: JobTableView) -> None:
    world: World = view._jobs._reading._queries.world  # pyright: ignore[reportAttributeAccessIssue]
    best = world.add(make_posting(2000, "Best", "Best"), _S.PREVIEW_READY, score=1000)
    view._jobs.refresh()
    assert view.chosen_id() == best.id
    QTest.keyClick(view, Qt.Key.Key_Down)
    chosen = view.chosen_id()
    assert chosen != best.id
    world.add(make_posting(2001, "Better", "Better"), _S.PREVIEW_READY, score=2000)
    view._jobs.refresh()
    assert view.chosen_id() == chosen


def test_when_the_chosen_row_leaves_its_neighbour_is_chosen(view: JobTableView) -> None:
    world: World = view._jobs._reading._queries.world  # pyright: ignore[reportAttributeAccessIssue]
    view.stay()
    view.choose_row(10)
    neighbour = view._jobs.ids[11]
    chosen = view.chosen_id()
    world.entries[chosen] = replace(world.entries[chosen], status=_S.SKIPPED)
    view._jobs.refresh()
    assert view.chosen_id() == neighbour


def test_clicking_a_header_sorts(view: JobTableView) -> None:
    header = view.horizontalHeader()
    x = header.sectionViewportPosition(Column.PLACE) + 10
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 10))
    assert view._jobs.job_filter.sort is SortKey.LOCATION


@pytest.mark.parametrize(
    ("width", "hidden"),
    [
        (1000, set[Column]()),
        (760, {Column.UPDATED}),
        (600, {Column.UPDATED, Column.SALARY}),
        (380, {Column.UPDATED, Column.SALARY, Column.PLACE, Column.STAGE}),
    ],
)
def test_columns_give_way_so_that_the_job_can_be_read(view: JobTableView, width: int, hidden: set[Column]) -> None:
    view.resize(width, 600)
    assert {column for column in Column if view.isColumnHidden(column)} == hidden
    assert view.columnWidth(Column.JOB) >= 180


def test_rows_are_48_pixels(view: JobTableView) -> None:
    assert view.rowHeight(0) == 48
