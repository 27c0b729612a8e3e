"""Start, close, raise and quit: what happens to the window, the tray and the engine's thread, in which order."""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import FrameType

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Slot
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication

from jobagent_desktop.runtime import EngineThread, Reader, UiGarbageCollector
from jobagent_desktop.runtime.engine_thread import STOP_WITHIN_MS
from jobagent_desktop.ui.app import dress
from jobagent_desktop.ui.context import WindowContext
from jobagent_desktop.ui.dialogs.closing import ClosingDialog
from jobagent_desktop.ui.main_window import MainWindow
from jobagent_desktop.ui.own_settings import CLOSE_TO_TRAY, NOTIFICATIONS, THEME, settings_in_force
from jobagent_desktop.ui.tray import Tray

log = logging.getLogger(__name__)

FREEZE_AFTER_MS = 3000
"""By then what lives as long as the program has been imported and built."""
PAINTED_WITHIN_MS = 1000
"""A window that is not seen (minimised, behind a locked screen) is not painted; the work begins all the same."""
SWITCH = 64
"""The exit code with which the caller shall start again: in the demo after the user's own data, and the other way round."""
LAST_STEPS_MS = 2000
"""A thread tells that it has finished while it still takes its last steps; on a busy machine those take a moment."""
SESSION_END_MS = 4000
"""Systems kill a program that holds up the end of a session for longer than about five seconds."""


