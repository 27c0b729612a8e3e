"""The real program, with a hand on its buttons: goes from the demo to one's own data, back, and quits."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QTimer

from jobagent_desktop.bootstrap import run_window
from jobagent_desktop.ui.controller import WindowController

_run = WindowController.run
_told: list[str] = []


def _run_and_press(self: WindowController) -> int:
    """Once what is expected can be seen, presses what a user would."""
    timer = QTimer(self)

    def look() -> None:
        is_demo = self._context.demo
        if (is_demo and not self.window.counts.has_profile) or not self._context.bridge.is_ready:
            return
        timer.stop()
        _told.append("demo with a person" if is_demo else "own without one")
        print(f"window: {_told[-1]}", flush=True)
        if len(_told) == 3:
            self.quit()
        elif is_demo:
            self.window.jobs.notice.act_button.click()
        else:
            self.window.profile.demo_button.click()

    timer.timeout.connect(look)
    timer.start(50)
    return _run(self)


if __name__ == "__main__":
    WindowController.run = _run_and_press
    sys.exit(run_window(sys.argv, os.environ))
