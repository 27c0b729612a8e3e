"""The job table as seen: rows of 48 px, columns that give way in a narrow place, a selection that survives a refresh."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.delegates.job_cells import PAD, ROW_PX, JobCellDelegate
from jobagent_desktop.ui.models.job_table import Column, JobTableModel
from jobagent_desktop.ui.theme import SMALL_PX, base_font, sized, theme_of
from jobagent_desktop.ui.widgets.scroll import slim

_WIDE = {
    Column.SCORE: 64,
    Column.PLACE: 124,
    Column.SALARY: 126,
    Column.STAGE: 148,
    Column.STATUS: 100,
    Column.UPDATED: 76,
}
_NARROW = {
    Column.SCORE: 60,
    Column.PLACE: 100,
    Column.SALARY: 126,
    Column.STAGE: 122,
    Column.STATUS: 94,
    Column.UPDATED: 72,
}
_JOB_MIN = 180
_STATUS_MOST = 136
"""A language with long words for the statuses gets a wider column for them, up to this."""
_GIVE_WAY = (Column.UPDATED, Column.SALARY, Column.PLACE, Column.STAGE)
"""In this order columns hide when the job's name would get less than 180 px; the detail pane still tells all of them."""


class JobHeader(QHeaderView):
    """Flat column names; the sorted one carries an arrow."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedHeight(34)
        self.setFont(sized(self.font(), SMALL_PX))
        self.setAccessibleName(self.tr("Columns of the job table"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        theme = theme_of(self.palette())
        painter.save()
        painter.fillRect(rect, theme.of("bg"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.of("line"))
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        painter.setPen(theme.of("text" if is_sorted else "dim"))
        painter.setFont(self.font())
        words = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole))
        if is_sorted:
            words += " ↓" if self.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder else " ↑"
        inner = rect.adjusted(PAD, 0, 0, 0)
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        painter.restore()


class JobTableView(QTableView):
    """Signals:
    chosen: the application id that is now selected; empty when none is.
    opened: Enter or a double click on the selected row.
    """

    chosen = Signal(str)
    opened = Signal()

    def __init__(self, model: JobTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = model
        self._chosen = ""
        # Until the user attends to a row, the first one is shown, whichever that is.
        self._follows_top = True
        self._kept_row = -1
        self._kept_offset = 0
        self._kept_top = ""
        metrics = QFontMetrics(sized(base_font(), SMALL_PX))
        words = (wording.status_word(status) for status in ApplicationStatus)
        self._status_px = max(map(metrics.horizontalAdvance, words)) + 14 + 2 * PAD
        self._layout: tuple[bool, frozenset[Column]] | None = None
        self.setAccessibleName(self.tr("Jobs"))
        self.setHorizontalHeader(JobHeader(self))
        self.setModel(model)
        self.setItemDelegate(JobCellDelegate(model, self))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        slim(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(48)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.JOB, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(Column.SCORE, Qt.SortOrder.DescendingOrder)
        header.sortIndicatorChanged.connect(self._on_sort)
        self.setSortingEnabled(True)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._restore_place)
        model.watch(self._watched)
        self.doubleClicked.connect(self._on_double_click)
        self._fit_columns()

    def _watched(self) -> tuple[str, str]:
        """What a new order should have at hand: around what the eye rests on, and around the selected one."""
        ids, top = self._jobs.ids, self.rowAt(0)
        return (ids[top] if 0 <= top < len(ids) and not self._follows_top else "", self._chosen)

    # ---- the selection

    def chosen_id(self) -> str:
        return self._chosen

    def follow_top(self) -> None:
        """Selects the first row, and stays with whatever is first until the user attends to one."""
        self._follows_top = True
        self.choose_row(0)

    @Slot()
    def stay(self) -> None:
        """The user attends to the selected row: it stays selected wherever it goes."""
        self._follows_top = False

    def choose(self, application_id: str) -> bool:
        """Selects an application; False when it is not in the list."""
        row = self._jobs.row_of(application_id)
        if row >= 0:
            self.stay()
            self.choose_row(row)
        return row >= 0

    def choose_row(self, row: int) -> None:
        if 0 <= row < self._jobs.rowCount():
            self._select(row)
            self.scrollTo(self._jobs.index(row, Column.JOB))

    def _select(self, row: int) -> None:
        how = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._jobs.index(row, Column.JOB), how)

    def step(self, rows: int) -> None:
        """Moves the selection down or up."""
        self.stay()
        row = self.currentIndex().row()
        self.choose_row(max(0, min(self._jobs.rowCount() - 1, row + rows)) if row >= 0 else 0)

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        ids = self._jobs.ids
        self._tell(ids[current.row()] if current.isValid() and current.row() < len(ids) else "")

    def _tell(self, application_id: str) -> None:
        if application_id != self._chosen:
            self._chosen = application_id
            self.chosen.emit(application_id)

    @Slot()
    def _keep_place(self) -> None:
        """Remembers what the eye rests on: the selected row if it is in view, else the first row."""
        ids = self._jobs.ids
        row = self.currentIndex().row()
        self._kept_row = row
        in_view = row >= 0 and 0 <= self.rowViewportPosition(row) < self.viewport().height()
        anchor = row if in_view else self.rowAt(0)
        self._kept_top = ids[anchor] if 0 <= anchor < len(ids) else ""
        self._kept_offset = self.rowViewportPosition(anchor) if self._kept_top else 0

    @Slot()
    def _restore_place(self) -> None:
        if self._follows_top and self._jobs.rowCount():
            self.verticalScrollBar().setValue(0)
            self._select(0)
            return
        anchor = self._jobs.row_of(self._kept_top) if self._kept_top else -1
        if anchor >= 0:
            self.verticalScrollBar().setValue(anchor * ROW_PX - self._kept_offset)
        row = self._jobs.row_of(self._chosen) if self._chosen else -1
        if row < 0 and self._chosen and self._jobs.rowCount():
            # The selected one has left the list: its neighbour is next.
            row = min(max(self._kept_row, 0), self._jobs.rowCount() - 1)
        if row >= 0:
            bar = self.verticalScrollBar()
            value = bar.value()
            self._select(row)
            bar.setValue(value)
        else:
            self._tell("")

    # ---- events

    @Slot(int, Qt.SortOrder)
    def _on_sort(self, column: int, order: Qt.SortOrder) -> None:
        self.horizontalHeader().viewport().update()

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        self.opened.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.stay()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._chosen:
            self.opened.emit()
            return
        self.stay()
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        width = self.viewport().width()
        widths = dict(_WIDE if width - sum(_WIDE.values()) >= _JOB_MIN else _NARROW)
        is_wide = widths[Column.SCORE] == _WIDE[Column.SCORE]
        widths[Column.STATUS] = max(widths[Column.STATUS], min(_STATUS_MOST, self._status_px))
        need = sum(widths.values())
        hidden: set[Column] = set()
        for column in _GIVE_WAY:
            if width - need >= _JOB_MIN:
                break
            hidden.add(column)
            need -= widths[column]
        layout = (is_wide, frozenset(hidden))
        if layout == self._layout:
            return  # the user may have made a column wider since
        self._layout = layout
        header = self.horizontalHeader()
        for column, pixels in widths.items():
            self.setColumnHidden(column, column in hidden)
            if header.sectionSize(column) != pixels and column not in hidden:
                header.resizeSection(column, pixels)
