"""The program without a window: results on stdout, talk on stderr, exit codes that scripts can use."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Protocol

from jobagent_desktop import __version__
from jobagent_desktop.domain.commands import (
    AddUrl,
    Approve,
    CancelPreview,
    CancelPreviews,
    CancelSearches,
    Command,
    ImportCv,
    Pause,
    Resume,
    Retry,
    SearchNow,
    Skip,
)
from jobagent_desktop.domain.errors import AgentError
from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.domain.resume import Profile
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.task import TaskKind
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.domain.views import JobDetail, JobFilter
from jobagent_desktop.services.engine import Engine
from jobagent_desktop.services.ports import EventSink, Queries
from jobagent_desktop.services.task_manager import Until

OK, FAILED, INTERRUPTED = 0, 1, 130
SHORTEST_ID = 4


class CliWorkspace(Protocol):
    """What a command needs of a data folder."""

    def queries(self) -> Queries: ...

    def engine(self, sink: EventSink) -> Engine: ...

    def file_path(self, application_id: str, kind: str, file_id: str) -> Path: ...

    def doctor(self) -> list[tuple[str, bool, str]]:
        """`(what, is well, a sentence)` for each thing the program needs."""
        ...


OpenWorkspace = Callable[[Path | None, bool], CliWorkspace]
"""Opens the data folder; the flag says that this command works the queue, so its log goes to stdout."""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="jobagent-cli", description="Finds jobs and prepares honest applications. Nothing is sent without your approval."
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    top.add_argument("--data-dir", type=Path, metavar="DIR", help="where everything is kept (default: your user data folder)")
    top.add_argument("--json", action="store_true", help="print results as JSON")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")

    add("import-cv", "read a CV (PDF, DOCX, text or JSON Resume)").add_argument("file", type=Path, metavar="FILE")
    search = add("search", "find postings and queue their previews")
    search.add_argument("--careers-url", action="append", default=[], metavar="URL", help="a company's careers page")
    search.add_argument("--board", action="append", default=[], choices=["demo"], help="a built-in board")
    add("add", "take one posting by its address").add_argument("url", metavar="URL")
    add("run", "work the queue").add_argument("--until-idle", action="store_true", help="end when nothing is left to do")
    add("status", "print the state of everything, as JSON")
    listing = add("list", "list applications, best score first")
    listing.add_argument("--status", choices=[status.value for status in ApplicationStatus], help="only these")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="at most N (default 50)")
    for name, text in (
        ("show", "show an application with its score, its texts and its files"),
        ("approve", "approve a finished preview"),
        ("skip", "skip a job"),
        ("retry", "prepare an application again, from the step where it stopped"),
    ):
        add(name, text).add_argument("id", metavar="ID", help="an application's id, or how it begins")
    cancel = add("cancel", "stop preparing a preview, or everything that is under way")
    cancelled = cancel.add_mutually_exclusive_group(required=True)
    cancelled.add_argument("id", nargs="?", metavar="ID", help="an application's id, or how it begins")
    cancelled.add_argument("--all", action="store_true", help="all searches and previews")
    add("pause", "claim nothing new until resumed")
    add("resume", "let the queue go on")
    add("doctor", "check that everything the program needs is there")
    return top


def main(argv: Sequence[str] | None, open_workspace: OpenWorkspace) -> int:
    """Runs one command and answers with its exit code: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted."""
    arguments = parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # Windows would use a code page
    try:
        workspace = open_workspace(arguments.data_dir, arguments.command == "run")
        return asyncio.run(Session(workspace, as_json=arguments.json).run(arguments))
    except AgentError as error:
        _say(error.sentence)
        return FAILED
    except KeyboardInterrupt:
        _say("Interrupted. Nothing is lost; start it again to go on.")
        return INTERRUPTED
    except BrokenPipeError:
        return OK  # whoever read our output has read enough


def _say(text: str) -> None:
    if sys.stderr is not None:
        print(f"jobagent-cli: {_line(text, 1000)}", file=sys.stderr)  # noqa: T201 - the command line's talk


class _Talk:
    """Tells on stderr what goes wrong while a command works; implements `EventSink`. `told_later` the command tells itself."""

    def __init__(self, *told_later: EventKind) -> None:
        self._told_later = told_later

    def publish(self, event: Event) -> None:
        if event.level is not Level.INFO and event.kind not in self._told_later:
            _say(event.message)


class Session:
    """One command on one data folder."""

    def __init__(self, workspace: CliWorkspace, *, as_json: bool) -> None:
        self._workspace = workspace
        self._as_json = as_json

    async def run(self, arguments: argparse.Namespace) -> int:
        name = arguments.command
        if name == "import-cv":
            return await self._import_cv(arguments.file)
        if name == "search":
            return await self._search(tuple(arguments.careers_url), tuple(arguments.board))
        if name == "add":
            return await self._add(arguments.url)
        if name == "run":
            return await self._run(Until.DONE if arguments.until_idle else Until.STOPPED)
        if name == "status":
            return self._status()
        if name == "list":
            return self._list(arguments.status, arguments.limit)
        if name == "show":
            return self._show(self._resolve(arguments.id))
        if name == "doctor":
            return self._doctor()
        if name == "cancel":
            return await self._cancel(arguments.id)
        if name in {"pause", "resume"}:
            return await self._do(Pause() if name == "pause" else Resume(), f"{name}d" if name == "pause" else "resumed")
        application = self._resolve(arguments.id)
        command = {"approve": Approve, "skip": Skip, "retry": Retry}[name](application)
        said = {"approve": "approved", "skip": "skipped", "retry": "queued"}[name]
        return await self._do(command, said, id=application)

    # Commands

    async def _import_cv(self, path: Path) -> int:
        async with self._engine() as engine:
            profile = await engine.execute(ImportCv(str(path)))
        assert isinstance(profile, Profile)
        resume = profile.resume
        for sentence in (*profile.missing, *(f"Could not place: {piece.text} ({piece.reason})" for piece in profile.unread)):
            _say(sentence)
        self._print(
            {
                "profile": profile.id,
                "name": resume.basics.name,
                "positions": len(resume.work),
                "skills": len(resume.skill_names()),
                "missing": list(profile.missing),
                "unread": [piece.text for piece in profile.unread],
            },
            f"Imported the CV of {resume.basics.name or 'an unnamed person'}: "
            f"{len(resume.work)} positions, {len(resume.skill_names())} skills.",
        )
        return OK

    async def _search(self, urls: tuple[str, ...], boards: tuple[str, ...]) -> int:
        async with self._engine(EventKind.SEARCH_FAILED) as engine:
            await engine.execute(SearchNow(urls, boards))
            stopped = await _stoppable(engine, engine.work(Until.NOTHING_DUE, {TaskKind.SEARCH}))
        if stopped:
            return INTERRUPTED
        with closing(self._workspace.queries()) as queries:
            wanted = {*urls, *boards}
            searches = [search for search in queries.searches() if search.enabled and (not wanted or search.url in wanted)]
            counts = queries.counts()
        for search in searches:
            if search.error:
                _say(f"{search.name}: {search.error}")
        found = sum(counts.applications.values())
        self._print(
            {
                "searches": [{"name": s.name, "url": s.url, "error": s.error} for s in searches],
                "applications": counts.applications,
                "queued": counts.previews_left,
            },
            f"{found} jobs known, {counts.previews_left} previews queued.",
        )
        if counts.paused:
            _say("The queue is paused, so nothing was searched. Go on with: jobagent-cli resume")
        return FAILED if counts.paused or any(search.error for search in searches) else OK

    async def _add(self, url: str) -> int:
        async with self._engine() as engine:
            application = await engine.execute(AddUrl(url))
        self._print({"id": application}, str(application))
        return OK

    async def _run(self, until: Until) -> int:
        async with self._engine() as engine:
            stopped = await _stoppable(engine, engine.work(until))
        if until is Until.DONE:
            if stopped:
                return INTERRUPTED
            with closing(self._workspace.queries()) as queries:
                counts = queries.counts()
            if counts.paused and counts.tasks.get("pending"):
                _say(f"The queue is paused, and {counts.tasks['pending']} tasks are left. Go on with: jobagent-cli resume")
                return FAILED
            if waiting := counts.tasks.get("waiting"):
                _say(f"{waiting} tasks wait for you or for a site.")
        return OK

    async def _cancel(self, given: str | None) -> int:
        """One application's preview, or all searches and previews when none is given."""
        commands = (CancelPreview(self._resolve(given)),) if given is not None else (CancelSearches(), CancelPreviews())
        cancelled = 0
        async with self._engine() as engine:
            for command in commands:
                count = await engine.execute(command)
                assert isinstance(count, int)
                cancelled += count
        self._print({"cancelled": cancelled}, f"Cancelled: {cancelled}." if cancelled else "There was nothing to cancel.")
        return OK

    async def _do(self, command: Command, said: str, **details: str) -> int:
        async with self._engine() as engine:
            await engine.execute(command)
        self._print({**details, "done": said}, said.capitalize() + ".")
        return OK

    def _status(self) -> int:
        with closing(self._workspace.queries()) as queries:
            counts = queries.counts()
        breaker = counts.breaker
        assert breaker is not None
        state = {
            "applications": counts.applications,
            "tasks": counts.tasks,
            "breaker": {
                "scope": breaker.scope,
                "state": breaker.state.value,
                "failures": breaker.failures,
                "opened_until": to_iso(breaker.opened_until) if breaker.opened_until else None,
                "reason": breaker.reason,
            },
            "sync": {"state": "embedded"},
            "paused": counts.paused,
        }
        self._write(json.dumps(state, indent=None if self._as_json else 2, ensure_ascii=False))
        return OK

    def _list(self, status: str | None, limit: int) -> int:
        wanted = frozenset({ApplicationStatus(status)}) if status else frozenset[ApplicationStatus]()
        with closing(self._workspace.queries()) as queries:
            rows = queries.job_rows(queries.job_ids(JobFilter(statuses=wanted))[: max(0, limit)])
        if self._as_json:
            self._write(json.dumps([asdict(row) for row in rows], default=str, ensure_ascii=False))
            return OK
        for row in rows:
            score = "  –" if row.score is None else f"{row.score:3}"
            self._write(f"{row.id}  {score}  {row.status.value:14} {_line(row.title)} · {_line(row.company)}")
        return OK

    def _show(self, application_id: str) -> int:
        with closing(self._workspace.queries()) as queries:
            detail = queries.detail(application_id)
        if detail is None:
            raise AgentError(f"There is no application with the id {application_id}.")
        files: dict[str, str] = {}
        if detail.preview is not None:
            for kind, identity in (("cv", detail.preview.cv_file), ("letter", detail.preview.letter_file)):
                files[kind] = str(self._workspace.file_path(application_id, kind, identity))
        if self._as_json:
            self._write(json.dumps(_as_data(detail, files), default=str, ensure_ascii=False))
        else:
            self._write(_as_text(detail, files))
        return OK

    def _doctor(self) -> int:
        checks = self._workspace.doctor()
        if self._as_json:
            self._write(json.dumps([{"name": n, "ok": ok, "detail": d} for n, ok, d in checks], ensure_ascii=False))
        else:
            for name, ok, detail in checks:
                self._write(f"{'ok  ' if ok else 'BAD '} {name}: {detail}")
        return OK if all(ok for _, ok, _ in checks) else FAILED

    # Ways

    @asynccontextmanager
    async def _engine(self, *told_later: EventKind) -> AsyncGenerator[Engine]:
        engine = self._workspace.engine(_Talk(*told_later))
        async with engine.opened():
            yield engine

    def _resolve(self, given: str) -> str:
        """The one application whose id begins like this. A short beginning could hit another than was meant."""
        if len(given) < SHORTEST_ID:
            raise AgentError(f"Give at least the first {SHORTEST_ID} characters of the id. See: jobagent-cli list")
        with closing(self._workspace.queries()) as queries:
            found = [i for i in queries.job_ids(JobFilter(statuses=frozenset(ApplicationStatus))) if i.startswith(given)]
        if len(found) == 1:
            return found[0]
        if found:
            raise AgentError(f"{len(found)} applications have an id that begins with {_line(given)}. Give more of it.")
        raise AgentError(f"There is no application with the id {_line(given)}. See: jobagent-cli list")

    def _print(self, data: dict[str, Any], text: str) -> None:
        self._write(json.dumps(data, ensure_ascii=False) if self._as_json else text)

    def _write(self, text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


async def _stoppable(engine: Engine, work: Awaitable[None]) -> bool:
    """Runs it; the first Ctrl+C or SIGTERM asks for a stop at a step's edge, the next one breaks off. True when one came.

    Raises `KeyboardInterrupt` when the work was broken off.
    """
    loop = asyncio.get_running_loop()
    asked, urged = asyncio.Event(), asyncio.Event()

    def stop() -> None:
        if asked.is_set():
            urged.set()
            engine.leave()
            return
        asked.set()
        _say("Stopping at the end of the running step. Once more to stop at once.")
        engine.request_stop()

    def on_signal(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows' loop has no signal handlers
            signal.signal(number, on_signal)
    await work
    if urged.is_set():
        raise KeyboardInterrupt
    return asked.is_set()


def _line(text: str, most: int = 200) -> str:
    """Text from outside on one line of a terminal, without control characters."""
    return "".join(c if c.isprintable() else " " for c in text)[:most]


def _as_data(detail: JobDetail, files: dict[str, str]) -> dict[str, Any]:
    row = detail.row
    return {
        "id": row.id,
        "status": row.status.value,
        "stage": row.stage,
        "progress": row.progress,
        "error": row.error,
        "score": row.score,
        "posting": asdict(detail.posting),
        "match": asdict(detail.match) if detail.match else None,
        "draft": asdict(detail.preview.draft) if detail.preview else None,
        "files": files,
        "log": [
            {"at": to_iso(e.ts), "kind": e.kind.value, "message": e.message, "details": dict(e.details)} for e in detail.log
        ],
    }


def _as_text(detail: JobDetail, files: dict[str, str]) -> str:
    row, posting = detail.row, detail.posting
    lines = [
        f"{_line(posting.title)} · {_line(posting.company)}",
        f"{_line(posting.location)}   {_line(posting.url)}",
        f"Status: {row.status.value} ({row.progress} %) {row.stage}",
    ]
    if row.error:
        lines.append(f"Error: {_line(row.error)}")
    if detail.match is not None:
        lines += ["", f"Score {detail.match.score}. {_line(detail.match.verdict)}"]
        lines += [
            f"  {part.points:3}/{part.maximum:<3} {part.kind.value:10} {_line(part.reason)}" for part in detail.match.parts
        ]
        lines += [f"  No: {_line(sentence)}" for sentence in detail.match.hard_no]
    if detail.preview is not None:
        letter = detail.preview.draft.letter
        body = [" ".join(_line(sentence.text) for sentence in paragraph) for paragraph in letter.paragraphs]
        lines += ["", _line(letter.greeting), "", *(f"{text}\n" for text in body), _line(letter.closing), _line(letter.name)]
    lines += ["", *(f"{kind}: {path}" for kind, path in files.items())]
    lines += [f"{event.ts:%Y-%m-%d %H:%M:%S}  {_line(event.message)}" for event in detail.log]
    return "\n".join(lines)
