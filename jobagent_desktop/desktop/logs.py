"""Logs as JSON lines, without secrets: to a rotating file, and to stdout or stderr where there is one.

Everything logs through the standard library's `logging` (`log = logging.getLogger(__name__)`); structlog renders it, and the
lines of libraries too. A line has `ts` (UTC, milliseconds), `level`, `event`, `logger`, `pid`, the ids bound by `bind_ids`,
what was given as `extra`, and `exception` with the traceback.

Files: each role writes `jobagent-<role>.jsonl`. A second process of the same role finds that file's lock taken and writes
`jobagent-<role>-2.jsonl`, and so on. So every file has one writer, which may rotate it (Windows renames no file that another
process has open), a killed process's file is taken up by the next, and there are never more files than processes at a time.
"""

from __future__ import annotations

import errno
import json
import logging
import logging.handlers
import os
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from jobagent_desktop.config import DataPaths
from jobagent_desktop.desktop.locks import FileLock
from jobagent_desktop.desktop.redaction import Redactor
from jobagent_desktop.services.log_ids import bind_ids, bound_ids

if TYPE_CHECKING:
    import structlog

__all__ = ["FILES", "FILE_BYTES", "LogSetup", "bind_ids", "configure_logging"]

FILE_BYTES = 5_000_000
FILES = 5
"""How many files of one writer are kept: the one being written and the older ones."""
MAX_WRITERS = 32
"""Processes of one role that write a file at a time; further ones write none."""
_TALKATIVE = ("httpcore", "httpx", "hpack", "urllib3", "PIL", "fontTools", "asyncio")
"""Libraries that say at info or debug what only their authors want to know."""
_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What `logging` itself puts on a record, or a formatter leaves on it; all else was given as `extra`."""


class LogSetup:
    """Logging as it was configured; `close` puts back what was before.

    Attributes:
        file: the log file of this process, if it writes one.
        machine_id: stands in every line once it is known; unlike bound ids also in lines from bare threads.
    """

    def __init__(self, level: int, redactor: Redactor) -> None:
        self.file: Path | None = None
        self.machine_id = ""
        self._formatter = _JsonLines(self, redactor)
        self._handlers: list[logging.Handler] = []
        self._lock: FileLock | None = None
        self._levels = {"": logging.getLogger().level} | {name: logging.getLogger(name).level for name in _TALKATIVE}
        logging.getLogger().setLevel(level)
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(max(level, logging.WARNING))
        logging.captureWarnings(capture=True)

    def add(self, handler: logging.Handler) -> None:
        handler.setFormatter(self._formatter)
        self._handlers.append(handler)
        logging.getLogger().addHandler(handler)

    def add_file(self, folder: Path, role: str) -> None:
        """Raises `OSError` when the folder cannot be written."""
        for number in range(1, MAX_WRITERS + 1):
            stem = f"jobagent-{role}" + (f"-{number}" if number > 1 else "")
            lock = FileLock(folder / f"{stem}.lock")
            if lock.try_acquire():
                self._lock, self.file = lock, folder / f"{stem}.jsonl"
                self.add(_OneWriterFile(self.file))
                self._formatter.prepare()
                return

    def set_level(self, level: str) -> None:
        """`debug`, `info`, `warning` or `error`, from now on."""
        logging.getLogger().setLevel(level.upper())

    def close(self) -> None:
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()
        self._handlers.clear()
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        logging.captureWarnings(capture=False)
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def configure_logging(
    paths: DataPaths | None,
    *,
    role: str,
    stdout: bool,
    stderr: bool,
    level: str,
    redactor: Redactor,
    stderr_level: str = "debug",
) -> LogSetup:
    """Starts logging for this process.

    Args:
        paths: where the file goes; None for commands that keep no log file.
        role: `window`, `run` or `cli`, part of the file's name.
        stdout, stderr: also write there; without effect in a windowed program, where they are None.
        level: `debug`, `info`, `warning` or `error`.
        stderr_level: nothing below it goes to stderr, where a command also talks to a person.

    Raises `OSError` when the log folder cannot be written.
    """
    setup = LogSetup(logging.getLevelNamesMapping()[level.upper()], redactor)
    if paths is not None:
        setup.add_file(paths.logs, role)
    for wanted, stream, lowest in ((stdout, sys.stdout, "debug"), (stderr, sys.stderr, stderr_level)):
        # Typed as never None, but pythonw and a windowed exe have none.
        if wanted and stream is not None:  # pyright: ignore[reportUnnecessaryComparison]
            handler = _Stream(stream)
            handler.setLevel(lowest.upper())
            setup.add(handler)
    if not logging.getLogger().handlers:
        setup.add(logging.NullHandler())  # else logging's last resort would look for a stderr
    return setup


class _Stream(logging.StreamHandler[TextIO]):
    """A stream that may go away: `jobagent-cli run | head` closes the pipe, and the work goes on."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        problem = sys.exception()
        # Windows calls a broken pipe an invalid argument.
        if isinstance(problem, OSError) and problem.errno in (errno.EPIPE, errno.EINVAL):
            logging.getLogger().removeHandler(self)
            return
        super().handleError(record)


