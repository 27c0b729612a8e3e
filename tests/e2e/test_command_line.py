"""The command line as a user meets it: results on stdout, sentences on stderr, exit codes, and bad input of every kind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jobagent_desktop.config import resource
from tests.fakes import command_line
from tests.fakes.command_line import answer, environment, jobagent, start
from tests.job_board.faulty_board import FaultyBoard, Route

pytestmark = pytest.mark.e2e

CV = str(resource("demo", "cv.pdf"))
POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Backend Engineer",
    "description": "<p>We look for Python and PostgreSQL.</p>",
    "hiringOrganization": {"@type": "Organization", "name": "Northwind"},
    "identifier": {"@type": "PropertyValue", "name": "Northwind", "value": "42"},
    "jobLocation": {"@type": "Place", "address": {"addressLocality": "Gdańsk", "addressCountry": "PL"}},
}


def posting_page(**changes: object) -> Route:
    data = json.dumps(POSTING | changes)
    return Route(body=f'<html><head><script type="application/ld+json">{data}</script></head><body>A job</body></html>')


@pytest.fixture(scope="module")
def with_cv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    done = jobagent(folder, "import-cv", CV)
    assert done.returncode == 0, done.stderr
    assert "Marta Nowak" in done.stdout
    return folder


def test_one_posting_from_its_address_to_approved_documents(tmp_path: Path) -> None:
    assert jobagent(tmp_path, "import-cv", CV).returncode == 0
    with FaultyBoard() as board:
        board.add("/jobs/42", posting_page())
        application = answer(tmp_path, "add", board.url("/jobs/42"))["id"]
        again = answer(tmp_path, "add", board.url("/jobs/42?utm_source=mail"))["id"]
    assert again == application, "the same posting twice is one application"
    assert jobagent(tmp_path, "approve", application).returncode == 1, "there is no preview yet"
    run = jobagent(tmp_path, "run", "--until-idle")
    assert run.returncode == 0, run.stderr
    assert all(json.loads(line)["ts"] for line in run.stdout.splitlines()), "the log is JSON lines on stdout"
    shown = answer(tmp_path, "show", application[:8])
    assert (shown["status"], shown["progress"]) == ("preview_ready", 100)
    assert Path(shown["files"]["cv"]).read_bytes().startswith(b"%PDF")
    assert jobagent(tmp_path, "approve", application[:8]).stdout == "Approved.\n"
    assert answer(tmp_path, "status") == {
        "applications": {"approved": 1},
        "tasks": {"done": 1},
        "breaker": {"scope": "scraping", "state": "closed", "failures": 0, "opened_until": None, "reason": ""},
        "sync": {"state": "embedded"},
        "paused": False,
    }
    assert "Northwind" in jobagent(tmp_path, "show", application).stdout
    assert jobagent(tmp_path, "doctor").returncode == 0


def test_a_new_folder_is_an_empty_program(tmp_path: Path) -> None:
    status = answer(tmp_path / "not there yet", "status")
    assert status["applications"] == {} and status["tasks"] == {}
    assert answer(tmp_path / "not there yet", "list") == []
    assert jobagent(tmp_path / "not there yet", "run", "--until-idle").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["search", "--careers-url", "https://careers.example.org/jobs"], "does not know this kind of careers page"),
        (["search", "--careers-url", "file:///etc/passwd"], "opens only web addresses"),
        (["add", "javascript:alert(1)"], "opens only web addresses"),
        (["skip", ""], "at least the first 4"),
        (["approve", "nobody"], "no application with the id"),
    ],
)
def test_bad_addresses_and_ids_are_refused_in_a_sentence(with_cv: Path, arguments: list[str], sentence: str) -> None:
    done = jobagent(with_cv, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("path", "sentence"), [("/404", "no longer online"), ("/silent", "took too long to answer")])
def test_a_page_that_fails_is_a_sentence_and_loses_nothing(
    with_cv: Path, path: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "environment", lambda: environment() | {"JOBAGENT_REQUEST_TIMEOUT_S": "1"})
    with FaultyBoard() as board:
        done = jobagent(with_cv, "add", board.url(path))
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert answer(with_cv, "status")["applications"] == {}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.pdf", b"", "empty"),
        ("recipe.txt", b"Apple pie\n\nTake four apples and a pound of flour. Bake for an hour.\n", "CV"),
    ],
)
def test_a_file_that_is_no_cv_is_refused_and_the_profile_stays(
    with_cv: Path, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    done = jobagent(with_cv, "import-cv", str(tmp_path / name))
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr


def test_a_missing_file_and_a_missing_cv_say_what_to_do(tmp_path: Path) -> None:
    missing = jobagent(tmp_path, "import-cv", str(tmp_path / "cv.pdf"))
    assert missing.returncode == 1
    assert "cv.pdf" in missing.stderr or "file" in missing.stderr
    search = jobagent(tmp_path, "search", "--board", "demo")
    assert search.returncode == 1
    assert "Import your CV first" in search.stderr


def test_a_wrong_setting_names_its_key_and_a_secret_is_sent_to_the_keyring(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("parallel_preview = 2\n", "utf-8")
    wrong = jobagent(tmp_path, "status")
    assert wrong.returncode == 1
    assert "parallel_preview" in wrong.stderr
    (tmp_path / "settings.toml").write_text('api_key = "sk-123456"\n', "utf-8")
    secret = jobagent(tmp_path, "status")
    assert secret.returncode == 1
    assert "keyring" in secret.stderr and "sk-123456" not in secret.stderr


def test_usage_errors_are_exit_code_two(tmp_path: Path) -> None:
    assert jobagent(tmp_path, "dance").returncode == 2
    assert jobagent(tmp_path, "add").returncode == 2
    assert jobagent(tmp_path, "cancel").returncode == 2, "one, or --all"
    assert jobagent(tmp_path, "cancel", "a1b2c3", "--all").returncode == 2


def test_a_polite_signal_ends_a_running_worker_in_order(with_cv: Path) -> None:
    process = start(with_cv, "run")
    assert process.stderr is not None and process.stdout is not None
    while True:  # the queue is being worked once the schedule has looked at it
        if any((with_cv / "workers").glob("*.lock")):
            break
        assert process.poll() is None
        os.sched_yield()
    process.send_signal(signal.SIGTERM)
    _, talk = process.communicate(timeout=30)
    # 0 once it works; before that the signal simply ends it.
    assert process.returncode in {0, -signal.SIGTERM}, talk
    assert answer(with_cv, "status")["tasks"].get("processing") is None


def test_the_command_line_loads_no_qt(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['jobagent-cli', '--data-dir', sys.argv[1], 'doctor'];"
        "from jobagent_desktop.__main__ import cli_main; code = cli_main();"
        "sys.exit(code or any(name.startswith(('PySide6', 'shiboken6')) for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env=environment(), check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
