"""The network between the program and a site: proxies, no network, pages of the network itself, wrong certificates."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from errno import ECONNREFUSED, EHOSTUNREACH, ENETUNREACH
from pathlib import Path

import pytest

from jobagent_desktop.domain.errors import AgentError, Blocked, Permanent, Transient
from jobagent_desktop.sources import fetching
from jobagent_desktop.sources.fetching import Fetcher, Limits
from jobagent_desktop.sources.proxies import Proxy, proxy_at, proxy_for
from jobagent_desktop.sources.unreached import unreached
from tests.fakes.still_clock import StillClock
from tests.job_board.certificates import Authority
from tests.job_board.faulty_board import FaultyBoard, Route
from tests.job_board.proxy import LoopbackProxy

SITE = "careers.example.org"
PATIENT = Limits(connect_s=30, read_s=30, total_s=60)


@pytest.fixture(autouse=True)
def no_proxy_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def board() -> Iterator[FaultyBoard]:
    with FaultyBoard() as served:
        yield served


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    opened = Fetcher(StillClock(), host_delay_s=0, limits=PATIENT)
    yield opened
    await opened.aclose()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    fetching._verifying.cache_clear()
    yield made
    fetching._verifying.cache_clear()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


# --- which proxy -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "url", "name"),
    [
        ({}, "https://a.example/", None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "https://a.example/", "proxy.example:3128"),
        ({"https_proxy": "proxy.example:3128"}, "https://a.example/", "proxy.example:3128"),
        ({"HTTPS_PROXY": "https://proxy.example"}, "https://a.example/", "proxy.example:443"),
        ({"HTTPS_PROXY": "http://proxy.example"}, "http://a.example/", None),
        ({"HTTP_PROXY": "http://proxy.example:1"}, "http://a.example/", "proxy.example:1"),
        ({"ALL_PROXY": "http://[::2]:8080"}, "https://a.example/", "[::2]:8080"),
        ({"ALL_PROXY": "http://proxy.example", "NO_PROXY": "a.example,b.example"}, "https://www.a.example/", None),
        ({"ALL_PROXY": "http://proxy.example", "NO_PROXY": "*"}, "https://www.a.example/", None),
        ({"ALL_PROXY": "http://proxy.example", "NO_PROXY": "b.example"}, "https://a.example/", "proxy.example:80"),
        ({"ALL_PROXY": "http://proxy.example"}, "http://127.0.0.1:8000/", None),
        ({"ALL_PROXY": "http://proxy.example"}, "http://localhost:8000/", None),
        ({"ALL_PROXY": "http://proxy.example"}, "http://[::1]:8000/", None),
    ],
)
def test_which_proxy(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str, name: str | None) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    proxy = proxy_for(url)
    assert (proxy.name if proxy else None) == name


def test_a_password_in_the_proxys_address_is_not_shown() -> None:
    proxy = proxy_at("http://anna:s3cret@proxy.example:3128")
    assert "s3cret" not in f"{proxy!r}{proxy.name}"


@pytest.mark.parametrize(
    ("address", "words"),
    [("socks5://127.0.0.1:1080", "SOCKS proxy"), ("http://", "address of the proxy"), ("http://a:b:c", "address of the proxy")],
)
def test_a_proxy_that_cannot_be_used_is_told(address: str, words: str) -> None:
    with pytest.raises(Permanent, match=words):
        proxy_at(address)


# --- through a proxy ---------------------------------------------------------------------------------------------------------


async def test_plain_requests_go_through_the_proxy(
    monkeypatch: pytest.MonkeyPatch, board: FaultyBoard, fetcher: Fetcher
) -> None:
    with LoopbackProxy({SITE: board.netloc}) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert "Hello." in (await fetcher.fetch(f"http://{SITE}/to-ok")).text, (
            "a proxy on a private address is no redirect inwards"
        )
        await fetcher.aclose()
    assert proxy.asked == [("GET", f"http://{SITE}/to-ok"), ("GET", f"http://{SITE}/ok")]


async def test_encrypted_requests_go_through_a_tunnel_and_are_verified(
    monkeypatch: pytest.MonkeyPatch, authority: Authority, fetcher: Fetcher
) -> None:
    with FaultyBoard(authority.server(SITE)) as site, LoopbackProxy({SITE: site.netloc}) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert (await fetcher.fetch(f"https://{SITE}/ok")).status == 200
        await fetcher.aclose()
    assert proxy.asked == [("CONNECT", f"{SITE}:443")]


async def test_a_name_and_password_in_the_address_are_given_to_the_proxy(
    monkeypatch: pytest.MonkeyPatch, board: FaultyBoard, fetcher: Fetcher
) -> None:
    with LoopbackProxy({SITE: board.netloc}, refusal=407) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("http://", "http://anna:s3cret@"))
        assert (await fetcher.fetch(f"http://{SITE}/ok")).status == 200
        await fetcher.aclose()
    assert proxy.credentials == ["Basic YW5uYTpzM2NyZXQ="]
    assert "authorization" not in " ".join(board.asked[0].headers), "the site does not see it"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("refusal", "error", "words"),
    [
        (407, Transient, "asks for a name and a password"),
        (403, Permanent, "does not let the program visit"),
        (502, Transient, "could not reach careers.example.org"),
    ],
)
async def test_what_a_proxy_says_itself(
    monkeypatch: pytest.MonkeyPatch, fetcher: Fetcher, scheme: str, refusal: int, error: type[AgentError], words: str
) -> None:
    with LoopbackProxy({}, refusal=refusal) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        if scheme == "http" and refusal != 407:
            # Nobody can tell the proxy's own page from the site's here; it counts as the site's.
            with pytest.raises(AgentError, match=SITE):
                await fetcher.fetch(f"{scheme}://{SITE}/ok")
        else:
            with pytest.raises(error, match=words) as caught:
                await fetcher.fetch(f"{scheme}://{SITE}/ok")
            assert not isinstance(caught.value, Blocked), "the site is not to blame"
        await fetcher.aclose()


async def test_a_proxy_that_is_down(monkeypatch: pytest.MonkeyPatch, fetcher: Fetcher) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Transient, match=r"The proxy 127\.0\.0\.1:\d+, which this computer is set to use, could not be reached"):
        await fetcher.fetch(f"https://{SITE}/ok")


async def test_this_computer_and_mapped_hosts_are_reached_directly(monkeypatch: pytest.MonkeyPatch, board: FaultyBoard) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
    fetcher = Fetcher(StillClock(), hosts={SITE: board.netloc}, host_delay_s=0, limits=PATIENT)
    try:
        assert (await fetcher.fetch(board.url("/ok"))).status == 200
        assert (await fetcher.fetch(f"https://{SITE}/ok")).status == 200
    finally:
        await fetcher.aclose()


# --- no network --------------------------------------------------------------------------------------------------------------


async def test_nobody_listens(fetcher: Fetcher) -> None:
    with pytest.raises(Transient, match="does not accept connections now"):
        await fetcher.fetch(f"http://127.0.0.1:{free_port()}/ok")


async def test_a_name_that_is_not_found(fetcher: Fetcher) -> None:
    with pytest.raises(Transient, match=r"^no-such-host\.invalid could not be found"):
        await fetcher.fetch("https://no-such-host.invalid/")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (OSError(ENETUNREACH, "unreachable"), "has no way to it"),
        (OSError(EHOSTUNREACH, "no route"), "has no way to it"),
        (OSError(10051, "WSAENETUNREACH"), "has no way to it"),
        (OSError(10061, "WSAECONNREFUSED"), "does not accept connections"),
        (ExceptionGroup("several addresses", [OSError(ECONNREFUSED, "v6"), OSError(ECONNREFUSED, "v4")]), "does not accept"),
        (OSError("odd"), "could not be reached. Check the internet connection"),
    ],
)
def test_why_a_connection_failed(cause: Exception, words: str) -> None:
    error = OSError("All connection attempts failed")
    error.__cause__ = cause
    told = unreached(SITE, error, None)
    assert isinstance(told, Transient)
    assert words in told.sentence
    if words != "could not be reached. Check the internet connection":
        assert "The proxy p:1" in unreached(SITE, error, Proxy("p:1", "http://p:1")).sentence


# --- a network that answers itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://portal.example/login?next=x", Transient),
        ("http://192.168.0.1/hotspot", Transient),
        ("http://10.0.0.1:8002/index.php?zone=guests", Transient),
    ],
)
async def test_a_redirect_to_the_networks_own_page(
    monkeypatch: pytest.MonkeyPatch, board: FaultyBoard, fetcher: Fetcher, location: str, error: type[AgentError]
) -> None:
    board.add("/jobs/1", Route(302, headers={"Location": location}))
    board.add("/login", Route(body="<html><head><title>Guest Wi-Fi</title></head><body>Accept our terms</body></html>"))
    with LoopbackProxy({SITE: board.netloc, "portal.example": board.netloc}) as network:
        monkeypatch.setenv("HTTP_PROXY", network.url)
        with pytest.raises(error, match=r"network answered in the place of careers\.example\.org.*sign-in"):
            await fetcher.fetch(f"http://{SITE}/jobs/1")
        await fetcher.aclose()
    assert not any("192.168" in target or "10.0.0" in target for _, target in network.asked), "nothing inwards is asked"


async def test_a_sites_own_login_is_still_a_refusal(board: FaultyBoard) -> None:
    fetcher = Fetcher(StillClock(), hosts={SITE: board.netloc}, host_delay_s=0, limits=PATIENT)
    try:
        with pytest.raises(Blocked, match="asks for a sign-in"):
            await fetcher.fetch(f"http://{SITE}/needs-login")
    finally:
        await fetcher.aclose()


async def test_the_status_for_a_network_that_asks(board: FaultyBoard, fetcher: Fetcher) -> None:
    board.add("/page", Route(511, "<html><body>Sign in to our Wi-Fi</body></html>"))
    with pytest.raises(Transient, match="network answered in the place"):
        await fetcher.fetch(board.url("/page"))


async def test_a_page_where_data_was_expected_names_both_causes(board: FaultyBoard, fetcher: Fetcher) -> None:
    fetched = await fetcher.fetch(board.url("/html-for-json"))
    with pytest.raises(Blocked, match=r"something else than the job data.*If this network asks for a sign-in"):
        fetched.json()


@pytest.mark.parametrize("names", [("portal.example",), (SITE,)])
async def test_a_wrong_certificate(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetcher: Fetcher, authority: Authority, names: tuple[str, ...]
) -> None:
    (tmp_path / "other").mkdir()
    signer = Authority(tmp_path / "other") if names == (SITE,) else authority  # an unknown authority, or another's name
    with FaultyBoard(signer.server(*names)) as site, LoopbackProxy({SITE: site.netloc}) as network:
        monkeypatch.setenv("HTTPS_PROXY", network.url)
        with pytest.raises(Transient, match=r"certificate could not be verified\. If this network asks for a sign-in"):
            await fetcher.fetch(f"https://{SITE}/ok")
        await fetcher.aclose()
    assert site.asked == [], "nothing was said to it"


async def test_something_unencrypted_in_the_place_of_a_safe_site(
    monkeypatch: pytest.MonkeyPatch, board: FaultyBoard, fetcher: Fetcher
) -> None:
    with LoopbackProxy({SITE: board.netloc}) as network:
        monkeypatch.setenv("HTTPS_PROXY", network.url)
        with pytest.raises(Transient, match="something else answers in its place"):
            await fetcher.fetch(f"https://{SITE}/ok")
        await fetcher.aclose()
