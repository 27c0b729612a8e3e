"""Reads the facts that every source writes a little differently: dates, amounts of money, places of work."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time

from jobagent_desktop.domain.posting import SalaryPeriod
from jobagent_desktop.sources.plain_text import line_from

_REMOTE = re.compile(
    r"\b(remote|remotely|work from home|home[- ]?office|zdalnie|praca zdalna|télétravail|anywhere)\b", re.IGNORECASE
)
_HYBRID = re.compile(r"\b(hybrid|hybrydow\w*|hybride)\b", re.IGNORECASE)
_ON_SITE = re.compile(r"\b(on[- ]?site|in[- ]office|vor ort|stacjonarn\w*)\b", re.IGNORECASE)
_PERIODS = {
    "year": SalaryPeriod.YEAR,
    "annum": SalaryPeriod.YEAR,
    "annual": SalaryPeriod.YEAR,
    "month": SalaryPeriod.MONTH,
    "week": SalaryPeriod.WEEK,
    "day": SalaryPeriod.DAY,
    "dai": SalaryPeriod.DAY,
    "hour": SalaryPeriod.HOUR,
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_EMPLOYMENT = {
    "FULLTIME": "Full-time",
    "PARTTIME": "Part-time",
    "CONTRACT": "Contract",
    "CONTRACTOR": "Contract",
    "TEMPORARY": "Temporary",
    "INTERN": "Internship",
    "INTERNSHIP": "Internship",
    "VOLUNTEER": "Volunteer",
    "PERDIEM": "Per day",
    "OTHER": "",
}
_UNUSUAL_PERIOD = re.compile(r"\b(semi|bi|half|quarter)", re.IGNORECASE)
_LARGEST_AMOUNT = 2_000_000_000


def moment_from(value: object, *, end_of_day: bool = False) -> datetime | None:
    """A timezone-aware UTC moment from ISO 8601 text; a bare date means its start, or its last second. None if unreadable."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        found = re.match(r"\d{4}-\d{2}-\d{2}", text)
        if not found:
            return None
        try:
            parsed = datetime.fromisoformat(found.group())
        except ValueError:
            return None
        text = found.group()
    if len(text) == 10 and end_of_day:
        parsed = datetime.combine(parsed.date(), time(23, 59, 59), tzinfo=UTC)
    try:
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None


def day_of(moment: datetime) -> str:
    """A day as it is said in a sentence: `3 June 2026`."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def moment_from_millis(value: object) -> datetime | None:
    """A UTC moment from Unix milliseconds; None if unreadable."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def amount_from(value: object) -> int | None:
    """A whole amount of money from a number, or from text such as `65 000`, `65,000.00` or `65.000`; None if there is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = re.sub(r"[\s\u00a0\u202f_']", "", value)
        if not re.fullmatch(r"\d[\d.,]*", text):
            return None
        text = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", text).replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return None
    if not isinstance(value, int | float) or not 0 < value < _LARGEST_AMOUNT:
        return None
    return round(value) or None


def currency_from(value: object) -> str:
    """An ISO 4217 code in upper case, or an empty string."""
    text = value.strip().upper() if isinstance(value, str) else ""
    return text if re.fullmatch(r"[A-Z]{3}", text) else ""


def period_from(value: object) -> SalaryPeriod | None:
    """The period an amount is paid for (`YEAR`, `per-hour-wage`, `monthly` ...); None for those we do not know."""
    if not isinstance(value, str) or _UNUSUAL_PERIOD.search(value):
        return None
    lowered = value.lower()
    return next((period for word, period in _PERIODS.items() if word in lowered), None)


def ordered_pay(low: int | None, high: int | None) -> tuple[int | None, int | None]:
    """The two ends of a range, the smaller first; a single amount stands at both ends only if the source said so."""
    if low is not None and high is not None and low > high:
        return high, low
    return low, high


def remote_from(*texts: str) -> bool | None:
    """True if the words say remote, False if they say hybrid or on site, None if they do not say."""
    joined = " ".join(texts)
    if _HYBRID.search(joined) or _ON_SITE.search(joined):
        return False
    return True if _REMOTE.search(joined) else None


def employment_from(value: object) -> str:
    """How one is employed, as a phrase: `FULL_TIME` (schema.org) to `Full-time`; other words stay as they are."""
    text = line_from(value, 60)
    return _EMPLOYMENT.get(re.sub(r"[\s_-]", "", text).upper(), text)


def language_from(value: object) -> str:
    """An ISO 639-1 code from `de`, `de-DE` or `de_DE`; an empty string for anything else."""
    found = re.match(r"[a-z]{2}(?=$|[-_])", value.strip().lower()) if isinstance(value, str) else None
    return found.group() if found else ""


def joined_once(parts: Iterable[str], separator: str = ", ") -> str:
    """The parts that are not empty, each once, in their order."""
    return separator.join(dict.fromkeys(part for part in parts if part))


def company_from_slug(slug: str) -> str:
    """A readable name from a tenant's slug: `tidewater-systems` to `Tidewater Systems`."""
    words = re.sub(r"[-_.]+", " ", slug).split()
    return " ".join(word if any(c.isupper() for c in word) else word.capitalize() for word in words)
