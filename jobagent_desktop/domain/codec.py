"""Domain values to JSON text and back, checked on the way in: rows may come from an older or a foreign program."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from jobagent_desktop.domain.errors import Bug

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


@lru_cache(maxsize=64)
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    # Pydantic is imported on first use, because the window is to be seen before; and by way of a module of ours, because of two
    # threads that come here first one then waits for the other. In pydantic's own modules, which import each other, it would
    # find them half made.
    import jobagent_desktop.domain.resume  # noqa: F401  # pyright: ignore[reportUnusedImport]  # isort: skip
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def to_json(value: object) -> str:
    """The value as compact JSON text."""
    return _adapter(type(value)).dump_json(value).decode()


def from_json(kind: type[T], text: str | bytes) -> T:
    """The value that `to_json` wrote. Raises `Bug` when the text does not fit the type."""
    adapter = _adapter(kind)
    from pydantic import ValidationError

    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise Bug(f"A stored {kind.__name__} could not be read. It may come from a newer version of the program.") from error
