"""Locks that the operating system takes back when a process ends, however it ends: they tell a dead worker from a busy one.

A lock belongs to the open file, not to the process (`flock`, `LockFileEx`). So a second look from the
same process sees it held, a stopped process keeps it, and children do not inherit it: Python's descriptors close on `exec`.
Local disks only.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from jobagent_desktop.domain.errors import Bug

_LOCK_BYTE = 4096
"""Where Windows locks: others cannot read a locked byte, so it lies behind the process id that people may want to read."""
_NONCE = re.compile(r"[A-Za-z0-9_-]{1,64}")


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    # LockFileEx itself: msvcrt.locking knows no shared locks, and waits by trying once a second.
    _FAIL_IMMEDIATELY, _EXCLUSIVE, _LOCK_VIOLATION = 1, 2, 33

    class _Overlapped(ctypes.Structure):
        _fields_ = (
            ("Internal", ctypes.c_void_p),
            ("InternalHigh", ctypes.c_void_p),
            ("Offset", wintypes.DWORD),
            ("OffsetHigh", wintypes.DWORD),
            ("hEvent", wintypes.HANDLE),
        )

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _LockFileEx = _kernel.LockFileEx
    _LockFileEx.argtypes = (wintypes.HANDLE, *[wintypes.DWORD] * 4, ctypes.POINTER(_Overlapped))
    _UnlockFileEx = _kernel.UnlockFileEx
    _UnlockFileEx.argtypes = (wintypes.HANDLE, *[wintypes.DWORD] * 3, ctypes.POINTER(_Overlapped))

    def _lock_byte(descriptor: int, flags: int) -> bool:
        where = _Overlapped(Offset=_LOCK_BYTE)
        if _LockFileEx(msvcrt.get_osfhandle(descriptor), flags, 0, 1, 0, ctypes.byref(where)):
            return True
        code = ctypes.get_last_error()
        if code == _LOCK_VIOLATION:
            return False
        raise ctypes.WinError(code)

    def _try_lock(descriptor: int, *, shared: bool) -> bool:
        return _lock_byte(descriptor, _FAIL_IMMEDIATELY | (0 if shared else _EXCLUSIVE))

    def _lock(descriptor: int) -> None:
        _lock_byte(descriptor, _EXCLUSIVE)

    def _unlock(descriptor: int) -> None:
        where = _Overlapped(Offset=_LOCK_BYTE)
        if not _UnlockFileEx(msvcrt.get_osfhandle(descriptor), 0, 1, 0, ctypes.byref(where)):
            raise ctypes.WinError(ctypes.get_last_error())

else:
    import fcntl

    def _try_lock(descriptor: int, *, shared: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _same_file(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one at this path: it may have been removed between opening and locking."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


class FileLock:
    """One file, locked while this object holds it. The file itself stays.

    Attributes:
        path: the file; it holds the owner's process id, for people.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def try_acquire(self) -> bool:
        """Takes the lock if nobody has it. Raises `OSError` when the file cannot be made."""
        while True:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            if not _try_lock(descriptor, shared=False):
                os.close(descriptor)
                return False
            if self._keep(descriptor):
                return True

    def acquire(self) -> None:
        """Takes the lock, waiting for a passer-by who only looks. Raises `OSError` when the file cannot be made."""
        while True:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            _lock(descriptor)
            if self._keep(descriptor):
                return

    def _keep(self, descriptor: int) -> bool:
        if not _same_file(descriptor, self.path):
            os.close(descriptor)
            return False
        try:
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Gives the lock back; nothing when it is not held."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            _unlock(descriptor)
            os.close(descriptor)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()


def worker_lock_path(folder: Path, nonce: str) -> Path:
    """Where the lock of the worker with this nonce lies. Nonces come from rows: one that names another place is a `Bug`."""
    if not _NONCE.fullmatch(nonce):
        raise Bug("A worker's nonce is not one.")
    return folder / f"{nonce}.lock"


class WorkerLock:
    """The sign that a worker lives: `{nonce}.lock` in the workers' folder, locked for the life of the process.

    Take it before the first claim and keep it; `release` after the last claim has ended removes the file.
    """

    def __init__(self, folder: Path, nonce: str) -> None:
        self.nonce = nonce
        self._lock = FileLock(worker_lock_path(folder, nonce))

    def acquire(self) -> None:
        """Creates and locks the file. Raises `OSError` when the folder cannot be written."""
        self._lock.acquire()

    def release(self) -> None:
        self._lock.release()
        forget(self._lock.path.parent, self.nonce)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()


def is_abandoned(folder: Path, nonce: str) -> bool:
    """Whether the worker with this nonce *on this machine* is gone: its file is missing, or its lock can be taken.

    Never true for a lock that is held, by this process or by a stopped one.
    """
    try:
        descriptor = os.open(worker_lock_path(folder, nonce), os.O_RDWR)
    except FileNotFoundError:
        return True
    except PermissionError:
        return False  # Windows, while somebody removes it: the next look finds it gone
    try:
        # Shared, so that two who look do not hinder each other.
        if not _try_lock(descriptor, shared=True):
            return False
        _unlock(descriptor)
        return True
    finally:
        os.close(descriptor)


def forget(folder: Path, nonce: str) -> bool:
    """Removes the file of an abandoned worker. False when there is none, or when its worker lives."""
    path = worker_lock_path(folder, nonce)
    try:
        descriptor = os.open(path, os.O_RDWR)
    except (FileNotFoundError, PermissionError):
        return False
    try:
        if not _try_lock(descriptor, shared=False):
            return False
        if sys.platform != "win32":
            if not _same_file(descriptor, path):
                return False
            path.unlink()  # while it is locked: whoever is about to lock it sees that it is gone, and makes a new one
            return True
    finally:
        os.close(descriptor)
    try:
        path.unlink()  # Windows removes no open file, neither ours nor a living worker's
    except (FileNotFoundError, PermissionError):
        return False
    return True
