"""A damaged database at start: kept aside, replaced by the newest sound backup, and told."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from jobagent_desktop.bootstrap import Workspace, open_workspace
from jobagent_desktop.config import DataPaths
from jobagent_desktop.desktop.locks import WorkerLock
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.event import EventKind, Level
from jobagent_desktop.domain.views import SearchView
from jobagent_desktop.services.ports import Worker
from jobagent_desktop.store import recovery
from jobagent_desktop.store.backups import backups
from jobagent_desktop.store.connection import Damaged, check_integrity
from jobagent_desktop.store.store import Store
from jobagent_desktop.store.upkeep import Upkeep
from tests.fakes.command_line import jobagent
from tests.fakes.heard import Heard
from tests.fakes.still_clock import StillClock

JUNK = b"this was a database once, before the disk went bad. " * 400


def search(name: str) -> SearchView:
    return SearchView(name, name, "demo", enabled=True, last_run=None, error="")


async def filled(folder: Path, *, days: int = 2) -> DataPaths:
    """A data folder with one more search, and one more backup, each day; and a search that no backup has."""
    clock = StillClock()
    workspace = open_workspace(folder, {}, clock)
    store = Store(workspace.paths.database, Worker("machine", "nonce"), clock, Heard())
    await store.open()
    for day in range(days):
        await store.save_search(search(f"day {day}"))
        await Upkeep(workspace.paths, clock, store.prune).round()
        clock.move(86_400)
    await store.save_search(search("today"))
    await store.close()
    return workspace.paths


def opened(paths: DataPaths) -> Workspace:
    clock = StillClock()
    clock.move(timedelta(days=3).total_seconds())
    return open_workspace(paths.root, {}, clock)


def searches(workspace: Workspace) -> list[str]:
    with closing(workspace.queries()) as queries:
        return [search.name for search in queries.searches()]


def names_with(word: str, folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if word in path.name]


def kept(paths: DataPaths) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in paths.quarantine.rglob("jobagent.db*")}


async def test_the_newest_backup_takes_the_place_of_a_file_that_is_no_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = await filled(tmp_path)
    paths.database.write_bytes(JUNK)
    wal = paths.database.with_name("jobagent.db-wal")
    wal.write_bytes(b"its log")
    workspace = opened(paths)
    assert searches(workspace) == ["day 0", "day 1"]
    assert kept(paths)["jobagent.db"] == JUNK
    assert [folder.name for folder in paths.quarantine.iterdir()] == ["2026-03-05-090000"]
    with closing(workspace.queries()) as queries:
        [told] = [event for event in queries.recent_events(50) if event.kind is EventKind.DATABASE_RESTORED]
    assert told.level is Level.WARNING
    assert "backup of 2026-03-03" in told.message
    assert "may be missing" in told.message
    assert told.message in capsys.readouterr().err
    assert not names_with(".part", tmp_path)
    opened(paths)
    assert capsys.readouterr().err == ""


async def test_the_window_is_told_until_the_user_has_closed_it(tmp_path: Path) -> None:
    paths = await filled(tmp_path)
    shelf = recovery.RestoreShelf(paths.quarantine)
    assert shelf.untold() is None
    paths.database.write_bytes(JUNK)
    opened(paths)  # a command, say
    note = shelf.untold()
    assert note is not None
    assert "backup of 2026-03-03" in note.sentence
    assert str(note.folder) in note.sentence
    assert (note.folder / "jobagent.db").read_bytes() == JUNK
    opened(paths)
    assert shelf.untold() == note
    shelf.mark_told()
    assert shelf.untold() is None
    paths.database.write_bytes(JUNK)
    opened(paths)
    again = shelf.untold()
    assert again is not None
    assert again.folder != note.folder


async def test_a_broken_page_in_the_middle_is_found(tmp_path: Path) -> None:
    paths = await filled(tmp_path)
    content = bytearray(paths.database.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = os.urandom(64)
    paths.database.write_bytes(content)
    assert searches(opened(paths)) == ["day 0", "day 1"]
    assert kept(paths)["jobagent.db"] == bytes(content)


async def test_an_emptied_file_is_not_taken_for_a_new_database(tmp_path: Path) -> None:
    paths = await filled(tmp_path)
    paths.database.write_bytes(b"")
    assert searches(opened(paths)) == ["day 0", "day 1"]


async def test_a_damaged_backup_is_passed_over(tmp_path: Path) -> None:
    paths = await filled(tmp_path)
    backups(paths.backups)[0].write_bytes(JUNK)
    paths.database.write_bytes(JUNK)
    assert searches(opened(paths)) == ["day 0"]
    assert len(backups(paths.backups)) == 2


async def test_without_a_sound_backup_it_starts_afresh_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = await filled(tmp_path, days=1)
    backups(paths.backups)[0].write_bytes(JUNK)
    paths.database.write_bytes(JUNK)
    assert searches(opened(paths)) == []
    assert "starts afresh" in capsys.readouterr().err
    assert kept(paths)["jobagent.db"] == JUNK


def test_the_commands_work_afterwards(tmp_path: Path) -> None:
    paths = asyncio.run(filled(tmp_path))
    paths.database.write_bytes(JUNK)
    first = jobagent(tmp_path, "--json", "status")
    assert first.returncode == 0, first.stderr
    assert "was put in its place" in first.stderr
    assert json.loads(first.stdout)["sync"] == {"state": "embedded"}
    doctor = jobagent(tmp_path, "doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert doctor.stderr == ""


async def test_a_database_in_use_is_not_replaced(tmp_path: Path) -> None:
    paths = await filled(tmp_path)
    paths.database.write_bytes(JUNK)
    with WorkerLock(paths.workers, "alive"), pytest.raises(Permanent, match="Quit that one"):
        opened(paths)
    assert paths.database.read_bytes() == JUNK
    assert searches(opened(paths)) == ["day 0", "day 1"]


class Killed(BaseException):
    """Ends the recovery where a kill would; cleaning up is the only thing that a real kill leaves out."""


def is_damaged(_paths: DataPaths) -> bool:
    return True


@pytest.mark.parametrize("moves_done", range(5))
async def test_a_kill_between_any_two_moves_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves_done: int
) -> None:
    paths = await filled(tmp_path)
    paths.database.write_bytes(JUNK)
    for suffix in ("-wal", "-shm"):
        paths.database.with_name("jobagent.db" + suffix).write_bytes(b"beside" + suffix.encode())
    beside = {suffix: paths.database.with_name("jobagent.db" + suffix) for suffix in ("-wal", "-shm")}
    before = {path.name: path.read_bytes() for path in [paths.database, *beside.values()]}
    left = moves_done
    whole: Callable[..., Path] = Path.replace
    monkeypatch.setattr(recovery, "_is_damaged", is_damaged)  # its look would tidy the files beside away

    def replace(path: Path, target: Path) -> Path:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1
        return whole(path, target)

    now = StillClock().now()
    monkeypatch.setattr(Path, "replace", replace)
    try:
        recovery.recover(paths, "machine", now)
    except Killed:
        assert moves_done < 4
    else:
        assert moves_done == 4
    monkeypatch.undo()
    assert searches(opened(paths)) == ["day 0", "day 1"]
    found = kept(paths)
    assert found["jobagent.db"] == before["jobagent.db"]
    assert not paths.database.with_name("jobagent.db.damaged").exists()
    if moves_done:  # before the first move, SQLite itself may look at the files beside
        assert found == before
    assert len(list(paths.quarantine.iterdir())) == 1


async def test_damage_met_while_running_is_looked_into_at_the_next_start(tmp_path: Path) -> None:
    paths = await filled(tmp_path)
    with pytest.raises(Damaged), recovery.marking_damage(paths.database):
        raise Damaged("met")
    assert searches(opened(paths)) == ["day 0", "day 1", "today"]  # it turned out to be sound: nothing is replaced
    assert kept(paths) == {}
    assert not paths.database.with_name("jobagent.db.damaged").exists()
    assert "sound" in check_integrity(paths.database)
