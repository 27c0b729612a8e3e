"""Greenhouse and Lever: listing a board and reading a single posting through the vendors' public interfaces.

Both are read here rather than through ats-scrapers because a posting must read the same when it is listed and when it
is fetched alone, and the library knows no single posting. Formats: https://developers.greenhouse.io/job-board.html and
https://github.com/lever/postings-api.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, quote

from jobagent_desktop.domain.errors import Permanent, PostingGone
from jobagent_desktop.domain.posting import Posting, SalaryPeriod
from jobagent_desktop.services.ports import Listing
from jobagent_desktop.sources.addresses import safe_link, web_address
from jobagent_desktop.sources.facts import (
    amount_from,
    company_from_slug,
    currency_from,
    day_of,
    employment_from,
    joined_once,
    language_from,
    moment_from,
    moment_from_millis,
    ordered_pay,
    period_from,
    remote_from,
)
from jobagent_desktop.sources.fetching import Fetcher, changed_structure
from jobagent_desktop.sources.plain_text import line_from, text_from

GREENHOUSE = "greenhouse"
LEVER = "lever"
GREENHOUSE_API = "boards-api.greenhouse.io"
LEVER_API = "api.lever.co"
LEVER_EU_API = "api.eu.lever.co"

_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}", re.IGNORECASE)
_LEVER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Greenhouse serves European boards through the same API host; Lever does not.
_GREENHOUSE_HOSTS = frozenset(
    {"boards.greenhouse.io", "job-boards.greenhouse.io", "boards.eu.greenhouse.io", "job-boards.eu.greenhouse.io"}
)
_LEVER_HOSTS = {"jobs.lever.co": LEVER_API, "jobs.eu.lever.co": LEVER_EU_API}
_WORKPLACES = {"remote": True, "on-site": False, "onsite": False, "hybrid": False}


@dataclass(frozen=True, slots=True)
class BoardAddress:
    """A company's board at a vendor, and perhaps one posting on it (`posting_id`)."""

    vendor: str
    tenant: str
    api_host: str
    posting_id: str = ""

    @property
    def source(self) -> str:
        return f"{self.vendor}:{self.tenant}"

    @property
    def api_url(self) -> str:
        """The address that gives this board, or this posting, as JSON."""
        tenant, posting = quote(self.tenant, safe=""), quote(self.posting_id, safe="")
        if self.vendor == GREENHOUSE:
            base = f"https://{self.api_host}/v1/boards/{tenant}/jobs"
            return f"{base}/{posting}?pay_transparency=true" if posting else f"{base}?content=true"
        base = f"https://{self.api_host}/v0/postings/{tenant}"
        return f"{base}/{posting}" if posting else f"{base}?mode=json"


def board_address(url: str) -> BoardAddress | None:
    """The board or posting that an address of Greenhouse or Lever points at; None for any other address."""
    parts = web_address(url)
    host = (parts.hostname or "").removeprefix("www.")
    segments = [segment for segment in parts.path.split("/") if segment]
    if host == GREENHOUSE_API and segments[:2] == ["v1", "boards"]:
        return _address(GREENHOUSE, host, segments[2:3], segments[4:5] if segments[3:4] == ["jobs"] else [])
    if host in {LEVER_API, LEVER_EU_API} and segments[:2] == ["v0", "postings"]:
        return _address(LEVER, host, segments[2:3], segments[3:4])
    if host in _GREENHOUSE_HOSTS:
        if segments[:1] == ["embed"]:
            query = parse_qs(parts.query)
            return _address(GREENHOUSE, GREENHOUSE_API, query.get("for", []), query.get("token", []))
        return _address(GREENHOUSE, GREENHOUSE_API, segments[:1], segments[2:3] if segments[1:2] == ["jobs"] else [])
    if host in _LEVER_HOSTS:
        return _address(LEVER, _LEVER_HOSTS[host], segments[:1], segments[1:2])
    return None


