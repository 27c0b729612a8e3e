"""After the computer's clock was set back: what a clock that was ahead had put off must not wait for that clock's time."""

from __future__ import annotations

from datetime import datetime, timedelta

import apsw

from jobagent_desktop.domain.times import from_iso, to_iso
from jobagent_desktop.store import mapping
from jobagent_desktop.store.connection import rows

TOLERANCE = timedelta(minutes=1)
"""Clocks of several machines differ by this much without anybody having moved one."""

# A row tells when its wait began: it was written then.
_WAITS = """
    SELECT id, run_after, updated_at FROM tasks
    WHERE status IN ('pending', 'waiting') AND run_after > ?1 AND updated_at > ?1
"""
_BREAKERS = """
    SELECT id, opened_until, last_failure_at, updated_at FROM breakers
    WHERE updated_at > ? AND (opened_until IS NOT NULL OR last_failure_at IS NOT NULL)
"""


def are_any_ahead(connection: apsw.Connection, now: datetime) -> bool:
    """Whether there is anything to set right; only reads."""
    soon = to_iso(now + TOLERANCE)
    return bool(rows(connection, _WAITS + " LIMIT 1", (soon,)) or rows(connection, _BREAKERS + " LIMIT 1", (soon,)))


def set_right(connection: apsw.Connection, now: datetime) -> int:
    """Begins every wait anew that began in what is now the future; none gets longer than it was. Answers how many."""
    soon, stamp = to_iso(now + TOLERANCE), to_iso(now)
    waits, breakers = rows(connection, _WAITS, (soon,)), rows(connection, _BREAKERS, (soon,))
    for r in waits:
        connection.execute(
            "UPDATE tasks SET run_after = ?, updated_at = ?, rev = rev + 1 WHERE id = ?",
            (_moved(r["run_after"], r["updated_at"], now), stamp, r["id"]),
        )
    for r in breakers:
        connection.execute(
            "UPDATE breakers SET opened_until = ?, last_failure_at = ?, updated_at = ?, rev = rev + 1 WHERE id = ?",
            (
                _moved(r["opened_until"], r["updated_at"], now),
                _moved(r["last_failure_at"], r["updated_at"], now),
                stamp,
                r["id"],
            ),
        )
    return len(waits) + len(breakers)


def _moved(moment: str | None, written: str, now: datetime) -> str | None:
    """The moment, as far from now as it was from when it was written."""
    return mapping.iso(now + (from_iso(moment) - from_iso(written))) if moment else None
