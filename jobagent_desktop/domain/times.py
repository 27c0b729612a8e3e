"""Times as text, in the one form that rows hold: ISO 8601, UTC, milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime


def to_iso(moment: datetime) -> str:
    """`2026-01-01T00:00:00.000+00:00`: sorts as text, and is what an Appwrite server answers."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def from_iso(text: str) -> datetime:
    """Raises `ValueError` when the text is no time."""
    return datetime.fromisoformat(text)
