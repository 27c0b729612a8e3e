"""A worker with a real store and a still clock, for what becomes of its disk."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from jobagent_desktop.domain.changes import Changes
from jobagent_desktop.domain.event import EventKind
from jobagent_desktop.domain.task import Claim, NewTask, Step, TaskKind, keyed_ulid
from jobagent_desktop.services.ports import Worker
from jobagent_desktop.services.task_manager import Lane, StepDone, TaskScheduler, Trouble
from jobagent_desktop.store.ballast import Ballast
from jobagent_desktop.store.connection import rows
from jobagent_desktop.store.store import Store
from tests.fakes.heard import Heard
from tests.fakes.still_clock import StillClock


class Desk:
    """A worker with a queue of previews. `result_bytes`: how large each step's result is."""

    def __init__(self, folder: Path, result_bytes: int = 200_000) -> None:
        self._result_bytes = result_bytes
        self.clock, self.heard = StillClock(), Heard()
        self.ballast = Ballast(folder / "ballast")
        worker = Worker("machine", "one")
        self.store = Store(folder / "jobagent.db", worker, self.clock, self.heard, self.ballast)
        self.ran = 0
        self.troubles: list[Trouble] = []
        self.scheduler = TaskScheduler(
            ledger=self.store,
            worker=worker,
            clock=self.clock,
            rng=random.Random(1),
            lanes={TaskKind.PREVIEW: Lane(self._step, 2, self._trouble)},
            is_abandoned=lambda _nonce: False,
            before_claim=self._prepare,
            run_alone=self._alone,
            has_room=self.store.has_room,
        )

    async def _prepare(self) -> None: ...

    async def _alone(self, _task_id: str, _stop: asyncio.Event) -> bool:
        raise AssertionError("nothing here kills a worker")

    async def _step(self, _claim: Claim, _step: Step, _done: Mapping[str, str]) -> StepDone:
        self.ran += 1
        return StepDone(json.dumps(secrets.token_hex(self._result_bytes // 2)))

    def _trouble(self, trouble: Trouble) -> Changes:
        self.troubles.append(trouble)
        return Changes()

    async def queue(self, count: int) -> None:
        tasks = tuple(NewTask(keyed_ulid(str(number)), TaskKind.PREVIEW, str(number)) for number in range(count))
        await self.store.enqueue(Changes(tasks=tasks))

    async def statuses(self) -> list[str]:
        return await self.store._db.read(lambda c: [r["status"] for r in rows(c, "SELECT status FROM tasks")])

    async def pass_time(self, most: float, until: Callable[[], bool] = lambda: False) -> float:
        """Moves the clock second by second; answers how many it took."""
        passed = 0.0
        while passed < most and not until():
            for _ in range(20):
                await asyncio.sleep(0)
                await self.store.backlog([TaskKind.PREVIEW])  # the thread that reads has done what it was given,
                await self.store.catch_up()  # and so has the one that writes: no clock runs ahead of a slow disk
            self.clock.move(1)
            passed += 1
        return passed

    def told(self, *kinds: EventKind) -> list[EventKind]:
        """Which of these kinds were told, in order."""
        return [kind for kind in self.heard.kinds() if kind in kinds]
