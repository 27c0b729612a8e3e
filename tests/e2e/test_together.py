"""Two workers and a dozen commands on one data folder at the same time: nobody is locked out, nothing is done twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jobagent_desktop.config import resource
from jobagent_desktop.store.connection import open_reader, rows
from tests.e2e.conftest import PATIENCE_MS, Program
from tests.fakes.command_line import answer, jobagent, start

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no polite signal for a process without a window"),
]

Done = subprocess.CompletedProcess[str]


class Worker:
    """A process that works the queue until it is asked to stop, and what it wrote."""

    def __init__(self, data: Path) -> None:
        self.process = start(data, "run")
        self.lines: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(pipe,)) for pipe in (self.process.stdout, self.process.stderr)
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, pipe: Any) -> None:
        with pipe:
            self.lines.extend(pipe)

    def began(self) -> list[tuple[str, str]]:
        entries = [json.loads(line) for line in self.lines if line.startswith("{")]
        return [(e["task_id"], e["step"]) for e in entries if e["event"] == "step starts"]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(90)
        for reader in self._readers:
            reader.join()
        return code


def at_once(data: Path, commands: Sequence[Sequence[str]]) -> list[Done]:
    with ThreadPoolExecutor(len(commands)) as pool:
        running = [pool.submit(jobagent, data, "--json", *command) for command in commands]
        return [each.result() for each in running]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def work_together(data: Path) -> None:
    assert jobagent(data, "import-cv", str(resource("demo", "cv.pdf"))).returncode == 0
    workers = [Worker(data), Worker(data)]
    said: list[Done] = []
    try:
        said += at_once(data, [["search", "--board", "demo"], ["search", "--board", "demo"], ["status"], ["list"]])
        assert [done.returncode for done in said] == [0] * 4, [done.stderr for done in said]
        until(lambda: answer(data, "status")["applications"].get("preview_ready", 0) >= 2)
        said += at_once(data, [["pause"]])  # so that some are left, however fast this machine is
        listed = [(row["id"], row["status"]) for row in answer(data, "list", "--limit", "500")]
        ready = [application for application, status in listed if status == "preview_ready"]
        waiting = [application for application, status in listed if status == "found"]

        told = at_once(data, [["resume"], ["skip", ready[1]], ["skip", waiting[-1]], ["cancel", waiting[-2]], ["doctor"]])
        approvals = at_once(data, [["approve", ready[0]]] * 3)
        assert sorted(done.returncode for done in approvals) == [0, 1, 1], "once; the others are told that it has moved on"
        told += at_once(data, [["pause"], ["status"], ["pause"]])
        assert [done.returncode for done in told] == [0] * 8, [done.stderr for done in told]
        assert answer(data, "status")["paused"] is True
        resumed = at_once(data, [["resume"], ["status"], ["list"]])
        assert [done.returncode for done in resumed] == [0] * 3
        cancelled = at_once(data, [["cancel", "--all"], ["cancel", "--all"], ["list"]])
        assert [done.returncode for done in cancelled] == [0] * 3, [done.stderr for done in cancelled]
        said += [*approvals, *told, *resumed, *cancelled]
    finally:
        codes = [worker.stop() for worker in workers]
    assert codes == [0, 0]

    written = "".join([*(done.stderr for done in said), *(line for worker in workers for line in worker.lines)])
    for trouble in ("locked", "busy with another", "Traceback", "rescued"):
        assert trouble not in written
    began = Counter(step for worker in workers for step in worker.began())
    assert began
    assert max(began.values()) == 1, "a step was begun twice"
    with closing(open_reader(data / "jobagent.db")) as connection:
        events = Counter((r["kind"], r["msg"]) for r in rows(connection, "SELECT kind, msg FROM events"))
        kinds = Counter(kind for kind, _ in events.elements())
        tasks = rows(connection, "SELECT subject_id, kind, status FROM tasks WHERE status = 'processing'")
        doubled = rows(connection, "SELECT job_id FROM applications GROUP BY job_id, profile_id HAVING count(*) > 1")
        status = {r["id"]: r["status"] for r in rows(connection, "SELECT id, status FROM applications")}
    assert (tasks, doubled) == ([], [])
    assert status[ready[0]] == "approved"
    assert (status[ready[1]], status[waiting[-1]]) == ("skipped", "skipped")
    assert events["application_changed", "You approved this application."] == 1
    assert events["application_changed", "You skipped this job."] == 2
    assert (kinds["queue_paused"], kinds["queue_resumed"]) == (3, 2), "each command was carried out once"
    count = sum(json.loads(done.stdout)["cancelled"] for done in (told[3], *cancelled[:2]))
    assert kinds["task_cancelled"] == count


def test_two_workers_and_commands_beside_an_open_window(program: Program, tmp_path: Path) -> None:
    """The window's own engine is a third worker."""
    with ThreadPoolExecutor(1) as pool:
        scene = pool.submit(work_together, tmp_path)
        program.qtbot.waitUntil(scene.done, timeout=4 * PATIENCE_MS)
        scene.result()
    program.qtbot.waitUntil(
        lambda: program.window.counts.applications == program.queries.counts().applications, timeout=PATIENCE_MS
    )
