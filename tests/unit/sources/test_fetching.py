"""The fetcher over real HTTP on loopback: each way to fail has its error, and nothing is asked twice."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from jobagent_desktop.domain.errors import AgentError, Blocked, Permanent, PostingGone, Transient
from jobagent_desktop.sources.fetching import USER_AGENT, Fetcher, Limits
from tests.fakes.still_clock import StillClock
from tests.job_board.faulty_board import FaultyBoard, Route

HOST = "careers.example.org"
SMALL = Limits(connect_s=0.5, read_s=0.2, total_s=0.3, body_bytes=200_000, redirects=3)


@pytest.fixture
def board() -> Iterator[FaultyBoard]:
    with FaultyBoard() as served:
        yield served


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def fetcher(board: FaultyBoard, clock: StillClock) -> AsyncIterator[Fetcher]:
    opened = Fetcher(clock, hosts={HOST: board.netloc}, limits=SMALL)
    yield opened
    await opened.aclose()


def at(path: str) -> str:
    return f"https://{HOST}{path}"


async def test_a_page(fetcher: Fetcher, board: FaultyBoard) -> None:
    fetched = await fetcher.fetch(at("/ok?q=a%20b"))
    assert (fetched.status, fetched.url, fetched.host) == (200, at("/ok?q=a%20b"), HOST)
    assert "Hello." in fetched.text
    (asked,) = board.asked
    assert asked.headers["user-agent"] == USER_AGENT
    assert asked.headers["host"] == HOST
    assert asked.query == "q=a%20b"
    assert "cookie" not in asked.headers


async def test_the_user_agent_cannot_be_replaced(fetcher: Fetcher, board: FaultyBoard) -> None:
    await fetcher.fetch(at("/ok"), headers={"User-Agent": "Mozilla/5.0", "Accept": "application/json"})
    assert board.asked[0].headers["user-agent"] == USER_AGENT
    assert board.asked[0].headers["accept"] == "application/json"


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("/403", Blocked, "refuses automatic visits"),
        ("/406", Blocked, "refuses automatic visits"),
        ("/999", Blocked, "refuses automatic visits"),
        ("/429", Blocked, "slow down"),
        ("/challenge", Blocked, "security check"),
        ("/challenge-503", Blocked, "security check"),
        ("/challenge-header", Blocked, "security check"),
        ("/needs-login", Blocked, "sign-in"),
        ("/408", Transient, "problem at the moment"),
        ("/500", Transient, "problem at the moment"),
        ("/503", Transient, "problem at the moment"),
        ("/silent", Transient, "too long"),
        ("/drip", Transient, "too long"),
        ("/cut-off", Transient, "could not be"),
        ("/hang-up", Transient, "could not be reached"),
        ("/huge", Permanent, "stopped reading"),
        ("/loop", Permanent, "from one address to the next"),
        ("/to-file", Permanent, "does not open"),
        ("/to-javascript", Permanent, "does not open"),
        ("/to-private", Permanent, "private address"),
        ("/to-loopback", Permanent, "private address"),
        ("/to-localhost", Permanent, "private address"),
    ],
)
async def test_failures_have_their_error(fetcher: Fetcher, path: str, error: type[AgentError], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        await fetcher.fetch(at(path))
    assert type(caught.value) is error
    assert HOST in caught.value.sentence
    if isinstance(caught.value, Blocked):
        assert caught.value.host == HOST


@pytest.mark.parametrize(("path", "seconds"), [("/429", None), ("/429-seconds", 120.0), ("/429-date", 600.0)])
async def test_retry_after(fetcher: Fetcher, path: str, seconds: float | None) -> None:
    with pytest.raises(Blocked) as caught:
        await fetcher.fetch(at(path))
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0.0), ("999999999", 86_400.0), ("Mon, 02 Mar 2026 08:00:00 GMT", 0.0), ("soon", None), ("-5", None), ("1.5", None)],
)
async def test_odd_retry_after(fetcher: Fetcher, board: FaultyBoard, header: str, seconds: float | None) -> None:
    board.add("/odd", Route(429, headers={"Retry-After": header}))
    with pytest.raises(Blocked) as caught:
        await fetcher.fetch(at("/odd"))
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("path", ["/404", "/410", "/401", "/418"])
async def test_other_statuses_are_for_the_caller(fetcher: Fetcher, path: str) -> None:
    fetched = await fetcher.fetch(at(path))
    assert fetched.status == int(path[1:])
    with pytest.raises(Permanent) as caught:
        fetched.require(PostingGone("gone"))
    assert isinstance(caught.value, PostingGone) == (path in {"/404", "/410"})


@pytest.mark.parametrize("path", ["/html-for-json", "/broken-json"])
async def test_something_else_than_json_counts_as_a_refusal(fetcher: Fetcher, path: str) -> None:
    fetched = await fetcher.fetch(at(path))
    with pytest.raises(Blocked, match="something else") as caught:
        fetched.json()
    assert caught.value.host == HOST


async def test_an_empty_list_is_no_failure(fetcher: Fetcher) -> None:
    assert (await fetcher.fetch(at("/empty-list"))).json() == []


async def test_deeply_nested_json_is_no_crash(fetcher: Fetcher, board: FaultyBoard) -> None:
    board.add("/deep", Route(200, "[" * 50_000, "application/json"))
    with pytest.raises(Blocked):
        (await fetcher.fetch(at("/deep"))).json()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/jobs",
        "javascript:alert(1)",
        "data:text/html,hello",
        "careers.example.org/jobs",
        "//careers.example.org/jobs",
        "https://user:secret@careers.example.org/",
        "https://",
        "https:///jobs",
        "",
        "   ",
        "http://[::1",
        "http://example.org:99999/",
        "https://careers.example.org/a b",
        "https://careers.example.org/\x00",
        "https://careers.example.org/" + "a" * 3_000,
    ],
)
async def test_what_is_no_web_address_is_refused_without_a_network(fetcher: Fetcher, board: FaultyBoard, url: str) -> None:
    with pytest.raises(Permanent) as caught:
        await fetcher.fetch(url)
    assert "secret" not in caught.value.sentence
    assert len(caught.value.sentence) < 200
    assert board.asked == []


async def test_redirects_are_followed_and_post_becomes_get(fetcher: Fetcher, board: FaultyBoard) -> None:
    fetched = await fetcher.fetch(at("/to-ok"), method="POST", json={"a": 1})
    assert (fetched.status, fetched.url) == (200, at("/ok"))
    assert [(a.method, a.path) for a in board.asked] == [("POST", "/to-ok"), ("GET", "/ok")]
    assert (await fetcher.fetch(at("/to-ok"), follow=False)).status == 301


async def test_cookies_live_for_one_chain_of_redirects(fetcher: Fetcher, board: FaultyBoard) -> None:
    board.add("/set", Route(302, headers={"Location": "/ok", "Set-Cookie": "seen=1; Path=/"}))
    await fetcher.fetch(at("/set"))
    await fetcher.fetch(at("/ok"))
    assert [a.headers.get("cookie") for a in board.asked] == [None, "seen=1", None]


async def test_a_local_page_that_the_user_named_may_redirect_locally(clock: StillClock, board: FaultyBoard) -> None:
    fetcher = Fetcher(clock, host_delay_s=0, limits=SMALL)
    try:
        assert (await fetcher.fetch(board.url("/to-ok"))).url == board.url("/ok")
    finally:
        await fetcher.aclose()


async def test_a_name_that_leads_to_this_computer_is_refused_after_a_redirect(board: FaultyBoard, clock: StillClock) -> None:
    # 127.1 is no address to Python's parser, but the system connects to 127.0.0.1: seen by looking at the peer.
    port = board.netloc.rsplit(":", 1)[1]
    board.add("/to-short", Route(302, headers={"Location": f"http://127.1:{port}/ok"}))
    fetcher = Fetcher(clock, hosts={HOST: board.netloc}, limits=SMALL)
    try:
        with pytest.raises(Permanent, match="private address"):
            await fetcher.fetch(at("/to-short"))
    finally:
        await fetcher.aclose()


async def test_nobody_listens(clock: StillClock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        fetcher = Fetcher(clock, hosts={HOST: f"127.0.0.1:{port}"}, limits=SMALL)
        try:
            with pytest.raises(Transient, match="could not be reached"):
                await fetcher.fetch(at("/ok"))
        finally:
            await fetcher.aclose()


async def test_an_unknown_name_is_a_passing_failure(clock: StillClock) -> None:
    fetcher = Fetcher(clock, limits=SMALL)
    try:
        with pytest.raises(Transient, match=r"no-such-host\.invalid"):
            await fetcher.fetch("https://no-such-host.invalid/")
    finally:
        await fetcher.aclose()


@pytest.mark.parametrize(
    ("content_type", "data", "text"),
    [
        ("text/html; charset=iso-8859-2", "Gda\u0144sk".encode("iso-8859-2"), "Gdańsk"),
        ("text/html", "<meta charset=windows-1250>Łódź".encode("cp1250"), "<meta charset=windows-1250>Łódź"),
        ("text/html", "\ufeffŁódź".encode(), "Łódź"),
        ("text/html; charset=no-such-codec", "Łódź".encode(), "Łódź"),
        ("text/html; charset=base64", b"abc", "abc"),
        ("text/html; charset=utf-8", b"caf\xe9", "caf\ufffd"),
    ],
)
async def test_encodings(fetcher: Fetcher, board: FaultyBoard, content_type: str, data: bytes, text: str) -> None:
    board.add("/text", Route(200, data.decode("latin-1"), content_type, encoding="latin-1"))
    assert (await fetcher.fetch(at("/text"))).text == text


async def test_requests_to_one_host_keep_their_distance(board: FaultyBoard, clock: StillClock) -> None:
    fetcher = Fetcher(clock, host_delay_s=1.0, limits=SMALL)
    try:
        first, second, third = (asyncio.create_task(fetcher.fetch(board.url("/ok"))) for _ in range(3))
        await first
        assert len(board.asked) == 1
        clock.move(1)
        await second
        assert not third.done()
        clock.move(1)
        await third
        assert len(board.asked) == 3
    finally:
        await fetcher.aclose()


async def test_mapped_hosts_are_not_slowed_down(fetcher: Fetcher, board: FaultyBoard) -> None:
    for _ in range(3):
        await fetcher.fetch(at("/ok"))  # with a standing clock, a delay would never end
    assert len(board.asked) == 3


async def test_cancelling_ends_a_request_at_once(fetcher: Fetcher) -> None:
    running = asyncio.create_task(fetcher.fetch(at("/silent")))
    await asyncio.sleep(0.02)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
