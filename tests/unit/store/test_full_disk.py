"""A full disk: the queue stops and says so once, and goes on by itself; on a real small disk where one can be mounted."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from types import SimpleNamespace

import pytest

from jobagent_desktop.domain.errors import DiskFull
from jobagent_desktop.domain.event import EventKind
from jobagent_desktop.domain.task import STEPS, TaskKind
from jobagent_desktop.services.task_manager import Until
from jobagent_desktop.store import ballast as ballasts
from jobagent_desktop.store.artefacts import FileStore
from jobagent_desktop.store.ballast import Ballast
from jobagent_desktop.store.connection import scalar
from tests.fakes.command_line import answer, jobagent
from tests.fakes.desk import Desk

FULL, ROOM = EventKind.DISK_FULL, EventKind.DISK_HAS_ROOM


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Path]:
    """A file system of its own with 16 MB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill_up(folder: Path) -> Path:
    """Takes all the space there is."""
    filler = folder / "filler"
    with filler.open("ab", buffering=0) as file:
        for size in (65_536, 4096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC
    return filler


def little_left(_path: Path) -> SimpleNamespace:
    return SimpleNamespace(free=1_000_000)


async def test_the_queue_stops_on_a_full_disk_and_goes_on_within_five_seconds(disk: Path) -> None:
    desk = Desk(disk)
    await desk.store.open()
    await desk.queue(6)
    assert await desk.store.has_room()
    assert desk.ballast.held
    filler = fill_up(disk)
    work = asyncio.create_task(desk.scheduler.run(Until.STOPPED))
    await desk.pass_time(60, lambda: FULL in desk.told(FULL, ROOM))
    await desk.pass_time(5)
    ran = desk.ran
    await desk.pass_time(30)
    assert desk.told(FULL, ROOM) == [FULL]
    assert not desk.ballast.held
    assert desk.ran == ran < 6 * len(STEPS[TaskKind.PREVIEW]), "it went on claiming"
    assert "processing" not in await desk.statuses()
    assert not await desk.store.is_paused()

    filler.unlink()
    assert await desk.pass_time(60, lambda: ROOM in desk.told(FULL, ROOM)) <= 5
    assert desk.ballast.held
    assert await desk.pass_time(5, lambda: desk.ran > ran) <= 5
    await desk.pass_time(120, lambda: desk.scheduler.running == 0 and desk.ran >= 6 * len(STEPS[TaskKind.PREVIEW]))
    desk.scheduler.request_stop()
    await desk.pass_time(60, work.done)
    await work
    assert set(await desk.statuses()) == {"done"}
    assert desk.troubles == []
    assert desk.told(FULL, ROOM) == [FULL, ROOM]
    await desk.store.close()


async def test_a_write_that_meets_a_full_disk_gets_the_ballasts_space(disk: Path) -> None:
    desk = Desk(disk)
    await desk.store.open()
    assert await desk.store.has_room()
    fill_up(disk)
    for _ in range(40):
        if not desk.ballast.held:
            break
        await desk.store.set_setting("large", "x" * 50_000, ())
    assert not desk.ballast.held
    assert await desk.store.setting("large") == "x" * 50_000
    assert not await desk.store.has_room()
    await desk.store.close()


async def test_a_document_that_meets_a_full_disk_gets_the_ballasts_space(disk: Path) -> None:
    ballast = Ballast(disk / "ballast")
    assert ballast.fill()
    fill_up(disk)
    files = FileStore(disk / "files", ballast.drop)
    saved = await files.save("a1", "cv", ".pdf", b"y" * 500_000)
    assert await files.read("a1", "cv", ".pdf", saved.id) == b"y" * 500_000
    assert not ballast.held
    with pytest.raises(DiskFull):
        await files.save("a1", "cv", ".pdf", b"z" * 900_000)


async def test_what_sqlite_calls_full_is_tried_once_more_with_the_space(tmp_path: Path) -> None:
    """Everywhere: SQLite's own limit of pages stands in for the disk's."""
    desk = Desk(tmp_path)
    await desk.store.open()
    assert await desk.store.has_room()
    pages = await desk.store._db.read(lambda c: int(scalar(c, "PRAGMA page_count")))
    await desk.store._db.write(lambda c: scalar(c, f"PRAGMA max_page_count = {pages + 4}"))
    with pytest.raises(DiskFull, match="goes on by itself"):
        await desk.store.set_setting("large", "x" * 200_000, ())
    assert not desk.ballast.held
    assert await desk.store.setting("large") is None
    await desk.store.close()


async def test_what_was_dropped_by_another_program_stops_this_one_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path)
    await desk.store.open()
    assert await desk.store.has_room()
    monkeypatch.setattr(ballasts.shutil, "disk_usage", little_left)
    assert desk.ballast.drop()
    assert [await desk.store.has_room() for _ in range(3)] == [False] * 3
    monkeypatch.undo()
    assert [await desk.store.has_room() for _ in range(3)] == [True] * 3
    assert desk.told(FULL, ROOM) == [FULL, ROOM]
    await desk.store.close()


def test_the_program_starts_on_a_full_disk_and_says_what_is_wrong(disk: Path) -> None:
    assert answer(disk, "status")["paused"] is False
    assert Ballast(disk / "ballast").fill()
    filler = fill_up(disk)
    full = jobagent(disk, "run", "--until-idle")
    assert full.returncode == 0, full.stderr
    assert "The disk is full" in full.stderr
    assert "Traceback" not in full.stderr
    fill_up(disk)
    nothing_left = jobagent(disk, "search", "--board", "demo")
    assert nothing_left.returncode == 1
    assert "space" in nothing_left.stderr
    assert "Traceback" not in nothing_left.stderr
    filler.unlink()
    well = jobagent(disk, "run", "--until-idle")
    assert (well.returncode, well.stderr) == (0, "")
    assert Ballast(disk / "ballast").held
