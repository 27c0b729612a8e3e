"""The ring around a scrolled place that has the keyboard: such places paint no focus of their own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from jobagent_desktop.ui.theme import theme_of
from jobagent_desktop.ui.widgets.button import KEYS, paint_focus

_MODIFIERS = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta}


class FocusRing(QWidget):
    """Lies over its area, lets the mouse through, and shows while the keyboard is used there; a click hides it."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        area.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            if event.reason() in KEYS:
                self._appear()
        elif kind is QEvent.Type.FocusOut:
            self.hide()
        elif kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() not in _MODIFIERS:
                self._appear()
        elif kind is QEvent.Type.Resize and self.isVisible():
            self._appear()
        return False

    def _appear(self) -> None:
        self.setGeometry(self._area.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_focus(painter, QRectF(self.rect()), theme_of(self.palette()).of("accent"), 4)
