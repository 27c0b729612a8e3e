"""Daily copies of the database, whole or absent: written aside, checked, flushed, then renamed to the day's name."""

from __future__ import annotations

import re
import secrets
import shutil
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import apsw

from jobagent_desktop.domain.errors import Transient
from jobagent_desktop.store.connection import check_integrity, open_reader, scalar, typed_failures
from jobagent_desktop.store.durable import put_in_place

KEPT = 7
"""How many days' copies are kept."""
SPARE_BYTES = 64 * 1024 * 1024
"""What a backup leaves free on the disk: it must not be what fills it."""
_NAME = re.compile(r"^jobagent-(\d{4}-\d{2}-\d{2})\.db$")
_CHECK_EVERY = 10_000
"""SQLite instructions between two looks at the stop flag; less than a millisecond's worth."""


def backups(folder: Path) -> list[Path]:
    """The finished backups, the newest first. What is still being written has another kind of name."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if _NAME.match(path.name)), key=lambda path: path.name, reverse=True)


def day_of(backup: Path) -> date:
    """The day a backup was made on."""
    found = _NAME.match(backup.name)
    assert found is not None, "not a backup"
    return date.fromisoformat(found.group(1))


def back_up(database: Path, folder: Path, day: date, stop: threading.Event, spare: int = SPARE_BYTES) -> Path | None:
    """Makes the day's backup if it is missing, and removes the oldest. None when nothing was to do, or `stop` was set.

    Reads on a connection of its own, so that no writer waits. Raises `Transient` when the disk has no room for it (`spare` is
    what must stay free, in bytes), `Damaged` when the database turns out to be broken.
    """
    target = folder / f"jobagent-{day.isoformat()}.db"
    if target.exists():
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < database.stat().st_size + spare:
        raise Transient("The disk has too little room for the daily backup. Free some space; nothing else is affected.")
    aside = folder / f".{target.name}.{secrets.token_hex(8)}.part"
    try:
        if not _copy(database, aside, stop):
            return None
        check_integrity(aside)
        put_in_place(aside, target)
    except OSError as error:
        raise Transient(f"The daily backup could not be written to {folder}. Check that it may be written.") from error
    finally:
        aside.unlink(missing_ok=True)
    for old in backups(folder)[KEPT:]:
        old.unlink(missing_ok=True)
    return target


def _copy(database: Path, target: Path, stop: threading.Event) -> bool:
    """False when there is nothing in the database worth a backup yet, or when it was told to stop."""
    with closing(open_reader(database)) as reader:
        reader.set_progress_handler(stop.is_set, _CHECK_EVERY)
        try:
            with typed_failures():
                if scalar(reader, "SELECT 1 FROM profiles UNION ALL SELECT 1 FROM searches LIMIT 1") is None:
                    return False
                # It counts as a write, though not of this file, which is open for reading only.
                reader.pragma("query_only", False)  # noqa: FBT003 - the pragma's value
                reader.execute("VACUUM INTO ?", (str(target),))
        except apsw.InterruptError:
            return False
    return True
