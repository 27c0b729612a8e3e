"""After a crash: the bar that says so, and the page with the report; with real reports in a real folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from jobagent_desktop.desktop.crash import CrashHooks, CrashShelf
from jobagent_desktop.desktop.redaction import HIDDEN, Redactor
from jobagent_desktop.runtime import Bridge, EngineThread
from jobagent_desktop.services.ports import EventSink, RunningEngine
from jobagent_desktop.store.recovery import RestoreShelf
from jobagent_desktop.ui.context import WindowContext
from jobagent_desktop.ui.main_window import JOBS, REPORTS, MainWindow
from jobagent_desktop.ui.theme import Appearance
from tests.fakes.window_jobs import busy_world
from tests.fakes.window_world import World, WorldEngine, WorldQueries
from tests.ui.conftest import draw_page
from tests.ui.test_pictures import take

NOW = datetime(2026, 11, 22, 17, 5, 30, tzinfo=UTC)
WHEN = f"22 Nov 2026 {NOW.astimezone():%H:%M:%S}"

Open = Callable[..., MainWindow]


@pytest.fixture
def open_with(appearance: Appearance, qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    """Opens the real window over a world, with more of a context than other tests need."""
    opened: list[tuple[MainWindow, EngineThread, Bridge]] = []

    def make(world: World, **more: object) -> MainWindow:
        bridge = Bridge()

        def make_engine(sink: EventSink) -> RunningEngine:
            return WorldEngine(world, sink, draw_page)

        thread = EngineThread(make_engine, bridge)
        context = WindowContext(bridge, WorldQueries(world), lambda: world.now, tmp_path, "0.1.0", **more)  # pyright: ignore[reportArgumentType]
        window = MainWindow(context)
        opened.append((window, thread, bridge))
        window.resize(1280, 720)
        window.show()
        thread.start()
        qtbot.waitUntil(lambda: bridge.is_ready, timeout=5000)
        return window

    yield make
    for window, thread, bridge in opened:
        assert thread.stop(), "the engine's thread did not end"
        window.allow_close()
        window.close()
        window.deleteLater()
        bridge.deleteLater()
    qtbot.wait(1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "crashes"
    folder.mkdir()
    return folder


def write(folder: Path, message: str, *, kind: str = "ValueError", at: datetime = NOW) -> None:
    """A report as the crash hooks write it."""
    hooks = CrashHooks(folder, "0.1.0", Redactor(), lambda: at)
    trace = f'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\n{kind}: {message}\n'
    assert hooks._write("the thread engine", kind, message, trace) is not None


def shelf(folder: Path) -> CrashShelf:
    return CrashShelf(folder, Redactor())


def test_without_a_report_there_is_no_bar(open_with: Open, folder: Path) -> None:
    for crashes in (None, shelf(folder)):
        window = open_with(busy_world(), crashes=crashes)
        assert not window.last_time.bar.isVisible()
        assert not window.last_time.isVisible()


def test_a_stop_is_told_with_its_time_until_it_was_dismissed(open_with: Open, folder: Path) -> None:
    write(folder, "Segmentation fault", kind="fatal")
    for window in (open_with(busy_world(), crashes=shelf(folder)), open_with(busy_world(), crashes=shelf(folder))):
        assert window.last_time.bar.isVisible()
        assert f"stopped unexpectedly last time ({WHEN})" in window.last_time.bar.text()
        assert window.page() == JOBS
    window = open_with(busy_world(), crashes=shelf(folder))
    button = next(b for b in window.last_time.bar.findChildren(QAbstractButton) if b.text() == "Dismiss")
    button.click()
    assert not window.last_time.bar.isVisible()
    assert not open_with(busy_world(), crashes=shelf(folder)).last_time.bar.isVisible()


def test_an_error_that_did_not_stop_the_program_is_told_as_that(open_with: Open, folder: Path) -> None:
    write(folder, "boom")
    text = open_with(busy_world(), crashes=shelf(folder)).last_time.bar.text()
    assert text.startswith(f"Something went wrong inside the program last time ({WHEN})")
    assert "stopped" not in text


def test_show_opens_the_report_and_it_is_not_told_again(open_with: Open, folder: Path, qtbot: QtBot) -> None:
    write(folder, "https://me:hunter2hunter2@example.org <b>bold</b>")
    window = open_with(busy_world(), crashes=shelf(folder))
    window.last_time.bar.act_button.click()
    assert window.page() == REPORTS
    assert not window.last_time.bar.isVisible()
    qtbot.waitUntil(lambda: window.reports.mapTo(window, QPoint(0, 0)).y() == window.top_bar.height())
    shown = window.reports.text.toPlainText()
    assert f"https://{HIDDEN}@example.org <b>bold</b>" in shown
    assert window.reports.text.isReadOnly()
    assert not window.reports.text.textInteractionFlags() & Qt.TextInteractionFlag.LinksAccessibleByMouse
    assert shelf(folder).unseen() == []
    window.reports.copy_button.click()
    assert QGuiApplication.clipboard().text() == shown
    qtbot.keyClick(window.reports.text, Qt.Key.Key_Escape)
    assert window.page() == JOBS


def test_each_of_several_reports_can_be_read_and_deleted(open_with: Open, folder: Path) -> None:
    write(folder, "older")
    write(folder, "newer", at=NOW + timedelta(hours=1))
    window = open_with(busy_world(), crashes=shelf(folder))
    window.last_time.bar.act_button.click()
    page = window.reports
    assert page.choice.isVisible()
    assert "newer" in page.text.toPlainText()
    page.choice.setCurrentIndex(1)
    assert "older" in page.text.toPlainText()
    page.delete_button.click()
    assert "newer" in page.text.toPlainText()
    assert len(list(folder.glob("crash-*.json"))) == 1
    page.delete_button.click()
    assert list(folder.glob("crash-*.json")) == []
    assert window.page() == JOBS


class Desktop(QObject):
    """Stands for the desktop that opens folders."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url)


