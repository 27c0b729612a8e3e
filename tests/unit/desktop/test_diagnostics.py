"""What a user copies into a bug report: enough to help, nothing of the person, whatever stands in the log."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from jobagent_desktop.config import DataPaths
from jobagent_desktop.desktop.diagnostics import LINES, TAIL_BYTES, Diagnostics
from jobagent_desktop.desktop.logs import configure_logging
from jobagent_desktop.desktop.redaction import Redactor

PERSON = ["Marta Kowalska", "marta@example.org", "+48 600 100 200"]


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    paths = DataPaths(tmp_path / "Marta Kowalska")
    paths.make()
    return paths


def text(paths: DataPaths) -> str:
    *steps, last = Diagnostics(paths.root, paths.logs, Redactor(), "3.54.1").gather(PERSON)
    assert set(steps) <= {None}
    assert last is not None
    return last


def write(paths: DataPaths, *lines: str | dict[str, str], name: str = "jobagent-window.jsonl") -> None:
    whole = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (paths.logs / name).write_text("".join(f"{line}\n" for line in whole), "utf-8")


def entry(number: int, event: str, level: str = "warning", **more: str) -> dict[str, str]:
    return {
        "ts": f"2026-11-23T09:{number // 60:02}:{number % 60:02}.000Z",
        "level": level,
        "event": event,
        "logger": "x.y",
        **more,
    }


def test_an_empty_folder_has_its_facts(paths: DataPaths) -> None:
    lines = text(paths).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["System", "Python", "SQLite", "Data folder", "Newest warnings"]
    assert lines[2:] == ["SQLite: 3.54.1", "Data folder: 0.0 MB in 0 files", "Newest warnings: none"]


def test_the_size_is_that_of_all_files(paths: DataPaths) -> None:
    (paths.files / "ab").mkdir()
    (paths.files / "ab" / "cv.pdf").write_bytes(bytes(1_500_000))
    (paths.root / "jobagent.db").write_bytes(bytes(600_000))
    assert "Data folder: 2.1 MB in 2 files" in text(paths)


@pytest.mark.allow_error_logs
def test_what_the_program_logs_is_told_without_its_details(paths: DataPaths) -> None:
    setup = configure_logging(paths, role="window", stdout=False, stderr=False, level="info", redactor=Redactor())
    log = logging.getLogger("jobagent_desktop.services.task_manager")
    try:
        log.info("step starts")
        try:
            raise ValueError("The CV of Marta Kowalska at /home/marta/cv.pdf")
        except ValueError:
            log.exception("bug in a step", extra={"application_id": "01abc"})
        log.warning("step failed: %s", "Northwind Bank asked us to slow down.")
    finally:
        setup.close()
    first, second = text(paths).splitlines()[-2:]
    assert first.endswith(" error jobagent_desktop.services.task_manager: bug in a step (ValueError)")
    assert second.endswith(" warning jobagent_desktop.services.task_manager: step failed")
    assert "step starts" not in text(paths)


@pytest.mark.parametrize(
    "event",
    [
        "no file /home/marta/Marta.pdf there",
        r"no file C:\Users\marta\cv.pdf there",
        r"no file \\server\marta\cv.pdf there",
        "no page https://marta.example.org/x?y=marta there",
        "no mail to marta@example.org there",
        "no person Marta Kowalska, KOWALSKA or +48 600 100 200 there",
        "no answer from the server: Marta Kowalska",
        "no answer\nMarta Kowalska",
    ],
)
def test_nothing_personal_is_in_it(paths: DataPaths, event: str) -> None:
    write(paths, entry(1, event, exception="Traceback\n  x\nValueError: Marta Kowalska"))
    told = text(paths)
    assert "warning x.y: no " in told
    for word in ("marta", "kowalska", "600"):
        assert word not in told.lower()


def test_the_newest_of_all_files_are_told_in_order(paths: DataPaths) -> None:
    write(paths, *(entry(n, f"even {n}") for n in range(0, 60, 2)))
    write(paths, *(entry(n, f"odd {n}") for n in range(1, 60, 2)), name="jobagent-run.jsonl.1")
    told = text(paths).splitlines()[-LINES:]
    assert [int(line.rpartition(" ")[2]) for line in told] == list(range(40, 60))
    assert f"Newest warnings: {LINES}" in text(paths)


def test_broken_lines_and_a_huge_file_are_no_trouble(paths: DataPaths) -> None:
    filler = "x" * TAIL_BYTES
    write(paths, entry(1, "long ago"), filler, "{", "[]", '"warning"', '{"level": "warning"', entry(2, "new"))
    assert text(paths).splitlines()[-1] == "2026-11-23T09:00:02.000Z warning x.y: new"
    assert "long ago" not in text(paths)
