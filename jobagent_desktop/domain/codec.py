"""Domain values to JSON text and back, checked on the way in: rows may come from an older or a foreign program."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from jobagent_desktop.domain.errors import Bug

T = TypeVar("T")


@lru_cache(maxsize=64)
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(value: object) -> str:
    """The value as compact JSON text."""
    return _adapter(type(value)).dump_json(value).decode()


def from_json(kind: type[T], text: str | bytes) -> T:
    """The value that `to_json` wrote. Raises `Bug` when the text does not fit the type."""
    try:
        return _adapter(kind).validate_json(text)
    except ValidationError as error:
        raise Bug(f"A stored {kind.__name__} could not be read. It may come from a newer version of the program.") from error
