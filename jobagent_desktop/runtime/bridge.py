"""Carries events from the engine's loop to the window and commands back; knows nothing of either's content."""

from __future__ import annotations

import logging
import threading
from collections import deque
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from jobagent_desktop.domain.commands import Command
from jobagent_desktop.domain.errors import AgentError
from jobagent_desktop.domain.event import Event
from jobagent_desktop.services.ports import RunningEngine

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

log = logging.getLogger(__name__)

EVENTS_EVERY_MS = 100


class Reply(QObject):
    """The answer to one command. Exactly one of the signals is emitted, once, on the UI thread, never before `ask` returns."""

    done = Signal(object)
    failed = Signal(str)


@dataclass(frozen=True, slots=True)
class _Settled:
    """How a command ended: `sentence` is None when it succeeded."""

    key: int
    value: object
    sentence: str | None


class Bridge(QObject):
    """Created on the UI thread; `publish` and the `engine_*` methods may be called from any thread.

    Signals:
        events: a tuple of `Event`, at most ten times a second.
        ready: the engine accepts commands.
        engine_failed: a sentence for the user; the engine has ended by itself.
        stopped: the engine's loop has ended, for whatever reason.
    """

    events = Signal(object)
    ready = Signal()
    engine_failed = Signal(str)
    stopped = Signal()

    _published = Signal()
    _became_ready = Signal()
    _settled = Signal(object)
    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Guards what both threads touch: the buffer, and the loop's door.
        self._lock = threading.Lock()
        self._buffer: deque[Event] = deque()
        self._announced = False
        self._loop: AbstractEventLoop | None = None
        self._engine: RunningEngine | None = None
        self._stop_wanted = False
        # Only the UI thread touches these. The engine's thread knows a reply by its number only: if it held the last
        # reference, the QObject would be destroyed on the wrong thread.
        self._replies: dict[int, Reply] = {}
        self._kept: list[tuple[int, Command]] = []
        self._next_key = 0
        self._is_ready = False
        self._is_over = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(EVENTS_EVERY_MS)
        self._timer.timeout.connect(self._flush_events)
        queued = Qt.ConnectionType.QueuedConnection
        self._published.connect(self._arm, queued)
        self._became_ready.connect(self._on_ready, queued)
        self._settled.connect(self._on_settled, queued)
        self._ended.connect(self._on_ended, queued)

    @property
    def is_ready(self) -> bool:
        return self._is_ready

    # ---- the engine's side

    def publish(self, event: Event) -> None:
        """`EventSink`: keeps the event for the next bundle. Does not block."""
        with self._lock:
            self._buffer.append(event)
            first = not self._announced
            self._announced = True
        if first:
            self._published.emit()

    def engine_running(self, engine: RunningEngine, loop: AbstractEventLoop) -> None:
        """Called in the engine's loop before `main`."""
        with self._lock:
            self._engine, self._loop = engine, loop
            stop_wanted = self._stop_wanted
        if stop_wanted:
            loop.call_soon(engine.request_stop)

    def engine_ready(self) -> None:
        self._became_ready.emit()

    def engine_closing(self) -> None:
        """Called in the engine's loop after `main`: no command may enter the loop any more."""
        with self._lock:
            self._engine = self._loop = None

    def engine_ended(self, sentence: str | None) -> None:
        """Called by the engine's thread as its last word; a sentence when the engine failed."""
        self._ended.emit(sentence)

    # ---- the window's side

    def ask(self, command: Command) -> Reply:
        """Hands a command to the engine. Commands asked before the engine is ready are kept and sent in order."""
        self._next_key += 1
        key, reply = self._next_key, Reply(self)
        self._replies[key] = reply
        if self._is_over:
            self._settled.emit(_Settled(key, None, self._over()))
        elif self._is_ready:
            self._send(key, command)
        else:
            self._kept.append((key, command))
        return reply

    def request_stop(self) -> None:
        """Asks the engine to end; one that is still being built ends as soon as it runs."""
        with self._lock:
            self._stop_wanted = True
            if self._loop is not None and self._engine is not None:
                self._loop.call_soon_threadsafe(self._engine.request_stop)

    def _send(self, key: int, command: Command) -> None:
        from asyncio import run_coroutine_threadsafe  # the engine has imported it by now; the window does without

        with self._lock:
            if self._loop is None or self._engine is None:
                future = None
            else:
                future = run_coroutine_threadsafe(self._engine.execute(command), self._loop)
        if future is None:
            self._settled.emit(_Settled(key, None, self._over()))
        else:
            future.add_done_callback(partial(self._on_future, key, type(command).__name__))

    def _on_future(self, key: int, name: str, future: Future[object]) -> None:
        """Runs in the engine's loop. A future that nobody reads is logged nowhere, so each failure is logged here."""
        value: object = None
        sentence: str | None = None
        try:
            value = future.result()
        except AgentError as error:
            log.info("command %s refused: %s", name, error.sentence, exc_info=error)
            sentence = error.sentence
        except CancelledError:
            log.info("command %s cancelled by the end of the program", name)
            sentence = self._over()
        except Exception:  # error boundary: whatever a command raised becomes a sentence and a log line
            log.exception("command %s failed", name)
            sentence = QCoreApplication.translate(
                "Bridge", "Something in the program went wrong. It was written to the log. Nothing was lost; you can try again."
            )
        self._settled.emit(_Settled(key, value, sentence))

    @staticmethod
    def _over() -> str:
        return QCoreApplication.translate("Bridge", "The program is closing; this was not done. Try it after the next start.")

    @Slot()
    def _arm(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _flush_events(self) -> None:
        with self._lock:
            bundle = tuple(self._buffer)
            self._buffer.clear()
            self._announced = False
        if bundle:
            self.events.emit(bundle)

    @Slot()
    def _on_ready(self) -> None:
        if self._is_over:
            return
        self._is_ready = True
        kept, self._kept = self._kept, []
        for key, command in kept:
            self._send(key, command)
        self.ready.emit()

    @Slot(object)
    def _on_settled(self, settled: _Settled) -> None:
        reply = self._replies.pop(settled.key, None)
        if reply is None:
            return
        if settled.sentence is None:
            reply.done.emit(settled.value)
        else:
            reply.failed.emit(settled.sentence)
        reply.deleteLater()

    @Slot(object)
    def _on_ended(self, sentence: str | None) -> None:
        self._is_over, self._is_ready = True, False
        self._flush_events()
        if sentence is not None:
            self.engine_failed.emit(sentence)
        self._kept.clear()
        for key in list(self._replies):
            self._on_settled(_Settled(key, None, sentence or self._over()))
        self.stopped.emit()
