"""What happened, as rows that were committed before anybody hears of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class EventKind(StrEnum):
    SEARCH_STARTED = "search_started"
    SEARCH_DONE = "search_done"
    SEARCH_FAILED = "search_failed"
    STEP_DONE = "step_done"
    PREVIEW_READY = "preview_ready"
    TASK_RETRY = "task_retry"
    TASK_WAITS = "task_waits"
    TASK_FAILED = "task_failed"
    TASK_CANCELLED = "task_cancelled"
    TASK_RESCUED = "task_rescued"
    APPLICATION_CHANGED = "application_changed"
    PROFILE_CHANGED = "profile_changed"
    BREAKER_CHANGED = "breaker_changed"
    QUEUE_PAUSED = "queue_paused"
    QUEUE_RESUMED = "queue_resumed"
    SETTINGS_CHANGED = "settings_changed"
    ENGINE_FAILED = "engine_failed"
    DATABASE_RESTORED = "database_restored"
    DISK_FULL = "disk_full"
    DISK_HAS_ROOM = "disk_has_room"
    DATA_READ_ONLY = "data_read_only"
    DATA_WRITABLE = "data_writable"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history. `stream` is what it is about: an application id, a task id, or `system`.

    `message` is a sentence for the user.
    """

    id: str
    stream: str
    ts: datetime
    kind: EventKind
    message: str
    level: Level = Level.INFO
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
