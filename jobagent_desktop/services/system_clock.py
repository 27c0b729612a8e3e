"""The real clock. Everything that needs time gets one passed in, so that tests can hold it still."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Goes on while the machine sleeps: Windows' monotonic clock does, Linux has another one for it."""
        if sys.platform == "linux":
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        import asyncio  # here, because the window asks for the time and never sleeps

        await asyncio.sleep(seconds)
