"""Log lines are JSON with the ids of the work they belong to, without secrets; files rotate and have one writer each."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jobagent_desktop.config import DataPaths
from jobagent_desktop.desktop import logs
from jobagent_desktop.desktop.logs import LogSetup, bind_ids, configure_logging
from jobagent_desktop.desktop.redaction import HIDDEN, Redactor

ROOT = Path(__file__).resolve().parents[3]
log = logging.getLogger("jobagent_desktop.tests")


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    paths = DataPaths(tmp_path)
    paths.make()
    return paths


@contextmanager
def logging_to_file(paths: DataPaths, role: str = "run", level: str = "debug") -> Generator[LogSetup]:
    setup = configure_logging(paths, role=role, stdout=False, stderr=False, level=level, redactor=Redactor())
    try:
        yield setup
    finally:
        setup.close()


def lines(path: Path | None) -> list[dict[str, Any]]:
    assert path
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_when_how_bad_what_and_who(paths: DataPaths) -> None:
    with logging_to_file(paths) as setup:
        log.info("step %s done", "render", extra={"step": "render", "took_s": 0.34})
        assert setup.file == paths.logs / "jobagent-run.jsonl"
        (line,) = lines(setup.file)
    when = datetime.fromisoformat(line.pop("ts"))
    assert when.tzinfo == UTC
    assert abs((datetime.now(UTC) - when).total_seconds()) < 60
    assert line == {
        "level": "info",
        "event": "step render done",
        "logger": "jobagent_desktop.tests",
        "pid": os.getpid(),
        "step": "render",
        "took_s": 0.34,
    }


def test_ids_follow_the_work_through_tasks_and_threads_and_end_with_it(paths: DataPaths) -> None:
    async def step(task: str) -> None:
        with bind_ids(task_id=task, application_id=None):
            await asyncio.sleep(0)
            log.info("a step")
            await asyncio.to_thread(log.info, "in a thread")

    async def both() -> None:
        with bind_ids(application_id="a1"):
            await asyncio.gather(step("t1"), step("t2"))
        log.info("after")

    with logging_to_file(paths) as setup:
        setup.machine_id = "m1"
        asyncio.run(both())
        found = [
            (line["event"], line.get("application_id"), line.get("task_id"), line["machine_id"]) for line in lines(setup.file)
        ]
    assert sorted(found[:4]) == [
        ("a step", "a1", "t1", "m1"),
        ("a step", "a1", "t2", "m1"),
        ("in a thread", "a1", "t1", "m1"),
        ("in a thread", "a1", "t2", "m1"),
    ]
    assert found[4:] == [("after", None, None, "m1")]


@pytest.mark.allow_error_logs
def test_an_exception_comes_with_its_traceback_and_cause_without_secrets(paths: DataPaths) -> None:
    def sign_in() -> None:
        try:
            raise ValueError("https://me:hunter2hunter2@example.org refused")
        except ValueError as error:
            raise RuntimeError("not signed in") from error

    with logging_to_file(paths) as setup:
        try:
            sign_in()
        except RuntimeError:
            log.exception("sign-in failed", extra={"api_key": "hunter2hunter2"})
        (line,) = lines(setup.file)
    assert "in sign_in" in line["exception"]
    assert f"ValueError: https://{HIDDEN}@example.org refused" in line["exception"]
    assert "RuntimeError: not signed in" in line["exception"]
    assert line["api_key"] == HIDDEN
    assert "hunter2" not in str(line)


def test_what_cannot_be_written_as_it_is_does_not_lose_the_line(paths: DataPaths) -> None:
    with logging_to_file(paths) as setup:
        log.info(
            "lone \udc80 surrogate, 100 % and\na new line",
            extra={"odd": object(), "event": "no", "level": 7, "nan": float("nan")},
        )
        (line,) = lines(setup.file)
    assert line["event"] == "lone \udc80 surrogate, 100 % and\na new line"
    assert line["level"] == "info"
    assert line["nan"] == "nan"
    assert "object object" in line["odd"]


def test_libraries_speak_through_the_same_lines_but_only_of_what_matters(paths: DataPaths) -> None:
    with logging_to_file(paths) as setup:
        logging.getLogger("httpx").info("GET https://example.org")
        logging.getLogger("some.library").info("hello")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("old way", UserWarning, stacklevel=1)
        found = [(line["logger"], line["level"]) for line in lines(setup.file)]
    assert found == [("some.library", "info"), ("py.warnings", "warning")]


def test_the_level_decides_and_can_change(paths: DataPaths) -> None:
    with logging_to_file(paths, level="warning") as setup:
        log.info("no")
        setup.set_level("info")
        log.info("yes")
        assert [line["event"] for line in lines(setup.file)] == ["yes"]


def test_closing_puts_back_what_was_before(paths: DataPaths) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("httpx").level, warnings.showwarning)
    with logging_to_file(paths, level="error"):
        assert root.level == logging.ERROR
    assert (root.level, list(root.handlers), logging.getLogger("httpx").level, warnings.showwarning) == before


def test_files_rotate_and_no_line_is_lost_or_torn(paths: DataPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 2000)
    with logging_to_file(paths):
        for number in range(60):
            log.info("line %03d %s", number, "x" * 30)
    kept = sorted(paths.logs.glob("jobagent-run.jsonl*"), reverse=True)
    assert [path.name.removeprefix("jobagent-run.jsonl") for path in kept] == [".4", ".3", ".2", ".1", ""]
    assert all(path.stat().st_size <= 2000 for path in kept)
    numbers = [int(line["event"].split()[1]) for path in kept for line in lines(path)]
    assert numbers == list(range(numbers[0], 60))
    assert len(numbers) > 30


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_loses_lines_and_says_nothing_of_it(paths: DataPaths, capfd: pytest.CaptureFixture[str]) -> None:
    with logging_to_file(paths) as setup:
        assert setup.file
        handler = next(h for h in logging.getLogger().handlers if getattr(h, "baseFilename", "") == str(setup.file))
        assert isinstance(handler, logging.FileHandler)
        whole, handler.stream = handler.stream, Path("/dev/full").open("w", buffering=1, encoding="utf-8")  # noqa: SIM115
        log.warning("lost")
        full, handler.stream = handler.stream, whole
        with pytest.raises(OSError, match="space"):
            full.close()
        log.warning("kept")
        assert [line["event"] for line in lines(setup.file)] == ["kept"]
    assert "Traceback" not in capfd.readouterr().err


def test_a_file_that_cannot_be_renamed_is_written_on(paths: DataPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a reader holds the name; here a folder in the way does."""
    monkeypatch.setattr(logs, "FILE_BYTES", 500)
    (paths.logs / "jobagent-run.jsonl.3").write_text("an older one")
    (paths.logs / "jobagent-run.jsonl.4" / "in the way").mkdir(parents=True)
    with logging_to_file(paths) as setup:
        for number in range(20):
            log.info("line %d", number)
        assert [line["event"] for line in lines(setup.file)] == [f"line {number}" for number in range(20)]


