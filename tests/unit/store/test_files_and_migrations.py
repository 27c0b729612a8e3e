"""What lies on disk: files that are whole, migrations that happen once, databases that are not ours to touch."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from jobagent_desktop import __version__
from jobagent_desktop.bootstrap import open_workspace, run_window
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.store.artefacts import FileStore
from jobagent_desktop.store.connection import check_integrity, open_reader, open_writer, scalar
from jobagent_desktop.store.migrate import migrate, migrations
from tests.fakes.command_line import jobagent


def names_below(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


async def test_a_file_comes_back_as_it_was_and_leaves_nothing_else(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    saved = await store.save("a1", "cv", ".pdf", b"%PDF content")
    assert await store.save("a1", "cv", ".pdf", b"%PDF content") == saved
    assert await store.read("a1", "cv", ".pdf", saved.id) == b"%PDF content"
    assert names_below(tmp_path) == [f"cv-{saved.id}.pdf"]
    assert (saved.name, saved.size, saved.mime) == (f"a1/cv-{saved.id}.pdf", 12, "application/pdf")


async def test_the_same_file_may_be_saved_by_many_at_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    saved = await asyncio.gather(*(store.save("a1", "cv", ".pdf", b"one") for _ in range(20)))
    assert len(set(saved)) == 1
    assert len(names_below(tmp_path)) == 1


async def test_a_missing_or_changed_file_is_a_sentence(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    saved = await store.save("a1", "cv", ".pdf", b"one")
    store.path("a1", "cv", ".pdf", saved.id).write_bytes(b"two")
    with pytest.raises(Permanent, match="changed on disk"):
        await store.read("a1", "cv", ".pdf", saved.id)
    with pytest.raises(Permanent, match="missing on disk"):
        await store.read("a1", "letter", ".pdf", saved.id)


def test_several_programs_may_migrate_at_once(tmp_path: Path) -> None:
    path = tmp_path / "jobagent.db"
    problems: list[BaseException] = []

    def start() -> None:
        try:
            with closing(open_writer(path)) as connection:
                migrate(connection, path)
        except (apsw.Error, Permanent) as error:
            problems.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with closing(open_reader(path)) as connection:
        assert scalar(connection, "PRAGMA user_version") == migrations()[-1][0]
    assert "sound" in check_integrity(path)


def test_a_newer_programs_data_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "jobagent.db"
    with closing(open_writer(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
        with pytest.raises(Permanent, match="newer version"):
            migrate(connection, path)
        assert scalar(connection, "SELECT count(*) FROM sqlite_schema") == 0


def test_an_older_program_names_the_version_that_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_workspace(tmp_path, {}).paths.database
    with closing(open_writer(database)) as connection:
        known = scalar(connection, "SELECT program FROM formats WHERE number = 1")
        assert known == __version__
        connection.execute("INSERT INTO formats VALUES (7, '3.2.1'); PRAGMA user_version = 7")
    before = database.read_bytes()
    shown = list[str]()

    def no_application(_argv: object, _version: str) -> None: ...

    monkeypatch.setattr("jobagent_desktop.ui.make_application", no_application)
    monkeypatch.setattr("jobagent_desktop.ui.show_failed_start", shown.append)
    assert run_window(["jobagent", "--data-dir", str(tmp_path)], {}) == 1
    for command in ("status", "doctor"):
        done = jobagent(tmp_path, command)
        assert (done.returncode, done.stdout) == (1, "")
        shown.append(done.stderr)
    assert all("version 3.2.1 or a newer one" in sentence for sentence in shown)
    assert database.read_bytes() == before


def test_an_older_database_is_copied_before_it_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "jobagent.db"
    with closing(open_writer(path)) as connection:
        migrate(connection, path)
        newer = [*migrations(), (2, "CREATE TABLE more (id TEXT) STRICT")]
        monkeypatch.setattr("jobagent_desktop.store.migrate.migrations", lambda: newer)
        migrate(connection, path)
        assert scalar(connection, "PRAGMA user_version") == 2
    with closing(open_reader(tmp_path / "jobagent.format-001.db")) as copy:
        assert scalar(copy, "PRAGMA user_version") == 1


def test_the_two_newest_copies_of_older_formats_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "jobagent.db"
    steps = migrations()
    monkeypatch.setattr("jobagent_desktop.store.migrate.migrations", lambda: steps)
    with closing(open_writer(path)) as connection:
        for number in range(2, 7):
            migrate(connection, path)
            steps.append((number, f"CREATE TABLE more_{number} (id TEXT) STRICT"))
        migrate(connection, path)
    assert sorted(names_below(tmp_path)) == ["jobagent.db", "jobagent.format-004.db", "jobagent.format-005.db"]


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "jobagent.db"
    with closing(open_writer(path)) as connection:
        migrate(connection, path)
    with closing(open_reader(path)) as reader, pytest.raises(apsw.ReadOnlyError):
        reader.execute("DELETE FROM jobs")


def test_a_damaged_database_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "jobagent.db"
    path.write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(Permanent, match="damaged"):
        open_writer(path)
    with pytest.raises(Permanent, match="damaged"):
        check_integrity(path)
