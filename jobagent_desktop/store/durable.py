"""Makes files survive a power cut, and takes them into place so that a name means a whole file."""

from __future__ import annotations

import os
from pathlib import Path


def flush_to_disk(path: Path) -> None:
    """Makes a file survive a power cut. Raises `OSError`."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Makes what was renamed into a folder survive a power cut. Raises `OSError`."""
    if os.name == "posix":  # Windows flushes a rename with its file.
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def put_in_place(aside: Path, target: Path) -> None:
    """Gives a file that was written aside its name. Raises `OSError`."""
    flush_to_disk(aside)
    aside.replace(target)
    flush_folder(target.parent)
