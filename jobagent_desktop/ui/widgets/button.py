"""Buttons, filter chips and tabs, painted flat by the theme; keyboard focus is always visible."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QTabBar, QWidget

from jobagent_desktop.ui.theme import RADIUS, SMALL_PX, TEXT_PX, sized, theme_of

HEIGHT = 30
KEYS = {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason}


def paint_focus(painter: QPainter, box: QRectF, colour: QColor, radius: float = RADIUS) -> None:
    """The ring around what has the keyboard."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 2))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)


class Kind(Enum):
    PRIMARY = auto()
    PLAIN = auto()
    LINK = auto()


class Button(QPushButton):
    """A button that says the act. One PRIMARY a page."""

    def __init__(self, text: str, kind: Kind = Kind.PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._kind = kind
        self._by_key = False
        self._hovered = False
        self.setFont(sized(self.font(), TEXT_PX, bold=kind is Kind.PRIMARY))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def kind(self) -> Kind:
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        if kind is not self._kind:
            self._kind = kind
            self.setFont(sized(self.font(), TEXT_PX, bold=kind is Kind.PRIMARY))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        padding = 4 if self._kind is Kind.LINK else 13
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 2 * padding, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in KEYS
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        lit = self.isEnabled() and (self._hovered or self.isDown())
        if self._kind is Kind.PRIMARY and self.isEnabled():
            ink = theme.of("on_accent")
            painter.setBrush(theme.of("accent_hover" if lit else "accent"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        elif self._kind is Kind.LINK:
            ink = theme.of("accent" if self.isEnabled() else "dim")
        else:
            ink = theme.of("text" if self.isEnabled() else "dim")
            painter.setBrush(theme.of("hover" if lit else "panel"))
            painter.setPen(theme.of("line"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self.hasFocus() and self._by_key:
            ring = theme.of("text" if self._kind is Kind.PRIMARY else "accent")
            paint_focus(painter, box, ring)
        font = self.font()
        font.setUnderline(self._kind is Kind.LINK and lit)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextShowMnemonic), self.text())


class FilterChip(QPushButton):
    """A pill that is on or off, with an optional count."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._count = 0
        self._by_key = False
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setFont(sized(self.font(), SMALL_PX))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)

    def set_count(self, count: int) -> None:
        if count != self._count:
            self._count = count
            self.setAccessibleName(self._shown())
            self.updateGeometry()
            self.update()

    def _shown(self) -> str:
        return f"{self.text()} {self.locale().toString(self._count)}" if self._count else self.text()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self._shown()) + 22, 26)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in KEYS
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        on = self.isChecked()
        painter.setBrush(theme.of("accent_soft" if on else "hover" if self.underMouse() else "panel"))
        painter.setPen(theme.of("accent" if on else "line"))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        if self.hasFocus() and self._by_key:
            paint_focus(painter, box, theme.of("accent"), box.height() / 2)
        painter.setPen(theme.of("accent" if on else "dim"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._shown())


class FlatTabs(QTabBar):
    """Words with a line under the chosen one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self._by_key = False

    def tabSizeHint(self, index: int) -> QSize:
        width = QFontMetrics(sized(self.font(), TEXT_PX, bold=True)).horizontalAdvance(self.tabText(index))
        return QSize(width + 18, 32)

    def minimumTabSizeHint(self, index: int) -> QSize:
        # In a narrow pane long words give way together; what is cut is in the tooltip.
        return QSize(min(56, self.tabSizeHint(index).width()), 32)

    def addTab(self, text: str) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]  # tabs here are words only
        index = super().addTab(text)
        self.setTabToolTip(index, text)
        return index

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in KEYS
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.of("line"))
        for index in range(self.count()):
            box = self.tabRect(index)
            chosen = index == self.currentIndex()
            painter.setFont(sized(self.font(), TEXT_PX, bold=chosen))
            painter.setPen(theme.of("text" if chosen else "dim"))
            words = QRect(box.left(), box.top(), box.width() - 16, box.height())
            shown = painter.fontMetrics().elidedText(self.tabText(index), Qt.TextElideMode.ElideRight, words.width())
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
            if chosen:
                painter.fillRect(QRect(words.left(), self.height() - 2, words.width(), 2), theme.of("accent"))
                if self.hasFocus() and self._by_key:
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                    paint_focus(painter, QRectF(words.adjusted(-4, 4, 4, -5)), theme.of("accent"), 4)
