"""Rows of the queue that more than the ledger writes: new tasks, and previews that are queued again."""

from __future__ import annotations

import json
from datetime import datetime

import apsw

from jobagent_desktop.domain.states import TaskStatus
from jobagent_desktop.domain.task import NewTask, preview_task, step_id
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.store import mapping
from jobagent_desktop.store.connection import Row, row, rows

OPEN_STATUSES = (TaskStatus.PENDING.value, TaskStatus.PROCESSING.value, TaskStatus.WAITING.value)


def insert(connection: apsw.Connection, table: str, values: Row, *, on_conflict: str = "ABORT") -> bool:
    """Inserts one row. True when it was written; with `IGNORE`, False when its key was taken."""
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    # Table and column names are this module's own words, never a user's.
    connection.execute(f"INSERT OR {on_conflict} INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))  # noqa: S608
    return connection.changes() > 0


def insert_task(connection: apsw.Connection, task: NewTask, now: datetime) -> bool:
    """False when a task of this id exists already."""
    return insert(
        connection,
        "tasks",
        {
            "id": task.id,
            "kind": task.kind.value,
            "subject_id": task.subject_id,
            "payload": json.dumps(dict(task.payload), ensure_ascii=False),
            "status": TaskStatus.PENDING.value,
            "priority": task.priority,
            "run_after": mapping.iso(task.run_after),
            "max_attempts": task.max_attempts,
            "created_at": to_iso(now),
            "updated_at": to_iso(now),
        },
        on_conflict="IGNORE",
    )


def steps(connection: apsw.Connection, task_id: str) -> dict[str, str]:
    prefix = len(task_id) + 1
    found = rows(connection, "SELECT id, result FROM task_claims WHERE task_id = ? AND outcome = 'step'", (task_id,))
    return {r["id"][prefix:]: r["result"] for r in found}


def requeue(connection: apsw.Connection, application_id: str, now: datetime) -> bool:
    """Queues the next generation of a preview, with the finished steps of the last one. False when one is open."""
    last = row(
        connection,
        """
        SELECT id, status, payload FROM tasks WHERE subject_id = ? AND kind = 'preview'
        ORDER BY json_extract(payload, '$.generation') DESC LIMIT 1
        """,
        (application_id,),
    )
    generation = json.loads(last["payload"])["generation"] + 1 if last else 0
    if last is not None and last["status"] in OPEN_STATUSES:
        return False
    task = preview_task(application_id, generation, wanted=True)
    if insert_task(connection, task, now) and last is not None:
        for name, result in steps(connection, last["id"]).items():
            connection.execute(
                """
                INSERT INTO task_claims (id, task_id, attempt, machine_id, nonce, outcome, result, created_at)
                SELECT ?, ?, 0, machine_id, nonce, outcome, ?, ? FROM task_claims WHERE id = ?
                """,
                (step_id(task.id, name), task.id, result, to_iso(now), step_id(last["id"], name)),
            )
    return True
