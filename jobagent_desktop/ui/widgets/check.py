"""A check box, painted by the theme."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from jobagent_desktop.ui.theme import theme_of
from jobagent_desktop.ui.widgets.button import KEYS, paint_focus

_BOX = 16


class Check(QCheckBox):
    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self._by_key = False

    def sizeHint(self) -> QSize:
        return QSize(_BOX + 10 + QFontMetrics(self.font()).horizontalAdvance(self.text()) + 4, 24)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in KEYS
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1.5, (self.height() - _BOX) / 2 + 0.5, _BOX - 1, _BOX - 1)
        on = self.isChecked()
        role = "accent" if on and self.isEnabled() else "field_line"
        painter.setPen(theme.of(role))
        painter.setBrush(theme.of(role if on else "panel"))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            painter.setPen(
                QPen(theme.of("on_accent"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            )
            x, y = box.left(), box.top()
            painter.drawPolyline([QPointF(x + 3.8, y + 7.8), QPointF(x + 6.5, y + 10.5), QPointF(x + 11.2, y + 4.8)])
        if self.hasFocus() and self._by_key:
            paint_focus(painter, QRectF(self.rect()).adjusted(0, 1, 0, -1), theme.of("accent"), 4)
        painter.setPen(theme.of("text" if self.isEnabled() else "dim"))
        words = self.rect().adjusted(_BOX + 10, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
