"""Runs the real command line in its own process, as a user or a script would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "import sys; from jobagent_desktop.__main__ import cli_main; sys.exit(cli_main())"]


def environment() -> dict[str, str]:
    """The caller's, without settings of the program that may be in it."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("JOBAGENT_")}
    return env | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def jobagent(data: Path, *arguments: str, timeout: float = 120.0) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    return subprocess.run(
        [*COMMAND, "--data-dir", str(data), *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env=environment(),
        stdin=subprocess.DEVNULL,
    )


def start(data: Path, *arguments: str) -> subprocess.Popen[str]:
    """Starts one command; its log lines can be read from stdout."""
    return subprocess.Popen(
        [*COMMAND, "--data-dir", str(data), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        stdin=subprocess.DEVNULL,
    )


def answer(data: Path, *arguments: str) -> Any:
    """The JSON result of a command that must succeed."""
    done = jobagent(data, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
