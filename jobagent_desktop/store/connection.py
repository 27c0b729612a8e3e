"""Opens SQLite the one way this program uses it, and runs transactions on it.

apsw brings its own SQLite: the system's builds (3.7.0 to 3.51.2) can corrupt a database when two connections reset a WAL.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import apsw

from jobagent_desktop.domain.errors import AgentError, DiskFull, Permanent, ReadOnly, Transient
from jobagent_desktop.store.write_access import refused


class Damaged(Permanent):
    """SQLite found the database file itself to be broken; another try or more rights do not help."""


T = TypeVar("T")
Row = dict[str, Any]
Bindings = Sequence[Any] | Mapping[str, Any]
"""Values by position, or by the names that stand in the statement as `:name`."""

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another process's transaction; each lasts milliseconds."""


@contextmanager
def typed_failures() -> Generator[None]:
    """The boundary to SQLite: what it raises becomes the taxonomy, with a sentence. A wrong statement stays a bug."""
    try:
        yield
    except (apsw.BusyError, apsw.LockedError) as error:
        raise Transient("The database is busy with another program's work.") from error
    except apsw.FullError as error:
        raise DiskFull("The disk is full. Free some space; the program then goes on by itself.") from error
    except (apsw.IOError, apsw.CantOpenError) as error:
        raise Transient("The database could not be read or written. Check that its disk is there.") from error
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise Damaged("The database is damaged. Make a copy of the data folder before anything else.") from error
    except (apsw.ReadOnlyError, apsw.PermissionsError, apsw.AuthError) as error:
        raise ReadOnly(
            "The database may not be written. Allow your user to write the data folder; nothing is lost, and the program then "
            "goes on by itself."
        ) from error


def open_writer(path: Path) -> apsw.Connection:
    """A connection that may write. FULL, not NORMAL: a lost "done" is a repeated effect. Raises `ReadOnly` if it may not."""
    connection = _open(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    try:
        with typed_failures():
            if connection.readonly("main"):  # SQLite falls back to reading alone, and says so at the first write only
                raise refused(path)
            mode = _to_wal(connection)
    except AgentError:
        connection.close()
        raise
    if mode != "wal" and str(path) != ":memory:":
        connection.close()
        raise Permanent(
            f"The data folder {path.parent} cannot hold the database. It needs a local disk; "
            "choose a folder that is not on a network drive."
        )
    connection.pragma("synchronous", "FULL")
    return connection


def _to_wal(connection: apsw.Connection) -> str:
    """The journal mode, changed to WAL once in a database's life. SQLite's own busy time-out does not cover that change."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        mode = str(connection.pragma("journal_mode"))
        if mode == "wal":
            return mode
        try:
            return str(connection.pragma("journal_mode", "wal"))
        except (apsw.BusyError, apsw.LockedError):
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def open_reader(path: Path) -> apsw.Connection:
    """A connection that cannot write, for the window and for everything that only looks."""
    connection = _open(path, apsw.SQLITE_OPEN_READONLY)
    connection.pragma("query_only", True)  # noqa: FBT003 - the pragma's value
    return connection


def _open(path: Path, flags: int) -> apsw.Connection:
    try:
        connection = apsw.Connection(str(path), flags=flags)
    except apsw.Error as error:
        raise Permanent(f"The database {path} could not be opened. Check that the folder exists and may be written.") from error
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    connection.pragma("trusted_schema", False)  # noqa: FBT003 - the pragma's value
    return connection


def rows(connection: apsw.Connection, sql: str, bindings: Bindings = ()) -> list[Row]:
    """All rows of a query as dictionaries by column name."""
    cursor = connection.execute(sql, bindings)
    try:
        names = [column[0] for column in cursor.get_description()]
    except apsw.ExecutionCompleteError:
        return []
    return [dict(zip(names, values, strict=True)) for values in cursor]


def row(connection: apsw.Connection, sql: str, bindings: Bindings = ()) -> Row | None:
    """The first row of a query, if there is one."""
    found = rows(connection, sql, bindings)
    return found[0] if found else None


def scalar(connection: apsw.Connection, sql: str, bindings: Bindings = ()) -> Any:
    """The first column of the first row, or None."""
    return next((values[0] for values in connection.execute(sql, bindings)), None)


def transaction(connection: apsw.Connection, work: Callable[[apsw.Connection], T]) -> T:
    """Runs `work` in one immediate transaction: all of it is committed, or nothing. Raises as `typed_failures` says."""
    with typed_failures():
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(connection)
            connection.execute("COMMIT")
            return result
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def check_integrity(path: Path) -> str:
    """A sentence about a sound database. Raises `Damaged` when SQLite finds something wrong in it."""
    connection = open_reader(path)
    try:
        check_pages(connection, path)
        with typed_failures():
            version = scalar(connection, "PRAGMA user_version")
    finally:
        connection.close()
    return f"{path} is sound (format {version}, SQLite {apsw.sqlite_lib_version()})"


def check_pages(connection: apsw.Connection, path: Path, how: str = "quick_check") -> None:
    """Raises `Damaged` when SQLite finds something wrong. `how`: `integrity_check` looks into indexes too, and is slower."""
    with typed_failures():
        found = scalar(connection, f"PRAGMA {how}(1)")
    if found != "ok":
        raise Damaged(f"The database {path} is damaged ({found}). Make a copy of the data folder before anything else.")
