"""The bridge between the engine's loop and the window: nothing is lost, nothing arrives on the wrong thread."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QObject, QThread, Signal, Slot
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain.commands import Approve, Command, Pause
from jobagent_desktop.domain.errors import ConfigError, Permanent
from jobagent_desktop.domain.event import Event, EventKind
from jobagent_desktop.runtime import Bridge, EngineThread
from jobagent_desktop.services.ports import EventSink, RunningEngine

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def event(number: int) -> Event:
    return Event(f"e{number}", "system", NOW, EventKind.STEP_DONE, "done")


class Engine:
    """A `RunningEngine` that answers with the command, or does what the test wants."""

    def __init__(self, act: Callable[[Command], object], gate: threading.Event | None = None) -> None:
        self._act = act
        self._gate = gate
        self._stop = asyncio.Event()
        self.seen: list[Command] = []

    async def main(self, ready: Callable[[], None]) -> None:
        if self._gate is not None:
            await asyncio.to_thread(self._gate.wait, 5)
        ready()
        await self._stop.wait()

    def request_stop(self) -> None:
        self._stop.set()

    async def execute(self, command: Command) -> object:
        self.seen.append(command)
        return self._act(command)


class Ears(QObject):
    """Hears signals and remembers on which thread."""

    heard_one = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []
        self.threads: set[QThread] = set()

    @Slot(object)
    def hear(self, value: object) -> None:
        self.heard.append(value)
        self.threads.add(QThread.currentThread())
        self.heard_one.emit()


def start(engine_of: Callable[[EventSink], RunningEngine]) -> tuple[Bridge, EngineThread]:
    bridge = Bridge()
    thread = EngineThread(engine_of, bridge)
    thread.start()
    return bridge, thread


def test_events_of_one_moment_arrive_as_one_bundle_on_the_ui_thread(qtbot: QtBot) -> None:
    bridge, ears = Bridge(), Ears()
    bridge.events.connect(ears.hear)

    def publish(first: int) -> None:
        for number in range(first, first + 100):
            bridge.publish(event(number))

    others = [threading.Thread(target=publish, args=(n * 100,)) for n in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    qtbot.waitUntil(lambda: bool(ears.heard))
    assert len(ears.heard) == 1
    assert {e.id for e in ears.heard[0]} == {f"e{n}" for n in range(400)}  # pyright: ignore[reportGeneralTypeIssues, reportAttributeAccessIssue]
    assert ears.threads == {bridge.thread()}


def test_events_published_later_make_a_later_bundle(qtbot: QtBot) -> None:
    bridge, ears = Bridge(), Ears()
    bridge.events.connect(ears.hear)
    for number in range(2):
        bridge.publish(event(number))
        qtbot.waitUntil(lambda n=number: len(ears.heard) == n + 1)


def test_commands_asked_before_the_engine_is_ready_are_sent_in_order(qtbot: QtBot) -> None:
    gate = threading.Event()
    engines: list[Engine] = []

    def make(_sink: EventSink) -> Engine:
        engines.append(Engine(lambda command: command, gate))
        return engines[0]

    bridge, thread = start(make)
    ears = Ears()
    commands = [Approve(f"a{n}") for n in range(5)]
    for command in commands:
        bridge.ask(command).done.connect(ears.hear)
    assert not ears.heard
    gate.set()
    qtbot.waitUntil(lambda: len(ears.heard) == 5)
    assert engines[0].seen == commands
    assert ears.heard == commands
    assert ears.threads == {bridge.thread()}
    assert thread.stop()


def test_a_refusal_is_its_sentence(qtbot: QtBot) -> None:
    def refuse(_command: Command) -> object:
        raise Permanent("This cannot be done. Do that instead.")

    bridge, thread = start(lambda _sink: Engine(refuse))
    ears = Ears()
    bridge.ask(Pause()).failed.connect(ears.hear)
    qtbot.waitUntil(lambda: bool(ears.heard))
    assert ears.heard == ["This cannot be done. Do that instead."]
    assert thread.stop()


@pytest.mark.allow_error_logs
def test_a_bug_is_logged_with_its_traceback_and_told_without_it(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    def break_down(_command: Command) -> object:
        raise ZeroDivisionError("secret detail")

    bridge, thread = start(lambda _sink: Engine(break_down))
    ears = Ears()
    with caplog.at_level(logging.ERROR):
        bridge.ask(Pause()).failed.connect(ears.hear)
        qtbot.waitUntil(lambda: bool(ears.heard))
    assert "log" in str(ears.heard[0])
    assert "secret detail" not in str(ears.heard[0])
    assert [record.exc_info is not None for record in caplog.records] == [True]
    assert thread.stop()


def test_after_the_end_a_command_fails_with_a_sentence(qtbot: QtBot) -> None:
    bridge, thread = start(lambda _sink: Engine(lambda command: command))
    qtbot.waitUntil(lambda: bridge.is_ready)
    with qtbot.waitSignal(bridge.stopped):
        assert thread.stop()
    ears = Ears()
    bridge.ask(Pause()).failed.connect(ears.hear)
    qtbot.waitUntil(lambda: bool(ears.heard))
    assert "closing" in str(ears.heard[0])


def test_a_command_that_waits_when_the_engine_ends_fails_too(qtbot: QtBot) -> None:
    class Slow(Engine):
        async def execute(self, command: Command) -> object:
            self.seen.append(command)
            await asyncio.Event().wait()
            return None

    engines: list[Slow] = []

    def make(_sink: EventSink) -> Slow:
        engines.append(Slow(lambda command: command))
        return engines[0]

    bridge, thread = start(make)
    ears = Ears()
    bridge.ask(Pause()).failed.connect(ears.hear)
    qtbot.waitUntil(lambda: bool(engines and engines[0].seen))
    assert thread.stop()
    qtbot.waitUntil(lambda: bool(ears.heard))
    assert "closing" in str(ears.heard[0])


@pytest.mark.allow_error_logs
def test_an_engine_that_cannot_be_built_tells_why(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    def make(_sink: EventSink) -> RunningEngine:
        raise ConfigError("The setting theme must be one of system, light, dark.")

    bridge = Bridge()
    thread = EngineThread(make, bridge)
    ears = Ears()
    bridge.engine_failed.connect(ears.hear)
    waiting = bridge.ask(Pause())
    waiting.failed.connect(ears.hear)
    with caplog.at_level(logging.CRITICAL):
        thread.start()
        qtbot.waitUntil(lambda: len(ears.heard) == 2)
    assert ears.heard == ["The setting theme must be one of system, light, dark."] * 2
    assert thread.wait(5000)


@pytest.mark.allow_error_logs
def test_an_engine_that_breaks_tells_that_data_is_safe(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    def make(_sink: EventSink) -> RunningEngine:
        raise ZeroDivisionError

    bridge = Bridge()
    thread = EngineThread(make, bridge)
    ears = Ears()
    bridge.engine_failed.connect(ears.hear)
    thread.start()
    qtbot.waitUntil(lambda: bool(ears.heard))
    assert "data is safe" in str(ears.heard[0])
    assert any(record.exc_info for record in caplog.records)
    assert thread.wait(5000)


def test_a_stop_while_the_engine_is_being_built_is_not_lost(qtbot: QtBot) -> None:
    building, go_on = threading.Event(), threading.Event()

    def make(_sink: EventSink) -> Engine:
        building.set()
        assert go_on.wait(5)
        return Engine(lambda command: command)

    bridge, thread = start(make)
    assert building.wait(5)
    bridge.request_stop()
    go_on.set()
    assert thread.wait(5000)


def test_thousands_of_commands_are_all_answered(qtbot: QtBot) -> None:
    bridge, thread = start(lambda _sink: Engine(lambda command: command))
    ears = Ears()
    for number in range(3000):
        bridge.ask(Approve(str(number))).done.connect(ears.hear)
    qtbot.waitUntil(lambda: len(ears.heard) == 3000, timeout=20_000)
    assert thread.stop()
