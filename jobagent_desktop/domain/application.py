"""One person's application to one job, and the job's posting, as the services read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jobagent_desktop.domain.draft import Draft
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.states import ApplicationStatus, JobStatus


@dataclass(frozen=True, slots=True)
class Application:
    """`before_skip` is the status a skip would be undone to. The files are ids of stored PDFs, empty while there are none."""

    id: str
    job_id: str
    profile_id: str
    status: ApplicationStatus
    before_skip: ApplicationStatus | None
    progress: int
    match: Match | None
    draft: Draft | None
    resume_file: str
    cover_file: str


@dataclass(frozen=True, slots=True)
class SeenPosting:
    """A posting with the moment a source last gave it."""

    posting: Posting
    seen_at: datetime
    status: JobStatus
