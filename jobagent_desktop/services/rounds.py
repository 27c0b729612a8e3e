"""What comes round again and again must outlive a round that fails; and what was started must be gone when its owner ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Generator
from typing import Any

from jobagent_desktop.domain.errors import AgentError

log = logging.getLogger(__name__)


@contextlib.contextmanager
def survives(what: str) -> Generator[None]:
    """Error boundary of what must go on: a failed round is logged, and the next round comes."""
    try:
        yield
    except AgentError as error:
        log.warning("%s failed: %s", what, error.sentence, exc_info=error)
    except Exception:  # error boundary: a bug in one round must not end the others
        log.exception("bug in a %s", what)


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancels tasks and waits until they are gone."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
