"""All sources behind one door: decides from an address which one answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.services.ports import Clock, Listing
from jobagent_desktop.sources.addresses import safe_link, web_address
from jobagent_desktop.sources.ats import AtsBoards, tenant_of
from jobagent_desktop.sources.demo.board import DEMO, DEMO_NAME, PREFIX, DemoBoard, is_demo_address
from jobagent_desktop.sources.facts import company_from_slug
from jobagent_desktop.sources.fetching import Fetcher, Limits
from jobagent_desktop.sources.json_ld import PAGE, read_page
from jobagent_desktop.sources.vendors import board_address, list_board, read_posting

UNKNOWN_CAREERS_PAGE = (
    "The program does not know this kind of careers page. Paste the address of one job on it instead, "
    "or the company's page at Greenhouse, Lever, Ashby, Workable, Personio, Recruitee or another applicant system."
)


class SourceBook:
    """The `Sources` port. Nothing is opened or imported before it is needed; `aclose` ends everything it started.

    `host_delay_s`: seconds between two requests to one host. `hosts` sends a host to a local server (`name` to
    `127.0.0.1:port`), for tests and for boards run at home.
    """

    def __init__(
        self, clock: Clock, *, host_delay_s: float = 1.0, hosts: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> None:
        self._clock = clock
        self._fetcher = Fetcher(clock, hosts=hosts, host_delay_s=host_delay_s, limits=limits)
        self._ats = AtsBoards(clock, self._fetcher)
        self._demo = DemoBoard(clock)

    def check(self, url: str) -> str:
        if url.strip().lower() == DEMO:
            return DEMO_NAME
        web_address(url)
        if is_demo_address(url):
            return DEMO_NAME
        board = board_address(url)
        if board is not None:
            return f"{company_from_slug(board.tenant)} ({board.vendor.capitalize()})"
        tenant = tenant_of(url)
        if tenant is not None:
            return f"{tenant.company} ({tenant.vendor})"
        raise Permanent(UNKNOWN_CAREERS_PAGE)

    async def listing(self, url: str) -> Listing:
        if url.strip().lower() == DEMO:
            return await self._demo.listing()
        web_address(url)
        if is_demo_address(url):
            return await self._demo.company_listing(url)
        board = board_address(url)
        if board is not None:
            return await list_board(self._fetcher, replace(board, posting_id=""), self._clock.now())
        tenant = await asyncio.to_thread(tenant_of, url)
        if tenant is not None:
            return await self._ats.listing(url, tenant)
        raise Permanent(UNKNOWN_CAREERS_PAGE)

    async def posting(self, url: str) -> Posting:
        web_address(url)
        if is_demo_address(url):
            return await self._demo.posting(url)
        board = board_address(url)
        if board is not None and board.posting_id:
            return await read_posting(self._fetcher, board, self._clock.now())
        return await read_page(self._fetcher, url.strip(), self._clock.now())

    async def refresh(self, posting: Posting) -> Posting:
        if posting.source.startswith(PREFIX):
            fresh = await self._demo.posting(posting.locator)
        elif posting.source.startswith(f"{PAGE}:"):
            fresh = await read_page(self._fetcher, posting.locator, self._clock.now())
        elif board_address(posting.locator) is not None:
            fresh = await self.posting(posting.locator)
        else:
            fresh = await self._ats.refresh(posting)
        # A page that changes its own id, or moves, is still the posting that the user saw.
        return replace(fresh, source=posting.source, external_id=posting.external_id, locator=posting.locator)

    async def browser_url(self, posting: Posting) -> str:
        if not safe_link(posting.url):
            raise Permanent("This posting has no web address that a browser could open.")
        return self._demo.browser_url(posting) if posting.source.startswith(PREFIX) else posting.url

    async def aclose(self) -> None:
        await self._fetcher.aclose()
        await self._demo.aclose()
