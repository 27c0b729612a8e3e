"""The only place where parts are built and joined. Adapters are imported here, lazily, and nowhere else by name."""

from __future__ import annotations

import argparse
import os
import platform
import random
import secrets
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobagent_desktop import __version__
from jobagent_desktop.checks import Check, check_all
from jobagent_desktop.config import DataPaths, Settings, data_dir, load_settings, resource
from jobagent_desktop.domain.breaker import SCRAPING
from jobagent_desktop.domain.errors import AgentError, Permanent, Transient
from jobagent_desktop.domain.event import Event
from jobagent_desktop.domain.identity import ulid
from jobagent_desktop.domain.task import TaskKind
from jobagent_desktop.services.ports import Clock, Documents, EventSink, Queries, Sources, Thinker, Worker
from jobagent_desktop.services.system_clock import SystemClock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from jobagent_desktop.desktop.crash import CrashShelf
    from jobagent_desktop.desktop.diagnostics import Diagnostics
    from jobagent_desktop.services.engine import Engine, LoopTrouble

SEARCHES_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Workspace:
    """A data folder with a migrated database, and the settings in force there.

    `on_loop_trouble` hears of what nobody awaited in the engine's loop. `held`: an engine claims no task until `GoOn`.
    """

    paths: DataPaths
    settings: Settings
    machine_id: str
    clock: Clock
    on_loop_trouble: LoopTrouble | None = None
    held: bool = False

    def queries(self) -> Queries:
        """A read model for the calling thread."""
        from jobagent_desktop.store.queries import ReadModel

        return ReadModel(self.paths.database)

    def engine(self, sink: EventSink) -> Engine:
        """A new engine with its own worker identity. Call it in the thread that will run it: it imports what is heavy."""
        return build_engine(self, sink)

    def file_path(self, application_id: str, kind: str, file_id: str) -> Path:
        """Where a stored PDF lies on this machine."""
        from jobagent_desktop.store.artefacts import FileStore

        return FileStore(self.paths.files).path(application_id, kind, ".pdf", file_id)

    def doctor(self) -> list[Check]:
        """Looks at everything the program needs."""
        return check_all(self.paths, self.queries)


class Session:
    """What a process has for itself on a data folder: its log and its crash hooks."""

    def __init__(self, env: Mapping[str, str]) -> None:
        from jobagent_desktop.desktop.redaction import Redactor

        self._env = env
        self._redactor = Redactor()
        self._ends: list[Callable[[], None]] = []

    def begin(self, workspace: Workspace, *, works_queue: bool, role: str = "run") -> Workspace:
        """Starts log and crash hooks. What works the queue logs to stdout, everything else to stderr; all of it to a file."""
        from jobagent_desktop.desktop.crash import install_crash_hooks
        from jobagent_desktop.desktop.logs import configure_logging

        settings = workspace.settings
        setup = configure_logging(
            workspace.paths,
            role=role,
            stdout=works_queue,
            stderr=not works_queue,
            level=settings.log_level,
            # Unless somebody asks for more, a command's talk should stay readable; the file has it all.
            stderr_level=settings.log_level if "log_level" in settings.pinned else "error",
            redactor=self._redactor,
        )
        setup.machine_id = workspace.machine_id
        hooks = install_crash_hooks(workspace.paths.crashes, __version__, redactor=self._redactor)
        self._ends += [hooks.uninstall, setup.close]
        return replace(workspace, on_loop_trouble=hooks.loop_exception_handler)

    def crashes(self, paths: DataPaths) -> CrashShelf:
        """The crash reports of this data folder."""
        from jobagent_desktop.desktop.crash import CrashShelf

        return CrashShelf(paths.crashes, self._redactor)

    def diagnostics(self, paths: DataPaths) -> Diagnostics:
        """Facts for a bug report."""
        import apsw

        from jobagent_desktop.desktop.diagnostics import Diagnostics

        return Diagnostics(paths.root, paths.logs, self._redactor, apsw.sqlite_lib_version())

    def end(self) -> None:
        while self._ends:
            self._ends.pop(0)()


