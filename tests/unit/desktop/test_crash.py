"""Whatever nobody caught leaves a report, in real processes: main thread, threads, tasks, finalisers, and C itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobagent_desktop.desktop.crash import KEPT, CrashHooks, install_crash_hooks
from jobagent_desktop.desktop.redaction import HIDDEN, Redactor

ROOT = Path(__file__).resolve().parents[3]

START = """
import asyncio, faulthandler, gc, logging, os, sys, threading
from pathlib import Path
from jobagent_desktop.desktop.crash import install_crash_hooks
from jobagent_desktop.desktop.redaction import Redactor
hooks = install_crash_hooks(Path(sys.argv[1]), "1.2.3", redactor=Redactor())
def fail(text):
    raise ValueError(text)
"""


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", START + code, str(folder)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def reports(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="ascii")) for path in sorted(folder.glob("crash-*.json"))]


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("fail('boom')", "the main thread"),
        ("threading.Thread(target=fail, args=('boom',), name='worker-7').start()", "the thread worker-7"),
        ("class X:\n    def __del__(self): fail('boom')\nX()", "a finaliser (function)"),
        (
            "async def main():\n"
            "    asyncio.get_running_loop().set_exception_handler(hooks.loop_exception_handler)\n"
            "    asyncio.get_running_loop().call_soon(fail, 'boom')\n"
            "    await asyncio.sleep(0)\n"
            "asyncio.run(main())",
            "asyncio: Exception in callback fail('boom')",
        ),
    ],
)
def test_an_uncaught_exception_is_reported_wherever_it_happens(tmp_path: Path, code: str, where: str) -> None:
    run(tmp_path, code)
    (report,) = reports(tmp_path)
    assert where in report["where"]
    assert (report["kind"], report["message"], report["version"]) == ("ValueError", "boom", "1.2.3")
    assert "raise ValueError" in report["traceback"] or "in fail" in report["traceback"]
    assert report["python"] == sys.version
    assert datetime.fromisoformat(report["ts"]).tzinfo == UTC


def test_the_program_still_fails_and_says_where_the_report_is(tmp_path: Path) -> None:
    done = run(tmp_path, "fail('boom')")
    assert done.returncode == 1
    (path,) = tmp_path.glob("crash-*.json")
    assert f"Something went wrong inside the program. A report is in {path}" in done.stderr


def test_a_report_holds_no_secret_and_no_local_variable(tmp_path: Path) -> None:
    run(tmp_path, "def f():\n    innocent = 'hunter2' + 'hunter2'\n    fail('https://me:hunter2hunter2@example.org')\nf()")
    (report,) = reports(tmp_path)
    assert report["message"] == f"https://{HIDDEN}@example.org"
    assert "hunter2hunter2" not in str(report)


def test_a_windowed_program_has_no_stderr_and_still_reports(tmp_path: Path) -> None:
    done = run(tmp_path, "sys.stderr = sys.stdout = None\nfail('boom')")
    assert done.returncode == 1
    assert done.stderr == ""
    assert [report["message"] for report in reports(tmp_path)] == ["boom"]


def test_the_same_fault_is_reported_once_and_another_one_too(tmp_path: Path) -> None:
    run(
        tmp_path,
        "def again(text):\n"
        "    thread = threading.Thread(target=fail, args=(text,))\n"
        "    thread.start()\n"
        "    thread.join()\n"
        "for _ in range(3): again('one')\n"
        "again('two')",
    )
    assert sorted(report["message"] for report in reports(tmp_path)) == ["one", "two"]


def test_stopping_by_the_user_is_no_crash(tmp_path: Path) -> None:
    done = run(tmp_path, "raise KeyboardInterrupt")
    assert done.stderr == ""
    assert reports(tmp_path) == []
    run(tmp_path, "sys.exit(3)")
    assert reports(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no folder in which a file is open")
def test_a_folder_that_went_away_does_not_hide_the_fault(tmp_path: Path) -> None:
    done = run(tmp_path / "crashes", "import shutil\nshutil.rmtree(sys.argv[1])\nfail('boom')")
    assert done.returncode == 1
    assert "ValueError: boom" in done.stderr


def test_a_crash_of_the_interpreter_is_reported_by_the_next_start(tmp_path: Path) -> None:
    crashed = run(tmp_path, "faulthandler._sigsegv()")
    assert crashed.returncode != 0
    assert reports(tmp_path) == []
    run(tmp_path, "")
    (report,) = reports(tmp_path)
    assert report["kind"] == "fatal"
    assert 'File "<string>"' in report["traceback"]
    run(tmp_path, "")
    assert len(reports(tmp_path)) == 1


def test_a_living_process_is_not_mistaken_for_a_crashed_one(tmp_path: Path) -> None:
    living = subprocess.Popen(
        [sys.executable, "-c", START + "print('up', flush=True)\nsys.stdin.read()\nfaulthandler._sigsegv()", str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert living.stdout
    assert living.stdout.readline() == "up\n"
    run(tmp_path, "")
    living.communicate()
    assert reports(tmp_path) == []
    run(tmp_path, "")
    assert [report["kind"] for report in reports(tmp_path)] == ["fatal"]


def test_uninstalling_puts_back_what_was_before_and_leaves_nothing(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        "hooks.uninstall()\n"
        "print(sys.excepthook is sys.__excepthook__, threading.excepthook is threading.__excepthook__,"
        " sys.unraisablehook is sys.__unraisablehook__, faulthandler.is_enabled())\n"
        "print(sorted(path.name for path in Path(sys.argv[1]).iterdir()))",
    )
    assert done.stdout == "True True True False\n[]\n"


def killed(folder: Path) -> None:
    """A process with hooks that is killed, as by a power cut."""
    assert run(folder, "import os, signal\nos.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))").returncode != 0


def test_killed_processes_leave_no_heap_of_locks(tmp_path: Path) -> None:
    for _ in range(4):
        killed(tmp_path)
        assert len(list(tmp_path.glob("fatal-*"))) <= 2, "the one that was killed, and its empty file"
    for number in (2, 3, 7, 32):  # what several at once have left, and older versions
        (tmp_path / f"fatal-{number}.lock").write_text("1\n")
    (tmp_path / "fatal-7.txt").write_text("Fatal Python error: Segmentation fault\n")
    run(tmp_path, "hooks.uninstall()")
    assert list(tmp_path.glob("fatal-*")) == []
    assert [report["kind"] for report in reports(tmp_path)] == ["fatal"]


@pytest.mark.allow_error_logs
def test_only_the_newest_reports_are_kept(tmp_path: Path) -> None:
    clock = [datetime(2026, 5, 1, 12, tzinfo=UTC)]
    hooks = CrashHooks(tmp_path, "1.2.3", Redactor(), lambda: clock[0])
    for number in range(KEPT + 5):
        clock[0] += timedelta(seconds=1)
        error = ValueError(f"number {number}")
        assert hooks.report("a test", ValueError, error, None)
    assert [report["message"] for report in reports(tmp_path)] == [f"number {number}" for number in range(5, KEPT + 5)]
    assert list(tmp_path.glob("*.part")) == []


def test_a_folder_that_cannot_be_made_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match="file"):
        install_crash_hooks(tmp_path / "file" / "crashes", "1.2.3", redactor=Redactor())
