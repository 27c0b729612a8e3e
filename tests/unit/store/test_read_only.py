"""Data that may not be written: a sentence at the start, and a queue that waits when it happens while the program runs."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from jobagent_desktop.bootstrap import open_workspace, run_window
from jobagent_desktop.domain.errors import ReadOnly
from jobagent_desktop.domain.event import EventKind
from jobagent_desktop.domain.task import STEPS, TaskKind
from jobagent_desktop.services.task_manager import Until
from jobagent_desktop.store.artefacts import FileStore
from jobagent_desktop.store.connection import open_reader, scalar
from tests.fakes.command_line import answer, jobagent
from tests.fakes.desk import Desk

TASKS = 60
ALL_STEPS = TASKS * len(STEPS[TaskKind.PREVIEW])
LOST, BACK = EventKind.DATA_READ_ONLY, EventKind.DATA_WRITABLE


def run(*command: str | Path) -> None:
    """Runs a command of the system, or skips the test where it does not work."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can take its own rights away")
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"not possible here: {done.stderr.strip()}")


@contextmanager
def read_only_mount(path: Path) -> Generator[None]:
    """A folder, or a file, as if on a disk that is mounted for reading only."""
    run("mount", "--bind", path, path)
    try:
        run("mount", "-o", "remount,ro,bind", path)
        yield
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


@contextmanager
def immutable(*paths: Path) -> Generator[None]:
    """Files that refuse every write, even through a descriptor that is open."""
    with ExitStack() as stack:
        for path in paths:
            run("chattr", "+i", path)
            stack.callback(subprocess.run, ["chattr", "-i", str(path)], check=True)
        yield


WAYS: list[Callable[[Path], Path]] = [lambda folder: folder, lambda folder: folder / "jobagent.db"]


@pytest.mark.parametrize("part", WAYS, ids=["folder", "database"])
def test_every_command_says_what_to_do(tmp_path: Path, part: Callable[[Path], Path]) -> None:
    answer(tmp_path, "status")
    with read_only_mount(part(tmp_path)):
        for command in (["status"], ["run", "--until-idle"], ["search", "--board", "demo"], ["doctor"]):
            done = jobagent(tmp_path, *command)
            assert (done.returncode, done.stdout) == (1, ""), command
            assert str(part(tmp_path)) in done.stderr
            assert "Allow your user to write there" in done.stderr
            assert "Traceback" not in done.stderr
    answer(tmp_path, "status")
    assert jobagent(tmp_path, "doctor").returncode == 0


@pytest.mark.parametrize("part", WAYS, ids=["folder", "database"])
def test_the_window_shows_the_same_sentence_instead_of_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: Callable[[Path], Path]
) -> None:
    shown = list[str]()

    def no_application(_argv: object, _version: str) -> None: ...

    monkeypatch.setattr("jobagent_desktop.ui.make_application", no_application)
    monkeypatch.setattr("jobagent_desktop.ui.show_failed_start", shown.append)
    open_workspace(tmp_path, {})
    with read_only_mount(part(tmp_path)):
        assert run_window(["jobagent", "--data-dir", str(tmp_path)], {}) == 1
    (sentence,) = shown
    assert "Allow your user to write there" in sentence
    assert str(part(tmp_path)) in sentence


async def test_a_document_on_a_read_only_disk_is_not_a_failed_try(tmp_path: Path) -> None:
    (tmp_path / "a1").mkdir()
    files = FileStore(tmp_path)
    with read_only_mount(tmp_path), pytest.raises(ReadOnly, match="Mount it for writing"):
        await files.save("a1", "cv", ".pdf", b"content")
    assert (await files.save("a1", "cv", ".pdf", b"content")).size == 7


@pytest.mark.parametrize("which", ["folder", "everything"])
async def test_the_queue_waits_while_its_data_is_read_only_and_then_goes_on(tmp_path: Path, which: str) -> None:
    """With the folder alone, SQLite can still write into its open files; with everything, nothing can be written down."""
    desk = Desk(tmp_path, result_bytes=100)
    await desk.store.open()
    await desk.queue(TASKS)
    assert await desk.store.has_room()
    parts = [tmp_path, *(tmp_path / f"jobagent.db{suffix}" for suffix in ("", "-wal", "-shm"))]
    work = asyncio.create_task(desk.scheduler.run(Until.STOPPED))
    await desk.pass_time(60, lambda: desk.ran >= 3)
    with immutable(*parts[: 1 if which == "folder" else 4]):
        await desk.pass_time(60, lambda: LOST in desk.told(LOST, BACK))
        await desk.pass_time(30)
        assert desk.told(LOST, BACK) == [LOST]
        ran = desk.ran
        await desk.pass_time(60)
        assert desk.ran == ran < ALL_STEPS, "it went on claiming"
    assert await desk.pass_time(60, lambda: BACK in desk.told(LOST, BACK)) <= 5
    await desk.pass_time(300, lambda: desk.scheduler.running == 0 and desk.ran >= ALL_STEPS)
    desk.scheduler.request_stop()
    await desk.pass_time(60, work.done)
    await work
    assert set(await desk.statuses()) == {"done"}
    assert desk.troubles == []
    assert desk.told(LOST, BACK) == [LOST, BACK]
    await desk.store.close()
    with closing(open_reader(tmp_path / "jobagent.db")) as reader:
        assert scalar(reader, "PRAGMA integrity_check") == "ok"