def _address(vendor: str, api_host: str, tenant: list[str], posting: list[str]) -> BoardAddress | None:
    if not tenant or not _SLUG.fullmatch(tenant[0]):
        return None
    identifier = posting[0] if posting else ""
    known = identifier.isdecimal() if vendor == GREENHOUSE else bool(_LEVER_ID.fullmatch(identifier))
    return BoardAddress(vendor, tenant[0].lower(), api_host, identifier.lower() if known else "")


async def list_board(fetcher: Fetcher, board: BoardAddress, now: datetime) -> Listing:
    """All open postings of a board. Raises `Permanent` when there is no such board."""
    fetched = await fetcher.fetch(board.api_url, headers={"Accept": "application/json"})
    vendor = board.vendor.capitalize()
    fetched.require(
        Permanent(
            f'{vendor} knows no careers page "{board.tenant}". Check the address, or paste the address of one job instead.'
        )
    )
    data = fetched.json()
    items = cast("dict[str, Any]", data).get("jobs") if board.vendor == GREENHOUSE and isinstance(data, dict) else data
    if not isinstance(items, list):
        raise changed_structure(fetched.host)
    # In a thread: a large board takes a second to read, and the loop has heartbeats to send.
    read = await asyncio.to_thread(lambda: [read_item(board, item) for item in cast("list[Any]", items)])
    known = [posting for posting in read if posting is not None]
    postings = [posting for posting in known if posting.closes_at is None or posting.closes_at >= now]
    unread, expired = len(read) - len(known), len(known) - len(postings)
    if unread and not postings and not expired:
        raise changed_structure(fetched.host)
    name = next((p.company for p in postings), company_from_slug(board.tenant))
    notes = ([_count(unread, "posting", "could not be read")] if unread else []) + (
        [_count(expired, "expired posting", "left out")] if expired else []
    )
    return Listing(name, tuple(postings), tuple(notes), is_complete=not unread)


