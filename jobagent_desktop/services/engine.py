"""The running whole: store, scheduler, commands and the daily rhythm, for a window's thread and for the command line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from jobagent_desktop.domain.commands import Command, GoOn
from jobagent_desktop.domain.task import TaskKind
from jobagent_desktop.services.command_service import CommandService
from jobagent_desktop.services.ports import Clock, Documents, Records, Sources, Worker
from jobagent_desktop.services.rounds import end, survives
from jobagent_desktop.services.task_manager import TaskScheduler, Until

CATCH_UP_S = 1.0
"""How often the history is asked what other processes have written."""
SCHEDULE_S = 60.0
UPKEEP_S = 3600.0
"""How often it is looked whether the day's backup and the clearing away are due."""


LoopTrouble = Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object]
"""As asyncio calls an exception handler: the loop, and what is known of the trouble."""


class OpenStore(Records, Protocol):
    """The store as the engine owns it."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def catch_up(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Machine:
    """What this machine is, as the others see it."""

    name: str
    system: str
    version: str


class Engine:
    """Implements `RunningEngine`. Parts are given; their order of start and stop is decided here."""

    def __init__(
        self,
        *,
        store: OpenStore,
        scheduler: TaskScheduler,
        commands: CommandService,
        sources: Sources,
        documents: Documents,
        clock: Clock,
        worker: Worker,
        machine: Machine,
        search_interval_h: int,
        upkeep: Callable[[], Awaitable[None]],
        release_worker: Callable[[], None],
        on_loop_trouble: LoopTrouble | None,
    ) -> None:
        self._store = store
        self._scheduler = scheduler
        self._commands = commands
        self._sources = sources
        self._documents = documents
        self._clock = clock
        self._worker = worker
        self._machine = machine
        self._search_interval_s = search_interval_h * 3600
        self._upkeep = upkeep
        self._release_worker = release_worker
        self._on_loop_trouble = on_loop_trouble

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Everything that commands need, without the scheduler: enough for a command that only queues."""
        if self._on_loop_trouble is not None:
            asyncio.get_running_loop().set_exception_handler(self._on_loop_trouble)
        try:
            await self._store.open()
            machine = self._machine
            await self._store.see_machine(self._worker.machine_id, machine.name, machine.system, machine.version)
            yield
        finally:
            await self._sources.aclose()
            await self._documents.aclose()
            await self._store.close()
            self._release_worker()

    async def work(self, until: Until = Until.STOPPED, kinds: Collection[TaskKind] | None = None) -> None:
        """Works the queue until asked to stop, or until nothing is left to do; see `TaskScheduler.run`."""
        keepers = [
            asyncio.create_task(self._every(CATCH_UP_S, self._store.catch_up), name="catch up"),
            asyncio.create_task(self._every(SCHEDULE_S, self._queue_due_searches), name="schedule"),
            asyncio.create_task(self._every(UPKEEP_S, self._upkeep), name="upkeep"),
        ]
        try:
            await self._scheduler.run(until, kinds)
        finally:
            await end(*keepers)

    async def main(self, ready: Callable[[], None]) -> None:
        async with self.opened():
            ready()
            await self.work()

    async def work_one(self, task_id: str) -> None:
        """Works one task alone; see `TaskScheduler.run_one`."""
        await self._scheduler.run_one(task_id)

    def request_stop(self) -> None:
        self._scheduler.request_stop()

    def leave(self) -> None:
        """Ask `main` to end without waiting for the running steps; their tasks are handed back."""
        self._scheduler.leave()

    async def execute(self, command: Command) -> object:
        if isinstance(command, GoOn):
            self._scheduler.release()
            return None
        answer = await self._commands.execute(command)
        self._scheduler.wake()
        return answer

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            with survives("routine round"):
                await work()
            await self._clock.sleep(seconds)

    async def _queue_due_searches(self) -> None:
        """A saved search repeats when its interval has passed since its last run, whatever a local clock shows.

        A run that stands in the far future was written by a clock that was wrong; it must not end the rhythm for years.
        """
        now = self._clock.now()
        due = [
            search
            for search in await self._store.searches()
            if search.enabled
            and (search.last_run is None or abs((now - search.last_run).total_seconds()) >= self._search_interval_s)
        ]
        if due and await self._commands.queue_searches(due):
            self._scheduler.wake()