def test_the_folder_opens(open_with: Open, folder: Path) -> None:
    write(folder, "boom")
    window = open_with(busy_world(), crashes=shelf(folder))
    window.last_time.bar.act_button.click()
    desktop = Desktop()
    QDesktopServices.setUrlHandler("file", desktop, "open")  # pyright: ignore[reportArgumentType]  the stubs want bytes, Qt wants text
    try:
        window.reports.folder_button.click()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert [url.toLocalFile() for url in desktop.opened] == [str(folder)]


def test_whatever_takes_the_keyboard_has_a_name(open_with: Open, folder: Path) -> None:
    write(folder, "boom")
    write(folder, "again", at=NOW + timedelta(hours=1))
    window = open_with(busy_world(), crashes=shelf(folder))
    window.show_page(REPORTS)
    widgets = [*window.reports.findChildren(QWidget), *window.last_time.findChildren(QWidget)]
    ours = [w for w in widgets if w.isVisible() and type(w).__module__.startswith("jobagent_desktop")]
    takers = [w for w in ours if w.focusPolicy() != Qt.FocusPolicy.NoFocus and type(w).__name__ != "SlimScrollBar"]
    assert len(takers) >= 6
    assert [w for w in takers if not w.accessibleName() and not (isinstance(w, QAbstractButton) and w.text())] == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pictures(open_with: Open, folder: Path, appearance: Appearance, colours: str) -> None:
    appearance.choose(colours)
    write(folder, "The engine of the table read beyond its end " * 6, at=NOW - timedelta(hours=1))
    write(folder, "Segmentation fault", kind="fatal")
    window = open_with(busy_world(), crashes=shelf(folder))
    take(window, f"crash-bar-{colours}")
    window.last_time.bar.act_button.click()
    take(window, f"crash-report-{colours}")


def test_a_restore_is_told_until_it_is_dismissed(open_with: Open, qtbot: QtBot, tmp_path: Path) -> None:
    case = tmp_path / "quarantine" / "2026-11-22-170530"
    case.mkdir(parents=True)
    sentence = (
        f"The database was damaged, so the backup of 2026-11-21 was put in its place. The damaged file was kept in {case}."
    )
    (case / "untold.txt").write_text(sentence, encoding="utf-8")
    restores = RestoreShelf(tmp_path / "quarantine")
    window = open_with(busy_world(), restores=restores)
    bar = window.last_time.restored
    assert bar.isVisible()
    assert bar.text() == sentence
    assert window.last_time.bar.isHidden()
    desktop = Desktop()
    QDesktopServices.setUrlHandler("file", desktop, "open")  # pyright: ignore[reportArgumentType]  as above
    try:
        qtbot.mouseClick(bar.act_button, Qt.MouseButton.LeftButton)
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert desktop.opened == [QUrl.fromLocalFile(str(case))]
    assert bar.isVisible(), "it stays until the user has closed it"
    take(window, "restored")
    assert open_with(busy_world(), restores=restores).last_time.restored.isVisible()
    bar.dismiss()
    assert window.last_time.isHidden()
    assert open_with(busy_world(), restores=restores).last_time.isHidden()
