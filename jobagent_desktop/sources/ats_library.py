"""Makes ats-scrapers use our fetcher: one honest try per request, no proxy from the environment, typed refusals.

The library's own fetcher repeats refused requests up to three times, sleeps for as long as a site says, and hides the
status in a message. Some of its scrapers go around that fetcher and open httpx themselves. Both doors are replaced here.
"""

from __future__ import annotations

import inspect
import json as json_module
import logging
import sys
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

from jobagent_desktop.domain.errors import AgentError, Blocked, Permanent, Transient
from jobagent_desktop.sources.fetching import Fetched, Fetcher
from jobagent_desktop.sources.plain_text import text_from

log = logging.getLogger(__name__)

MOST_REQUESTS = 300
"""Per listing: at one request a second this is five minutes."""

_CLIENT = "ats_scrapers.client"
_FLATTENING = ("eightfold", "gupy", "rippling", "smartrecruiters")
"""Scrapers that run a whole description into one line; our reader keeps its paragraphs and bullets."""
_PARSERS = ("_parse_job", "_parse", "_parse_listing", "_parse_item")
"""What most scrapers call the method that makes a job of one item."""


class Visit:
    """The requests of one listing. The first refusal ends it: what comes after gets the same answer without a request.

    Scrapers swallow errors of single pages as they see fit, so what happened is also kept here.
    """

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._requests = 0
        self.refused: Blocked | Permanent | None = None
        self.failed = 0
        self.unread = 0
        self.host = ""

    async def fetch(
        self, method: str, url: str, *, params: Mapping[str, Any] | None, headers: Mapping[str, str], json: Any, follow: bool
    ) -> Fetched:
        if self.refused is not None:
            raise self.refused
        self._requests += 1
        if self._requests > MOST_REQUESTS:
            self.refused = Permanent(
                f"This careers page is too large to read politely: more than {MOST_REQUESTS} requests. "
                "Paste the addresses of single jobs instead."
            )
            raise self.refused
        if params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(_plain(params), doseq=True)}"
        try:
            fetched = await self._fetcher.fetch(url, method=method, headers=headers, json=json, follow=follow)
        except Blocked as refusal:
            self.refused = refusal
            raise
        except (Transient, Permanent):
            self.failed += 1
            raise
        self.host = fetched.host
        return fetched


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Query values as httpx writes them: `true` and `false` for booleans, nothing for None."""
    words = {True: "true", False: "false", None: ""}
    return {name: words[value] if isinstance(value, bool) or value is None else value for name, value in params.items()}


_VISIT: ContextVar[Visit] = ContextVar("visit")


def load_resolver() -> ModuleType:
    """`ats_scrapers.resolve`, which tells what a careers URL points at. Takes about 0.2 s the first time."""
    _without_pandas()
    import ats_scrapers.resolve

    return ats_scrapers.resolve


def load_scrapers() -> ModuleType:
    """`ats_scrapers.scrapers` with every door to the network replaced. About 0.5 s the first time: call it in a thread."""
    _without_pandas()
    import ats_scrapers.scrapers

    for name, module in list(sys.modules.items()):
        if name.startswith("ats_scrapers.scrapers.") and isinstance(getattr(module, "httpx", None), ModuleType):
            vars(module)["httpx"] = _HttpxThroughVisit("httpx")
    for name in _FLATTENING:
        vars(sys.modules[f"ats_scrapers.scrapers.{name}"])["_strip_html"] = text_from
    return ats_scrapers.scrapers


def _without_pandas() -> None:
    # The package imports its data-set client at the top, and that imports pandas: two seconds and 60 MB for something we do
    # not use. An empty module stands in for it during the import, and is gone afterwards.
    if "ats_scrapers" in sys.modules:
        return
    stand_in = ModuleType(_CLIENT)
    for name in ("Client", "find_company", "list_ats", "search"):
        setattr(stand_in, name, None)
    sys.modules[_CLIENT] = stand_in
    try:
        import ats_scrapers  # noqa: F401  # pyright: ignore[reportUnusedImport]
    finally:
        sys.modules.pop(_CLIENT, None)


class _HttpxThroughVisit(ModuleType):
    """What scrapers see as `httpx`: the library itself, but for the client."""

    def __getattr__(self, name: str) -> Any:
        import httpx

        return _client_through_visit if name == "AsyncClient" else getattr(httpx, name)


def _client_through_visit(**options: Any) -> Any:
    import httpx

    visit, follow = _VISIT.get(), bool(options.get("follow_redirects", False))

    class Transport(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            content = await request.aread()
            json = json_module.loads(content) if content else None
            headers = {
                name: value for name, value in request.headers.items() if name in {"accept", "accept-language", "referer"}
            }
            fetched = await visit.fetch(
                request.method, str(request.url), params=None, headers=headers, json=json, follow=follow
            )
            return httpx.Response(fetched.status, headers=_content_type(fetched), text=fetched.text, request=request)

    return httpx.AsyncClient(transport=Transport(), headers=options.get("headers"), trust_env=False)


def _content_type(fetched: Fetched) -> dict[str, str]:
    kept = {name: value for name, value in fetched.headers.items() if name == "location"}
    media = fetched.headers.get("content-type", "text/html").split(";")[0]
    return {**kept, "content-type": f"{media}; charset=utf-8"}


def open_scraper(ats: Any, slug: str, visit: Visit) -> Any:
    """The library's scraper for a tenant, with all its requests going through `visit`.

    Raises the library's `ScraperError` or `ValueError` when the slug is not one. Descriptions that need a request per job are
    not fetched while listing.
    """
    scrapers = load_scrapers()
    from ats_scrapers.fetch import Fetcher as LibraryFetcher
    from ats_scrapers.fetch import FetchResponse

    class FetcherThroughVisit(LibraryFetcher):
        async def request(
            self,
            method: str,
            url: str,
            *,
            params: dict[str, Any] | None = None,
            headers: dict[str, str] | None = None,
            json: Any = None,
            handled: frozenset[int] | set[int] = frozenset(),
        ) -> FetchResponse:
            from ats_scrapers.exceptions import CompanyNotFoundError

            sent = {**self.headers, **(headers or {})}
            fetched = await visit.fetch(method, url, params=params, headers=sent, json=json, follow=self.follow_redirects)
            if fetched.status not in handled and not 200 <= fetched.status < 300:
                if fetched.status in {404, 410}:
                    raise CompanyNotFoundError(f"{self.label} not found")
                fetched.require(Permanent(f"{fetched.host} did not accept the request."))
            return FetchResponse(fetched.status, fetched.text, dict(fetched.headers), context=self.label)

    kind: Any = scrapers.ScraperRegistry.get(ats)
    # Left out of the listing only where they can be had later, one job at a time.
    later = kind.get_description is not scrapers.BaseScraper.get_description
    scraper: Any = kind(slug, include_descriptions=not later)

    def make_fetcher(**options: Any) -> FetcherThroughVisit:
        return FetcherThroughVisit(
            label=repr(scraper),
            headers=options.get("headers", type(scraper).default_headers),
            follow_redirects=options.get("follow_redirects", True),
            proxy="",  # None would read a proxy from the environment
        )

    scraper.make_fetcher = make_fetcher
    # `get_description` hands its coroutine to this method, which would run it on another loop in another thread; given back
    # as it is, we can await it here.
    scraper._run_sync = _as_it_is
    for name in _PARSERS:
        parse = getattr(scraper, name, None)
        if callable(parse) and not inspect.iscoroutinefunction(parse):
            setattr(scraper, name, _one_by_one(parse, visit))
    return scraper


def _one_by_one(parse: Callable[..., Any], visit: Visit) -> Callable[..., Any]:
    """The same, but a posting that cannot be read is counted and comes out as None instead of ending the whole listing."""

    def parsed(*arguments: Any, **options: Any) -> Any:
        try:
            return parse(*arguments, **options)
        except AgentError:
            raise
        except Exception:  # error boundary: the library's parsers raise anything when a posting lacks what they expect
            log.warning("A posting of %s could not be read.", visit.host, exc_info=True)
            visit.unread += 1
            return None

    return parsed


def _as_it_is(coroutine: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
    return coroutine


@contextmanager
def entering(visit: Visit) -> Generator[None]:
    """Inside, scrapers that open a client of their own go through `visit`, in this task and its children."""
    token = _VISIT.set(visit)
    try:
        yield
    finally:
        _VISIT.reset(token)
