"""Careers pages through ats-scrapers: the vendors' documented answers in, postings out, refusals typed, one try each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from jobagent_desktop.domain.errors import Blocked, Permanent, PostingGone, Transient
from jobagent_desktop.domain.posting import SalaryPeriod
from jobagent_desktop.sources import SourceBook
from tests.fakes.still_clock import StillClock
from tests.job_board.faulty_board import CHALLENGE_PAGE, FaultyBoard, Route, json_route

HOSTS = (
    "api.ashbyhq.com",
    "acme.recruitee.com",
    "api.smartrecruiters.com",
    "acme.wd3.myworkdayjobs.com",
    "acme.teamtailor.com",
    "acme.jobs.personio.de",
    "acme.jobs.personio.com",
    "acme.applytojob.com",
    "acme.career.softgarden.de",
)


@pytest.fixture
def board() -> Iterator[FaultyBoard]:
    with FaultyBoard() as served:
        yield served


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def book(board: FaultyBoard, clock: StillClock) -> AsyncIterator[SourceBook]:
    sources = SourceBook(clock, hosts=dict.fromkeys(HOSTS, board.netloc))
    yield sources
    await sources.aclose()


# https://developers.ashbyhq.com/docs/public-job-posting-api
ASHBY: dict[str, Any] = {
    "apiVersion": "1",
    "jobs": [
        {
            "id": "3d1b2f64-1111-4222-8333-abcdefabcdef",
            "title": "Product Manager",
            "location": "Houston, TX",
            "secondaryLocations": [],
            "department": "Product",
            "team": "Growth",
            "isListed": True,
            "isRemote": True,
            "workplaceType": "Remote",
            "descriptionHtml": "<p>Join <b>us</b></p><ul><li>Plan</li><li>Ship</li></ul>",
            "descriptionPlain": "Join us",
            "publishedAt": "2026-02-20T10:15:00.000+00:00",
            "employmentType": "FullTime",
            "address": {"postalAddress": {"addressLocality": "Houston", "addressRegion": "Texas", "addressCountry": "USA"}},
            "jobUrl": "https://jobs.ashbyhq.com/acme/3d1b2f64-1111-4222-8333-abcdefabcdef",
            "applyUrl": "https://jobs.ashbyhq.com/acme/3d1b2f64-1111-4222-8333-abcdefabcdef/application",
            "compensation": {
                "compensationTierSummary": "$81K – $87K",
                "compensationTiers": [
                    {
                        "components": [
                            {
                                "compensationType": "Salary",
                                "interval": "1 YEAR",
                                "currencyCode": "USD",
                                "minValue": 81000,
                                "maxValue": 87000,
                            }
                        ]
                    }
                ],
            },
        }
    ],
}


async def test_ashby_listing(book: SourceBook, board: FaultyBoard) -> None:
    board.add("/posting-api/job-board/acme", json_route(ASHBY))
    assert book.check("https://jobs.ashbyhq.com/acme") == "Acme (Ashby)"
    listing = await book.listing("https://jobs.ashbyhq.com/acme")
    (posting,) = listing.postings
    assert listing.is_complete
    assert listing.notes == ()
    assert posting.source == "ashby:acme"
    assert posting.external_id == "3d1b2f64-1111-4222-8333-abcdefabcdef"
    assert posting.description == "Join us\n• Plan\n• Ship"
    assert (posting.salary_min, posting.salary_max, posting.currency) == (81000, 87000, "USD")
    assert posting.salary_period is SalaryPeriod.YEAR
    assert posting.remote is True
    assert posting.employment_type == "Full-time"
    assert posting.company == "Acme"
    assert posting.tags == ("Product", "Growth")
    assert posting.posted_at is not None
    assert posting.posted_at.isoformat() == "2026-02-20T10:15:00+00:00"
    assert board.asked[0].headers["user-agent"].startswith("JobMarketAgent/")


async def test_thirty_refreshes_within_a_minute_list_the_board_once(
    book: SourceBook, board: FaultyBoard, clock: StillClock
) -> None:
    board.add("/posting-api/job-board/acme", json_route(ASHBY))
    (posting,) = (await book.listing("https://jobs.ashbyhq.com/acme")).postings
    for _ in range(30):
        assert await book.refresh(posting) == posting
    assert len(board.asked) == 1
    clock.move(61)
    await book.refresh(posting)
    assert len(board.asked) == 2


async def test_a_posting_that_is_no_longer_listed_is_gone(book: SourceBook, board: FaultyBoard, clock: StillClock) -> None:
    board.add("/posting-api/job-board/acme", json_route(ASHBY))
    (posting,) = (await book.listing("https://jobs.ashbyhq.com/acme")).postings
    board.add("/posting-api/job-board/acme", json_route({"apiVersion": "1", "jobs": []}))
    clock.move(61)
    with pytest.raises(PostingGone, match="no longer listed"):
        await book.refresh(posting)


async def test_an_unknown_tenant_is_a_clear_sentence(book: SourceBook) -> None:
    with pytest.raises(Permanent, match='Ashby knows no careers page "acme"'):
        await book.listing("https://jobs.ashbyhq.com/acme")


@pytest.mark.parametrize(
    ("route", "error"),
    [
        (Route(403, "no"), Blocked),
        (Route(429, "slow", headers={"Retry-After": "120"}), Blocked),
        (Route(200, CHALLENGE_PAGE), Blocked),
        (Route(200, "<html><body>Welcome</body></html>"), Blocked),
        (Route(200, '{"jobs": [{', "application/json"), Blocked),
        (Route(200, '{"jobs": [{"id": 7}]}', "application/json"), Blocked),
        (Route(200, '["unexpected"]', "application/json"), Blocked),
        (Route(500, "oops"), Transient),
        (Route(401, "sign in"), Permanent),
    ],
)
async def test_refusals_come_out_as_ours_after_one_try(
    book: SourceBook, board: FaultyBoard, route: Route, error: type[Exception]
) -> None:
    board.add("/posting-api/job-board/acme", route)
    with pytest.raises(error) as caught:
        await book.listing("https://jobs.ashbyhq.com/acme")
    assert len(board.asked) == 1
    if route.status == 429:
        assert isinstance(caught.value, Blocked)
        assert caught.value.retry_after == 120
        assert caught.value.host == "api.ashbyhq.com"


async def test_recruitee_listing(book: SourceBook, board: FaultyBoard) -> None:
    # https://docs.recruitee.com/reference/getting-started, "Careers site API": GET /api/offers
    offer = {
        "id": 77,
        "slug": "baker",
        "title": "Baker",
        "status": "published",
        "description": "<p>You bake.</p>",
        "requirements": "<ul><li>Flour</li></ul>",
        "location": "Gdynia, Poland",
        "city": "Gdynia",
        "country": "Poland",
        "country_code": "PL",
        "remote": False,
        "department": "Bakery",
        "employment_type_code": "fulltime",
        "careers_url": "https://acme.recruitee.com/o/baker",
        "careers_apply_url": "https://acme.recruitee.com/o/baker/c/new",
        "created_at": "2026-02-01 08:00:00 UTC",
        "published_at": "2026-02-02 08:00:00 UTC",
        "company_name": "Acme Bakery",
    }
    board.add("/api/offers", json_route({"offers": [offer]}))
    (posting,) = (await book.listing("https://acme.recruitee.com/")).postings
    assert posting.title == "Baker"
    assert "You bake." in posting.description
    assert "Gdynia" in posting.location
    assert posting.url == "https://acme.recruitee.com/o/baker"


async def test_smartrecruiters_fetches_descriptions_only_when_asked(book: SourceBook, board: FaultyBoard) -> None:
    # https://developers.smartrecruiters.com/docs/posting-api
    summary = {
        "id": "744000012345",
        "name": "Nurse",
        "uuid": "u-1",
        "releasedDate": "2026-02-25T08:00:00.000Z",
        "location": {"city": "Berlin", "region": "BE", "country": "de", "remote": False},
        "company": {"identifier": "acme", "name": "Acme Clinic"},
        "typeOfEmployment": {"id": "permanent", "label": "Full-time"},
        "department": {"id": "1", "label": "Care"},
    }
    detail = {
        **summary,
        "jobAd": {
            "sections": {
                "jobDescription": {"title": "Job Description", "text": "<p>Care for <i>people</i>.</p><ul><li>Kindly</li></ul>"}
            }
        },
        "applyUrl": "https://jobs.smartrecruiters.com/acme/744000012345-nurse",
    }
    base = "/v1/companies/acme/postings"
    board.add(base, json_route({"offset": 0, "limit": 100, "totalFound": 1, "content": [summary]}))
    board.add(f"{base}/744000012345", json_route(detail))
    (posting,) = (await book.listing("https://careers.smartrecruiters.com/acme")).postings
    assert posting.description == ""
    assert board.paths() == [base]
    fresh = await book.refresh(posting)
    assert fresh.description == "Care for people.\n• Kindly"
    assert fresh.job_id == posting.job_id
    assert board.paths() == [base, f"{base}/744000012345"]


WORKDAY_LISTING: dict[str, Any] = {
    "total": 1,
    "jobPostings": [
        {
            "title": "Electrician",
            "externalPath": "/job/Gdansk/Electrician_R-100",
            "locationsText": "Gdańsk",
            "postedOn": "Posted Today",
            "bulletFields": ["R-100"],
        }
    ],
    "facets": [],
}


async def test_workday_goes_through_our_fetcher_though_it_opens_its_own_client(book: SourceBook, board: FaultyBoard) -> None:
    board.add("/wday/cxs/acme/careers/jobs", json_route(WORKDAY_LISTING))
    detail = {"jobPostingInfo": {"title": "Electrician", "jobDescription": "<p>Wires.</p>", "location": "Gdańsk"}}
    board.add("/wday/cxs/acme/careers/job/Gdansk/Electrician_R-100", json_route(detail))
    (posting,) = (await book.listing("https://acme.wd3.myworkdayjobs.com/careers")).postings
    assert posting.title == "Electrician"
    assert posting.source == "workday:acme.wd3.myworkdayjobs.com/careers"
    assert (await book.refresh(posting)).description == "Wires."
    assert {asked.headers["user-agent"].split("/")[0] for asked in board.asked} == {"JobMarketAgent"}
    assert board.asked[0].method == "POST"
    assert json.loads(board.asked[0].body)["limit"] == 20


async def test_workday_refusals_are_not_repeated(book: SourceBook, board: FaultyBoard) -> None:
    board.add("/wday/cxs/acme/careers/jobs", Route(403, "no"))
    with pytest.raises(Blocked):
        await book.listing("https://acme.wd3.myworkdayjobs.com/careers")
    assert len(board.asked) == 1


async def test_a_scraper_that_falls_back_to_cloaking_is_refused_instead(book: SourceBook, board: FaultyBoard) -> None:
    board.add("/apply/jobs", Route(403, "no"))
    with pytest.raises(Blocked):
        await book.listing("https://acme.applytojob.com/apply")
    assert len(board.asked) == 1


async def test_teamtailor_feed(book: SourceBook, board: FaultyBoard) -> None:
    feed = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Acme</title><item>
    <title>Chef</title><description>&lt;p&gt;Cook well.&lt;/p&gt;</description>
    <pubDate>Mon, 23 Feb 2026 09:00:00 +0000</pubDate>
    <link>https://acme.teamtailor.com/jobs/4711-chef</link><guid>g-1</guid></item></channel></rss>"""
    board.add("/jobs.rss", Route(200, feed, "application/rss+xml"))
    (posting,) = (await book.listing("https://acme.teamtailor.com/jobs")).postings
    assert (posting.title, posting.description) == ("Chef", "Cook well.")


