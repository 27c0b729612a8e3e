"""The program's one way to fetch something from the web: one honest try, limits on everything, typed refusals."""

from __future__ import annotations

import asyncio
import codecs
import importlib
import json as json_module
import logging
import re
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from jobagent_desktop import __version__
from jobagent_desktop.domain.errors import AgentError, Blocked, Permanent, Transient
from jobagent_desktop.services.ports import Clock
from jobagent_desktop.sources.addresses import host_of, is_local_host, is_local_ip, web_address
from jobagent_desktop.sources.blocks import is_login_redirect, refusal
from jobagent_desktop.sources.proxies import Proxy, proxy_for
from jobagent_desktop.sources.unreached import SIGN_IN_FIRST, network_sign_in, refused_by_proxy, too_slow, unreached

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

USER_AGENT = f"JobMarketAgent/{__version__} (desktop job search)"
REFUSING = frozenset({403, 406, 429, 999})
"""Statuses with which a site refuses on purpose; 999 is LinkedIn's."""
_LONGEST_RETRY_AFTER_S = 86_400.0
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost. Seconds and bytes; `total_s` ends a slow drip, `body_bytes` counts after decompression."""

    connect_s: float = 10.0
    read_s: float = 20.0
    total_s: float = 45.0
    body_bytes: int = 20_000_000
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a site answered. `url` is the address after redirects; header names are in lower case."""

    url: str
    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def host(self) -> str:
        return host_of(self.url)

    def require(self, missing: AgentError) -> Fetched:
        """This answer if it is a page. Raises `missing` for 404 and 410, `Permanent` for any other answer that is no page."""
        if 200 <= self.status < 300:
            return self
        if self.status in {404, 410}:
            raise missing
        if self.status == 401:
            raise Permanent(f"{self.host} shows this only after signing in, so the program cannot read it.")
        raise Permanent(f"{self.host} did not accept the request (answer {self.status}). Check the address.")

    def json(self) -> Any:
        """The answer as JSON. Raises `Blocked`: something else than the data that was always there counts as a refusal."""
        try:
            return json_module.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise changed_structure(self.host, is_page=self.text.lstrip()[:1] == "<") from error


def changed_structure(host: str, *, is_page: bool = False) -> Blocked:
    """A page without the structure it always had: a refusal in disguise, or a site that was rebuilt.

    `is_page`: a web page came where data was expected, which a network may also put there.
    """
    return Blocked(
        f"{host} answered with something else than the job data it usually gives. The site may have changed or may be "
        "refusing automatic visits; the program tries again later." + (f" {SIGN_IN_FIRST}" if is_page else ""),
        host=host,
    )


