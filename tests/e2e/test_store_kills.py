"""`kill -9` while the database is migrated or backed up, and while a CV is imported: old or new, whole, and the next works."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from jobagent_desktop.bootstrap import open_workspace
from jobagent_desktop.config import DataPaths, resource
from jobagent_desktop.domain.views import SearchView
from jobagent_desktop.services.ports import Worker
from jobagent_desktop.store import migrate
from jobagent_desktop.store.backups import back_up, backups
from jobagent_desktop.store.connection import check_integrity, check_pages, open_reader, rows, scalar
from jobagent_desktop.store.recovery import get_ready
from jobagent_desktop.store.retention import remove_leftovers
from jobagent_desktop.store.store import Store
from tests.fakes import killed_at
from tests.fakes.command_line import environment, jobagent
from tests.fakes.heard import Heard
from tests.fakes.still_clock import StillClock

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL"),
]

NEVER = 1_000_000
SEARCHES = [f"search {number}" for number in range(3)]
FIRST, SECOND = "Marta Nowak", "Ewa Lis"
SECOND_CV = """Ewa Lis
Accountant
ewa.lis@example.org

Experience

Accountant, Portis
2019 - 2024
- Closed the books of twelve companies every month.

Skills
Excel, SAP, IFRS
"""


@pytest.fixture
def most(kills: int) -> int:
    """At how many moments something is killed: a sample in the default run, 250 with `--kills 1000`."""
    return max(12, kills // 4)


def child(what: str, folder: Path, moment: int, *more: str) -> int:
    """How many moments there were; 0 when it was killed at this one."""
    done = subprocess.run(
        [sys.executable, killed_at.__file__, what, str(folder), str(moment), *more],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(),
        stdin=subprocess.DEVNULL,
    )
    if done.returncode == -signal.SIGKILL:
        return 0
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1])


def spread(moments: int, most: int) -> list[int]:
    """At most so many of the moments from 1 on, the first and the last among them."""
    return sorted({1 + (moments - 1) * n // (most - 1) for n in range(most)})


def filled(folder: Path) -> DataPaths:
    """A data folder with some searches in this program's format."""
    workspace = open_workspace(folder, {}, StillClock())

    async def fill() -> None:
        store = Store(workspace.paths.database, Worker("machine", "nonce"), StillClock(), Heard())
        await store.open()
        for name in SEARCHES:
            await store.save_search(SearchView(name, name, "demo", enabled=True, last_run=None, error=""))
        await store.close()

    asyncio.run(fill())
    return workspace.paths


def searches(database: Path) -> list[str]:
    with closing(open_reader(database)) as reader:
        check_pages(reader, database, "integrity_check")
        return [row["name"] for row in rows(reader, "SELECT name FROM searches ORDER BY id")]


def version(database: Path) -> int:
    with closing(open_reader(database)) as reader:
        return int(scalar(reader, "PRAGMA user_version"))


def tables(database: Path) -> set[str]:
    with closing(open_reader(database)) as reader:
        return {row["name"] for row in rows(reader, "SELECT name FROM sqlite_schema WHERE type = 'table'")}


def test_a_kill_at_any_moment_of_a_migration_leaves_the_old_format_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    before = filled(tmp_path / "before")
    old = version(before.database)
    shutil.copytree(before.root, tmp_path / "whole")
    moments = child("migrate", tmp_path / "whole", NEVER)
    monkeypatch.setattr(migrate, "migrations", killed_at.with_newer_format)
    seen = set[tuple[int, bool]]()
    kills, tried = 0, spread(moments, most)
    for moment in tried:
        paths = DataPaths(tmp_path / str(moment))
        shutil.copytree(before.root, paths.root)
        copy = paths.root / f"jobagent.format-{old:03d}.db"
        kills += child("migrate", paths.root, moment) == 0
        reached = version(paths.database)
        assert reached in (old, old + 1)
        assert ("more" in tables(paths.database)) is (reached > old)
        assert searches(paths.database) == [("migrated " if reached > old else "") + name for name in SEARCHES]
        seen.add((reached, copy.exists()))
        if copy.exists():
            assert searches(copy) == SEARCHES, "a copy that is not whole has the name of one"
        get_ready(paths)
        assert version(paths.database) == old + 1
        assert searches(paths.database) == [f"migrated {name}" for name in SEARCHES], "migrated twice, or not"
        assert searches(copy) == SEARCHES
        shutil.rmtree(paths.root)
    assert kills * 2 > len(tried) and {(old, False), (old, True)} <= seen, "the kills missed the migration"


