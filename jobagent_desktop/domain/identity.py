"""Ids that mean something: the same thing found twice gets the same id, so nothing is done twice.

Forms and lengths follow Appwrite's limits: at most 36 characters, lower case only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ULID_LENGTH = 26

RandomBits = Callable[[int], int]
"""Given a number of bits, a random integer below 2**bits (as `random.getrandbits`)."""


def _base32(value: int) -> str:
    digits = []
    for _ in range(_ULID_LENGTH):
        digits.append(_CROCKFORD[value & 31])
        value >>= 5
    return "".join(reversed(digits))


def ulid(now: datetime, random_bits: RandomBits) -> str:
    """A 26-character lower-case ULID: 48 bits of Unix milliseconds, then 80 random bits."""
    millis = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    return _base32((millis << 80) | random_bits(80))


def keyed_ulid(key: str) -> str:
    """A ULID-shaped id made from a key, for things that must exist once (`preview:<application>`)."""
    return _base32(int.from_bytes(hashlib.sha256(key.encode()).digest()[:16], "big"))


def _hashed(prefix: str, text: str, length: int) -> str:
    return prefix + hashlib.sha256(text.encode()).hexdigest()[:length]


def job_id(source: str, external_id: str) -> str:
    """The id of a posting: the same source and external id always give the same job."""
    return _hashed("j", f"{source}|{external_id}", 31)


def application_id(job: str, profile: str) -> str:
    """The id of one person's application to one job: one posting, one application."""
    return _hashed("a", f"{job}|{profile}", 31)


def file_id(sha256_hex: str) -> str:
    """The id of a stored file, from its content's hash."""
    return "f" + sha256_hex[:35]