class Fetcher:
    """Fetches with one try per call and maps every failure to `domain.errors`.

    `hosts` sends a host to a local server (`name` to `127.0.0.1:port`, over http); it is read at each fetch.
    Requests to one host start at least `host_delay_s` seconds apart, except those to mapped hosts.
    Everything but mapped hosts and this computer goes through the proxy that the environment or the system names.
    """

    def __init__(
        self, clock: Clock, *, hosts: Mapping[str, str] | None = None, host_delay_s: float = 1.0, limits: Limits | None = None
    ) -> None:
        self._clock = clock
        self._hosts = hosts if hosts is not None else {}
        self._host_delay_s = host_delay_s
        self._limits = limits or Limits()
        self._next_start: dict[str, float] = {}
        self._clients: dict[Proxy | None, httpx.AsyncClient] = {}

    async def aclose(self) -> None:
        while self._clients:
            _, client = self._clients.popitem()
            await client.aclose()

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        follow: bool = True,
    ) -> Fetched:
        """One logical request, redirects included.

        Raises `Transient` (not reached, too slow, 408, 5xx, a network that asks for a sign-in), `Blocked` (403, 406, 429, 999,
        a challenge, a login in its place) and `Permanent` (not a web address, too large, redirects to nowhere or inwards,
        a proxy that forbids it). Every other status is returned.
        """
        asked = url = web_address(url).geturl()
        if "httpx" not in sys.modules:  # its import takes up to half a second, which the loop must not wait for
            await asyncio.to_thread(importlib.import_module, "httpx")
        import httpx

        from_outside = not is_local_host(host_of(url))
        cookies = httpx.Cookies()
        left_s = self._limits.total_s
        for hop in range(self._limits.redirects + 1):
            await self._wait_for_turn(host_of(url))
            started = asyncio.get_running_loop().time()
            fetched = await self._send(url, method, headers, json, cookies, left_s, refuse_local=from_outside and hop > 0)
            took_s = asyncio.get_running_loop().time() - started
            left_s -= took_s
            # Without path and query: they may hold what is the user's alone.
            log.debug("%s answered %d after %.2f s", fetched.host, fetched.status, took_s)
            location = fetched.headers.get("location", "")
            if not follow or fetched.status not in {301, 302, 303, 307, 308} or not location:
                return _checked(fetched, asked, self._clock)
            url = self._next_hop(url, location, from_outside=from_outside)
            if fetched.status in {301, 302, 303} and method != "HEAD":
                method, json = "GET", None
        raise Permanent(
            f"{host_of(asked)} keeps sending the program from one address to the next. Open it in your browser instead."
        )

    def _next_hop(self, url: str, location: str, *, from_outside: bool) -> str:
        host = host_of(url)
        try:
            target = web_address(urljoin(url, location)).geturl()
        except (Permanent, ValueError) as error:
            raise Permanent(f"{host} redirects to an address that the program does not open.") from error
        if from_outside and is_local_host(host_of(target)):
            if urlsplit(url).scheme == "http":  # nobody vouches for such an answer: mostly it is the network's own sign-in page
                raise network_sign_in(host)
            raise Permanent(
                f"{host} redirects to a private address on this computer or network. The program does not follow it."
            )
        return target

    async def _wait_for_turn(self, host: str) -> None:
        if self._host_delay_s <= 0 or host in self._hosts:
            return
        now = self._clock.monotonic()
        start = max(now, self._next_start.get(host, now))
        self._next_start[host] = start + self._host_delay_s
        if start > now:
            await self._clock.sleep(start - now)

    def _resolved(self, url: str) -> tuple[str, dict[str, str]]:
        parts = urlsplit(url)
        mapped = self._hosts.get(host_of(url))
        if mapped is None:
            return urlunsplit(parts._replace(fragment="")), {}
        return urlunsplit(("http", mapped, parts.path or "/", parts.query, "")), {"Host": parts.netloc}

    async def _send(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str] | None,
        json: Any,
        cookies: httpx.Cookies,
        left_s: float,
        *,
        refuse_local: bool,
    ) -> Fetched:
        import httpx

        host = host_of(url)
        proxy = None if host in self._hosts else await asyncio.to_thread(proxy_for, url)
        client = self._open_client(proxy)
        target, host_header = self._resolved(url)
        sent = {"Accept": "text/html,application/json;q=0.9,*/*;q=0.5", **(headers or {})}
        sent = {name: value for name, value in sent.items() if name.lower() not in {"user-agent", "host", "cookie"}}
        try:
            request = client.build_request(method, target, headers={**sent, "User-Agent": USER_AGENT, **host_header}, json=json)
            cookies.set_cookie_header(request)
            async with asyncio.timeout(max(0.0, left_s)):
                response = await client.send(request, stream=True)
                try:
                    # Behind a proxy the other end is the proxy, and where a name leads is not for us to see.
                    if refuse_local and proxy is None and host not in self._hosts and is_local_ip(_peer(response)):
                        raise Permanent(
                            f"{host} leads to a private address on this computer or network. The program does not follow it."
                        )
                    cookies.extract_cookies(response)
                    body = await self._body(response, host)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException) as error:
            raise too_slow(host, proxy, connecting=isinstance(error, httpx.ConnectTimeout)) from error
        except httpx.ProxyError as error:
            raise (refused_by_proxy(host, proxy, str(error)) if proxy else unreached(host, error, proxy)) from error
        except httpx.TransportError as error:
            raise unreached(host, error, proxy) from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Permanent(f'"{url[:80]}" is not a web address that can be opened.') from error
        except httpx.RequestError as error:
            raise Transient(f"The answer of {host} could not be read.") from error
        if proxy is not None and response.status_code == 407:
            raise refused_by_proxy(host, proxy, "407")
        answered = {name.lower(): value for name, value in response.headers.items()}
        if "location" in response.extensions:
            answered["location"] = str(response.extensions["location"])
        return Fetched(url, response.status_code, _decoded(body, response), answered)

    async def _body(self, response: httpx.Response, host: str) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self._limits.body_bytes:
                raise Permanent(
                    f"{host} sent more than {self._limits.body_bytes // 1_000_000} MB, so the program stopped reading."
                )
        return bytes(body)

    def _open_client(self, proxy: Proxy | None) -> httpx.AsyncClient:
        if proxy not in self._clients:
            import httpx

            limits = self._limits
            self._clients[proxy] = httpx.AsyncClient(
                verify=_verifying(),
                trust_env=False,
                proxy=None if proxy is None else httpx.Proxy(proxy.url, ssl_context=_verifying_proxy(proxy)),
                follow_redirects=False,
                timeout=httpx.Timeout(limits.read_s, connect=limits.connect_s),
                limits=httpx.Limits(max_connections=20, max_keepalive_connections=8, keepalive_expiry=15.0),
                cookies=_no_cookies(),
                event_hooks={"response": [_keep_redirects_from_httpx]},
            )
        return self._clients[proxy]


