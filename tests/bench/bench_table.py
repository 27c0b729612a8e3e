"""What the window reads while its table holds 100,000 jobs: the order by each column, search as you type, the visible rows."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from statistics import median

import apsw
import pytest

from jobagent_desktop.domain.identity import application_id, job_id, keyed_ulid
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.domain.views import JobFilter, SortKey
from jobagent_desktop.store.connection import open_writer, transaction
from jobagent_desktop.store.migrate import migrate
from jobagent_desktop.store.queries import ReadModel
from tests.bench.conftest import Tell
from tests.fakes.small_world import PROFILE
from tests.fakes.still_clock import START

JOBS = 100_000
ROUNDS = 5
ROLES = ["backend engineer", "data analyst", "product designer", "nurse", "site manager", "accountant", "teacher", "driver"]
PLACES = ["Berlin", "Gdańsk", "London", "Lisbon", "Remote", "Warsaw", "Paris", "Vienna", "Oslo"]
WORDS = [
    a + b for a in ("py", "post", "log", "cloud", "care", "team", "plan", "sales") for b in ("thon", "gres", "istic", "work")
]
STATUSES = [
    *[ApplicationStatus.PREVIEW_READY] * 12,
    *[ApplicationStatus.FOUND] * 3,
    *[ApplicationStatus.SKIPPED] * 2,
    ApplicationStatus.APPLIED,
    ApplicationStatus.FAILED,
    ApplicationStatus.CLOSED,
]


def fill(connection: apsw.Connection) -> None:
    """Rows as the program writes them, a posting of about a kilobyte each; straight into the tables, for speed."""
    rng = random.Random(1)
    jobs, words, applications, tasks = list[tuple[object, ...]](), [], [], []
    for n in range(JOBS):
        job = job_id("bench", str(n))
        application = application_id(job, PROFILE.id)
        stamp = to_iso(START + timedelta(seconds=rng.randrange(10**7)))
        title, company, place = f"{rng.choice(ROLES)} {n % 997}".title(), f"Company {rng.randrange(9000)}", rng.choice(PLACES)
        text = " ".join(rng.choices(WORDS, k=120))
        salary = rng.choice([None, rng.randrange(20_000, 150_000)])
        status = rng.choice(STATUSES)
        is_ready = status not in (ApplicationStatus.FOUND, ApplicationStatus.FAILED)
        jobs.append((n + 1, job, str(n), title, company, place, salary, text, stamp))
        words.append((n + 1, f"{title} {company} {place} {text}".casefold()))
        score, progress = (rng.randrange(101), 100) if is_ready else (None, 0)
        applications.append((application, job, PROFILE.id, status.value, "Ready", progress, score, stamp))
        tasks.append(
            (keyed_ulid(application), application, "done" if is_ready else "pending", stamp if is_ready else None, stamp)
        )
    connection.executemany(
        """
        INSERT INTO jobs (n, id, source, external_id, url, title, company, location, salary_max, preview, content_hash,
            seen_at, created_at, updated_at)
        VALUES (?1, ?2, 'bench', ?3, 'https://boards.example.org/' || ?3, ?4, ?5, ?6, ?7, ?8, ?2, ?9, ?9, ?9)
        """,
        jobs,
    )
    connection.executemany("INSERT INTO jobs_fts (rowid, words) VALUES (?, ?)", words)
    connection.executemany(
        """
        INSERT INTO applications (id, job_id, profile_id, status, stage, progress, score, created_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
        """,
        applications,
    )
    connection.executemany(
        """
        INSERT INTO tasks (id, kind, subject_id, status, finished_at, max_attempts, created_at, updated_at)
        VALUES (?1, 'preview', ?2, ?3, ?4, 5, ?5, ?5)
        """,
        tasks,
    )


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadModel]:
    path = tmp_path_factory.mktemp("table") / "jobagent.db"
    with closing(open_writer(path)) as connection:
        migrate(connection, path)
        transaction(connection, fill)
    with closing(ReadModel(path)) as queries:
        queries.counts()  # the first question opens the files beside the database
        yield queries


def ms(work: Callable[[], object]) -> float:
    """Milliseconds, the median of a few times; the very first, which reads the disk, apart."""
    work()
    times = list[float]()
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return median(times)


@pytest.mark.parametrize("sort", SortKey)
def test_ids_in_order(queries: ReadModel, tell: Tell, sort: SortKey) -> None:
    shown = queries.job_ids(JobFilter(sort=sort))
    assert JOBS * 0.8 < len(shown) == len(set(shown))
    tell(f"table.ids_by_{sort}", ms(lambda: queries.job_ids(JobFilter(sort=sort))), "<=200ms")


@pytest.mark.parametrize("typed", ["p", "py", "pyt", "python", "engineer berlin", "company 4711"])
def test_search_as_you_type(queries: ReadModel, tell: Tell, typed: str) -> None:
    assert 0 < len(queries.job_ids(JobFilter(text=typed))) < JOBS
    tell(f"table.search_{typed.replace(' ', '_')}", ms(lambda: queries.job_ids(JobFilter(text=typed))), "<=200ms")


def test_filters(queries: ReadModel, tell: Tell) -> None:
    ready = JobFilter(statuses=frozenset({ApplicationStatus.PREVIEW_READY}), min_score=60)
    assert queries.job_ids(ready)
    tell("table.ids_ready_above_60", ms(lambda: queries.job_ids(ready)), "<=100ms")


def test_visible_rows(queries: ReadModel, tell: Tell) -> None:
    ids = queries.job_ids(JobFilter())
    seen = ids[1000:1050]
    assert [row.id for row in queries.job_rows(seen)] == seen
    tell("table.rows_50", ms(lambda: queries.job_rows(seen)), "<=10ms")


def test_counts(queries: ReadModel, tell: Tell) -> None:
    assert sum(queries.counts().applications.values()) == JOBS
    tell("table.counts", ms(queries.counts), "<=100ms")
