"""In-memory twins of the engine and its queries, for tests of the window: a small world of jobs that obeys commands at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.breaker import SCRAPING, Breaker, forced
from jobagent_desktop.domain.draft import Draft
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import (
    Preferences,
    Profile,
    Unread,
)
from jobagent_desktop.domain.states import ApplicationStatus, TaskStatus, check_application
from jobagent_desktop.domain.views import Counts, JobDetail, JobFilter, JobRow, Preview, SearchView, SortKey
from jobagent_desktop.services.ports import EventSink
from tests.fakes.window_samples import RESUME, START, edited, make_draft, make_match, make_posting

_S = ApplicationStatus


@dataclass(frozen=True)
class Entry:
    """One application in the world."""

    id: str
    posting: Posting
    status: ApplicationStatus = _S.FOUND
    score: int | None = None
    stage: str = ""
    progress: int = 0
    error: str = ""
    updated_at: datetime = START
    draft: Draft | None = None
    version: int = 0
    before_skip: ApplicationStatus = _S.FOUND
    log: tuple[Event, ...] = ()

    def row(self) -> JobRow:
        p = self.posting
        return JobRow(
            self.id, p.title, p.company, p.location, p.remote, p.salary_min, p.salary_max, p.currency, p.salary_period.value,
            self.score, self.status, self.stage, self.progress, self.error, self.updated_at,
        )  # fmt: skip


@dataclass
class World:
    """Everything there is. Commands change it under a lock, because the window reads while the engine's thread writes."""

    now: datetime = START
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    profile: Profile | None = None
    searches: list[SearchView] = field(default_factory=list[SearchView])
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    paused: bool = False
    breaker: Breaker = field(default_factory=lambda: Breaker(SCRAPING))
    searches_running: int = 0
    eta_s: float | None = None
    asked: list[c.Command] = field(default_factory=list[c.Command])
    refusals: dict[type, Exception] = field(default_factory=dict[type, Exception])
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: Any = field(default_factory=count)

    def add(self, posting: Posting, status: ApplicationStatus = _S.FOUND, **more: Any) -> Entry:
        with self.lock:
            entry = Entry(f"a{len(self.entries):04d}", posting, status, **more)
            if status in {_S.PREVIEW_READY, _S.APPROVED, _S.APPLIED}:
                entry = replace(entry, draft=make_draft(posting), progress=100)
            self.entries[entry.id] = entry
            return entry

    def change(self, application_id: str, kind: EventKind, message: str, level: Level = Level.INFO, **fields: Any) -> Event:
        with self.lock:
            entry = self.entries[application_id]
            check_application(entry.status, fields.get("status", entry.status))
            self.now += timedelta(milliseconds=1)
            event = Event(f"e{next(self.numbers):06d}", application_id, self.now, kind, message, level)
            self.entries[application_id] = replace(entry, updated_at=self.now, log=(*entry.log, event), **fields)
            return event

    def event(self, kind: EventKind, message: str) -> Event:
        return Event(f"e{next(self.numbers):06d}", "system", self.now, kind, message)


