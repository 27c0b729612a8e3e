"""A polite stop of the real program while a slow site keeps a step waiting: within 10 s, in order, and nothing is lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from jobagent_desktop.config import resource
from jobagent_desktop.store.connection import open_reader, open_writer, rows
from tests.e2e.test_command_line import posting_page
from tests.fakes.command_line import answer, jobagent, start

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no polite signal for a process without a window"),
]

GRACE_S = 10
OVERHEAD_S = 15
"""What a loaded machine needs to end a process. A page that is held back is waited for 30 s, so the two cannot be confused."""


class GatedSite:
    """A job page that answers only while the gate is open. `asked` is set when somebody waits before it."""

    def __init__(self) -> None:
        self.gate, self.asked = threading.Event(), threading.Event()
        site, body = self, posting_page().body.encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not site.gate.is_set():
                    site.asked.set()
                site.gate.wait(60)
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Silent."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/jobs/42"

    def close(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what these tests want."""


@pytest.fixture
def site(tmp_path: Path) -> Generator[GatedSite]:
    """The site, and a preview whose posting is too old to be used without asking the site."""
    site = GatedSite()
    site.gate.set()
    try:
        assert jobagent(tmp_path, "import-cv", str(resource("demo", "cv.pdf"))).returncode == 0
        assert answer(tmp_path, "add", site.url)["id"]
        with closing(open_writer(tmp_path / "jobagent.db")) as connection:
            connection.execute("UPDATE jobs SET seen_at = '2026-01-01T00:00:00.000+00:00'")
        site.gate.clear()
        yield site
    finally:
        site.close()


def in_the_step(data: Path, site: GatedSite) -> subprocess.Popen[str]:
    process = start(data, "run")
    assert site.asked.wait(90), "the step asks the site"
    return process


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, talk = process.communicate(timeout=90)
    return process.returncode, talk


def claims(data: Path) -> tuple[list[str], list[str], dict[str, Any]]:
    """How the claims ended, which steps are finished, and the task."""
    with closing(open_reader(data / "jobagent.db")) as connection:
        ends = rows(connection, "SELECT outcome FROM task_claims WHERE id LIKE '%.e' ORDER BY id")
        steps = rows(connection, "SELECT substr(id, 28) AS step FROM task_claims WHERE outcome = 'step' ORDER BY created_at")
        (task,) = rows(connection, "SELECT status, crashes, error FROM tasks")
    return [r["outcome"] for r in ends], [r["step"] for r in steps], task


QUEUED_AGAIN = {"status": "pending", "crashes": 0, "error": ""}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_step_that_takes_too_long_is_handed_back_within_the_grace(tmp_path: Path, site: GatedSite, number: int) -> None:
    process = in_the_step(tmp_path, site)
    asked_at = time.monotonic()
    process.send_signal(number)
    code, talk = end(process)
    took = time.monotonic() - asked_at
    assert code == 0, talk
    assert took < GRACE_S + OVERHEAD_S
    assert claims(tmp_path) == (["released"], [], QUEUED_AGAIN), "the attempt was given back"
    site.gate.set()
    assert jobagent(tmp_path, "run", "--until-idle").returncode == 0
    assert answer(tmp_path, "status")["applications"] == {"preview_ready": 1}


def test_a_step_that_ends_in_time_is_kept(tmp_path: Path, site: GatedSite) -> None:
    process = in_the_step(tmp_path, site)
    process.send_signal(signal.SIGTERM)
    assert process.stderr is not None
    told = process.stderr.readline()
    assert "end of the running step" in told
    site.gate.set()
    code, talk = end(process)
    assert code == 0, talk
    assert claims(tmp_path) == (["released"], ["fetch"], QUEUED_AGAIN), "kept, and the next step has not begun"
    run = jobagent(tmp_path, "run", "--until-idle")
    began = [json.loads(line)["step"] for line in run.stdout.splitlines() if json.loads(line)["event"] == "step starts"]
    assert began == ["match", "tailor", "letter", "render"]


def test_asking_twice_leaves_at_once(tmp_path: Path, site: GatedSite) -> None:
    process = in_the_step(tmp_path, site)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert "Once more" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    code, talk = end(process)
    assert code == 130, talk
    assert "Nothing is lost" in talk
    assert claims(tmp_path) == (["released"], [], QUEUED_AGAIN)
