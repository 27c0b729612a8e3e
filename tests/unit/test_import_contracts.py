"""The layers hold: who may import whom stands in pyproject.toml, and nothing that the command line reaches loads Qt."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_every_contract_is_kept() -> None:
    done = run_python("from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " kept, 0 broken" in done.stdout


def test_the_command_line_loads_no_qt_and_nothing_heavy_at_its_start() -> None:
    heavy = "PySide6 shiboken6 numpy lxml typst docx pypdfium2 ats_scrapers pandas keyring httpx"
    done = run_python(
        "import sys\n"
        "import jobagent_desktop.bootstrap, jobagent_desktop.cli, jobagent_desktop.__main__\n"
        f"print([name for name in '{heavy}'.split() if name in sys.modules])"
    )
    assert done.stdout == "[]\n", done.stdout + done.stderr
