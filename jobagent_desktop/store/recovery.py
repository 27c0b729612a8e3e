"""A damaged database is set aside, never deleted, and the newest sound backup takes its place.

A kill at any moment of it loses nothing: a marker file beside the database is there from before the first move until after the
last, and names the folder that the damaged files go to.
"""

from __future__ import annotations

import logging
import re
import secrets
import shutil
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jobagent_desktop.config import DataPaths
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.domain.identity import ulid
from jobagent_desktop.store.backups import backups, day_of
from jobagent_desktop.store.connection import Damaged, check_integrity, check_pages, open_writer, transaction
from jobagent_desktop.store.durable import flush_to_disk
from jobagent_desktop.store.migrate import migrate
from jobagent_desktop.store.writing import write_events

log = logging.getLogger(__name__)

CHECKED_AT_START_BYTES = 64 * 1024 * 1024
"""A larger database is not read through at each start (a second for each GB): its daily backup looks at it instead."""
_UNTOLD, _TOLD = "untold.txt", "told.txt"
"""What happened, in words, beside the damaged files; its name says whether the window has shown it."""
_BESIDE = ("", "-wal", "-shm", "-journal")
"""What belongs to a database file: the log beside it may hold commits, and must never meet another database."""
_CASE = re.compile(r"^\d{4}-\d{2}-\d{2}-\d{6}(-[0-9a-f]{4})?$")


def _marker(database: Path) -> Path:
    return database.with_name(f"{database.name}.damaged")


@contextmanager
def marking_damage(database: Path) -> Generator[None]:
    """Damage met while the program runs is looked into at its next start: nothing can be replaced under open connections."""
    try:
        yield
    except Damaged:
        _marker(database).touch()
        raise


def get_ready(paths: DataPaths) -> None:
    """Looks for damage and migrates. Raises `Damaged` when `recover` has something to do, else as `migrate` does."""
    database = paths.database
    if _marker(database).exists() or _is_emptied(paths):
        raise Damaged("The database is damaged. Make a copy of the data folder before anything else.")
    with closing(open_writer(database)) as writer:
        if database.stat().st_size <= CHECKED_AT_START_BYTES:
            check_pages(writer, database)
        migrate(writer, database)


def recover(paths: DataPaths, machine_id: str, now: datetime) -> str | None:
    """Puts a sound database in the place of a damaged one. Nobody else may use the database meanwhile.

    Answers with a sentence for the user, which also stands in the new database's history; None when the database turned out
    to be sound. Raises `Permanent` when the files cannot be moved.
    """
    database, marker = paths.database, _marker(paths.database)
    case = _case(paths.quarantine, marker, now)
    if database.exists() and ((case / database.name).exists() or not _is_damaged(paths)):
        marker.unlink(missing_ok=True)  # all was done but this, or another program was faster
        return None
    aside = database.with_name(f".{database.name}.{secrets.token_hex(8)}.part")
    try:
        backup = _copy_of_newest_sound(paths.backups, aside)
        sentence = _sentence(backup, case)
        details = {"backup": backup.name if backup else "", "quarantine": case.name}
        kind, level = EventKind.DATABASE_RESTORED, Level.WARNING
        event = Event(ulid(now, secrets.randbits), "system", now, kind, sentence, level, details)
        with closing(open_writer(aside)) as writer:
            migrate(writer, aside)
            transaction(writer, lambda c: write_events(c, (event,), machine_id))
        flush_to_disk(aside)
        marker.write_text(case.name, "ascii")
        flush_to_disk(marker)
        case.mkdir(mode=0o700, parents=True, exist_ok=True)
        (case / _UNTOLD).write_text(sentence, "utf-8")
        for suffix in _BESIDE:
            part = database.with_name(database.name + suffix)
            if part.exists():
                part.replace(case / part.name)
        aside.replace(database)
        marker.unlink()
    except OSError as error:
        raise Permanent(
            f"The database {database} is damaged, and could not be set aside: {error.strerror}. "
            "Close every other program that uses it, check that the data folder may be written, and start again."
        ) from error
    finally:
        for suffix in _BESIDE:
            aside.with_name(aside.name + suffix).unlink(missing_ok=True)
    return sentence


@dataclass(frozen=True, slots=True)
class RestoreNote:
    """A damaged database that was replaced: the sentence for the user, and the folder where the damaged files are kept."""

    sentence: str
    folder: Path


class RestoreShelf:
    """What was set aside in a data folder, until the user has been told. Trouble is logged: no window falls over it."""

    def __init__(self, quarantine: Path) -> None:
        self._quarantine = quarantine

    def untold(self) -> RestoreNote | None:
        """The newest that no window has shown and been allowed to close, whichever command or window it happened in."""
        try:
            cases = sorted(self._quarantine.glob(f"*/{_UNTOLD}"))
            return RestoreNote(cases[-1].read_text("utf-8"), cases[-1].parent) if cases else None
        except (OSError, ValueError) as error:
            log.warning("it could not be read what was restored: %s", error)
            return None

    def mark_told(self) -> None:
        """The user has seen it. Older ones count as told too."""
        try:
            for case in self._quarantine.glob(f"*/{_UNTOLD}"):
                case.replace(case.with_name(_TOLD))
        except OSError as error:
            log.warning("it could not be noted that a restore was told: %s", error)


def _case(quarantine: Path, marker: Path, now: datetime) -> Path:
    """The folder for the damaged files: the one that an interrupted recovery had begun to fill, or a new one."""
    named = marker.read_text("ascii", "replace").strip() if marker.exists() else ""
    if _CASE.match(named):
        return quarantine / named
    fresh = quarantine / f"{now:%Y-%m-%d-%H%M%S}"
    return fresh.with_name(f"{fresh.name}-{secrets.token_hex(2)}") if fresh.exists() else fresh


def _is_emptied(paths: DataPaths) -> bool:
    """A file without content is a new database to SQLite; but where there are backups, there was something in it."""
    return paths.database.exists() and paths.database.stat().st_size == 0 and bool(backups(paths.backups))


def _is_damaged(paths: DataPaths) -> bool:
    if _is_emptied(paths):
        return True
    try:
        with closing(open_writer(paths.database)) as writer:
            check_pages(writer, paths.database, "integrity_check")
    except Damaged:
        return True
    return False


def _copy_of_newest_sound(folder: Path, aside: Path) -> Path | None:
    """Copies it to `aside`. None, and nothing copied, when there is no sound backup."""
    for backup in backups(folder):
        try:
            check_integrity(backup)
        except Damaged:
            continue
        shutil.copyfile(backup, aside)
        return backup
    return None


def _sentence(backup: Path | None, case: Path) -> str:
    kept = f"The damaged file was kept in {case}."
    if backup is None:
        return (
            "The database was damaged, and there was no sound backup, so the program starts afresh: import your CV and set "
            f"your searches again, and check where you have applied already. {kept}"
        )
    return (
        f"The database was damaged, so the backup of {day_of(backup).isoformat()} was put in its place. What was found, "
        "prepared or decided after it was made may be missing: check where you have applied since then before you apply again. "
        f"{kept}"
    )
