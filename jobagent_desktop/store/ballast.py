"""A file that only takes up space: given free when the disk is full, so that the queue can write down where it stands."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from datetime import datetime
from pathlib import Path

from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.domain.identity import ulid

log = logging.getLogger(__name__)

BALLAST_BYTES = 1024 * 1024
START_BYTES = 256 * 1024
"""What a start needs: lock files, the database's shared memory, some lines of log."""
MARGIN_BYTES = 4 * 1024 * 1024
"""What must be free beside the ballast before work goes on: a few documents and the database's log."""


class Ballast:
    """While the file is there, so is the space. Several processes may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def held(self) -> bool:
        """Whether the whole of it is there."""
        try:
            return self._path.stat().st_size == BALLAST_BYTES
        except FileNotFoundError:
            return False

    def drop(self) -> bool:
        """Gives the space free. False when it was free already."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            log.warning("the ballast could not be given free", exc_info=error)
            return False
        return True

    def give_way(self) -> None:
        """Gives the space free when a start would fail without it."""
        if shutil.disk_usage(self._path.parent).free < START_BYTES and self.drop():
            log.warning("the disk is full; the ballast was given free")

    def fill(self) -> bool:
        """Takes the space again, if enough is left beside it. False when it is not."""
        aside = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}.part")
        try:
            if shutil.disk_usage(self._path.parent).free < BALLAST_BYTES + MARGIN_BYTES:
                return False
            try:
                with aside.open("wb") as file:
                    file.write(secrets.token_bytes(BALLAST_BYTES))  # not zeros: a file system may store those in no space
                    file.flush()
                    os.fsync(file.fileno())
                aside.replace(self._path)
            finally:
                aside.unlink(missing_ok=True)
        except OSError as error:
            log.info("no space for the ballast yet", exc_info=error)
            return False
        return True


def disk_event(now: datetime, *, has_room: bool) -> Event:
    """What the history says when the disk has become full, or has room again."""
    if has_room:
        kind, level, sentence = EventKind.DISK_HAS_ROOM, Level.INFO, "The disk has space again. The queue goes on."
    else:
        kind, level = EventKind.DISK_FULL, Level.WARNING
        sentence = "The disk is full, so the queue has stopped. Free some space (a few MB do); it then goes on by itself."
    return Event(ulid(now, secrets.randbits), "system", now, kind, sentence, level)
