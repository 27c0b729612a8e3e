"""Counts starts of the window that ended at once, so that a program that crashes at each start can start with care."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import cast

MANY = 3
"""So many crashes in a row right after the start are no accident any more."""

log = logging.getLogger(__name__)


class StartWatch:
    """A file that stands from the start until the program has settled; one that is found at the start tells of a crash.

    A kill or a power cut within that time counts too: nobody can tell them apart. Raises no `OSError`: in a folder that cannot
    be written nothing is counted, and that is logged.

    Attributes:
        crashes: starts in a row, before this one, that ended before they had settled.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self.crashes = self._read()
        self._write()
        if self.is_careful:
            log.warning("%d starts in a row ended at once; nothing is claimed until the user goes on", self.crashes)

    @property
    def is_careful(self) -> bool:
        """Whether this start should begin no work by itself."""
        return self.crashes >= MANY

    def settled(self) -> None:
        """The program has run for long enough, or ended in order: the crashes before are history."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the count of crashed starts could not be reset: %s", error)

    def again(self) -> None:
        """What was held back begins now: a crash from here on counts on top of those before, settled or not."""
        self._write()

    def _read(self) -> int:
        try:
            with self._path.open("rb") as stream:
                found: object = json.loads(stream.read(1000))
        except FileNotFoundError:
            return 0
        except (OSError, ValueError):
            return 1  # it stands, so that start did not settle; killed while writing
        before = cast("dict[str, object]", found).get("crashes") if isinstance(found, dict) else 0
        return (before if isinstance(before, int) and 0 <= before < 1000 else 0) + 1

    def _write(self) -> None:
        state = {"started": self._now().isoformat(timespec="seconds"), "crashes": self.crashes}
        fresh = self._path.with_suffix(".part")
        try:
            fresh.write_text(json.dumps(state), encoding="ascii")
            fresh.replace(self._path)
        except OSError as error:
            log.warning("starts cannot be counted: %s", error)
