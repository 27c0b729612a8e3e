"""Careers pages of the applicant systems that ats-scrapers knows, read as postings."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

from jobagent_desktop.domain.errors import AgentError, Permanent, PostingGone
from jobagent_desktop.domain.posting import Posting, SalaryPeriod
from jobagent_desktop.services.ports import Clock, Listing
from jobagent_desktop.sources.addresses import normalised, safe_link, web_address
from jobagent_desktop.sources.ats_library import Visit, entering, load_resolver, load_scrapers, open_scraper
from jobagent_desktop.sources.facts import (
    amount_from,
    company_from_slug,
    currency_from,
    employment_from,
    language_from,
    ordered_pay,
    remote_from,
)
from jobagent_desktop.sources.fetching import Fetcher, changed_structure
from jobagent_desktop.sources.json_ld import read_page
from jobagent_desktop.sources.plain_text import line_from, text_from

FRESH_FOR_S = 60.0
"""Seconds for which a listing answers for its postings, so that thirty previews do not list a board thirty times."""
_MOST_KEPT = 16
_LEFT_OUT = frozenset({"moka"})
"""Systems whose answers need a library that we do not bring (an AES envelope)."""
_NAMES = {
    "bamboohr": "BambooHR",
    "icims": "iCIMS",
    "jazzhr": "JazzHR",
    "join_com": "JOIN",
    "pageup": "PageUp",
    "smartrecruiters": "SmartRecruiters",
    "ukg": "UKG Pro",
    "beisen_legacy": "Beisen",
    "herp": "HERP",
    "hrmos": "HRMOS",
}


@dataclass(frozen=True, slots=True)
class Tenant:
    """A company's careers page at an applicant system. `slug` is what the library calls it by, sometimes a whole address."""

    ats: str
    slug: str

    @property
    def vendor(self) -> str:
        return _NAMES.get(self.ats, self.ats.replace("_", " ").title())

    @property
    def short_slug(self) -> str:
        return self.slug.split("://", 1)[-1].rstrip("/")

    @property
    def company(self) -> str:
        named = self.short_slug
        return company_from_slug(named.split(".", 1)[0] if "://" in self.slug else named.split("/", 1)[0])

    @property
    def source(self) -> str:
        return f"{self.ats}:{self.short_slug}"[:120]


def tenant_of(url: str) -> Tenant | None:
    """The careers page that an address points at; None if the library does not know its kind."""
    web_address(url)
    resolved = load_resolver().resolve_careers_url(url.strip())
    if resolved is None or str(resolved.ats) in _LEFT_OUT:
        return None
    return Tenant(str(resolved.ats), str(resolved.slug))


@dataclass(frozen=True, slots=True)
class _Visited:
    jobs: Sequence[Any]
    failed: int
    unread: int
    fresh_until: float


