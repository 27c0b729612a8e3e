"""What is let go in time: the history of jobs that are over, the claims of tasks that are done, files that a kill left half.

Never anything of a task that is open, and never a step that a preview would be prepared again from.
"""

from __future__ import annotations

import json
import logging
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import apsw

from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.store.connection import rows

log = logging.getLogger(__name__)

EVENTS_KEPT = timedelta(days=180)
"""How long the history of a closed or skipped application is kept. That of every other one is kept for good."""
CLAIMS_KEPT = timedelta(days=90)
"""How long the claims and steps of a finished task are kept."""
LEFTOVERS_KEPT_S = 3600
"""A file that is being written is renamed within seconds; one that is older than this (seconds) was left by a kill."""
BATCH = 500
"""Rows removed in one transaction: a few milliseconds, so that no worker waits for it."""

_LEFTOVER = re.compile(r"^\..+\.part(-wal|-shm|-journal)?$")

# The newest event stays whatever its age: the next one's number must be higher than any that was ever heard.
_OLD_EVENTS = """
    SELECT e.n FROM applications a JOIN events e ON e.stream = a.id
    WHERE a.status IN ('closed', 'skipped') AND e.ts < ? AND e.n < (SELECT max(n) FROM events)
    LIMIT ?
"""
# A retry, and an edited text, start from the steps of an application's last preview task.
_OLD_CLAIMS = """
    SELECT c.id FROM tasks t JOIN task_claims c ON c.task_id = t.id
    WHERE t.status IN ('done', 'failed', 'cancelled') AND t.finished_at < ?
      AND NOT (
        c.outcome = 'step' AND t.kind = 'preview'
        AND EXISTS (SELECT 1 FROM applications a WHERE a.id = t.subject_id AND a.status NOT IN ('closed', 'skipped'))
        AND NOT EXISTS (
            SELECT 1 FROM tasks n WHERE n.subject_id = t.subject_id AND n.kind = 'preview'
                AND json_extract(n.payload, '$.generation') > json_extract(t.payload, '$.generation')
        )
      )
    LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Old:
    """Rows that may go: events by their number, claims by their id."""

    events: tuple[int, ...]
    claims: tuple[str, ...]

    @property
    def total(self) -> int:
        return len(self.events) + len(self.claims)


def find_old(connection: apsw.Connection, now: datetime, most: int = BATCH) -> Old:
    """A batch of what is too old; only reads."""
    events = rows(connection, _OLD_EVENTS, (to_iso(now - EVENTS_KEPT), most))
    claims = rows(connection, _OLD_CLAIMS, (to_iso(now - CLAIMS_KEPT), most))
    return Old(tuple(r["n"] for r in events), tuple(r["id"] for r in claims))


def remove(connection: apsw.Connection, old: Old) -> int:
    """Removes them, unless their application or task has come to life meanwhile. Answers how many rows went."""
    before = connection.total_changes()
    connection.execute(
        """
        DELETE FROM events WHERE n IN (SELECT value FROM json_each(?))
            AND EXISTS (SELECT 1 FROM applications a WHERE a.id = events.stream AND a.status IN ('closed', 'skipped'))
        """,
        (json.dumps(old.events),),
    )
    connection.execute(
        """
        DELETE FROM task_claims WHERE id IN (SELECT value FROM json_each(?)) AND EXISTS (
            SELECT 1 FROM tasks t WHERE t.id = task_claims.task_id AND t.status IN ('done', 'failed', 'cancelled')
        )
        """,
        (json.dumps(old.claims),),
    )
    return connection.total_changes() - before


def remove_leftovers(root: Path, now: datetime) -> int:
    """Removes the half-written files below the data folder that are older than an hour. Answers how many."""
    removed = 0
    for folder, _, names in os.walk(root):  # links to folders are not followed
        for path in (Path(folder, name) for name in names if _LEFTOVER.match(name)):
            try:
                if now.timestamp() - path.stat().st_mtime > LEFTOVERS_KEPT_S:
                    path.unlink()
                    removed += 1
            except OSError as error:
                log.info("a leftover could not be removed: %s", path.name, exc_info=error)
    return removed
