"""One door for all sources: which address goes where, and what an unknown one is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from jobagent_desktop.domain.errors import Blocked, Permanent, PostingGone, Transient
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.services.ports import Sources
from jobagent_desktop.sources import Limits, SourceBook
from tests.fakes.still_clock import StillClock
from tests.job_board.faulty_board import FaultyBoard, Route

HOST = "jobs.bakery.example"
PAGE = """<html><head><title>Baker</title><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "JobPosting", "title": "Baker", "description": "<p>Bread.</p>",
 "hiringOrganization": {"name": "The Bakery"}, "identifier": "B-1"}</script></head><body>Baker</body></html>"""


@pytest.fixture
def board() -> Iterator[FaultyBoard]:
    with FaultyBoard() as served:
        served.add("/baker", Route(200, PAGE))
        yield served


@pytest.fixture
async def book(board: FaultyBoard) -> AsyncIterator[Sources]:
    limits = Limits(connect_s=0.5, read_s=0.2, total_s=0.3, body_bytes=200_000)
    sources = SourceBook(StillClock(), hosts={HOST: board.netloc}, limits=limits)
    yield sources
    await sources.aclose()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("demo", "Demo board"),
        ("https://boards.demo.example/northwind", "Demo board"),
        ("https://boards.greenhouse.io/vaulttec", "Vaulttec (Greenhouse)"),
        ("https://jobs.lever.co/cranes-and-co", "Cranes And Co (Lever)"),
        ("https://acme.jobs.personio.de", "Acme (Personio)"),
        ("https://apply.workable.com/acme-group/", "Acme Group (Workable)"),
        ("https://acme.wd3.myworkdayjobs.com/en-US/careers", "Acme (Workday)"),
        ("https://careers.smartrecruiters.com/Acme", "Acme (SmartRecruiters)"),
        ("https://careers-acme.icims.com/jobs", "Acme (iCIMS)"),
    ],
)
def test_names(url: str, name: str) -> None:
    assert SourceBook(StillClock()).check(url) == name


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://x.example/", "careers.example.org", "javascript:alert(1)", "https://a:b@jobs.lever.co/x", ""],
)
async def test_what_is_no_web_address(book: Sources, board: FaultyBoard, url: str) -> None:
    with pytest.raises(Permanent):
        book.check(url)
    with pytest.raises(Permanent):
        await book.listing(url)
    with pytest.raises(Permanent):
        await book.posting(url)
    assert board.asked == []


async def test_an_unknown_careers_page_says_what_to_do(book: Sources, board: FaultyBoard) -> None:
    with pytest.raises(Permanent, match="Paste the address of one job on it instead"):
        await book.listing(f"https://{HOST}/careers")
    assert board.asked == []


async def test_a_single_page(book: Sources, board: FaultyBoard) -> None:
    posting = await book.posting(f" https://{HOST}/baker?utm_source=x ")
    assert (posting.source, posting.external_id, posting.title) == (f"page:{HOST}", "B-1", "Baker")
    assert await book.browser_url(posting) == f"https://{HOST}/baker?utm_source=x"
    assert await book.refresh(posting) == posting
    board.add("/baker", Route(200, PAGE.replace("B-1", "B-2").replace("Bread.", "Rolls.")))
    fresh = await book.refresh(posting)
    assert (fresh.job_id, fresh.description) == (posting.job_id, "Rolls.")


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/404", PostingGone),
        ("/410", PostingGone),
        ("/401", Permanent),
        ("/403", Blocked),
        ("/429-seconds", Blocked),
        ("/challenge", Blocked),
        ("/needs-login", Blocked),
        ("/500", Transient),
        ("/silent", Transient),
        ("/huge", Permanent),
        ("/loop", Permanent),
        ("/ok", Permanent),
        ("/empty-list", Permanent),
    ],
)
async def test_failures_of_a_single_page(book: Sources, path: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        await book.posting(f"https://{HOST}{path}")
    assert type(caught.value) is error


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "file:///x"])
async def test_a_posting_without_an_address_cannot_be_shown(book: Sources, url: str) -> None:
    posting = Posting(source="page:x", external_id="1", url=url, title="T", company="C", description="D")
    with pytest.raises(Permanent, match="no web address"):
        await book.browser_url(posting)
