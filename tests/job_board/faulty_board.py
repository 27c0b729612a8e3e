"""A local site that behaves badly in every way the program must cope with, over real HTTP on loopback."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

CHALLENGE_PAGE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head><body><div class="main-wrapper"><h1>careers.example.org</h1>
<p>Verify you are human by completing the action below.</p></div>
<script>(function(){window._cf_chl_opt = {cvId: '3', cZone: 'careers.example.org', cType: 'managed'};})();</script>
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>"""

LOGIN_PAGE = """<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action="/login" method="post">
<input name="user"><input type="password" name="pass"><button>Sign in</button></form></body></html>"""


@dataclass(frozen=True, slots=True)
class Route:
    """What a path answers. `behaviour` names one of the ways to misbehave that are more than an answer."""

    status: int = 200
    body: str = ""
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    behaviour: str = "answer"
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def json_route(data: object, status: int = 200) -> Route:
    return Route(status, json.dumps(data), "application/json; charset=utf-8")


_ROUTES: dict[str, Route] = {
    "/ok": Route(body="<html><head><title>Careers</title></head><body><p>Hello.</p></body></html>"),
    "/html-for-json": Route(
        body="<html><head><title>Careers</title></head><body><p>Welcome to our careers page.</p></body></html>"
    ),
    "/broken-json": Route(body='{"jobs": [{"id": 1, "title": "Nur', content_type="application/json"),
    "/empty-list": json_route([]),
    "/429": Route(429, "slow down", "text/plain"),
    "/429-seconds": Route(429, "slow down", "text/plain", {"Retry-After": "120"}),
    "/429-date": Route(429, "slow down", "text/plain", {"Retry-After": "Mon, 02 Mar 2026 09:10:00 GMT"}),
    "/403": Route(403, "<html><head><title>Forbidden</title></head><body>no</body></html>"),
    "/404": Route(404, "<html><body>not here</body></html>"),
    "/406": Route(406, "not acceptable", "text/plain"),
    "/408": Route(408, "too slow", "text/plain"),
    "/410": Route(410, "<html><body>gone</body></html>"),
    "/401": Route(401, "who are you?", "text/plain"),
    "/418": Route(418, "teapot", "text/plain"),
    "/500": Route(500, "oops", "text/plain"),
    "/503": Route(503, "maintenance", "text/plain", {"Retry-After": "30"}),
    "/999": Route(999, "<html><body><script>window.location='https://x.example/authwall'</script></body></html>"),
    "/loop": Route(302, headers={"Location": "/loop"}),
    "/to-file": Route(302, headers={"Location": "file:///etc/passwd"}),
    "/to-javascript": Route(302, headers={"Location": "javascript:alert(1)"}),
    "/to-private": Route(302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}),
    "/to-loopback": Route(302, headers={"Location": "http://127.0.0.1:9/secret"}),
    "/to-localhost": Route(301, headers={"Location": "http://localhost:9/secret"}),
    "/to-ok": Route(301, headers={"Location": "/ok"}),
    "/needs-login": Route(302, headers={"Location": "/users/sign_in?return_to=%2Fneeds-login"}),
    "/users/sign_in": Route(body=LOGIN_PAGE),
    "/challenge": Route(body=CHALLENGE_PAGE),
    "/challenge-503": Route(503, CHALLENGE_PAGE),
    "/challenge-header": Route(403, "<html><body>x</body></html>", headers={"cf-mitigated": "challenge"}),
    "/drip": Route(behaviour="drip"),
    "/silent": Route(behaviour="silent"),
    "/huge": Route(behaviour="huge"),
    "/cut-off": Route(behaviour="cut off"),
    "/hang-up": Route(behaviour="hang up"),
}


class FaultyBoard:
    """The site, as a context manager. `add` sets further paths; `asked` holds every request in its order.

    `tls` makes it speak HTTPS.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.routes = dict(_ROUTES)
        self.asked: list[Asked] = []
        self._stop = threading.Event()
        board = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                board._answer(self)

            def do_POST(self) -> None:
                board._answer(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Silent."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="faulty-board")

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.netloc}{path}"

    def add(self, path: str, route: Route) -> None:
        self.routes[path] = route

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def __enter__(self) -> FaultyBoard:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append(Asked(handler.command, parts.path, parts.query, headers, body))
        route = self.routes.get(f"{parts.path}?{parts.query}") or self.routes.get(parts.path) or _ROUTES["/404"]
        try:
            self._behave(handler, route)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            handler.close_connection = True  # the program hung up, as it should

    def _behave(self, handler: BaseHTTPRequestHandler, route: Route) -> None:
        match route.behaviour:
            case "silent":
                self._stop.wait(30)
            case "hang up":
                return
            case "drip":
                handler.send_response(200)
                handler.send_header("Content-Type", "text/html")
                handler.end_headers()
                while not self._stop.wait(0.02):
                    handler.wfile.write(b"<p>.</p>")
                    handler.wfile.flush()
            case "huge":
                handler.send_response(200)
                handler.send_header("Content-Type", "text/html")
                handler.end_headers()
                for _ in range(4_000):
                    if self._stop.is_set():
                        return
                    handler.wfile.write(b"x" * 65_536)
            case "cut off":
                handler.send_response(200)
                handler.send_header("Content-Length", "5000")
                handler.end_headers()
                handler.wfile.write(b"<html>only this much")
            case _:
                data = route.body.encode(route.encoding, "surrogatepass")
                handler.send_response(route.status)
                handler.send_header("Content-Type", route.content_type)
                handler.send_header("Content-Length", str(len(data)))
                for name, value in route.headers.items():
                    handler.send_header(name, value)
                handler.end_headers()
                handler.wfile.write(data)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some tests want."""
