"""Slim scroll bars without arrows, painted by the theme."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QStyle, QStyleOptionSlider, QWidget

from jobagent_desktop.ui.theme import theme_of
from jobagent_desktop.ui.widgets.focus_ring import FocusRing

WIDTH = 12


class SlimScrollBar(QScrollBar):
    """The handle is where the style says it is, so that dragging and clicking stay the style's."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, on=False)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 60) if self.orientation() is Qt.Orientation.Vertical else QSize(60, WIDTH)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.minimum() == self.maximum():
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_ScrollBar, option, QStyle.SubControl.SC_ScrollBarSlider, self
        )
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.of("dim" if self.isSliderDown() or self.underMouse() else "field_line"))
        painter.drawRoundedRect(QRectF(handle).adjusted(3, 3, -3, -3), 3, 3)


def slim(area: QAbstractScrollArea, *, ring: bool = True) -> None:
    """Gives an area slim scroll bars, invisible while everything fits, and a ring for the keyboard unless it paints its own.

    The place of the vertical one is kept free: text that wraps would otherwise change its height with it.
    """
    area.setVerticalScrollBar(SlimScrollBar(Qt.Orientation.Vertical))
    area.setHorizontalScrollBar(SlimScrollBar(Qt.Orientation.Horizontal))
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    if ring:
        FocusRing(area)
