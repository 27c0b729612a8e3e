"""What a finished piece of work writes: one value, committed in one transaction with the row that says it is finished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jobagent_desktop.domain.draft import Draft
from jobagent_desktop.domain.event import Event
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.states import ApplicationStatus, JobStatus
from jobagent_desktop.domain.task import NewTask


@dataclass(frozen=True, slots=True)
class ApplicationChange:
    """New values of one application's fields; None leaves a field alone. A status must be a legal next one.

    `only_from`: apply nothing unless the application is in one of these; a late step must not undo what the user did.
    `base_file`: apply nothing unless this is still its CV file; two edits of one draft must not undo each other.
    """

    id: str
    status: ApplicationStatus | None = None
    stage: str | None = None
    progress: int | None = None
    error: str | None = None
    match: Match | None = None
    draft: Draft | None = None
    resume_file: str | None = None
    cover_file: str | None = None
    only_from: frozenset[ApplicationStatus] = frozenset()
    base_file: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that stands whole on disk. `name` is its path below the files folder, `id` its content's."""

    id: str
    kind: str
    name: str
    mime: str
    size: int
    sha256: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """Postings that a listing gave, for one profile: new ones become jobs with an application each.

    Each application gets a preview task; the jobs in `likely` go first. `wanted`: the user named this very posting.
    `closes_missing`: open jobs of the same sources that the listing does not have are closed.
    """

    profile_id: str
    postings: tuple[Posting, ...]
    likely: frozenset[str] = frozenset()
    wanted: bool = False
    closes_missing: bool = False


@dataclass(frozen=True, slots=True)
class SearchRan:
    """A search that has just been tried. `error` is a sentence for the user, empty when it went well."""

    search_id: str
    at: datetime
    error: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """One piece of work's writes. An application's change that does not apply takes its events with it, and so do tasks that
    were all there already. `or_refuse`: instead, nothing is written at all and this sentence is the refusal.
    """

    applications: tuple[ApplicationChange, ...] = ()
    postings: tuple[Posting, ...] = ()
    job_status: tuple[tuple[str, JobStatus], ...] = ()
    found: Found | None = None
    search_ran: SearchRan | None = None
    tasks: tuple[NewTask, ...] = ()
    files: tuple[StoredFile, ...] = ()
    events: tuple[Event, ...] = ()
    or_refuse: str = ""


NOTHING = Changes()
