"""Runs the engine's asyncio loop in a thread of its own, so that the window never waits for it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QThread

from jobagent_desktop.domain.errors import AgentError
from jobagent_desktop.runtime.bridge import Bridge
from jobagent_desktop.services.ports import EventSink, RunningEngine

log = logging.getLogger(__name__)

STOP_WITHIN_MS = 15_000
"""Running steps get 10 s; the rest is for closing connections and the worker process."""

MakeEngine = Callable[[EventSink], RunningEngine]


class EngineThread(QThread):
    """One engine, one loop, one thread.

    `make_engine` is called inside the thread, because what it imports costs over a second. The loop is asyncio's own
    (Proactor on Windows): browser automation needs its subprocesses.
    """

    def __init__(self, make_engine: MakeEngine, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("engine")
        self._make_engine = make_engine
        self._bridge = bridge

    def run(self) -> None:
        import asyncio  # in this thread, as all that only the engine needs

        sentence: str | None = None
        try:
            asyncio.run(self._main())
        except AgentError as error:
            log.exception("the engine ended")
            sentence = error.sentence
        except Exception:  # error boundary: nothing stands above this thread; the window must hear of it
            log.exception("the engine failed")
            sentence = QCoreApplication.translate(
                "EngineThread",
                "The part of the program that does the work has stopped. Your data is safe. The reason is in the log; "
                "please start the program again.",
            )
        finally:
            self._bridge.engine_ended(sentence)

    async def _main(self) -> None:
        import asyncio

        engine = self._make_engine(self._bridge)
        self._bridge.engine_running(engine, asyncio.get_running_loop())
        try:
            await engine.main(self._bridge.engine_ready)
        finally:
            self._bridge.engine_closing()
            # What entered the loop before the door closed still starts, so that its coroutine is not lost unawaited.
            await asyncio.sleep(0)
            # What still waits hears that the program ends.
            waiting = asyncio.all_tasks() - {asyncio.current_task()}
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    def stop(self) -> bool:
        """Asks the engine to end and waits up to 15 seconds. True when the thread has ended."""
        self._bridge.request_stop()
        return self.wait(STOP_WITHIN_MS)
