"""The claim protocol on SQLite: rows inserted once decide who works, what is finished and how it ended.

Every function runs inside the caller's transaction. The `tasks` row is a projection that follows the inserts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import apsw

from jobagent_desktop.domain.changes import ApplicationChange, Changes, SearchRan
from jobagent_desktop.domain.errors import Fenced
from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.domain.states import ON_THE_WAY, ApplicationStatus, TaskStatus, check_task
from jobagent_desktop.domain.task import (
    CRASHES_DEAD,
    CRASHES_SUSPECT,
    FINAL_OUTCOMES,
    STEPS,
    Claim,
    Outcome,
    TaskKind,
    claim_end_id,
    claim_start_id,
    step_id,
)
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.services.ports import Beat, Ending, FinishedStep, OpenClaim, Suspect, Worker
from jobagent_desktop.store import mapping
from jobagent_desktop.store.application_rows import change_application
from jobagent_desktop.store.closed_sites import WAITS_FOR_SITES
from jobagent_desktop.store.connection import Row, row, rows, scalar
from jobagent_desktop.store.queue_rows import LAST, insert
from jobagent_desktop.store.retention import CLAIMS_KEPT
from jobagent_desktop.store.writing import write_changes, write_events, write_search_ran

PAUSED_KEY = "queue.paused"

_STATUS_AFTER: dict[Outcome, TaskStatus] = {
    Outcome.DONE: TaskStatus.DONE,
    Outcome.RETRY: TaskStatus.PENDING,
    Outcome.WAIT: TaskStatus.WAITING,
    Outcome.RELEASED: TaskStatus.PENDING,
    Outcome.FAILED: TaskStatus.FAILED,
    Outcome.CANCELLED: TaskStatus.CANCELLED,
    Outcome.EXPIRED: TaskStatus.PENDING,
}

_OPEN_CLAIMS = """
    SELECT s.task_id, s.attempt, s.machine_id, s.nonce, s.hb, s.stage
    FROM tasks t JOIN task_claims s ON s.id = t.id || '.' || printf('%03d', t.attempt) || '.s'
    WHERE t.status = 'processing'
      AND NOT EXISTS (SELECT 1 FROM task_claims e WHERE e.id = t.id || '.' || printf('%03d', t.attempt) || '.e')
"""

REPAIRED_FOR = CLAIMS_KEPT - timedelta(days=10)
"""How long after its end a task is still looked at: well before the first of its claims is let go."""
_PERHAPS_WRONG = """
    SELECT id, status, attempt FROM tasks WHERE status NOT IN ('done', 'failed', 'cancelled')
    UNION ALL
    SELECT id, status, attempt FROM tasks t WHERE status IN ('done', 'failed', 'cancelled')
      AND (finished_at IS NULL OR finished_at > ?)
      AND (
        NOT EXISTS (
            SELECT 1 FROM task_claims e WHERE e.id = t.id || '.' || printf('%03d', t.attempt) || '.e' AND e.outcome = t.status
        )
        OR EXISTS (SELECT 1 FROM task_claims s WHERE s.id = t.id || '.' || printf('%03d', t.attempt + 1) || '.s')
      )
      AND EXISTS (SELECT 1 FROM task_claims c WHERE c.task_id = t.id AND c.id LIKE '%.s')
"""


def is_paused(connection: apsw.Connection) -> bool:
    return scalar(connection, "SELECT value FROM settings WHERE id = ?", (PAUSED_KEY,)) == "true"


def claim_due(connection: apsw.Connection, worker: Worker, want: Mapping[TaskKind, int], now: datetime) -> list[Claim]:
    """Claims what is due, first by priority, then by age."""
    if is_paused(connection):
        return []
    return [
        _claim(connection, worker, candidate, now)
        for kind, room in want.items()
        for candidate in _due(connection, kind, room, now, "crashes < :deaths")
    ]


def claim_one(connection: apsw.Connection, worker: Worker, task_id: str, now: datetime) -> Claim | None:
    found = row(connection, "SELECT kind FROM tasks WHERE id = ?", (task_id,))
    if found is None or is_paused(connection):
        return None
    due = _due(connection, TaskKind(found["kind"]), 1, now, ":deaths > 0 AND id = :id", task_id)
    return _claim(connection, worker, due[0], now) if due else None


def suspect(connection: apsw.Connection, kinds: Collection[TaskKind], now: datetime) -> Suspect | None:
    """The first due task of these kinds that must run alone."""
    if is_paused(connection):
        return None
    found = (r for kind in kinds for r in _due(connection, kind, 1, now, "crashes >= :deaths"))
    return next((Suspect(r["id"], r["attempt"]) for r in found), None)


def _due(connection: apsw.Connection, kind: TaskKind, room: int, now: datetime, condition: str, task_id: str = "") -> list[Row]:
    """`condition` is one of this module's own; `:deaths` in it is the number of them that makes a suspect."""
    if room <= 0:
        return []
    return rows(
        connection,
        f"""
        SELECT * FROM tasks
        WHERE kind = :kind AND {condition} AND (
            (status = 'pending' AND (run_after IS NULL OR run_after <= :now))
            OR (status = 'waiting' AND run_after <= :now)
        ) AND NOT {WAITS_FOR_SITES}
        ORDER BY priority, created_at, id LIMIT :room
        """,  # noqa: S608 - the condition is not from outside
        {"kind": kind.value, "now": to_iso(now), "room": room, "deaths": CRASHES_SUSPECT, "id": task_id},
    )