@cache
def _verifying() -> ssl.SSLContext:
    """Certificates are always checked: against the system's authorities, where companies put their own, and certifi's.

    Reading them takes 30 ms and more, so it is done once.
    """
    import certifi

    try:
        context = ssl.create_default_context()
    except ssl.SSLError:  # one malformed certificate in Windows' store spoils the loading of them all
        return ssl.create_default_context(cafile=certifi.where())
    context.load_verify_locations(certifi.where())
    return context


def _verifying_proxy(proxy: Proxy) -> ssl.SSLContext | None:
    return _verifying() if urlsplit(proxy.url).scheme == "https" else None


def _no_cookies() -> Any:
    # Cookies live for one chain of redirects (some sites need that much); nothing is kept that could follow the user.
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


async def _keep_redirects_from_httpx(response: httpx.Response) -> None:
    # httpx builds the next request even when it is not to follow it, and stumbles over odd addresses before we can refuse them.
    if "location" in response.headers:
        response.extensions["location"] = response.headers.pop("location")


def _peer(response: httpx.Response) -> str:
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream is not None else None
    return str(address[0]) if isinstance(address, tuple) and address else ""


def _decoded(body: bytes, response: httpx.Response) -> str:
    named = response.charset_encoding or ""
    if not named:
        found = _META_CHARSET.search(body[:2_048])
        named = found.group(1).decode("ascii") if found else "utf-8"
    try:
        codec = codecs.lookup(named).name
        return body.decode("utf-8-sig" if codec == "utf-8" else codec, errors="replace")
    except (LookupError, UnicodeError):
        return body.decode("utf-8-sig", errors="replace")


def _checked(fetched: Fetched, asked: str, clock: Clock) -> Fetched:
    """The answer, unless it is a refusal or a passing failure."""
    host, status = fetched.host, fetched.status
    wait = _retry_after(fetched.headers.get("retry-after", ""), clock)
    kind = refusal(fetched.text, fetched.headers)
    if kind == "challenge":
        raise Blocked(
            f"{host} shows a security check instead of the page. The program does not get around it; it tries again later.",
            host=host,
            retry_after=wait,
        )
    landed_elsewhere = host_of(asked) != host
    if status == 511 or (
        landed_elsewhere and urlsplit(asked).scheme == "http" and (kind or is_login_redirect(asked, fetched.url))
    ):
        # RFC 6585, 6: the network itself asks. Many do it by a redirect instead, possible only where nothing is encrypted.
        raise network_sign_in(host_of(asked))
    if kind or is_login_redirect(asked, fetched.url):
        raise Blocked(
            f"{host} asks for a sign-in instead of showing the page. The program tries again later.",
            host=host,
            retry_after=wait,
        )
    if status == 429:
        raise Blocked(f"{host} asks the program to slow down (answer 429). It tries again later.", host=host, retry_after=wait)
    if status in REFUSING:
        raise Blocked(
            f"{host} refuses automatic visits (answer {status}). It is tried again later.", host=host, retry_after=wait
        )
    if status == 408 or status >= 500:
        raise Transient(f"{host} has a problem at the moment (answer {status}).")
    return fetched


def _retry_after(value: str, clock: Clock) -> float | None:
    """Seconds to wait from a `Retry-After` header (RFC 9110, 10.2.3: seconds or a date), 0 to 24 h; None if there is none."""
    text = value.strip()
    if not text:
        return None
    if re.fullmatch(r"\d{1,9}", text):
        return min(float(text), _LONGEST_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - clock.now()).total_seconds()), _LONGEST_RETRY_AFTER_S)
