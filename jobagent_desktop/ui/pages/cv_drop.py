"""A place to drop a CV file, or to choose one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from jobagent_desktop.ui.theme import RADIUS, theme_of
from jobagent_desktop.ui.widgets.button import Button, Kind
from jobagent_desktop.ui.widgets.label import small, strong

SUFFIXES = ("pdf", "docx", "txt", "md", "json")


class CvDrop(QWidget):
    """Signals: `file_chosen` with a path."""

    file_chosen = Signal(str)

    def __init__(self, *, primary: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._over = False
        self._choose: Callable[[], str] = self._ask_system
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Drop a CV file here"))
        words = self.tr("Choose your CV…") if primary else self.tr("Choose another CV…")
        self._words = words
        self.button = Button(words, Kind.PRIMARY if primary else Kind.PLAIN)
        self.button.setAccessibleName(words)
        self.button.clicked.connect(self._on_choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 24 if primary else 16, 20, 24 if primary else 16)
        row.setSpacing(16)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(
            strong(self.tr("Drop your CV here, or choose the file") if primary else self.tr("A newer CV replaces this one"))
        )
        text.addWidget(small(self.tr("PDF with text, Word (.docx), plain text, or JSON Resume (.json)")))
        row.addLayout(text, 1)
        row.addWidget(self.button)

    def set_chooser(self, chooser: Callable[[], str]) -> None:
        """Replaces the system's file dialog (for tests and scripts). The chooser answers with a path, or nothing."""
        self._choose = chooser

    def set_busy(self, *, busy: bool) -> None:
        self.button.setEnabled(not busy)
        self.button.setText(self.tr("Reading…") if busy else self._words)
        self.button.updateGeometry()

    def _ask_system(self) -> str:
        kinds = " ".join(f"*.{suffix}" for suffix in SUFFIXES)
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Choose your CV"), "", f"{self.tr('CV files')} ({kinds})")
        return path

    @Slot()
    def _on_choose(self) -> None:
        path = self._choose()
        if path:
            self.file_chosen.emit(path)

    @staticmethod
    def _file_in(data: QMimeData) -> str:
        """The one local file that is dragged, or nothing."""
        urls = data.urls()
        path = urls[0].toLocalFile() if len(urls) == 1 and urls[0].isLocalFile() else ""
        return path if path and Path(path).is_file() else ""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.button.isEnabled() and self._file_in(event.mimeData()):
            self._over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._over = False
        self.update()
        path = self._file_in(event.mimeData())
        if path:
            event.acceptProposedAction()
            self.file_chosen.emit(path)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.of("accent" if self._over else "field_line"), 2 if self._over else 1)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.of("accent_soft" if self._over else "panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
