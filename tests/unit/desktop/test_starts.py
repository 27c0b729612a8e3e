"""Crashes right after the start are counted in a row; an orderly end or a minute of running ends the row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobagent_desktop.desktop.starts import MANY, StartWatch

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "starts.json"


def start(file: Path) -> StartWatch:
    return StartWatch(file, lambda: NOW)


def test_starts_that_crash_are_counted_until_one_is_careful(file: Path) -> None:
    starts = [start(file) for _ in range(MANY + 2)]
    assert [watch.crashes for watch in starts] == [0, 1, 2, 3, 4]
    assert [watch.is_careful for watch in starts] == [False, False, False, True, True]
    assert json.loads(file.read_text()) == {"started": "2026-11-23T09:30:00+00:00", "crashes": 4}


def test_one_that_settles_ends_the_row(file: Path) -> None:
    for _ in range(MANY):
        start(file).settled()
    assert start(file).crashes == 0
    start(file)
    watch = start(file)
    assert watch.crashes == 2
    watch.settled()
    watch.settled()
    assert start(file).crashes == 0


def test_a_crash_of_what_was_held_back_is_careful_at_once_again(file: Path) -> None:
    for _ in range(MANY):
        start(file)
    careful = start(file)
    careful.settled()  # it ran for long, doing nothing
    careful.again()
    assert start(file).is_careful


@pytest.mark.parametrize(
    ("content", "crashes"), [("", 1), ("{", 1), ("[]", 1), ('{"crashes": "x"}', 1), ('{"crashes": -5}', 1)]
)
def test_a_broken_file_is_one_crash(file: Path, content: str, crashes: int) -> None:
    file.write_text(content)
    assert start(file).crashes == crashes


def test_where_nothing_can_be_written_nothing_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "gone" / "starts.json"
    for _ in range(MANY):
        start(file).again()
    watch = start(file)
    assert watch.crashes == 0
    watch.settled()
