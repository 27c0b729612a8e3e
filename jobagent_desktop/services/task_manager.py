"""The scheduler: claims tasks, runs their steps inside an error boundary, heartbeats, rescues, and stops at a step's edge.

What it knows is in the ledger; what it holds in memory are the claims it is working on, and those are rows too.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jobagent_desktop.domain.changes import NOTHING, Changes
from jobagent_desktop.domain.errors import AgentError, Blocked, Bug, DiskFull, Fenced, NeedsUser, PostingGone, Transient
from jobagent_desktop.domain.task import (
    STEPS,
    Claim,
    Outcome,
    Step,
    TaskKind,
    backoff_s,
)
from jobagent_desktop.services.leases import Leases, Running
from jobagent_desktop.services.log_ids import bind_ids
from jobagent_desktop.services.ports import Clock, Ending, FinishedStep, Ledger, Worker
from jobagent_desktop.services.rounds import end, survives

log = logging.getLogger(__name__)

STEP_TIMEOUT_S = 600.0
"""A step that takes longer has hung."""
GRACE_S = 10.0
"""How long running steps get when the program stops."""
SWEEP_S = 10.0
SLEPT_S = 30.0
"""A round that comes so much later than it should means that the machine slept, or that this process was stopped."""
SUSPECT_PAUSE_S = 60.0
"""How long a suspect rests whose own process ended before it had claimed it."""
IDLE_POLL_S = 1.0
"""How often the ledger is asked for work that another process has queued."""


class Until(StrEnum):
    """When a scheduler's work is over.

    `NOTHING_DUE` leaves retries that are due later; `DONE` waits for them too, but not for what waits for the user or a site.
    """

    STOPPED = "stopped"
    NOTHING_DUE = "nothing_due"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step's result (JSON text) and what it changes. `is_last`: the task is done, whatever steps would follow."""

    result: str
    changes: Changes = NOTHING
    is_last: bool = False


StepHandler = Callable[[Claim, Step, Mapping[str, str]], Awaitable[StepDone]]
"""Does one step of a claim; the mapping holds the results of the steps before."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A claim that did not end well: the error, what becomes of the task, and when it is tried again."""

    claim: Claim
    error: AgentError
    outcome: Outcome
    run_after: datetime | None = None

    @property
    def sentence(self) -> str:
        """For the user: what happened, and that nothing needs to be done when the program tries again."""
        again = " The program tries again by itself." if self.outcome is Outcome.RETRY else ""
        return self.error.sentence + again


@dataclass(frozen=True, slots=True)
class Lane:
    """Tasks of one kind: how to do a step, how many at once, and what trouble changes for the user."""

    handler: StepHandler
    room: int
    trouble: Callable[[Trouble], Changes]


RunAlone = Callable[[str, asyncio.Event], Awaitable[bool]]
"""Works the task of this id in a process of its own, told to stop when the event is set. False: that process died."""


async def _always() -> bool:
    return True


