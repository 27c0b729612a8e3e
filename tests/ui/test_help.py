"""Settings' Help: the facts for a bug report reach the clipboard, from a real folder, without holding the window up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from jobagent_desktop.config import DataPaths
from jobagent_desktop.desktop.diagnostics import Diagnostics
from jobagent_desktop.desktop.redaction import Redactor
from jobagent_desktop.ui.main_window import SETTINGS, MainWindow
from jobagent_desktop.ui.theme import Appearance
from tests.fakes.window_jobs import busy_world
from tests.ui.test_last_time import Open, open_with
from tests.ui.test_pictures import take

__all__ = ["open_with"]


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    paths = DataPaths(tmp_path / "data")
    paths.make()
    line = '{"ts": "2026-11-23T09:00:00.000Z", "level": "warning", "event": "no answer for %s", "logger": "x.y"}\n'
    (paths.logs / "jobagent-window.jsonl").write_text(line % "Marta Kowalska")
    return paths


def copied(window: MainWindow, qtbot: QtBot) -> str:
    QGuiApplication.clipboard().clear()
    window.show_page(SETTINGS)
    card = window.settings.help
    card.copy_button.click()
    qtbot.waitUntil(card.message.isVisible)
    assert card.copy_button.isEnabled()
    return QGuiApplication.clipboard().text()


def test_the_facts_are_copied_without_the_person(open_with: Open, paths: DataPaths, qtbot: QtBot) -> None:
    world = busy_world()
    assert world.profile is not None
    name = world.profile.resume.basics.name
    log = paths.logs / "jobagent-window.jsonl"
    log.write_text(log.read_text().replace("Marta Kowalska", name))
    window = open_with(world, diagnostics=Diagnostics(paths.root, paths.logs, Redactor(), "3.54.1"))
    lines = copied(window, qtbot).splitlines()
    assert lines[0] == "Job Market Agent 0.1.0"
    assert [line.partition(":")[0] for line in lines[1:]][:3] == ["Qt", "Applications", "Tasks"]
    assert "preview_ready 5" in lines[2]
    assert "SQLite: 3.54.1" in lines
    assert lines[-1] == "2026-11-23T09:00:00.000Z warning x.y: no answer for [name]"
    whole = "\n".join(lines).casefold()
    for word in (*name.casefold().split(), world.profile.resume.basics.email.casefold()):
        assert word not in whole
    assert not any(entry.posting.company.casefold() in whole for entry in world.entries.values())


class Endless:
    """Diagnostics of a folder that takes very many steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def gather(self, personal: Sequence[str]) -> Iterator[str | None]:
        del personal
        while self.left:
            self.left -= 1
            yield None
        yield "done"


def test_gathering_gives_way_to_the_window(open_with: Open, qtbot: QtBot) -> None:
    source = Endless(1_000_000)
    window = open_with(busy_world(), diagnostics=source)
    window.show_page(SETTINGS)
    window.settings.help.copy_button.click()
    assert not window.settings.help.copy_button.isEnabled()
    window.settings.help._gather()
    assert 0 < source.left < 1_000_000
    source.left = 3
    qtbot.waitUntil(window.settings.help.message.isVisible)
    assert QGuiApplication.clipboard().text().endswith("\ndone\n")


def test_a_window_that_closes_meanwhile_is_no_trouble(open_with: Open) -> None:
    window = open_with(busy_world(), diagnostics=Endless(1_000_000_000))
    window.show_page(SETTINGS)
    window.settings.help.copy_button.click()
    window.show_stopping()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pictures(open_with: Open, paths: DataPaths, appearance: Appearance, qtbot: QtBot, colours: str) -> None:
    appearance.choose(colours)
    window = open_with(busy_world(), diagnostics=Diagnostics(paths.root, paths.logs, Redactor(), "3.54.1"))
    copied(window, qtbot)
    take(window, f"help-{colours}")
