"""A clock that stands still until the test moves it. Sleepers wake in the order of their times."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class StillClock:
    """Implements `Clock`. `move` passes time; `jump` changes only the wall clock, as a user or a time server does."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._monotonic = 1000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._monotonic + seconds, waiting))
        await waiting

    async def until_asleep(self, count: int) -> None:
        """Lets everybody run until this many sleep, so that a move reaches them all."""
        while self.asleep < count:  # noqa: ASYNC110 - anything may be the last to sleep
            await asyncio.sleep(0)

    @property
    def asleep(self) -> int:
        """How many sleep now."""
        return sum(not waiting.done() for _, waiting in self._sleepers)

    def move(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
        due = sorted((s for s in self._sleepers if s[0] <= self._monotonic), key=lambda s: s[0])
        self._sleepers = [s for s in self._sleepers if s[0] > self._monotonic]
        for _, waiting in due:
            if not waiting.done():
                waiting.set_result(None)

    def jump(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
