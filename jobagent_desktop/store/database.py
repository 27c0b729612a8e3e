"""One writer thread and one reader thread on one SQLite file, for callers that live in an event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from jobagent_desktop.domain.errors import AgentError, DiskFull, ReadOnly, Transient
from jobagent_desktop.domain.event import Event, EventKind
from jobagent_desktop.store import mapping
from jobagent_desktop.store.connection import open_reader, open_writer, rows, scalar, transaction, typed_failures
from jobagent_desktop.store.migrate import migrate
from jobagent_desktop.store.recovery import marking_damage
from jobagent_desktop.store.write_access import may_write, refused

T = TypeVar("T")
log = logging.getLogger(__name__)
_KINDS = frozenset(EventKind)


class Database:
    """The open database of one process.

    Writes are serialised by the one writer thread and by SQLite's own lock between processes. After each commit the
    rows that were added to `events`, by whichever process, go to `published`: an event is heard only once it is durable.
    """

    def __init__(
        self, path: Path, published: Callable[[list[Event]], None], make_room: Callable[[], bool] = lambda: False
    ) -> None:
        """`make_room` is asked for space when the disk is full, and tells whether it found some."""
        self._path = path
        self._make_room = make_room
        self._published = published
        self._writer_thread = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._reader_thread = ThreadPoolExecutor(1, thread_name_prefix="store-reader")
        self._writer: apsw.Connection | None = None
        self._reader: apsw.Connection | None = None
        self._heard = 0

    async def open(self) -> None:
        """Opens, migrates and gets ready. Raises `Permanent` with a sentence when the data cannot be used."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer_thread, self._open_writer)
        await loop.run_in_executor(self._reader_thread, self._open_reader)

    def _open_writer(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        writer = open_writer(self._path)
        try:
            migrate(writer, self._path)
        except BaseException:  # nothing is kept back: whatever it was goes on up, without leaving the file open
            writer.close()
            raise
        self._writer = writer
        self._heard = int(scalar(writer, "SELECT coalesce(max(n), 0) FROM events"))

    def _open_reader(self) -> None:
        self._reader = open_reader(self._path)

    async def write(self, work: Callable[[apsw.Connection], T]) -> T:
        """Runs `work` in one transaction on the writer thread, then publishes what it added to the history.

        A caller that is cancelled meanwhile does not undo it, and what was committed is published all the same.
        """
        writing = asyncio.get_running_loop().run_in_executor(self._writer_thread, self._write, work)
        writing.add_done_callback(self._publish)
        return (await asyncio.shield(writing))[0]

    def _write(self, work: Callable[[apsw.Connection], T]) -> tuple[T, list[Event]]:
        assert self._writer is not None, "the database is not open"
        with marking_damage(self._path):
            try:
                done = transaction(self._writer, work)
            except ReadOnly:
                raise
            except DiskFull:
                if not self._make_room():
                    raise
                done = transaction(self._writer, work)
            except Transient as error:
                # To SQLite, a file that turns read-only while it is open is a disk that fails.
                if may_write(self._path):
                    raise
                raise refused(self._path) from error
            return done, self._new_events()

    def _new_events(self) -> list[Event]:
        """What was added to the history since the last look. Trouble here is logged: the commit before it stands."""
        assert self._writer is not None, "the database is not open"
        try:
            with typed_failures():
                found = rows(self._writer, "SELECT * FROM events WHERE n > ? ORDER BY n", (self._heard,))
        except AgentError:
            log.exception("the history could not be read")
            return []
        if found:
            self._heard = found[-1]["n"]
        # Kinds that a newer program on another machine has written are not ours to tell.
        return [mapping.event(row) for row in found if row["kind"] in _KINDS]

    def _publish(self, writing: asyncio.Future[tuple[T, list[Event]]]) -> None:
        if not writing.cancelled() and writing.exception() is None:
            self._tell(writing.result()[1])

    def _tell(self, events: list[Event]) -> None:
        if not events:
            return
        try:
            self._published(events)
        except Exception:  # error boundary: a listener's trouble is not the writer's
            log.exception("an event could not be told")

    async def catch_up(self) -> None:
        """Publishes what other processes have added since."""
        self._tell(await asyncio.get_running_loop().run_in_executor(self._writer_thread, self._new_events))

    async def read(self, work: Callable[[apsw.Connection], T]) -> T:
        """Runs a query on the reader thread; it sees everything committed before the call."""
        return await asyncio.get_running_loop().run_in_executor(self._reader_thread, self._read, work)

    def _read(self, work: Callable[[apsw.Connection], T]) -> T:
        assert self._reader is not None, "the database is not open"
        with marking_damage(self._path), typed_failures():
            return work(self._reader)

    async def close(self) -> None:
        """Closes both connections and joins both threads."""
        loop = asyncio.get_running_loop()
        for thread, connection in ((self._reader_thread, self._reader), (self._writer_thread, self._writer)):
            if connection is not None:
                await loop.run_in_executor(thread, connection.close)
        self._reader = self._writer = None
        self._reader_thread.shutdown()
        self._writer_thread.shutdown()
