"""Reads one job from any page that describes it as schema.org `JobPosting` in JSON-LD.

The vocabulary is https://schema.org/JobPosting, in the forms that Google's job search asks employers for
(https://developers.google.com/search/docs/appearance/structured-data/job-posting) and that pages really use.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast
from urllib.parse import urljoin

from jobagent_desktop.domain.errors import Permanent, PostingGone
from jobagent_desktop.domain.posting import Posting, SalaryPeriod
from jobagent_desktop.sources.addresses import host_of, normalised, safe_link
from jobagent_desktop.sources.facts import (
    amount_from,
    currency_from,
    day_of,
    employment_from,
    joined_once,
    language_from,
    moment_from,
    ordered_pay,
    period_from,
    remote_from,
)
from jobagent_desktop.sources.fetching import Fetcher
from jobagent_desktop.sources.markup import elements
from jobagent_desktop.sources.plain_text import line_from, text_from

PAGE = "page"
_LD_TYPE = re.compile(r"type\s*=\s*[\"']?\s*application/ld\+json", re.IGNORECASE)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\s*$"
)
_DEEPEST = 12
_MOST_BLOCKS = 60
NO_JOB = (
    "This page does not describe a single job in a form the program can read. "
    "Open one job on the site and paste its address, or paste the address of the company's careers page."
)


async def read_page(fetcher: Fetcher, url: str, now: datetime) -> Posting:
    """The posting at an address. Raises `PostingGone` (404, 410, expired) and `Permanent` (no single job on the page)."""
    fetched = await fetcher.fetch(url)
    fetched.require(PostingGone("This job is no longer online. The employer has taken the page down."))
    # In a thread: a page may have megabytes, and the loop has heartbeats to send.
    return await asyncio.to_thread(posting_from_html, fetched.text, fetched.url, now)


def posting_from_html(page: str, url: str, now: datetime) -> Posting:
    """The posting that a page at `url` describes. Raises like `read_page`."""
    found: list[dict[str, Any]] = []
    damaged = 0
    for block in _blocks(page):
        try:
            data = json.loads(block, strict=False)  # unescaped line ends inside texts are the commonest slip
        except (ValueError, RecursionError):
            damaged += "JobPosting" in block
            continue
        found.extend(_job_postings(data))
    jobs = list({json.dumps(job, sort_keys=True, default=str): job for job in found}.values())
    if len(jobs) > 1:
        jobs = (
            [job for job in jobs if normalised(_own_url(job, url)) == normalised(url)]
            if any(_own_url(j, "") for j in jobs)
            else jobs
        )
    if len(jobs) != 1 and len(found) > 1:
        raise Permanent("This page lists several jobs. Open the one you mean and paste its address.")
    if not jobs:
        if damaged:
            raise Permanent("This page describes a job, but in a damaged form that the program cannot read.")
        raise Permanent(NO_JOB)
    posting = _posting(jobs[0], url)
    if not posting.title:
        raise Permanent(NO_JOB)
    if posting.closes_at is not None and posting.closes_at < now:
        raise PostingGone(f"This job has expired: applications closed on {day_of(posting.closes_at)}.")
    return posting


def _blocks(page: str) -> Iterator[str]:
    count = 0
    for attributes, body in elements(page, "script"):
        if _LD_TYPE.search(html.unescape(attributes)):
            yield _WRAPPING.sub("", _WRAPPING.sub("", body)).strip()
            count += 1
            if count >= _MOST_BLOCKS:
                return


def _job_postings(data: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object of type JobPosting, in lists, `@graph` and other objects too."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for item in cast("list[Any]", data):
            yield from _job_postings(item, depth + 1)
    elif isinstance(data, dict):
        thing = cast("dict[str, Any]", data)
        kinds = thing.get("@type")
        names = cast("list[Any]", kinds) if isinstance(kinds, list) else [kinds]
        if any(isinstance(k, str) and k.rsplit("/", 1)[-1].removeprefix("schema:") == "JobPosting" for k in names):
            yield thing
            return
        for value in thing.values():
            yield from _job_postings(value, depth + 1)


def _own_url(job: dict[str, Any], page_url: str) -> str:
    value = job.get("url")
    if not isinstance(value, str):
        return page_url
    return safe_link(urljoin(page_url, value.strip())) or page_url


def _posting(job: dict[str, Any], url: str) -> Posting:
    title = line_from(job.get("title")) or line_from(job.get("name"))
    company = _name(job.get("hiringOrganization"))
    places = joined_once((_place(p) for p in _each(job.get("jobLocation"))), " / ")
    away = any("TELECOMMUTE" in str(kind).upper() for kind in _each(job.get("jobLocationType")))
    regions = joined_once(_name(p) or _place(p) for p in _each(job.get("applicantLocationRequirements")))
    location = places or (f"Remote ({regions})" if away and regions else "Remote" if away else regions)
    low, high, currency, period = _pay(job.get("baseSalary"), job.get("salaryCurrency"))
    return Posting(
        source=f"{PAGE}:{host_of(url)}",
        external_id=_identifier(job.get("identifier"), company) or normalised(url),
        locator=url,
        url=safe_link(url),
        title=title,
        company=company or host_of(url),
        description=_description(job),
        location=location,
        remote=True if away else remote_from(places, title),
        salary_min=low,
        salary_max=high,
        currency=currency,
        salary_period=period,
        posted_at=moment_from(job.get("datePosted")),
        closes_at=moment_from(job.get("validThrough"), end_of_day=True),
        employment_type=joined_once(employment_from(t) for t in _each(job.get("employmentType"))),
        language=_language(job.get("inLanguage")),
        tags=tuple(dict.fromkeys(filter(None, (line_from(t) for t in _each(job.get("industry")))))),
    )


def _each(value: object) -> list[Any]:
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _name(value: object) -> str:
    """A name from text, from an object with a name, or from the first of several."""
    for item in _each(value):
        text = line_from(cast("dict[str, Any]", item).get("name")) if isinstance(item, dict) else line_from(item)
        if text:
            return text
    return ""


def _place(value: object) -> str:
    """A place from text, a Place, or an address; country codes and names as they stand."""
    if not isinstance(value, dict):
        return line_from(value)
    place = cast("dict[str, Any]", value)
    raw = place.get("address", place)
    if isinstance(raw, list):
        return joined_once((_place(a) for a in cast("list[Any]", raw)), " / ")
    if not isinstance(raw, dict):
        return line_from(raw) or line_from(place.get("name"))
    address = cast("dict[str, Any]", raw)
    parts = [_name(address.get(key)) for key in ("addressLocality", "addressRegion", "addressCountry")]
    return joined_once(parts) or line_from(place.get("name"))


def _identifier(value: object, company: str) -> str:
    """The page's own id for the job; not the company's name, which some pages write there."""
    for item in _each(value):
        raw = cast("dict[str, Any]", item).get("value") if isinstance(item, dict) else item
        text = str(raw).strip() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
        if text and text.casefold() != company.casefold() and len(text) <= 200:
            return line_from(text)
    return ""


def _description(job: dict[str, Any]) -> str:
    """The description, and the sections that some pages keep apart from it."""
    parts = [text_from(job.get("description"))]
    for key, heading in (
        ("responsibilities", "Responsibilities"),
        ("qualifications", "Qualifications"),
        ("experienceRequirements", "Experience"),
        ("educationRequirements", "Education"),
        ("skills", "Skills"),
        ("jobBenefits", "Benefits"),
    ):
        text = "\n".join(filter(None, (text_from(item) for item in _each(job.get(key)))))
        if text and text not in parts[0]:
            parts.append(f"{heading}\n{text}")
    return text_from("\n\n".join(part for part in parts if part))


def _pay(value: object, fallback: object) -> tuple[int | None, int | None, str, SalaryPeriod]:
    """Smallest and largest amount, currency and period, from `baseSalary` in its various forms."""
    for item in _each(value):
        pay = cast("dict[str, Any]", item) if isinstance(item, dict) else {"value": item}
        currency = currency_from(pay.get("currency")) or currency_from(pay.get("salaryCurrency")) or currency_from(fallback)
        raw = pay.get("value", pay)
        amount = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {"value": raw}
        single = amount_from(amount.get("value"))
        low = amount_from(amount.get("minValue")) or amount_from(pay.get("minValue")) or single
        high = amount_from(amount.get("maxValue")) or amount_from(pay.get("maxValue")) or single
        unit = amount.get("unitText") or pay.get("unitText") or amount.get("unitCode") or "YEAR"
        period = period_from(unit)
        if currency and period and (low or high):
            return *ordered_pay(low, high), currency, period
    return None, None, "", SalaryPeriod.YEAR


def _language(value: object) -> str:
    names = (cast("dict[str, Any]", item).get("alternateName") if isinstance(item, dict) else item for item in _each(value))
    return next(filter(None, map(language_from, names)), "")
