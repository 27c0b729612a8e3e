"""A worker that SIGSTOP has frozen past its lease: another process takes over, and the late write counts for nothing."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from jobagent_desktop.bootstrap import build_engine, open_workspace
from jobagent_desktop.domain.task import LEASE_S
from jobagent_desktop.services.task_manager import Until
from jobagent_desktop.store.connection import open_reader, rows
from tests.e2e.test_kill import queue_jobs
from tests.fakes.command_line import answer, environment
from tests.fakes.heard import Heard
from tests.fakes.still_clock import StillClock

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


async def rescue(data: Path) -> None:
    """What another process does, with its own clock: nothing before the lease is over, everything after it."""
    clock = StillClock()
    engine = build_engine(open_workspace(data, {}, clock), Heard())
    async with engine.opened():
        assert await engine._scheduler.sweep() == 0, "a stopped process keeps its lock"
        clock.move(LEASE_S - 1)
        assert await engine._scheduler.sweep() == 0
        clock.move(1)
        assert await engine._scheduler.sweep() == 1
        await engine.work(Until.DONE)
