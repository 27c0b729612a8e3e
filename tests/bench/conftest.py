"""Benches: measured numbers beside a limit, or beside a peer in the same run.

    python3 resources/start.py test tests/bench                     all of them (about two minutes)
    python3 resources/start.py test tests/bench/bench_queue.py      one of them

Each prints lines `name value goal ok|short`. A bench fails on a wrong answer, never on a slow one: a busy machine is no defect.
Their files are named `bench_*.py`, and are collected only when this folder, or one of them, is named on the command line; so
the default run of the tests leaves them out.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
Tell = Callable[[str, float, str], None]

if "DISPLAY" not in os.environ and "WAYLAND_DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _is_named(config: pytest.Config) -> bool:
    named = ((config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args)
    return any(path.is_relative_to(HERE) for path in named)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    # pytest itself collects a file that is named outright.
    is_ours = file_path.name.startswith("bench_") and file_path.suffix == ".py" and not parent.session.isinitpath(file_path)
    return pytest.Module.from_parent(parent, path=file_path) if is_ours and _is_named(parent.config) else None


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """Prints one line. The goal is `<=` or `>=` and a number, with its unit: `<=100ms`."""

    def tell(name: str, value: float, goal: str) -> None:
        number = float(goal[2:].rstrip("abcdefghijklmnopqrstuvwxyz/"))
        unit = goal[2:].lstrip("0123456789.")
        is_met = value <= number if goal.startswith("<=") else value >= number
        with capsys.disabled():
            print(f"\n{name} {value:.4g}{unit} {goal} {'ok' if is_met else 'short'}", end="")

    return tell