class AtsBoards:
    """Lists careers pages, and looks single postings up in a listing that is at most a minute old."""

    def __init__(self, clock: Clock, fetcher: Fetcher) -> None:
        self._clock = clock
        self._fetcher = fetcher
        self._visited: dict[str, _Visited] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def listing(self, url: str, tenant: Tenant) -> Listing:
        """All open postings of a careers page."""
        visited = await self._visit(url, tenant)
        now = self._clock.now()
        read = await asyncio.to_thread(lambda: [_posting(tenant, job, url) for job in visited.jobs])
        known = [posting for posting in read if posting is not None]
        postings = tuple(p for p in known if p.closes_at is None or p.closes_at >= now)
        counted = (
            (visited.unread + len(read) - len(known), "posting", "could not be read"),
            (visited.failed, "page", "could not be read"),
            (len(known) - len(postings), "expired posting", "left out"),
        )
        notes = tuple(f"{n} {thing}{'' if n == 1 else 's'} {what}." for n, thing, what in counted if n)
        name = next((p.company for p in postings), tenant.company)
        return Listing(name, postings, notes, is_complete=len(read) == len(known) and not visited.failed and not visited.unread)

    async def refresh(self, posting: Posting) -> Posting:
        """The posting as its careers page shows it now. Raises `PostingGone` when it is no longer listed."""
        url = posting.locator
        tenant = await asyncio.to_thread(tenant_of, url)
        if tenant is None:
            raise Permanent("The program no longer knows this kind of careers page. Open the posting in your browser.")
        async with self._locks.setdefault(url, asyncio.Lock()):
            visited = self._visited.get(url)
            if visited is None or self._clock.monotonic() >= visited.fresh_until:
                visited = await self._visit(url, tenant)
        for job in visited.jobs:
            fresh = _posting(tenant, job, url)
            if fresh is not None and fresh.external_id == posting.external_id:
                if fresh.closes_at is not None and fresh.closes_at < self._clock.now():
                    raise PostingGone("Applications for this job have closed.")
                return fresh if fresh.description else await self._described(tenant, job, fresh)
        raise PostingGone("This job is no longer listed on the company's careers page.")

    async def _visit(self, url: str, tenant: Tenant) -> _Visited:
        started = self._clock.monotonic()
        visit = Visit(self._fetcher)
        listed: Sequence[Any] = await _guarded(visit, tenant, lambda scraper: scraper.afetch())
        jobs = [job for job in listed if job is not None]
        if visit.unread and not jobs:
            raise changed_structure(visit.host or tenant.vendor)
        now = self._clock.monotonic()
        # A board that takes minutes to list is not listed again after one.
        visited = _Visited(jobs, visit.failed, visit.unread, now + max(FRESH_FOR_S, 10 * (now - started)))
        self._visited.pop(url, None)
        self._visited[url] = visited
        while len(self._visited) > _MOST_KEPT:
            self._visited.pop(next(iter(self._visited)))
        return visited

    async def _described(self, tenant: Tenant, job: Any, posting: Posting) -> Posting:
        """The posting with its description, which some systems give only one job at a time."""

        async def ask(scraper: Any) -> object:
            answer = scraper.get_description(job)
            return await answer if inspect.isawaitable(answer) else answer

        description = text_from(await _guarded(Visit(self._fetcher), tenant, ask))
        if not description and posting.url:
            try:
                description = (await read_page(self._fetcher, posting.url, self._clock.now())).description
            except PostingGone:
                raise
            except Permanent:  # the page says no more than the listing did, which is enough to go on
                return posting
        return replace(posting, description=description)


async def _guarded(visit: Visit, tenant: Tenant, use: Callable[[Any], Awaitable[Any]]) -> Any:
    """Runs one use of the library and maps what it raises."""
    await asyncio.to_thread(load_scrapers)
    from ats_scrapers.exceptions import CompanyNotFoundError

    try:
        with entering(visit):
            answer = await use(open_scraper(tenant.ats, tenant.slug, visit))
    except AgentError:
        raise
    except CompanyNotFoundError as error:
        if visit.refused is not None:
            raise visit.refused from error
        raise Permanent(
            f'{tenant.vendor} knows no careers page "{tenant.short_slug}". '
            "Check the address, or paste the address of one job instead."
        ) from error
    except Exception as error:  # error boundary: the library's parsers raise anything when a page has changed
        raise (visit.refused or changed_structure(visit.host or tenant.vendor)) from error
    if visit.refused is not None:
        raise visit.refused
    return answer


def _posting(tenant: Tenant, job: Any, careers_url: str) -> Posting | None:
    """A posting from the library's `Job`; None if it has no title."""
    title, location = line_from(job.title), line_from(job.location)
    if not title:
        return None
    url = safe_link(str(job.url))
    company = line_from(job.company)
    low, high = ordered_pay(amount_from(job.salary_min), amount_from(job.salary_max))
    currency = currency_from(job.salary_currency)
    paid = bool(currency and (low or high))
    period = str(job.salary_period or "YEAR").lower()
    tags = (line_from(job.department), line_from(job.team))
    return Posting(
        source=tenant.source,
        external_id=line_from(job.ats_id) or normalised(url),
        locator=careers_url.strip(),
        url=url,
        title=title,
        company=tenant.company if not company or company.lower() == tenant.slug.lower() else company,
        description=text_from(job.description),
        location=location,
        remote=job.is_remote if isinstance(job.is_remote, bool) else remote_from(location, title),
        salary_min=low if paid else None,
        salary_max=high if paid else None,
        currency=currency if paid else "",
        salary_period=SalaryPeriod(period) if period in set(SalaryPeriod) else SalaryPeriod.YEAR,
        posted_at=_utc(job.posted_at),
        closes_at=_utc(job.application_deadline, end_of_day=True),
        employment_type=employment_from(job.commitment) or employment_from(job.employment_type),
        language=language_from(job.language),
        tags=tuple(dict.fromkeys(filter(None, tags))),
    )


def _utc(value: object, *, end_of_day: bool = False) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    if end_of_day and moment.time() == time():
        moment = moment.replace(hour=23, minute=59, second=59)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or the last day that there is
        return None
