"""What the window is given by whoever builds the program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from jobagent_desktop.runtime import Bridge, ReadHere, Reading
from jobagent_desktop.services.ports import Queries


class CrashNote(Protocol):
    """A crash report's head. `at` is UTC; `stopped`: the program came to its end by it."""

    @property
    def id(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def stopped(self) -> bool: ...


class CrashShelf(Protocol):
    """The crash reports of this data folder. Nothing here raises; each call is a few milliseconds."""

    @property
    def folder(self) -> Path: ...

    def unseen(self) -> Sequence[CrashNote]:
        """The newest first."""
        ...

    def text(self, report_id: str, /) -> str:
        """The whole report in plain words, without secrets; empty when it is gone."""
        ...

    def delete(self, report_id: str, /) -> bool:
        """Whether the report is gone now."""
        ...

    def mark_seen(self, report_ids: Iterable[str], /) -> None: ...


class RestoreNote(Protocol):
    """A damaged database that was replaced by a backup. `folder` holds the damaged files."""

    @property
    def sentence(self) -> str: ...
    @property
    def folder(self) -> Path: ...


class RestoreShelf(Protocol):
    """What the user has not been told yet of replaced databases. Nothing here raises."""

    def untold(self) -> RestoreNote | None: ...

    def mark_told(self) -> None: ...


class StartWatch(Protocol):
    """Whether this program survives its starts."""

    @property
    def crashes(self) -> int:
        """Starts in a row, before this one, that ended at once."""
        ...

    @property
    def is_careful(self) -> bool:
        """This start begins no work by itself: the engine holds its queue until the user goes on."""
        ...

    def settled(self) -> None:
        """The program has run for long enough, or ends in order."""
        ...

    def again(self) -> None:
        """The work that was held back begins: a crash from here on counts on top of those before."""
        ...


class Diagnostics(Protocol):
    """Facts about this installation for a bug report."""

    def gather(self, personal: Sequence[str], /) -> Iterator[str | None]:
        """None for each small step, and the finished text as the last item. `personal` words are taken out of it."""
        ...


@dataclass(frozen=True, slots=True)
class WindowContext:
    """Attributes:
    queries: for the UI thread alone, and there for what is small: at most a handful of rows.
    reader: answers what may take longer, in a thread of its own; None answers from `queries`, at once.
    now: the wall clock, timezone-aware, UTC.
    data_dir: shown in Settings.
    demo: the data folder is temporary and the jobs are made up; the window says so.
    pinned: settings that the environment or the settings file fixes, with their values.
    background: start in the tray, without showing the window.
    crashes: reports of earlier runs; None in the demo, whose folder is new each time.
    starts: None in the demo.
    restores: None in the demo.
    """

    bridge: Bridge
    queries: Queries
    now: Callable[[], datetime]
    data_dir: Path
    version: str
    demo: bool = False
    background: bool = False
    pinned: Mapping[str, object] = field(default_factory=dict[str, object])
    crashes: CrashShelf | None = None
    starts: StartWatch | None = None
    restores: RestoreShelf | None = None
    diagnostics: Diagnostics | None = None
    reader: Reading | None = None

    @property
    def reading(self) -> Reading:
        return self.reader or ReadHere(self.queries)
