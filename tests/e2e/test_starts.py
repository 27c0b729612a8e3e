"""Starting the real program: a second start raises the first window, the demo and one's own data are a click apart."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from jobagent_desktop.desktop.single_instance import SingleInstance
from tests.e2e.conftest import PATIENCE_MS, Program
from tests.fakes.command_line import answer, environment

pytestmark = pytest.mark.e2e


def test_a_second_start_raises_the_first_window_and_ends(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    assert first.acquire([])
    first.activated.connect(program.controller.on_second_start)
    program.window.hide()
    second = subprocess.Popen(
        [sys.executable, "-m", "jobagent_desktop", "--data-dir", str(tmp_path)], env=environment(), stdout=subprocess.DEVNULL
    )
    qtbot.waitUntil(program.window.isVisible, timeout=PATIENCE_MS)
    assert second.wait(30) == 0
    first.release()


def test_the_command_line_works_beside_the_open_window(program: Program, tmp_path: Path) -> None:
    assert answer(tmp_path, "status")["applications"] == {}
    assert answer(tmp_path, "pause")["done"] == "paused"
    program.qtbot.waitUntil(lambda: program.window.counts.paused, timeout=PATIENCE_MS)


def test_from_the_demo_to_ones_own_data_and_back(tmp_path: Path) -> None:
    command = [sys.executable, str(Path(__file__).with_name("switching.py")), "--demo-if-new", "--data-dir", str(tmp_path)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told = [line.removeprefix("window: ") for line in done.stdout.splitlines() if line.startswith("window: ")]
    assert told == ["demo with a person", "own without one", "demo with a person"]
    assert "this is the demo" in done.stderr
    assert answer(tmp_path, "status")["applications"] == {}, "the demo leaves nothing in the user's own folder"


@pytest.mark.skipif("DISPLAY" not in os.environ, reason="needs a display")
def test_a_folder_that_cannot_be_used_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", "utf-8")
    script = (
        "import sys; from PySide6.QtWidgets import QMessageBox;"
        "QMessageBox.exec = lambda box: print('box:', box.text());"
        "from jobagent_desktop.bootstrap import run_window;"
        "sys.exit(run_window(['jobagent', '--data-dir', sys.argv[1]], {}))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "file")]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "box:" in done.stdout
    assert "folder" in done.stdout
