"""Shows a document's pages as pictures, drawn by the engine at the screen's own resolution; zooms by width."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from jobagent_desktop.ui.theme import theme_of
from jobagent_desktop.ui.widgets.scroll import slim

GAP = 12
MIN_PX, MAX_PX = 100, 3000
"""What `RenderPages` accepts, in device pixels."""
ZOOMS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0)
SETTLE_MS = 150


class _Sheets(QWidget):
    """The pages below each other."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[QPixmap] = []
        self._width = 0

    def set_pages(self, pages: list[QPixmap]) -> None:
        self._pages = pages
        self.set_width(self._width)

    def set_width(self, width: int) -> None:
        self._width = width
        height = sum(self._height_of(page) + GAP for page in self._pages)
        self.setFixedSize(QSize(width + 2, height))
        self.update()

    def count(self) -> int:
        return len(self._pages)

    def pixels(self) -> int:
        """The width of the first page's picture."""
        return self._pages[0].width() if self._pages else 0

    def _height_of(self, page: QPixmap) -> int:
        return round(self._width * page.height() / max(1, page.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        line = theme_of(self.palette()).of("line")
        y = 0
        for page in self._pages:
            height = self._height_of(page)
            painter.fillRect(1, y + 1, self._width, height, QColor(Qt.GlobalColor.white))
            painter.drawPixmap(1, y + 1, self._width, height, page)
            painter.setPen(line)
            painter.drawRect(0, y, self._width + 1, height + 1)
            y += height + GAP


class PagesView(QScrollArea):
    """Signals:
    wanted: pages are needed this many device pixels wide.
    zoomed: the zoom changed (1.0 fits the width).
    """

    wanted = Signal(int)
    zoomed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = 1.0
        self._asked = 0
        self._sheets = _Sheets()
        slim(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(self._sheets)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setAccessibleName(self.tr("Pages"))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._ask)

    def page_count(self) -> int:
        return self._sheets.count()

    def is_sharp(self) -> bool:
        """Whether the pages have as many pixels as the screen shows."""
        return self._sheets.pixels() == self._device_width()

    def clear(self) -> None:
        self._asked = 0
        self._sheets.set_pages([])

    def show_pages(self, pngs: tuple[bytes, ...]) -> None:
        pages: list[QPixmap] = []
        for png in pngs:
            page = QPixmap()
            page.loadFromData(png, "PNG")
            if not page.isNull():
                pages.append(page)
        self._sheets.set_width(self._page_width())
        self._sheets.set_pages(pages)

    def ask_now(self) -> None:
        """Asks for pages of the present width, even if they were asked for before."""
        self._asked = 0
        self._ask()

    @Slot()
    def zoom_in(self) -> None:
        self._set_zoom(next((z for z in ZOOMS if z > self._zoom), ZOOMS[-1]))

    @Slot()
    def zoom_out(self) -> None:
        self._set_zoom(next((z for z in reversed(ZOOMS) if z < self._zoom), ZOOMS[0]))

    @Slot()
    def zoom_fit(self) -> None:
        self._set_zoom(1.0)

    def _set_zoom(self, zoom: float) -> None:
        if zoom != self._zoom:
            self._zoom = zoom
            self._fit()
            self.zoomed.emit(zoom)

    def _page_width(self) -> int:
        return max(MIN_PX, round((self.viewport().width() - 4) * self._zoom))

    def _device_width(self) -> int:
        return min(MAX_PX, max(MIN_PX, round(self._page_width() * self.devicePixelRatioF())))

    def _fit(self) -> None:
        self._sheets.set_width(self._page_width())
        self._settle.start()

    @Slot()
    def _ask(self) -> None:
        if not self.isVisible():
            return
        width = self._device_width()
        if width != self._asked:
            self._asked = width
            self.wanted.emit(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y() > 0:
                self.zoom_in()
            elif event.angleDelta().y() < 0:
                self.zoom_out()
            event.accept()
            return
        super().wheelEvent(event)
