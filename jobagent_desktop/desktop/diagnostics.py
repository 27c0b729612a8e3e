"""Facts about this installation for a bug report: versions, sizes and the newest warnings; nothing of the person."""

from __future__ import annotations

import heapq
import json
import os
import platform
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from jobagent_desktop.desktop.redaction import Redactor

LINES = 20
"""Warnings that are told, the newest."""
TAIL_BYTES = 262_144
"""What is read of a log file, from its end."""
MAX_FILES = 8
"""Log files that are looked at, the newest."""
_MAX_HEAD = 200
_LEVELS = frozenset({"warning", "error", "critical"})
_ADDRESS = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://\S+")
_EMAIL = re.compile(r"[^\s@<>\"']{1,100}@[^\s@<>\"']{1,100}")
_PATH = re.compile(r"(?:\b[A-Za-z]:[\\/]|\\\\|~/|(?<![\w/])/)[^\s\"'<>|]+")


class Diagnostics:
    """Reads in small steps, so that a window can do it between two frames."""

    def __init__(self, root: Path, logs: Path, redactor: Redactor, sqlite: str) -> None:
        self._root = root
        self._logs = logs
        self._redactor = redactor
        self._sqlite = sqlite

    def gather(self, personal: Sequence[str]) -> Iterator[str | None]:
        """None for each small step, and the finished text as the last item. `personal` words are taken out of it."""
        size, count = 0, 0
        for folder, _, names in os.walk(self._root):
            for name in names:
                try:
                    size += Path(folder, name).lstat().st_size
                except OSError:
                    continue  # gone meanwhile
                count += 1
                yield None
        warnings: list[tuple[str, str]] = []
        for path in self._newest_logs():
            for line in _tail(path):
                told = _told(line)
                if told is not None:
                    warnings.append(told)
                yield None
            warnings = heapq.nlargest(LINES, warnings)
        frozen = "installed program" if getattr(sys, "frozen", False) else "from source"
        lines = [
            f"System: {platform.platform()}",
            f"Python: {platform.python_version()}, {frozen}",
            f"SQLite: {self._sqlite}",
            f"Data folder: {size / 1_000_000:.1f} MB in {count} files",
            f"Newest warnings: {len(warnings) or 'none'}",
        ]
        lines += [self._impersonal(text, personal) for _, text in sorted(warnings)]
        yield "\n".join(lines)

    def _newest_logs(self) -> list[Path]:
        dated: list[tuple[float, Path]] = []
        for path in self._logs.glob("*.jsonl*"):
            try:
                dated.append((path.stat().st_mtime, path))
            except OSError:
                continue  # rotated meanwhile
        return [path for _, path in heapq.nlargest(MAX_FILES, dated)]

    def _impersonal(self, text: str, personal: Sequence[str]) -> str:
        text = self._redactor.text(text)
        for pattern, word in ((_ADDRESS, "[address]"), (_EMAIL, "[e-mail]"), (_PATH, "[path]")):
            text = pattern.sub(word, text)
        words = {word for whole in personal for word in (whole, *whole.split()) if len(word) > 1}
        for word in sorted(words, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "[name]", text, flags=re.IGNORECASE)
        return text


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as stream:
            start = max(0, stream.seek(0, os.SEEK_END) - TAIL_BYTES)
            stream.seek(start)
            lines = stream.read(TAIL_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return []  # rotated meanwhile, or another program's
    return lines[1:] if start else lines  # the first one is cut


def _told(line: str) -> tuple[str, str] | None:
    """When, and what may be told of a log line: what follows a colon may hold anything, a company's name or a file's."""
    if not any(level in line for level in _LEVELS):
        return None
    try:
        found: object = json.loads(line)
    except ValueError:
        return None  # cut by a kill
    if not isinstance(found, dict):
        return None
    entry = {key: str(value) for key, value in cast("dict[str, object]", found).items()}
    if entry.get("level") not in _LEVELS:
        return None
    head = entry.get("event", "").partition(": ")[0].partition("\n")[0][:_MAX_HEAD]
    error = entry.get("exception", "").strip().rpartition("\n")[2].partition(":")[0]
    kind = f" ({error.strip()})" if re.fullmatch(r"[\w.]+", error.strip()) else ""
    when = entry.get("ts", "")
    return when, f"{when} {entry['level']} {entry.get('logger', '')}: {head}{kind}"
