"""One window per data folder, with real second processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from jobagent_desktop.desktop.single_instance import MAX_MESSAGE_BYTES, SingleInstance

SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from jobagent_desktop.desktop.single_instance import SingleInstance
app = QCoreApplication([])
one = SingleInstance(Path(sys.argv[1]))
first = one.acquire(sys.argv[2:])
print("first" if first else "delivered" if one.delivered else "lost", flush=True)
if first:
    app.exec()
"""


class Ears(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    @Slot(object)
    def hear(self, arguments: object) -> None:
        self.heard.append(arguments)


@pytest.fixture
def first(tmp_path: Path, qtbot: QtBot) -> Iterator[SingleInstance]:
    instance = SingleInstance(tmp_path)
    assert instance.acquire([])
    yield instance
    instance.release()


def start_second(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SECOND, str(folder), *arguments], stdout=subprocess.PIPE, text=True)


def test_a_second_start_hands_over_its_arguments_and_ends(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    ears = Ears()
    first.activated.connect(ears.hear)
    with start_second(tmp_path, "--open", "żółw <b>") as second:
        qtbot.waitUntil(lambda: bool(ears.heard), timeout=10_000)
        assert ears.heard == [["--open", "żółw <b>"]]
        qtbot.waitUntil(lambda: second.poll() is not None)
        assert second.stdout is not None
        assert second.stdout.read().strip() == "delivered"


def test_another_data_folder_is_another_program(first: SingleInstance, tmp_path: Path) -> None:
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    other = SingleInstance(other_folder)
    assert other.acquire([])
    other.release()


def test_a_killed_first_instance_does_not_block_the_next(tmp_path: Path, qtbot: QtBot) -> None:
    with start_second(tmp_path) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline().strip() == "first"
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        heir = SingleInstance(tmp_path)
        assert heir.acquire([])
        ears = Ears()
        heir.activated.connect(ears.hear)
        with start_second(tmp_path, "hello"):
            qtbot.waitUntil(lambda: ears.heard == [["hello"]], timeout=10_000)
        heir.release()


def connect(first: SingleInstance, qtbot: QtBot) -> QLocalSocket:
    socket = QLocalSocket()
    socket.connectToServer(first._name)
    qtbot.waitUntil(socket.canReadLine)
    return socket


@pytest.mark.parametrize(
    "message", [b"not json\n", b'{"a": 1}\n', b"[1, 2]\n", b"\xff\xfe\n", b"[" * 5000 + b"\n", b"x" * (MAX_MESSAGE_BYTES + 10)]
)
def test_a_message_that_is_none_is_dropped(first: SingleInstance, qtbot: QtBot, message: bytes) -> None:
    ears = Ears()
    first.activated.connect(ears.hear)
    socket = connect(first, qtbot)
    socket.write(message)
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    assert ears.heard == []
    assert first._open == {}


def test_one_that_connects_and_leaves_is_forgotten(first: SingleInstance, qtbot: QtBot) -> None:
    socket = connect(first, qtbot)
    socket.abort()
    qtbot.waitUntil(lambda: first._open == {})


def test_too_many_arguments_still_raise_the_window(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    ears = Ears()
    first.activated.connect(ears.hear)
    with start_second(tmp_path, *["x" * 60_000] * 2):
        qtbot.waitUntil(lambda: ears.heard == [[]], timeout=10_000)
