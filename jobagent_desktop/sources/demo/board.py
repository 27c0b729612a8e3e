"""The built-in demo board: invented postings in the vendors' formats, served on this computer only."""

from __future__ import annotations

import logging
import re
import sys
import threading
from dataclasses import replace
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from jobagent_desktop.config import resource
from jobagent_desktop.domain.errors import Permanent, PostingGone
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.services.ports import Clock, Listing
from jobagent_desktop.sources.addresses import host_of, web_address
from jobagent_desktop.sources.demo.content import DEMO_HOSTS, GREENHOUSE_HOST, LEVER_HOST, PAGES_HOST, DemoContent
from jobagent_desktop.sources.demo.pages import SECURITY_POLICY
from jobagent_desktop.sources.fetching import Fetcher
from jobagent_desktop.sources.json_ld import read_page
from jobagent_desktop.sources.vendors import (
    GREENHOUSE,
    GREENHOUSE_API,
    LEVER,
    LEVER_API,
    BoardAddress,
    board_address,
    list_board,
    read_posting,
)

log = logging.getLogger(__name__)

DEMO = "demo"
DEMO_NAME = "Demo board"
PREFIX = "demo:"
_LINK = re.compile(r'<a href="(/careers/[^"]+)"')


class DemoServer:
    """Serves a `DemoContent` on a free loopback port, in one thread that ends with `close`."""

    def __init__(self, content: DemoContent) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                answer = content.answer(parts.path, dict(parse_qsl(parts.query)))
                body = answer.body.encode("utf-8", errors="replace")
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", SECURITY_POLICY)
                self.send_header("X-Content-Type-Options", "nosniff")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Silent: requests to the demo are logged where they are made."""

        self._server = _QuietServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="demo-board", daemon=True)
        self._thread.start()

    @property
    def netloc(self) -> str:
        """Address and port, as `127.0.0.1:43210`."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stops serving; returns within about 0.1 s."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> DemoServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = False  # joined by server_close
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that went away is no error of ours
            log.exception("the demo board could not answer")


class DemoBoard:
    """The demo as a source. The server starts at the first use and ends with `aclose`."""

    def __init__(self, clock: Clock, folder: Path | None = None) -> None:
        self._clock = clock
        self._folder = folder or resource("demo", "board")
        self._server: DemoServer | None = None
        self._content: DemoContent | None = None
        self._fetcher: Fetcher | None = None

    def _open(self) -> tuple[DemoContent, DemoServer, Fetcher]:
        if self._content is None or self._server is None or self._fetcher is None:
            self._content = DemoContent(self._folder, self._clock.now)
            self._server = DemoServer(self._content)
            netloc = self._server.netloc
            # Only this fetcher takes the vendors' interfaces for the demo's; a real board searched meanwhile is not touched.
            hosts = dict.fromkeys((*DEMO_HOSTS, GREENHOUSE_API, LEVER_API), netloc)
            self._fetcher = Fetcher(self._clock, hosts=hosts)
        return self._content, self._server, self._fetcher

    async def aclose(self) -> None:
        fetcher, server = self._fetcher, self._server
        self._fetcher = self._server = self._content = None
        if fetcher is not None:
            await fetcher.aclose()
        if server is not None:
            import asyncio

            await asyncio.to_thread(server.close)

    async def listing(self) -> Listing:
        """All open postings of all companies on the board; the same job at two places stands in it twice."""
        content, _, fetcher = self._open()
        postings: list[Posting] = []
        notes: list[str] = []
        expired = 0
        for vendor, tenant in content.boards:
            listing = await list_board(fetcher, _board(vendor, tenant), self._clock.now())
            postings.extend(listing.postings)
            for note in listing.notes:
                found = re.match(r"(\d+) expired", note)
                expired += int(found.group(1)) if found else 0
                notes.extend([] if found else [f"{listing.name}: {note}"])
        index = await fetcher.fetch(f"https://{PAGES_HOST}/careers")
        for path in _LINK.findall(index.text):
            try:
                postings.append(await read_page(fetcher, f"https://{PAGES_HOST}{unescape(path)}", self._clock.now()))
            except PostingGone:
                expired += 1
        if expired:
            notes.append(f"{expired} expired posting{'s' if expired > 1 else ''} left out.")
        return Listing(DEMO_NAME, tuple(_marked(p) for p in postings), tuple(notes))

    async def company_listing(self, url: str) -> Listing:
        """The open postings of one of the demo's companies."""
        _, _, fetcher = self._open()
        board = demo_board_address(url)
        if board is None:
            raise Permanent('This page of the demo board lists nothing. Search the board "demo" instead.')
        listing = await list_board(fetcher, board, self._clock.now())
        return replace(listing, postings=tuple(_marked(p) for p in listing.postings))

    async def posting(self, url: str) -> Posting:
        """The posting at one of the demo's addresses."""
        _, _, fetcher = self._open()
        board = demo_board_address(url) or board_address(url)
        if board is not None and board.posting_id:
            return _marked(await read_posting(fetcher, board, self._clock.now()))
        return _marked(await read_page(fetcher, url, self._clock.now()))

    def browser_url(self, posting: Posting) -> str:
        """Where a browser on this computer can show the posting now."""
        _, server, _ = self._open()
        parts = web_address(posting.url)
        return urlunsplit(("http", server.netloc, parts.path, parts.query, ""))


def is_demo_address(url: str) -> bool:
    return host_of(url) in DEMO_HOSTS


def demo_board_address(url: str) -> BoardAddress | None:
    """The board or posting that one of the demo's own addresses points at; None for its single pages."""
    parts = web_address(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if not segments or parts.hostname == PAGES_HOST:
        return None
    if parts.hostname == GREENHOUSE_HOST:
        return _board(GREENHOUSE, segments[0], segments[2] if len(segments) > 2 else "")
    return _board(LEVER, segments[0], segments[1] if len(segments) > 1 else "") if parts.hostname == LEVER_HOST else None


def _board(vendor: str, tenant: str, posting_id: str = "") -> BoardAddress:
    return BoardAddress(vendor, tenant, GREENHOUSE_API if vendor == GREENHOUSE else LEVER_API, posting_id)


def _marked(posting: Posting) -> Posting:
    return replace(posting, source=PREFIX + posting.source)
