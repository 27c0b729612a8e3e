"""Measures how long the UI thread was kept from its events, and says what it was doing then.

A wall clock alone would blame the window for a busy machine. So of each late beat only that time counts in which the thread
was either computing (its own processor time) or waiting for something inside the process (a lock, the interpreter, a file):
the wall time less what this process's threads spent in the run queue, as the kernel counts it. What cannot be told from a
busy machine is not counted, so a loaded machine makes this check milder, never stricter.
"""

from __future__ import annotations

import faulthandler
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot

BEAT_MS = 5
LIMIT_S = 0.050
SAMPLE_S = 0.004
_TASKS = Path("/proc/self/task")


@dataclass(frozen=True)
class Late:
    """One late beat: seconds by the wall, those the thread computed, those it waited; and where it was seen most often."""

    wall_s: float
    computed_s: float
    waited_s: float
    stack: str

    @property
    def blocked_s(self) -> float:
        return self.computed_s + self.waited_s

    def __str__(self) -> str:
        return (
            f"{self.blocked_s * 1000:.0f} ms blocked ({self.computed_s * 1000:.0f} computing, {self.waited_s * 1000:.0f} "
            f"waiting; {self.wall_s * 1000:.0f} by the wall) at\n{self.stack}"
        )


def _queued_s() -> float:
    """Seconds that this process's threads, ready to run, have waited for a processor. 0 where the kernel does not say."""
    nanoseconds = 0
    for task in _TASKS.iterdir() if _TASKS.is_dir() else ():
        try:
            nanoseconds += int((task / "schedstat").read_text().split()[1])
        except (OSError, IndexError, ValueError):  # it has just ended
            continue
    return nanoseconds / 1e9


@dataclass
class _Watch:
    """What the watching thread shares with the beats."""

    thread: int
    last: float = 0.0
    samples: list[str] = field(default_factory=list[str])
    is_over: bool = False


class Heartbeat(QObject):
    """A timer on the UI thread, and a thread that looks at the UI thread's stack while a beat is late."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[Late] = []
        self._beats = 0
        self._watch = _Watch(threading.get_ident())
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._thread = threading.Thread(target=self._look, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._settle()
        self._timer.start()
        self._thread.start()

    def stop(self) -> None:
        self._timer.stop()
        self._watch.is_over = True
        self._thread.join()

    def worst(self) -> float:
        """The longest block in seconds; 0 when no beat was late."""
        return max((late.blocked_s for late in self.late), default=0.0)

    def _settle(self) -> None:
        self._watch.samples = []
        self._computed = time.thread_time()
        self._queued = _queued_s()
        self._watch.last = time.monotonic()

    @Slot()
    def _beat(self) -> None:
        wall = time.monotonic() - self._watch.last
        if wall > LIMIT_S:
            computed = time.thread_time() - self._computed
            # Threads that have ended take their numbers with them.
            queued = max(0.0, _queued_s() - self._queued)
            waited = max(0.0, wall - computed - queued) if _TASKS.is_dir() else 0.0
            if computed + waited > LIMIT_S:
                seen = self._watch.samples
                stack = max(set(seen), key=seen.count) if seen else "  (between two samples)\n"
                self.late.append(Late(wall, computed, waited, stack))
        elif wall < LIMIT_S / 2:
            # Reading the run queue costs more than a beat: it is enough to know it from a moment ago.
            self._watch.samples = []
            self._computed = time.thread_time()
            self._beats += 1
            self._watch.last = time.monotonic()
            if self._beats % 4:
                return
        self._settle()

    def _look(self) -> None:
        watch = self._watch
        with tempfile.TemporaryFile("w+") as dump:
            while not watch.is_over:
                time.sleep(SAMPLE_S)
                if time.monotonic() - watch.last > LIMIT_S / 3:
                    # Not `sys._current_frames`: a frame held here would keep a painter alive after its paint event.
                    dump.truncate(0)
                    dump.seek(0)
                    faulthandler.dump_traceback(dump, all_threads=True)
                    dump.seek(0)
                    watch.samples.append(_stack(dump.read(), watch.thread))


def _stack(dump: str, thread: int) -> str:
    """One thread's innermost lines that are the program's own or the test's, the innermost first."""
    threads = dump.split("\n\n")
    ours = next((each for each in threads if f"0x{thread:016x}" in each.partition("\n")[0]), "")
    lines = [line for line in ours.splitlines()[1:] if "site-packages" not in line and "/lib/python" not in line]
    return "\n".join(lines[:8]) + "\n"


@contextmanager
def heartbeat() -> Generator[Heartbeat]:
    """Watches the UI thread while the body runs its events."""
    beating = Heartbeat()
    beating.start()
    try:
        yield beating
    finally:
        beating.stop()
        beating.deleteLater()
