"""From the start of the process to the first painted window, beside a window with nothing in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from tests.bench.conftest import Tell

ROUNDS = 3
CHILD = Path(__file__).with_name("first_paint.py")
ROOT = Path(__file__).resolve().parents[2]


def first_paint_ms(*arguments: str) -> float:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(CHILD), *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=True,
    )
    # The monotonic clock is the system's: the child's and ours are one.
    return (float(next(line for line in done.stdout.splitlines() if line.startswith("painted ")).split()[1]) - started) * 1000


def test_from_start_to_first_paint(tmp_path: Path, tell: Tell) -> None:
    first = first_paint_ms("program", str(tmp_path))  # makes the database
    ours, bare = list[float](), list[float]()
    for _ in range(ROUNDS):
        bare.append(first_paint_ms("bare"))
        ours.append(first_paint_ms("program", str(tmp_path)))
    tell("start.very_first", first, "<=3000ms")
    tell("start.first_paint", median(ours), "<=1500ms")
    tell("start.bare_window", median(bare), "<=1500ms")
    tell("start.slower_than_bare_window", median(ours) / median(bare), "<=3x")
