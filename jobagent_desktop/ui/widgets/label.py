"""Text that is never taken for markup: every word the window shows may come from a hostile page."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from jobagent_desktop.ui.theme import SMALL_PX, TEXT_PX, TITLE_PX, sized
from jobagent_desktop.ui.wording import plain_tooltip

DIM = QPalette.ColorRole.PlaceholderText
NORMAL = QPalette.ColorRole.WindowText
WRONG = QPalette.ColorRole.BrightText


class Label(QLabel):
    """Plain text that wraps."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, role: QPalette.ColorRole = NORMAL) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setForegroundRole(role)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        # A label that can shrink below its longest word keeps a long German word from widening the page.
        self.setMinimumWidth(1)


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


class ElidedLabel(QWidget):
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
        self._text = ""
        self._mode = mode
        self.setForegroundRole(role)
        self.setFont(sized(self.font(), pixels))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        self.setToolTip(plain_tooltip(text))
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, QFontMetrics(self.font()).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        box = QRect(0, 0, self.width(), self.height())
        text = QFontMetrics(self.font()).elidedText(self._text, self._mode, box.width())
        painter.drawText(
            box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine), text
        )
