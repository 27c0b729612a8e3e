"""What a data folder needs done now and then: the day's backup, and clearing away. Beside the writer thread, never on it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from jobagent_desktop.config import DataPaths
from jobagent_desktop.services.ports import Clock
from jobagent_desktop.store.backups import back_up
from jobagent_desktop.store.connection import open_writer, transaction
from jobagent_desktop.store.recovery import marking_damage
from jobagent_desktop.store.retention import remove_documents, remove_leftovers

MOST_BATCHES = 100
"""Batches in one round; what is left goes in the next."""

log = logging.getLogger(__name__)


class Upkeep:
    """`round` may be called as often as one likes, by several programs at once: it does what is due."""

    def __init__(self, paths: DataPaths, clock: Clock, prune: Callable[[], Awaitable[int]]) -> None:
        """`prune` removes one batch of old rows, and answers how many they were."""
        self._paths = paths
        self._clock = clock
        self._prune = prune
        self._cleared_on: date | None = None

    async def round(self) -> None:
        """Raises `AgentError` when something could not be done; the next round tries again."""
        try:
            await self._clear_away()
        finally:
            await self._back_up()

    async def _clear_away(self) -> None:
        today = self._clock.now().date()
        if self._cleared_on == today:
            return
        removed = 0
        for _ in range(MOST_BATCHES):
            batch = await self._prune()  # other writers come in between
            removed += batch
            if not batch:
                self._cleared_on = today
                break
        documents = await asyncio.to_thread(self._remove_documents)
        files = await asyncio.to_thread(remove_leftovers, self._paths.root, self._clock.now())
        if removed or documents or files:
            log.info(
                "cleared away: %d old rows, the documents of %d jobs, %d files that a kill had left", removed, documents, files
            )

    def _remove_documents(self) -> int:
        with marking_damage(self._paths.database), closing(open_writer(self._paths.database)) as writer:
            return transaction(writer, lambda c: remove_documents(c, self._paths.files))

    async def _back_up(self) -> None:
        stop = threading.Event()
        day = self._clock.now().date()
        working = asyncio.ensure_future(asyncio.to_thread(self._copy, day, stop))
        try:
            made = await asyncio.shield(working)
        except asyncio.CancelledError:
            # The program stops: the thread gives up within a moment, and the next start makes the backup.
            stop.set()
            await asyncio.wait([working])
            if not working.cancelled() and working.exception() is not None:
                log.warning("the backup was given up", exc_info=working.exception())
            raise
        if made is not None:
            log.info("backup made: %s", made.name)

    def _copy(self, day: date, stop: threading.Event) -> Path | None:
        with marking_damage(self._paths.database):
            return back_up(self._paths.database, self._paths.backups, day, stop)
