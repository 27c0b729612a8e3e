"""The queue's words: tasks, claims, steps and outcomes, and the ids of their rows.

Row ids in `task_claims`: `{task}.{nnn}.s` a claim starts, `{task}.{nnn}.e` it ended, `{task}.{step}` a step is finished.
Each is written once; "insert a row with this id; exactly one caller succeeds" is what decides every race.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from jobagent_desktop.domain.identity import keyed_ulid
from jobagent_desktop.domain.states import TaskStatus

HEARTBEAT_S = 10.0
"""Seconds between heartbeats on SQLite."""
LEASE_S = 300.0
"""A lease whose heartbeat has not changed for this long, on the observer's monotonic clock, is dead."""
SELF_FENCE_S = 240.0
"""A worker that could not heartbeat for this long starts no new side effect."""
CRASHES_SUSPECT = 2
"""After this many worker deaths in a row in the same step, the task runs alone."""
CRASHES_DEAD = 3
"""After this many, it is dead-lettered."""
MAX_ATTEMPTS = 5
BACKOFF_BASE_S = 2.0
BACKOFF_CAP_S = 600.0


class TaskKind(StrEnum):
    SEARCH = "search"
    PREVIEW = "preview"
    APPLY = "apply"
    SYNC = "sync"
    HOUSEKEEPING = "housekeeping"


class Step(StrEnum):
    """Names of at most 9 letters: they are part of row ids."""

    LIST = "list"
    FETCH = "fetch"
    MATCH = "match"
    TAILOR = "tailor"
    LETTER = "letter"
    RENDER = "render"
    FILL = "fill"
    SUBMIT = "submit"


STEPS: dict[TaskKind, tuple[Step, ...]] = {
    TaskKind.SEARCH: (Step.LIST,),
    TaskKind.PREVIEW: (Step.FETCH, Step.MATCH, Step.TAILOR, Step.LETTER, Step.RENDER),
}


class Outcome(StrEnum):
    """How a claim ended. `retry`, `wait`, `released` and `expired` allow a next attempt; the others are final."""

    DONE = "done"
    RETRY = "retry"
    WAIT = "wait"
    RELEASED = "released"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


FINAL_OUTCOMES = frozenset({Outcome.DONE, Outcome.FAILED, Outcome.CANCELLED})


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to put in the queue. The id decides: the same id twice is one task.

    `priority`: lower runs first. `run_after` None means now.
    """

    id: str
    kind: TaskKind
    subject_id: str
    payload: Mapping[str, Any] = field(default_factory=dict[str, Any])
    priority: int = 50
    run_after: datetime | None = None
    max_attempts: int = MAX_ATTEMPTS


def preview_task(application_id: str, generation: int = 0, *, wanted: bool = False, likely: bool = False) -> NewTask:
    """The task that prepares an application's preview; one for each generation (a retry is the next one).

    `wanted`: the user asked for this very job, so it is prepared whatever its score, and before the others. `likely`: it
    looks like what the user does, so it comes before those that do not.
    """
    return NewTask(
        id=keyed_ulid(f"preview:{application_id}:{generation}"),
        kind=TaskKind.PREVIEW,
        subject_id=application_id,
        payload={"generation": generation, "wanted": wanted},
        priority=20 if wanted else 40 if likely else 50,
    )


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the queue, as last projected. `attempt` counts claims; `crashes` deaths in a row in `crash_step`."""

    id: str
    kind: TaskKind
    subject_id: str
    payload: Mapping[str, Any]
    status: TaskStatus
    priority: int
    run_after: datetime | None
    attempt: int
    max_attempts: int
    crashes: int
    crash_step: str
    progress: int
    error: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at a task that this worker owns. `retries` counts the earlier attempts that ended in `retry`."""

    task: Task
    attempt: int
    nonce: str
    retries: int = 0

    @property
    def start_id(self) -> str:
        return claim_start_id(self.task.id, self.attempt)

    @property
    def end_id(self) -> str:
        return claim_end_id(self.task.id, self.attempt)


def claim_start_id(task_id: str, attempt: int) -> str:
    return f"{task_id}.{attempt:03d}.s"


def claim_end_id(task_id: str, attempt: int) -> str:
    return f"{task_id}.{attempt:03d}.e"


def step_id(task_id: str, step: str) -> str:
    return f"{task_id}.{step}"


def backoff_s(retries: int, rng: random.Random) -> float:
    """Seconds until the next try: exponential with full jitter, never below one second, never above ten minutes.

    Source: "Exponential Backoff And Jitter", AWS Architecture Blog.
    """
    return max(1.0, rng.uniform(0.0, min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2.0**retries)))
