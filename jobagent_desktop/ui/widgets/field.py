"""Places to type: one line, or a few that grow with their text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from jobagent_desktop.ui.theme import RADIUS, theme_of
from jobagent_desktop.ui.widgets.scroll import slim


def see_through(widget: QWidget) -> None:
    """The field's ground is painted rounded by the field itself, so Qt must not paint its square one."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
    widget.setPalette(palette)


def paint_frame(widget: QWidget, focused: bool, painter: QPainter) -> None:
    """The rounded ground and line of a place with text."""
    theme = theme_of(widget.palette())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(theme.of("panel"))
    pen = painter.pen()
    pen.setColor(theme.of("accent" if focused else "field_line"))
    pen.setWidth(2 if focused else 1)
    painter.setPen(pen)
    inset = 1.0 if focused else 0.5
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)


def frames(area: QAbstractScrollArea, event: QEvent) -> bool:
    """Paints the frame of a scroll area, for its `event`; true when that was all there was to do.

    Qt sends such an area's `paintEvent` what its viewport has to paint; its own frame is painted from here.
    """
    if event.type() is QEvent.Type.Paint:
        painter = QPainter(area)
        paint_frame(area, area.hasFocus(), painter)
        painter.end()
        return True
    if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
        area.update()
    return False


class LineField(QLineEdit):
    def __init__(self, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setFrame(False)
        self.setTextMargins(8, 0, 8, 0)
        self.setFixedHeight(32)
        see_through(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_frame(self, self.hasFocus(), painter)
        painter.end()
        super().paintEvent(event)


class TextField(QPlainTextEdit):
    """Plain text of a few lines; as tall as its text, between `lines` and twelve.

    Signals:
        grew: its height changed.
    """

    grew = Signal()
    _MARGIN = 6

    def __init__(self, name: str, *, lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setAccessibleName(name)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setTabChangesFocus(True)
        slim(self, ring=False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setViewportMargins(self._MARGIN, self._MARGIN, self._MARGIN, self._MARGIN)
        self.document().setDocumentMargin(2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        see_through(self)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        line = QFontMetrics(self.font()).lineSpacing()
        document = self.document()
        block, lines = document.begin(), 0
        while block.isValid():
            document.documentLayout().blockBoundingRect(block)  # lays it out at the present width
            lines += max(1, block.layout().lineCount())
            block = block.next()
        count = min(12, max(self._lines, lines))
        height = count * line + 2 * self._MARGIN + 6
        if height != self.height():
            self.setFixedHeight(height)
            self.grew.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def event(self, event: QEvent) -> bool:
        return frames(self, event) or super().event(event)