class TaskScheduler:
    """Works the queue of one process.

    Args:
        lanes: what can be done here, by kind.
        is_abandoned: whether the worker of this nonce, on this machine, is certainly dead (its OS lock is free).
        before_claim: awaited before the first claim, to get slow parts ready outside of any task.
        run_alone: works one task in a process of its own.
        has_room: whether the disk has space to work in. While it has none nothing is claimed, and the user's own pause is not
            touched.
        held: claim nothing until `release`, in this process only; unlike a pause, nothing of it is stored.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        worker: Worker,
        clock: Clock,
        rng: random.Random,
        lanes: Mapping[TaskKind, Lane],
        is_abandoned: Callable[[str], bool],
        before_claim: Callable[[], Awaitable[None]],
        run_alone: RunAlone,
        has_room: Callable[[], Awaitable[bool]] = _always,
        held: bool = False,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._rng = rng
        self._lanes = lanes
        self._is_abandoned = is_abandoned
        self._before_claim = before_claim
        self._run_alone = run_alone
        self._has_room = has_room
        self._held = held
        self._leases = Leases(ledger, worker, clock, is_abandoned)
        self._endings: list[Ending] = []
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()
        self._left = asyncio.Event()
        self._turning = asyncio.Lock()
        self._prepared = False

    # The loop

    def wake(self) -> None:
        """There may be work: something was queued, resumed or cancelled."""
        self._wake.set()

    def release(self) -> None:
        """Ends a hold."""
        self._held = False
        self._wake.set()

    def request_stop(self) -> None:
        """Claim nothing more; `run` ends when the running steps have."""
        self._stop.set()
        self._wake.set()

    def leave(self) -> None:
        """Like `request_stop`, without the grace: what runs is broken off, and its task handed back all the same."""
        self._left.set()
        self.request_stop()

    async def run(self, until: Until = Until.STOPPED, kinds: Collection[TaskKind] | None = None) -> None:
        """Works until asked to stop, or until nothing is left to do; only tasks of these kinds, if they are given."""
        if kinds is not None:
            self._lanes = {kind: lane for kind, lane in self._lanes.items() if kind in kinds}
        keepers: list[asyncio.Task[None]] = []
        try:
            with survives("repair"):
                await self._ledger.repair()
            with survives("sweep"):
                await self.sweep()
                await self._ledger.set_waits_right()
            keepers = [asyncio.create_task(self._leases.keep_beating()), asyncio.create_task(self._keep_sweeping())]
            await self._dispatch(until)
        finally:
            await self._wind_down()
            await end(*keepers)

    async def _dispatch(self, until: Until) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            with survives("round"):
                claimed = await self._turn()
                if claimed or self._wake.is_set() or await self._try_suspect():
                    continue
                if not self._leases.held and not self._endings and await self._is_over(until):
                    return
            await self._wait()

    async def _turn(self) -> bool:
        """One commit: what has ended, and what is claimed next."""
        if not self._prepared and not self._held and (await self._ledger.backlog(self._lanes)).total:
            await self._before_claim()
            self._prepared = True
        has_room = await self._has_room()
        async with self._turning:
            # Nothing is forgotten if this fails: the same endings go into the next turn.
            endings = tuple(self._endings)
            lanes = {} if self._held or not has_room else self._lanes
            want = {kind: lane.room - self._in_lane(kind) for kind, lane in lanes.items()}
            claims = await self._ledger.turn(endings, want)
            del self._endings[: len(endings)]
            for claim in claims:
                self._begin(claim)
        return bool(claims)

    def _begin(self, claim: Claim) -> asyncio.Task[None]:
        running = self._leases.begin(claim)
        running.job = asyncio.create_task(self._work(running), name=f"task {claim.task.id}")
        return running.job

    def _in_lane(self, kind: TaskKind) -> int:
        return sum(1 for running in self._leases.held.values() if running.claim.task.kind is kind)

    async def _try_suspect(self) -> bool:
        """With nothing else running and nothing healthy to do, a task that workers died of gets its chance, alone."""
        if self._held or self._leases.held or self._endings or self._stop.is_set():
            return False
        if not await self._has_room():
            return False
        suspect = await self._ledger.suspect(self._lanes)
        if suspect is None:
            return False
        log.warning("running a suspect alone", extra={"task_id": suspect.task_id})
        if not await self._run_alone(suspect.task_id, self._stop):
            open_claims = await self._ledger.open_claims()
            # Only the claim of a process that is dead: another program may have taken the task meanwhile.
            dead = [c for c in open_claims if c.task_id == suspect.task_id and self._is_abandoned(c.nonce)]
            await self._ledger.expire(dead, witnessed=True)
        # If that process did not even claim it, not again at once.
        again = self._clock.now() + timedelta(seconds=SUSPECT_PAUSE_S)
        await self._ledger.postpone(suspect.task_id, suspect.attempt, again)
        return True

    async def run_one(self, task_id: str) -> None:
        """Works this one task to the end of its claim; what a process of its own for a suspect does."""
        await self._before_claim()
        claim = await self._ledger.claim_one(task_id)
        if claim is None:
            return
        job = self._begin(claim)
        keepers = [asyncio.create_task(self._leases.keep_beating()), asyncio.create_task(self._stop.wait())]
        try:
            await asyncio.wait({job, keepers[1]}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._wind_down()
            await end(*keepers)

    async def _is_over(self, until: Until) -> bool:
        if until is Until.STOPPED:
            return False
        backlog = await self._ledger.backlog(self._lanes)
        if await self._ledger.is_paused() or not await self._has_room():
            return not backlog.running
        left = backlog.due + backlog.running + (backlog.later if until is Until.DONE else 0)
        return not left

    async def _wait(self) -> None:
        timer = asyncio.create_task(self._clock.sleep(IDLE_POLL_S))
        wake = asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait({timer, wake}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(timer, wake)

    async def _wind_down(self) -> None:
        """Running steps get their grace, then their tasks are handed back with the attempt."""
        self._stop.set()
        jobs = [running.job for running in self._leases.held.values() if running.job is not None]
        if jobs:
            grace = asyncio.create_task(self._clock.sleep(GRACE_S))
            left = asyncio.create_task(self._left.wait())
            finished = asyncio.create_task(asyncio.wait(jobs))
            try:
                await asyncio.wait({grace, left, finished}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await end(grace, left, finished, *jobs)
        if self._endings:
            # Should this fail, the claims expire once this process is gone; nothing is lost but a step.
            with survives("last turn"):
                await self._ledger.turn(self._endings, {})
                self._endings.clear()

    # One task

    async def _work(self, running: Running) -> None:
        claim = running.claim
        ids = (
            {"application_id": claim.task.subject_id}
            if claim.task.kind is TaskKind.PREVIEW
            else {"search_id": claim.task.subject_id}
        )
        try:
            with bind_ids(task_id=claim.task.id, **ids):
                ending = await self._boundary(running)
        except asyncio.CancelledError:
            ending = None if running.fenced else Ending(claim, Outcome.RELEASED)
        finally:
            self._leases.end(claim)
            self._wake.set()
        if ending is not None:
            self._endings.append(ending)

    async def _boundary(self, running: Running) -> Ending | None:
        """Runs the steps that are left, and turns whatever happens into an ending. None: somebody else has ended it."""
        claim = running.claim
        try:
            return await self._steps(running)
        except Fenced:
            log.warning("fenced")
            return None
        except DiskFull as error:
            log.warning("no space to finish a step: %s", error.sentence, exc_info=error, extra={"step": running.step})
            return Ending(claim, Outcome.RELEASED)
        except AgentError as error:
            log.warning("step failed: %s", error.sentence, exc_info=error, extra={"step": running.step})
            return self._ending_for(claim, error)
        except Exception:  # error boundary: a bug in one step must not stop the queue
            log.exception("bug in a step", extra={"step": running.step})
            bug = Bug("Something in the program went wrong here. It was written to the log. Try again, or skip this job.")
            return self._ending_for(claim, bug)

    async def _steps(self, running: Running) -> Ending:
        claim = running.claim
        lane, names = self._lanes[claim.task.kind], STEPS[claim.task.kind]
        before = await self._ledger.steps(claim.task.id)
        if before.is_over:
            return Ending(claim, Outcome.DONE)
        done = dict(before.results)
        for index, step in enumerate(names):
            if step in done:
                continue
            if self._stop.is_set():
                return Ending(claim, Outcome.RELEASED)
            running.step = step
            await self._leases.hold(running)
            log.info("step starts", extra={"step": step.value})
            try:
                async with asyncio.timeout(STEP_TIMEOUT_S):
                    answer = await lane.handler(claim, step, done)
            except TimeoutError as error:
                raise Transient("This took too long and was stopped.") from error
            is_last = answer.is_last or index == len(names) - 1
            progress = 100 if is_last else (index + 1) * 100 // len(names)
            following = "" if is_last else str(names[index + 1])
            done[step] = await self._ledger.finish_step(
                FinishedStep(claim, step, answer.result, following, progress, answer.changes)
            )
            self._leases.confirm(running, progress)
            log.info("step done", extra={"step": step.value, "progress": progress})
            if is_last:
                break
        return Ending(claim, Outcome.DONE)

    def _ending_for(self, claim: Claim, error: AgentError) -> Ending:
        """What the taxonomy says about an error; never decided from its words."""
        trouble = self._judge(claim, error)
        lane = self._lanes[claim.task.kind]
        return Ending(claim, trouble.outcome, error.sentence, trouble.run_after, lane.trouble(trouble))

    def _judge(self, claim: Claim, error: AgentError) -> Trouble:
        if isinstance(error, Blocked) and error.until is not None:
            return Trouble(claim, error, Outcome.WAIT, error.until)
        if isinstance(error, NeedsUser):
            return Trouble(claim, error, Outcome.WAIT)
        if isinstance(error, (Transient, Blocked)) and claim.retries + 1 < claim.task.max_attempts:
            asked_s = (
                (error.retry_after or 0.0) if isinstance(error, Blocked) else 0.0
            )  # a site's own wish wins if it is longer
            again = self._clock.now() + timedelta(seconds=max(asked_s, backoff_s(claim.retries, self._rng)))
            return Trouble(claim, error, Outcome.RETRY, again)
        return Trouble(claim, error, Outcome.DONE if isinstance(error, PostingGone) else Outcome.FAILED)

    # Rescue

    async def _keep_sweeping(self) -> None:
        while True:
            before = self._clock.monotonic()
            await self._clock.sleep(SWEEP_S)
            if self._clock.monotonic() - before > SWEEP_S + SLEPT_S:
                self._leases.forget_silence()
            with survives("sweep"):
                if await self.sweep() + await self._ledger.set_waits_right():
                    self._wake.set()

    async def sweep(self) -> int:
        """Ends the claims of dead workers. Answers how many."""
        async with self._turning:  # a claim that is just being made is not yet known to be ours
            mine = {*self._leases.held, *(ending.claim.start_id for ending in self._endings)}
            others = [claim for claim in await self._ledger.open_claims() if claim.start_id not in mine]
        return await self._leases.rescue(others)

    # What the outside may know

    @property
    def running(self) -> int:
        """How many tasks this process is working on."""
        return len(self._leases.held)
