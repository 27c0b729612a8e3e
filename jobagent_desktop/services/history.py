"""Makes the lines of the history: events with an id, a time and a sentence for the user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.domain.identity import RandomBits, ulid
from jobagent_desktop.services.ports import Clock

SYSTEM = "system"


class History:
    """`event` gives a new line; it becomes history only with the transaction that writes it."""

    def __init__(self, clock: Clock, random_bits: RandomBits) -> None:
        self._clock = clock
        self._random_bits = random_bits

    def event(
        self,
        kind: EventKind,
        message: str,
        *,
        stream: str = SYSTEM,
        level: Level = Level.INFO,
        details: Mapping[str, Any] | None = None,
    ) -> Event:
        now = self._clock.now()
        return Event(ulid(now, self._random_bits), stream, now, kind, message, level, details or {})