class WindowController(QObject):
    """Owns the window. `thread` is not started yet.

    `with_tray` None asks the system whether it has a tray.
    """

    def __init__(
        self, app: QApplication, context: WindowContext, thread: EngineThread, *, with_tray: bool | None = None
    ) -> None:
        super().__init__()
        self._app = app
        self._context = context
        self._thread = thread
        self._is_started = False
        self._is_quitting = False
        self._is_overdue = False
        self._exit_code = 0
        self._dialog: ClosingDialog | None = None
        self._state = QSettings(str(context.data_dir / "window.ini"), QSettings.Format.IniFormat)
        self._collector = UiGarbageCollector(self)
        self._appearance = dress(app, str(settings_in_force(context.queries.settings(), context.pinned)[THEME]))
        self.window = MainWindow(context)
        self.tray = Tray(self) if (Tray.is_available() if with_tray is None else with_tray) else None
        self._guard = QTimer(self)
        self._guard.setSingleShot(True)
        self._guard.setInterval(STOP_WITHIN_MS)
        self._guard.timeout.connect(self._on_overdue)
        self._connect()
        self._restore_geometry()

    def _connect(self) -> None:
        self.window.closed.connect(self._on_closed)
        self.window.theme_wanted.connect(self._appearance.choose)
        self.window.switch_wanted.connect(self._on_switch)
        self.window.previews_ready.connect(self._on_previews_ready)
        self.window.set_closing_asks(self.tray is None)
        self._thread.finished.connect(self._on_engine_finished)
        if isinstance(self._context.reader, Reader):
            self._context.reader.failed.connect(self.window.show_trouble)
        self._app.commitDataRequest.connect(self._on_session_end, Qt.ConnectionType.DirectConnection)
        if self.tray is not None:
            self.tray.open_wanted.connect(self.show_window)
            self.tray.pause_wanted.connect(self.window.pause)
            self.tray.resume_wanted.connect(self.window.resume)
            self.tray.quit_wanted.connect(self.quit)
            self.window.paused_changed.connect(self.tray.show_paused)
            self.tray.show_paused(self.window.counts.paused)

    # ---- start

    def start(self) -> None:
        """Shows the window (or only the tray icon, unless the user has to be asked), then starts the engine's thread.

        That thread waits for the first picture of the window, which its imports would hold up.
        """
        self._collector.start()
        if self.tray is not None:
            self.tray.show()
        held = self.window.last_time.is_holding
        if held or not (self._context.background and self.tray is not None):
            self.window.painted.connect(self._start_engine)
            QTimer.singleShot(PAINTED_WITHIN_MS, self, self._start_engine)
            self.window.show()
        else:
            self._start_engine()
        QTimer.singleShot(FREEZE_AFTER_MS, self._collector, self._collector.freeze)

    @Slot()
    def _start_engine(self) -> None:
        if not self._is_started and not self._is_quitting:
            self._is_started = True
            self._thread.start()

    def quit_on_signals(self) -> None:
        """Ctrl+C and a polite kill quit the program in order. The collector's timer lets Python see them."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def run(self) -> int:
        """Starts, runs the application's loop, and answers with the exit code."""
        self.start()
        code = self._app.exec()
        self._collector.stop()
        if not self._thread.wait(0 if self._is_overdue else LAST_STEPS_MS):
            # Everything is durable, and a thread that does not end would keep the process for ever.
            log.error("the engine's thread did not end in time; leaving without it")
            sys.stdout.flush() if sys.stdout else None
            os._exit(code or 1)
        return code

    # ---- the window

    @Slot()
    def show_window(self) -> None:
        """Brings the window to the front, wherever it is."""
        window = self.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    @Slot(object)
    def on_second_start(self, _arguments: object) -> None:
        """Another start of the program ended in favour of this one."""
        log.info("raised by a second start")
        self.show_window()

    @Slot()
    def _on_closed(self) -> None:
        self._save_geometry()
        if self.tray is None:
            self._ask_closing()
        elif not self.window.settings.value(CLOSE_TO_TRAY):
            self.quit()
        elif not self._state.value("told_about_tray", 0, int):
            self._state.setValue("told_about_tray", 1)
            self.tray.tell(
                self.tr("Still working in the tray"),
                self.tr("Searches and previews go on. Open the window or quit from the icon here."),
            )

    def _ask_closing(self) -> None:
        if self._dialog is None:
            self._dialog = ClosingDialog(self.window)
            self._dialog.quit_chosen.connect(self.quit)
            self._dialog.keep_chosen.connect(self.window.showMinimized)
        self._dialog.open()

    @property
    def closing_dialog(self) -> ClosingDialog | None:
        return self._dialog

    @Slot(int)
    def _on_previews_ready(self, number: int) -> None:
        wanted = bool(self.window.settings.value(NOTIFICATIONS))
        # A user who looks at the window sees them arrive.
        if self.tray is not None and wanted and not self.window.isActiveWindow():
            self.tray.add_ready(number)

    def _save_geometry(self) -> None:
        self._state.setValue("geometry", self.window.saveGeometry())

    def _restore_geometry(self) -> None:
        stored = self._state.value("geometry")
        if stored is None or not self.window.restoreGeometry(stored):
            room = self._app.primaryScreen().availableGeometry()
            self.window.resize(min(1440, room.width()), min(900, room.height()))

    # ---- quit

    @Slot()
    def quit(self) -> None:
        """Stops the engine, waits for it while the window says so, then ends the application."""
        if self._is_quitting:
            return
        self._is_quitting = True
        self._save_geometry()
        self._state.sync()
        self.window.show_stopping()
        if self._thread.isRunning():
            self._context.bridge.request_stop()
            self._guard.start()
        else:
            self._finish(self._exit_code)

    @Slot()
    def _on_switch(self) -> None:
        self._exit_code = SWITCH
        self.quit()

    @Slot()
    def _on_engine_finished(self) -> None:
        # An engine that ended by itself leaves the window open: it shows the reason.
        if self._is_quitting:
            self._finish(self._exit_code)

    @Slot()
    def _on_overdue(self) -> None:
        self._is_overdue = True
        self._finish(1)

    def _finish(self, code: int) -> None:
        self._guard.stop()
        if self.tray is not None:
            self.tray.hide()
        self.window.allow_close()
        self.window.close()
        self._context.reading.close()
        self._context.queries.close()
        self._app.exit(code)

    @Slot(QSessionManager)
    def _on_session_end(self, _manager: QSessionManager) -> None:
        """The user logs off: there is no time for the loop, so this waits here."""
        self._context.bridge.request_stop()
        if self._thread.wait(SESSION_END_MS) and self._context.starts is not None:
            self._context.starts.settled()  # the system may end the process right after this

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.quit()