def _claim(connection: apsw.Connection, worker: Worker, candidate: Row, now: datetime) -> Claim:
    task_id, attempt = candidate["id"], candidate["attempt"] + 1
    first = next((step for step in STEPS.get(TaskKind(candidate["kind"]), ()) if not _has_step(connection, task_id, step)), "")
    # Inside one immediate transaction nobody else can have taken this attempt: a taken id would be a bug, and raises.
    insert(
        connection,
        "task_claims",
        {
            "id": claim_start_id(task_id, attempt),
            "task_id": task_id,
            "attempt": attempt,
            "machine_id": worker.machine_id,
            "nonce": worker.nonce,
            "stage": str(first),
            "created_at": to_iso(now),
        },
    )
    check_task(TaskStatus(candidate["status"]), TaskStatus.PROCESSING)
    connection.execute(
        """
        UPDATE tasks SET status = 'processing', attempt = ?, machine_id = ?, run_after = NULL, error = '',
            updated_at = ?, rev = rev + 1
        WHERE id = ?
        """,
        (attempt, worker.machine_id, to_iso(now), task_id),
    )
    retries = int(
        scalar(connection, "SELECT count(*) FROM task_claims WHERE task_id = ? AND outcome = ?", (task_id, Outcome.RETRY.value))
    )
    task = mapping.task(candidate | {"status": "processing", "attempt": attempt, "run_after": None, "error": ""})
    return Claim(task=task, attempt=attempt, nonce=worker.nonce, retries=retries)


def _has_step(connection: apsw.Connection, task_id: str, step: str) -> bool:
    return scalar(connection, "SELECT 1 FROM task_claims WHERE id = ?", (step_id(task_id, step),)) is not None


def is_held(connection: apsw.Connection, claim: Claim) -> bool:
    """Whether the claim is started by this worker and not ended by anybody."""
    started = row(connection, "SELECT nonce FROM task_claims WHERE id = ?", (claim.start_id,))
    ended = scalar(connection, "SELECT 1 FROM task_claims WHERE id = ?", (claim.end_id,))
    return started is not None and started["nonce"] == claim.nonce and ended is None


def finish_step(connection: apsw.Connection, worker: Worker, finished: FinishedStep, now: datetime) -> str | None:
    """Writes a finished step. None when it is new; the stored result when somebody had finished it before.

    A finished step shows that the task does not kill workers, so it ends the count of crashes. Raises `Fenced` when the
    claim is no longer held.
    """
    claim = finished.claim
    if not is_held(connection, claim):
        raise Fenced("Another worker has taken over this task.")
    identity = step_id(claim.task.id, finished.step)
    stored = row(connection, "SELECT result FROM task_claims WHERE id = ?", (identity,))
    if stored is not None:
        # It is no news, but it shows that the worker lives; its own clock counts from here too.
        connection.execute("UPDATE task_claims SET hb = hb + 1 WHERE id = ?", (claim.start_id,))
        return str(stored["result"])
    insert(
        connection,
        "task_claims",
        {
            "id": identity,
            "task_id": claim.task.id,
            "attempt": claim.attempt,
            "machine_id": worker.machine_id,
            "nonce": worker.nonce,
            "outcome": "step",
            "stage": "" if finished.next_step else LAST,
            "result": finished.result,
            "created_at": to_iso(now),
        },
    )
    connection.execute(
        "UPDATE task_claims SET hb = hb + 1, stage = ?, progress = ? WHERE id = ?",
        (finished.next_step, finished.progress, claim.start_id),
    )
    connection.execute(
        """
        UPDATE tasks SET progress = max(progress, ?), crashes = 0, crash_step = '', updated_at = ?, rev = rev + 1
        WHERE id = ?
        """,
        (finished.progress, to_iso(now), claim.task.id),
    )
    return None


