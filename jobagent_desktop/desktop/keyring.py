"""Secrets in the operating system's keyring, and nowhere else.

Calls may wait for the user (the system asks to unlock the keyring), so they belong on no event loop.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jobagent_desktop.config import APP_NAME
from jobagent_desktop.desktop.redaction import Redactor
from jobagent_desktop.domain.errors import Bug, NeedsUser

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PART_CHARACTERS = 600
"""Longest piece in one entry: Windows' Credential Manager holds 2,560 bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE), keyring writes
UTF-16 there, and a character takes up to 4 bytes in it."""
MAX_PARTS = 64
_IN_PARTS = "in-parts:1:"
_HEADER = re.compile(r"in-parts:1:(?P<set>[ab]):(?P<count>[0-9]{1,2})")
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


class Secrets:
    """Secrets by name, under the program's service in the system's keyring.

    Every secret that passes through here is told to the redactor, so that no log shows it. A secret longer than one entry may
    be on Windows is kept in numbered parts, on every system alike.
    """

    def __init__(self, redactor: Redactor, service: str = APP_NAME) -> None:
        self._redactor = redactor
        self._service = service

    def __repr__(self) -> str:
        return f"<Secrets of {self._service}>"

    def get(self, name: str) -> str | None:
        """The secret, or None when there is none. Raises `NeedsUser` when there is no usable keyring, or it stays locked."""
        with self._keyring() as keyring:
            value = self._read(keyring, _checked(name))
        if value is not None:
            self._redactor.hide(value)
        return value

    def set(self, name: str, value: str) -> None:
        """Stores the secret and reads it back. Raises `NeedsUser` when the keyring does not keep it."""
        _checked(name)
        if not value:
            raise NeedsUser("There is nothing to store: the secret is empty.")
        self._redactor.hide(value)
        with self._keyring() as keyring:
            header = keyring.get_password(self._service, name)
            before = _HEADER.fullmatch(header or "")
            if len(value) <= PART_CHARACTERS and not value.startswith(_IN_PARTS):
                keyring.set_password(self._service, name, value)
            else:
                # The new parts beside the old ones, then the header, which decides: at any instant one of the two is whole.
                letter = "b" if before and before["set"] == "a" else "a"
                parts = [value[i : i + PART_CHARACTERS] for i in range(0, len(value), PART_CHARACTERS)]
                if len(parts) > MAX_PARTS:
                    raise NeedsUser(
                        f"This secret is longer than {MAX_PARTS * PART_CHARACTERS} characters, so it is hardly one."
                    )
                for number, part in enumerate(parts):
                    keyring.set_password(self._service, _part_name(name, letter, number), part)
                keyring.set_password(self._service, name, f"{_IN_PARTS}{letter}:{len(parts)}")
            kept = self._read(keyring, name)
            if before:
                self._delete_parts(keyring, name, before)
        if kept != value:
            raise NeedsUser(
                f"The system's keyring ({type(keyring).__name__}) did not keep the secret. Please check its settings."
            )

    def delete(self, name: str) -> None:
        """Forgets the secret; nothing when there is none. Raises `NeedsUser` when there is no usable keyring."""
        with self._keyring() as keyring:
            header = keyring.get_password(self._service, _checked(name))
            if header is None:
                return
            keyring.delete_password(self._service, name)
            found = _HEADER.fullmatch(header)
            if found:
                self._delete_parts(keyring, name, found)

    def _read(self, keyring: KeyringBackend, name: str) -> str | None:
        value = keyring.get_password(self._service, name)
        found = _HEADER.fullmatch(value or "")
        if value is None or not found:
            return value
        parts = [keyring.get_password(self._service, _part_name(name, found["set"], n)) for n in range(int(found["count"]))]
        if any(part is None for part in parts):
            return None  # somebody removed an entry by hand: what is left is no secret
        return "".join(part or "" for part in parts)

    def _delete_parts(self, keyring: KeyringBackend, name: str, header: re.Match[str]) -> None:
        for number in range(int(header["count"])):
            part = _part_name(name, header["set"], number)
            if keyring.get_password(self._service, part) is not None:
                keyring.delete_password(self._service, part)

    @contextmanager
    def _keyring(self) -> Generator[KeyringBackend]:
        """The system's keyring; its failures become sentences. Never with the library's message: it might repeat the secret."""
        import keyring
        from keyring import errors

        try:
            backend = keyring.get_keyring()
            if "plaintext" in type(backend).__name__.lower():
                raise NeedsUser(
                    "The keyring chosen for Python writes secrets to a plain file. Please choose the system's keyring."
                )
            yield backend
        except (NeedsUser, Bug):
            raise
        except errors.KeyringLocked as error:
            raise NeedsUser("The system's keyring is locked. Please unlock it and try again.") from error
        except errors.NoKeyringError as error:
            raise NeedsUser(
                "This system has no keyring where a secret could be kept. On Linux please install and start one (for example "
                "gnome-keyring or KWallet); the program works without, but cannot keep keys."
            ) from error
        except Exception as error:
            raise NeedsUser(
                f"The system's keyring did not answer as it should ({type(error).__name__}). Please check that it runs and is "
                "unlocked, and try again."
            ) from error


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Bug("The name of a secret may hold small letters, digits, dots, hyphens and underscores.")
    return name


def _part_name(name: str, letter: str, number: int) -> str:
    return f"{name}#{letter}{number}"
