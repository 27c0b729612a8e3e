"""Carries out what the user asks for. Each command is one commit; a refusal is a sentence that says what to do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobagent_desktop.config import Settings, check_setting
from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.application import Application
from jobagent_desktop.domain.changes import ApplicationChange, Changes, Found, SearchRan
from jobagent_desktop.domain.draft_edit import edit_draft
from jobagent_desktop.domain.errors import Bug, NeedsUser, Permanent, Transient
from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.domain.identity import RandomBits, keyed_ulid, ulid
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import Profile
from jobagent_desktop.domain.states import ON_THE_WAY, ApplicationStatus
from jobagent_desktop.domain.task import NewTask, TaskKind
from jobagent_desktop.domain.views import SearchView
from jobagent_desktop.services.circuit_breaker import CircuitBreaker
from jobagent_desktop.services.history import History
from jobagent_desktop.services.pipeline_service import PipelineService
from jobagent_desktop.services.ports import Artefacts, Clock, Documents, Ledger, Records, Sources

_A = ApplicationStatus
PAUSED_KEY = "queue.paused"
SEARCH_PRIORITY = 10
MOVED_ON = "This cannot be done now: the application has moved on. Look at it again."
_UNSAFE_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_JOINERS = "\u200c\u200d"
"""Not seen, but part of how Persian, Indic scripts and emoji are written."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
"""What Windows takes for a device, whatever follows the point."""
_LONGEST_WORD = 90
"""Bytes of a name in UTF-8: two of them and what stands between fit into the 255 that file systems allow."""


