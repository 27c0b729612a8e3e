"""The job table's rows: the ordered ids from SQL and a small cache of the rows in view, never the whole table.

Nothing is read in the window's own thread: the old rows stay until the new order has arrived, and a row that has not been
read yet is empty for a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from jobagent_desktop.domain.views import JobFilter, JobRow, SortKey
from jobagent_desktop.runtime import Reading
from jobagent_desktop.services.ports import Queries
from jobagent_desktop.ui import wording

CHUNK = 64
"""Rows read at once: a window shows about 20."""
CACHED_CHUNKS = 6
IN_VIEW = 32
"""More rows than a window shows."""
_IDS = "job ids"

Chunk = dict[str, JobRow]

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


@dataclass(frozen=True, slots=True)
class _Listing:
    """What the reader found. `is_same`: the ids are those that were known; otherwise `rows` tells where each stands."""

    job_filter: JobFilter
    ids: list[str]
    rows: dict[str, int]
    is_same: bool
    chunks: dict[int, Chunk]


def _list(
    job_filter: JobFilter, known: list[str], cached: Collection[int], watched: Sequence[str], queries: Queries
) -> _Listing:
    """Runs in the reader's thread, so that the window's has nothing to do in proportion to the number of jobs."""
    ids = queries.job_ids(job_filter)
    if ids == known:
        return _Listing(job_filter, known, {}, is_same=True, chunks={chunk: _rows(ids, chunk, queries) for chunk in cached})
    rows = dict(zip(ids, range(len(ids)), strict=True))
    # What will be in view is read with it, so that the table never shows itself empty.
    tops = {0, *(rows[each] for each in watched if each in rows)}
    chunks = {row // CHUNK for top in tops for row in (max(0, top - IN_VIEW), top, min(top + IN_VIEW, max(0, len(ids) - 1)))}
    return _Listing(
        job_filter, ids, rows, is_same=False, chunks={chunk: _rows(ids, chunk, queries) for chunk in sorted(chunks)}
    )


def _rows(ids: list[str], chunk: int, queries: Queries) -> Chunk:
    return {row.id: row for row in queries.job_rows(ids[chunk * CHUNK : (chunk + 1) * CHUNK])}


def _read_chunk(ids: list[str], chunk: int, queries: Queries) -> tuple[list[str], int, Chunk]:
    return ids, chunk, _rows(ids, chunk, queries)


class JobTableModel(QAbstractTableModel):
    """Sorting and filtering are SQL's; a change of the ids is one model reset (a proxy over 100,000 rows takes 11 s).

    Signals:
        listed: the list has been read again; whether its filter or its order is another than before.
    """

    listed = Signal(bool)

    def __init__(self, reading: Reading, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading = reading
        self._now = now
        self._filter = JobFilter()
        self._listed_filter: JobFilter | None = None
        self._ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._chunks: dict[int, Chunk] = {}
        # The chunk that is being read for each place in the cache.
        self._wanted: dict[int, int] = {}
        self._watched: Callable[[], Sequence[str]] = tuple

    @property
    def job_filter(self) -> JobFilter:
        """What is asked for; the rows follow when they have been read."""
        return self._filter

    @property
    def ids(self) -> list[str]:
        return self._ids

    @property
    def is_listed(self) -> bool:
        """Whether the list has been read at all."""
        return self._listed_filter is not None

    def watch(self, watched: Callable[[], Sequence[str]]) -> None:
        """Has the rows around these applications read together with a new order."""
        self._watched = watched

    def set_filter(self, job_filter: JobFilter) -> None:
        """Keeps the order of sorting that the header chose."""
        self._ask(replace(job_filter, sort=self._filter.sort, descending=self._filter.descending))

    def refresh(self) -> None:
        """Has the ids read again; resets when they changed, else repaints the cached rows that did."""
        listing = partial(_list, self._filter, self._ids, tuple(self._chunks), tuple(self._watched()))
        self._reading.ask(_IDS, listing, self._show)

    def _ask(self, job_filter: JobFilter) -> None:
        if job_filter != self._filter:
            self._reading.drop(_IDS)  # its answer would be to a question that nobody asks any more
        self._filter = job_filter
        self.refresh()

    def _show(self, listing: _Listing) -> None:
        if listing.job_filter != self._filter:
            return
        if listing.is_same and listing.ids is not self._ids:
            self.refresh()  # the same as what was known when it was asked; another answer has come in between
            return
        is_other = listing.job_filter != self._listed_filter
        self._listed_filter = listing.job_filter
        if not listing.is_same:
            self.beginResetModel()
            self._ids, self._rows = listing.ids, listing.rows
            self._chunks = listing.chunks
            self._wanted.clear()
            self.endResetModel()
        else:
            for chunk, new in listing.chunks.items():
                self._take(chunk, new)
        self.listed.emit(is_other)

    def _take(self, chunk: int, new: Chunk) -> None:
        """Keeps a chunk's rows and repaints those that changed."""
        old = self._chunks.pop(chunk, None)
        self._chunks[chunk] = new
        while len(self._chunks) > CACHED_CHUNKS:
            del self._chunks[next(iter(self._chunks))]
        last_column = self.columnCount() - 1
        first, beyond = chunk * CHUNK, min((chunk + 1) * CHUNK, len(self._ids))
        if old is None:
            self.dataChanged.emit(self.index(first, 0), self.index(beyond - 1, last_column))
            return
        for row in range(first, beyond):
            if old.get(self._ids[row]) != new.get(self._ids[row]):
                self.dataChanged.emit(self.index(row, 0), self.index(row, last_column))

    def job(self, row: int) -> JobRow | None:
        """The row's content; None for one that was deleted a moment ago, and for one that has not been read yet."""
        if not 0 <= row < len(self._ids):
            return None
        chunk = row // CHUNK
        place = chunk % CACHED_CHUNKS
        if chunk not in self._chunks and self._wanted.get(place) != chunk:
            # One topic for each place in the cache: of the chunks that a drag passes by, only the last are read.
            self._wanted[place] = chunk
            self._reading.ask(f"job rows {place}", partial(_read_chunk, self._ids, chunk), self._on_chunk)
        return self._chunks.get(chunk, {}).get(self._ids[row])

    def _on_chunk(self, answer: tuple[list[str], int, Chunk]) -> None:
        ids, chunk, rows = answer
        if ids is self._ids:
            if self._wanted.get(chunk % CACHED_CHUNKS) == chunk:
                del self._wanted[chunk % CACHED_CHUNKS]
            self._take(chunk, rows)

    def row_of(self, application_id: str) -> int:
        """Where an application stands, -1 when it is not listed."""
        return self._rows.get(application_id, -1)

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
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == Column.STAGE and job.stage:
            return f"{job.stage}, {job.progress} %"  # the bar behind the words
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
            # A long status may be cut in its cell.
            words = (wording.status_word(job.status), job.error or job.stage)
            return "\n".join(dict.fromkeys(part for part in words if part))
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
            self._ask(replace(self._filter, sort=key, descending=descending))
