"""The Jobs page: filters, the table or what its emptiness means, and the selected job beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import Enum

from PySide6.QtCore import QKeyCombination, QMargins, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from jobagent_desktop.domain.commands import Unskip
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.views import Counts
from jobagent_desktop.runtime import Bridge, Reading
from jobagent_desktop.services.ports import Queries
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.asking import Asked
from jobagent_desktop.ui.detail.actions import Act
from jobagent_desktop.ui.detail.pane import LOG, MATCH, POSTING, PREVIEW, DetailPane
from jobagent_desktop.ui.models.job_table import Column, JobTableModel
from jobagent_desktop.ui.pages.job_table_view import JobTableView
from jobagent_desktop.ui.theme import Tone
from jobagent_desktop.ui.widgets.button import FilterChip
from jobagent_desktop.ui.widgets.empty_state import EmptyState
from jobagent_desktop.ui.widgets.flow import FlowLayout
from jobagent_desktop.ui.widgets.message_bar import MessageBar

UNDO_S = 10.0
DETAIL_PX, NARROW_DETAIL_PX, READING_SHARE = 400, 392, 0.52

_S = ApplicationStatus


class Slice(Enum):
    """The filters of the chips. The value is the statuses they show; none means all but skipped and closed."""

    ALL = frozenset[ApplicationStatus]()
    DECISION = wording.NEEDS_DECISION
    PREPARING = wording.PREPARING
    APPROVED = frozenset({_S.APPROVED})
    APPLIED = wording.AFTER_APPLIED
    FAILED = frozenset({_S.FAILED})
    SKIPPED = frozenset({_S.SKIPPED, _S.CLOSED})


class Emptiness(Enum):
    NOT_EMPTY = 0
    NO_MATCH = 1
    NOTHING_FOUND = 2
    SEARCHING = 3
    EMPTY_SLICE = 4


class JobsPage(QWidget):
    """Signals:
    link_wanted: an address for the browser.
    search_wanted: the empty page's button was pressed.
    clear_wanted: the search text should be cleared.
    """

    link_wanted = Signal(QUrl)
    search_wanted = Signal()
    clear_wanted = Signal()

    def __init__(
        self,
        bridge: Bridge,
        queries: Queries,
        reading: Reading,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._counts = Counts()
        self._text = ""
        self._slice = Slice.ALL
        self._emptiness = Emptiness.NOT_EMPTY
        self._undo_id = ""
        self._detail_px = 0
        self._to_choose = ""
        self.model = JobTableModel(reading, now, self)
        self.table = JobTableView(self.model)
        self.detail = DetailPane(bridge, queries, reading, now)
        self.detail.setMinimumWidth(340)
        self._chips: dict[Slice, FilterChip] = {}
        self._chip_group = QButtonGroup(self)
        self._chip_group.setExclusive(True)
        chip_row = QWidget()
        chips = FlowLayout(chip_row, gap=6)
        chips.setContentsMargins(10, 8, 10, 8)
        for which, words in self._chip_words().items():
            chip = FilterChip(words)
            self._chips[which] = chip
            self._chip_group.addButton(chip)
            chips.addWidget(chip)
        self._chips[Slice.ALL].setChecked(True)
        self._chip_group.buttonClicked.connect(self._on_chip)
        self.undo_bar = MessageBar(QMargins(10, 0, 10, 4))
        self.undo_bar.acted.connect(self._on_undo)
        self.notice = MessageBar(QMargins(10, 0, 10, 4))
        self.empty = EmptyState()
        self.empty.acted.connect(self._on_empty_act)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        left = self.list_part = QWidget()
        left.setMinimumWidth(360)
        left_column = QVBoxLayout(left)
        left_column.setContentsMargins(0, 0, 0, 0)
        left_column.setSpacing(0)
        left_column.addWidget(chip_row)
        left_column.addWidget(self.notice)
        left_column.addWidget(self.undo_bar)
        left_column.addWidget(self._stack, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self.detail)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._splitter)
        self.table.chosen.connect(self.detail.show_application)
        self.table.opened.connect(self.open_preview)
        self.model.listed.connect(self._on_listed)
        self.detail.changed.connect(self.refresh)
        self.detail.skipped.connect(self._on_skipped)
        self.detail.link_wanted.connect(self.link_wanted)
        self.detail.tab_changed.connect(self._on_tab)
        self.detail.attended.connect(self.table.stay)
        self._add_keys()
        self._splitter.splitterMoved.connect(self._on_splitter)

    def _chip_words(self) -> dict[Slice, str]:
        return {
            Slice.ALL: self.tr("All"),
            Slice.DECISION: self.tr("Needs decision"),
            Slice.PREPARING: self.tr("Preparing"),
            Slice.APPROVED: self.tr("Approved"),
            Slice.APPLIED: self.tr("Applied"),
            Slice.FAILED: self.tr("Failed"),
            Slice.SKIPPED: self.tr("Skipped"),
        }

    def _add_keys(self) -> None:
        """Letters work in the whole page; a text field keeps them to itself."""
        for key, slot in (
            (Qt.Key.Key_A, self._on_key_approve),
            (Qt.Key.Key_S, self._on_key_skip),
            (Qt.Key.Key_Delete, self._on_key_skip),
            (Qt.Key.Key_O, self._on_key_open),
            (Qt.Key.Key_E, self._on_key_edit),
            (Qt.Key.Key_J, self._on_key_next),
            (Qt.Key.Key_K, self._on_key_back),
            (Qt.Key.Key_1, self._on_key_posting),
            (Qt.Key.Key_2, self._on_key_match),
            (Qt.Key.Key_3, self.open_preview),
            (Qt.Key.Key_4, self._on_key_log),
            (Qt.Key.Key_Escape, self._on_key_leave),
            ("Ctrl+Z", self.undo_skip),
            ("Ctrl++", self.detail.preview.pages.zoom_in),
            ("Ctrl+=", self.detail.preview.pages.zoom_in),
            ("Ctrl+-", self.detail.preview.pages.zoom_out),
            ("Ctrl+0", self.detail.preview.pages.zoom_fit),
        ):
            keys = QKeySequence(key) if isinstance(key, str) else QKeySequence(QKeyCombination(key))
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    # ---- what is shown

    def chip(self, which: Slice) -> FilterChip:
        return self._chips[which]

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._apply_filter()

    @Slot()
    def refresh(self) -> None:
        """Has the list and the selected application read again."""
        self.model.refresh()

    @Slot(bool)
    def _on_listed(self, is_other: bool) -> None:
        """The list has been read."""
        if self._to_choose:
            self.table.choose(self._to_choose)
            self._to_choose = ""
        elif is_other and self.model.row_of(self.table.chosen_id()) < 0:
            self.table.follow_top()
        self.detail.show_application(self.table.chosen_id())
        self._show_emptiness()

    def show_counts(self, counts: Counts) -> None:
        self._counts = counts
        by_status = counts.applications
        for which, chip in self._chips.items():
            statuses = which.value or (frozenset(_S) - Slice.SKIPPED.value)
            chip.set_count(sum(by_status.get(status.value, 0) for status in statuses))
        self._show_emptiness()

    def choose_first(self) -> None:
        """Selects the first job when none is, and gives the table the keyboard unless the user is typing."""
        if not self.table.chosen_id():
            self.table.follow_top()
        if not isinstance(self.window().focusWidget(), QLineEdit | QPlainTextEdit):
            self.table.setFocus()

    @Slot()
    def open_preview(self) -> None:
        self.detail.show_tab(PREVIEW)

    def _apply_filter(self) -> None:
        self.model.set_filter(replace(self.model.job_filter, text=self._text, statuses=self._slice.value))

    def _show_emptiness(self) -> None:
        emptiness = self._why_empty()
        self._stack.setCurrentWidget(self.table if emptiness is Emptiness.NOT_EMPTY else self.empty)
        self.detail.setVisible(emptiness is Emptiness.NOT_EMPTY)
        if emptiness is self._emptiness and emptiness is not Emptiness.NO_MATCH:
            return
        self._emptiness = emptiness
        if emptiness is Emptiness.NO_MATCH:
            self.empty.show_words(
                self.tr("No job matches “{text}”").replace("{text}", self._text),
                self.tr("Title, company, place and the posting's text were searched, by the beginnings of words."),
                self.tr("Clear the search"),
            )
        elif emptiness is Emptiness.SEARCHING:
            self.empty.show_words(
                self.tr("Searching…"),
                self.tr("Jobs appear here as they are found, and each gets a score and a preview by itself."),
            )
        elif emptiness is Emptiness.NOTHING_FOUND:
            self.empty.show_words(
                self.tr("No jobs yet"),
                self.tr("Search your sources now. The search repeats every day, and new previews wait for you here."),
                self.tr("Search for jobs"),
            )
        elif emptiness is Emptiness.EMPTY_SLICE:
            self.empty.show_words(
                self.tr("Nothing here now"), self.tr("No job has this status at the moment."), self.tr("Show all jobs")
            )

    def _why_empty(self) -> Emptiness:
        if self.model.rowCount() or not self.model.is_listed:
            return Emptiness.NOT_EMPTY
        if self._text:
            return Emptiness.NO_MATCH
        if self._slice is not Slice.ALL:
            return Emptiness.EMPTY_SLICE
        return Emptiness.SEARCHING if self._counts.searches_running else Emptiness.NOTHING_FOUND

    # ---- reading takes more room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The layout follows later; the room must be known now.
        self._splitter.resize(self.size())
        self._share_room(reading=self.detail.tabs.currentIndex() == PREVIEW)

    @Slot(int)
    def _on_tab(self, tab: int) -> None:
        self.table.stay()
        self._share_room(reading=tab == PREVIEW)

    def _share_room(self, *, reading: bool) -> None:
        """A page of paper needs half of the window; the other tabs leave the room to the table."""
        total = self.width() - self._splitter.handleWidth()
        narrow = self._detail_px or (DETAIL_PX if total > 1200 else NARROW_DETAIL_PX)
        detail = max(round(total * READING_SHARE), narrow) if reading else narrow
        self._splitter.setSizes([total - detail, detail])

    @Slot(int, int)
    def _on_splitter(self, _position: int, _index: int) -> None:
        if self.detail.tabs.currentIndex() != PREVIEW:
            self._detail_px = self._splitter.sizes()[1]

    def give_detail(self, pixels: int) -> None:
        """Moves the line between list and detail, as dragging it does; negative gives to the list."""
        left, right = self._splitter.sizes()
        self._splitter.setSizes([left - pixels, right + pixels])
        self._on_splitter(0, 0)

    def sort_by(self, column: Column) -> None:
        """As a click on the column's name: the other way round when it is sorted by it already."""
        header = self.table.horizontalHeader()
        ascending, descending = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        order = descending if column in {Column.SCORE, Column.UPDATED, Column.SALARY} else ascending
        if header.sortIndicatorSection() == column:
            order = descending if header.sortIndicatorOrder() is ascending else ascending
        header.setSortIndicator(column, order)

    # ---- what the user does

    @Slot(QAbstractButton)
    def _on_chip(self, button: QAbstractButton) -> None:
        self._slice = next(which for which, chip in self._chips.items() if chip is button)
        self._apply_filter()

    def show_slice(self, which: Slice) -> None:
        self._chips[which].setChecked(True)
        self._slice = which
        self._apply_filter()

    @Slot()
    def _on_empty_act(self) -> None:
        if self._emptiness is Emptiness.NO_MATCH:
            self.clear_wanted.emit()
        elif self._emptiness is Emptiness.EMPTY_SLICE:
            self.show_slice(Slice.ALL)
        else:
            self.search_wanted.emit()

    @Slot(str, str)
    def _on_skipped(self, application_id: str, name: str) -> None:
        self._undo_id = application_id
        text = self.tr("Skipped: {title}").replace("{title}", name)
        self.undo_bar.show_message(text, Tone.PLAIN, self.tr("Undo"), seconds=UNDO_S)
        self.undo_bar.act_button.setToolTip(self.tr("Take the job back from the skipped ones (Ctrl+Z)"))

    def can_undo_skip(self) -> bool:
        return bool(self._undo_id)

    @Slot()
    def undo_skip(self) -> None:
        """Takes the last skip of this run back; its bar may have gone long ago."""
        if self._undo_id:
            self._on_undo()

    @Slot()
    def _on_undo(self) -> None:
        asked = Asked(self._bridge, Unskip(self._undo_id), self._undo_id, self)
        asked.done.connect(self._on_undone)
        asked.failed.connect(self._on_undo_failed)
        self._undo_id = ""
        self.undo_bar.dismiss()

    @Slot(str, object)
    def _on_undone(self, application_id: str, _value: object) -> None:
        self._to_choose = application_id
        self.refresh()

    @Slot(str, str)
    def _on_undo_failed(self, _application_id: str, sentence: str) -> None:
        self.undo_bar.show_message(sentence)

    @Slot()
    def _on_key_approve(self) -> None:
        self.detail.act(Act.APPROVE)

    @Slot()
    def _on_key_skip(self) -> None:
        self.detail.act(Act.SKIP)

    @Slot()
    def _on_key_open(self) -> None:
        self.detail.act(Act.OPEN)

    @Slot()
    def _on_key_edit(self) -> None:
        """The text of the preview; the first press shows the preview."""
        if self.detail.tabs.currentIndex() == PREVIEW:
            self.detail.preview.edit()
        else:
            self.open_preview()

    @Slot()
    def _on_key_posting(self) -> None:
        self.detail.show_tab(POSTING)

    @Slot()
    def _on_key_match(self) -> None:
        self.detail.show_tab(MATCH)

    @Slot()
    def _on_key_log(self) -> None:
        self.detail.show_tab(LOG)

    @Slot()
    def _on_key_leave(self) -> None:
        """Back from the preview to the table; while editing, Esc must not throw the text away."""
        if self.detail.tabs.currentIndex() == PREVIEW and not self.detail.preview.is_editing():
            self.detail.show_tab(MATCH)
            self.table.setFocus()

    @Slot()
    def _on_key_next(self) -> None:
        self.table.step(1)

    @Slot()
    def _on_key_back(self) -> None:
        self.table.step(-1)
