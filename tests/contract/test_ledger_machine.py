"""The claim protocol under every order of events that Hypothesis thinks of, and proof that it would notice a missing fence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import apsw
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from jobagent_desktop.domain.task import Claim, TaskKind, step_id
from jobagent_desktop.services.ports import FinishedStep, OpenClaim, Worker
from jobagent_desktop.store import ledger
from jobagent_desktop.store.connection import Row, row, rows
from tests.fakes.ledger_machine import LedgerMachine

SETTINGS = settings(
    max_examples=100,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_the_ledger_keeps_the_protocol() -> None:
    run_state_machine_as_test(LedgerMachine, settings=SETTINGS)


# The same machine against ledgers that lack one thing each: it must notice.

real_due, real_finish, real_expire, real_repair = ledger._due, ledger.finish_step, ledger.expire, ledger.repair


def always_held(_connection: apsw.Connection, _claim: Claim) -> bool:
    return True


def without_fence(guarded: Callable[..., object]) -> Callable[..., object]:
    """One of the ledger's functions that takes every claim for held."""

    def unguarded(*arguments: object) -> object:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ledger, "is_held", always_held)
            return guarded(*arguments)

    return unguarded


def due_though_claimed(
    connection: apsw.Connection, kind: TaskKind, room: int, now: datetime, condition: str, task_id: str = ""
) -> list[Row]:
    due = real_due(connection, kind, room, now, condition, task_id)
    sql = "SELECT * FROM tasks WHERE status = 'processing' AND crashes = 0 AND kind = ? LIMIT ?"
    return due + rows(connection, sql, (kind.value, room)) if condition == "crashes < :deaths" else due


def written_twice(connection: apsw.Connection, worker: Worker, finished: FinishedStep, now: datetime) -> str | None:
    if ledger.is_held(connection, finished.claim):
        identity = step_id(finished.claim.task.id, finished.step)
        connection.execute("DELETE FROM task_claims WHERE id = ?", (identity,))
    return real_finish(connection, worker, finished, now)


def expired_though_moved(
    connection: apsw.Connection, worker: Worker, claim: OpenClaim, event_id: str, now: datetime, *, witnessed: bool
) -> bool:
    start = row(connection, "SELECT hb FROM task_claims WHERE id = ?", (claim.start_id,))
    assert start is not None
    return real_expire(connection, worker, replace(claim, hb=start["hb"]), event_id, now, witnessed=witnessed)


def always_witnessed(
    connection: apsw.Connection, worker: Worker, claim: OpenClaim, event_id: str, now: datetime, *, witnessed: bool
) -> bool:
    return real_expire(connection, worker, claim, event_id, now, witnessed=witnessed or claim.hb >= 0)


def never_repaired(connection: apsw.Connection, now: datetime) -> int:
    connection.execute("SAVEPOINT look")
    wrong = real_repair(connection, now)
    connection.execute("ROLLBACK TO look")
    connection.execute("RELEASE look")
    return wrong


@pytest.mark.parametrize(
    ("name", "broken", "noticed"),
    [
        ("is_held", always_held, "fenced worker|written again|beat answers wrongly"),
        ("finish_step", without_fence(ledger.finish_step), "a fenced worker finished a step"),
        ("end_claim", without_fence(ledger.end_claim), "written again"),
        ("heartbeat", without_fence(ledger.heartbeat), "beat answers wrongly"),
        ("_due", due_though_claimed, "before the last one's end"),
        ("finish_step", written_twice, "not what it was|was changed"),
        ("expire", expired_though_moved, "had moved"),
        ("expire", always_witnessed, "without a witness"),
        ("repair", never_repaired, "repair did not find the truth"),
    ],
)
def test_a_ledger_that_lacks_one_thing_is_found_out(
    monkeypatch: pytest.MonkeyPatch, name: str, broken: Callable[..., object], noticed: str
) -> None:
    monkeypatch.setattr(ledger, name, broken)
    # The first counterexample will do; making it small is for people.
    quick = settings(SETTINGS, phases=[Phase.generate], report_multiple_bugs=False, print_blob=False)
    with pytest.raises(AssertionError, match=noticed):
        run_state_machine_as_test(LedgerMachine, settings=quick)
