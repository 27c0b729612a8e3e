"""The scheduler on the real ledger, with steps that the test controls and a clock that it moves."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from jobagent_desktop.domain.changes import NOTHING, Changes
from jobagent_desktop.domain.errors import Blocked, NeedsUser, Permanent, PostingGone, Transient
from jobagent_desktop.domain.states import TaskStatus
from jobagent_desktop.domain.task import LEASE_S, MAX_ATTEMPTS, STEPS, Claim, NewTask, Step, TaskKind, keyed_ulid
from jobagent_desktop.services.ports import FinishedStep, Worker
from jobagent_desktop.services.task_manager import GRACE_S, Lane, StepDone, TaskScheduler, Trouble, Until
from jobagent_desktop.store.connection import rows
from jobagent_desktop.store.store import Store
from tests.fakes.heard import Heard
from tests.fakes.still_clock import StillClock

Behaviour = Callable[[Claim, Step], Awaitable[None]]
ALL_STEPS = [step.value for step in STEPS[TaskKind.PREVIEW]]


class Desk:
    """One worker: a store, a scheduler, and a record of which steps it ran."""

    def __init__(self, path: Path, nonce: str, clock: StillClock, machine: str = "machine", room: int = 2) -> None:
        self.clock = clock
        self.store = Store(path, Worker(machine, nonce), clock, Heard())
        self.ran: list[tuple[str, str]] = []
        self.troubles: list[Trouble] = []
        self.behaviour: Behaviour | None = None
        self.alive = {nonce}
        self.scheduler = TaskScheduler(
            ledger=self.store,
            worker=Worker(machine, nonce),
            clock=clock,
            rng=random.Random(7),
            lanes={TaskKind.PREVIEW: Lane(self._step, room, self._trouble)},
            is_abandoned=lambda nonce: nonce not in self.alive,
            before_claim=self._prepare,
            run_alone=self._alone,
        )
        self.prepared = 0
        self.ran_alone: list[str] = []
        self.dies_alone = False

    async def _prepare(self) -> None:
        self.prepared += 1

    async def _alone(self, task_id: str, _stop: asyncio.Event) -> bool:
        """Stands in for the process of its own: another worker on the same ledger, which may die."""
        self.ran_alone.append(task_id)
        other = Desk(Path(self.store._db._path), f"alone {len(self.ran_alone)}", self.clock)
        await other.store.open()
        if self.dies_alone:
            await other.store.claim_one(task_id)
        else:
            await other.scheduler.run_one(task_id)
        await other.store.close()
        return not self.dies_alone

    async def _step(self, claim: Claim, step: Step, _done: Mapping[str, str]) -> StepDone:
        self.ran.append((claim.task.subject_id, step.value))
        if self.behaviour is not None:
            await self.behaviour(claim, step)
        return StepDone(f'"{step.value}"')

    def _trouble(self, trouble: Trouble) -> Changes:
        self.troubles.append(trouble)
        return NOTHING

    async def queue(self, *subjects: str) -> None:
        tasks = tuple(NewTask(keyed_ulid(subject), TaskKind.PREVIEW, subject) for subject in subjects)
        await self.store.enqueue(Changes(tasks=tasks))

    async def statuses(self) -> dict[str, TaskStatus]:
        found = await self.store._db.read(lambda c: rows(c, "SELECT subject_id, status FROM tasks"))
        return {row["subject_id"]: TaskStatus(row["status"]) for row in found}


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncGenerator[Desk]:
    desk = Desk(tmp_path / "jobagent.db", "one", StillClock())
    await desk.store.open()
    yield desk
    await desk.store.close()


async def no_network(_claim: Claim, _step: Step) -> None:
    raise Transient("The network is away.")


async def move_until(desk: Desk, work: asyncio.Task[None]) -> None:
    """Moves the clock in small steps until the work is over."""
    while not work.done():
        await asyncio.sleep(0)
        desk.clock.move(1)
        await desk.store.backlog([TaskKind.PREVIEW])  # a round trip to the store's thread, so that it can work
    await work


async def test_every_step_of_every_task_runs_once_and_in_order(desk: Desk) -> None:
    await desk.queue("a", "b", "c")
    await desk.scheduler.run(Until.DONE)
    for subject in "abc":
        assert [step for s, step in desk.ran if s == subject] == ALL_STEPS
    assert set((await desk.statuses()).values()) == {TaskStatus.DONE}
    assert desk.prepared == 1


async def test_an_empty_queue_is_over_at_once_and_prepares_nothing(desk: Desk) -> None:
    await desk.scheduler.run(Until.DONE)
    assert desk.prepared == 0


async def test_finished_steps_are_not_run_again_after_a_release(desk: Desk) -> None:
    await desk.queue("a")

    async def stop_in_the_middle(_claim: Claim, step: Step) -> None:
        if step is Step.MATCH:
            desk.scheduler.request_stop()

    desk.behaviour = stop_in_the_middle
    await desk.scheduler.run()
    assert (await desk.statuses())["a"] is TaskStatus.PENDING, "handed back"
    again = Desk(Path(desk.store._db._path), "two", desk.clock)
    await again.store.open()
    await again.scheduler.run(Until.DONE)
    await again.store.close()
    assert [step for _, step in desk.ran] == ["fetch", "match"]
    assert [step for _, step in again.ran] == ["tailor", "letter", "render"]


async def test_a_transient_error_is_retried_with_backoff_and_then_given_up(desk: Desk) -> None:
    await desk.queue("a")
    desk.behaviour = no_network
    await move_until(desk, asyncio.create_task(desk.scheduler.run(Until.DONE)))
    assert len(desk.ran) == MAX_ATTEMPTS
    assert (await desk.statuses())["a"] is TaskStatus.FAILED
    waits = [t.run_after for t in desk.troubles[:-1]]
    assert all(waits)
    assert desk.troubles[-1].run_after is None


async def test_nothing_due_does_not_wait_for_a_retry(desk: Desk) -> None:
    await desk.queue("a")
    desk.behaviour = no_network
    await desk.scheduler.run(Until.NOTHING_DUE)
    assert len(desk.ran) == 1
    assert (await desk.statuses())["a"] is TaskStatus.PENDING


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Permanent("It cannot be read."), TaskStatus.FAILED),
        (NeedsUser("Import your CV."), TaskStatus.WAITING),
        (PostingGone("It is gone."), TaskStatus.DONE),
        (RuntimeError("a bug"), TaskStatus.FAILED),
    ],
)
@pytest.mark.allow_error_logs
async def test_the_taxonomy_decides(desk: Desk, error: Exception, status: TaskStatus) -> None:
    async def behave(_claim: Claim, _step: Step) -> None:
        raise error

    await desk.queue("a")
    desk.behaviour = behave
    await desk.scheduler.run(Until.DONE)
    assert (await desk.statuses())["a"] is status
    assert len(desk.ran) == 1


async def test_a_blocked_task_waits_until_the_breakers_time_and_then_runs(desk: Desk) -> None:
    until = desk.clock.now() + timedelta(minutes=15)

    async def behave(_claim: Claim, step: Step) -> None:
        if step is Step.FETCH and desk.clock.now() < until:
            raise Blocked("The site asked us to slow down.", host="x", until=until)

    await desk.queue("a")
    desk.behaviour = behave
    await desk.scheduler.run(Until.DONE)
    assert (await desk.statuses())["a"] is TaskStatus.WAITING
    desk.clock.move(15 * 60)
    again = Desk(Path(desk.store._db._path), "two", desk.clock)
    await again.store.open()
    await again.scheduler.run(Until.DONE)
    assert (await again.statuses())["a"] is TaskStatus.DONE
    await again.store.close()


async def test_a_hung_step_is_stopped_and_retried(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobagent_desktop.services.task_manager.STEP_TIMEOUT_S", 0.02)
    hung: list[str] = []

    async def behave(_claim: Claim, step: Step) -> None:
        if step is Step.MATCH and not hung:
            hung.append(step)
            await asyncio.Event().wait()

    await desk.queue("a")
    desk.behaviour = behave
    await move_until(desk, asyncio.create_task(desk.scheduler.run(Until.DONE)))
    assert (await desk.statuses())["a"] is TaskStatus.DONE
    assert [step for _, step in desk.ran].count("match") == 2


async def test_a_dead_workers_task_is_rescued_at_once_on_the_same_machine(desk: Desk) -> None:
    await desk.queue("a")
    dead = Desk(Path(desk.store._db._path), "dead", desk.clock)
    await dead.store.open()
    await dead.store.turn((), {TaskKind.PREVIEW: 1})
    await dead.store.close()
    await desk.scheduler.run(Until.DONE)
    assert (await desk.statuses())["a"] is TaskStatus.DONE


async def test_a_silent_worker_elsewhere_is_rescued_after_its_lease_and_fenced(desk: Desk) -> None:
    await desk.queue("a")
    # Room for one, so that its dispatcher, which a SIGSTOP would freeze too, has nothing to claim.
    frozen = Desk(Path(desk.store._db._path), "frozen", desk.clock, machine="another machine", room=1)
    await frozen.store.open()
    thaw, frozen_in_step = asyncio.Event(), asyncio.Event()

    async def freeze(_claim: Claim, _step: Step) -> None:
        frozen_in_step.set()
        await thaw.wait()

    frozen.behaviour = freeze
    # Its heartbeats are frozen with it, as SIGSTOP does.
    frozen.scheduler._leases.keep_beating = asyncio.Event().wait  # type: ignore[method-assign]  # pyright: ignore
    late = asyncio.create_task(frozen.scheduler.run(Until.DONE))
    await frozen_in_step.wait()
    assert await desk.scheduler.sweep() == 0, "first seen now"
    desk.clock.move(LEASE_S - 1)
    assert await desk.scheduler.sweep() == 0, "not dead yet"
    desk.clock.move(1)
    assert await desk.scheduler.sweep() == 1
    await desk.scheduler.run(Until.DONE)
    assert [step for _, step in desk.ran] == ALL_STEPS
    thaw.set()
    await move_until(frozen, late)
    assert frozen.ran == [("a", "fetch")], "fenced at the step's edge"
    orphans = await desk.store._db.read(lambda c: rows(c, "SELECT step FROM orphan_results"))
    assert orphans == [{"step": "fetch"}]
    await frozen.store.close()


async def test_a_healthy_long_job_is_left_alone(desk: Desk) -> None:
    await desk.queue("a")
    watcher = Desk(Path(desk.store._db._path), "watcher", desk.clock, machine="another machine")
    await watcher.store.open()
    started, go_on = asyncio.Event(), asyncio.Event()

    async def long(_claim: Claim, step: Step) -> None:
        if step is Step.FETCH:
            started.set()
            await go_on.wait()

    desk.behaviour = long
    work = asyncio.create_task(desk.scheduler.run(Until.DONE))
    await started.wait()
    for _ in range(120):  # twenty minutes; who sleeps: the heartbeat, the sweep and the dispatcher
        await desk.clock.until_asleep(3)
        desk.clock.move(10)
        assert await watcher.scheduler.sweep() == 0
    await desk.clock.until_asleep(3)
    assert (await desk.store.open_claims())[0].hb == 120
    go_on.set()
    await move_until(desk, work)
    assert [step for _, step in desk.ran] == ALL_STEPS
    await watcher.store.close()


async def test_a_cancelled_task_stops_at_the_next_heartbeat(desk: Desk) -> None:
    await desk.queue("a")
    started = asyncio.Event()

    async def forever(_claim: Claim, _step: Step) -> None:
        started.set()
        await asyncio.Event().wait()

    desk.behaviour = forever
    work = asyncio.create_task(desk.scheduler.run(Until.DONE))
    await started.wait()
    await desk.store.cancel("a", TaskKind.PREVIEW, NOTHING)
    await move_until(desk, work)
    assert (await desk.statuses())["a"] is TaskStatus.CANCELLED


async def stop_and_reach_the_grace(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.clock.until_asleep(3)  # the heartbeat, the sweep and the dispatcher
    in_grace, sleep = asyncio.Event(), desk.clock.sleep

    async def noted(seconds: float) -> None:
        if seconds == GRACE_S:
            in_grace.set()
        await sleep(seconds)

    monkeypatch.setattr(desk.clock, "sleep", noted)
    desk.scheduler.request_stop()
    await in_grace.wait()


@pytest.mark.parametrize("how", ["after the grace", "at once"])
async def test_a_stop_waits_for_the_running_step_and_then_hands_the_attempt_back(
    desk: Desk, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.queue("a")
    started = asyncio.Event()

    async def forever_in_match(_claim: Claim, step: Step) -> None:
        if step is Step.MATCH:
            started.set()
            await asyncio.Event().wait()

    desk.behaviour = forever_in_match
    work = asyncio.create_task(desk.scheduler.run())
    await started.wait()
    await stop_and_reach_the_grace(desk, monkeypatch)
    if how == "at once":
        desk.scheduler.leave()
    else:
        desk.clock.move(GRACE_S - 1)
        await desk.store.backlog([TaskKind.PREVIEW])
        assert not work.done()
        desk.clock.move(1)
    await work
    assert (await desk.statuses())["a"] is TaskStatus.PENDING
    ends = await desk.store._db.read(lambda c: rows(c, "SELECT outcome FROM task_claims WHERE id LIKE '%.e'"))
    assert ends == [{"outcome": "released"}]
    (claim,) = await desk.store.turn((), {TaskKind.PREVIEW: 1})
    assert claim.retries == 0, "the attempt was given back"
    assert (await desk.store.steps(claim.task.id)).results == {"fetch": '"fetch"'}, "what is finished stays"


async def test_a_step_that_ends_within_the_grace_is_kept_and_the_next_does_not_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.queue("a")
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_claim: Claim, _step: Step) -> None:
        started.set()
        await go_on.wait()

    desk.behaviour = slow
    work = asyncio.create_task(desk.scheduler.run())
    await started.wait()
    await stop_and_reach_the_grace(desk, monkeypatch)
    desk.clock.move(GRACE_S - 1)
    go_on.set()
    await work
    assert [step for _, step in desk.ran] == ["fetch"]
    (claim,) = await desk.store.turn((), {TaskKind.PREVIEW: 1})
    assert claim.retries == 0
    assert set((await desk.store.steps(claim.task.id)).results) == {"fetch"}


async def test_a_paused_queue_is_left_as_it_is(desk: Desk) -> None:
    await desk.queue("a")
    await desk.store.set_setting("queue.paused", "true", ())
    await desk.scheduler.run(Until.DONE)
    assert desk.ran == []
    assert (await desk.statuses())["a"] is TaskStatus.PENDING


async def make_suspect(desk: Desk, subject: str) -> None:
    await desk.queue(subject)
    for death in range(2):
        dead = Desk(Path(desk.store._db._path), f"dead {death}", desk.clock)
        await dead.store.open()
        await dead.store.turn((), {TaskKind.PREVIEW: 1})
        await dead.store.close()
        await desk.scheduler.sweep()


async def test_a_suspect_runs_alone_after_the_healthy_and_is_cleared_if_it_lives(desk: Desk) -> None:
    await make_suspect(desk, "a")
    await desk.queue("b")
    await desk.scheduler.run(Until.DONE)
    assert desk.ran_alone == [keyed_ulid("a")]
    assert {subject for subject, _ in desk.ran} == {"b"}
    assert set((await desk.statuses()).values()) == {TaskStatus.DONE}


async def test_a_suspect_whose_own_process_dies_is_set_aside_and_the_rest_goes_on(desk: Desk) -> None:
    await make_suspect(desk, "a")
    await desk.queue("b")
    desk.dies_alone = True
    await desk.scheduler.run(Until.DONE)
    assert await desk.statuses() == {"a": TaskStatus.FAILED, "b": TaskStatus.DONE}


async def test_a_suspect_that_is_not_even_claimed_rests(desk: Desk) -> None:
    await make_suspect(desk, "a")

    async def ends_at_once(task_id: str, _stop: asyncio.Event) -> bool:
        desk.ran_alone.append(task_id)
        return True

    desk.scheduler._run_alone = ends_at_once
    await desk.scheduler.run(Until.NOTHING_DUE)
    assert len(desk.ran_alone) == 1
    assert (await desk.statuses())["a"] is TaskStatus.PENDING


async def test_a_finished_last_step_is_the_end_even_after_a_kill(desk: Desk) -> None:
    await desk.queue("a")
    (claim,) = await desk.store.turn((), {TaskKind.PREVIEW: 1})
    await desk.store.finish_step(FinishedStep(claim, Step.MATCH, '"low score"', "", 100))
    again = Desk(Path(desk.store._db._path), "two", desk.clock)
    await again.store.open()
    await again.scheduler.run(Until.DONE)
    await again.store.close()
    assert again.ran == []
    assert (await desk.statuses())["a"] is TaskStatus.DONE


async def test_trouble_in_a_round_does_not_end_the_work(desk: Desk) -> None:
    await desk.queue("a")
    failures = iter((Transient("The document engine could not be started."), Transient("Still not.")))

    async def prepare() -> None:
        for error in failures:
            raise error

    desk.scheduler._before_claim = prepare
    await move_until(desk, asyncio.create_task(desk.scheduler.run(Until.DONE)))
    assert (await desk.statuses())["a"] is TaskStatus.DONE


async def test_a_claim_whose_answer_was_lost_is_found_again(desk: Desk) -> None:
    await desk.queue("a")
    await desk.store.turn((), {TaskKind.PREVIEW: 1})  # committed, but nobody works on it
    assert await desk.scheduler.sweep() == 1
    await desk.scheduler.run(Until.DONE)
    assert (await desk.statuses())["a"] is TaskStatus.DONE