WRITE = """
import logging, sys
from pathlib import Path
from jobagent_desktop.config import DataPaths
from jobagent_desktop.desktop.logs import configure_logging
from jobagent_desktop.desktop.redaction import Redactor
paths = DataPaths(Path(sys.argv[1]))
setup = configure_logging(paths, role="run", stdout=True, stderr=False, level="info", redactor=Redactor())
logging.info("hello")
sys.stdin.read()
"""


def test_each_process_has_its_own_file_and_a_killed_ones_is_taken_up(paths: DataPaths) -> None:
    with logging_to_file(paths) as setup:
        log.info("ours")
        process = subprocess.Popen(
            [sys.executable, "-c", WRITE, str(paths.root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert process.stdout
        on_stdout = json.loads(process.stdout.readline())
        process.kill()
        process.communicate()
        assert [line["event"] for line in lines(setup.file)] == ["ours"]
    assert lines(paths.logs / "jobagent-run-2.jsonl") == [on_stdout]
    assert on_stdout["event"] == "hello"
    with logging_to_file(paths) as first, logging_to_file(paths) as second:
        assert first.file == paths.logs / "jobagent-run.jsonl"
        assert second.file == paths.logs / "jobagent-run-2.jsonl"


def test_a_windowed_program_has_no_streams(paths: DataPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    setup = configure_logging(paths, role="window", stdout=True, stderr=True, level="info", redactor=Redactor())
    try:
        log.warning("nobody at the console")
        assert [line["event"] for line in lines(setup.file)] == ["nobody at the console"]
    finally:
        setup.close()


def test_a_command_without_a_file_logs_to_stderr_only(capsys: pytest.CaptureFixture[str]) -> None:
    setup = configure_logging(None, role="status", stdout=False, stderr=True, level="info", redactor=Redactor())
    try:
        log.info("talk")
    finally:
        setup.close()
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err)["event"] == "talk"


def test_a_closed_pipe_ends_the_stream_not_the_program(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    with io.TextIOWrapper(io.FileIO(writing, "w"), write_through=True) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        setup = configure_logging(None, role="run", stdout=True, stderr=False, level="info", redactor=Redactor())
        os.close(reading)
        try:
            log.info("into the void")
            log.info("again")
        finally:
            setup.close()
        monkeypatch.undo()
    assert capfd.readouterr().err == ""


def test_many_threads_write_whole_lines(paths: DataPaths) -> None:
    with logging_to_file(paths) as setup:
        threads = [threading.Thread(target=lambda: [log.info("x" * 200) for _ in range(50)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(lines(setup.file)) == 200


def test_a_command_that_logs_nothing_does_not_pay_for_structlog() -> None:
    code = (
        "import sys\n"
        "from jobagent_desktop.desktop.logs import configure_logging\n"
        "from jobagent_desktop.desktop.redaction import Redactor\n"
        "configure_logging(None, role='status', stdout=False, stderr=True, level='info', redactor=Redactor())\n"
        "print('structlog' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
