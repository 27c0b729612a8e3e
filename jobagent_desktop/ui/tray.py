"""The icon in the system tray: open, pause, quit, and one toast for all previews that became ready together."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from jobagent_desktop.config import resource
from jobagent_desktop.ui import wording

TOAST_AFTER_MS = 2000
"""Previews that become ready within this time are told in one toast."""
TOAST_FOR_MS = 8000


def icon(name: str) -> QIcon:
    return QIcon(str(resource("icons", f"{name}.svg")))


class Tray(QObject):
    """Signals:
    open_wanted, pause_wanted, resume_wanted, quit_wanted: the user's choice.
    told: a toast was shown, with its title and text.
    """

    open_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    quit_wanted = Signal()
    told = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paused = False
        self._ready = 0
        self._menu = QMenu()
        self._open_action = QAction(self.tr("Open"), self)
        self._pause_action = QAction(self.tr("Pause"), self)
        self._quit_action = QAction(self.tr("Quit"), self)
        self._menu.addAction(self._open_action)
        self._menu.addAction(self._pause_action)
        self._menu.addSeparator()
        self._menu.addAction(self._quit_action)
        self._icon = QSystemTrayIcon(icon("tray"), self)
        self._icon.setToolTip(self.tr("Job Market Agent"))
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.open_wanted)
        self._open_action.triggered.connect(self.open_wanted)
        self._pause_action.triggered.connect(self._on_pause)
        self._quit_action.triggered.connect(self.quit_wanted)
        self._toast = QTimer(self)
        self._toast.setSingleShot(True)
        self._toast.setInterval(TOAST_AFTER_MS)
        self._toast.timeout.connect(self._tell_ready)

    @staticmethod
    def is_available() -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def pause_action(self) -> QAction:
        return self._pause_action

    def show(self) -> None:
        self._icon.show()

    def hide(self) -> None:
        self._toast.stop()
        self._icon.hide()

    @Slot(bool)
    def show_paused(self, paused: bool) -> None:  # Qt's signal carries it
        self._paused = paused
        self._pause_action.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self._icon.setIcon(icon("tray-paused" if paused else "tray"))
        self._icon.setToolTip(self.tr("Job Market Agent, paused") if paused else self.tr("Job Market Agent"))

    def tell(self, heading: str, text: str) -> None:
        """Shows a toast. The texts are the program's own: some systems take markup in them."""
        self._icon.showMessage(heading, text, icon("app"), TOAST_FOR_MS)
        self.told.emit(heading, text)

    @Slot(int)
    def add_ready(self, number: int) -> None:
        """Counts previews that became ready; they are told together a moment later."""
        self._ready += number
        if not self._toast.isActive():
            self._toast.start()

    @Slot()
    def _tell_ready(self) -> None:
        ready, self._ready = self._ready, 0
        if ready:
            heading = wording.counted(ready, self.tr("A new preview is ready"), self.tr("{n} new previews are ready"))
            self.tell(heading, self.tr("Open the window to review and decide."))

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self.open_wanted.emit()

    @Slot()
    def _on_pause(self) -> None:
        if self._paused:
            self.resume_wanted.emit()
        else:
            self.pause_wanted.emit()
