"""Dates, pay and places in the spellings that sources use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jobagent_desktop.domain.posting import SalaryPeriod
from jobagent_desktop.sources.addresses import is_local_host, normalised, safe_link
from jobagent_desktop.sources.facts import (
    amount_from,
    company_from_slug,
    currency_from,
    employment_from,
    language_from,
    moment_from,
    moment_from_millis,
    period_from,
    remote_from,
)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T10:00:00Z", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("2026-03-02T10:00:00+02:00", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("2026-03-02 10:00:00", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("2026-03-02T25:99", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-02-30", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("next week", None),
        (5, None),
        (None, None),
    ],
)
def test_moments(value: object, moment: datetime | None) -> None:
    assert moment_from(value) == moment


def test_the_last_day_counts_to_its_end() -> None:
    assert moment_from("2026-03-02", end_of_day=True) == datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
    assert moment_from("2026-03-02T10:00Z", end_of_day=True) == datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "year"), [(1771495200000, 2026), (0, 1970), (10**30, None), ("1", None), (True, None), (float("nan"), None)]
)
def test_milliseconds(value: object, year: int | None) -> None:
    moment = moment_from_millis(value)
    assert (moment.year if moment else None) == year


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (65000, 65000),
        (65000.4, 65000),
        ("65000", 65000),
        ("65,000", 65000),
        ("65.000", 65000),
        ("65 000", 65000),
        ("65\u202f000", 65000),
        ("65,000.50", 65000),
        ("65.000,50", 65000),
        ("1.234.567", 1234567),
        ("21.5", 22),
        (0, None),
        (-1, None),
        ("", None),
        ("ca. 5", None),
        (10**12, None),
        (float("inf"), None),
        (float("nan"), None),
        (True, None),
        ([], None),
    ],
)
def test_amounts(value: object, amount: int | None) -> None:
    assert amount_from(value) == amount


@pytest.mark.parametrize(
    ("value", "period"),
    [
        ("YEAR", SalaryPeriod.YEAR),
        ("per-year-salary", SalaryPeriod.YEAR),
        ("annually", SalaryPeriod.YEAR),
        ("per-month-salary", SalaryPeriod.MONTH),
        ("WEEK", SalaryPeriod.WEEK),
        ("daily", SalaryPeriod.DAY),
        ("per-hour-wage", SalaryPeriod.HOUR),
        ("bi-week-salary", None),
        ("semi-month-salary", None),
        ("lifetime", None),
        (None, None),
    ],
)
def test_periods(value: object, period: SalaryPeriod | None) -> None:
    assert period_from(value) is period


@pytest.mark.parametrize(
    ("text", "remote"),
    [
        ("Remote (Europe)", True),
        ("Gdańsk or Remote", True),
        ("Praca zdalna", True),
        ("Gdańsk (Hybrid)", False),
        ("Hybrid / remote, Berlin", False),
        ("On-site, Berlin", False),
        ("Berlin", None),
        ("Remoteville", None),
        ("", None),
    ],
)
def test_remote(text: str, remote: bool | None) -> None:
    assert remote_from(text) is remote


def test_words() -> None:
    assert company_from_slug("tidewater-systems") == "Tidewater Systems"
    assert company_from_slug("ACME_co") == "ACME Co"
    assert currency_from(" eur ") == "EUR"
    assert currency_from("euro") == currency_from(None) == ""
    assert employment_from("FULL_TIME") == employment_from("Full time") == employment_from("full-time") == "Full-time"
    assert employment_from("Mini-Job") == "Mini-Job"
    assert employment_from(None) == employment_from("OTHER") == ""
    assert [language_from(v) for v in ("en", "de-DE", "PL_pl", "english", "", None)] == ["en", "de", "pl", "", "", ""]


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://Jobs.Example.org:443/a/?utm_source=x&b=2&a=1#top", "https://jobs.example.org/a?a=1&b=2"),
        ("http://example.org:80", "http://example.org/"),
        ("https://example.org:8443/a?gh_src=1&q=", "https://example.org:8443/a?q="),
    ],
)
def test_one_spelling_for_one_page(url: str, same: str) -> None:
    assert normalised(url) == same
    assert normalised(same) == same


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST.", "a.localhost", "printer.local", "127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254"),
        *("::", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "100.64.0.1"),
    ],
)
def test_local_hosts(host: str) -> None:
    assert is_local_host(host)


@pytest.mark.parametrize("host", ["example.org", "8.8.8.8", "local.example.org", "::ffff:8.8.8.8", "2606:4700::1111"])
def test_hosts_of_the_internet(host: str) -> None:
    assert not is_local_host(host)


def test_links() -> None:
    assert safe_link(" https://example.org/a ") == "https://example.org/a"
    assert [safe_link(v) for v in ("javascript:alert(1)", "data:x", "/a", None, 5, "https://u:p@example.org/")] == [""] * 6
