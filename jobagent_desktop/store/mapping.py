"""Rows to domain values and back; the one place that knows both a column and a field."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jobagent_desktop.domain.application import Application, SeenPosting
from jobagent_desktop.domain.breaker import Breaker, BreakerState
from jobagent_desktop.domain.codec import from_json
from jobagent_desktop.domain.draft import Draft
from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.posting import Posting, SalaryPeriod
from jobagent_desktop.domain.states import ApplicationStatus, JobStatus, TaskStatus
from jobagent_desktop.domain.task import Task, TaskKind
from jobagent_desktop.domain.times import from_iso, to_iso
from jobagent_desktop.domain.views import SearchView
from jobagent_desktop.store.connection import Row

if TYPE_CHECKING:
    from jobagent_desktop.domain.resume import Profile


def moment(text: str | None) -> datetime | None:
    return from_iso(text) if text else None


def iso(value: datetime | None) -> str | None:
    return to_iso(value) if value else None


def posting(row: Row) -> Posting:
    return Posting(
        source=row["source"],
        external_id=row["external_id"],
        url=row["url"],
        title=row["title"],
        company=row["company"],
        description=row["preview"],
        locator=row["locator"],
        location=row["location"],
        remote=None if row["remote"] is None else bool(row["remote"]),
        salary_min=row["salary_min"],
        salary_max=row["salary_max"],
        currency=row["currency"],
        salary_period=SalaryPeriod(row["salary_period"]),
        posted_at=moment(row["posted_at"]),
        closes_at=moment(row["closes_at"]),
        employment_type=row["employment_type"],
        language=row["language"],
        tags=tuple(json.loads(row["tags"])),
    )


def posting_values(value: Posting) -> Row:
    """Columns of `jobs` that come from the source."""
    return {
        "source": value.source,
        "external_id": value.external_id,
        "url": value.url,
        "title": value.title,
        "company": value.company,
        "preview": value.description,
        "locator": value.locator,
        "location": value.location,
        "remote": None if value.remote is None else int(value.remote),
        "salary_min": value.salary_min,
        "salary_max": value.salary_max,
        "currency": value.currency,
        "salary_period": value.salary_period.value,
        "posted_at": iso(value.posted_at),
        "closes_at": iso(value.closes_at),
        "employment_type": value.employment_type,
        "language": value.language,
        "tags": json.dumps(value.tags, ensure_ascii=False),
    }


def seen_posting(row: Row) -> SeenPosting:
    return SeenPosting(posting=posting(row), seen_at=from_iso(row["seen_at"]), status=JobStatus(row["status"]))


def application(row: Row) -> Application:
    return Application(
        id=row["id"],
        job_id=row["job_id"],
        profile_id=row["profile_id"],
        status=ApplicationStatus(row["status"]),
        before_skip=ApplicationStatus(row["before_skip"]) if row["before_skip"] else None,
        progress=row["progress"],
        match=from_json(Match, row["match"]) if row["match"] else None,
        draft=from_json(Draft, row["draft"]) if row["draft"] else None,
        resume_file=row["resume_file"],
        cover_file=row["cover_file"],
    )


def profile(row: Row) -> Profile:
    # The costliest of all the domain to import, and the window is to be seen before.
    from jobagent_desktop.domain.resume import Preferences, Profile, Resume, Unread

    return Profile(
        id=row["id"],
        resume=from_json(Resume, row["resume"]),
        preferences=from_json(Preferences, row["preferences"]),
        unread=from_json(tuple[Unread, ...], row["unread"]),
        missing=from_json(tuple[str, ...], row["missing"]),
        base_file=row["base_file"],
    )


def task(row: Row) -> Task:
    payload: dict[str, Any] = json.loads(row["payload"])
    return Task(
        id=row["id"],
        kind=TaskKind(row["kind"]),
        subject_id=row["subject_id"],
        payload=payload,
        status=TaskStatus(row["status"]),
        priority=row["priority"],
        run_after=moment(row["run_after"]),
        attempt=row["attempt"],
        max_attempts=row["max_attempts"],
        crashes=row["crashes"],
        crash_step=row["crash_step"],
        progress=row["progress"],
        error=row["error"],
    )


def breaker(scope: str, row: Row | None) -> Breaker:
    if row is None:
        return Breaker(scope)
    return Breaker(
        scope=scope,
        state=BreakerState(row["state"]),
        failures=row["failures"],
        opened_until=moment(row["opened_until"]),
        reason=row["reason"],
        trips=row["trips"],
        last_failure_at=moment(row["last_failure_at"]),
    )


def event(row: Row) -> Event:
    details: dict[str, Any] = json.loads(row["details"])
    return Event(
        id=row["id"],
        stream=row["stream"],
        ts=from_iso(row["ts"]),
        kind=EventKind(row["kind"]),
        message=row["msg"],
        level=Level(row["level"]),
        details=details,
    )


def search(row: Row) -> SearchView:
    return SearchView(
        id=row["id"],
        name=row["name"],
        url=json.loads(row["query"])["url"],
        enabled=bool(row["enabled"]),
        last_run=moment(row["last_run"]),
        error=row["error"],
    )