class WorldQueries:
    """`Queries` over a `World`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reads = 0
        self.on_ids: Callable[[], object] = int

    def job_ids(self, job_filter: JobFilter) -> list[str]:
        self.on_ids()
        with self.world.lock:
            entries = list(self.world.entries.values())
        wanted = job_filter.statuses or (frozenset(_S) - {_S.SKIPPED, _S.CLOSED})
        words = job_filter.text.casefold().split()
        found = [e for e in entries if e.status in wanted and all(_has_word(e, word) for word in words)]
        keys: dict[SortKey, Callable[[Entry], Any]] = {
            SortKey.SCORE: lambda e: -1 if e.score is None else e.score,
            SortKey.TITLE: lambda e: e.posting.title.casefold(),
            SortKey.COMPANY: lambda e: e.posting.company.casefold(),
            SortKey.LOCATION: lambda e: e.posting.location.casefold(),
            SortKey.SALARY: lambda e: e.posting.salary_max or 0,
            SortKey.STAGE: lambda e: (e.progress, e.stage),
            SortKey.STATUS: lambda e: e.status.value,
            SortKey.UPDATED: lambda e: e.updated_at,
        }
        return [e.id for e in sorted(found, key=keys[job_filter.sort], reverse=job_filter.descending)]

    def job_rows(self, ids: Sequence[str]) -> list[JobRow]:
        self.reads += 1
        with self.world.lock:
            return [self.world.entries[i].row() for i in ids if i in self.world.entries]

    def detail(self, application_id: str) -> JobDetail | None:
        with self.world.lock:
            entry = self.world.entries.get(application_id)
        if entry is None:
            return None
        preview = None
        if entry.draft is not None:
            preview = Preview(entry.draft, f"fcv{entry.version}", f"fletter{entry.version}")
        return JobDetail(
            entry.row(),
            entry.posting,
            None if entry.score is None else make_match(entry.score),
            preview,
            entry.log,
            job_status="closed" if entry.status is _S.CLOSED else "open",
            is_queued=entry.status in {_S.FOUND, _S.MATCHED, _S.PREPARING} and entry.stage not in {"", "Cancelled"},
        )

    def counts(self) -> Counts:
        w = self.world
        with w.lock:
            by_status: dict[str, int] = {}
            for entry in w.entries.values():
                by_status[entry.status.value] = by_status.get(entry.status.value, 0) + 1
            left = sum(
                e.status in {_S.FOUND, _S.MATCHED, _S.PREPARING} and e.stage not in {"", "Cancelled"}
                for e in w.entries.values()
            )
            running = min(3, left)
            tasks = {TaskStatus.PROCESSING.value: running, TaskStatus.PENDING.value: left - running}
            return Counts(
                by_status, tasks, w.searches_running, len(w.searches), left, w.eta_s, w.paused, w.breaker, w.profile is not None
            )

    def profile(self) -> Profile | None:
        return self.world.profile

    def searches(self) -> list[SearchView]:
        return list(self.world.searches)

    def settings(self) -> Mapping[str, Any]:
        return dict(self.world.settings)

    def recent_events(self, limit: int) -> list[Event]:
        with self.world.lock:
            events = [event for entry in self.world.entries.values() for event in entry.log]
        return sorted(events, key=lambda event: event.ts, reverse=True)[:limit]

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


def _has_word(entry: Entry, prefix: str) -> bool:
    text = f"{entry.posting.title} {entry.posting.company} {entry.posting.location} {entry.posting.description}"
    return any(word.startswith(prefix) for word in text.casefold().replace(",", " ").split())


DrawPages = Callable[[Draft, str, int], tuple[bytes, ...]]


class WorldEngine:
    """`RunningEngine` over a `World`."""

    def __init__(self, world: World, sink: EventSink, draw: DrawPages, *, fail_at_start: Exception | None = None) -> None:
        self.world = world
        self._sink = sink
        self._draw = draw
        self._fail = fail_at_start
        self._stop = asyncio.Event()

    async def main(self, ready: Callable[[], None]) -> None:
        if self._fail is not None:
            raise self._fail
        ready()
        await self._stop.wait()

    def request_stop(self) -> None:
        self._stop.set()

    async def execute(self, command: c.Command) -> object:
        w = self.world
        w.asked.append(command)
        refusal = w.refusals.get(type(command))
        if refusal is not None:
            raise refusal
        if isinstance(command, c.ImportCv):
            return self._import(command.path)
        if isinstance(command, c.SetPreferences):
            assert w.profile is not None
            w.profile = w.profile.model_copy(update={"preferences": command.preferences})
            self._sink.publish(w.event(EventKind.PROFILE_CHANGED, "Wishes saved."))
        elif isinstance(command, c.SearchNow):
            return self._search(command)
        elif isinstance(command, c.Pause | c.Resume):
            w.paused = isinstance(command, c.Pause)
            kind = EventKind.QUEUE_PAUSED if w.paused else EventKind.QUEUE_RESUMED
            self._sink.publish(w.event(kind, "Paused." if w.paused else "Resumed."))
        elif isinstance(command, c.TryNow):
            w.breaker = forced(w.breaker, w.now)
            self._sink.publish(w.event(EventKind.BREAKER_CHANGED, "Trying."))
        elif isinstance(command, c.CancelSearches):
            w.searches_running = 0
            self._sink.publish(w.event(EventKind.TASK_CANCELLED, "Searches cancelled."))
        elif isinstance(command, c.CancelPreviews):
            preparing = (_S.FOUND, _S.MATCHED, _S.PREPARING)
            for entry in [entry for entry in w.entries.values() if entry.status in preparing]:
                self._about_one(c.CancelPreview(entry.id))
        elif isinstance(command, c.GoOn):
            return None  # nothing in this world is held
        elif isinstance(command, c.SetSetting):
            w.settings[command.key] = command.value
            self._sink.publish(w.event(EventKind.SETTINGS_CHANGED, "Setting saved."))
        elif isinstance(command, c.AddUrl):
            return self._add_url(command.url)
        else:
            return self._about_one(command)
        return None

    def _about_one(self, command: c.Command) -> object:
        w = self.world
        application_id: str = getattr(command, "application_id", "")
        entry = w.entries[application_id]
        moves: dict[type, tuple[ApplicationStatus, str]] = {
            c.Approve: (_S.APPROVED, "You approved this application."),
            c.Unapprove: (_S.PREVIEW_READY, "You took back your approval."),
            c.Unskip: (entry.before_skip, "You took this job back."),
            c.MarkApplied: (_S.APPLIED, "You marked this as applied."),
            c.UnmarkApplied: (_S.APPROVED, "You took back the mark."),
        }
        if type(command) in moves:
            status, message = moves[type(command)]
            self._sink.publish(w.change(application_id, EventKind.APPLICATION_CHANGED, message, status=status))
        elif isinstance(command, c.Skip):
            event = w.change(
                application_id,
                EventKind.APPLICATION_CHANGED,
                "You skipped this job.",
                status=_S.SKIPPED,
                before_skip=entry.status,
            )
            self._sink.publish(event)
        elif isinstance(command, c.Retry):
            event = w.change(
                application_id,
                EventKind.APPLICATION_CHANGED,
                "Trying again.",
                status=_S.PREPARING,
                error="",
                stage="Reading posting",
            )
            self._sink.publish(event)
        elif isinstance(command, c.CancelPreview):
            self._sink.publish(
                w.change(application_id, EventKind.TASK_CANCELLED, "You cancelled this preview.", stage="Cancelled", progress=0)
            )
        elif isinstance(command, c.OpenPosting):
            return entry.posting.url
        elif isinstance(command, c.SaveDocuments):
            return tuple(str(Path(command.folder) / name) for name in ("Marta Nowak CV.pdf", "Marta Nowak letter.pdf"))
        elif isinstance(command, c.RenderPages):
            assert entry.draft is not None
            return self._draw(entry.draft, command.kind, command.width)
        elif isinstance(command, c.EditDraft):
            assert entry.draft is not None
            draft = edited(entry.draft, dict(command.edits))
            self._sink.publish(
                w.change(
                    application_id,
                    EventKind.APPLICATION_CHANGED,
                    "You edited the text.",
                    draft=draft,
                    version=entry.version + 1,
                )
            )
        return None

    def _import(self, path: str) -> Profile:
        if "scan" in path:
            raise Permanent(
                "This PDF holds pictures of pages, not text, so nothing could be read. Save your CV as a PDF with text."
            )
        unread = (Unread(text="Krav Maga, 2019", reason="It stands between two sections.", page=2),)
        self.world.profile = Profile(
            id="p1", resume=RESUME, preferences=Preferences(), unread=unread, missing=("LinkedIn or website",)
        )
        self._sink.publish(self.world.event(EventKind.PROFILE_CHANGED, "CV read."))
        return self.world.profile

    def _search(self, command: c.SearchNow) -> int:
        w = self.world
        for url in command.careers_urls:
            if not url.startswith("https://"):
                raise Permanent(f"{url} is not an address that can be searched. It must begin with https://.")
            w.searches.append(SearchView(f"s{len(w.searches)}", url, url, enabled=True, last_run=None, error=""))
        for board in command.boards:
            if all(search.url != board for search in w.searches):
                w.searches.append(
                    SearchView(f"s{len(w.searches)}", "Demo board", board, enabled=True, last_run=w.now, error="")
                )
        number = len(w.entries)
        entry = w.add(
            make_posting(number, "Backend Engineer", f"Company {number}"), _S.PREVIEW_READY, score=80, stage="Preview ready"
        )
        self._sink.publish(w.event(EventKind.SEARCH_STARTED, "Searching."))
        self._sink.publish(w.change(entry.id, EventKind.PREVIEW_READY, "Preview ready."))
        return len(command.careers_urls) + len(command.boards) or len(w.searches)

    def _add_url(self, url: str) -> str:
        if not url.startswith("https://"):
            raise Permanent("This address cannot be read: it must begin with https://.")
        entry = self.world.add(make_posting(len(self.world.entries), "One Posting", "Single"), stage="Waiting")
        self._sink.publish(self.world.change(entry.id, EventKind.APPLICATION_CHANGED, "Added."))
        return entry.id