class CommandService:
    """One method for each kind of command."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        records: Records,
        artefacts: Artefacts,
        sources: Sources,
        documents: Documents,
        pipeline: PipelineService,
        breaker: CircuitBreaker,
        clock: Clock,
        history: History,
        random_bits: RandomBits,
        settings: Settings,
    ) -> None:
        self._ledger = ledger
        self._records = records
        self._artefacts = artefacts
        self._sources = sources
        self._documents = documents
        self._pipeline = pipeline
        self._breaker = breaker
        self._clock = clock
        self._history = history
        self._random_bits = random_bits
        self._settings = settings
        self._table: dict[type[Any], Callable[[Any], Awaitable[object]]] = {
            c.ImportCv: self._import_cv,
            c.SetPreferences: self._set_preferences,
            c.SearchNow: self._search_now,
            c.AddUrl: self._add_url,
            c.Approve: self._approve,
            c.Unapprove: self._unapprove,
            c.Skip: self._skip,
            c.Unskip: self._unskip,
            c.MarkApplied: self._mark_applied,
            c.UnmarkApplied: self._unmark_applied,
            c.Retry: self._retry,
            c.CancelPreview: self._cancel_preview,
            c.CancelPreviews: self._cancel_previews,
            c.CancelSearches: self._cancel_searches,
            c.EditDraft: self._edit_draft,
            c.SaveDocuments: self._save_documents,
            c.OpenPosting: self._open_posting,
            c.RenderPages: self._render_pages,
            c.Pause: self._pause,
            c.Resume: self._resume,
            c.TryNow: self._try_now,
            c.SetSetting: self._set_setting,
        }

    async def execute(self, command: c.Command) -> object:
        """Does it and answers as the command's docstring says. Raises `AgentError` with a sentence for the user."""
        return await self._table[type(command)](command)

    # The profile

    async def _import_cv(self, command: c.ImportCv) -> Profile:
        read = await self._documents.read_cv(command.path)
        known = await self._records.profile()
        profile = Profile(
            id=known.id if known else ulid(self._clock.now(), self._random_bits),
            resume=read.resume,
            preferences=known.preferences if known else Profile(id="", resume=read.resume).preferences,
            unread=read.unread,
            missing=read.missing,
        )
        event = self._history.event(
            EventKind.PROFILE_CHANGED, f"Read the CV of {read.resume.basics.name or 'an unnamed person'}."
        )
        await self._records.save_profile(profile, Changes(events=(event,)))
        return profile

    async def _set_preferences(self, command: c.SetPreferences) -> Profile:
        profile = await self._profile()
        event = self._history.event(EventKind.PROFILE_CHANGED, "Saved what you are looking for.")
        await self._records.save_preferences(profile.id, command.preferences, Changes(events=(event,)))
        return profile.model_copy(update={"preferences": command.preferences})

    async def _profile(self) -> Profile:
        profile = await self._records.profile()
        if profile is None:
            raise NeedsUser("There is no CV yet. Import your CV first, then search.")
        return profile

    # Searching

    async def _search_now(self, command: c.SearchNow) -> int:
        wanted = [
            SearchView(keyed_ulid(f"search:{url}"), self._sources.check(url), url, enabled=True, last_run=None, error="")
            for url in dict.fromkeys((*command.careers_urls, *command.boards))
        ]
        await self._profile()
        for search in wanted:
            await self._records.save_search(search)
        searches = wanted or [search for search in await self._records.searches() if search.enabled]
        if not searches:
            raise NeedsUser("There is nothing to search yet. Add a careers page under Sources, or try the demo board.")
        return await self.queue_searches(searches)

    async def queue_searches(self, searches: list[SearchView]) -> int:
        """Queues a run of each search that has none open. A run's id names the run before it: whoever asks for the next one at
        the same time, the user twice or the daily rhythm on another machine, asks for the same.
        """
        queued = 0
        for search in searches:
            last = await self._ledger.last_task(search.id, TaskKind.SEARCH)
            if await self._ledger.has_open(search.id, TaskKind.SEARCH):
                continue
            key = f"search:{search.id} after {last or 'none'}"
            task = NewTask(keyed_ulid(key), TaskKind.SEARCH, search.id, {"url": search.url}, SEARCH_PRIORITY)
            event = self._history.event(EventKind.SEARCH_STARTED, f"Searching {search.name}.", stream=search.id)
            await self._ledger.enqueue(Changes(tasks=(task,), events=(event,)))
            queued += 1
        return queued

    async def _cancel_searches(self, _command: c.CancelSearches) -> int:
        cancelled = 0
        for search in await self._records.searches():
            event = self._history.event(EventKind.TASK_CANCELLED, f"Stopped searching {search.name}.", stream=search.id)
            stopped = SearchRan(search.id, self._clock.now(), "You stopped this search.")
            cancelled += await self._ledger.cancel(search.id, TaskKind.SEARCH, Changes(search_ran=stopped, events=(event,)))
        return cancelled

    async def _add_url(self, command: c.AddUrl) -> str:
        profile = await self._profile()
        try:
            posting = await self._breaker.call(lambda: self._sources.posting(command.url))
        except Transient as error:
            raise Transient(f"{error.sentence} Nothing was added; try it again in a few minutes.") from error
        await self._ledger.enqueue(Changes(found=Found(profile.id, (posting,), wanted=True)))
        application = await self._records.application_to(posting.job_id, profile.id)
        if application is None:
            raise Bug("A posting was added but is not there.")
        return application.id

    # Decisions

    async def _approve(self, command: c.Approve) -> None:
        await self._move(command.application_id, _A.APPROVED, {_A.PREVIEW_READY}, "Approved", "You approved this application.")

    async def _unapprove(self, command: c.Unapprove) -> None:
        await self._move(
            command.application_id, _A.PREVIEW_READY, {_A.APPROVED}, "Preview ready", "You took the approval back."
        )

    async def _mark_applied(self, command: c.MarkApplied) -> None:
        await self._move(command.application_id, _A.APPLIED, {_A.APPROVED}, "Marked as applied", "You marked it as applied.")

    async def _unmark_applied(self, command: c.UnmarkApplied) -> None:
        await self._move(command.application_id, _A.APPROVED, {_A.APPLIED}, "Approved", "You took back that it was applied.")

    async def _skip(self, command: c.Skip) -> None:
        application = await self._application(command.application_id)
        sources = {_A.FOUND, _A.MATCHED, _A.PREPARING, _A.PREVIEW_READY, _A.APPROVED, _A.FAILED, _A.CLOSED}
        changes = self._changes(application, _A.SKIPPED, sources, "Skipped", "You skipped this job.")
        if not await self._ledger.cancel(application.id, TaskKind.PREVIEW, changes):
            await self._ledger.enqueue(changes)

    async def _unskip(self, command: c.Unskip) -> None:
        application = await self._application(command.application_id)
        back = application.before_skip or _A.FOUND
        if application.status is _A.SKIPPED and back in ON_THE_WAY and await self._ledger.was_cancelled(application.id):
            event = self._event(application.id, "You took the skip back; the preview is prepared.")
            await self._ledger.requeue(application.id, Changes(events=(event,)))
            return
        if back in {_A.FAILED, _A.CLOSED}:
            back = _A.FOUND
        stage = {_A.PREVIEW_READY: "Preview ready", _A.APPROVED: "Approved"}.get(back, "")
        await self._move(application.id, back, {_A.SKIPPED}, stage, "You took the skip back.")

    async def _retry(self, command: c.Retry) -> None:
        application = await self._application(command.application_id)
        if application.status not in {_A.FAILED, _A.CLOSED, _A.PREVIEW_READY, *ON_THE_WAY}:
            raise Permanent("There is nothing to prepare again here.")
        event = self._event(application.id, "Queued to be prepared again.")
        # A finished preview is made anew from the CV as it is now; anything else goes on where it stopped.
        fresh = application.status is _A.PREVIEW_READY
        if not await self._ledger.requeue(application.id, Changes(events=(event,)), wanted=True, fresh=fresh):
            raise Permanent("It is being prepared already.")

    async def _cancel_preview(self, command: c.CancelPreview) -> int:
        changes = self._cancelled(command.application_id)
        return await self._ledger.cancel(command.application_id, TaskKind.PREVIEW, changes)

    async def _cancel_previews(self, _command: c.CancelPreviews) -> int:
        return await self._ledger.cancel_all(TaskKind.PREVIEW, self._cancelled)

    def _cancelled(self, application_id: str) -> Changes:
        change = ApplicationChange(application_id, stage="Cancelled", only_from=ON_THE_WAY)
        event = self._history.event(EventKind.TASK_CANCELLED, "You cancelled the preview.", stream=application_id)
        return Changes((change,), events=(event,))

    async def _move(
        self, application_id: str, to: ApplicationStatus, only_from: set[ApplicationStatus], stage: str, message: str
    ) -> None:
        application = await self._application(application_id)
        await self._ledger.enqueue(self._changes(application, to, only_from, stage, message))

    def _changes(
        self, application: Application, to: ApplicationStatus, only_from: set[ApplicationStatus], stage: str, message: str
    ) -> Changes:
        """The move, refused if the application is elsewhere by the time it is written."""
        change = ApplicationChange(application.id, status=to, stage=stage, only_from=frozenset(only_from))
        return Changes((change,), events=(self._event(application.id, message),), or_refuse=MOVED_ON)

    async def _application(self, application_id: str) -> Application:
        application = await self._records.application(application_id)
        if application is None:
            raise Permanent(f"There is no application with the id {application_id[:40]}.")
        return application

    def _event(self, application_id: str, message: str) -> Event:
        return self._history.event(EventKind.APPLICATION_CHANGED, message, stream=application_id)

    # Documents

    async def _edit_draft(self, command: c.EditDraft) -> None:
        application = await self._application(command.application_id)
        if application.draft is None or application.status is not _A.PREVIEW_READY:
            raise Permanent("Only a preview that waits for your decision can be edited. Take the approval back first.")
        profile, posting = await self._profile(), await self._posting(application)
        draft = edit_draft(application.draft, command.edits)
        change, changes = await self._pipeline.documents_for(application.id, profile, posting, draft)
        event = self._event(application.id, "You edited the text; the documents were made again.")
        change = replace(change, only_from=frozenset({_A.PREVIEW_READY}), base_file=application.resume_file)
        await self._ledger.enqueue(Changes((change,), files=changes.files, events=(event,), or_refuse=MOVED_ON))

    async def _save_documents(self, command: c.SaveDocuments) -> tuple[str, ...]:
        application = await self._ready(command.application_id)
        profile, posting = await self._profile(), await self._posting(application)
        folder = Path(command.folder)
        person, company = _file_word(profile.resume.basics.name, "Application"), _file_word(posting.company, "Employer")
        written: list[str] = []
        for kind, word, identity in (("cv", "CV", application.resume_file), ("letter", "Letter", application.cover_file)):
            content = await self._artefacts.read(application.id, kind, ".pdf", identity)
            written.append(await asyncio.to_thread(_write_new, folder, f"{person} - {word} - {company}", content))
        return tuple(written)

    async def _render_pages(self, command: c.RenderPages) -> tuple[bytes, ...]:
        application = await self._ready(command.application_id)
        identity = application.resume_file if command.kind == "cv" else application.cover_file
        content = await self._artefacts.read(application.id, command.kind, ".pdf", identity)
        return await self._documents.draw_pages(content, min(3000, max(100, command.width)))

    async def _ready(self, application_id: str) -> Application:
        application = await self._application(application_id)
        if not application.resume_file:
            raise Permanent("The documents of this application are not ready yet.")
        return application

    async def _posting(self, application: Application) -> Posting:
        seen = await self._records.posting(application.job_id)
        if seen is None:
            raise Bug("An application is about a job that does not exist.")
        return seen.posting

    async def _open_posting(self, command: c.OpenPosting) -> str:
        return await self._sources.browser_url(await self._posting(await self._application(command.application_id)))

    # The program

    async def _pause(self, _command: c.Pause) -> None:
        event = self._history.event(EventKind.QUEUE_PAUSED, "Paused. What runs is finished first.", level=Level.WARNING)
        await self._records.set_setting(PAUSED_KEY, "true", (event,))

    async def _resume(self, _command: c.Resume) -> None:
        event = self._history.event(EventKind.QUEUE_RESUMED, "Work goes on.")
        await self._records.set_setting(PAUSED_KEY, "false", (event,))

    async def _try_now(self, _command: c.TryNow) -> None:
        await self._breaker.try_now()
        await self._ledger.release_waiting()

    async def _set_setting(self, command: c.SetSetting) -> None:
        if command.key in self._settings.pinned:
            raise Permanent(f"{command.key} is fixed by the environment or the settings file, so it cannot be changed here.")
        value = check_setting(command.key, command.value)
        event = self._history.event(EventKind.SETTINGS_CHANGED, f"Changed the setting {command.key}.")
        await self._records.set_setting(command.key, json.dumps(value), (event,))


def _file_word(text: str, otherwise: str) -> str:
    """A word that may stand in a file name on every system."""
    seen = "".join(c for c in _UNSAFE_IN_NAMES.sub(" ", text) if c.isprintable() or c in _JOINERS)
    short = " ".join(seen.split()).strip(" .")[:60].encode()[:_LONGEST_WORD].decode(errors="ignore").strip(" .")
    return (f"_{short}" if _DEVICES.match(short) else short) or otherwise


def _write_new(folder: Path, stem: str, content: bytes) -> str:
    """Writes a PDF beside what is there, never over it."""
    if not folder.is_dir():
        raise Permanent("That folder does not exist. Choose another one.")
    for number in range(1, 1000):
        path = folder / (f"{stem}.pdf" if number == 1 else f"{stem} ({number}).pdf")
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        except OSError as error:
            path.unlink(missing_ok=True)
            raise Permanent(
                f"The documents could not be saved in {folder}. Choose another folder or free some space."
            ) from error
        return str(path)
    raise Permanent("There are too many copies in that folder. Choose another one.")
