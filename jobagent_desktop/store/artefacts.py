"""Files that are whole or absent: written aside, flushed, then renamed into one folder per owner."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from jobagent_desktop.domain.changes import StoredFile
from jobagent_desktop.domain.errors import DiskFull, Permanent, ReadOnly, Transient
from jobagent_desktop.domain.identity import file_id
from jobagent_desktop.store.durable import flush_folder

_FULL = (errno.ENOSPC, errno.EDQUOT)
_MIME = {".pdf": "application/pdf", ".json": "application/json", ".txt": "text/plain"}


class FileStore:
    """Implements `Artefacts` below one folder. Names are made of ids only, never of words from outside.

    `make_room` is asked for space when the disk is full, and tells whether it found some.
    """

    def __init__(self, folder: Path, make_room: Callable[[], bool] = lambda: False) -> None:
        self._folder = folder
        self._make_room = make_room

    def path(self, owner_id: str, kind: str, suffix: str, identity: str) -> Path:
        """Where a file of this owner lies, or would."""
        return self._folder / owner_id / f"{kind}-{identity}{suffix}"

    async def save(self, owner_id: str, kind: str, suffix: str, content: bytes) -> StoredFile:
        digest = hashlib.sha256(content).hexdigest()
        identity = file_id(digest)
        path = self.path(owner_id, kind, suffix, identity)
        try:
            await asyncio.to_thread(_write_whole, path, content)
        except ReadOnly:
            raise
        except DiskFull:
            if not self._make_room():
                raise
            await asyncio.to_thread(_write_whole, path, content)
        name = path.relative_to(self._folder).as_posix()
        mime = _MIME.get(suffix, "application/octet-stream")
        return StoredFile(identity, kind, name, mime, len(content), digest, owner_id)

    async def read(self, owner_id: str, kind: str, suffix: str, identity: str) -> bytes:
        try:
            content = await asyncio.to_thread(self.path(owner_id, kind, suffix, identity).read_bytes)
        except OSError as error:
            raise Permanent("A document of this application is missing on disk. Prepare the application again.") from error
        if file_id(hashlib.sha256(content).hexdigest()) != identity:
            raise Permanent("A document of this application was changed on disk. Prepare the application again.")
        return content


def _write_whole(path: Path, content: bytes) -> None:
    """The name is the content's, so a whole file of this name need not be written again. Raises `DiskFull`, `ReadOnly`,
    `Transient`.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        if path.exists() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        flush_folder(path.parent)
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull("The disk is full. Free some space; the program then goes on by itself.") from error
        if error.errno == errno.EROFS:
            raise ReadOnly(
                f"The disk of {path.parent} is read-only. Mount it for writing; nothing is lost, and the program then goes on."
            ) from error
        raise Transient(
            f"A document could not be written to {path.parent}. Check that its disk is there and that you may write there."
        ) from error
