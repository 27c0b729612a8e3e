"""Crash reports: whatever nobody caught is written to a file and to the log, in every thread, task and finaliser.

A report is JSON with the redacted traceback and no local variables. The same fault is reported once per process. A crash of the
interpreter itself (a fault in a C library) leaves the stacks of all threads, which the next start turns into a report.
"""

from __future__ import annotations

import asyncio
import faulthandler
import hashlib
import json
import logging
import os
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from jobagent_desktop.desktop.locks import FileLock
from jobagent_desktop.desktop.redaction import Redactor

KEPT = 20
"""Reports that are kept; the oldest go first."""
_SLOTS = 32

log = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class CrashHooks:
    """The hooks as installed, and the reports they write; `uninstall` puts back what was before.

    No hook raises, and none needs a stderr: a windowed program has none.
    """

    def __init__(self, crash_dir: Path, version: str, redactor: Redactor, now: Callable[[], datetime]) -> None:
        self._dir = crash_dir
        self._version = version
        self._redactor = redactor
        self._now = now
        self._lock = threading.Lock()
        self._reported: set[str] = set()
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self._fatal: TextIO | None = None
        self._fatal_lock: FileLock | None = None

    def install(self) -> None:
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable
        self._watch_interpreter()

    def uninstall(self) -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        if self._fatal is not None:
            faulthandler.disable()
            self._fatal.close()
            self._fatal = None
        if self._fatal_lock is not None:
            self._fatal_lock.path.with_suffix(".txt").unlink(missing_ok=True)
            self._fatal_lock.release()
            self._fatal_lock = None

    # --- the hooks ---

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            return  # the user's wish, no crash
        path = self.report("the main thread", kind, error, trace)
        if path is not None and sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]  a windowed exe has none
            print(f"Something went wrong inside the program. A report is in {path}", file=sys.stderr)  # noqa: T201  the last word

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if issubclass(args.exc_type, SystemExit):
            return  # as threading itself does
        name = args.thread.name if args.thread else "?"
        self.report(f"the thread {name}", args.exc_type, args.exc_value, args.exc_traceback)

    def _on_unraisable(self, args: Any) -> None:  # its type, sys.UnraisableHookArgs, exists only for type checkers
        where = f"{args.err_msg or 'a finaliser'} ({type(args.object).__name__})"
        self.report(where, args.exc_type, args.exc_value, args.exc_traceback)

    def loop_exception_handler(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """For `loop.set_exception_handler`: a task or callback failed and nobody read its result."""
        del loop
        error = context.get("exception")
        message = str(context.get("message") or "an asyncio callback failed")
        if isinstance(error, BaseException):
            self.report(f"asyncio: {message}", type(error), error, error.__traceback__)
        else:
            log.error("asyncio: %s", message)

    # --- the reports ---

    def report(
        self, where: str, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> Path | None:
        """Logs an uncaught exception and writes its report. None when this one has a report, or none can be written."""
        try:
            lines = "".join(traceback.format_exception(kind, error, trace))
            path = self._write(where, kind.__qualname__, str(error), lines)
        except Exception as problem:  # noqa: BLE001  error boundary: a crash hook that raises hides the crash
            log.error("a crash report could not be written: %r", problem)  # noqa: TRY400  the first fault is what matters
            path = None
        seen = (kind, error, trace) if error is not None else None
        log.critical("uncaught %s in %s", kind.__qualname__, where, exc_info=seen, extra={"report": str(path) if path else ""})
        return path

    def _write(self, where: str, kind: str, message: str, trace: str) -> Path | None:
        digest = hashlib.sha256(trace.encode("utf-8", "replace")).hexdigest()
        with self._lock:
            if digest in self._reported:
                return None
            self._reported.add(digest)
        now = self._now()
        report = {
            "ts": now.isoformat(timespec="milliseconds"),
            "version": self._version,
            "where": where,
            "kind": kind,
            "message": message,
            "traceback": trace,
            "thread": threading.current_thread().name,
            "python": sys.version,
            "system": platform.platform(),
            "frozen": bool(getattr(sys, "frozen", False)),
        }
        path = self._dir / f"crash-{now:%Y%m%dT%H%M%S}-{os.getpid()}-{digest[:8]}.json"
        whole = json.dumps({key: self._redactor.value(value) for key, value in report.items()}, indent=2)
        fresh = path.with_suffix(".part")
        fresh.write_text(whole + "\n", encoding="ascii")
        fresh.replace(path)  # whole or not at all
        self._prune()
        return path

    def _prune(self) -> None:
        for old in sorted(self._dir.glob("crash-*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)

    # --- crashes of the interpreter ---

    def _watch_interpreter(self) -> None:
        """Has all stacks written to `fatal-<n>.txt` if the interpreter dies, and reports those of earlier processes."""
        for number in range(1, _SLOTS + 1):
            lock = FileLock(self._dir / f"fatal-{number}.lock")
            if not lock.try_acquire():
                continue  # another process's, and it lives
            path = lock.path.with_suffix(".txt")
            self._report_fatal(path)
            if self._fatal is not None:
                lock.release()
                continue
            self._fatal_lock = lock
            self._fatal = path.open("w", encoding="utf-8")
            faulthandler.enable(self._fatal, all_threads=True)
            if not (self._dir / f"fatal-{number + 1}.lock").exists():
                return

    def _report_fatal(self, path: Path) -> None:
        try:
            stacks = path.read_text(encoding="utf-8", errors="replace")
            path.unlink()
        except FileNotFoundError:
            return
        if stacks.strip():
            self._write("the interpreter, in an earlier run", "fatal", stacks.splitlines()[0], stacks)
            log.error("an earlier run of the program crashed: %s", stacks.splitlines()[0])


def install_crash_hooks(
    crash_dir: Path, version: str, *, redactor: Redactor, now: Callable[[], datetime] = _utc_now
) -> CrashHooks:
    """Installs the hooks of this process, as early as possible. Raises `OSError` when the folder cannot be written.

    The asyncio hook is each loop's own: `loop.set_exception_handler(hooks.loop_exception_handler)`.
    """
    crash_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    hooks = CrashHooks(crash_dir, version, redactor, now)
    hooks.install()
    return hooks
