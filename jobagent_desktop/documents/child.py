"""What runs inside the document process: reads requests from a pipe, answers them one by one, ends when the pipe closes.

Imports no window code and, until the first request, none of the heavy libraries.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from typing import Any

from jobagent_desktop.documents.memory_limit import limit_own_memory
from jobagent_desktop.documents.wire import Answer, Outcome, Request
from jobagent_desktop.domain.draft import CoverLetter, TailoredCv
from jobagent_desktop.domain.errors import AgentError, Permanent, Transient
from jobagent_desktop.domain.resume import ImportedCv
from jobagent_desktop.services.ports import RenderedPdf

log = logging.getLogger(__name__)

_TOO_LARGE = (
    "The document was given up: it needs more memory than any CV does. Save it again without pictures and drawings, or as "
    "plain text, and import the new file."
)


def serve(pipe: Connection) -> None:
    """The process's main function. Returns when the other end of the pipe is closed, however that came about."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; it closes the pipe.
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    try:
        limit_own_memory()
    except OSError:  # a system that sets limits of its own; the work itself does not need ours
        log.warning("The memory of the document process could not be limited.", exc_info=True)
    functions = Desk().functions()
    while True:
        try:
            request: Request = pipe.recv()
        except (EOFError, OSError):
            return
        answer = _answer(functions, request)
        try:
            pipe.send(answer)
        except OSError:  # the parent is gone, or has let this process go
            return


def _end_with_parent() -> None:
    """Ends this process with its parent even in the middle of a job, so that a killed program leaves nothing behind."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _answer(functions: Mapping[str, Callable[..., Any]], request: Request) -> Answer:
    try:
        return Answer(Outcome.DONE, functions[request.function](*request.arguments))
    except AgentError as error:
        outcome = Outcome.TRANSIENT if isinstance(error, Transient) else Outcome.PERMANENT
        if not isinstance(error, Transient | Permanent):
            outcome = Outcome.BUG
        return Answer(outcome, error.sentence, traceback.format_exc())
    except MemoryError:
        return Answer(Outcome.PERMANENT, _TOO_LARGE, traceback.format_exc())
    except Exception as error:  # noqa: BLE001 # error boundary: the parent reports it as a bug, the process goes on
        return Answer(Outcome.BUG, f"{type(error).__name__}: {error}", traceback.format_exc())


class Desk:
    """The functions that can be asked for. Builds what they share (fonts, templates) on first use."""

    def __init__(self) -> None:
        from jobagent_desktop.config import resource
        from jobagent_desktop.documents.rendering import Renderer

        self._renderer = Renderer(resource("templates"), resource("fonts"))

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        return {
            "warm_up": self.warm_up,
            "read_cv": self.read_cv,
            "render_cv": self.render_cv,
            "render_letter": self.render_letter,
            "draw_pages": self.draw_pages,
        }

    def warm_up(self) -> None:
        """Loads the libraries and compiles both templates once, so that the first real document takes milliseconds."""
        self._renderer.warm_up()

    def read_cv(self, path: str) -> ImportedCv:
        from jobagent_desktop.documents.intake import read_cv

        return read_cv(path)

    def render_cv(self, cv: TailoredCv) -> RenderedPdf:
        return self._renderer.cv(cv)

    def render_letter(self, letter: CoverLetter, on: datetime) -> RenderedPdf:
        return self._renderer.letter(letter, on)

    def draw_pages(self, pdf: bytes, width: int) -> tuple[bytes, ...]:
        from jobagent_desktop.documents.drawing import draw_pages

        return draw_pages(pdf, width)
