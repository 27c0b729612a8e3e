"""Rows of the queue that more than the ledger writes: new tasks and finished steps."""

from __future__ import annotations

import json
from datetime import datetime

import apsw

from jobagent_desktop.domain.states import TaskStatus
from jobagent_desktop.domain.task import NewTask, Step, step_id
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.services.ports import DoneSteps
from jobagent_desktop.store import mapping
from jobagent_desktop.store.connection import Row, rows

LAST = "last"
"""The `stage` of a step's row after which the task is done, whatever steps would follow."""
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


def steps(connection: apsw.Connection, task_id: str) -> DoneSteps:
    prefix = len(task_id) + 1
    found = rows(connection, "SELECT id, result, stage FROM task_claims WHERE task_id = ? AND outcome = 'step'", (task_id,))
    return DoneSteps({r["id"][prefix:]: r["result"] for r in found}, any(r["stage"] == LAST for r in found))


def copy_steps(connection: apsw.Connection, old_task: str, new_task: str, now: datetime) -> frozenset[str]:
    """Gives a new task the finished steps of an old one, but not the documents: they are drawn again from what is there."""
    copied = [name for name in steps(connection, old_task).results if name != Step.RENDER]
    for name in copied:
        connection.execute(
            """
            INSERT INTO task_claims (id, task_id, attempt, machine_id, nonce, outcome, result, created_at)
            SELECT ?, ?, 0, machine_id, nonce, outcome, result, ? FROM task_claims WHERE id = ?
            """,
            (step_id(new_task, name), new_task, to_iso(now), step_id(old_task, name)),
        )
    return frozenset(copied)
