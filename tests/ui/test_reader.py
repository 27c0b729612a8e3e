"""The reader's thread: the newest question of a topic is answered, what nobody asks any more is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from jobagent_desktop.bootstrap import open_workspace
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.runtime import Reader
from jobagent_desktop.services.ports import Queries

PATIENCE_MS = 30_000


@pytest.fixture
def reader(qtbot: QtBot, tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(open_workspace(tmp_path, {}).queries)
    yield reader
    reader.close()
    reader.deleteLater()


def test_it_answers_on_the_asking_thread_and_reads_in_another(reader: Reader, qtbot: QtBot) -> None:
    threads: list[int] = []

    def answered(read_in: int) -> None:
        threads.extend((read_in, threading.get_ident()))

    reader.ask("counts", lambda queries: queries.counts() and threading.get_ident(), answered)
    qtbot.waitUntil(lambda: len(threads) == 2, timeout=PATIENCE_MS)
    assert threads[0] != threads[1] == threading.get_ident()


def test_of_one_topic_only_the_newest_question_is_begun(reader: Reader, qtbot: QtBot) -> None:
    go_on, answers = threading.Event(), list[str]()
    reader.ask("first", lambda _: "first" if go_on.wait(30) else "", answers.append)
    for letter in "abc":
        reader.ask("text", lambda _, letter=letter: letter, answers.append)
    reader.ask("other", lambda _: "other", answers.append)
    go_on.set()
    qtbot.waitUntil(lambda: "other" in answers, timeout=PATIENCE_MS)
    assert answers == ["first", "c", "other"]


def test_a_dropped_question_ends_and_says_nothing(reader: Reader, qtbot: QtBot) -> None:
    started, answers, troubles = threading.Event(), list[object](), list[str]()
    reader.failed.connect(troubles.append)

    def endless(queries: Queries) -> object:
        started.set()
        endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        return queries._db.execute(endless).get  # pyright: ignore[reportAttributeAccessIssue]

    reader.ask("endless", endless, answers.append)
    assert started.wait(30)
    done: list[str] = []
    while not done:  # the statement may not have begun when it is first interrupted
        reader.drop("endless")
        reader.ask("next", lambda _: "next", done.append)
        qtbot.wait(5)
    assert (answers, troubles) == ([], [])


@pytest.mark.allow_error_logs
def test_a_failure_is_told_and_the_next_question_is_answered(reader: Reader, qtbot: QtBot) -> None:
    def fail(_: Queries) -> None:
        raise Permanent("The database is damaged.")

    answers: list[object] = []
    with qtbot.waitSignal(reader.failed, timeout=PATIENCE_MS) as told:
        reader.ask("broken", fail, answers.append)
    assert told.args == ["The database is damaged."]
    reader.ask("sound", lambda _: 1, answers.append)
    qtbot.waitUntil(lambda: answers == [1], timeout=PATIENCE_MS)


def test_nothing_is_answered_once_it_is_closed(reader: Reader, qtbot: QtBot) -> None:
    answers: list[int] = []
    for number in range(100):
        reader.ask(str(number), lambda _, number=number: number, answers.append)
    reader.close()
    before = len(answers)
    reader.ask("late", lambda _: -1, answers.append)
    qtbot.wait(20)
    assert len(answers) == before
    assert not any(thread.name == "reader" for thread in threading.enumerate())
