"""Stops all scraping for fifteen minutes after three refusals in a row, on every machine; then one probe decides.

The rules are `domain.breaker`'s; the row, and with it who may probe, is the store's. A lost network is not a refusal.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from jobagent_desktop.domain.breaker import Breaker, BreakerState, failed, forced, succeeded
from jobagent_desktop.domain.errors import AgentError, Blocked, PostingGone
from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.services.history import History
from jobagent_desktop.services.ports import BreakerStore, Clock

T = TypeVar("T")
log = logging.getLogger(__name__)

NEUTRAL_PAUSE = timedelta(minutes=1)
"""How long to wait for the next probe after one that said nothing (no network)."""


class CircuitBreaker:
    """One scope's door. Belongs to one worker (`nonce`); the state is everybody's."""

    def __init__(self, scope: str, store: BreakerStore, clock: Clock, history: History, nonce: str) -> None:
        self._scope = scope
        self._store = store
        self._clock = clock
        self._history = history
        self._nonce = nonce

    async def call(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does `work` if the breaker lets it, and learns from how it goes.

        Raises `Blocked` with `until` while the breaker is open, and whatever `work` raises; a `Blocked` from there
        carries `until` once it has opened the breaker.
        """
        breaker = await self._store.load_breaker(self._scope)
        probing = breaker.state is not BreakerState.CLOSED
        if probing:
            taken = await self._store.take_probe(self._scope, self._nonce, self._clock.now())
            if taken is None:
                raise self._closed_door(breaker)
            log.info("breaker probe", extra={"scope": self._scope, "trips": breaker.trips})
        started = self._clock.now()
        try:
            result = await work()
        except Blocked as refusal:
            raise await self._refused(refusal) from refusal.__cause__
        except PostingGone:
            # The site answered, if only to say that this posting is not there.
            await self._answered(started)
            raise
        except AgentError:
            if probing:
                await self._unanswered()
            raise
        await self._answered(started)
        return result

    async def try_now(self) -> Breaker:
        """Ends the wait: the next call is the probe."""
        now = self._clock.now()
        return await self._store.change_breaker(self._scope, lambda b: forced(b, now), self._told)

    def _closed_door(self, breaker: Breaker) -> Blocked:
        return Blocked(breaker.reason or "Searching is paused.", host="", until=breaker.opened_until)

    async def _refused(self, refusal: Blocked) -> Blocked:
        now = self._clock.now()
        after = await self._store.change_breaker(
            self._scope, lambda b: failed(b, refusal.sentence, now, refusal.retry_after), self._told
        )
        is_open = after.state is BreakerState.OPEN
        return Blocked(
            refusal.sentence,
            host=refusal.host,
            retry_after=refusal.retry_after,
            until=after.opened_until if is_open else None,
        )

    async def _answered(self, started: datetime) -> None:
        breaker = await self._store.load_breaker(self._scope)
        if breaker.state is not BreakerState.CLOSED or breaker.failures:
            await self._store.change_breaker(self._scope, lambda b: succeeded(b, started), self._told)

    async def _unanswered(self) -> None:
        """A probe that proved nothing gives its turn back, a minute later."""
        now = self._clock.now()

        def again(breaker: Breaker) -> Breaker:
            if breaker.state is not BreakerState.HALF_OPEN:
                return breaker
            return replace(breaker, state=BreakerState.OPEN, opened_until=now + NEUTRAL_PAUSE)

        await self._store.change_breaker(self._scope, again, self._told)

    def _told(self, before: Breaker, after: Breaker) -> Sequence[Event]:
        if (before.state, before.opened_until) == (after.state, after.opened_until):
            return ()
        details = {"scope": after.scope, "state": after.state.value, "trips": after.trips}
        if after.state is BreakerState.CLOSED:
            return (self._history.event(EventKind.BREAKER_CHANGED, "Searching goes on.", details=details),)
        message = f"Searching is paused. {after.reason}"
        return (self._history.event(EventKind.BREAKER_CHANGED, message, level=Level.WARNING, details=details),)
