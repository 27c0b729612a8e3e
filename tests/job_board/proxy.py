"""A proxy on loopback, for plain requests and tunnels: it lets everything through, or refuses as real ones do."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit


class LoopbackProxy:
    """A context manager. Sends `host` or `host:port` of `routes` to `127.0.0.1:port`; knows no other.

    Attributes:
        refusal: the status with which it answers everything itself; 0 lets requests through.
        asked: method and target of every request.
        credentials: the `Proxy-Authorization` headers that came.
    """

    def __init__(self, routes: Mapping[str, str], *, refusal: int = 0) -> None:
        self.refusal = refusal
        self.asked: list[tuple[str, str]] = []
        self.credentials: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not proxy._admits(self):
                    return
                netloc = routes.get(urlsplit(self.path).netloc, "")
                if not netloc:
                    self.send_error(502)
                    return
                parts = urlsplit(self.path)
                upstream = HTTPConnection(netloc, timeout=30)
                upstream.request("GET", parts.path or "/", headers={"Host": parts.netloc})
                answer = upstream.getresponse()
                body = answer.read()
                self.send_response(answer.status)
                for name in ("Content-Type", "Location"):
                    if (value := answer.getheader(name)) is not None:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                upstream.close()

            def do_CONNECT(self) -> None:
                if not proxy._admits(self):
                    return
                host = self.path.rpartition(":")[0]
                netloc = routes.get(self.path) or routes.get(host, "")
                if not netloc:
                    self.send_error(502)
                    return
                name, _, port = netloc.partition(":")
                with socket.create_connection((name, int(port)), timeout=30) as upstream:
                    self.send_response(200)
                    self.end_headers()
                    back = threading.Thread(target=_pump, args=(upstream, self.connection), name="proxy-back")
                    back.start()
                    _pump(self.connection, upstream)
                    back.join()
                self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Silent."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="loopback-proxy")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def _admits(self, handler: BaseHTTPRequestHandler) -> bool:
        self.asked.append((handler.command, handler.path))
        if given := handler.headers.get("Proxy-Authorization"):
            self.credentials.append(given)
        if not self.refusal or (self.refusal == 407 and given):
            return True
        handler.send_response(self.refusal)
        if self.refusal == 407:
            handler.send_header("Proxy-Authenticate", 'Basic realm="office"')
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return False

    def __enter__(self) -> LoopbackProxy:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Carries bytes over until the source ends, then tells the target so."""
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some tests want."""
