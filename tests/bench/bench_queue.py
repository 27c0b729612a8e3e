"""How fast tasks go through the queue, beside a bare loop that commits as often on the same disk."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from statistics import median

from jobagent_desktop.domain.changes import Changes
from jobagent_desktop.domain.task import STEPS, Outcome, TaskKind, preview_task
from jobagent_desktop.services.ports import Ending, FinishedStep, Worker
from jobagent_desktop.services.system_clock import SystemClock
from jobagent_desktop.store.connection import open_writer, scalar
from jobagent_desktop.store.store import Store
from tests.bench.conftest import Tell
from tests.fakes.heard import Heard

TASKS = 60
ROUNDS = 3
WANT = {TaskKind.PREVIEW: 1}
RESULT = '"' + "x" * 2000 + '"'
"""About as long as a posting or a letter."""


async def through_the_queue(store: Store) -> int:
    """Works until nothing is due, as the dispatcher does: an ending and the next claim are one commit. Answers its commits."""
    names = STEPS[TaskKind.PREVIEW]
    commits, endings = 0, list[Ending]()
    while True:
        claims = await store.turn(endings, WANT)
        commits += bool(claims or endings)
        if not claims:
            return commits
        for n, name in enumerate(names):
            following = names[n + 1] if n + 1 < len(names) else ""
            await store.finish_step(FinishedStep(claims[0], name, RESULT, following, 20 * n + 20))
            commits += 1
        endings = [Ending(claims[0], Outcome.DONE)]


def bare_commits(path: Path, commits: int) -> float:
    """Seconds for as many commits of one row each, on a database opened in the same way."""
    with closing(open_writer(path)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, result TEXT NOT NULL)")
        started = time.perf_counter()
        for _ in range(commits):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO bare (result) VALUES (?)", (RESULT,))
            connection.execute("COMMIT")
        return time.perf_counter() - started


async def test_tasks_through_the_queue(tmp_path: Path, tell: Tell) -> None:
    store = Store(tmp_path / "jobagent.db", Worker("this-machine", "bench"), SystemClock(), Heard())
    await store.open()
    ours, bare = list[float](), list[float]()
    for turn in range(ROUNDS):
        await store.enqueue(Changes(tasks=tuple(preview_task(f"a{turn}-{n}") for n in range(TASKS))))
        started = time.perf_counter()
        commits = await through_the_queue(store)
        ours.append(time.perf_counter() - started)
        bare.append(bare_commits(tmp_path / "bare.db", commits))
    await store.close()
    with closing(open_writer(tmp_path / "jobagent.db")) as connection:
        assert scalar(connection, "SELECT count(*) FROM tasks WHERE status = 'done'") == TASKS * ROUNDS
        assert scalar(connection, "SELECT count(*) FROM task_claims WHERE outcome = 'step'") == TASKS * ROUNDS * 5
    tell("queue.tasks", TASKS / median(ours), ">=30/s")
    tell("queue.slower_than_bare_commits", median(ours) / median(bare), "<=4x")