@dataclass(frozen=True, slots=True)
class Parts:
    """Adapters that a test may replace; None means the real one."""

    sources: Sources | None = None
    thinker: Thinker | None = None
    documents: Documents | None = None


def open_workspace(folder: Path | None, env: Mapping[str, str], clock: Clock | None = None) -> Workspace:
    """Makes the data folder ready and migrates its database, which is restored from a backup if it is damaged.

    Raises `ConfigError` for a setting or folder that will not do, `Permanent` for a database that cannot be used.
    """
    from jobagent_desktop.store.ballast import Ballast
    from jobagent_desktop.store.queries import ReadModel

    paths = DataPaths(data_dir(folder, env))
    paths.make()
    Ballast(paths.ballast).give_way()
    clock = clock or SystemClock()
    machine_id = _machine_id(paths.root, clock)
    _get_database_ready(paths, machine_id, clock)
    with closing(ReadModel(paths.database)) as queries:
        stored: Mapping[str, Any] = queries.settings()
    return Workspace(paths, load_settings(env, paths.settings_file, stored), machine_id, clock)


def _get_database_ready(paths: DataPaths, machine_id: str, clock: Clock) -> None:
    """Opens and migrates the database. A damaged one is set aside and replaced, while nobody else works with it."""
    from jobagent_desktop.desktop.locks import FileLock, is_abandoned
    from jobagent_desktop.store.connection import Damaged
    from jobagent_desktop.store.recovery import get_ready, recover

    try:
        get_ready(paths)
    except Damaged as damage:
        with FileLock(paths.root / "recovery.lock"):
            if any(not is_abandoned(paths.workers, lock.stem) for lock in paths.workers.glob("*.lock")):
                raise Permanent(
                    "The database is damaged, and another window or command of this program still works with it. "
                    "Quit that one, then start again: the newest backup will be put in its place."
                ) from damage
            sentence = recover(paths, machine_id, clock.now())
        if sentence and sys.stderr is not None:  # The window tells it too, in a bar.
            print(sentence, file=sys.stderr)  # noqa: T201
        get_ready(paths)


def _machine_id(folder: Path, clock: Clock) -> str:
    """This machine's id in this data folder, made once; the first of several programs that start together decides."""
    path = folder / "machine-id"
    if path.exists() and (known := path.read_text("ascii").strip()):
        return known  # nothing is written, so that a full disk does not matter
    fresh = ulid(clock.now(), secrets.randbits)
    temporary = folder / f".machine-id.{os.getpid()}"
    temporary.write_text(fresh, "ascii")
    try:
        os.link(temporary, path)
    except FileExistsError:
        fresh = path.read_text("ascii").strip()
    except OSError:
        # A file system without links (FAT): the second writer would win, and both would still agree from then on.
        if not path.exists():
            temporary.replace(path)
        fresh = path.read_text("ascii").strip()
    finally:
        temporary.unlink(missing_ok=True)
    return fresh


