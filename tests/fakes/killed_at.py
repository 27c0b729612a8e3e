"""Does one thing to a data folder in a process of its own, and kills itself (`SIGKILL`) at the moment of that number.

    python tests/fakes/killed_at.py migrate|back_up|import_cv FOLDER MOMENT [CV]

A moment is a statement about to run, some thousands of instructions inside of one, a flush, a rename or a removal. With a
number that is never reached it ends well, and prints how many moments there were.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import apsw

from jobagent_desktop.config import DataPaths
from jobagent_desktop.store import migrate
from jobagent_desktop.store.backups import back_up
from jobagent_desktop.store.recovery import get_ready

NEWER = """
CREATE TABLE more (id TEXT PRIMARY KEY, word TEXT) STRICT;
INSERT INTO more SELECT id, name FROM searches;
ALTER TABLE searches ADD COLUMN colour TEXT NOT NULL DEFAULT 'green';
UPDATE searches SET name = 'migrated ' || name;
CREATE INDEX more_by_word ON more (word);
"""
"""A migration that a later program may bring."""
DAY = date(2026, 3, 2)


def with_newer_format() -> list[tuple[int, str]]:
    """The program's migrations and one more."""
    return [*_OWN, (len(_OWN) + 1, NEWER)]


_OWN = migrate.migrations()


class Moments:
    """Counts, in whichever thread, and kills at the one."""

    def __init__(self, last: int) -> None:
        self._last = last
        self._numbers = count(1)
        self.passed = 0

    def pass_one(self) -> None:
        self.passed = next(self._numbers)
        if self.passed == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        apsw.connection_hooks.append(self._watch_connection)
        for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink")):
            self._watch_call(owner, name)

    def _watch_connection(self, connection: apsw.Connection) -> None:
        def inside() -> bool:
            self.pass_one()
            return False

        def statement(*_: object) -> bool:
            self.pass_one()
            return True

        connection.exec_trace = statement
        connection.set_progress_handler(inside, 5_000, id="moments")

    def _watch_call(self, owner: Any, name: str) -> None:
        whole: Callable[..., Any] = getattr(owner, name)

        def watched(*arguments: Any, **named: Any) -> Any:
            self.pass_one()
            return whole(*arguments, **named)

        setattr(owner, name, watched)


def main(what: str, folder: Path, last: int, *cv: str) -> None:
    paths = DataPaths(folder)
    moments = Moments(last)
    moments.watch()
    if what == "migrate":
        migrate.migrations = with_newer_format
        get_ready(paths)
    elif what == "back_up":
        assert back_up(paths.database, paths.backups, DAY, threading.Event(), 0) is not None
    else:
        from jobagent_desktop import __main__

        sys.argv[1:] = ["--data-dir", str(folder), "import-cv", *cv]
        if code := __main__.cli_main():
            sys.exit(code)
    print(moments.passed)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
