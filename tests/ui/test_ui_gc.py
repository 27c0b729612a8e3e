"""Cyclic garbage is collected by the UI thread's timer and by nobody else."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain.commands import Command
from jobagent_desktop.runtime import Bridge, EngineThread, UiGarbageCollector


class Knot:
    """An object in a cycle with itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[UiGarbageCollector]:
    gc.enable()
    collector = UiGarbageCollector()
    collector.start()
    yield collector
    collector.stop()
    gc.unfreeze()
    enabled_again = gc.isenabled()
    gc.disable()
    assert enabled_again


def test_the_interpreter_no_longer_collects_by_itself(collector: UiGarbageCollector) -> None:
    assert not gc.isenabled()


def test_a_due_generation_is_collected(collector: UiGarbageCollector) -> None:
    knot = weakref.ref(Knot())
    keep = [[n] for n in range(gc.get_threshold()[0] + 100)]
    assert knot() is not None
    collector.collect()
    assert knot() is None
    assert keep


def test_nothing_is_collected_before_it_is_due(collector: UiGarbageCollector) -> None:
    gc.collect()
    knot = weakref.ref(Knot())
    collector.collect()
    assert knot() is not None
    gc.collect()


def test_what_exists_after_the_start_is_left_out(collector: UiGarbageCollector) -> None:
    collector.freeze()
    assert gc.get_freeze_count() > 1000


def test_a_busy_engine_thread_never_collects(collector: UiGarbageCollector, qtbot: QtBot) -> None:
    collected_in: set[int] = set()

    def note(_phase: str, _info: dict[str, int]) -> None:
        collected_in.add(threading.get_ident())

    class Busy:
        """An engine that leaves far more garbage than the interpreter would let lie."""

        async def main(self, ready: Callable[[], None]) -> None:
            ready()
            for _ in range(20 * gc.get_threshold()[0]):
                Knot()

        def request_stop(self) -> None: ...

        async def execute(self, command: Command) -> object:
            return command

    bridge = Bridge()
    thread = EngineThread(lambda _sink: Busy(), bridge)
    gc.callbacks.append(note)
    try:
        with qtbot.waitSignal(thread.finished, timeout=30_000):
            thread.start()
        collector.collect()
    finally:
        gc.callbacks.remove(note)
        thread.wait()
        bridge.deleteLater()
    assert collected_in == {threading.get_ident()}
