"""The circuit breaker as a value: three failures in a row stop everything for fifteen minutes, then one probe decides.

Pure transitions; who stores the row, and who may probe, is `services.circuit_breaker`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

SCRAPING = "scraping"
FAILURES_TO_OPEN = 3
OPEN_FOR = timedelta(minutes=15)
PROBE_LEASE = timedelta(seconds=120)


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Breaker:
    """A scope's breaker.

    Attributes:
        failures: in a row, since the last success.
        opened_until: when the next probe may go; None while closed. Whole milliseconds, as rows hold it.
        reason: a sentence for the user.
        trips: how often it has opened in all; part of a probe's identity.
        last_failure_at: a success that started before it proves nothing and does not reset the streak.
    """

    scope: str
    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    opened_until: datetime | None = None
    reason: str = ""
    trips: int = 0
    last_failure_at: datetime | None = None


def failed(breaker: Breaker, reason: str, now: datetime, retry_after: float | None = None) -> Breaker:
    """The breaker after a refusal. `retry_after` (seconds) wins over the usual wait when it is longer."""
    failures = breaker.failures + 1
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    asked = timedelta(seconds=max(0.0, retry_after or 0.0))
    opens = breaker.state is not BreakerState.CLOSED or failures >= FAILURES_TO_OPEN
    if not opens:
        return replace(breaker, failures=failures, reason=reason, last_failure_at=now)
    until = now + max(OPEN_FOR, asked)
    if breaker.opened_until is not None and breaker.state is BreakerState.OPEN:
        until = max(until, breaker.opened_until)
    trips = breaker.trips + (breaker.state is not BreakerState.OPEN)
    return replace(
        breaker,
        state=BreakerState.OPEN,
        failures=failures,
        opened_until=until,
        reason=reason,
        trips=trips,
        last_failure_at=now,
    )


def succeeded(breaker: Breaker, started: datetime) -> Breaker:
    """The breaker after a request that was answered; it proves nothing if it started before the last refusal."""
    if breaker.last_failure_at is not None and started < breaker.last_failure_at:
        return breaker
    if breaker.state is BreakerState.OPEN:
        return breaker
    return replace(breaker, state=BreakerState.CLOSED, failures=0, opened_until=None, reason="")


def probing(breaker: Breaker, lease_ends: datetime) -> Breaker:
    """The breaker while one worker probes. When the lease ends without an answer, the next may."""
    return replace(breaker, state=BreakerState.HALF_OPEN, opened_until=lease_ends)


def forced(breaker: Breaker, now: datetime) -> Breaker:
    """The breaker after the user pressed "Try now": the wait is over, one probe may go."""
    if breaker.state is BreakerState.CLOSED:
        return breaker
    return replace(breaker, state=BreakerState.OPEN, opened_until=now)
