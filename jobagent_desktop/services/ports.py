"""What the services need from outside, as Protocols. Adapters implement them; only `bootstrap` joins the two."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from jobagent_desktop.domain.application import Application, SeenPosting
from jobagent_desktop.domain.breaker import Breaker
from jobagent_desktop.domain.changes import NOTHING, Changes, StoredFile
from jobagent_desktop.domain.commands import Command
from jobagent_desktop.domain.draft import Coverage, CoverLetter, Draft, TailoredCv
from jobagent_desktop.domain.event import Event
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.task import Claim, Outcome, Step, TaskKind, claim_start_id
from jobagent_desktop.domain.views import Counts, JobDetail, JobFilter, JobRow, SearchView

if TYPE_CHECKING:
    from jobagent_desktop.domain.resume import ImportedCv, Preferences, Profile, Resume


class Clock(Protocol):
    """Time, passed in so that a test can hold it still."""

    def now(self) -> datetime:
        """The wall clock, timezone-aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump and go on while the machine sleeps; only differences mean something."""
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

    def unsourced(self, draft: Draft, resume: Resume, posting: Posting) -> list[str]:
        """Sentences for the user about what the draft says without the user's having said it. Empty is good."""
        ...

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
    """Read-only questions; one instance per thread. Those about one application take a few milliseconds, `job_ids` and
    `counts` up to 200 ms at 100,000 jobs.
    """

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

    def interrupt(self) -> None:
        """Ends the question that runs in another thread: it raises there. Nothing happens when none runs."""
        ...

    def close(self) -> None: ...


class BreakerStore(Protocol):
    """Breaker rows, shared by every worker."""

    async def load_breaker(self, scope: str) -> Breaker: ...

    async def change_breaker(
        self, scope: str, change: Callable[[Breaker], Breaker], events: Callable[[Breaker, Breaker], Sequence[Event]]
    ) -> Breaker:
        """Applies `change` to the row and writes it with the events of `(before, after)`, in one transaction."""
        ...

    async def take_probe(self, scope: str, nonce: str, now: datetime) -> Breaker | None:
        """The half-open breaker for the one caller who may probe now; None for everybody else.

        Decided by an insert whose key is the trip and the moment the wait ended, so each wait gives one probe.
        """
        ...


@dataclass(frozen=True, slots=True)
class Worker:
    """This process in the queue. `nonce` is unique to it; its OS lock tells others that it lives."""

    machine_id: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a claim ends. `run_after`: when a `retry` or `wait` may run again; None with `wait` means when the user acts."""

    claim: Claim
    outcome: Outcome
    error: str = ""
    run_after: datetime | None = None
    changes: Changes = NOTHING


@dataclass(frozen=True, slots=True)
class DoneSteps:
    """Results (JSON) of a task's finished steps, by name. `is_over`: one of them was the last, whatever steps would follow."""

    results: dict[str, str]
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Suspect:
    task_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class FinishedStep:
    """A step's result (JSON) and what it changed. `next_step` is what the claim does next, empty after the last one;
    `progress` of the task 0-100.
    """

    claim: Claim
    step: Step
    result: str
    next_step: str
    progress: int
    changes: Changes = NOTHING


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A started claim without an end, whoever's it is. `step` is what it was doing."""

    task_id: str
    attempt: int
    machine_id: str
    nonce: str
    hb: int
    step: str

    @property
    def start_id(self) -> str:
        return claim_start_id(self.task_id, self.attempt)


@dataclass(frozen=True, slots=True)
class Beat:
    """A heartbeat's content: what the claim is doing now."""

    claim: Claim
    step: str
    progress: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """Open tasks: due now, pending for later (a retry), being worked on by anybody, and waiting for the user or a site."""

    due: int = 0
    later: int = 0
    running: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        return self.due + self.later + self.running + self.waiting


