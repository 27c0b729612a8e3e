"""The shelf of crash reports: what is new, what it says, what goes away; in folders that are well and in broken ones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobagent_desktop.desktop.crash import CrashHooks, CrashShelf, install_crash_hooks
from jobagent_desktop.desktop.redaction import HIDDEN, Redactor

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def hooks(tmp_path: Path) -> Iterator[CrashHooks]:
    installed = install_crash_hooks(tmp_path, "1.2.3", redactor=Redactor(), now=lambda: NOW)
    yield installed
    installed.uninstall()


@pytest.fixture
def shelf(tmp_path: Path) -> CrashShelf:
    return CrashShelf(tmp_path, Redactor())


def fail(hooks: CrashHooks, message: str) -> str:
    try:
        raise ValueError(message)
    except ValueError as error:
        path = hooks.report("the thread worker-7", ValueError, error, error.__traceback__)
    assert path is not None
    return path.name


@pytest.mark.allow_error_logs
def test_a_new_report_is_unseen_until_it_is_marked(hooks: CrashHooks, shelf: CrashShelf, tmp_path: Path) -> None:
    first = fail(hooks, "one")
    (note,) = shelf.unseen()
    assert (note.id, note.at, note.stopped) == (first, NOW, False)
    shelf.mark_seen([first])
    second = fail(hooks, "two")
    assert [note.id for note in CrashShelf(tmp_path, Redactor()).unseen()] == [second]


@pytest.mark.allow_error_logs
def test_the_text_is_plain_and_without_secrets_and_home(hooks: CrashHooks, shelf: CrashShelf) -> None:
    name = fail(hooks, f"https://me:hunter2hunter2@example.org {Path.home()}/cv.pdf")
    text = shelf.text(name)
    assert text.startswith(
        "Version: 1.2.3\nTime: 2026-11-23T09:30:00.000+00:00\nWhere: the thread worker-7\nWhat: ValueError: "
    )
    assert f"https://{HIDDEN}@example.org ~/cv.pdf" in text
    assert "raise ValueError(message)\n" in text
    assert "hunter2" not in text


@pytest.mark.allow_error_logs
def test_a_crash_of_the_interpreter_is_a_stop_at_the_time_it_died(shelf: CrashShelf, tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom jobagent_desktop.desktop.crash import install_crash_hooks\n"
        "from jobagent_desktop.desktop.redaction import Redactor\n"
        "install_crash_hooks(Path(sys.argv[1]), '1.2.3', redactor=Redactor())\nos.abort()\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    died = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    os.utime(tmp_path / "fatal-1.txt", (died.timestamp(), died.timestamp()))
    assert shelf.unseen() == []
    install_crash_hooks(tmp_path, "1.2.3", redactor=Redactor(), now=lambda: NOW).uninstall()
    (note,) = shelf.unseen()
    assert (note.at, note.stopped) == (died, True)
    assert "Fatal Python error: Aborted" in shelf.text(note.id)


@pytest.mark.allow_error_logs
def test_a_deleted_report_is_gone(hooks: CrashHooks, shelf: CrashShelf) -> None:
    name = fail(hooks, "one")
    assert shelf.delete(name)
    assert shelf.unseen() == []
    assert shelf.text(name) == ""
    assert shelf.delete(name)


def test_nothing_outside_the_folder_is_read_or_deleted(shelf: CrashShelf, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-crash-1.json"
    outside.write_text("{}")
    for name in (f"../{outside.name}", str(outside), "seen.json", "", "."):
        assert shelf.text(name) == ""
        assert shelf.delete(name)
    assert outside.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe{", b"[1, 2]", b'{"ts": 5}', b'{"ts": "2026-01-01"}', b"token=abcdefgh"])
def test_a_broken_report_is_shown_as_it_is(shelf: CrashShelf, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "crash-1.json").write_bytes(content)
    (note,) = shelf.unseen()
    assert note.at.tzinfo is not None
    assert not note.stopped
    assert "abcdefgh" not in shelf.text(note.id)


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', "[5, null]"])
def test_a_broken_list_of_seen_reports_shows_them_once_more(shelf: CrashShelf, tmp_path: Path, content: str) -> None:
    (tmp_path / "crash-1.json").write_text("{}")
    (tmp_path / "seen.json").write_text(content)
    assert len(shelf.unseen()) == 1
    shelf.mark_seen(["crash-1.json"])
    assert shelf.unseen() == []


def test_a_folder_that_is_gone_harms_nobody(tmp_path: Path) -> None:
    shelf = CrashShelf(tmp_path / "gone", Redactor())
    assert shelf.unseen() == []
    shelf.mark_seen(["crash-1.json"])
    assert shelf.text("crash-1.json") == ""
