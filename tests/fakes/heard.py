"""An event sink that remembers what it heard."""

from __future__ import annotations

from jobagent_desktop.domain.event import Event, EventKind


class Heard:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        self.events.append(event)

    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.events]
