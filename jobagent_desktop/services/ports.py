"""What the services need from outside, as Protocols. Adapters implement them; only `bootstrap` joins the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from jobagent_desktop.domain.breaker import Breaker
from jobagent_desktop.domain.commands import Command
from jobagent_desktop.domain.draft import Coverage, CoverLetter, TailoredCv
from jobagent_desktop.domain.event import Event
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import ImportedCv, Profile, Resume
from jobagent_desktop.domain.views import Counts, JobDetail, JobFilter, JobRow, SearchView


class Clock(Protocol):
    """Time, passed in so that a test can hold it still."""

    def now(self) -> datetime:
        """The wall clock, timezone-aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump; only differences mean something."""
        ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source answered. `notes` are sentences for the user (one page could not be read ...).

    `is_complete`: every open posting of the source is in it, so one that is absent may be taken as closed.
    """

    name: str
    postings: tuple[Posting, ...]
    notes: tuple[str, ...] = ()
    is_complete: bool = True


class Sources(Protocol):
    """Where postings come from.

    Every call maps its failures to `domain.errors`: `Transient` (no network, time-out, 5xx), `Blocked` (403, 429, 999,
    challenge page, structure gone), `Permanent` (unknown kind of URL, not a posting), `PostingGone` (404, 410, expired).
    """

    def check(self, url: str) -> str:
        """A name for what a careers URL or board (`demo`) points at. Raises `Permanent` when no source knows it. No network."""
        ...

    async def listing(self, url: str) -> Listing:
        """All open postings at a careers URL, or of the board `demo`."""
        ...

    async def posting(self, url: str) -> Posting:
        """The one posting at this address."""
        ...

    async def refresh(self, posting: Posting) -> Posting:
        """The posting as it is now, complete."""
        ...

    async def browser_url(self, posting: Posting) -> str:
        """The http(s) address at which a browser shows the posting now. Raises `Permanent` when it has none."""
        ...

    async def aclose(self) -> None: ...


class Thinker(Protocol):
    """Reads and writes text for one person. The offline engine today; a model behind the same door later."""

    name: str

    def match(self, profile: Profile, posting: Posting) -> Match: ...

    def tailor(self, profile: Profile, posting: Posting) -> TailoredCv: ...

    def letter(self, profile: Profile, posting: Posting, match: Match, on: datetime) -> CoverLetter: ...

    def coverage(self, posting: Posting, resume: Resume, before: str, after: str) -> Coverage:
        """How well two texts cover the posting's terms: the user's whole CV, and the text extracted from the new PDF."""
        ...


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A PDF and the text that extractors find in it, in reading order."""

    data: bytes
    text: str
    pages: int


class Documents(Protocol):
    """Documents in and out. Runs in a worker process: nothing here blocks the loop."""

    async def start(self) -> None:
        """Make the worker ready, so that its start-up is nobody's step."""
        ...

    async def read_cv(self, path: str) -> ImportedCv:
        """Reads PDF, DOCX, text or JSON Resume. Raises `Permanent` with a sentence (scanned, empty, not a CV ...)."""
        ...

    async def render_cv(self, cv: TailoredCv) -> RenderedPdf: ...

    async def render_letter(self, letter: CoverLetter, on: datetime) -> RenderedPdf: ...

    async def draw_pages(self, pdf: bytes, width: int) -> tuple[bytes, ...]:
        """PNG bytes of every page, `width` pixels wide."""
        ...

    async def aclose(self) -> None: ...


class EventSink(Protocol):
    """Hears events after their commit. Called in the engine's loop; must not block."""

    def publish(self, event: Event) -> None: ...


class Queries(Protocol):
    """Read-only questions, each a few milliseconds; one instance per thread."""

    def job_ids(self, job_filter: JobFilter) -> list[str]: ...

    def job_rows(self, ids: Sequence[str]) -> list[JobRow]:
        """Rows for these ids, in their order; ids that are gone are left out."""
        ...

    def detail(self, application_id: str) -> JobDetail | None: ...

    def counts(self) -> Counts: ...

    def profile(self) -> Profile | None: ...

    def searches(self) -> list[SearchView]: ...

    def settings(self) -> Mapping[str, Any]: ...

    def recent_events(self, limit: int) -> list[Event]:
        """The newest first."""
        ...

    def close(self) -> None: ...


class BreakerStore(Protocol):
    """Breaker rows, shared by every worker."""

    async def load_breaker(self, scope: str) -> Breaker: ...

    async def change_breaker(
        self, scope: str, change: Callable[[Breaker], Breaker], events: Callable[[Breaker, Breaker], Sequence[Event]]
    ) -> Breaker:
        """Applies `change` to the row and writes it with the events it gives rise to, in one transaction."""
        ...

    async def insert_probe(self, scope: str, key: str, nonce: str) -> bool:
        """True for exactly one caller of the same key."""
        ...


class RunningEngine(Protocol):
    """The whole, as the window's thread and the command line run it."""

    async def main(self, ready: Callable[[], None]) -> None:
        """Runs until a stop is requested and everything has come to rest. `ready` is called once commands are accepted."""
        ...

    def request_stop(self) -> None:
        """Ask `main` to end: no new claims, running steps get 10 s. Called in the engine's loop."""
        ...

    async def execute(self, command: Command) -> object:
        """Carries out one command. Refusals are `AgentError`s whose sentence is for the user."""
        ...
