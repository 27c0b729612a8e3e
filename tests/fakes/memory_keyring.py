"""A keyring in memory, chosen by `PYTHON_KEYRING_BACKEND=tests.fakes.memory_keyring.MemoryKeyring`."""

from __future__ import annotations

from typing import ClassVar

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Holds entries as Windows would: none longer than 2,560 bytes in UTF-16.

    Class attributes:
        entries: by service and name; every instance of the process shares them, as a system's keyring does.
        locked: whether the user refuses to unlock it.
        forgetful: whether it loses what it is given, as keyring's null backend does.
    """

    priority = 1  # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride]  a class property there

    entries: ClassVar[dict[tuple[str, str], str]] = {}
    locked: ClassVar[bool] = False
    forgetful: ClassVar[bool] = False

    @classmethod
    def reset(cls) -> None:
        cls.entries.clear()
        cls.locked = cls.forgetful = False

    def _check(self) -> None:
        if type(self).locked:
            raise KeyringLocked("Failed to unlock the collection!")

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        if len(password.encode("utf-16-le")) > 2560:
            raise OSError(1783, "CredWrite", "The stub received bad data")
        if not type(self).forgetful:
            self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError(service)
