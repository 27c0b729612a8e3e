"""Text that is never taken for markup: every word the window shows may come from a hostile page."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from jobagent_desktop.ui.theme import SMALL_PX, TEXT_PX, TITLE_PX, sized
from jobagent_desktop.ui.wording import plain_tooltip

DIM = QPalette.ColorRole.PlaceholderText
NORMAL = QPalette.ColorRole.WindowText
WRONG = QPalette.ColorRole.BrightText

_ENDLESS = 1_000_000
"""More than any line is wide, in pixels."""
_COMFORTABLE = 480
"""A readable line, in pixels, for a label that may be as wide as it likes."""


class Label(QLabel):
    """Plain text that wraps, in the middle of a word where it must: a long German word never widens the page."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, role: QPalette.ColorRole = NORMAL) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setForegroundRole(role)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setText(text)

    def _laid_out(self, width: float) -> tuple[QTextLayout, QSize]:
        """The text in lines of at most `width` pixels, and the room it takes."""
        option = QTextOption(self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask)
        wraps = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere if self.wordWrap() else QTextOption.WrapMode.ManualWrap
        option.setWrapMode(wraps)
        layout = QTextLayout(self.text().replace("\n", "\u2028") or " ", self.font())
        layout.setTextOption(option)
        layout.beginLayout()
        height, widest = 0.0, 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height()
            widest = max(widest, line.naturalTextWidth())
        layout.endLayout()
        return layout, QSize(math.ceil(widest), math.ceil(height))

    def _needed(self, width: int) -> QSize:
        margins = self.contentsMargins()
        _, size = self._laid_out(max(1, width - margins.left() - margins.right()))
        return size.grownBy(margins)

    def heightForWidth(self, width: int) -> int:
        return self._needed(width).height()

    def sizeHint(self) -> QSize:
        return self._needed(_COMFORTABLE if self.wordWrap() else _ENDLESS)

    def minimumSizeHint(self) -> QSize:
        if self.wordWrap():
            return QSize(1, QFontMetrics(self.font()).height())
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.contentsRect()
        layout, size = self._laid_out(room.width())
        top = room.top()
        if self.alignment() & Qt.AlignmentFlag.AlignVCenter:
            top += max(0, (room.height() - size.height()) // 2)
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        layout.draw(painter, QPointF(room.left(), top))


def small(text: str = "", *, role: QPalette.ColorRole = DIM, bold: bool = False) -> Label:
    """A secondary line."""
    label = Label(text, role=role)
    label.setFont(sized(label.font(), SMALL_PX, bold=bold))
    return label


def strong(text: str = "") -> Label:
    label = Label(text)
    label.setFont(sized(label.font(), TEXT_PX, bold=True))
    return label


def title(text: str = "") -> Label:
    label = Label(text)
    label.setFont(sized(label.font(), TITLE_PX, bold=True))
    return label


class ElidedLabel(QLabel):
    """One line of plain text that is cut where it does not fit; the tooltip has it all."""

    def __init__(
        self,
        text: str = "",
        *,
        role: QPalette.ColorRole = NORMAL,
        pixels: int = TEXT_PX,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._mode = mode
        self.setForegroundRole(role)
        self.setFont(sized(self.font(), pixels))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        if text == self.text():
            return
        super().setText(text)
        self.setToolTip(plain_tooltip(text))
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, QFontMetrics(self.font()).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        box = QRect(0, 0, self.width(), self.height())
        text = QFontMetrics(self.font()).elidedText(self.text(), self._mode, box.width())
        painter.drawText(
            box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine), text
        )
