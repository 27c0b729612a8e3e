"""A data folder that may not be written, from the start or from some moment on: a read-only disk, or rights that were taken."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

from jobagent_desktop.domain.errors import ReadOnly
from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.domain.identity import ulid

_BESIDE = ("", "-wal", "-shm")


def may_write(database: Path) -> bool:
    """Whether the operating system would let this program write the database and its folder. A few microseconds."""
    files = (database.with_name(database.name + suffix) for suffix in _BESIDE)
    return os.access(database.parent, os.W_OK) and all(os.access(file, os.W_OK) for file in files if file.exists())


def refused(database: Path) -> ReadOnly:
    """The error for a database that may not be written."""
    return ReadOnly(
        f"The database {database} may not be written: it, its folder or its disk is read-only. Allow your user to write there; "
        "nothing is lost."
    )


def access_event(now: datetime, *, may_write: bool) -> Event:
    """What is told when the data may not be written any more, or may be again."""
    if may_write:
        kind, level = EventKind.DATA_WRITABLE, Level.INFO
        sentence = "The data folder may be written again. The queue goes on."
    else:
        kind, level = EventKind.DATA_READ_ONLY, Level.WARNING
        sentence = (
            "The data folder has become read-only, so the queue has stopped. Allow your user to write there (or mount its disk "
            "for writing); it then goes on by itself, and nothing is lost."
        )
    return Event(ulid(now, secrets.randbits), "system", now, kind, sentence, level)
