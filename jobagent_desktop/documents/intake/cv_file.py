"""Reads a CV file of any known format into a resume; runs in the worker process."""

from __future__ import annotations

from pathlib import Path

from jobagent_desktop.documents.json_resume import read_json_resume
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.resume import ImportedCv

MAX_BYTES = 20 * 1024 * 1024


def read_cv(path: str) -> ImportedCv:
    """Raises `Permanent` with a sentence that says what is wrong with the file and what to do about it."""
    data = file_bytes(Path(path))
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return read_json_resume(data)
    raise Permanent("This file cannot be read as a CV. Save it as PDF, DOCX, plain text or JSON Resume and import that file.")


def file_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise Permanent(f"The file {path.name} is not there. Check where it is and choose it again.") from error
    except IsADirectoryError as error:
        raise Permanent(f"{path.name} is a folder. Choose the CV file itself.") from error
    except OSError as error:
        raise Permanent(
            f"The file {path.name} could not be opened: {error.strerror or error}. Close other programs that use it, or copy it elsewhere."
        ) from error
    if not data.strip():
        raise Permanent(f"The file {path.name} is empty. Save the CV again and import the new file.")
    if len(data) > MAX_BYTES:
        raise Permanent(
            f"The file {path.name} is larger than 20 MB, which no CV needs. Export it again without large pictures."
        )
    return data
