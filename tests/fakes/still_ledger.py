"""The real store on one connection in memory, called without an event loop: for tests that make thousands of calls."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import apsw

from jobagent_desktop.services.ports import Clock, Worker
from jobagent_desktop.store.connection import open_writer, transaction
from jobagent_desktop.store.database import Database
from jobagent_desktop.store.migrate import migrate
from jobagent_desktop.store.store import Store
from tests.fakes.heard import Heard

T = TypeVar("T")
MEMORY = Path(":memory:")


def at_once(call: Coroutine[Any, Any, T]) -> T:
    """The answer of a coroutine that has nothing to wait for."""
    try:
        call.send(None)
    except StopIteration as ended:
        return ended.value
    call.close()
    raise AssertionError("It waited for something.")


class OneConnection(Database):
    """The database as the store sees it, without threads: each write is the same transaction, done in the call."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    async def write(self, work: Callable[[apsw.Connection], T]) -> T:
        return transaction(self._connection, work)

    async def read(self, work: Callable[[apsw.Connection], T]) -> T:
        return work(self._connection)


def open_memory() -> apsw.Connection:
    connection = open_writer(MEMORY)
    migrate(connection, MEMORY)
    return connection


def store_on(connection: apsw.Connection, worker: Worker, clock: Clock) -> Store:
    """A worker's store; several of them on one connection are several workers on one database."""
    store = Store(MEMORY, worker, clock, Heard())
    store._db = OneConnection(connection)
    return store
