"""Ctrl+K: everything that can be done, with its keys; typing narrows the list, Enter does it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from jobagent_desktop.ui.theme import RADIUS, SMALL_PX, TEXT_PX, base_font, sized, theme_of
from jobagent_desktop.ui.widgets.announce import announce
from jobagent_desktop.ui.widgets.field import LineField
from jobagent_desktop.ui.widgets.label import DIM, small
from jobagent_desktop.ui.widgets.scroll import slim

WIDTH, TOP, ROW, MOST_ROWS = 560, 56, 32, 11
_KEYS = int(Qt.ItemDataRole.UserRole)
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextSingleLine)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the user can do. `keys` as shown, empty when it has none; what is not `possible` now is shown dimmed."""

    words: str
    run: Callable[[], object]
    keys: str = ""
    possible: bool = True


def _plain(text: str) -> str:
    """Without case and accents: whoever types "offnen" means "Öffnen"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if unicodedata.category(letter) not in {"Mn", "Cf"})


def narrowed(deeds: Sequence[Deed], typed: str) -> list[Deed]:
    """The deeds that hold every typed word; those where all begin a word come first, what is impossible now comes last."""
    words = _plain(typed).split()
    found = [deed for deed in deeds if all(word in _plain(deed.words) for word in words)]

    def begins(deed: Deed) -> bool:
        text = f" {_plain(deed.words)}"
        return all(f" {word}" in text for word in words)

    return sorted(found, key=lambda deed: (not deed.possible, not begins(deed)))


class _Line(QStyledItemDelegate):
    """Words on the left, keys on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        theme = theme_of(option.palette)  # pyright: ignore[reportAttributeAccessIssue]  # the stubs lack QStyleOption's fields
        box: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.of("selected"))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), theme.of("accent"))
        inner = box.adjusted(12, 0, -12, 0)
        font = sized(base_font(), SMALL_PX)
        keys = str(index.data(_KEYS))
        taken = QFontMetrics(font).horizontalAdvance(keys) + 16 if keys else 0
        painter.setFont(font)
        painter.setPen(theme.of("dim"))
        painter.drawText(inner, _RIGHT, keys)
        font = sized(base_font(), TEXT_PX)
        painter.setFont(font)
        painter.setPen(theme.of("text" if state & QStyle.StateFlag.State_Enabled else "dim"))
        room = inner.adjusted(0, 0, -taken, 0)
        words = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _LEFT, words)
        painter.restore()


class _Typed(LineField):
    """Keeps the keyboard while arrows move in the list.

    Signals:
        moved: by so many rows.
        given_up: Esc, or the keyboard went elsewhere.
    """

    moved = Signal(int)
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        key = Qt.Key(event.key())
        if key in rows:
            self.moved.emit(rows[key])
        elif key is Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, following: bool) -> bool:
        self.moved.emit(1 if following else -1)
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}:
            self.given_up.emit()


class CommandPalette(QWidget):
    """Lies over the window's upper middle while it is open."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setAccessibleName(self.tr("Everything you can do"))
        self._deeds: list[Deed] = []
        self._shown: list[Deed] = []
        self._before: QWidget | None = None
        self.field = _Typed(self.tr("What do you want to do?"), self.tr("What do you want to do?"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("What can be done"))
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Line(self.list))
        slim(self.list)
        self.nothing = small(self.tr("Nothing by this name. Try another word."), role=DIM)
        self.nothing.setContentsMargins(12, 8, 12, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        self.field.textChanged.connect(self._narrow)
        self.field.moved.connect(self._move)
        self.field.given_up.connect(self.close_quietly)
        self.field.returnPressed.connect(self._run)
        self.list.itemClicked.connect(self._run)
        self.list.currentItemChanged.connect(self._on_current)
        self.hide()

    def open(self, deeds: Sequence[Deed]) -> None:
        """Takes the keyboard, and gives it back to where it was when it closes."""
        if not self.isVisible():
            self._before = self.window().focusWidget()
        self._deeds = list(deeds)
        self.field.clear()
        self._narrow()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def close_quietly(self) -> None:
        if not self.isVisible():
            return
        had_keyboard = self.window().focusWidget() is self.field
        self.hide()
        if had_keyboard and self._before is not None:
            self._before.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._before = None
        self._deeds, self._shown = [], []

    def shown(self) -> list[str]:
        """The listed words, from the top."""
        return [deed.words for deed in self._shown]

    def place(self) -> None:
        """Puts it where it belongs in its parent, as high as its list."""
        room = self._room.size()
        width = min(WIDTH, room.width() - 32)
        rows = max(1, min(MOST_ROWS, len(self._shown)))
        height = min(rows * ROW + self.field.height() + 22, room.height() - TOP - 16)
        self.setGeometry((room.width() - width) // 2, TOP, width, height)

    @Slot()
    def _narrow(self) -> None:
        self._shown = narrowed(self._deeds, self.field.text())
        self.list.clear()
        for deed in self._shown:
            item = QListWidgetItem(deed.words)
            item.setData(_KEYS, deed.keys)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(deed))
            if not deed.possible:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            if QFontMetrics(sized(base_font(), TEXT_PX)).horizontalAdvance(deed.words) > WIDTH - 160:
                item.setToolTip(deed.words)
            self.list.addItem(item)
        self.list.setVisible(bool(self._shown))
        self.nothing.setVisible(not self._shown)
        if self._shown and self._shown[0].possible:
            self.list.setCurrentRow(0)
        self.place()

    @Slot(int)
    def _move(self, rows: int) -> None:
        possible = sum(deed.possible for deed in self._shown)  # they stand on top
        if possible:
            self.list.setCurrentRow(max(0, min(possible - 1, self.list.currentRow() + rows)))

    @Slot()
    def _on_current(self) -> None:
        row = self.list.currentRow()
        if self.isVisible() and 0 <= row < len(self._shown):
            # The keyboard stays in the field, so a screen reader would not hear of the list.
            announce(self.list, _spoken(self._shown[row]))

    @Slot()
    def _run(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._shown) and self._shown[row].possible:
            deed = self._shown[row]
            self.close_quietly()
            deed.run()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.of("bg"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.of("field_line"))
        painter.setBrush(theme.of("panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _spoken(deed: Deed) -> str:
    return f"{deed.words}, {deed.keys}" if deed.keys else deed.words
