"""The table's ids are those that a plain sort in Python gives: every column, both ways, with every kind of filter."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from jobagent_desktop.domain.folding import folded
from jobagent_desktop.domain.identity import application_id, job_id
from jobagent_desktop.domain.posting import SalaryPeriod
from jobagent_desktop.domain.states import ApplicationStatus as A
from jobagent_desktop.domain.views import JobFilter, SortKey
from jobagent_desktop.store import queries
from jobagent_desktop.store.connection import open_reader, open_writer, rows, transaction
from jobagent_desktop.store.migrate import migrate
from jobagent_desktop.store.queries import ReadModel
from jobagent_desktop.store.queue_rows import insert
from tests.fakes.small_world import PROFILE

JOBS = 150
A_YEAR = {"year": 1, "month": 12, "week": 52, "day": 230, "hour": 1840}
TITLES = ["Backend engineer", "backend Engineer", "Nurse", "Ärztin", "ärztin", "Łodzianin", "Site manager", ""]
FILTERS = [
    {},
    {"text": "e"},
    {"text": "backend gda"},
    {"text": "nothing like it"},
    {"min_score": 50},
    {"statuses": frozenset({A.SKIPPED, A.CLOSED})},
    {"statuses": frozenset({A.PREVIEW_READY}), "min_score": 30, "text": "arzt"},
]


def fill(connection: apsw.Connection) -> None:
    rng = random.Random(7)
    for n in range(JOBS):
        job = job_id("test", str(n))
        title, company, place = (
            rng.choice(TITLES),
            f"{rng.choice('aBcÖ')}ompany",
            rng.choice(["Gdańsk", "berlin", "Berlin", ""]),
        )
        stamp = f"2026-03-0{rng.randint(1, 5)}T00:00:00.000+00:00"
        low, high = rng.choice([None, 30, 4_000]), rng.choice([None, 50, 5_000, 60_000])
        period = rng.choice(list(SalaryPeriod)).value
        values = {"n": n + 1, "id": job, "source": "test", "external_id": str(n), "url": "", "title": title, "company": company}
        values |= {"location": place, "salary_min": low, "salary_max": high, "salary_period": period}
        insert(connection, "jobs", values | {"seen_at": stamp, "created_at": stamp, "updated_at": stamp})
        connection.execute("INSERT INTO jobs_fts (rowid, words) VALUES (?, ?)", (n + 1, folded(f"{title} {company} {place}")))
        values = {"id": application_id(job, PROFILE.id), "job_id": job, "profile_id": PROFILE.id, "status": rng.choice(list(A))}
        values |= {"score": rng.choice([None, 0, 30, 50, 50, 99]), "progress": rng.choice([0, 40, 100])}
        insert(connection, "applications", values | {"created_at": stamp, "updated_at": stamp})


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("order") / "jobagent.db"
    with closing(open_writer(path)) as connection:
        migrate(connection, path)
        transaction(connection, fill)
    return path


@pytest.fixture(scope="module")
def read(path: Path) -> Iterator[ReadModel]:
    with closing(ReadModel(path)) as read:
        read.counts()  # the first question opens the files beside the database
        yield read


@pytest.fixture(scope="module")
def everything(path: Path) -> list[dict[str, Any]]:
    with closing(open_reader(path)) as reader:
        return rows(
            reader,
            "SELECT j.title, j.company, j.location, j.salary_min, j.salary_max, j.salary_period, a.id, a.status, a.score, "
            "a.progress, a.updated_at FROM applications a, jobs j WHERE j.id = a.job_id",
        )


def without_case(text: str) -> bytes:
    """As SQLite's NOCASE: only the 26 letters of ASCII have a case."""
    return text.encode().lower()


def value(row: dict[str, Any], sort: SortKey) -> Any:
    match sort:
        case SortKey.SCORE | SortKey.STATUS:
            return row[sort.value]
        case SortKey.TITLE | SortKey.COMPANY | SortKey.LOCATION:
            return without_case(row[sort.value])
        case SortKey.SALARY:
            paid = next((row[name] for name in ("salary_max", "salary_min") if row[name] is not None), 0)
            return paid * A_YEAR[row["salary_period"]]
        case SortKey.STAGE:
            return row["progress"]
        case SortKey.UPDATED:
            return row["updated_at"]


def is_wanted(row: dict[str, Any], wanted: JobFilter) -> bool:
    words = folded(f"{row['title']} {row['company']} {row['location']}").split()
    shown = row["status"] in wanted.statuses if wanted.statuses else row["status"] not in (A.SKIPPED, A.CLOSED)
    scored = wanted.min_score is None or (row["score"] is not None and row["score"] >= wanted.min_score)
    return shown and scored and all(any(w.startswith(t) for w in words) for t in folded(wanted.text).split())


def in_order(found: list[dict[str, Any]], wanted: JobFilter) -> list[str]:
    kept = sorted((row for row in found if is_wanted(row, wanted)), key=lambda row: row["id"])
    known = [row for row in kept if value(row, wanted.sort) is not None]
    known.sort(key=lambda row: value(row, wanted.sort), reverse=wanted.descending)
    return [row["id"] for row in known + [row for row in kept if value(row, wanted.sort) is None]]


@pytest.mark.parametrize("few", [0, queries.FEW_HITS], ids=["walk", "look up"])
@pytest.mark.parametrize("descending", [True, False], ids=["down", "up"])
@pytest.mark.parametrize("sort", SortKey)
def test_the_order_is_that_of_a_plain_sort(
    read: ReadModel,
    everything: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    sort: SortKey,
    descending: bool,
    few: int,
) -> None:
    monkeypatch.setattr(queries, "FEW_HITS", few)
    sizes = set[int]()
    for more in FILTERS:
        wanted = JobFilter(sort=sort, descending=descending, **more)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        ids = read.job_ids(wanted)
        assert ids == in_order(everything, wanted), more
        sizes.add(len(ids))
    assert 0 in sizes and max(sizes) > JOBS / 2 and len(sizes) > 4, "the filters tell nothing apart"


@pytest.mark.parametrize("sort", SortKey)
@pytest.mark.parametrize("text", ["", "e"])
def test_no_sort_reads_the_rows_themselves(path: Path, monkeypatch: pytest.MonkeyPatch, sort: SortKey, text: str) -> None:
    """What makes it quick at 100,000 jobs: every table is read by an index that has all its values."""
    monkeypatch.setattr(queries, "FEW_HITS", 0)
    seen = list[str]()

    def note(event: dict[str, Any]) -> None:
        seen.append(event["sql"])

    with closing(ReadModel(path)) as read:
        connection = read._db  # pyright: ignore[reportPrivateUsage]
        connection.trace_v2(apsw.SQLITE_TRACE_STMT, note)
        read.job_ids(JobFilter(text=text, sort=sort))
        connection.trace_v2(0, None)
        (asked,) = {sql for sql in seen if sql.startswith("SELECT a.id")}
        plan = [r["detail"] for r in rows(connection, f"EXPLAIN QUERY PLAN {asked}", ["x"] * asked.count("?"))]
    reads = [line for line in plan if line.startswith(("SCAN a", "SEARCH a", "SCAN j ", "SEARCH j "))]
    assert reads and all("COVERING INDEX" in line for line in reads), plan
