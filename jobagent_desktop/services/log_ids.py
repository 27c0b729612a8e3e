"""Which task, application and machine the running code works for, so that every log line it causes can say so."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})
_ids: ContextVar[Mapping[str, str]] = ContextVar("log_ids", default=_NOTHING)


@contextmanager
def bind_ids(**ids: str | None) -> Generator[None]:
    """Every line logged inside, by whomever, carries these ids: `with bind_ids(task_id=..., application_id=...)`.

    They follow the flow of control: into coroutines, tasks made inside and `asyncio.to_thread`, but not into a bare thread.
    None leaves an id as it is.
    """
    token = _ids.set({**_ids.get(), **{name: value for name, value in ids.items() if value is not None}})
    try:
        yield
    finally:
        _ids.reset(token)


def bound_ids() -> Mapping[str, str]:
    """The ids bound here."""
    return _ids.get()
