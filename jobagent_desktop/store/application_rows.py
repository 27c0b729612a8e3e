"""Rows of applications: one for a person and a job, changed as the state machine allows, prepared again on demand."""

from __future__ import annotations

import json
from datetime import datetime

import apsw

from jobagent_desktop.domain.changes import ApplicationChange
from jobagent_desktop.domain.codec import to_json
from jobagent_desktop.domain.identity import application_id
from jobagent_desktop.domain.states import PREPARATION, ApplicationStatus, TaskStatus, check_application
from jobagent_desktop.domain.task import Step, preview_task
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.store.connection import Row, row
from jobagent_desktop.store.queue_rows import OPEN_STATUSES, copy_steps, insert, insert_task, steps


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


def change_application(connection: apsw.Connection, change: ApplicationChange, now: datetime) -> bool:
    """Writes the fields that are set; progress only grows. False when the change does not apply any more."""
    old = row(connection, "SELECT status, resume_file, progress FROM applications WHERE id = ?", (change.id,))
    if old is None:
        return False
    status = ApplicationStatus(old["status"])
    if change.only_from and status not in change.only_from:
        return False
    if change.base_file is not None and change.base_file != old["resume_file"]:
        return False
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
    return True


def requeue(
    connection: apsw.Connection, identity: str, now: datetime, *, wanted: bool | None = None, fresh: bool = False
) -> bool:
    """Has a preview prepared again, from the finished steps of the last time unless `fresh`.

    The application goes back to where those steps left it. A task that is open already is only made due. `wanted` None
    keeps what the last task had. False when the preview is being prepared or due already.
    """
    last = row(
        connection,
        """
        SELECT id, status, run_after, payload FROM tasks WHERE subject_id = ? AND kind = 'preview'
        ORDER BY json_extract(payload, '$.generation') DESC LIMIT 1
        """,
        (identity,),
    )
    payload = json.loads(last["payload"]) if last else {"generation": -1, "wanted": False}
    is_wanted = bool(payload.get("wanted")) if wanted is None else wanted
    if last is not None and last["status"] in OPEN_STATUSES:
        hastened = _hasten(connection, last, now, wanted=is_wanted)
        if _is_on_the_way(connection, identity):
            return hastened
        _send_back(connection, identity, frozenset(steps(connection, last["id"]).results), now)
        return True
    task = preview_task(identity, payload["generation"] + 1, wanted=is_wanted)
    insert_task(connection, task, now)
    done = copy_steps(connection, last["id"], task.id, now) if last is not None and not fresh else frozenset[str]()
    _send_back(connection, identity, done, now)
    return True


def _status(connection: apsw.Connection, identity: str) -> ApplicationStatus:
    found = row(connection, "SELECT status FROM applications WHERE id = ?", (identity,))
    return ApplicationStatus(found["status"]) if found else ApplicationStatus.FOUND


def _is_on_the_way(connection: apsw.Connection, identity: str) -> bool:
    return _status(connection, identity) in PREPARATION


def _send_back(connection: apsw.Connection, identity: str, done: frozenset[str], now: datetime) -> None:
    """Moves the application to where the finished steps have brought it."""
    reached = PREPARATION[2 if Step.TAILOR in done else 1 if Step.MATCH in done else 0]
    status = _status(connection, identity)
    if status in PREPARATION:
        reached = max(status, reached, key=PREPARATION.index)
    elif status is ApplicationStatus.PREVIEW_READY:
        reached = ApplicationStatus.PREPARING
    change_application(connection, ApplicationChange(identity, status=reached, stage="Queued", error=""), now)


def _hasten(connection: apsw.Connection, task: Row, now: datetime, *, wanted: bool) -> bool:
    """Makes an open task due now. False when it runs or is due already."""
    if wanted:
        connection.execute(
            "UPDATE tasks SET payload = json_set(payload, '$.wanted', json('true')), priority = min(priority, 20) WHERE id = ?",
            (task["id"],),
        )
    waits = task["status"] == TaskStatus.WAITING.value or task["run_after"] is not None
    if waits:
        connection.execute(
            "UPDATE tasks SET run_after = ?, updated_at = ?, rev = rev + 1 WHERE id = ?", (to_iso(now), to_iso(now), task["id"])
        )
    return waits
