"""What is let go in time: jobs that closed long ago and that the user never touched, the history of what is over, the claims of
finished tasks, files that a kill left half.

Never anything of a task that is open, never a step that a preview would be prepared again from, and nothing that the user has
decided on: a job that was ever approved, skipped, edited, asked for by its address or tried again stays, with those events.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import apsw

from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.store.connection import rows, scalar

log = logging.getLogger(__name__)

JOBS_KEPT = timedelta(days=180)
"""How long a job stays after its posting has closed and nothing about it has changed, if the user never touched it."""
EVENTS_KEPT = timedelta(days=180)
"""How long the history of a closed or skipped application is kept. That of every other one is kept for good,
and so is every decision of the user."""
CLAIMS_KEPT = timedelta(days=90)
"""How long the claims and steps of a finished task are kept."""
LEFTOVERS_KEPT_S = 3600
"""A file that is being written is renamed within seconds; one that is older than this (seconds) was left by a kill."""
BATCH = 500
"""Rows removed in one transaction: a few milliseconds, so that no worker waits for it."""
JOBS_BATCH = 20
"""The same for jobs, each of which has some twenty rows elsewhere."""
_APPLICATION_ID = re.compile(r"^[0-9a-z]{1,64}$")

_LEFTOVER = re.compile(r"^\..+\.part(-wal|-shm|-journal)?$")

# The newest event stays whatever its age: the next one's number must be higher than any that was ever heard.
_OLD_EVENTS = """
    SELECT e.n FROM applications a JOIN events e ON e.stream = a.id
    WHERE a.status IN ('closed', 'skipped') AND e.kind <> 'application_changed'
      AND e.ts < ? AND e.n < (SELECT max(n) FROM events)
    LIMIT ?
"""
# `application_changed` is what every decision of the user leaves behind (the program itself writes one when it finds a posting
# gone, whose sentence then is the application's error); `wanted` marks what they asked for themselves.
_OLD_JOBS = """
    SELECT a.id FROM applications a JOIN jobs j ON j.id = a.job_id
    WHERE a.status = 'closed' AND a.updated_at < ?1 AND j.status <> 'open' AND j.updated_at < ?1
      AND a.before_skip IS NULL AND a.submitted_at IS NULL AND a.submit_state = '' AND a.outcome = ''
      AND a.answers = '[]' AND a.notes = '' AND j.notes = ''
      AND NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = a.id)
      AND NOT EXISTS (SELECT 1 FROM applications o WHERE o.job_id = j.id AND o.id <> a.id)
      AND NOT EXISTS (
        SELECT 1 FROM jobs d WHERE d.duplicate_of = j.id AND (d.status = 'open' OR d.updated_at >= ?1 OR d.notes <> '')
      )
      AND NOT EXISTS (
        SELECT 1 FROM tasks t WHERE t.subject_id = a.id
            AND (t.status IN ('pending', 'processing', 'waiting') OR json_extract(t.payload, '$.wanted'))
      )
      AND NOT EXISTS (SELECT 1 FROM events e WHERE e.stream = a.id AND e.kind = 'application_changed' AND e.msg <> a.error)
"""
_STILL_OLD = f"{_OLD_JOBS} AND a.id IN (SELECT value FROM json_each(?2))"  # noqa: S608 - own words
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
    """Rows that may go: events by their number, claims and applications (with their jobs) by their id."""

    events: tuple[int, ...]
    claims: tuple[str, ...]
    applications: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return len(self.events) + len(self.claims) + len(self.applications)


def find_old(connection: apsw.Connection, now: datetime, most: int = BATCH) -> Old:
    """A batch of what is too old; only reads."""
    events = rows(connection, _OLD_EVENTS, (to_iso(now - EVENTS_KEPT), most))
    claims = rows(connection, _OLD_CLAIMS, (to_iso(now - CLAIMS_KEPT), most))
    jobs = rows(connection, f"{_OLD_JOBS} LIMIT ?2", (to_iso(now - JOBS_KEPT), JOBS_BATCH))
    return Old(tuple(r["n"] for r in events), tuple(r["id"] for r in claims), tuple(r["id"] for r in jobs))


def remove(connection: apsw.Connection, old: Old, now: datetime) -> int:
    """Removes them, unless their application or task has come to life meanwhile. Answers how many rows went."""
    before = connection.total_changes()
    if old.applications:
        _remove_jobs(connection, old.applications, now)
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


def _remove_jobs(connection: apsw.Connection, applications: tuple[str, ...], now: datetime) -> None:
    """Removes applications with their jobs, places in the search, tasks, history and files' rows. Their documents follow."""
    still = rows(connection, _STILL_OLD, (to_iso(now - JOBS_KEPT), json.dumps(applications)))
    for identity in (r["id"] for r in still):
        job = scalar(connection, "SELECT job_id FROM applications WHERE id = ?", (identity,))
        connection.execute("INSERT OR IGNORE INTO discarded (application_id) VALUES (?)", (identity,))
        connection.execute(
            "DELETE FROM jobs_fts WHERE rowid IN (SELECT n FROM jobs WHERE id = ?1 OR duplicate_of = ?1)", (job,)
        )
        connection.execute("DELETE FROM jobs WHERE id = ?1 OR duplicate_of = ?1", (job,))
        connection.execute(
            """
            DELETE FROM orphan_results WHERE substr(claim_id, 1, instr(claim_id, '.') - 1) IN (
                SELECT id FROM tasks WHERE subject_id = ?
            )
            """,
            (identity,),
        )
        connection.execute("DELETE FROM task_claims WHERE task_id IN (SELECT id FROM tasks WHERE subject_id = ?)", (identity,))
        connection.execute("DELETE FROM tasks WHERE subject_id = ?", (identity,))
        connection.execute("DELETE FROM events WHERE stream = ? AND n < (SELECT max(n) FROM events)", (identity,))
        connection.execute("DELETE FROM files WHERE owner_id = ?", (identity,))
        connection.execute("DELETE FROM applications WHERE id = ?", (identity,))


def remove_documents(connection: apsw.Connection, files: Path) -> int:
    """Removes the documents of applications that are gone; inside a transaction. Answers how many applications they were of.

    A posting that came back meanwhile is an application of the same id: its row is written before its first document, so
    whose row is not there has none, and cannot get one while this transaction lasts.
    """
    removed = 0
    for identity in [r["application_id"] for r in rows(connection, "SELECT application_id FROM discarded LIMIT ?", (BATCH,))]:
        is_back = scalar(connection, "SELECT 1 FROM applications WHERE id = ?", (identity,)) is not None
        if not is_back and _APPLICATION_ID.match(identity):
            try:
                shutil.rmtree(files / identity)
                removed += 1
            except FileNotFoundError:
                pass  # it never had documents, or a kill came between them and the row
            except OSError as error:
                log.info("the documents of a job that is gone could not be removed yet", exc_info=error)
                continue
        connection.execute("DELETE FROM discarded WHERE application_id = ?", (identity,))
    return removed


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
