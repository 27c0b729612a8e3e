"""The navigation on the left: one entry a page, with the number of decisions that wait."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from jobagent_desktop.ui.theme import RADIUS, SMALL_PX, TEXT_PX, sized, theme_of
from jobagent_desktop.ui.widgets.button import KEYS, paint_focus
from jobagent_desktop.ui.widgets.label import strong

WIDTH, NARROW = 184, 152


class NavigationEntry(QAbstractButton):
    def __init__(self, text: str) -> None:
        super().__init__()
        self._count = 0
        self._keys = ""
        self._meaning = ""
        self._by_key = False
        self.by_arrow = False
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def count(self) -> int:
        return self._count

    def set_count(self, count: int, meaning: str) -> None:
        """`meaning` says in words what the number counts, for the tooltip and screen readers."""
        if count != self._count:
            self._count = count
            self._meaning = meaning if count else ""
            self._show_tip()
            self.setAccessibleName(f"{self.text()}: {meaning}" if count else self.text())
            self.update()

    def set_keys(self, keys: str) -> None:
        """The keys that lead here, for the tooltip and screen readers."""
        self._keys = keys
        self.setAccessibleDescription(keys)
        self._show_tip()

    def _show_tip(self) -> None:
        page = f"{self.text()} ({self._keys})" if self._keys else ""
        self.setToolTip("\n".join(part for part in (page, self._meaning) if part))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # An arrow moves to the next entry and chooses it; the keyboard stays here, or the arrows would end at the first page.
        self.by_arrow = event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right}
        super().keyPressEvent(event)
        self.by_arrow = False

    def sizeHint(self) -> QSize:
        return QSize(120, 32)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in KEYS
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        on = self.isChecked()
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.of("accent_soft" if on else "hover"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self.hasFocus() and self._by_key:
            paint_focus(painter, box, theme.of("accent"))
        painter.setFont(sized(self.font(), TEXT_PX, bold=on))
        painter.setPen(theme.of("accent" if on else "dim"))
        painter.drawText(
            self.rect().adjusted(10, 0, -10, 0), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text()
        )
        if self._count:
            font = sized(self.font(), SMALL_PX)
            words = self.locale().toString(self._count)
            width = max(18, QFontMetrics(font).horizontalAdvance(words) + 12)
            badge = QRectF(self.width() - 10 - width, (self.height() - 18) / 2, width, 18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.of("accent"))
            painter.drawRoundedRect(badge, 9, 9)
            painter.setFont(font)
            painter.setPen(theme.of("on_accent"))
            painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), words)


class Navigation(QWidget):
    """Signals: `chosen` with the page's key."""

    chosen = Signal(str)

    def __init__(self, top: list[tuple[str, str]], bottom: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        """`top` and `bottom` are `(key, words)` of the entries."""
        super().__init__(parent)
        self._entries: dict[str, NavigationEntry] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.setFixedWidth(WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 12, 9, 12)
        self._column.setSpacing(2)
        name = strong(self.tr("Job Market Agent"))
        name.setContentsMargins(10, 4, 0, 14)
        self._column.addWidget(name)
        for key, words in top:
            self._add(key, words)
        self._column.addStretch(1)
        for key, words in bottom:
            self._add(key, words)
        self._group.buttonClicked.connect(self._on_clicked)

    def entry(self, key: str) -> NavigationEntry:
        return self._entries[key]

    def keys(self) -> tuple[str, ...]:
        """The pages' keys, from the top."""
        return tuple(self._entries)

    def show_chosen(self, key: str) -> None:
        self._entries[key].setChecked(True)
        for entry in self._entries.values():
            # Tab stops at the page one is on; arrows move from there.
            entry.setFocusPolicy(Qt.FocusPolicy.StrongFocus if entry.isChecked() else Qt.FocusPolicy.ClickFocus)

    def _add(self, key: str, words: str) -> None:
        entry = NavigationEntry(words)
        entry.setObjectName(key)
        self._entries[key] = entry
        self._group.addButton(entry)
        self._column.addWidget(entry)

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(button.objectName())
        if any(entry.by_arrow for entry in self._entries.values()):
            button.setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.of("panel"))
        painter.fillRect(QRect(self.width() - 1, 0, 1, self.height()), theme.of("line"))
