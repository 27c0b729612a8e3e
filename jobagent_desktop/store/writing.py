"""Writes a `Changes` value inside the caller's transaction, whichever piece of work it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

import apsw

from jobagent_desktop.domain.changes import ApplicationChange, Changes, Found, SearchRan, StoredFile
from jobagent_desktop.domain.codec import to_json
from jobagent_desktop.domain.duplicates import content_key
from jobagent_desktop.domain.event import Event
from jobagent_desktop.domain.folding import folded
from jobagent_desktop.domain.identity import application_id
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.states import ApplicationStatus, JobStatus, check_application
from jobagent_desktop.domain.task import preview_task
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.store import mapping
from jobagent_desktop.store.connection import Row, row, rows, scalar
from jobagent_desktop.store.queue_rows import insert, insert_task, requeue

_UNDECIDED = frozenset(
    {ApplicationStatus.FOUND, ApplicationStatus.MATCHED, ApplicationStatus.PREPARING, ApplicationStatus.PREVIEW_READY}
)
"""Statuses in which a posting that is gone closes the application."""


def write_changes(connection: apsw.Connection, changes: Changes, now: datetime, machine_id: str) -> None:
    """Writes everything in `changes`. Raises `IllegalTransition` when an application may not become what it says."""
    for posting in changes.postings:
        upsert_posting(connection, posting, now)
    if changes.found is not None:
        write_found(connection, changes.found, now)
    for job_id, status in changes.job_status:
        set_job_status(connection, job_id, status, now)
    for change in changes.applications:
        change_application(connection, change, now)
    if changes.search_ran is not None:
        _write_search_ran(connection, changes.search_ran, now)
    for task in changes.tasks:
        insert_task(connection, task, now)
    for file in changes.files:
        _insert_file(connection, file, now)
    write_events(connection, changes.events, machine_id)


def upsert_posting(connection: apsw.Connection, posting: Posting, now: datetime) -> None:
    """Writes a posting, open from now on. One that was seen elsewhere before becomes a duplicate of the first."""
    job_id, key, stamp = posting.job_id, content_key(posting), to_iso(now)
    values = mapping.posting_values(posting) | {"content_hash": key, "seen_at": stamp, "updated_at": stamp}
    known = row(connection, "SELECT status FROM jobs WHERE id = ?", (job_id,))
    if known is not None:
        values["status"] = JobStatus.OPEN.value
        assignments = ", ".join(f"{column} = ?" for column in values)
        connection.execute(f"UPDATE jobs SET {assignments} WHERE id = ?", (*values.values(), job_id))  # noqa: S608 - own names
        _index(connection, job_id, posting)
        return
    original = scalar(
        connection,
        "SELECT id FROM jobs WHERE content_hash = ? AND duplicate_of IS NULL AND status = 'open' ORDER BY n LIMIT 1",
        (key,),
    )
    insert(connection, "jobs", values | {"id": job_id, "duplicate_of": original, "created_at": stamp})
    _index(connection, job_id, posting)


def _index(connection: apsw.Connection, job_id: str, posting: Posting) -> None:
    words = folded(" ".join((posting.title, posting.company, posting.location, posting.description)))
    connection.execute("INSERT OR REPLACE INTO jobs_fts (rowid, words) SELECT n, ? FROM jobs WHERE id = ?", (words, job_id))


def insert_application(connection: apsw.Connection, job_id: str, profile_id: str, now: datetime) -> str:
    """The id of the one application of this person to this job, made if it is not there."""
    identity = application_id(job_id, profile_id)
    insert(
        connection,
        "applications",
        {
            "id": identity,
            "job_id": job_id,
            "profile_id": profile_id,
            "status": ApplicationStatus.FOUND.value,
            "created_at": to_iso(now),
            "updated_at": to_iso(now),
        },
        on_conflict="IGNORE",
    )
    return identity


def write_found(connection: apsw.Connection, found: Found, now: datetime) -> None:
    seen: set[str] = set()
    for posting in found.postings:
        upsert_posting(connection, posting, now)
        seen.add(posting.job_id)
        original = scalar(connection, "SELECT coalesce(duplicate_of, id) FROM jobs WHERE id = ?", (posting.job_id,))
        application = insert_application(connection, original, found.profile_id, now)
        task = preview_task(application, wanted=found.wanted, likely=posting.job_id in found.likely)
        insert_task(connection, task, now)
        status = scalar(connection, "SELECT status FROM applications WHERE id = ?", (application,))
        if status == ApplicationStatus.CLOSED.value:
            back = ApplicationChange(application, status=ApplicationStatus.FOUND, stage="Posting is back", error="")
            change_application(connection, back, now)
            requeue(connection, application, now)
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
    elsewhere = scalar(connection, "SELECT 1 FROM jobs WHERE duplicate_of = ? AND status = 'open'", (job_id,))
    if elsewhere:
        return
    for application in rows(connection, "SELECT id, status FROM applications WHERE job_id = ?", (job_id,)):
        if ApplicationStatus(application["status"]) in _UNDECIDED:
            change_application(
                connection, ApplicationChange(application["id"], status=ApplicationStatus.CLOSED, stage="Posting is gone"), now
            )


def change_application(connection: apsw.Connection, change: ApplicationChange, now: datetime) -> None:
    """Writes the fields that are set. Progress only grows while the status stays on its way to the preview."""
    old = row(connection, "SELECT status, before_skip, progress FROM applications WHERE id = ?", (change.id,))
    if old is None:
        return
    status = ApplicationStatus(old["status"])
    if change.only_from and status not in change.only_from:
        return
    values: Row = {"updated_at": to_iso(now)}
    if change.status is not None:
        check_application(status, change.status)
        values["status"] = change.status.value
        if change.status is ApplicationStatus.SKIPPED and status is not ApplicationStatus.SKIPPED:
            values["before_skip"] = status.value
    if change.progress is not None:
        values["progress"] = max(change.progress, old["progress"])
    for column, text in (
        ("stage", change.stage),
        ("error", change.error),
        ("resume_file", change.resume_file),
        ("cover_file", change.cover_file),
    ):
        if text is not None:
            values[column] = text
    if change.match is not None:
        values |= {"match": to_json(change.match), "score": change.match.score}
    if change.draft is not None:
        values["draft"] = to_json(change.draft)
    assignments = ", ".join(f"{column} = ?" for column in values)
    connection.execute(
        f"UPDATE applications SET {assignments}, rev = rev + 1 WHERE id = ?",  # noqa: S608 - own names
        (*values.values(), change.id),
    )


def _write_search_ran(connection: apsw.Connection, ran: SearchRan, now: datetime) -> None:
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