def _count(number: int, thing: str, what: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'} {what}."


async def read_posting(fetcher: Fetcher, board: BoardAddress, now: datetime) -> Posting:
    """The one posting that `board` names. Raises `PostingGone` when it is no longer there."""
    fetched = await fetcher.fetch(board.api_url, headers={"Accept": "application/json"})
    fetched.require(PostingGone("This job is no longer online. The employer has taken the posting down."))
    posting = read_item(board, fetched.json())
    if posting is None or posting.external_id.lower() != board.posting_id:
        raise changed_structure(fetched.host)
    if posting.closes_at is not None and posting.closes_at < now:
        raise PostingGone(f"Applications for this job closed on {day_of(posting.closes_at)}.")
    return posting


def read_item(board: BoardAddress, item: object) -> Posting | None:
    """A posting from the vendor's JSON object; None if it lacks an id or a title."""
    if not isinstance(item, dict):
        return None
    read: Callable[[BoardAddress, dict[str, Any]], Posting] = _greenhouse if board.vendor == GREENHOUSE else _lever
    posting = read(board, cast("dict[str, Any]", item))
    return posting if posting.external_id and posting.title else None


def _named(value: object) -> str:
    return line_from(cast("dict[str, Any]", value).get("name")) if isinstance(value, dict) else ""


def _dicts(value: object) -> list[dict[str, Any]]:
    return (
        [cast("dict[str, Any]", v) for v in cast("list[Any]", value) if isinstance(v, dict)] if isinstance(value, list) else []
    )


def _id(value: object) -> str:
    return line_from(str(value), 100) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _greenhouse(board: BoardAddress, item: dict[str, Any]) -> Posting:
    title, location = line_from(item.get("title")), _named(item.get("location"))
    custom = {line_from(m.get("name")).lower(): line_from(m.get("value")) for m in _dicts(item.get("metadata"))}
    workplace = custom.get("workplace type", "") or custom.get("location type", "")
    low, high, currency = None, None, ""
    for pay in _dicts(item.get("pay_input_ranges")):
        cents = [amount_from(pay.get(end)) for end in ("min_cents", "max_cents")]
        low, high = ordered_pay(*(round(c / 100) if c else None for c in cents))
        currency = currency_from(pay.get("currency_type"))
        if currency and (low or high):
            break
    external_id = _id(item.get("id"))
    return Posting(
        source=board.source,
        external_id=external_id,
        locator=BoardAddress(GREENHOUSE, board.tenant, board.api_host, external_id).api_url,
        url=safe_link(item.get("absolute_url")),
        title=title,
        company=line_from(item.get("company_name")) or company_from_slug(board.tenant),
        description=text_from(item.get("content")),
        location=location,
        remote=remote_from(workplace, location, title),
        salary_min=low if currency else None,
        salary_max=high if currency else None,
        currency=currency,
        salary_period=_greenhouse_period(high or low),
        posted_at=moment_from(item.get("first_published")) or moment_from(item.get("updated_at")),
        closes_at=moment_from(item.get("application_deadline"), end_of_day=True),
        employment_type=employment_from(custom.get("employment type") or custom.get("employment_type")),
        language=language_from(item.get("language")),
        tags=tuple(dict.fromkeys(filter(None, map(_named, _dicts(item.get("departments")))))),
    )


def _greenhouse_period(amount: int | None) -> SalaryPeriod:
    # Greenhouse does not say what a pay range is for; nobody earns less than 500 a year, or more than 500 an hour.
    return SalaryPeriod.HOUR if amount is not None and amount < 500 else SalaryPeriod.YEAR


def _lever(board: BoardAddress, item: dict[str, Any]) -> Posting:
    raw = item.get("categories")
    categories = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    title = line_from(item.get("text"))
    places = categories.get("allLocations")
    several = [line_from(p) for p in cast("list[Any]", places)] if isinstance(places, list) else []
    location = joined_once([line_from(categories.get("location")), *several], " / ")
    workplace = _id(item.get("workplaceType")).lower()
    raw = item.get("salaryRange")
    pay = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    low, high = ordered_pay(amount_from(pay.get("min")), amount_from(pay.get("max")))
    currency, period = currency_from(pay.get("currency")), period_from(pay.get("interval"))
    paid = bool(currency and period and (low or high))
    external_id = _id(item.get("id")).lower()
    tags = (line_from(categories.get("department")), line_from(categories.get("team")))
    return Posting(
        source=board.source,
        external_id=external_id,
        locator=BoardAddress(LEVER, board.tenant, board.api_host, external_id).api_url,
        url=safe_link(item.get("hostedUrl")),
        title=title,
        company=company_from_slug(board.tenant),
        description=_lever_text(item),
        location=location,
        remote=_WORKPLACES[workplace] if workplace in _WORKPLACES else remote_from(location, title),
        salary_min=low if paid else None,
        salary_max=high if paid else None,
        currency=currency if paid else "",
        salary_period=period if paid and period else SalaryPeriod.YEAR,
        posted_at=moment_from_millis(item.get("createdAt")),
        employment_type=employment_from(categories.get("commitment")),
        tags=tuple(dict.fromkeys(filter(None, tags))),
    )


def _lever_text(item: dict[str, Any]) -> str:
    """Opening and body, then the titled lists, then what stands at the end: the order of Lever's own page."""
    parts = [text_from(item.get("description")) or text_from(item.get("descriptionPlain"))]
    for section in _dicts(item.get("lists")):
        content = section.get("content")
        listed = text_from(f"<ul>{content}</ul>") if isinstance(content, str) else ""
        parts.append("\n".join(filter(None, (line_from(section.get("text")), listed))))
    parts.append(text_from(item.get("salaryDescription")))
    parts.append(text_from(item.get("additional")) or text_from(item.get("additionalPlain")))
    return text_from("\n\n".join(part for part in parts if part))
