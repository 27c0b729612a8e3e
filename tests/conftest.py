"""For every test: nothing it started may outlive it, and an error in the log fails it.

A test that makes the program log an error on purpose is marked `allow_error_logs`. What a fixture of a wider scope starts is
that fixture's own business.
"""

from __future__ import annotations

import asyncio
import asyncio.runners
import logging
import multiprocessing
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

GRACE_S = float(os.environ.get("JOBAGENT_TEST_GRACE_S", "15"))
"""How long something that is just ending may take."""
_CHILDREN = Path("/proc/self/task")
_started_at: dict[int, traceback.StackSummary] = {}
"""Where each living thread was started, by the identity of its object."""
_forgotten_tasks: list[str] = []
"""Tasks that still ran when their loop was closed: asyncio ends those without a word."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=50, help="how often the kill test kills (1000 by hand)")
    parser.addoption("--opens", type=int, default=20, help="how often pages and dialogs are opened (1000 by hand)")
    parser.addoption("--freezes", type=int, default=3, help="how often the frozen worker's test freezes one (20 by hand)")


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith("JOBAGENT_") and not name.startswith("JOBAGENT_TEST_")]:
        del os.environ[name]  # a developer's own settings
    # No test may reach for a developer's own keyring; those about keyrings choose one.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

    start = threading.Thread.start

    def remember_where(self: threading.Thread) -> None:
        frames = traceback.walk_stack(sys._getframe(1))
        _started_at[id(self)] = traceback.StackSummary.extract(frames, limit=12, lookup_lines=False)
        start(self)

    threading.Thread.start = remember_where

    cancel_all = asyncio.runners._cancel_all_tasks  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

    def remember_which(loop: asyncio.AbstractEventLoop) -> None:
        # A generator that a library left unfinished is closed by a task of asyncio's own.
        tasks = (t for t in asyncio.all_tasks(loop) if type(t.get_coro()).__name__ != "async_generator_athrow")
        _forgotten_tasks.extend(map(repr, tasks))
        cancel_all(loop)

    asyncio.runners._cancel_all_tasks = remember_which  # pyright: ignore[reportAttributeAccessIssue]


# --- threads -----------------------------------------------------------------------------------------------------------------


def _lives(thread: threading.Thread) -> bool:
    if isinstance(thread, threading._DummyThread):
        # A thread that Python did not start (Qt's) and of whose end it does not hear; only Linux tells.
        return _CHILDREN.is_dir() and (_CHILDREN / str(thread.native_id)).exists()
    return thread.is_alive()


def _living_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if _lives(thread)}


def _describe_thread(thread: threading.Thread) -> str:
    started = _started_at.get(id(thread))
    where = "".join(reversed(started.format())) if started else "  (not started by Python)\n"
    return f"thread {thread.name!r}, started at (innermost last):\n{where}"


# --- child processes ---------------------------------------------------------------------------------------------------------


def _children() -> dict[int, str]:
    """Living children by process id, with their command lines. Without /proc only those of `multiprocessing`."""
    found = {process.pid: process.name for process in multiprocessing.active_children() if process.pid is not None}
    for listing in _CHILDREN.glob("*/children"):
        for pid in _read(listing).split():
            command = _read(Path("/proc", pid, "cmdline")).replace("\0", " ").strip()
            ended = _read(Path("/proc", pid, "stat")).rpartition(")")[2].split()[:1] in ([], ["Z"])
            # The tracker is multiprocessing's own, one for the session.
            if not ended and "multiprocessing.resource_tracker" not in command:
                found[int(pid)] = command
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return ""


# --- open files -------------------------------------------------------------------------------------------------------------


def _open_files() -> set[str]:
    """Files below the folder for temporary ones, where all of a test's own are. Only Linux tells."""
    found = set[str]()
    for handle in Path("/proc/self/fd").iterdir() if _CHILDREN.is_dir() else ():
        try:
            target = str(handle.readlink())
        except OSError:  # closed meanwhile
            continue
        if target.startswith(tempfile.gettempdir()) and not target.endswith(" (deleted)"):
            found.add(target)
    return found


# --- timers ------------------------------------------------------------------------------------------------------------------


def _timers() -> list[str]:
    """Qt's repeating timers that run for the application or in one of its windows."""
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    owners = (app, *app.topLevelWidgets()) if isinstance(app, QApplication) else ()
    timers = [timer for owner in owners for timer in owner.findChildren(QTimer)]
    return [f"every {t.interval()} ms, of {t.parent()!r}" for t in timers if t.isActive() and not t.isSingleShot()]


# --- errors in the log -------------------------------------------------------------------------------------------------------


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _describe_record(record: logging.LogRecord) -> str:
    lines = f"{record.levelname} {record.name}: {record.getMessage()}"
    if record.exc_info and record.exc_info[1]:
        lines += "\n" + "".join(traceback.format_exception(record.exc_info[1])).rstrip()
    return lines


# --- the check ---------------------------------------------------------------------------------------------------------------


def _left_behind(threads: Iterable[threading.Thread], children: Iterable[int], files: Iterable[str]) -> list[str]:
    """What has started since and does not end within the grace."""
    known_threads, known_children, known_files = set(threads), set(children), set(files)
    deadline = time.monotonic() + GRACE_S
    while True:
        new_threads = _living_threads() - known_threads
        new_children = {pid: command for pid, command in _children().items() if pid not in known_children}
        new_files = _open_files() - known_files
        if not (new_threads or new_children or new_files) or time.monotonic() > deadline:
            return (
                [_describe_thread(thread) for thread in new_threads]
                + [f"child process {pid}: {command}" for pid, command in new_children.items()]
                + [f"open file {name}" for name in sorted(new_files)]
            )
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def nothing_is_left_behind(request: pytest.FixtureRequest) -> Generator[None]:
    """Fails the test that leaves a thread, child process, task, timer or open file, or logs an error without saying so."""
    threads, children, files, timers = _living_threads(), _children(), _open_files(), _timers()
    _forgotten_tasks.clear()
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    yield
    logging.getLogger().removeHandler(errors)
    left: list[Any] = _left_behind(threads, children, files)
    left += [f"asyncio task {task}" for task in _forgotten_tasks]
    left += [f"timer {text}" for text in _timers() if text not in timers]
    living = {id(thread) for thread in threading.enumerate()}
    for gone in _started_at.keys() - living:
        del _started_at[gone]
    if left:
        pytest.fail("The test left behind:\n" + "\n".join(left), pytrace=False)
    if errors.records and request.node.get_closest_marker("allow_error_logs") is None:
        pytest.fail("The test logged errors:\n" + "\n".join(map(_describe_record, errors.records)), pytrace=False)


@pytest.fixture
def opens(request: pytest.FixtureRequest) -> int:
    """How often the leak test opens each page and dialog; `--opens 1000` by hand."""
    return int(str(request.config.getoption("--opens")))
