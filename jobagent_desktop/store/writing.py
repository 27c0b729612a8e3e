"""Writes a `Changes` value inside the caller's transaction, whichever piece of work it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

import apsw

from jobagent_desktop.domain.changes import ApplicationChange, Changes, Found, SearchRan, StoredFile
from jobagent_desktop.domain.duplicates import content_key
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.event import Event
from jobagent_desktop.domain.folding import folded
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.states import ApplicationStatus, JobStatus
from jobagent_desktop.domain.task import preview_task
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.store import mapping
from jobagent_desktop.store.application_rows import change_application, insert_application, requeue
from jobagent_desktop.store.connection import row, rows, scalar
from jobagent_desktop.store.queue_rows import insert, insert_task

_UNDECIDED = frozenset(
    {ApplicationStatus.FOUND, ApplicationStatus.MATCHED, ApplicationStatus.PREPARING, ApplicationStatus.PREVIEW_READY}
)
"""Statuses in which a posting that is gone closes the application."""
_UNPREPARED = frozenset(
    {
        ApplicationStatus.FOUND,
        ApplicationStatus.MATCHED,
        ApplicationStatus.PREPARING,
        ApplicationStatus.FAILED,
        ApplicationStatus.SKIPPED,
        ApplicationStatus.CLOSED,
    }
)
"""Statuses from which a posting that the user names is prepared again."""


def write_changes(connection: apsw.Connection, changes: Changes, now: datetime, machine_id: str) -> None:
    """Writes everything in `changes`. Raises `IllegalTransition` when an application may not become what it says."""
    for posting in changes.postings:
        upsert_posting(connection, posting, now)
    if changes.found is not None:
        write_found(connection, changes.found, now)
    for job_id, status in changes.job_status:
        set_job_status(connection, job_id, status, now)
    dropped = {change.id for change in changes.applications if not change_application(connection, change, now)}
    if dropped and changes.or_refuse:
        raise Permanent(changes.or_refuse)
    if changes.search_ran is not None:
        write_search_ran(connection, changes.search_ran, now)
    inserted = [insert_task(connection, task, now) for task in changes.tasks]
    for file in changes.files:
        _insert_file(connection, file, now)
    if all(inserted) or any(inserted):
        write_events(connection, (event for event in changes.events if event.stream not in dropped), machine_id)


def upsert_posting(connection: apsw.Connection, posting: Posting, now: datetime) -> bool:
    """Writes a posting, open from now on. One that was seen elsewhere before becomes a duplicate of the first.

    True when its job was there before and was not open.
    """
    job_id, key, stamp = posting.job_id, content_key(posting), to_iso(now)
    values = mapping.posting_values(posting) | {"content_hash": key, "seen_at": stamp, "updated_at": stamp}
    known = row(connection, "SELECT status FROM jobs WHERE id = ?", (job_id,))
    if known is not None:
        values["status"] = JobStatus.OPEN.value
        assignments = ", ".join(f"{column} = ?" for column in values)
        connection.execute(f"UPDATE jobs SET {assignments} WHERE id = ?", (*values.values(), job_id))  # noqa: S608 - own names
    else:
        original = scalar(
            connection,
            "SELECT id FROM jobs WHERE content_hash = ? AND duplicate_of IS NULL AND status = 'open' ORDER BY n LIMIT 1",
            (key,),
        )
        insert(connection, "jobs", values | {"id": job_id, "duplicate_of": original, "created_at": stamp})
    words = folded(" ".join((posting.title, posting.company, posting.location, posting.description)))
    connection.execute("INSERT OR REPLACE INTO jobs_fts (rowid, words) SELECT n, ? FROM jobs WHERE id = ?", (words, job_id))
    return known is not None and known["status"] != JobStatus.OPEN.value


def write_found(connection: apsw.Connection, found: Found, now: datetime) -> None:
    seen: set[str] = set()
    for posting in found.postings:
        reopened = upsert_posting(connection, posting, now)
        seen.add(posting.job_id)
        original = scalar(connection, "SELECT coalesce(duplicate_of, id) FROM jobs WHERE id = ?", (posting.job_id,))
        application = insert_application(connection, original, found.profile_id, now)
        task = preview_task(application, wanted=found.wanted, likely=posting.job_id in found.likely)
        if insert_task(connection, task, now):
            continue
        status = ApplicationStatus(scalar(connection, "SELECT status FROM applications WHERE id = ?", (application,)))
        expired = posting.closes_at is not None and posting.closes_at < now
        is_back = status is ApplicationStatus.CLOSED and reopened and not expired
        if is_back or (found.wanted and status in _UNPREPARED):
            requeue(connection, application, now, wanted=found.wanted or None)
    if found.closes_missing and found.postings:
        for source in {posting.source for posting in found.postings}:
            for missing in rows(connection, "SELECT id FROM jobs WHERE source = ? AND status = 'open'", (source,)):
                if missing["id"] not in seen:
                    set_job_status(connection, missing["id"], JobStatus.CLOSED, now)


def set_job_status(connection: apsw.Connection, job_id: str, status: JobStatus, now: datetime) -> None:
    """Marks a job. One that is gone everywhere closes the applications that nobody has decided on."""
    connection.execute("UPDATE jobs SET status = ?, updated_at = ? WHERE id = ?", (status.value, to_iso(now), job_id))
    if status is JobStatus.OPEN:
        return
    original = scalar(connection, "SELECT coalesce(duplicate_of, id) FROM jobs WHERE id = ?", (job_id,))
    somewhere = "SELECT 1 FROM jobs WHERE (id = ?1 OR duplicate_of = ?1) AND status = 'open'"
    if scalar(connection, somewhere, (original,)):
        return
    for application in rows(connection, "SELECT id FROM applications WHERE job_id = ?", (original,)):
        gone = ApplicationChange(
            application["id"], status=ApplicationStatus.CLOSED, stage="Posting is gone", only_from=_UNDECIDED
        )
        change_application(connection, gone, now)


def write_search_ran(connection: apsw.Connection, ran: SearchRan, now: datetime) -> None:
    connection.execute(
        "UPDATE searches SET last_run = ?, error = ?, updated_at = ?, rev = rev + 1 WHERE id = ?",
        (to_iso(ran.at), ran.error, to_iso(now), ran.search_id),
    )


def _insert_file(connection: apsw.Connection, file: StoredFile, now: datetime) -> None:
    insert(
        connection,
        "files",
        {
            "id": file.id,
            "kind": file.kind,
            "name": file.name,
            "mime": file.mime,
            "size": file.size,
            "sha256": file.sha256,
            "owner_id": file.owner_id,
            "created_at": to_iso(now),
        },
        on_conflict="IGNORE",
    )


def write_events(connection: apsw.Connection, events: Iterable[Event], machine_id: str) -> None:
    for event in events:
        insert(
            connection,
            "events",
            {
                "id": event.id,
                "stream": event.stream,
                "machine_id": machine_id,
                "ts": to_iso(event.ts),
                "level": event.level.value,
                "kind": event.kind.value,
                "msg": event.message,
                "details": json.dumps(dict(event.details), ensure_ascii=False),
            },
            on_conflict="IGNORE",
        )
