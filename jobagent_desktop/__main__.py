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
    from jobagent_desktop.bootstrap import Session, open_workspace

    session = Session(os.environ)
    try:
        return cli.main(
            None, lambda folder, works_queue: session.begin(open_workspace(folder, os.environ), works_queue=works_queue)
        )
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
