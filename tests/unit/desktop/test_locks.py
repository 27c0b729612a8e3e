"""A worker's lock tells a dead process from a stopped one. Real processes hold the locks and are killed or stopped for real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobagent_desktop.desktop.locks import FileLock, WorkerLock, forget, is_abandoned, worker_lock_path
from jobagent_desktop.domain.errors import Bug

ROOT = Path(__file__).resolve().parents[3]

HOLD = """
import sys
from pathlib import Path
from jobagent_desktop.desktop.locks import WorkerLock
lock = WorkerLock(Path(sys.argv[1]), sys.argv[2])
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(folder: Path, nonce: str, code: str = HOLD) -> Generator[subprocess.Popen[str]]:
    """Another process that holds the lock until its stdin closes or it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), nonce],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_our_own_lock_is_not_abandoned_and_leaves_nothing(tmp_path: Path) -> None:
    with WorkerLock(tmp_path, "me"):
        assert not is_abandoned(tmp_path, "me")
        assert not forget(tmp_path, "me")
        assert not is_abandoned(tmp_path, "me")
    assert is_abandoned(tmp_path, "me")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_an_abandoned_worker(tmp_path: Path) -> None:
    assert is_abandoned(tmp_path, "gone")
    assert not forget(tmp_path, "gone")


def test_a_killed_worker_is_abandoned_at_once_and_can_be_forgotten(tmp_path: Path) -> None:
    with holder(tmp_path, "w1") as process:
        assert not is_abandoned(tmp_path, "w1")
        assert not forget(tmp_path, "w1")
        process.kill()
        process.wait()
        assert is_abandoned(tmp_path, "w1")
        assert is_abandoned(tmp_path, "w1")
        assert forget(tmp_path, "w1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_a_stopped_worker_is_not_abandoned(tmp_path: Path) -> None:
    with holder(tmp_path, "w1") as process:
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        assert not is_abandoned(tmp_path, "w1")
        assert not forget(tmp_path, "w1")
        process.send_signal(signal.SIGCONT)
        assert not is_abandoned(tmp_path, "w1")
        process.kill()
        process.wait()
        assert is_abandoned(tmp_path, "w1")


def test_children_of_a_dead_worker_do_not_keep_its_lock(tmp_path: Path) -> None:
    """A browser or document process that outlives its worker must not make it look alive."""
    outliving = HOLD.replace(
        "sys.stdin.read()",
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import sys; sys.stdin.read()'], stdin=subprocess.PIPE)\n"
        "print(child.pid, flush=True)\nsys.stdin.read()",
    )
    with holder(tmp_path, "w1", outliving) as process:
        assert process.stdout
        assert process.stdout.readline().strip().isdigit()  # the child runs
        process.kill()
        process.wait()
        assert is_abandoned(tmp_path, "w1")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows opens no file that is just being removed; a nonce is used once")
def test_looking_does_not_take_the_lock_from_a_worker_that_starts(tmp_path: Path) -> None:
    """Two processes that look and forget without pause; workers that start meanwhile always end up with the lock in place."""
    look = """
import sys
from pathlib import Path
from jobagent_desktop.desktop.locks import forget, is_abandoned
print("held", flush=True)
while True:
    is_abandoned(Path(sys.argv[1]), sys.argv[2])
    forget(Path(sys.argv[1]), sys.argv[2])
"""
    with holder(tmp_path, "w1", look), holder(tmp_path, "w1", look):
        for _ in range(300):
            lock = WorkerLock(tmp_path, "w1")
            lock.acquire()
            assert worker_lock_path(tmp_path, "w1").exists()
            assert not is_abandoned(tmp_path, "w1")
            lock.release()


@pytest.mark.parametrize("nonce", ["", "../up", "a/b", "a.b", "c:", "x" * 65, "ü"])
def test_a_nonce_cannot_name_another_place(tmp_path: Path, nonce: str) -> None:
    for call in (is_abandoned, forget, WorkerLock):
        with pytest.raises(Bug):
            call(tmp_path, nonce)


def test_a_file_lock_is_taken_once_and_names_its_owner(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "x.lock"), FileLock(tmp_path / "x.lock")
    assert first.try_acquire()
    assert first.held
    assert not second.try_acquire()
    assert not second.held
    assert first.path.read_text() == f"{os.getpid()}\n"
    first.release()
    first.release()
    assert second.try_acquire()
    second.release()