def build_engine(workspace: Workspace, sink: EventSink, parts: Parts | None = None, rng: random.Random | None = None) -> Engine:
    """Builds and joins everything that works. The parts are imported here, in the thread that runs them."""
    from jobagent_desktop.agents import OfflineThinker
    from jobagent_desktop.desktop.locks import WorkerLock, forget, is_abandoned
    from jobagent_desktop.desktop.own_process import run_in_own_process
    from jobagent_desktop.documents import DocumentWorker
    from jobagent_desktop.services.circuit_breaker import CircuitBreaker
    from jobagent_desktop.services.command_service import CommandService
    from jobagent_desktop.services.engine import Engine, Machine
    from jobagent_desktop.services.history import History
    from jobagent_desktop.services.pipeline_service import PipelineService
    from jobagent_desktop.services.task_manager import Lane, TaskScheduler
    from jobagent_desktop.sources import Limits, SourceBook
    from jobagent_desktop.store.artefacts import FileStore
    from jobagent_desktop.store.ballast import Ballast
    from jobagent_desktop.store.store import Store
    from jobagent_desktop.store.upkeep import Upkeep

    parts = parts or Parts()
    paths, settings, clock = workspace.paths, workspace.settings, workspace.clock
    worker = Worker(workspace.machine_id, ulid(clock.now(), secrets.randbits))
    for dead in paths.workers.glob("*.lock"):
        forget(paths.workers, dead.stem)  # only if nobody holds it; a missing lock tells as much as a free one
    lock = WorkerLock(paths.workers, worker.nonce)
    try:
        lock.acquire()
    except OSError as error:
        raise Transient(
            f"The data folder {paths.root} cannot be written to: {error.strerror}. Free some space, or check its rights, "
            "then start again."
        ) from error

    def today() -> date:
        return clock.now().date()

    ballast = Ballast(paths.ballast)
    store = Store(paths.database, worker, clock, sink, ballast)
    history = History(clock, secrets.randbits)
    artefacts = FileStore(paths.files, ballast.drop)
    limits = Limits(total_s=settings.request_timeout_s, read_s=settings.request_timeout_s)
    sources = parts.sources or SourceBook(clock, host_delay_s=settings.host_delay_s, limits=limits)
    thinker = parts.thinker or OfflineThinker(today)
    documents = parts.documents or DocumentWorker()
    breaker = CircuitBreaker(SCRAPING, store, clock, history, worker.nonce)
    pipeline = PipelineService(
        records=store,
        artefacts=artefacts,
        sources=sources,
        thinker=thinker,
        documents=documents,
        breaker=breaker,
        clock=clock,
        history=history,
        min_score=settings.preview_min_score,
    )
    scheduler = TaskScheduler(
        ledger=store,
        worker=worker,
        clock=clock,
        rng=rng or random.Random(),
        lanes={
            TaskKind.SEARCH: Lane(pipeline.search_step, SEARCHES_AT_ONCE, pipeline.search_trouble),
            TaskKind.PREVIEW: Lane(pipeline.preview_step, settings.parallel_previews, pipeline.preview_trouble),
        },
        is_abandoned=lambda nonce: is_abandoned(paths.workers, nonce),
        before_claim=documents.start,
        has_room=store.has_room,
        run_alone=lambda task_id, stop: run_in_own_process(work_alone, str(paths.root), task_id, stop),
        held=workspace.held,
    )
    commands = CommandService(
        ledger=store,
        records=store,
        artefacts=artefacts,
        sources=sources,
        documents=documents,
        pipeline=pipeline,
        breaker=breaker,
        clock=clock,
        history=history,
        random_bits=secrets.randbits,
        settings=settings,
    )

    def release() -> None:
        lock.release()
        forget(paths.workers, worker.nonce)

    return Engine(
        store=store,
        scheduler=scheduler,
        commands=commands,
        sources=sources,
        documents=documents,
        clock=clock,
        worker=worker,
        machine=Machine(socket.gethostname()[:100], f"{platform.system()} {platform.release()}"[:32], __version__),
        search_interval_h=settings.search_interval_h,
        upkeep=Upkeep(paths, clock, store.prune).round,
        release_worker=release,
        on_loop_trouble=workspace.on_loop_trouble,
    )


def work_alone(folder: str, task_id: str, pipe: Connection) -> None:
    """Works one task that workers have died of; the main function of a process of its own."""
    import asyncio

    from jobagent_desktop.desktop.own_process import listen

    async def work() -> None:
        loop = asyncio.get_running_loop()
        engine = workspace.engine(_Unheard())
        listen(pipe, lambda: loop.call_soon_threadsafe(engine.request_stop))
        async with engine.opened():
            await engine.work_one(task_id)

    session = Session(os.environ)
    workspace = session.begin(open_workspace(Path(folder), os.environ), works_queue=True)
    try:
        asyncio.run(work())
    finally:
        session.end()


class _Unheard:
    """Implements `EventSink` where nobody listens; other processes read the history from the store."""

    def publish(self, event: Event) -> None:
        del event


