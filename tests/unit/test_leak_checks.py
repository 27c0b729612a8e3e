"""The checks of `tests/conftest.py` bite: a test that leaves something behind, or logs an error, fails and says what."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CASES = """
import asyncio, logging, os, subprocess, sys, threading
import pytest
from PySide6.QtCore import QTimer

end = threading.Event()

def wait_for_ever(): end.wait()

def test_leaves_a_thread():
    threading.Thread(target=wait_for_ever, name="forgotten", daemon=True).start()

def test_leaves_a_child():
    leaked.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))

leaked = []

def test_the_next_one_is_not_blamed():
    end.set()
    child = leaked.pop()
    child.communicate()

def test_leaves_a_file_open(tmp_path):
    opened.append(open(tmp_path / "forgotten.txt", "w"))

opened = []

def test_the_file_is_nobody_elses_fault():
    opened.pop().close()

async def test_leaves_a_task():
    forgotten.append(asyncio.create_task(asyncio.sleep(60), name="forgotten task"))

forgotten = []

def test_leaves_a_timer(qapp):
    timer = QTimer(qapp)
    timer.start(7_000)
    timers.append(timer)

timers = []

def test_stops_its_timer(qapp):
    timers.pop().stop()
    timer = QTimer(qapp)
    timer.start(8_000)
    timer.stop()

def test_cleans_up():
    thread = threading.Thread(target=print)
    thread.start()
    thread.join()
    subprocess.run([sys.executable, "-c", ""], check=True)

def test_logs_an_error():
    logging.getLogger("some.where").error("lost %d rows", 3)

@pytest.mark.allow_error_logs
def test_logs_an_error_on_purpose():
    logging.getLogger("some.where").error("lost %d rows", 3)

def test_warns():
    logging.getLogger("some.where").warning("hm")

def test_sees_no_settings_of_the_developer():
    assert not [name for name in os.environ if name.startswith("JOBAGENT_") and not name.startswith("JOBAGENT_TEST_")]
"""


def test_each_check_bites(tmp_path: Path) -> None:
    (tmp_path / "test_cases.py").write_text(CASES, encoding="utf-8")
    options = ["-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest", "-p", "no:cacheprovider", "-q", "-rA", "--tb=short"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path / "test_cases.py")],
        cwd=ROOT,
        env=os.environ | {"JOBAGENT_TEST_GRACE_S": "0.1", "JOBAGENT_THEME": "dark", "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    report = done.stdout
    blamed = {line.split("::")[1].split()[0] for line in report.splitlines() if line.startswith("ERROR ") and "::" in line}
    leaks = {f"test_leaves_a_{what}" for what in ("thread", "child", "file_open", "task", "timer")}
    assert blamed == leaks | {"test_logs_an_error"}, report + done.stderr
    assert "13 passed, 6 errors" in report
    assert "thread 'forgotten', started at" in report
    assert "in test_leaves_a_thread" in report
    assert "child process" in report
    assert "forgotten.txt" in report
    assert "input()" in report
    assert "forgotten task" in report
    assert "timer every 7000 ms" in report
    assert "ERROR some.where: lost 3 rows" in report
