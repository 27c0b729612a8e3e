"""Brings a database to the program's schema: numbered SQL files, each in one transaction with its number."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import apsw

from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.store.connection import scalar, transaction, typed_failures

_NAME = re.compile(r"^(\d{3})_[a-z0-9_]+\.sql$")


def migrations() -> list[tuple[int, str]]:
    """`(number, SQL)` of each migration, in order."""
    folder = resources.files("jobagent_desktop.store") / "migrations"
    found = [(int(m.group(1)), item.read_text("utf-8")) for item in folder.iterdir() if (m := _NAME.match(item.name))]
    return sorted(found)


def migrate(connection: apsw.Connection, path: Path) -> None:
    """Applies what is missing. A copy of an existing database is kept beside it first.

    Two programs may do this at once: the version is read again inside each transaction. Raises `Permanent` when the
    database was written by a newer program.
    """
    steps = migrations()
    newest = steps[-1][0]
    version = _version(connection)
    if version > newest:
        raise Permanent(
            f"This data was written by a newer version of the program (its format is {version}, this program knows {newest}). "
            "Install the newest version; nothing was changed."
        )
    if 0 < version < newest:
        copy = path.with_name(f"{path.stem}.before-{newest:03d}{path.suffix}")
        copy.unlink(missing_ok=True)
        with typed_failures():
            connection.execute("VACUUM INTO ?", (str(copy),))
    for number, sql in steps:
        if number <= version:
            continue

        def apply(inside: apsw.Connection, number: int = number, sql: str = sql) -> None:
            if _version(inside) < number:
                inside.execute(sql)
                inside.pragma("user_version", number)

        transaction(connection, apply)


def _version(connection: apsw.Connection) -> int:
    with typed_failures():
        return int(scalar(connection, "PRAGMA user_version") or 0)
