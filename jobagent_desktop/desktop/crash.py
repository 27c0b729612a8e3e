"""Crash reports: whatever nobody caught is written to a file and to the log, in every thread, task and finaliser.

A report is JSON with the redacted traceback and no local variables. The same fault is reported once per process. A crash of the
interpreter itself (a fault in a C library) leaves the stacks of all threads, which the next start turns into a report.
The next start shows what is new on the shelf; nothing is ever sent.
"""

from __future__ import annotations

import faulthandler
import hashlib
import json
import logging
import os
import platform
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO, cast

from jobagent_desktop.desktop.locks import FileLock, forget
from jobagent_desktop.desktop.redaction import Redactor

if TYPE_CHECKING:
    import asyncio

KEPT = 20
"""Reports that are kept; the oldest go first."""
MAX_REPORT_BYTES = 1_000_000
"""What is read of a report; those that are written here are far smaller."""
_SLOTS = 32
_FATAL = "fatal"

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
            forget(self._dir, self._fatal_lock.path.stem)
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

    def _write(self, where: str, kind: str, message: str, trace: str, at: datetime | None = None) -> Path | None:
        digest = hashlib.sha256(trace.encode("utf-8", "replace")).hexdigest()
        with self._lock:
            if digest in self._reported:
                return None
            self._reported.add(digest)
        now = self._now()
        report = {
            "ts": (at or now).isoformat(timespec="milliseconds"),
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
        """Has all stacks written to `fatal-<n>.txt` if the interpreter dies, and reports those of earlier processes.

        On a disk that takes nothing there is no such file: that is no reason not to start.
        """
        try:
            self._take_a_slot()
        except OSError as problem:
            log.warning("a crash of the interpreter would leave no report: %s", problem)

    def _take_a_slot(self) -> None:
        for number in range(1, _SLOTS + 1):
            lock = FileLock(self._dir / f"fatal-{number}.lock")
            if self._fatal is not None and not lock.path.exists():
                continue  # looking on for what others have left, and leaving nothing
            if not lock.try_acquire():
                continue  # another process's, and it lives
            path = lock.path.with_suffix(".txt")
            self._report_fatal(path)
            if self._fatal is not None:
                lock.release()
                forget(self._dir, lock.path.stem)
                continue
            self._fatal_lock = lock
            self._fatal = path.open("w", encoding="utf-8")
            faulthandler.enable(self._fatal, all_threads=True)

    def _report_fatal(self, path: Path) -> None:
        try:
            stacks = path.read_text(encoding="utf-8", errors="replace")
            died = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            path.unlink()
        except FileNotFoundError:
            return
        if stacks.strip():
            self._write("the interpreter, in an earlier run", _FATAL, stacks.splitlines()[0], stacks, died)
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


# --- what the window shows of them -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CrashNote:
    """One report. `at` is UTC; `stopped`: the program came to its end by it, which an uncaught exception need not do."""

    id: str
    at: datetime
    stopped: bool


class CrashShelf:
    """The reports of a folder, and which of them the user has seen. A folder that fails is logged: no window falls over it."""

    def __init__(self, crash_dir: Path, redactor: Redactor) -> None:
        self.folder = crash_dir
        self._redactor = redactor
        self._seen_file = crash_dir / "seen.json"

    def unseen(self) -> list[CrashNote]:
        """The newest first."""
        seen = self._seen()
        return [self._note(path) for path in reversed(self._paths()) if path.name not in seen]

    def text(self, report_id: str) -> str:
        """The whole report in plain words, without secrets; empty when it is gone."""
        path = self._path(report_id)
        whole = self._read(path) if path is not None else None
        if whole is None:
            return ""
        report = _parsed(whole)
        if report is not None:
            lines = [
                f"Version: {report.get('version', '')}",
                f"Time: {report.get('ts', '')}",
                f"Where: {report.get('where', '')}",
            ]
            lines += [f"What: {report.get('kind', '')}: {report.get('message', '')}", f"Thread: {report.get('thread', '')}"]
            lines += [f"Python: {report.get('python', '')}", f"System: {report.get('system', '')}"]
            whole = "\n".join(lines) + f"\n\n{report.get('traceback', '')}"
        # The folder of a user is named like the user.
        return self._redactor.text(whole).replace(str(Path.home()), "~")

    def delete(self, report_id: str) -> bool:
        """Whether the report is gone now."""
        path = self._path(report_id)
        try:
            if path is not None:
                path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a crash report could not be deleted: %s", error)
            return False
        return True

    def mark_seen(self, report_ids: Iterable[str]) -> None:
        """From the next start on, these are not shown by themselves."""
        there = {path.name for path in self._paths()}
        seen = sorted((self._seen() | set(report_ids)) & there)
        fresh = self._seen_file.with_suffix(".part")
        try:
            fresh.write_text(json.dumps(seen), encoding="ascii")
            fresh.replace(self._seen_file)
        except OSError as error:
            log.warning("it could not be noted which crash reports were shown: %s", error)

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("crash-*.json"))

    def _path(self, report_id: str) -> Path | None:
        return next((path for path in self._paths() if path.name == report_id), None)

    def _note(self, path: Path) -> CrashNote:
        report = _parsed(self._read(path) or "") or {}
        try:
            at = datetime.fromisoformat(str(report.get("ts")))
        except ValueError:
            at = datetime.fromtimestamp(0, UTC)
        return CrashNote(path.name, at if at.tzinfo else at.replace(tzinfo=UTC), report.get("kind") == _FATAL)

    def _seen(self) -> set[str]:
        try:
            names: object = json.loads(self._seen_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return set()  # shown once more, then
        return {str(name) for name in cast("list[object]", names)} if isinstance(names, list) else set()

    @staticmethod
    def _read(path: Path) -> str | None:
        try:
            with path.open("rb") as stream:
                return stream.read(MAX_REPORT_BYTES).decode("utf-8", "replace")
        except OSError as error:
            log.warning("a crash report could not be read: %s", error)
            return None


def _parsed(whole: str) -> dict[str, object] | None:
    try:
        report: object = json.loads(whole)
    except ValueError:
        return None  # cut off, or not written here: it is shown as it is
    return cast("dict[str, object]", report) if isinstance(report, dict) else None