@pytest.mark.parametrize("url", ["https://app.mokahr.com/social-recruitment/acme/123", "https://careers.example.org/jobs"])
async def test_careers_pages_that_the_program_cannot_read(book: SourceBook, board: FaultyBoard, url: str) -> None:
    with pytest.raises(Permanent, match="does not know this kind of careers page"):
        book.check(url)
    with pytest.raises(Permanent, match="does not know this kind of careers page"):
        await book.listing(url)
    assert board.asked == []


def test_the_library_comes_without_pandas_and_only_when_needed() -> None:
    program = """
import sys
import jobagent_desktop.sources
assert not any(m in sys.modules for m in ("ats_scrapers", "httpx", "lxml", "pandas")), "imported at the start"
from jobagent_desktop.sources.ats_library import load_scrapers
from jobagent_desktop.sources.ats import tenant_of
load_scrapers()
assert "pandas" not in sys.modules, "pandas"
assert "ats_scrapers.client" not in sys.modules
assert tenant_of("https://jobs.ashbyhq.com/acme").ats == "ashby"
print("fine")
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert ran.stdout.strip() == "fine", ran.stderr


@pytest.mark.parametrize("bad", [None, "text", {"id": 1}, {"title": ["a list"]}])
async def test_one_bad_posting_among_a_hundred(book: SourceBook, board: FaultyBoard, bad: object) -> None:
    good = [ASHBY["jobs"][0] | {"id": f"job-{number}", "title": f"Manager {number}"} for number in range(99)]
    board.add("/posting-api/job-board/acme", json_route({"jobs": [*good[:50], bad, *good[50:]]}))
    listing = await book.listing("https://jobs.ashbyhq.com/acme")
    assert len(listing.postings) == 99
    assert listing.notes == ("1 posting could not be read.",)
    assert not listing.is_complete, "the one that could not be read must not be taken as closed"


async def test_a_board_of_nothing_but_bad_postings_has_changed(book: SourceBook, board: FaultyBoard) -> None:
    board.add("/posting-api/job-board/acme", json_route({"jobs": [None, None]}))
    with pytest.raises(Blocked, match="something else"):
        await book.listing("https://jobs.ashbyhq.com/acme")
