"""What a window or a command line shows: read-only pictures of rows, made by SQL, never written back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from jobagent_desktop.domain.breaker import Breaker
from jobagent_desktop.domain.draft import Draft
from jobagent_desktop.domain.event import Event
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.states import ApplicationStatus


class SortKey(StrEnum):
    SCORE = "score"
    TITLE = "title"
    COMPANY = "company"
    LOCATION = "location"
    SALARY = "salary"
    STAGE = "stage"
    STATUS = "status"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which applications to list, and in which order.

    `text` is matched as word prefixes over title, company, place and posting. `statuses` empty means all but
    skipped and closed.
    """

    text: str = ""
    statuses: frozenset[ApplicationStatus] = frozenset()
    min_score: int | None = None
    sort: SortKey = SortKey.SCORE
    descending: bool = True


@dataclass(frozen=True, slots=True)
class JobRow:
    """One line of the table. `id` is the application's. `score` None: not matched yet. `stage` is a phrase for the user."""

    id: str
    title: str
    company: str
    location: str
    remote: bool | None
    salary_min: int | None
    salary_max: int | None
    currency: str
    salary_period: str
    score: int | None
    status: ApplicationStatus
    stage: str
    progress: int
    error: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """A finished apply preview. The files are ids of stored PDFs."""

    draft: Draft
    cv_file: str
    letter_file: str


@dataclass(frozen=True, slots=True)
class JobDetail:
    """Everything about one application.

    `also_at` are other places where the same posting was seen. `is_queued`: a preview is being prepared or waits for its turn.
    """

    row: JobRow
    posting: Posting
    match: Match | None
    preview: Preview | None
    log: tuple[Event, ...]
    also_at: tuple[str, ...] = ()
    job_status: str = "open"
    is_queued: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """The state of everything, in numbers. Keys of the mappings are status values.

    `previews_left` and `eta_s` (seconds; None while unknown) tell how long the queued previews will take.
    """

    applications: dict[str, int] = field(default_factory=dict[str, int])
    tasks: dict[str, int] = field(default_factory=dict[str, int])
    searches_running: int = 0
    searches_total: int = 0
    previews_left: int = 0
    eta_s: float | None = None
    paused: bool = False
    breaker: Breaker | None = None
    has_profile: bool = False


@dataclass(frozen=True, slots=True)
class SearchView:
    """A saved search: what it asks, when it last ran, and what came of it."""

    id: str
    name: str
    url: str
    enabled: bool
    last_run: datetime | None
    error: str
