"""Runs one piece of work in a process of its own, and tells whether that process died of it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from typing import cast

Work = Callable[[str, str, Connection], None]
"""A module's function, given the data folder, the task and a pipe on which `stop` may come."""

STOP = "stop"
GRACE_S = 12.0
"""A little more than a running step gets when the program stops."""


async def run_in_own_process(work: Work, folder: str, task_id: str, stop: asyncio.Event) -> bool:
    """False when the process died. Asked to stop, it is told so, gets its grace, and proves nothing by how it ends."""
    context = multiprocessing.get_context("spawn")
    # On Windows the ends are of a sibling class with the same methods.
    ours, theirs = cast("tuple[Connection, Connection]", context.Pipe())  # pyright: ignore[reportUnnecessaryCast]
    process = context.Process(target=work, args=(folder, task_id, theirs), name=f"alone {task_id}")
    await asyncio.to_thread(process.start)
    theirs.close()
    telling = asyncio.create_task(_tell(stop, ours))
    ended = asyncio.create_task(asyncio.to_thread(process.join))
    try:
        await asyncio.wait({ended, telling}, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            await asyncio.wait({ended}, timeout=GRACE_S)
        return stop.is_set() or process.exitcode == 0
    finally:
        telling.cancel()
        if process.is_alive():
            process.kill()
        await ended
        process.close()
        ours.close()


async def _tell(stop: asyncio.Event, pipe: Connection) -> None:
    await stop.wait()
    try:
        pipe.send(STOP)
    except OSError:
        return  # it has ended already


def listen(pipe: Connection, on_stop: Callable[[], object]) -> None:
    """For the process itself: calls `on_stop` when told to, from a thread, and ends at once when its parent has died."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to handle

    def wait() -> None:
        parent = parent_process()
        while parent is not None:
            ready = connection.wait([parent.sentinel, pipe])
            if parent.sentinel in ready:
                os._exit(1)
            try:
                pipe.recv()
            except (EOFError, OSError):
                os._exit(1)
            on_stop()

    threading.Thread(target=wait, name="parent-watch", daemon=True).start()
