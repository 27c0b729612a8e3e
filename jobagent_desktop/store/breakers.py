"""Breaker rows. A probe is a row of its own, `{scope}.probe.{trips}.{moment}`: its insert decides who probes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import apsw

from jobagent_desktop.domain.breaker import PROBE_LEASE, Breaker, BreakerState, probing
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.store import mapping
from jobagent_desktop.store.connection import row
from jobagent_desktop.store.queue_rows import insert


def load(connection: apsw.Connection, scope: str) -> Breaker:
    return mapping.breaker(scope, row(connection, "SELECT * FROM breakers WHERE id = ?", (scope,)))


def change(
    connection: apsw.Connection, scope: str, how: Callable[[Breaker], Breaker], now: datetime
) -> tuple[Breaker, Breaker]:
    """The breaker before and after."""
    before = load(connection, scope)
    after = how(before)
    if after != before:
        save(connection, after, now)
    return before, after


def save(connection: apsw.Connection, breaker: Breaker, now: datetime) -> None:
    stamp = to_iso(now)
    connection.execute(
        """
        INSERT INTO breakers (id, state, failures, opened_until, reason, trips, last_failure_at, created_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
        ON CONFLICT (id) DO UPDATE SET state = ?2, failures = ?3, opened_until = ?4, reason = ?5, trips = ?6,
            last_failure_at = ?7, updated_at = ?8, rev = rev + 1
        """,
        (
            breaker.scope,
            breaker.state.value,
            breaker.failures,
            mapping.iso(breaker.opened_until),
            breaker.reason,
            breaker.trips,
            mapping.iso(breaker.last_failure_at),
            stamp,
        ),
    )


def take_probe(connection: apsw.Connection, scope: str, nonce: str, now: datetime) -> Breaker | None:
    """The half-open breaker for the one who may probe. The lease's end stands in `opened_until`: a stuck probe frees it."""
    breaker = load(connection, scope)
    if breaker.state is BreakerState.CLOSED or breaker.opened_until is None or now < breaker.opened_until:
        return None
    stamp = to_iso(now)
    won = insert(
        connection,
        "breakers",
        {
            "id": f"{scope}.probe.{breaker.trips}.{to_iso(breaker.opened_until)}",
            "state": "probe",
            "probe_nonce": nonce,
            "created_at": stamp,
            "updated_at": stamp,
        },
        on_conflict="IGNORE",
    )
    if not won:
        return None
    half_open = probing(breaker, now + PROBE_LEASE)
    save(connection, half_open, now)
    return half_open
