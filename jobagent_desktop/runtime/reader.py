"""Reads from the store in a thread of its own, so that no question, however long its answer takes, holds up the window."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from jobagent_desktop.domain.errors import AgentError
from jobagent_desktop.services.ports import Queries

log = logging.getLogger(__name__)

T = TypeVar("T")
CLOSE_WITHIN_S = 10.0


class Reading(Protocol):
    """Where the window asks its questions."""

    def ask(self, topic: str, question: Callable[[Queries], T], answered: Callable[[T], None]) -> None:
        """Has a question answered. One of the same topic that has not been begun is given up for it.

        `question` holds values only, no Qt object: its last reference may go in another thread. `answered` runs in the
        window's thread.
        """
        ...

    def drop(self, topic: str) -> None:
        """Gives up what was asked about this topic, begun or not; it will not be answered."""
        ...

    def close(self) -> None:
        """Nothing is answered any more when this returns."""
        ...


class ReadHere:
    """Answers at once, in the asking thread, from that thread's own read model."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    def ask(self, topic: str, question: Callable[[Queries], T], answered: Callable[[T], None]) -> None:
        del topic
        answered(question(self._queries))

    def drop(self, topic: str) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Asked:
    number: int
    topic: str
    question: Callable[[Queries], Any]


@dataclass(frozen=True, slots=True)
class _Answer:
    """`sentence` is None when `value` is the answer."""

    number: int
    value: Any
    sentence: str | None


class Reader(QObject):
    """Implements `Reading` with one thread and one read model, both made at the first question.

    Created and asked on the UI thread. Signals: `failed` with a sentence for the user when a question could not be answered.
    """

    failed = Signal(str)

    _answered = Signal(object)

    def __init__(self, open_queries: Callable[[], Queries], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_queries = open_queries
        # Guards what both threads touch.
        self._change = threading.Condition()
        self._waiting: dict[str, _Asked] = {}
        self._running: _Asked | None = None
        self._queries: Queries | None = None
        self._is_closing = False
        # Only the UI thread touches these: were the last reference to a receiver dropped in the other thread, its QObject
        # would be destroyed there.
        self._answers_to: dict[int, Callable[[Any], None]] = {}
        self._numbers = 0
        self._thread: threading.Thread | None = None
        self._answered.connect(self._on_answer, Qt.ConnectionType.QueuedConnection)

    def ask(self, topic: str, question: Callable[[Queries], T], answered: Callable[[T], None]) -> None:
        if self._is_closing:
            return
        self._numbers += 1
        asked = _Asked(self._numbers, topic, question)
        self._answers_to[asked.number] = answered
        with self._change:
            given_up = self._waiting.get(topic)
            self._waiting[topic] = asked
            self._change.notify()
        if given_up is not None:
            del self._answers_to[given_up.number]
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="reader", daemon=True)
            self._thread.start()

    def drop(self, topic: str) -> None:
        with self._change:
            dropped = [self._waiting.pop(topic, None)]
            if self._running is not None and self._running.topic == topic:
                dropped.append(self._running)
                self._interrupt()
        for asked in dropped:
            if asked is not None:
                self._answers_to.pop(asked.number, None)

    def close(self) -> None:
        with self._change:
            self._is_closing = True
            self._waiting.clear()
            self._interrupt()
            self._change.notify()
        self._answers_to.clear()
        if self._thread is not None:
            self._thread.join(CLOSE_WITHIN_S)

    def _interrupt(self) -> None:
        """With the lock held, so that it cannot meet the question after."""
        if self._running is not None and self._queries is not None:
            self._queries.interrupt()

    # ---- the other thread

    def _run(self) -> None:
        try:
            while (asked := self._next()) is not None:
                self._answered.emit(self._answer(asked))
        finally:
            if self._queries is not None:
                self._queries.close()

    def _next(self) -> _Asked | None:
        with self._change:
            while not self._waiting and not self._is_closing:
                self._change.wait()
            if self._is_closing:
                return None
            self._running = self._waiting.pop(next(iter(self._waiting)))
            return self._running

    def _answer(self, asked: _Asked) -> _Answer:
        try:
            if self._queries is None:
                queries = self._open_queries()
                with self._change:
                    self._queries = queries
            return _Answer(asked.number, asked.question(self._queries), None)
        except AgentError as error:
            return _Answer(asked.number, error, error.sentence)
        except Exception as error:  # noqa: BLE001 - error boundary: told and logged in `_on_answer`, unless it was dropped
            return _Answer(
                asked.number,
                error,
                QCoreApplication.translate("Reader", "The list could not be read. The reason was written to the log."),
            )
        finally:
            with self._change:
                self._running = None

    # ---- back on the UI thread

    @Slot(object)
    def _on_answer(self, answer: _Answer) -> None:
        answered = self._answers_to.pop(answer.number, None)
        if answered is None:
            return  # dropped meanwhile: neither its answer nor its failure means anything now
        if answer.sentence is None:
            answered(answer.value)
        else:
            log.error("a question was not answered: %s", answer.sentence, exc_info=answer.value)
            self.failed.emit(answer.sentence)