def run_window(argv: Sequence[str], env: Mapping[str, str]) -> int:
    """The program with its window, from arguments to exit code. The user may go to the demo and back without a restart."""
    from jobagent_desktop.ui import SWITCH, make_application, show_failed_start

    arguments = _window_arguments(argv[1:])
    app = make_application(argv[:1], __version__)
    try:
        demo = arguments.demo or (arguments.demo_if_new and _is_new(open_workspace(arguments.data_dir, env)))
        if demo and not arguments.demo:
            print("Nothing is set up yet, so this is the demo. Your own start is one click away.", file=sys.stderr)  # noqa: T201
        code = SWITCH
        while code == SWITCH:
            code = _run_demo(app, argv, env) if demo else _run_window(app, argv, env, arguments)
            demo = not demo
        return code
    except AgentError as error:
        show_failed_start(error.sentence)
        return 1


def _window_arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="jobagent", description="Finds jobs and prepares honest applications.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="where everything is kept (default: your user data folder)"
    )
    parser.add_argument("--background", action="store_true", help="start in the tray")
    demo = parser.add_mutually_exclusive_group()
    demo.add_argument("--demo", action="store_true", help="look around: a made-up person, made-up jobs, a temporary folder")
    demo.add_argument("--demo-if-new", action="store_true", help="the demo, unless a CV has been imported before")
    return parser.parse_args(argv)


def _is_new(workspace: Workspace) -> bool:
    with closing(workspace.queries()) as queries:
        return not queries.counts().has_profile


def _run_demo(app: QApplication, argv: Sequence[str], env: Mapping[str, str]) -> int:
    with tempfile.TemporaryDirectory(prefix="jobagent-demo-", ignore_cleanup_errors=True) as folder:
        return _run_window(app, argv, env, argparse.Namespace(data_dir=Path(folder), background=False), demo=True)


def _run_window(
    app: QApplication, argv: Sequence[str], env: Mapping[str, str], arguments: argparse.Namespace, *, demo: bool = False
) -> int:
    from jobagent_desktop.desktop.qt_messages import install_qt_message_handler, remove_qt_message_handler
    from jobagent_desktop.desktop.single_instance import SingleInstance
    from jobagent_desktop.desktop.starts import StartWatch
    from jobagent_desktop.runtime import Bridge, EngineThread, Reader
    from jobagent_desktop.store.recovery import RestoreShelf
    from jobagent_desktop.ui import DemoStart, WindowContext, WindowController

    workspace = open_workspace(arguments.data_dir, env)
    instance = SingleInstance(workspace.paths.root)
    if not instance.acquire(list(argv[1:])):
        return 0 if instance.delivered else 1
    session = Session(env)
    try:
        workspace = session.begin(workspace, works_queue=True, role="window")
        install_qt_message_handler()
        starts = None if demo else StartWatch(workspace.paths.crashes / "starts.json", workspace.clock.now)
        workspace = replace(workspace, held=starts is not None and starts.is_careful)
        bridge = Bridge()
        context = WindowContext(
            bridge,
            workspace.queries(),
            workspace.clock.now,
            workspace.paths.root,
            __version__,
            demo=demo,
            background=arguments.background,
            pinned={key: getattr(workspace.settings, key) for key in workspace.settings.pinned},
            crashes=None if demo else session.crashes(workspace.paths),
            starts=starts,
            restores=None if demo else RestoreShelf(workspace.paths.quarantine),
            diagnostics=session.diagnostics(workspace.paths),
            reader=Reader(workspace.queries),
        )
        controller = WindowController(app, context, EngineThread(workspace.engine, bridge))
        instance.activated.connect(controller.on_second_start)
        starter = DemoStart(bridge, resource("demo", "cv.pdf")) if demo else None
        if starter is not None:
            starter.refused.connect(controller.window.show_trouble)
        controller.quit_on_signals()
        code = controller.run()
        if starts is not None:
            starts.settled()
        del starter
        return code
    finally:
        remove_qt_message_handler()
        session.end()
        instance.release()
