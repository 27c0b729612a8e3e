"""Daily backups: sound, kept for seven days, and never a broken one that counts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from jobagent_desktop.config import DataPaths
from jobagent_desktop.domain.errors import Transient
from jobagent_desktop.store.backups import KEPT, back_up, backups, day_of
from jobagent_desktop.store.connection import Damaged, check_integrity, open_reader, open_writer, scalar
from jobagent_desktop.store.migrate import migrate
from jobagent_desktop.store.upkeep import Upkeep
from tests.fakes.still_clock import START, StillClock

DAY = date(2026, 3, 2)


def database(path: Path, searches: int = 1) -> Path:
    with closing(open_writer(path)) as connection:
        migrate(connection, path)
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO searches (id, name, query, created_at, updated_at) VALUES (?, 'n', '{}', 't', 't')",
            ((str(number),) for number in range(searches)),
        )
        connection.execute("COMMIT")
    return path


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def make(path: Path, day: date = DAY, spare: int = 0) -> Path | None:
    return back_up(path, path.parent / "backups", day, threading.Event(), spare)


def test_a_backup_holds_what_was_committed_even_while_a_writer_writes(tmp_path: Path) -> None:
    path = database(tmp_path / "jobagent.db", 3)
    with closing(open_writer(path)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM searches")
        made = make(path)
        writer.execute("COMMIT")
    assert made is not None
    assert made.name == "jobagent-2026-03-02.db"
    assert "sound" in check_integrity(made)
    with closing(open_reader(made)) as reader:
        assert scalar(reader, "SELECT count(*) FROM searches") == 3
    assert names_in(made.parent) == [made.name]


def test_one_backup_a_day_and_seven_days_are_kept(tmp_path: Path) -> None:
    path = database(tmp_path / "jobagent.db")
    (tmp_path / "backups").mkdir()
    note = tmp_path / "backups" / "my own note.txt"
    note.write_text("kept")
    days = [DAY + timedelta(days=number) for number in range(KEPT + 3)]
    assert all(make(path, day) for day in days)
    assert make(path, days[-1]) is None
    assert [day_of(backup) for backup in backups(tmp_path / "backups")] == days[:-8:-1]
    assert note.read_text() == "kept"


def test_an_empty_database_is_not_backed_up_in_the_place_of_a_full_one(tmp_path: Path) -> None:
    assert make(database(tmp_path / "jobagent.db", 0)) is None
    assert backups(tmp_path / "backups") == []


def test_a_damaged_database_gives_no_backup(tmp_path: Path) -> None:
    path = database(tmp_path / "jobagent.db", 2000)
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(Damaged):
        make(path)
    assert names_in(tmp_path / "backups") == []


def test_a_backup_does_not_fill_the_disk(tmp_path: Path) -> None:
    path = database(tmp_path / "jobagent.db")
    with pytest.raises(Transient, match="too little room"):
        make(path, spare=1 << 60)
    assert names_in(tmp_path / "backups") == []


def test_a_stop_ends_it_and_leaves_nothing(tmp_path: Path) -> None:
    path = database(tmp_path / "jobagent.db", 2000)
    stop = threading.Event()
    stop.set()
    assert back_up(path, tmp_path / "backups", DAY, stop, 0) is None
    assert names_in(tmp_path / "backups") == []


KILLED = """
import sys, threading
from datetime import date
from pathlib import Path
from jobagent_desktop.store import backups
def tell_and_hang(path, *_):
    print(path.name, flush=True)
    threading.Event().wait()
setattr(backups, sys.argv[2], tell_and_hang)
path = Path(sys.argv[1])
backups.back_up(path, path.parent / "backups", date(2026, 3, 2), threading.Event(), 0)
"""


@pytest.mark.parametrize("moment", ["check_integrity", "put_in_place"])
def test_a_kill_in_the_middle_leaves_no_backup_that_counts(tmp_path: Path, moment: str) -> None:
    path = database(tmp_path / "jobagent.db")
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(path), moment], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline().strip().endswith(".part")
        child.kill()
    assert child.wait() != 0
    assert backups(tmp_path / "backups") == []
    assert make(path) is not None


async def nothing_old() -> int:
    return 0


async def test_the_round_makes_the_days_backup(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    database(paths.database)
    clock = StillClock()
    upkeep = Upkeep(paths, clock, nothing_old)
    await upkeep.round()
    await upkeep.round()
    assert [day_of(backup) for backup in backups(paths.backups)] == [START.date()]
    clock.move(86_400)
    await upkeep.round()
    assert len(backups(paths.backups)) == 2
