"""What happened to this application, the newest first."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from jobagent_desktop.domain.event import Event, Level
from jobagent_desktop.domain.views import JobDetail
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.widgets.label import DIM, NORMAL, WRONG, Label, small
from jobagent_desktop.ui.widgets.scroll import slim

SHOWN = 200
AT_ONCE = 20
"""More than fit into the pane, and made in a few milliseconds; the older ones follow one lot after the other."""


class LogTab(QScrollArea):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What happened"))
        slim(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: tuple[Event, ...] | None = None
        self._rest: list[Event] = []
        self._position = 0
        self._when_px = 0
        self._lots = QVBoxLayout()
        self._more = QTimer(self)
        self._more.setInterval(10)
        self._more.timeout.connect(self._add_lot)

    def show_detail(self, detail: JobDetail) -> None:
        if detail.log == self._shown:
            return
        self._shown = detail.log
        self._position = self.verticalScrollBar().value()
        self._rest = sorted(detail.log, key=lambda event: (event.ts, event.id), reverse=True)[:SHOWN]
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 8, 12)
        self._lots = QVBoxLayout()
        self._lots.setSpacing(8)
        column.addLayout(self._lots)
        column.addStretch(1)
        if self._rest:
            metrics = QFontMetrics(small().font())
            self._when_px = max(metrics.horizontalAdvance(wording.date_and_time(event.ts)) for event in self._rest) + 2
            self._add_lot()
        else:
            column.insertWidget(0, Label(self.tr("Nothing has happened yet."), role=DIM))
        self.setWidget(page)
        self.verticalScrollBar().setValue(self._position)
        self._more.start()

    @Slot()
    def _add_lot(self) -> None:
        """Each lot is a widget of its own, so that adding one measures none of those before it."""
        events, self._rest = self._rest[:AT_ONCE], self._rest[AT_ONCE:]
        if not events:
            self._more.stop()
            return
        lot = QWidget()
        grid = QGridLayout(lot)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, self._when_px)
        for row, event in enumerate(events):
            when = small(wording.date_and_time(event.ts), role=DIM)
            when.setWordWrap(False)
            grid.addWidget(when, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(event.message, role=WRONG if event.level is Level.ERROR else NORMAL), row, 1)
        self._lots.addWidget(lot)
        if self.verticalScrollBar().value() < self._position:
            self.verticalScrollBar().setValue(self._position)

    def text(self) -> str:
        return "\n".join(event.message for event in self._shown or ())
