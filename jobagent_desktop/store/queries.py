"""Read-only pictures for the window and the command line, on a connection of their own (WAL: never in a writer's way)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw

from jobagent_desktop.domain.breaker import SCRAPING
from jobagent_desktop.domain.codec import from_json
from jobagent_desktop.domain.draft import Draft
from jobagent_desktop.domain.event import Event
from jobagent_desktop.domain.folding import folded
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.times import from_iso
from jobagent_desktop.domain.views import Counts, JobDetail, JobFilter, JobRow, Preview, SearchView, SortKey
from jobagent_desktop.store import breakers, ledger, mapping
from jobagent_desktop.store.connection import Row, open_reader, row, rows, scalar

if TYPE_CHECKING:
    from jobagent_desktop.domain.resume import Profile

_HIDDEN = ("skipped", "closed")
_LOG_LINES = 500
_RECENT_DONE = 20
"""How many finished previews the estimate of the remaining time looks back on."""
_PAUSE_S = 120

_YEARLY = "coalesce(j.salary_max, j.salary_min, 0) * CASE j.salary_period WHEN 'month' THEN 12 WHEN 'week' THEN 52 " + (
    "WHEN 'day' THEN 230 WHEN 'hour' THEN 1840 ELSE 1 END"
)
_OF_APPLICATION: dict[SortKey, tuple[str, str]] = {
    SortKey.SCORE: ("a.score", "applications_by_score"),
    SortKey.UPDATED: ("a.updated_at", "applications_by_update"),
    SortKey.STAGE: ("a.progress", "applications_shown"),
    SortKey.STATUS: ("a.status", "applications_shown"),
}
"""What needs no job: the value to sort by, and the index that alone has all that is asked for."""
_OF_JOB: dict[SortKey, str] = {
    SortKey.TITLE: "j.title COLLATE NOCASE",
    SortKey.COMPANY: "j.company COLLATE NOCASE",
    SortKey.LOCATION: "j.location COLLATE NOCASE",
    SortKey.SALARY: _YEARLY,
}
# Without the named indexes SQLite would fetch every row for a value or two: five times as long at 100,000 jobs.
_BOTH = "applications a INDEXED BY applications_shown CROSS JOIN jobs j INDEXED BY jobs_shown ON j.id = a.job_id"
_FROM_WORDS = "jobs_fts f CROSS JOIN jobs j ON j.n = f.rowid CROSS JOIN applications a ON a.job_id = j.id"
FEW_HITS = 5_000
"""Up to so many, each is looked up; from there on it is quicker to walk over everything once."""
_ROW = """
    SELECT a.id, j.title, j.company, j.location, j.remote, j.salary_min, j.salary_max, j.currency, j.salary_period,
        a.score, a.status, a.stage, a.progress, a.error, a.updated_at
    FROM applications a JOIN jobs j ON j.id = a.job_id
"""

_IS_QUEUED = """
    SELECT 1 FROM tasks WHERE subject_id = ? AND kind = 'preview' AND status IN ('pending', 'processing', 'waiting') LIMIT 1