class Ledger(Protocol):
    """The queue's truth. Only inserts decide; everything else is a projection that follows (see `domain.task`)."""

    async def enqueue(self, changes: Changes) -> None:
        """Writes the changes, tasks included. A task whose id is known is left as it is."""
        ...

    async def turn(self, endings: Sequence[Ending], want: Mapping[TaskKind, int]) -> list[Claim]:
        """Ends claims and makes new ones, in one commit. Suspects are left out; see `suspect`.

        So are previews that must ask a site first, while the breaker lets nobody ask: they stay as they are, and are due when
        its time has come.

        Args:
            endings: an ending that comes too late (the claim was ended by somebody else) is kept as an orphan.
            want: how many claims of each kind this worker has room for.
        """
        ...

    async def claim_one(self, task_id: str) -> Claim | None:
        """Claims this task if it is due, suspect or not."""
        ...

    async def suspect(self, kinds: Collection[TaskKind]) -> Suspect | None:
        """A due task that workers have died of, as it seems; it is to run alone, in a process of its own."""
        ...

    async def finish_step(self, finished: FinishedStep) -> str:
        """Records a finished step and what it changed, in one commit. Answers with the step's result.

        Somebody else's result when they finished the step first. Raises `Fenced` when the claim has ended.
        """
        ...

    async def steps(self, task_id: str) -> DoneSteps: ...

    async def heartbeat(self, beats: Sequence[Beat]) -> frozenset[str]:
        """Moves the heartbeats on. Answers with the start ids of the claims that are still held."""
        ...

    async def open_claims(self) -> list[OpenClaim]: ...

    async def expire(self, claims: Sequence[OpenClaim], *, witnessed: bool = False) -> int:
        """Ends dead claims as `expired`, and counts the deaths in one step. Answers how many it ended.

        A suspect fails only by a witnessed death: its own process died while this one lived. A power cut or a `kill -9` of
        everything proves nothing against it.
        """
        ...

    async def cancel(self, subject_id: str, kind: TaskKind, changes: Changes) -> int:
        """Cancels the open tasks of a subject: running ones are fenced. Answers how many."""
        ...

    async def cancel_all(self, kind: TaskKind, changes: Callable[[str], Changes]) -> int:
        """Cancels every open task of a kind, with what that changes for its subject, in one commit. Answers how many."""
        ...

    async def requeue(self, application_id: str, changes: Changes, *, wanted: bool | None = None, fresh: bool = False) -> bool:
        """Has an application's preview prepared again, from the finished steps of the last time unless `fresh`.

        Moves the application back to where those steps left it. `wanted` None keeps what the last task had. False, and
        nothing written, when the preview is being prepared or due already.
        """
        ...

    async def last_task(self, subject_id: str, kind: TaskKind) -> str:
        """The id of the task that was queued last for a subject, whatever has become of it; empty when there is none."""
        ...

    async def was_cancelled(self, application_id: str) -> bool:
        """Whether the last preview task ended because somebody cancelled it."""
        ...

    async def postpone(self, task_id: str, attempt: int, until: datetime) -> None:
        """Puts a pending task off, unless it has been claimed since that attempt."""
        ...

    async def has_open(self, subject_id: str, kind: TaskKind) -> bool: ...

    async def set_waits_right(self) -> int:
        """After the clock was set back: begins the waits anew that a clock that was ahead has written. Answers how many.

        Otherwise a clock that was ten minutes ahead for a moment would stop a retry, or all searching, for ten minutes more.
        """
        ...

    async def release_waiting(self) -> int:
        """Makes every task that waits due now: what it waited for may have come. Answers how many."""
        ...

    async def backlog(self, kinds: Collection[TaskKind]) -> Backlog:
        """How much of these kinds is left to do."""
        ...

    async def is_paused(self) -> bool: ...

    async def repair(self) -> int:
        """Makes the `tasks` rows agree with the claims. Answers how many were wrong."""
        ...


class Records(Protocol):
    """Reading and writing what is not the queue."""

    async def profile(self) -> Profile | None:
        """The profile in use."""
        ...

    async def save_profile(self, profile: Profile, changes: Changes) -> None:
        """Stores a profile, and makes what waited for one due."""
        ...

    async def save_preferences(self, profile_id: str, preferences: Preferences, changes: Changes) -> None: ...

    async def application(self, application_id: str) -> Application | None: ...

    async def application_to(self, job_id: str, profile_id: str) -> Application | None:
        """The application to a job, or to the job that it is a duplicate of."""
        ...

    async def posting(self, job_id: str) -> SeenPosting | None:
        """The job's posting; where it is closed but stands open elsewhere too, that one."""
        ...

    async def searches(self) -> list[SearchView]: ...

    async def save_search(self, search: SearchView) -> None:
        """Inserts the search, or enables the one that is there."""
        ...

    async def setting(self, key: str) -> str | None: ...

    async def set_setting(self, key: str, value: str, events: Sequence[Event]) -> None: ...

    async def see_machine(self, machine_id: str, name: str, system: str, version: str) -> None: ...


class Artefacts(Protocol):
    """Files that are whole or absent."""

    async def save(self, owner_id: str, kind: str, suffix: str, content: bytes) -> StoredFile:
        """Writes to disk before it answers; the row follows with the step that made it."""
        ...

    async def read(self, owner_id: str, kind: str, suffix: str, identity: str) -> bytes:
        """Raises `Permanent` when the file is missing or not what was stored."""
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
