"""Who holds which claim: this process shows that its own are alive, and finds out which of the others' are dead."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jobagent_desktop.domain.errors import Fenced
from jobagent_desktop.domain.task import HEARTBEAT_S, LEASE_S, SELF_FENCE_S, Claim
from jobagent_desktop.services.ports import Beat, Clock, Ledger, OpenClaim, Worker
from jobagent_desktop.services.rounds import survives

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Running:
    """A claim that this process works on, in this step.

    `beaten_at`: when the ledger last confirmed it (monotonic seconds). `fenced`: somebody else has ended it.
    """

    claim: Claim
    step: str
    progress: int
    beaten_at: float
    job: asyncio.Task[None] | None = None
    fenced: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """A heartbeat of somebody else's claim, and when this process first saw it (monotonic seconds)."""

    hb: int
    since: float


class Leases:
    """The claims that this process holds, and what it has seen of the others'. Wall clocks decide nothing here.

    Attributes:
        held: what runs here, by the claim's start id.
    """

    def __init__(self, ledger: Ledger, worker: Worker, clock: Clock, is_abandoned: Callable[[str], bool]) -> None:
        self._ledger = ledger
        self._worker = worker
        self._clock = clock
        self._is_abandoned = is_abandoned
        self.held: dict[str, Running] = {}
        self._seen: dict[str, _Seen] = {}

    # This process's own

    def begin(self, claim: Claim) -> Running:
        running = Running(claim, "", claim.task.progress, self._clock.monotonic())
        self.held[claim.start_id] = running
        return running

    def end(self, claim: Claim) -> None:
        self.held.pop(claim.start_id, None)

    def confirm(self, running: Running, progress: int) -> None:
        """The ledger has just taken a step of it, which tells as much as a heartbeat."""
        running.progress, running.beaten_at = progress, self._clock.monotonic()

    async def hold(self, running: Running) -> None:
        """No step starts on a lease that may be dead: after a long silence the ledger is asked first.

        Raises `Fenced` when somebody else has taken over.
        """
        if self._clock.monotonic() - running.beaten_at < SELF_FENCE_S:
            return
        await self._beat([running])
        if running.fenced:
            raise Fenced("Another worker has taken over this task.")

    async def keep_beating(self) -> None:
        while True:
            await self._clock.sleep(HEARTBEAT_S)
            with survives("heartbeat"):
                await self._beat(list(self.held.values()))

    async def _beat(self, runnings: list[Running]) -> None:
        if not runnings:
            return
        sent = self._clock.monotonic()
        held = await self._ledger.heartbeat([Beat(r.claim, r.step, r.progress) for r in runnings])
        for running in runnings:
            if running.claim.start_id in held:
                running.beaten_at = sent
            else:
                running.fenced = True
                if running.job is not None and running.job is not asyncio.current_task():
                    running.job.cancel()

    # Everybody else's

    async def rescue(self, others: Sequence[OpenClaim]) -> int:
        """Ends the claims of dead workers among these, none of which may be this process's own work. Answers how many.

        On this machine a free lock is proof; otherwise a heartbeat that has not changed for 300 s of this process's own
        monotonic clock.
        """
        now = self._clock.monotonic()
        before, self._seen = self._seen, {}
        for claim in others:
            seen = before.get(claim.start_id)
            self._seen[claim.start_id] = seen if seen is not None and seen.hb == claim.hb else _Seen(claim.hb, now)
        return await self._ledger.expire([claim for claim in others if self._is_dead(claim, now)])

    def forget_silence(self) -> None:
        """This process was not there to hear: it slept, and who slept with it has had no time yet to show that it lives."""
        self._seen.clear()

    def _is_dead(self, claim: OpenClaim, now: float) -> bool:
        if claim.nonce == self._worker.nonce:
            return True  # made by this process, whose answer was lost: nobody works on it
        if claim.machine_id == self._worker.machine_id and self._is_abandoned(claim.nonce):
            return True
        return now - self._seen[claim.start_id].since >= LEASE_S
