"""Brings a database to the program's schema: numbered SQL files, each in one transaction with its number."""

from __future__ import annotations

import re
import secrets
from importlib import resources
from pathlib import Path

import apsw

from jobagent_desktop import __version__
from jobagent_desktop.domain.errors import Permanent, Transient
from jobagent_desktop.store.connection import scalar, transaction, typed_failures
from jobagent_desktop.store.durable import put_in_place

COPIES_KEPT = 2
"""How many databases in older formats stay beside the one in use; the oldest go once a migration is through."""
_NAME = re.compile(r"^(\d{3})_[a-z0-9_]+\.sql$")


def migrations() -> list[tuple[int, str]]:
    """`(number, SQL)` of each migration, in order."""
    folder = resources.files("jobagent_desktop.store") / "migrations"
    found = [(int(m.group(1)), item.read_text("utf-8")) for item in folder.iterdir() if (m := _NAME.match(item.name))]
    return sorted(found)


def migrate(connection: apsw.Connection, path: Path) -> None:
    """Applies what is missing. A copy of an existing database is kept beside it first: `jobagent.format-001.db`.

    Two programs may do this at once: the version is read again inside each transaction. A kill at any moment leaves the old
    format or a newer one, each whole; the next start goes on. Raises `Permanent` when the database was written by a newer
    program.
    """
    steps = migrations()
    newest = steps[-1][0]
    version = _version(connection)
    if version > newest:
        raise Permanent(
            f"This data was written by a newer version of the program: its format is {version}, and this one "
            f"({__version__}) knows formats up to {newest}. "
            f"Install {_needed(connection, version)} and start again; nothing was changed."
        )
    if 0 < version < newest:
        _keep_copy(connection, _copy_path(path, version))
    for number, sql in steps:
        if number <= version:
            continue

        def apply(inside: apsw.Connection, number: int = number, sql: str = sql) -> None:
            if _version(inside) < number:
                inside.execute(sql)
                inside.execute("INSERT INTO formats (number, program) VALUES (?, ?)", (number, __version__))
                inside.pragma("user_version", number)

        transaction(connection, apply)
    for number in [number for number, _ in steps if _copy_path(path, number).exists()][:-COPIES_KEPT]:
        _copy_path(path, number).unlink(missing_ok=True)


def _needed(connection: apsw.Connection, version: int) -> str:
    """Which program reads a format that this one does not know, in words."""
    with typed_failures():
        if scalar(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'formats'"):
            program = scalar(connection, "SELECT program FROM formats WHERE number = ?", (version,))
            if program:
                return f"version {program} or a newer one"
    return "the newest version"


def _copy_path(path: Path, version: int) -> Path:
    return path.with_name(f"{path.stem}.format-{version:03d}{path.suffix}")


def _keep_copy(connection: apsw.Connection, copy: Path) -> None:
    """Writes it aside first: what has the copy's name is whole."""
    aside = copy.with_name(f".{copy.name}.{secrets.token_hex(8)}.part")
    try:
        with typed_failures():
            connection.execute("VACUUM INTO ?", (str(aside),))
        put_in_place(aside, copy)
    except OSError as error:
        raise Transient(
            f"A copy of the database could not be kept as {copy}. Check that the data folder may be written."
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def _version(connection: apsw.Connection) -> int:
    with typed_failures():
        return int(scalar(connection, "PRAGMA user_version") or 0)
