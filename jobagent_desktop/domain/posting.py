"""A job posting as a source gives it: plain text only, whatever the page held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jobagent_desktop.domain.identity import job_id

FRESH = timedelta(hours=1)
"""A posting that a listing gave this recently, text and all, is not asked for again: be a polite visitor."""


class SalaryPeriod(StrEnum):
    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting. Text is hostile input, already reduced to plain text by the source; no field holds markup.

    Attributes:
        source: kind and tenant, e.g. `greenhouse:northwind`, `page:jobs.example.org`, `demo:lever:tidewater`.
        external_id: the source's own id. With `source` it is the posting's identity.
        url: where a person reads it (http or https, or empty). May carry a symbolic demo host.
        locator: what the source needs to fetch it again; opaque to everybody else.
        remote: None when the posting does not say.
        salary_min, salary_max: in `currency` (ISO 4217) per `salary_period`.
        closes_at: after this moment the posting counts as expired.
        description: plain text, paragraphs separated by newlines, bullets as lines that start with "• ".
        language: ISO 639-1, empty when unknown.
    """

    source: str
    external_id: str
    url: str
    title: str
    company: str
    description: str
    locator: str = ""
    location: str = ""
    remote: bool | None = None
    salary_min: int | None = None
    salary_max: int | None = None
    currency: str = ""
    salary_period: SalaryPeriod = SalaryPeriod.YEAR
    posted_at: datetime | None = None
    closes_at: datetime | None = None
    employment_type: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()

    @property
    def job_id(self) -> str:
        return job_id(self.source, self.external_id)
