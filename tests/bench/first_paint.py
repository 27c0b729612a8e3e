"""Shows the program's window, or a bare one, says when it was painted, and ends. Run by `bench_start`."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QMainWindow


class FirstPaint(QObject):
    """Waits for the first window to be painted."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and isinstance(watched, QMainWindow):
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
            QTimer.singleShot(0, self.say)  # when this frame is out
        return False

    @Slot()
    def say(self) -> None:
        print(f"painted {time.monotonic()}", flush=True)
        if sys.argv[1] == "bare":
            QApplication.quit()
        else:
            os.kill(os.getpid(), signal.SIGTERM)  # as the system ends a session: it stops in its own order


def bare() -> int:
    app = QApplication(sys.argv[:1])
    watch = FirstPaint(app)
    window = QMainWindow()
    window.resize(1280, 800)
    window.show()
    code = app.exec()
    del watch
    return code


def program(folder: str) -> int:
    from jobagent_desktop import ui
    from jobagent_desktop.bootstrap import run_window

    make = ui.make_application
    watches: list[FirstPaint] = []

    def make_watched(argv: Sequence[str], version: str = "") -> QApplication:
        app = make(argv, version)
        watches.append(FirstPaint(app))
        return app

    ui.make_application = make_watched
    return run_window(["jobagent", "--data-dir", folder], os.environ)


if __name__ == "__main__":
    sys.exit(bare() if sys.argv[1] == "bare" else program(sys.argv[2]))
