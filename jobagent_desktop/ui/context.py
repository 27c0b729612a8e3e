"""What the window is given by whoever builds the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jobagent_desktop.runtime import Bridge
from jobagent_desktop.services.ports import Queries


@dataclass(frozen=True, slots=True)
class WindowContext:
    """Attributes:
    queries: for the UI thread alone.
    now: the wall clock, timezone-aware, UTC.
    data_dir: shown in Settings.
    demo: the data folder is temporary and the jobs are made up; the window says so.
    pinned: settings that the environment or the settings file fixes, with their values.
    background: start in the tray, without showing the window.
    """

    bridge: Bridge
    queries: Queries
    now: Callable[[], datetime]
    data_dir: Path
    version: str
    demo: bool = False
    background: bool = False
    pinned: Mapping[str, object] = field(default_factory=dict[str, object])
