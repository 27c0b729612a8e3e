"""The door: arguments, logs and crash hooks, one instance; then `bootstrap` builds the rest."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path


def cli_main() -> int:
    """`jobagent-cli`. Imports no Qt."""
    multiprocessing.freeze_support()
    from jobagent_desktop import cli
    from jobagent_desktop.bootstrap import Session, Workspace, open_workspace

    session = Session(os.environ)

    def open_for(folder: Path | None, works_queue: bool) -> Workspace:
        workspace = open_workspace(folder, os.environ)
        return session.begin(workspace, works_queue=works_queue, role="run" if works_queue else "cli")

    try:
        return cli.main(None, open_for)
    finally:
        session.end()


def main() -> int:
    """`jobagent`: the window."""
    multiprocessing.freeze_support()
    from jobagent_desktop.bootstrap import run_window

    return run_window(sys.argv, os.environ)


if __name__ == "__main__":
    if Path(sys.argv[0]).stem.startswith("jobagent-cli"):
        sys.exit(cli_main())
    sys.exit(main())
