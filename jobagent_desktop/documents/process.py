"""One spawned process that answers one request at a time, and the rules for when it hangs, dies, idles or is cancelled."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import cast

Target = Callable[[Connection], None]

# Seconds that a process gets to end by itself after its pipe was closed, before it is killed.
_GOODBYE_S = 2.0


class ProcessDied(Exception):
    """The process ended in the middle of a request."""


class ProcessHung(Exception):
    """The process did not answer in time, and was killed."""


@dataclass
class _Child:
    """A running process, our end of its pipe, and the one thread that may block on them."""

    process: SpawnProcess
    pipe: Connection
    thread: ThreadPoolExecutor = field(repr=False)

    def exchange(self, request: object) -> object:
        """Blocks until the answer is there. Raises `EOFError` or `OSError` when the process has ended."""
        self.pipe.send(request)
        return self.pipe.recv()

    def end(self) -> None:
        """Blocks until the process is gone; killed if it does not go by itself."""
        self.pipe.close()
        self.process.join(_GOODBYE_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


class OneProcess:
    """Runs `target` in a process of its own, started on first use and let go after `idle_s` seconds without a request.

    Not `ProcessPoolExecutor`: its children hold the writing end of their own queue and so outlive a killed parent. Here
    the only writing end is ours; when this program ends, in whatever way, the child reads end-of-file and ends too.

    A request that is cancelled or late kills the process rather than leave an answer in the pipe that nobody expects;
    the next request starts a fresh one. All methods belong to one event loop.
    """

    def __init__(self, target: Target, *, call_timeout: float, idle_s: float) -> None:
        self._target = target
        self._call_timeout = call_timeout
        self._idle_s = idle_s
        self._lock = asyncio.Lock()
        self._child: _Child | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._goodbye: asyncio.Task[None] | None = None
        self._ending: list[tuple[ThreadPoolExecutor, Future[None]]] = []

    @property
    def pid(self) -> int | None:
        """The process's id while there is one."""
        return None if self._child is None else self._child.process.pid

    async def call(self, request: object) -> object:
        """Sends a picklable request and gives the answer.

        Raises `ProcessDied` or `ProcessHung` (after `call_timeout` seconds); the process is then gone.
        """
        async with self._lock:
            self._stop_idling()
            if self._child is not None and not self._child.process.is_alive():
                await self._let_go()  # it was ended from outside while it idled, which is no fault of this request
            child = self._child or await self._started()
            answer = asyncio.wrap_future(child.thread.submit(child.exchange, request))
            try:
                async with asyncio.timeout(self._call_timeout):
                    result = await asyncio.shield(answer)
            except TimeoutError as error:
                self._kill(child, answer)
                raise ProcessHung(f"no answer in {self._call_timeout:g} s") from error
            except asyncio.CancelledError:
                self._kill(child, answer)
                raise
            except (EOFError, OSError) as error:
                self._kill(child, answer)
                raise ProcessDied("the process ended while it worked on a request") from error
            self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._start_goodbye)
            return result

    async def aclose(self) -> None:
        """Ends the process, after the request that is running."""
        if self._goodbye is not None:
            await self._goodbye
        async with self._lock:
            self._stop_idling()
            await self._let_go()
            while self._ending:
                thread, end = self._ending.pop()
                await asyncio.wrap_future(end)
                thread.shutdown()

    async def _started(self) -> _Child:
        thread = ThreadPoolExecutor(1, thread_name_prefix="documents")
        starting = thread.submit(_start, self._target)
        try:
            process, pipe = await asyncio.shield(asyncio.wrap_future(starting))
        except asyncio.CancelledError:
            self._end_later(thread, lambda: _Child(*starting.result(), thread).end())
            raise
        except OSError:
            thread.shutdown()
            raise
        self._child = _Child(process, pipe, thread)
        return self._child

    def _kill(self, child: _Child, answer: asyncio.Future[object]) -> None:
        """Kills the process without waiting: its thread reads end-of-file, buries it and ends."""
        self._child = None
        child.process.kill()
        answer.add_done_callback(_heard)
        self._end_later(child.thread, child.end)

    def _end_later(self, thread: ThreadPoolExecutor, end: Callable[[], None]) -> None:
        self._ending = [(old, done) for old, done in self._ending if not done.done()]
        self._ending.append((thread, thread.submit(end)))
        thread.shutdown(wait=False)

    def _stop_idling(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _start_goodbye(self) -> None:
        self._goodbye = asyncio.get_running_loop().create_task(self._idle_goodbye())

    async def _idle_goodbye(self) -> None:
        async with self._lock:
            if self._idle is not None:  # no request came between the timer and the lock
                self._idle = None
                await self._let_go()

    async def _let_go(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            self._end_later(child.thread, child.end)
            await asyncio.wrap_future(self._ending[-1][1])
            child.thread.shutdown()


def _heard(answer: asyncio.Future[object]) -> None:
    """Takes note of an abandoned request's failure, which is the kill's own doing."""
    if not answer.cancelled():
        answer.exception()


def _start(target: Target) -> tuple[SpawnProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    # On Windows the ends are of a sibling class with the same methods.
    ours, theirs = cast("tuple[Connection, Connection]", context.Pipe(duplex=True))  # pyright: ignore[reportUnnecessaryCast]
    # daemon: should the program end without closing this properly, the interpreter ends the process instead of waiting for it.
    process = context.Process(target=target, args=(theirs,), name="documents", daemon=True)
    try:
        process.start()
    except BaseException:  # nothing is kept back: whatever it was goes on up, without leaving our end open
        ours.close()
        raise
    finally:
        theirs.close()  # ours must be the only end in this process, or the child would never read end-of-file
    return process, ours
