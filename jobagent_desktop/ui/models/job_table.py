"""The job table's rows: the ordered ids from SQL and a small cache of the rows in view, never the whole table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jobagent_desktop.domain.views import JobFilter, JobRow, SortKey
from jobagent_desktop.services.ports import Queries
from jobagent_desktop.ui import wording

CHUNK = 64
"""Rows read at once: a window shows about 20."""
CACHED_CHUNKS = 6

AnyIndex = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    SCORE = 0
    JOB = 1
    PLACE = 2
    SALARY = 3
    STAGE = 4
    STATUS = 5
    UPDATED = 6


SORT_KEYS = {
    Column.SCORE: SortKey.SCORE,
    Column.JOB: SortKey.TITLE,
    Column.PLACE: SortKey.LOCATION,
    Column.SALARY: SortKey.SALARY,
    Column.STAGE: SortKey.STAGE,
    Column.STATUS: SortKey.STATUS,
    Column.UPDATED: SortKey.UPDATED,
}


class JobTableModel(QAbstractTableModel):
    """Sorting and filtering are SQL's; a change of the ids is one model reset (a proxy over 100,000 rows takes 11 s)."""

    def __init__(self, queries: Queries, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queries = queries
        self._now = now
        self._filter = JobFilter()
        self._ids: list[str] = []
        self._chunks: dict[int, dict[str, JobRow]] = {}

    @property
    def job_filter(self) -> JobFilter:
        return self._filter

    @property
    def ids(self) -> list[str]:
        return self._ids

    def set_filter(self, job_filter: JobFilter) -> None:
        """Keeps the order of sorting that the header chose."""
        self._filter = replace(job_filter, sort=self._filter.sort, descending=self._filter.descending)
        self.refresh()

    def refresh(self) -> None:
        """Reads the ids again; resets when they changed, else repaints the cached rows that did."""
        ids = self._queries.job_ids(self._filter)
        if ids != self._ids:
            self.beginResetModel()
            self._ids = ids
            self._chunks.clear()
            self.endResetModel()
            return
        last_column = self.columnCount() - 1
        for chunk, old in list(self._chunks.items()):
            new = self._read(chunk)
            for row in range(chunk * CHUNK, min((chunk + 1) * CHUNK, len(ids))):
                if old.get(ids[row]) != new.get(ids[row]):
                    self.dataChanged.emit(self.index(row, 0), self.index(row, last_column))

    def job(self, row: int) -> JobRow | None:
        """The row's content; None for one that was deleted a moment ago."""
        if not 0 <= row < len(self._ids):
            return None
        chunk = row // CHUNK
        known = self._chunks.get(chunk)
        if known is None:
            known = self._read(chunk)
        return known.get(self._ids[row])

    def row_of(self, application_id: str) -> int:
        """Where an application stands, -1 when it is not listed."""
        try:
            return self._ids.index(application_id)
        except ValueError:
            return -1

    def _read(self, chunk: int) -> dict[str, JobRow]:
        ids = self._ids[chunk * CHUNK : (chunk + 1) * CHUNK]
        rows = {row.id: row for row in self._queries.job_rows(ids)}
        self._chunks.pop(chunk, None)
        self._chunks[chunk] = rows
        while len(self._chunks) > CACHED_CHUNKS:
            del self._chunks[next(iter(self._chunks))]
        return rows

    # ---- Qt's side

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(Column)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        wanted = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}
        if role not in wanted or not index.isValid():
            return None
        job = self.job(index.row())
        if job is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return wording.plain_tooltip(self.tip(job, Column(index.column())))
        return self.text(job, Column(index.column()))

    def text(self, job: JobRow, column: Column) -> str:
        """A cell in words, for screen readers and for cells that are only text."""
        if column is Column.SCORE:
            return wording.DASH if job.score is None else str(job.score)
        if column is Column.JOB:
            return wording.joined(job.title, job.company)
        if column is Column.PLACE:
            return wording.place(job.location, job.remote)
        if column is Column.SALARY:
            return wording.row_salary(job)
        if column is Column.STAGE:
            return job.stage
        if column is Column.STATUS:
            return wording.status_word(job.status)
        return wording.ago(job.updated_at, self._now())

    def tip(self, job: JobRow, column: Column) -> str:
        if column is Column.JOB:
            return f"{job.title}\n{job.company}"
        if column in {Column.STAGE, Column.STATUS}:
            return job.error or job.stage or wording.status_word(job.status)
        if column is Column.UPDATED:
            return wording.date_and_time(job.updated_at)
        return self.text(job, column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = {
            Column.SCORE: self.tr("Score"),
            Column.JOB: self.tr("Job"),
            Column.PLACE: self.tr("Place"),
            Column.SALARY: self.tr("Salary"),
            Column.STAGE: self.tr("Stage"),
            Column.STATUS: self.tr("Status"),
            Column.UPDATED: self.tr("Updated"),
        }
        return names[Column(section)]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if column < 0:
            return
        key, descending = SORT_KEYS[Column(column)], order is Qt.SortOrder.DescendingOrder
        if (key, descending) != (self._filter.sort, self._filter.descending):
            self._filter = replace(self._filter, sort=key, descending=descending)
            self.refresh()