def end_claim(connection: apsw.Connection, worker: Worker, ending: Ending, now: datetime) -> bool:
    """Ends a claim and projects the task. False when somebody else ended it: the late result is kept as an orphan."""
    claim = ending.claim
    if not is_held(connection, claim):
        keep_orphan(connection, claim, "", ending.outcome.value, json.dumps({"error": ending.error}), now)
        return False
    _insert_end(connection, worker, claim.task.id, claim.attempt, ending.outcome, {"error": ending.error}, now)
    _project_end(connection, claim.task.id, ending.outcome, ending.error, ending.run_after, now)
    return True


def _insert_end(
    connection: apsw.Connection, worker: Worker, task_id: str, attempt: int, outcome: Outcome, result: Row, now: datetime
) -> None:
    insert(
        connection,
        "task_claims",
        {
            "id": claim_end_id(task_id, attempt),
            "task_id": task_id,
            "attempt": attempt,
            "machine_id": worker.machine_id,
            "nonce": worker.nonce,
            "outcome": outcome.value,
            "result": json.dumps(result, ensure_ascii=False),
            "created_at": to_iso(now),
        },
    )


def _project_end(
    connection: apsw.Connection, task_id: str, outcome: Outcome, error: str, run_after: datetime | None, now: datetime
) -> None:
    status = _STATUS_AFTER[outcome]
    connection.execute(
        """
        UPDATE tasks SET status = ?, error = ?, run_after = ?, finished_at = ?, machine_id = NULL, updated_at = ?, rev = rev + 1
        WHERE id = ?
        """,
        (
            status.value,
            error,
            mapping.iso(run_after),
            to_iso(now) if outcome in FINAL_OUTCOMES else None,
            to_iso(now),
            task_id,
        ),
    )


def keep_orphan(connection: apsw.Connection, claim: Claim, step: str, outcome: str, result: str, now: datetime) -> None:
    """Keeps a result that came too late to count, for a person to look at."""
    connection.execute(
        "INSERT INTO orphan_results (claim_id, nonce, step, outcome, result, ts) VALUES (?, ?, ?, ?, ?, ?)",
        (claim.start_id, claim.nonce, step, outcome, result, to_iso(now)),
    )


def heartbeat(connection: apsw.Connection, beats: Iterable[Beat], now: datetime) -> frozenset[str]:
    held: set[str] = set()
    for beat in beats:
        if not is_held(connection, beat.claim):
            continue
        held.add(beat.claim.start_id)
        connection.execute(
            "UPDATE task_claims SET hb = hb + 1, stage = ?, progress = ? WHERE id = ?",
            (beat.step, beat.progress, beat.claim.start_id),
        )
        connection.execute("UPDATE tasks SET updated_at = ? WHERE id = ?", (to_iso(now), beat.claim.task.id))
    return frozenset(held)


def open_claims(connection: apsw.Connection) -> list[OpenClaim]:
    return [
        OpenClaim(r["task_id"], r["attempt"], r["machine_id"], r["nonce"], r["hb"], r["stage"])
        for r in rows(connection, _OPEN_CLAIMS)
    ]


def expire(
    connection: apsw.Connection, worker: Worker, claim: OpenClaim, event_id: str, now: datetime, *, witnessed: bool
) -> bool:
    """Ends a dead worker's claim, unless it has moved or ended since. Counts the death against the step it was in.

    A suspect's count stays below the end unless the death was witnessed.
    """
    start = row(connection, "SELECT hb FROM task_claims WHERE id = ?", (claim.start_id,))
    ended = scalar(connection, "SELECT 1 FROM task_claims WHERE id = ?", (claim_end_id(claim.task_id, claim.attempt),))
    task = row(connection, "SELECT * FROM tasks WHERE id = ?", (claim.task_id,))
    if start is None or task is None or ended is not None or start["hb"] != claim.hb:
        return False
    crashes = task["crashes"] + 1 if task["crash_step"] == claim.step else 1
    if not witnessed:
        crashes = min(crashes, CRASHES_SUSPECT)
    dead = crashes >= CRASHES_DEAD
    error = "Working on this stopped the program several times, so it was set aside. Try it again, or skip it." if dead else ""
    outcome = Outcome.FAILED if dead else Outcome.EXPIRED
    _insert_end(
        connection, worker, claim.task_id, claim.attempt, outcome, {"error": error, "step": claim.step, "crashes": crashes}, now
    )
    _project_end(connection, claim.task_id, outcome, error, None, now)
    connection.execute("UPDATE tasks SET crashes = ?, crash_step = ? WHERE id = ?", (crashes, claim.step, claim.task_id))
    if dead:
        change_application(
            connection,
            ApplicationChange(
                task["subject_id"], status=ApplicationStatus.FAILED, stage="Failed", error=error, only_from=ON_THE_WAY
            ),
            now,
        )
        if task["kind"] == TaskKind.SEARCH.value:
            write_search_ran(connection, SearchRan(task["subject_id"], now, error), now)
    message = error or "The program was stopped while it worked on this. It goes on from the last finished step."
    kind = EventKind.TASK_FAILED if dead else EventKind.TASK_RESCUED
    event = Event(
        event_id,
        task["subject_id"],
        now,
        kind,
        message,
        Level.ERROR if dead else Level.WARNING,
        {"task": claim.task_id, "step": claim.step},
    )
    write_events(connection, (event,), worker.machine_id)
    return True