def test_a_kill_at_any_moment_of_the_very_first_start_is_made_good_by_the_next(tmp_path: Path, most: int) -> None:
    (tmp_path / "whole").mkdir()
    moments = child("migrate", tmp_path / "whole", NEVER)
    kills, tried = 0, spread(moments, most // 2)
    for moment in tried:
        paths = DataPaths(tmp_path / str(moment))
        paths.make()
        kills += child("migrate", paths.root, moment) == 0
        get_ready(paths)
        assert "sound" in check_integrity(paths.database)
        assert tables(paths.database) >= {"jobs", "applications", "tasks"}
        assert not list(paths.root.glob("*.format-*")), "a database without a format is not worth a copy"
    assert kills * 2 > len(tried)


def test_a_kill_at_any_moment_of_a_backup_leaves_none_that_is_half(tmp_path: Path, most: int) -> None:
    paths = filled(tmp_path / "data")
    moments = child("back_up", paths.root, NEVER)
    shutil.rmtree(paths.backups)
    kills, halves, tried = 0, 0, spread(moments, most)
    for moment in tried:
        kills += child("back_up", paths.root, moment) == 0
        for whole in backups(paths.backups):
            assert searches(whole) == SEARCHES
            whole.unlink()
        halves += len(list(paths.backups.glob(".*.part"))) if paths.backups.exists() else 0
        made = back_up(paths.database, paths.backups, killed_at.DAY, threading.Event(), 0)
        assert made is not None
        assert searches(made) == SEARCHES
        made.unlink()
    assert searches(paths.database) == SEARCHES
    assert kills * 2 > len(tried) and halves, "the kills missed the writing"
    in_two_hours = StillClock(StillClock().now().replace(year=2100))
    assert remove_leftovers(paths.root, in_two_hours.now())
    assert not list(paths.backups.iterdir()), "what the kills left stays for good"


def test_a_kill_at_any_moment_of_an_import_leaves_the_old_profile_or_the_new(tmp_path: Path, most: int) -> None:
    cv = tmp_path / "second.txt"
    cv.write_text(SECOND_CV, encoding="utf-8")
    data = tmp_path / "data"
    assert jobagent(data, "import-cv", str(resource("demo", "cv.pdf"))).returncode == 0
    assert name_of_profile(data) == FIRST
    shutil.copytree(data, tmp_path / "whole")
    moments = child("import_cv", tmp_path / "whole", NEVER, str(cv))
    assert name_of_profile(tmp_path / "whole") == SECOND
    seen = set[str]()
    for moment in spread(moments, most // 2):
        folder = tmp_path / f"data {moment}"
        shutil.copytree(data, folder)
        killed = child("import_cv", folder, moment, str(cv)) == 0
        seen.add(name_of_profile(folder))
        paths = DataPaths(folder)
        assert "sound" in check_integrity(paths.database)
        with closing(open_reader(paths.database)) as reader:
            assert scalar(reader, "SELECT count(*) FROM profiles") == 1
            stored = {row["name"] for row in rows(reader, "SELECT name FROM files")}
        found = {path.relative_to(paths.files).as_posix() for path in paths.files.rglob("*") if path.is_file()}
        assert stored <= found, "a row tells of a file that is not there"
        if killed and moment < moments // 2:
            again = jobagent(folder, "import-cv", str(cv))
            assert again.returncode == 0, again.stderr
            assert name_of_profile(folder) == SECOND
        shutil.rmtree(folder)
    assert seen == {FIRST, SECOND}, "the kills missed the writing"


def name_of_profile(folder: Path) -> str:
    with closing(open_workspace(folder, {}).queries()) as queries:
        profile = queries.profile()
    assert profile is not None
    return profile.resume.basics.name or ""
