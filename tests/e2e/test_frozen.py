"""A worker that SIGSTOP has frozen past its lease: another process takes over, and the late write counts for nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import apsw
import pytest

from jobagent_desktop.bootstrap import build_engine, open_workspace
from jobagent_desktop.domain.task import LEASE_S
from jobagent_desktop.services.task_manager import Until
from jobagent_desktop.store.connection import Row, open_reader, open_writer, rows
from jobagent_desktop.store.ledger import open_claims
from tests.e2e.test_kill import STEPS_EACH, Run, queue_jobs, whole_files
from tests.fakes.command_line import answer, environment
from tests.fakes.heard import Heard
from tests.fakes.still_clock import StillClock

JOBS = 3

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot freeze a process"),
]


def test_a_frozen_worker_is_rescued_and_its_late_write_is_rejected(tmp_path: Path) -> None:
    asyncio.run(queue_jobs(tmp_path, 1))
    go = tmp_path / "go"
    script = Path(__file__).with_name("slow_worker.py")
    frozen = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path), str(go)], env=environment(), stdout=subprocess.PIPE, text=True
    )
    assert frozen.stdout is not None
    assert frozen.stdout.readline() == "in the step\n"
    frozen.send_signal(signal.SIGSTOP)

    asyncio.run(rescue(tmp_path))
    assert answer(tmp_path, "status")["applications"] == {"preview_ready": 1}
    before = answer(tmp_path, "list")

    go.touch()
    frozen.send_signal(signal.SIGCONT)
    assert frozen.wait(60) == 0, "it finds itself fenced, and goes on living"
    frozen.stdout.close()
    with closing(open_reader(tmp_path / "jobagent.db")) as connection:
        orphans = rows(connection, "SELECT step, outcome FROM orphan_results")
        claims = rows(connection, "SELECT substr(id, 28) AS id, outcome FROM task_claims WHERE outcome <> 'step' ORDER BY id")
    assert orphans == [{"step": "match", "outcome": "step"}]
    assert [(r["id"], r["outcome"]) for r in claims if r["outcome"]] == [("001.e", "expired"), ("002.e", "done")]
    assert answer(tmp_path, "list") == before


def test_workers_frozen_at_random_points_do_no_harm_when_they_thaw(tmp_path: Path, freezes: int) -> None:
    rng = random.Random(20260302)
    for number in range(freezes):
        folder = tmp_path / str(number)
        frozen = frozen_in_a_step(folder, rng)
        try:
            asyncio.run(rescue(folder))
            before = told(folder)
            assert before.statuses == ["preview_ready"] * JOBS, f"lost at freeze {number}"
        except BaseException:
            frozen.kill_after(0)
            raise
        frozen.process.send_signal(signal.SIGCONT)
        assert frozen.join() == 0, "it finds itself fenced, and goes on living"
        after = told(folder)
        assert replace(after, orphans=[]) == replace(before, orphans=[]), f"freeze {number} had a second effect"
        assert len(set(after.steps)) == len(after.steps) == JOBS * STEPS_EACH
        assert sorted(after.done) == sorted(set(after.done)), "something was told twice"
        assert after.ends.count("expired") >= 1
        assert after.ends.count("done") == JOBS
        assert whole_files(folder) >= JOBS * 2, "a CV and a letter each"


def frozen_in_a_step(data: Path, rng: random.Random) -> Run:
    """A worker, stopped at a random moment at which it holds a claim and not the database's lock: that one nobody could take
    from it, and everybody would wait until it thaws.
    """
    data.mkdir()
    asyncio.run(queue_jobs(data, JOBS))
    run = Run(data)
    assert run.first_step.wait(90)
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.process.wait(rng.uniform(0.0, 0.15))
            run.join()  # it was quicker; so once more, from the start
            shutil.rmtree(data)
            return frozen_in_a_step(data, rng)
        run.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, run.process.pid, os.WSTOPPED | os.WNOWAIT)
        if holds_a_claim_only(data / "jobagent.db"):
            return run
        run.process.send_signal(signal.SIGCONT)


def holds_a_claim_only(database: Path) -> bool:
    with closing(open_writer(database)) as connection:
        connection.set_busy_timeout(50)
        try:
            connection.execute("BEGIN IMMEDIATE")
        except apsw.BusyError:
            return False
        connection.execute("ROLLBACK")
        return bool(open_claims(connection))


@dataclass(frozen=True)
class Told:
    """All that a worker could have done twice: what stands in the rows, and what was told."""

    statuses: list[str]
    applications: list[Row]
    steps: list[str]
    ends: list[str]
    done: list[str]
    orphans: list[str]


def told(data: Path) -> Told:
    with closing(open_reader(data / "jobagent.db")) as connection:

        def column(sql: str) -> list[str]:
            return [str(next(iter(r.values()))) for r in rows(connection, sql)]

        return Told(
            column("SELECT status FROM applications ORDER BY id"),
            rows(connection, "SELECT * FROM applications ORDER BY id"),
            column("SELECT id FROM task_claims WHERE outcome = 'step' ORDER BY id"),
            column("SELECT outcome FROM task_claims WHERE id LIKE '%.e' ORDER BY id"),
            column(
                "SELECT stream || kind || coalesce(json_extract(details, '$.step'), '') FROM events "
                "WHERE kind IN ('step_done', 'preview_ready') ORDER BY n"
            ),
            column("SELECT step FROM orphan_results ORDER BY id"),
        )


async def rescue(data: Path) -> None:
    """What another process does, with its own clock: nothing before the lease is over, everything after it."""
    clock = StillClock()
    engine = build_engine(open_workspace(data, {}, clock), Heard())
    async with engine.opened():
        assert await engine._scheduler.sweep() == 0, "a stopped process keeps its lock"
        clock.move(LEASE_S - 1)
        assert await engine._scheduler.sweep() == 0
        clock.move(1)
        assert await engine._scheduler.sweep() >= 1
        await engine.work(Until.DONE)
