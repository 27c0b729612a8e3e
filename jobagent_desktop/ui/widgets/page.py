"""A page of text and fields: a title, a column of readable width, scrolled when it is higher than the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from jobagent_desktop.ui.widgets.label import title
from jobagent_desktop.ui.widgets.scroll import slim

COLUMN_PX = 760


class TextPage(QScrollArea):
    """`column` is where a page puts its content."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(heading)
        slim(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QWidget()
        row = QHBoxLayout(outer)
        row.setContentsMargins(28, 24, 28, 24)
        inner = QWidget()
        inner.setMaximumWidth(COLUMN_PX)
        row.addWidget(inner, 10)
        row.addStretch(1)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.heading = title(heading)
        self.column.addWidget(self.heading)
        self.setWidget(outer)