"""


class ReadModel:
    """Implements `Queries` on a database that has been migrated. Belongs to the thread that made it."""

    def __init__(self, path: Path) -> None:
        self._db: apsw.Connection = open_reader(path)

    def job_ids(self, job_filter: JobFilter) -> list[str]:
        conditions: list[str] = []
        bindings: list[Any] = []
        by, index = _OF_APPLICATION.get(job_filter.sort, ("", ""))
        tables = f"applications a INDEXED BY {index}" if by else _BOTH
        if words := folded(job_filter.text).split():
            prefixes = " ".join(f'"{word}"*' for word in words)
            tables, condition = self._matching(prefixes)
            conditions.append(condition)
            bindings.append(prefixes)
        if job_filter.statuses:
            conditions.append(f"a.status IN ({', '.join('?' * len(job_filter.statuses))})")
            bindings.extend(status.value for status in job_filter.statuses)
        else:
            conditions.append(f"a.status NOT IN ({', '.join('?' * len(_HIDDEN))})")
            bindings.extend(_HIDDEN)
        if job_filter.min_score is not None:
            conditions.append("a.score >= ?")
            bindings.append(job_filter.min_score)
        direction = "DESC" if job_filter.descending else "ASC"
        found = self._db.execute(
            f"SELECT a.id FROM {tables} WHERE {' AND '.join(conditions)} "  # noqa: S608 - this module's own words
            f"ORDER BY {by or _OF_JOB[job_filter.sort]} {direction} NULLS LAST, a.id",
            bindings,
        )
        return [str(values[0]) for values in found]

    def _matching(self, prefixes: str) -> tuple[str, str]:
        """The tables and the condition for a full-text query, so that neither few hits nor all of them take long."""
        up_to = "SELECT count(*) FROM (SELECT 1 FROM jobs_fts WHERE jobs_fts MATCH ? LIMIT ?)"
        if scalar(self._db, up_to, (prefixes, FEW_HITS + 1)) <= FEW_HITS:
            return _FROM_WORDS, "jobs_fts MATCH ?"
        # The plus keeps SQLite from starting at the matches after all.
        return _BOTH, "+j.n IN (SELECT rowid FROM jobs_fts WHERE jobs_fts MATCH ?)"

    def job_rows(self, ids: Sequence[str]) -> list[JobRow]:
        if not ids:
            return []
        wanted = json.dumps(list(ids))
        sql = f"{_ROW} WHERE a.id IN (SELECT value FROM json_each(?))"  # noqa: S608 - this module's own words
        found = {r["id"]: _job_row(r) for r in rows(self._db, sql, (wanted,))}
        return [found[i] for i in ids if i in found]

    def detail(self, application_id: str) -> JobDetail | None:
        seen = row(self._db, f"{_ROW} WHERE a.id = ?", (application_id,))
        application = row(self._db, "SELECT * FROM applications WHERE id = ?", (application_id,))
        if seen is None or application is None:
            return None
        job = row(self._db, "SELECT * FROM jobs WHERE id = ?", (application["job_id"],))
        assert job is not None, "an application without a job"
        preview = None
        if application["draft"] and application["resume_file"]:
            preview = Preview(from_json(Draft, application["draft"]), application["resume_file"], application["cover_file"])
        log = rows(self._db, "SELECT * FROM events WHERE stream = ? ORDER BY n DESC LIMIT ?", (application_id, _LOG_LINES))
        elsewhere = rows(self._db, "SELECT source, url FROM jobs WHERE duplicate_of = ? ORDER BY n", (job["id"],))
        return JobDetail(
            row=_job_row(seen),
            posting=mapping.posting(job),
            match=from_json(Match, application["match"]) if application["match"] else None,
            preview=preview,
            log=tuple(mapping.event(r) for r in reversed(log)),
            also_at=tuple(r["url"] or r["source"] for r in elsewhere),
            job_status=job["status"],
            is_queued=scalar(self._db, _IS_QUEUED, (application_id,)) is not None,
        )

    def counts(self) -> Counts:
        tasks: dict[str, int] = {}
        searches = {"open": 0, "processing": 0}
        previews_left = 0
        # Every open task, and of the finished ones only their number.
        for r in rows(self._db, "SELECT kind, status, count(*) AS n FROM tasks GROUP BY kind, status"):
            tasks[r["status"]] = tasks.get(r["status"], 0) + r["n"]
            is_open = r["status"] in ("pending", "processing")
            if r["kind"] == "search" and is_open:
                searches["open"] += r["n"]
                searches["processing"] += r["n"] if r["status"] == "processing" else 0
            if r["kind"] == "preview" and is_open:
                previews_left += r["n"]
        return Counts(
            applications={
                r["status"]: r["n"] for r in rows(self._db, "SELECT status, count(*) AS n FROM applications GROUP BY status")
            },
            tasks=tasks,
            searches_running=searches["processing"],
            searches_total=searches["open"],
            previews_left=previews_left,
            eta_s=self._seconds_left(previews_left),
            paused=ledger.is_paused(self._db),
            breaker=breakers.load(self._db, SCRAPING),
            has_profile=scalar(self._db, "SELECT 1 FROM profiles WHERE deleted_at IS NULL LIMIT 1") is not None,
        )

    def _seconds_left(self, previews: int) -> float | None:
        """From the pace of the previews finished last; unknown until a few are."""
        if not previews:
            return None
        done = [
            from_iso(r["finished_at"])
            for r in rows(
                self._db,
                "SELECT finished_at FROM tasks WHERE kind = 'preview' AND finished_at IS NOT NULL "
                "ORDER BY finished_at DESC LIMIT ?",
                (_RECENT_DONE,),
            )
        ]
        # Long gaps are nights and pauses, not the pace.
        gaps = [seconds for new, old in pairwise(done) if (seconds := (new - old).total_seconds()) < _PAUSE_S]
        if len(gaps) < 2:
            return None
        return previews * sum(gaps) / len(gaps)

    def profile(self) -> Profile | None:
        found = row(self._db, "SELECT * FROM profiles WHERE deleted_at IS NULL ORDER BY updated_at DESC, id LIMIT 1")
        return mapping.profile(found) if found else None

    def searches(self) -> list[SearchView]:
        return [
            mapping.search(r) for r in rows(self._db, "SELECT * FROM searches WHERE deleted_at IS NULL ORDER BY created_at, id")
        ]

    def settings(self) -> Mapping[str, Any]:
        return {
            r["id"]: json.loads(r["value"])
            for r in rows(self._db, "SELECT id, value FROM settings WHERE deleted_at IS NULL ORDER BY id")
        }

    def recent_events(self, limit: int) -> list[Event]:
        return [mapping.event(r) for r in rows(self._db, "SELECT * FROM events ORDER BY n DESC LIMIT ?", (limit,))]

    def interrupt(self) -> None:
        self._db.interrupt()

    def close(self) -> None:
        self._db.close()


def _job_row(r: Row) -> JobRow:
    return JobRow(
        id=r["id"],
        title=r["title"],
        company=r["company"],
        location=r["location"],
        remote=None if r["remote"] is None else bool(r["remote"]),
        salary_min=r["salary_min"],
        salary_max=r["salary_max"],
        currency=r["currency"],
        salary_period=r["salary_period"],
        score=r["score"],
        status=ApplicationStatus(r["status"]),
        stage=r["stage"],
        progress=r["progress"],
        error=r["error"],
        updated_at=from_iso(r["updated_at"]),
    )
