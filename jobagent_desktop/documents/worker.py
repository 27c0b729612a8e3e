"""The `Documents` port: every document is read, rendered and drawn in one process apart, so that nothing here blocks the loop.

Under PyInstaller the process is the program's own executable started again; `multiprocessing.freeze_support()` in the door
makes it a worker before anything else is imported.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from jobagent_desktop.documents.child import serve
from jobagent_desktop.documents.process import OneProcess, ProcessDied, ProcessHung
from jobagent_desktop.documents.wire import Answer, Outcome, Request
from jobagent_desktop.domain.draft import CoverLetter, TailoredCv
from jobagent_desktop.domain.errors import AgentError, Bug, Permanent, Transient
from jobagent_desktop.domain.resume import ImportedCv
from jobagent_desktop.services.ports import RenderedPdf

_Result = TypeVar("_Result")

_RENDER_LOST = "The document could not be made: the document engine stopped while working on it. It is tried again."


class _InWorker(Exception):
    """The traceback of what went wrong in the process; the cause of the error that the caller sees."""


class DocumentWorker:
    """Implements `Documents`.

    A file that makes the process die or hang will do so again, so reading and drawing fail for good (`Permanent`).
    Rendering works on our own data: when the process dies there, something outside took it (memory, a cleaner), and the step is
    worth another try (`Transient`); the scheduler limits the tries.

    Attributes:
        call_timeout: seconds that one document may take before the process is killed.
        idle_s: seconds without work after which the process is let go.
    """

    def __init__(self, call_timeout: float = 60.0, idle_s: float = 300.0) -> None:
        self._process = OneProcess(serve, call_timeout=call_timeout, idle_s=idle_s)

    @property
    def pid(self) -> int | None:
        """The worker process's id, while there is one."""
        return self._process.pid

    async def start(self) -> None:
        """Starts the process and warms it up. Raises `Transient` when it cannot be started."""
        await self._ask("warm_up", (), type(None), Transient("The document engine could not be started. It is tried again."))

    async def read_cv(self, path: str) -> ImportedCv:
        """Raises `Permanent` with a sentence: not found, too big, scanned, encrypted, damaged, not a CV."""
        lost = Permanent(
            "The CV could not be read: the document engine stopped while working on this file. "
            "Save the CV again as PDF or DOCX and import the new file."
        )
        return await self._ask("read_cv", (path,), ImportedCv, lost)

    async def render_cv(self, cv: TailoredCv) -> RenderedPdf:
        """Raises `Permanent` when no font can show the text, `Transient` when the process died."""
        return await self._ask("render_cv", (cv,), RenderedPdf, Transient(_RENDER_LOST))

    async def render_letter(self, letter: CoverLetter, on: datetime) -> RenderedPdf:
        """As `render_cv`; `on` is the date that the letter bears."""
        return await self._ask("render_letter", (letter, on), RenderedPdf, Transient(_RENDER_LOST))

    async def draw_pages(self, pdf: bytes, width: int) -> tuple[bytes, ...]:
        """PNG bytes of at most 20 pages, `width` pixels wide (kept within 100-3000). Raises `Permanent` for a damaged PDF."""
        lost = Permanent("The document could not be drawn: the document engine stopped while working on it.")
        return await self._ask("draw_pages", (pdf, width), tuple, lost)

    async def aclose(self) -> None:
        """Ends the process after the document it is working on."""
        await self._process.aclose()

    async def _ask(self, function: str, arguments: tuple[object, ...], result: type[_Result], lost: AgentError) -> _Result:
        """Asks the process; `lost` is raised when it died on the way or took too long."""
        try:
            answer = await self._process.call(Request(function, arguments))
        except ProcessHung as error:
            raise Permanent(
                "The document was given up: the document engine worked on it for too long. Try a simpler or shorter document."
            ) from error
        except (ProcessDied, OSError) as error:
            raise lost from error
        if not isinstance(answer, Answer):
            raise Bug("The document engine gave an answer of the wrong kind.")
        if answer.outcome is Outcome.DONE and isinstance(answer.value, result):
            return answer.value
        cause = _InWorker(answer.trace)
        if answer.outcome is Outcome.PERMANENT:
            raise Permanent(answer.value) from cause
        if answer.outcome is Outcome.TRANSIENT:
            raise Transient(answer.value) from cause
        raise Bug("The document engine met a mistake of its own; the details are in the log.") from cause
