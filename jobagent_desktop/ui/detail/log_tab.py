"""What happened to this application, the newest first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from jobagent_desktop.domain.event import Event, Level
from jobagent_desktop.domain.views import JobDetail
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.widgets.label import DIM, NORMAL, WRONG, Label, small
from jobagent_desktop.ui.widgets.scroll import slim

SHOWN = 200


class LogTab(QScrollArea):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What happened"))
        slim(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: tuple[Event, ...] | None = None

    def show_detail(self, detail: JobDetail) -> None:
        if detail.log == self._shown:
            return
        self._shown = detail.log
        position = self.verticalScrollBar().value()
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 12, 8, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        newest_first = sorted(detail.log, key=lambda event: (event.ts, event.id), reverse=True)[:SHOWN]
        for row, event in enumerate(newest_first):
            when = small(wording.date_and_time(event.ts), role=DIM)
            when.setWordWrap(False)
            grid.addWidget(when, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(event.message, role=WRONG if event.level is Level.ERROR else NORMAL), row, 1)
        if not newest_first:
            grid.addWidget(Label(self.tr("Nothing has happened yet."), role=DIM), 0, 0, 1, 2)
        grid.setRowStretch(len(newest_first) + 1, 1)
        self.setWidget(page)
        self.verticalScrollBar().setValue(position)

    def text(self) -> str:
        return "\n".join(event.message for event in self._shown or ())
