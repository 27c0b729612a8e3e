"""What `doctor` looks at: one probe for each thing the program needs, each answered with a sentence."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable
from contextlib import closing

from jobagent_desktop import __version__
from jobagent_desktop.config import DataPaths, resource
from jobagent_desktop.domain.errors import AgentError, Permanent
from jobagent_desktop.services.ports import Queries

Check = tuple[str, bool, str]
"""What was looked at, whether it is well, and a sentence."""

NEEDED = ("templates/cv.typ", "templates/letter.typ", "fonts", "demo")


def check_all(paths: DataPaths, open_queries: Callable[[], Queries]) -> list[Check]:
    """Looks at everything the program needs in this data folder. What fails is told, not raised."""
    probes: dict[str, Callable[[], str]] = {
        "Program": lambda: f"{__version__} on Python {platform.python_version()}, {platform.platform()}",
        "Data folder": lambda: _data_folder(paths),
        "Database": lambda: _database(paths),
        "Resources": _resources,
        "Keyring": _keyring,
        "Queue": lambda: _queue(open_queries),
    }
    return [_check(name, probe) for name, probe in probes.items()]


def _check(name: str, probe: Callable[[], str]) -> Check:
    try:
        return name, True, probe()
    except (AgentError, OSError, ImportError) as error:
        return name, False, error.sentence if isinstance(error, AgentError) else str(error)


def _data_folder(paths: DataPaths) -> str:
    with tempfile.TemporaryFile(dir=paths.root):
        return f"{paths.root} can be written"


def _database(paths: DataPaths) -> str:
    from jobagent_desktop.store.connection import check_integrity

    return check_integrity(paths.database)


def _resources() -> str:
    missing = [name for name in NEEDED if not resource(name).exists()]
    if missing:
        raise Permanent(f"The installation is incomplete: {', '.join(missing)} is missing. Install the program again.")
    return f"{resource()} is complete"


def _keyring() -> str:
    from jobagent_desktop.desktop.keyring import Secrets
    from jobagent_desktop.desktop.redaction import Redactor

    try:
        Secrets(Redactor()).get("doctor")
    except AgentError as error:
        return f"not usable, which is fine while no key is set ({error.sentence})"
    return "usable"


def _queue(open_queries: Callable[[], Queries]) -> str:
    from jobagent_desktop.store.connection import typed_failures

    with typed_failures(), closing(open_queries()) as queries:
        counts = queries.counts()
    return "paused" if counts.paused else f"{sum(counts.tasks.values())} tasks known"