def cancel(connection: apsw.Connection, worker: Worker, subject_id: str, kind: TaskKind, now: datetime) -> int:
    """Ends the open tasks of a subject as cancelled; what runs is fenced by the end row. Answers how many there were."""
    found = rows(
        connection,
        "SELECT * FROM tasks WHERE subject_id = ? AND kind = ? AND status IN ('pending', 'processing', 'waiting')",
        (subject_id, kind.value),
    )
    for task in found:
        if task["status"] == TaskStatus.PROCESSING.value:
            attempt = task["attempt"]
        else:
            # A claim that starts and ends at once, so that the claims alone tell that the task is over.
            attempt = task["attempt"] + 1
            _claim(connection, worker, task, now)
        if scalar(connection, "SELECT 1 FROM task_claims WHERE id = ?", (claim_end_id(task["id"], attempt),)) is None:
            _insert_end(connection, worker, task["id"], attempt, Outcome.CANCELLED, {}, now)
        _project_end(connection, task["id"], Outcome.CANCELLED, "", None, now)
    return len(found)


def cancel_all(
    connection: apsw.Connection, worker: Worker, kind: TaskKind, changes: Callable[[str], Changes], now: datetime
) -> int:
    """Cancels the open tasks of a kind, each with its subject's changes. Answers how many there were."""
    sql = "SELECT DISTINCT subject_id FROM tasks WHERE status IN ('pending', 'processing', 'waiting') AND kind = ?"
    count = 0
    for found in rows(connection, sql, (kind.value,)):
        count += cancel(connection, worker, found["subject_id"], kind, now)
        write_changes(connection, changes(found["subject_id"]), now, worker.machine_id)
    return count


def release_waiting(connection: apsw.Connection, now: datetime) -> int:
    """What waits is due now: what it waited for may have come."""
    connection.execute(
        "UPDATE tasks SET run_after = ?1, updated_at = ?1, rev = rev + 1 WHERE status = 'waiting'", (to_iso(now),)
    )
    return connection.changes()


def repair(connection: apsw.Connection, now: datetime) -> int:
    """Makes the status and attempt of every task agree with its claims; the highest claim wins.

    A task that is over is left alone once its claims may have been let go, and where there never were any here.
    """
    wrong = 0
    for task in rows(connection, _PERHAPS_WRONG, (to_iso(now - REPAIRED_FOR),)):
        last = row(
            connection,
            "SELECT attempt, machine_id FROM task_claims WHERE task_id = ? AND id LIKE '%.s' ORDER BY attempt DESC LIMIT 1",
            (task["id"],),
        )
        attempt = last["attempt"] if last else 0
        end = row(connection, "SELECT outcome, result FROM task_claims WHERE id = ?", (claim_end_id(task["id"], attempt),))
        if last is None:
            status = TaskStatus.PENDING
        else:
            status = _STATUS_AFTER[Outcome(end["outcome"])] if end else TaskStatus.PROCESSING
        if (status.value, attempt) == (task["status"], task["attempt"]):
            continue
        wrong += 1
        error = json.loads(end["result"]).get("error", "") if end else ""
        final = end is not None and Outcome(end["outcome"]) in FINAL_OUTCOMES
        connection.execute(
            """
            UPDATE tasks SET status = ?, attempt = ?, machine_id = ?, error = ?, finished_at = ?, updated_at = ?, rev = rev + 1
            WHERE id = ?
            """,
            (
                status.value,
                attempt,
                last["machine_id"] if last and not end else None,
                error,
                to_iso(now) if final else None,
                to_iso(now),
                task["id"],
            ),
        )
    return wrong


def turn(
    connection: apsw.Connection,
    worker: Worker,
    endings: Sequence[Ending],
    want: Mapping[TaskKind, int],
    now: datetime,
) -> list[Claim]:
    """Ends and claims in one transaction. What an ending changed is written only if the claim was still held."""
    for ending in endings:
        if end_claim(connection, worker, ending, now):
            write_changes(connection, ending.changes, now, worker.machine_id)
    return claim_due(connection, worker, want, now)
