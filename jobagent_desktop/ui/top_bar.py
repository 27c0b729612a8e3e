"""The bar on top: search, what is under way with its Cancel, pause, and the one primary act."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from jobagent_desktop.domain.views import Counts
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.theme import SMALL_PX, theme_of
from jobagent_desktop.ui.widgets.button import Button, Kind
from jobagent_desktop.ui.widgets.field import LineField
from jobagent_desktop.ui.widgets.label import DIM, ElidedLabel

DEBOUNCE_MS = 150


class SearchField(LineField):
    """Esc clears it, and leaves it when it is empty; Down goes to the list.

    Signals:
        left: the keyboard should go back to the list.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
            return
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left.emit()
            return
        super().keyPressEvent(event)


class TopBar(QWidget):
    """Signals:
    searched: the text to look for, after a short rest in typing.
    cancel_wanted, pause_wanted, resume_wanted, search_wanted: a button was pressed.
    """

    searched = Signal(str)
    cancel_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    search_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(48)
        self._paused = False
        self.field = SearchField(self.tr("Search jobs"))
        self.field.setToolTip(self.tr("Search titles, companies, places and postings (Ctrl+F)"))
        self.field.setMinimumWidth(180)
        self.field.setMaximumWidth(340)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._progress = ElidedLabel(role=DIM, pixels=SMALL_PX)
        self._cancel = Button(self.tr("Cancel"), Kind.LINK)
        self._cancel.setAccessibleName(self.tr("Cancel what is under way"))
        self._pause = Button(self.tr("Pause all"))
        self._search = Button(self.tr("Search now"), Kind.PRIMARY)
        self._search.setAccessibleName(self.tr("Search now"))
        self._search.setToolTip(self.tr("Search all your sources for new jobs (F5)"))
        self._search.setShortcut(QKeySequence(Qt.Key.Key_F5))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 1)
        row.setSpacing(8)
        row.addWidget(self.field, 3)
        row.addStretch(1)
        row.addWidget(self._progress, 0)
        row.addWidget(self._cancel)
        row.addWidget(self._pause)
        row.addWidget(self._search)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(DEBOUNCE_MS)
        self._rest.timeout.connect(self._on_rest)
        self.field.textChanged.connect(self._rest.start)
        self._cancel.clicked.connect(self.cancel_wanted)
        self._pause.clicked.connect(self._on_pause)
        self._search.clicked.connect(self.search_wanted)
        self.show_counts(Counts())

    @Slot()
    def add_clear_button(self) -> None:
        """Done after the first picture: for its icon Qt looks through the system's icon themes, which takes 40 ms."""
        self.field.setClearButtonEnabled(True)

    @property
    def cancel_button(self) -> Button:
        return self._cancel

    @property
    def pause_button(self) -> Button:
        return self._pause

    @property
    def search_button(self) -> Button:
        return self._search

    def set_leading(self, *, leading: bool) -> None:
        """Whether "Search now" is the page's primary act; other pages have their own."""
        self._search.set_kind(Kind.PRIMARY if leading else Kind.PLAIN)

    def progress_text(self) -> str:
        return self._progress.text()

    def show_counts(self, counts: Counts) -> None:
        total = sum(counts.applications.values())
        self.field.setPlaceholderText(
            wording.counted(total, self.tr("Search {n} job"), self.tr("Search {n} jobs")) + "   Ctrl+F"
            if total
            else self.tr("Search jobs") + "   Ctrl+F"
        )
        words = self._under_way(counts)
        self._progress.setText(words)
        self._progress.setVisible(bool(words))
        self._cancel.setVisible(bool(words))
        self._paused = counts.paused
        self._pause.setText(self.tr("Resume") if counts.paused else self.tr("Pause all"))
        self._pause.setAccessibleName(self._pause.text())
        self._pause.setToolTip(
            self.tr("Go on with searches and previews")
            if counts.paused
            else self.tr("Start nothing new until you resume; what is running finishes its step")
        )
        self._pause.updateGeometry()
        self._search.setEnabled(counts.has_profile)

    def _under_way(self, counts: Counts) -> str:
        parts: list[str] = []
        if counts.searches_running:
            text = wording.counted(counts.searches_running, self.tr("Searching {n} source"), self.tr("Searching {n} sources"))
            parts.append(text)
        if counts.previews_left:
            parts.append(wording.counted(counts.previews_left, self.tr("{n} preview left"), self.tr("{n} previews left")))
            if counts.eta_s is not None and not counts.paused:
                parts.append(wording.about(counts.eta_s))
        if parts and counts.paused:
            parts.append(self.tr("paused"))
        return wording.SEPARATOR.join(parts)

    @Slot()
    def _on_rest(self) -> None:
        self.searched.emit(self.field.text().strip())

    @Slot()
    def _on_pause(self) -> None:
        if self._paused:
            self.resume_wanted.emit()
        else:
            self.pause_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.of("panel"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.of("line"))
