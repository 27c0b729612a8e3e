"""The real window over the in-memory world, on a virtual screen."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain.draft import Draft
from jobagent_desktop.runtime import Bridge, EngineThread
from jobagent_desktop.services.ports import EventSink, RunningEngine
from jobagent_desktop.ui.app import dress
from jobagent_desktop.ui.context import WindowContext
from jobagent_desktop.ui.main_window import MainWindow
from jobagent_desktop.ui.theme import Appearance
from tests.fakes.window_world import World, WorldEngine, WorldQueries

if "DISPLAY" not in os.environ and "WAYLAND_DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def draw_page(draft: Draft, kind: str, width: int) -> tuple[bytes, ...]:
    """A page of paper with the draft's words on it, as PNG."""
    image = QImage(width, round(width * 297 / 210), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    scale = width / 595
    font = QFont("Inter")
    lines: list[tuple[str, int]] = [(draft.cv.name, 17), (" · ".join(draft.cv.contact), 10)]
    if kind == "letter":
        lines += [(draft.letter.greeting, 11)]
        lines += [(" ".join(sentence.text for sentence in paragraph), 11) for paragraph in draft.letter.paragraphs]
    else:
        lines += [(sentence.text, 11) for sentence in draft.cv.summary]
        for section in draft.cv.work:
            lines += [(f"{section.heading}, {section.subheading} · {section.dates}", 12)]
            lines += [(f"•  {sentence.text}", 11) for sentence in section.lines]
        lines += [(", ".join(draft.cv.skills), 11)]
    y = round(60 * scale)
    painter.setPen(QColor("#222222"))
    for text, size in lines:
        font.setPixelSize(round(size * scale))
        painter.setFont(font)
        box = QRect(round(56 * scale), y, width - round(112 * scale), round(60 * scale))
        y += painter.boundingRect(box, int(Qt.TextFlag.TextWordWrap), text).height() + round(6 * scale)
        painter.drawText(box, int(Qt.TextFlag.TextWordWrap), text)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType]  # the stubs want bytes, Qt wants text
    return (bytes(data.data()),)


@dataclass
class Stage:
    """A running window and what is behind it."""

    world: World
    window: MainWindow
    bridge: Bridge
    thread: EngineThread
    queries: WorldQueries
    data_dir: Path


OpenWindow = Callable[..., Stage]


def patiently(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    """Waits for what the user would see; a busy machine takes its time."""
    qtbot.waitUntil(condition, timeout=30_000)


@pytest.fixture(scope="session", autouse=True)
def collection_on_this_thread() -> Iterator[None]:
    """As in the program: an engine thread that collects Qt objects crashes the process or hangs it."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def collected_after_each_test() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["jobagent-tests"]


@pytest.fixture(scope="session", autouse=True)
def stays_without_windows(qapp: QApplication) -> None:
    """As `make_application` has it; otherwise the last window of a test ends the event loops of the next."""
    qapp.setQuitOnLastWindowClosed(False)


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    """The application's colours, light at first."""
    appearance = dress(qapp, "light")
    yield appearance
    appearance.deleteLater()


@pytest.fixture
def open_window(appearance: Appearance, qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    """Opens the real main window with a running engine thread over the given world; closes all of it after the test."""
    stages: list[Stage] = []

    def make(world: World, size: tuple[int, int] = (1440, 900), *, demo: bool = False, **more: Any) -> Stage:
        bridge = Bridge()

        def make_engine(sink: EventSink) -> RunningEngine:
            return WorldEngine(world, sink, draw_page)

        thread = EngineThread(make_engine, bridge)
        queries = WorldQueries(world)
        window = MainWindow(WindowContext(bridge, queries, lambda: world.now, tmp_path, "0.1.0", demo=demo, **more))
        window.resize(*size)
        window.show()
        window.activateWindow()
        with qtbot.waitActive(window):
            pass
        thread.start()
        qtbot.waitUntil(lambda: bridge.is_ready and window.has_all_pages(), timeout=30_000)
        stage = Stage(world, window, bridge, thread, queries, tmp_path)
        stages.append(stage)
        return stage

    yield make
    for stage in stages:
        assert stage.thread.stop(), "the engine's thread did not end"
        stage.window.allow_close()
        stage.window.close()
        stage.window.deleteLater()
        stage.bridge.deleteLater()
    qtbot.wait(1)
