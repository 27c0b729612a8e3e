"""Keeps Python's cyclic garbage collector on the UI thread: an engine thread that collects Qt objects crashes the program."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

CHECK_EVERY_MS = 1000


class UiGarbageCollector(QObject):
    """Switches automatic collection off and collects from a timer of the UI thread instead.

    Created and used on the UI thread. `freeze` is called once after start-up: what exists by then lives as long as the
    program, and leaving it out brings a full collection from 140 ms to 0.01 ms.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_EVERY_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Back to automatic collection, for what runs after the window."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def freeze(self) -> None:
        gc.collect()
        gc.freeze()

    @Slot()
    def collect(self) -> None:
        """Collects the oldest generation that is due, by the interpreter's own thresholds."""
        limits = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, limit) in enumerate(limits) if limit and count > limit]
        # An older generation is only due together with the youngest, as in the interpreter.
        if due and due[0] == 0:
            gc.collect(due[-1])
