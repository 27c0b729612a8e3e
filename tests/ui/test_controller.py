"""Starting, closing, raising and quitting the whole program, with its real event loop."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.event import EventKind
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.runtime import Bridge, EngineThread
from jobagent_desktop.services.ports import EventSink, RunningEngine
from jobagent_desktop.ui import DemoStart, WindowContext, WindowController
from jobagent_desktop.ui.main_window import JOBS
from jobagent_desktop.ui.theme import DARK, theme_of
from tests.fakes.window_jobs import busy_world
from tests.fakes.window_samples import make_posting
from tests.fakes.window_world import World, WorldEngine, WorldQueries
from tests.ui.conftest import draw_page

# A tray is asked for on a screen that has none.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "This plugin does not support")

Run = Callable[..., WindowController]
_S = ApplicationStatus


class Script(QObject):
    """Steps for a running event loop: each waits for its condition, then acts. The test fails when one never comes."""

    def __init__(self, *steps: tuple[Callable[[], object], Callable[[], object]], give_up: Callable[[], object]) -> None:
        super().__init__()
        self.left = list(steps)
        self._give_up = give_up
        self._polls = 0
        self._timer = QTimer(self)
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._poll)
        self._timer.start()

    @Slot()
    def _poll(self) -> None:
        self._polls += 1
        if not self.left:
            self._timer.stop()
        elif self._polls > 1000:
            self._timer.stop()
            self._give_up()
        elif self.left[0][0]():
            self.left.pop(0)[1]()


def always() -> bool:
    return True


@pytest.fixture
def build(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Run]:
    """Builds a controller over a world, as `bootstrap` does with the real parts."""
    built: list[tuple[WindowController, EngineThread]] = []

    def make(world: World, *, with_tray: bool, fail: Exception | None = None, **more: object) -> WindowController:
        def make_engine(sink: EventSink) -> RunningEngine:
            return WorldEngine(world, sink, draw_page, fail_at_start=fail)

        bridge = Bridge()
        thread = EngineThread(make_engine, bridge)
        context = WindowContext(bridge, WorldQueries(world), lambda: world.now, tmp_path, "0.1.0", **more)  # pyright: ignore[reportArgumentType]
        controller = WindowController(qapp, context, thread, with_tray=with_tray)
        built.append((controller, thread))
        return controller

    yield make
    for controller, thread in built:
        assert thread.stop()
        controller.window.allow_close()
        controller.window.close()
        controller.window.deleteLater()
        controller.deleteLater()
    gc.enable()
    gc.unfreeze()
    gc.disable()
    qtbot.wait(1)


def test_it_starts_and_quits_in_order(build: Run, qapp: QApplication) -> None:
    controller = build(busy_world(), with_tray=False)
    seen: list[str] = []

    def quit_now() -> None:
        controller.quit()
        seen.append(controller.window.status.text())

    script = Script((lambda: controller.window.status.text().endswith("Ready"), quit_now), give_up=lambda: qapp.exit(9))
    assert controller.run() == 0
    assert not script.left
    assert "Stopping" in seen[0]
    assert not controller.window.isVisible()


def test_quitting_twice_is_quitting_once(build: Run, qapp: QApplication) -> None:
    controller = build(busy_world(), with_tray=True)
    script = Script((always, controller.quit), (always, controller.quit), give_up=lambda: qapp.exit(9))
    assert controller.run() == 0
    del script


def test_a_thread_that_has_told_it_ends_is_waited_for(build: Run, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    """`finished` comes while the thread still runs its last lines: leaving hard then would skip everything that closes."""

    def leave(code: int) -> None:
        raise AssertionError(f"left hard with {code}")

    monkeypatch.setattr("jobagent_desktop.ui.controller.os._exit", leave)
    controller = build(World(), with_tray=False)
    thread = controller._thread  # pyright: ignore[reportPrivateUsage]
    never = threading.Event()
    thread.finished.connect(lambda: never.wait(0.3), Qt.ConnectionType.DirectConnection)
    script = Script((controller.window.isVisible, controller.quit), give_up=lambda: qapp.exit(9))
    assert controller.run() == 0
    assert not script.left


def test_with_a_tray_closing_hides_and_says_so_once(build: Run, qtbot: QtBot) -> None:
    controller = build(busy_world(), with_tray=True)
    controller.start()
    assert controller.tray is not None
    told: list[str] = []
    controller.tray.told.connect(lambda heading, _text: told.append(heading))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    for _ in range(2):
        controller.show_window()
        assert controller.window.close()
        assert not controller.window.isVisible()
    assert told == ["Still working in the tray"]
    controller.tray.open_wanted.emit()
    assert controller.window.isVisible()


def test_closing_quits_when_the_user_wants_it_so(build: Run, qapp: QApplication) -> None:
    world = busy_world()
    world.settings["close_to_tray"] = False
    controller = build(world, with_tray=True)
    script = Script((controller.window.isVisible, controller.window.close), give_up=lambda: qapp.exit(9))
    assert controller.run() == 0
    assert not script.left


def test_without_a_tray_closing_asks(build: Run, qtbot: QtBot) -> None:
    controller = build(busy_world(), with_tray=False)
    controller.start()
    event = QCloseEvent()
    controller.window.closeEvent(event)
    assert not event.isAccepted()
    dialog = controller.closing_dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.cancel_button.click()
    assert controller.window.isVisible()
    controller.window.close()
    dialog.keep_button.click()
    assert controller.window.windowState() & Qt.WindowState.WindowMinimized


def test_without_a_tray_quit_in_the_question_quits(build: Run, qapp: QApplication) -> None:
    controller = build(busy_world(), with_tray=False)

    def press_quit() -> None:
        assert controller.closing_dialog is not None
        controller.closing_dialog.quit_button.click()

    script = Script(
        (controller.window.isVisible, controller.window.close),
        (lambda: controller.closing_dialog is not None, press_quit),
        give_up=lambda: qapp.exit(9),
    )
    assert controller.run() == 0
    assert not script.left


def test_in_the_background_only_the_tray_shows(build: Run, qtbot: QtBot) -> None:
    controller = build(busy_world(), with_tray=True, background=True)
    controller.start()
    assert not controller.window.isVisible()
    controller.on_second_start([])
    assert controller.window.isVisible()


def test_the_background_without_a_tray_would_be_lost(build: Run, qtbot: QtBot) -> None:
    controller = build(busy_world(), with_tray=False, background=True)
    controller.start()
    assert controller.window.isVisible()


def test_new_previews_are_told_in_one_toast(build: Run, qtbot: QtBot) -> None:
    world = busy_world()
    controller = build(world, with_tray=True, background=True)
    controller.start()
    assert controller.tray is not None
    bridge = controller.window._context.bridge
    with qtbot.waitSignal(controller.tray.told, timeout=6000) as toast:
        for number in range(5):
            entry = world.add(make_posting(100 + number, "<b>New</b>", "Company"), _S.PREVIEW_READY, score=70)
            bridge.publish(world.change(entry.id, EventKind.PREVIEW_READY, "Ready."))
    assert toast.args is not None
    assert toast.args[0] == "5 new previews are ready"


def test_no_toast_when_the_user_does_not_want_it(build: Run, qtbot: QtBot) -> None:
    world = busy_world()
    world.settings["notifications"] = False
    controller = build(world, with_tray=True, background=True)
    controller.start()
    assert controller.tray is not None
    controller.window.previews_ready.emit(3)
    assert not controller.tray._toast.isActive()


def test_pause_from_the_tray(build: Run, qtbot: QtBot) -> None:
    world = busy_world()
    controller = build(world, with_tray=True, background=True)
    controller.start()
    assert controller.tray is not None
    action = controller.tray.pause_action
    action.trigger()
    qtbot.waitUntil(lambda: action.text() == "Resume")
    assert world.paused
    action.trigger()
    qtbot.waitUntil(lambda: action.text() == "Pause")
    assert world.asked == [c.Pause(), c.Resume()]


def test_the_chosen_colours_are_there_from_the_start_and_change_at_once(build: Run, qapp: QApplication, qtbot: QtBot) -> None:
    world = busy_world()
    world.settings["theme"] = "dark"
    controller = build(world, with_tray=False)
    assert theme_of(qapp.palette()) is DARK
    controller.window.settings.theme.setCurrentIndex(controller.window.settings.theme.findData("light"))
    assert theme_of(qapp.palette()) is not DARK


@pytest.mark.allow_error_logs
def test_an_engine_that_cannot_start_leaves_a_window_that_says_why(build: Run, qtbot: QtBot) -> None:
    controller = build(busy_world(), with_tray=False, fail=Permanent("The database is damaged. Restore a backup."))
    controller.start()
    qtbot.waitUntil(controller.window.message.isVisible)
    assert controller.window.message.text() == "The database is damaged. Restore a backup."
    assert controller.window.isVisible()


def test_the_place_of_the_window_is_remembered(build: Run, qtbot: QtBot) -> None:
    first = build(busy_world(), with_tray=True)
    first.start()
    first.window.resize(960, 650)
    first.window.close()
    second = build(busy_world(), with_tray=True)
    second.start()
    assert (second.window.width(), second.window.height()) == (960, 650)


def test_the_demo_reads_its_cv_and_searches_its_board(build: Run, qtbot: QtBot, tmp_path: Path) -> None:
    world = World()
    controller = build(world, with_tray=False, demo=True)
    demo = DemoStart(controller.window._context.bridge, tmp_path / "cv.pdf")
    controller.start()
    qtbot.waitUntil(lambda: controller.window.jobs.model.rowCount() == 1)
    assert world.asked[:2] == [c.ImportCv(str(tmp_path / "cv.pdf")), c.SearchNow(boards=("demo",))]
    assert controller.window.page() == JOBS
    assert controller.window.jobs.notice.isVisible()
    demo.deleteLater()


def test_a_demo_that_cannot_be_set_up_says_so(build: Run, qtbot: QtBot, tmp_path: Path) -> None:
    world = World()
    controller = build(world, with_tray=False, demo=True)
    demo = DemoStart(controller.window._context.bridge, tmp_path / "scan.pdf")
    demo.refused.connect(controller.window.show_trouble)
    controller.start()
    qtbot.waitUntil(controller.window.message.isVisible)
    assert "pictures of pages" in controller.window.message.text()
    demo.deleteLater()
