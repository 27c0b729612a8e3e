"""What the program and its document process say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    DONE = "done"
    TRANSIENT = "transient"
    PERMANENT = "permanent"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Request:
    function: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is the result, or the sentence for the user; `trace` the process's traceback, for the log."""

    outcome: Outcome
    value: Any = None
    trace: str = ""
