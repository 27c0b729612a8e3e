"""A queue that is held claims nothing, whatever is due, until it is released; and the user's pause stays the user's."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from jobagent_desktop.domain.states import TaskStatus
from jobagent_desktop.domain.task import TaskKind
from jobagent_desktop.services.ports import Worker
from jobagent_desktop.services.task_manager import Lane, TaskScheduler, Until
from tests.fakes.still_clock import StillClock
from tests.unit.services.test_scheduler import ALL_STEPS, Desk


class HeldDesk(Desk):
    """A worker as it is after a crash loop."""

    def __init__(self, path: Path, clock: StillClock) -> None:
        super().__init__(path, "one", clock)
        self.scheduler = TaskScheduler(
            ledger=self.store,
            worker=Worker("machine", "one"),
            clock=clock,
            rng=random.Random(7),
            lanes={TaskKind.PREVIEW: Lane(self._step, 2, self._trouble)},
            is_abandoned=lambda nonce: nonce not in self.alive,
            before_claim=self._prepare,
            run_alone=self._alone,
            held=True,
        )


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncGenerator[HeldDesk]:
    desk = HeldDesk(tmp_path / "jobagent.db", StillClock())
    await desk.store.open()
    yield desk
    await desk.store.close()


async def rounds(desk: HeldDesk, number: int) -> None:
    for _ in range(number):
        desk.clock.move(1)
        for _ in range(5):
            await desk.store.backlog([TaskKind.PREVIEW])  # a round trip to the store's thread


async def test_nothing_is_claimed_until_the_release(desk: HeldDesk) -> None:
    await desk.queue("a", "b")
    work = asyncio.create_task(desk.scheduler.run(Until.DONE))
    await rounds(desk, 10)
    desk.scheduler.wake()
    await rounds(desk, 10)
    assert desk.ran == []
    assert desk.prepared == 0
    assert set((await desk.statuses()).values()) == {TaskStatus.PENDING}
    assert not await desk.store.is_paused()
    desk.scheduler.release()
    while not work.done():
        await rounds(desk, 1)
    await work
    assert sorted(desk.ran) == sorted((subject, step) for subject in "ab" for step in ALL_STEPS)


async def test_a_held_queue_stops_at_once(desk: HeldDesk) -> None:
    await desk.queue("a")
    work = asyncio.create_task(desk.scheduler.run())
    await rounds(desk, 3)
    desk.scheduler.request_stop()
    await asyncio.wait_for(work, 5)
    assert await desk.statuses() == {"a": TaskStatus.PENDING}


async def test_a_suspect_is_not_tried_either(desk: HeldDesk) -> None:
    await desk.queue("a")
    for nonce in ("dead 1", "dead 2"):
        other = Desk(Path(desk.store._db._path), nonce, desk.clock)
        await other.store.open()
        (claim,) = await other.store.turn([], {TaskKind.PREVIEW: 1})
        assert claim.task.subject_id == "a"
        await other.store.expire(await other.store.open_claims())
        await other.store.close()
        desk.clock.move(3600)
    assert await desk.store.suspect([TaskKind.PREVIEW]) is not None
    work = asyncio.create_task(desk.scheduler.run(Until.DONE))
    await rounds(desk, 10)
    assert desk.ran_alone == []
    desk.scheduler.release()
    while not work.done():
        await rounds(desk, 1)
    await work
    assert len(desk.ran_alone) == 1