_NOWHERE_TO_WRITE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO})


class _OneWriterFile(logging.handlers.RotatingFileHandler):
    """A file that only this process writes, and so may rename: `x.jsonl`, then `x.jsonl.1` (newest) to `x.jsonl.4`.

    A disk that takes nothing more loses lines: whoever logged has a sentence for the user, and a traceback from here would
    stand in its way.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8", delay=False)

    def doRollover(self) -> None:  # noqa: N802  logging's name
        if self.stream is not None:
            self.stream.close()
        path = Path(self.baseFilename)
        older = [path.with_name(f"{path.name}.{n}") for n in range(1, self.backupCount + 1)]
        try:
            for new, old in reversed(list(zip([path, *older], older, strict=False))):
                if new.exists():
                    new.replace(old)
            self.maxBytes = FILE_BYTES
        except OSError:
            # Somebody reads one of them, which on Windows holds its name: go on in this file, and try again later.
            self.maxBytes += FILE_BYTES
        finally:
            self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        problem = sys.exception()
        if not (isinstance(problem, OSError) and problem.errno in _NOWHERE_TO_WRITE):
            super().handleError(record)

    def close(self) -> None:
        try:
            super().close()
        except OSError as problem:  # the last lines did not fit either
            if problem.errno not in _NOWHERE_TO_WRITE:
                raise


class _JsonLines(logging.Formatter):
    """Renders a record through structlog.

    structlog takes a tenth of a second to import, so a command that logs nothing does not import it.
    """

    def __init__(self, setup: LogSetup, redactor: Redactor) -> None:
        super().__init__()
        self._setup = setup
        self._redactor = redactor
        self._renderer: structlog.stdlib.ProcessorFormatter | None = None

    def prepare(self) -> structlog.stdlib.ProcessorFormatter:
        """The renderer; imported now, so that the first line, perhaps about a crash, need not."""
        if self._renderer is None:
            import structlog

            self._renderer = structlog.stdlib.ProcessorFormatter(
                processors=[
                    self._describe,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.StackInfoRenderer(),
                    structlog.processors.format_exc_info,
                    self._redact,
                    structlog.processors.JSONRenderer(serializer=json.dumps),
                ],
            )
        return self._renderer

    def format(self, record: logging.LogRecord) -> str:
        return self.prepare().format(record)

    def _describe(self, _logger: object, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
        record: logging.LogRecord = line["_record"]
        head = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": line.pop("event"),
            "logger": record.name,
            "pid": os.getpid(),
        }
        if self._setup.machine_id:
            head["machine_id"] = self._setup.machine_id
        extra = {key: value for key, value in vars(record).items() if key not in _OF_EVERY_RECORD and key not in head}
        return {**head, **bound_ids(), **extra, **line}

    def _redact(self, _logger: object, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
        return {key: self._redactor.value(value, key) for key, value in line.items()}
