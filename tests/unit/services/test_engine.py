"""Engine and commands on the real parts, with the network on loopback: searches that fail, decisions, and the daily rhythm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import cast

import pytest
import pytest_asyncio

from jobagent_desktop.bootstrap import Parts, Workspace, build_engine, open_workspace
from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.draft import CoverLetter, TailoredCv
from jobagent_desktop.domain.errors import AgentError, Blocked, NeedsUser, Permanent, Transient
from jobagent_desktop.domain.event import EventKind
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import ImportedCv, Preferences
from jobagent_desktop.domain.states import ApplicationStatus as A
from jobagent_desktop.domain.task import TaskKind
from jobagent_desktop.domain.views import Counts, JobDetail, JobFilter
from jobagent_desktop.services.engine import Engine
from jobagent_desktop.services.ports import Listing, RenderedPdf
from jobagent_desktop.services.task_manager import Until
from jobagent_desktop.sources import Limits, SourceBook
from tests.fakes.heard import Heard
from tests.fakes.small_world import PROFILE, posting
from tests.fakes.still_clock import StillClock
from tests.job_board.faulty_board import FaultyBoard

BOARD = "https://boards.greenhouse.io/northwind"


class PlainDocuments:
    """Stands in for the document process (which has tests of its own): the same port, in memory, with the text as the file."""

    async def start(self) -> None: ...

    async def read_cv(self, path: str) -> ImportedCv:
        if not path.endswith("ada.pdf"):
            raise Permanent("This file is no CV.")
        return ImportedCv(resume=PROFILE.resume)

    async def render_cv(self, cv: TailoredCv) -> RenderedPdf:
        if PlainDocuments.broken:
            PlainDocuments.broken -= 1
            raise Permanent("This document cannot be drawn.")
        text = "\n".join((cv.name, *cv.skills, *(line.text for section in cv.work for line in section.lines)))
        return RenderedPdf(text.encode(), text, 1)

    broken = 0
    """How many renderings are to fail."""

    async def render_letter(self, letter: CoverLetter, on: object) -> RenderedPdf:
        text = "\n".join((letter.greeting, *(s.text for paragraph in letter.paragraphs for s in paragraph)))
        return RenderedPdf(text.encode(), text, 1)

    async def draw_pages(self, pdf: bytes, width: int) -> tuple[bytes, ...]:
        return (pdf[:width],)

    async def aclose(self) -> None: ...


class OneBoard:
    """Stands in for the sources: one board whose postings, or failure, the test sets."""

    def __init__(self) -> None:
        self.postings: tuple[Posting, ...] = (posting(1), posting(2))
        self.error: AgentError | None = None
        self.asked = 0

    def check(self, url: str) -> str:
        return "Northwind"

    async def listing(self, url: str) -> Listing:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return Listing("Northwind", self.postings)

    async def posting(self, url: str) -> Posting:
        return posting(7)

    async def refresh(self, posting: Posting) -> Posting:
        return posting

    async def browser_url(self, posting: Posting) -> str:
        return posting.url

    async def aclose(self) -> None: ...


class Office:
    def __init__(self, folder: Path, env: Mapping[str, str] = MappingProxyType({})) -> None:
        self.clock, self.heard, self.board = StillClock(), Heard(), OneBoard()
        self.workspace: Workspace = open_workspace(folder, env, self.clock)
        self.engine = self.new_engine()

    def new_engine(self) -> Engine:
        parts = Parts(sources=self.board, documents=PlainDocuments())
        return build_engine(self.workspace, self.heard, parts)

    async def do(self, command: c.Command) -> object:
        return await self.engine.execute(command)

    async def work(self) -> None:
        """Works until nothing is due, as a new start of the program would."""
        engine = self.new_engine()
        async with engine.opened():
            await engine.work(Until.NOTHING_DUE)

    def counts(self) -> Counts:
        with closing(self.workspace.queries()) as queries:
            return queries.counts()

    def detail(self, application_id: str) -> JobDetail:
        with closing(self.workspace.queries()) as queries:
            detail = queries.detail(application_id)
        assert detail is not None
        return detail

    def search_error(self) -> str:
        with closing(self.workspace.queries()) as queries:
            return queries.searches()[0].error

    async def ready(self) -> str:
        """A preview that waits for its decision."""
        await self.do(c.ImportCv("ada.pdf"))
        application = cast("str", await self.do(c.AddUrl("https://example.org/jobs/7")))
        await self.work()
        assert self.detail(application).row.status is A.PREVIEW_READY
        return application


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office]:
    office = Office(tmp_path)
    async with office.engine.opened():
        yield office


async def test_a_search_makes_jobs_and_previews_once(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    assert office.counts().applications == {"preview_ready": 2}
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    assert office.counts().applications == {"preview_ready": 2}
    assert office.counts().tasks == {"done": 4}


async def test_what_looks_like_the_persons_work_is_prepared_first(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    office.board.postings = (
        posting(1, title="Senior Nurse", description="Care for patients."),
        posting(2, title="Lead Accountant", description="Keep the books."),
        posting(3, title="BACKEND-Entwickler"),
    )
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    ready = [event.message for event in office.heard.events if event.kind is EventKind.PREVIEW_READY]
    assert "BACKEND-Entwickler" in ready[0]


async def test_without_a_cv_nothing_is_searched_and_the_sentence_says_why(office: Office) -> None:
    with pytest.raises(NeedsUser, match="Import your CV"):
        await office.do(c.SearchNow((BOARD,)))
    assert office.counts().tasks == {}


async def test_a_second_search_while_one_is_open_is_the_same_search(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    assert await office.do(c.SearchNow((BOARD,))) == 1
    assert await office.do(c.SearchNow((BOARD,))) == 0
    assert await office.do(c.CancelSearches()) == 1
    assert office.search_error() == "You stopped this search."


@pytest.mark.parametrize(
    ("error", "task", "open_after"),
    [
        (Transient("The network is away."), "pending", False),
        (Permanent("This board does not exist."), "failed", False),
        (Blocked("Northwind's site asked us to slow down.", host="northwind"), "pending", False),
        (Blocked("Slow down.", host="northwind"), "waiting", True),
    ],
)
async def test_a_search_that_fails_says_so_and_is_not_lost(
    office: Office, error: AgentError, task: str, open_after: bool
) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    office.board.error = error
    if open_after:
        for number in range(2):  # two other boards were refused before
            await office.do(c.SearchNow((f"{BOARD}{number}",)))
        await office.work()
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    assert office.counts().tasks.get(task)
    assert office.search_error().startswith(error.sentence)
    breaker = office.counts().breaker
    assert breaker is not None
    assert (breaker.opened_until is not None) is open_after


async def test_try_now_sends_the_waiting_search_as_the_probe(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    office.board.error = Blocked("Slow down.", host="northwind")
    for number in range(3):
        await office.do(c.SearchNow((f"{BOARD}{number}",)))
    await office.work()
    office.board.error = None
    asked = office.board.asked
    await office.work()
    assert office.board.asked == asked, "the breaker is open"
    await office.do(c.TryNow("scraping"))
    await office.work()
    assert office.counts().applications == {"preview_ready": 2}
    breaker = office.counts().breaker
    assert breaker is not None
    assert breaker.state.value == "closed"


@pytest.mark.parametrize(("path", "sentence"), [("/404", "careers page"), ("/silent", "took too long"), ("/html-for-json", "")])
async def test_real_careers_pages_that_fail(tmp_path: Path, path: str, sentence: str) -> None:
    with FaultyBoard() as site:
        site.add("/v1/boards/northwind/jobs", site.routes[path])
        limits = Limits(connect_s=0.3, read_s=0.3, total_s=0.3)
        clock = StillClock()
        sources = SourceBook(clock, host_delay_s=0, hosts={"boards-api.greenhouse.io": site.netloc}, limits=limits)
        workspace = open_workspace(tmp_path, {}, clock)
        engine = build_engine(workspace, Heard(), Parts(sources=sources, documents=PlainDocuments()))
        async with engine.opened():
            await engine.execute(c.ImportCv("ada.pdf"))
            await engine.execute(c.SearchNow((BOARD,)))
            await engine.work(Until.NOTHING_DUE, {TaskKind.SEARCH})
        assert site.paths() == ["/v1/boards/northwind/jobs"], "one try"
        with closing(workspace.queries()) as queries:
            (search,) = queries.searches()
        assert search.error and sentence in search.error


async def test_decisions_move_an_application_and_can_be_taken_back(office: Office) -> None:
    application = await office.ready()
    for command, status in (
        (c.Approve(application), A.APPROVED),
        (c.Unapprove(application), A.PREVIEW_READY),
        (c.Skip(application), A.SKIPPED),
        (c.Unskip(application), A.PREVIEW_READY),
        (c.Approve(application), A.APPROVED),
        (c.MarkApplied(application), A.APPLIED),
        (c.UnmarkApplied(application), A.APPROVED),
    ):
        await office.do(command)
        assert office.detail(application).row.status is status
    with pytest.raises(Permanent, match="moved on"):
        await office.do(c.UnmarkApplied(application))


async def test_a_preview_that_is_cancelled_can_be_prepared_again(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    application = cast("str", await office.do(c.AddUrl("https://example.org/jobs/7")))
    await office.do(c.CancelPreview(application))
    await office.work()
    assert office.detail(application).row.stage == "Cancelled"
    await office.do(c.Retry(application))
    await office.work()
    assert office.detail(application).row.status is A.PREVIEW_READY


async def test_a_skipped_job_is_not_prepared_and_comes_back_whole(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    application = cast("str", await office.do(c.AddUrl("https://example.org/jobs/7")))
    await office.do(c.Skip(application))
    await office.work()
    assert office.detail(application).row.status is A.SKIPPED
    await office.do(c.Unskip(application))
    await office.work()
    assert office.detail(application).row.status is A.PREVIEW_READY


async def test_saved_documents_have_safe_names_and_never_replace_a_file(office: Office, tmp_path: Path) -> None:
    application = await office.ready()
    folder = tmp_path / "out"
    folder.mkdir()
    for _ in range(2):
        await office.do(c.SaveDocuments(application, str(folder)))
    assert sorted(path.name for path in folder.iterdir()) == [
        "Ada Byron - CV - Northwind (2).pdf",
        "Ada Byron - CV - Northwind.pdf",
        "Ada Byron - Letter - Northwind (2).pdf",
        "Ada Byron - Letter - Northwind.pdf",
    ]
    with pytest.raises(Permanent, match="does not exist"):
        await office.do(c.SaveDocuments(application, str(folder / "nowhere")))


async def test_a_document_changed_on_disk_is_noticed(office: Office) -> None:
    application = await office.ready()
    preview = office.detail(application).preview
    assert preview is not None
    office.workspace.file_path(application, "cv", preview.cv_file).write_bytes(b"something else")
    with pytest.raises(Permanent, match="changed on disk"):
        await office.do(c.RenderPages(application, "cv", 800))


async def test_a_posting_that_vanished_closes_what_nobody_decided(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    with closing(office.workspace.queries()) as queries:
        ids = {row.title: row.id for row in queries.job_rows(queries.job_ids(JobFilter()))}
    await office.do(c.Approve(ids["Backend Engineer 2"]))
    office.board.postings = (posting(3),)
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    assert office.detail(ids["Backend Engineer 1"]).row.status is A.CLOSED
    assert office.detail(ids["Backend Engineer 2"]).row.status is A.APPROVED, "the user has decided"


async def test_the_same_posting_at_two_places_is_one_job(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    twin = posting(1, source="lever:northwind", external_id="abc", url="https://jobs.lever.co/northwind/abc")
    office.board.postings = (posting(1), twin)
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    assert office.counts().applications == {"preview_ready": 1}
    with closing(office.workspace.queries()) as queries:
        detail = queries.detail(queries.job_ids(JobFilter())[0])
    assert detail is not None
    assert detail.also_at == ("https://jobs.lever.co/northwind/abc",)


async def test_saved_searches_repeat_once_a_day_on_whichever_machine(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    assert office.board.asked == 1
    office.clock.move(23 * 3600)
    await office.engine._queue_due_searches()
    assert office.counts().searches_total == 0
    office.clock.move(2 * 3600)
    await asyncio.gather(office.engine._queue_due_searches(), office.engine._queue_due_searches())
    assert office.counts().searches_total == 1
    await office.work()
    assert office.board.asked == 2


async def test_new_wishes_and_a_new_cv_keep_the_profile(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    await office.do(c.SetPreferences(Preferences(titles=("Engineer",))))
    await office.do(c.ImportCv("ada.pdf"))
    with closing(office.workspace.queries()) as queries:
        profile = queries.profile()
    assert profile is not None
    assert profile.preferences.titles == ("Engineer",)
    with pytest.raises(Permanent, match="no CV"):
        await office.do(c.ImportCv("recipe.pdf"))
    with closing(office.workspace.queries()) as queries:
        assert queries.profile() == profile


async def test_a_setting_is_checked_and_pinned_ones_stay(office: Office, tmp_path: Path) -> None:
    await office.do(c.SetSetting("theme", "dark"))
    assert open_workspace(office.workspace.paths.root, {}).settings.theme == "dark"
    with pytest.raises(AgentError, match="theme"):
        await office.do(c.SetSetting("theme", "pink"))


async def test_pause_and_resume_are_rows(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    await office.do(c.SearchNow((BOARD,)))
    await office.do(c.Pause())
    await office.work()
    assert (office.counts().paused, office.board.asked) == (True, 0)
    await office.do(c.Resume())
    await office.work()
    assert office.counts().applications == {"preview_ready": 2}


async def test_a_failed_rendering_is_tried_again_from_there(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    application = cast("str", await office.do(c.AddUrl("https://example.org/jobs/7")))
    monkeypatch.setattr(PlainDocuments, "broken", 1)
    await office.work()
    assert office.detail(application).row.status is A.FAILED
    await office.do(c.Skip(application))
    await office.do(c.Unskip(application))
    await office.do(c.Retry(application))
    await office.work()
    assert office.detail(application).row.status is A.PREVIEW_READY
    # Two engines listen here, so each event is heard twice.
    steps = {e.id: e.details.get("step") for e in office.heard.events if e.kind is EventKind.STEP_DONE}
    assert list(steps.values()) == ["fetch", "match", "tailor", "letter"], "only the rendering ran again"


async def test_a_finished_preview_can_be_made_anew(office: Office) -> None:
    application = await office.ready()
    await office.do(c.Retry(application))
    assert office.detail(application).row.status is A.PREPARING
    await office.work()
    assert office.detail(application).row.status is A.PREVIEW_READY


async def test_a_posting_that_is_back_gets_its_preview_back(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    for postings in ((posting(1), posting(2)), (posting(2),), (posting(1), posting(2))):
        office.board.postings = postings
        await office.do(c.SearchNow((BOARD,)))
        await office.work()
    assert office.counts().applications == {"preview_ready": 2}


async def test_an_expired_posting_that_is_still_listed_is_closed_once(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    office.board.postings = (posting(1, closes_at=office.clock.now() - timedelta(days=1)),)
    for _ in range(3):
        await office.do(c.SearchNow((BOARD,)))
        await office.work()
    assert office.counts().applications == {"closed": 1}
    assert office.counts().tasks == {"done": 4}, "three searches and one preview"


async def test_a_job_is_open_as_long_as_it_stands_anywhere(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    twin = posting(1, source="lever:northwind", external_id="abc")
    other = posting(2, source="lever:northwind", external_id="def", title="Other", description="Another text.")
    for postings in ((posting(1), posting(2), twin, other), (posting(2), twin, other)):
        office.board.postings = postings
        await office.do(c.SearchNow((BOARD,)))
    await office.work()
    office.board.postings = (posting(2), twin, other)
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    assert "closed" not in office.counts().applications, "the twin is open"
    office.board.postings = (posting(2), other)
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    assert office.counts().applications == {"preview_ready": 2, "closed": 1}


async def test_an_edit_does_not_overtake_an_approval_or_another_edit(office: Office) -> None:
    application = await office.ready()
    edits = [c.EditDraft(application, (("letter.greeting", f"Dear team {number},"),)) for number in range(2)]
    done = await asyncio.gather(*(office.do(edit) for edit in edits), return_exceptions=True)
    assert [type(d) for d in done].count(Permanent) <= 1
    await office.do(c.Approve(application))
    with pytest.raises(Permanent):
        await office.do(edits[0])


async def test_a_local_refusal_tells_nothing_about_a_site(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    office.board.error = Blocked("Slow down.", host="northwind")
    for number in range(3):
        await office.do(c.SearchNow((f"{BOARD}{number}",)))
    await office.work()
    office.clock.move(15 * 60)
    office.board.error = Permanent("This address cannot be used.")
    await office.work()
    breaker = office.counts().breaker
    assert breaker is not None
    assert breaker.state.value != "closed"


async def test_a_run_that_is_queued_already_is_told_once(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    await office.do(c.SearchNow((BOARD,)))
    office.board.error = Permanent("This board does not exist.")
    await office.work()
    office.clock.move(25 * 3600)
    for _ in range(3):
        await office.engine._queue_due_searches()
        await office.work()
    started = [e for e in office.heard.events if e.kind is EventKind.SEARCH_STARTED]
    assert len({e.id for e in started}) == 2


async def test_a_low_score_stays_unprepared_until_the_user_wants_it(tmp_path: Path) -> None:
    office = Office(tmp_path, {"JOBAGENT_PREVIEW_MIN_SCORE": "100"})
    async with office.engine.opened():
        await office.do(c.ImportCv("ada.pdf"))
        await office.do(c.SearchNow((BOARD,)))
        await office.work()
        assert office.counts().applications == {"matched": 2}
        with closing(office.workspace.queries()) as queries:
            first = queries.job_ids(JobFilter())[0]
        await office.do(c.Retry(first))
        await office.work()
    assert office.counts().applications == {"matched": 1, "preview_ready": 1}


async def test_all_previews_are_cancelled_at_once_and_each_can_be_prepared_again(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    office.board.postings = tuple(posting(number) for number in range(5))
    await office.do(c.SearchNow((BOARD,)))
    await office.engine.work(Until.NOTHING_DUE, {TaskKind.SEARCH})
    assert office.counts().previews_left == 5
    assert await office.do(c.CancelPreviews()) == 5
    assert office.counts().tasks == {"done": 1, "cancelled": 5}
    with closing(office.workspace.queries()) as queries:
        ids = queries.job_ids(JobFilter())
    assert {office.detail(application).row.stage for application in ids} == {"Cancelled"}
    assert [e.kind for e in office.heard.events].count(EventKind.TASK_CANCELLED) == 5
    assert await office.do(c.CancelPreviews()) == 0
    await office.do(c.Retry(ids[0]))
    await office.work()
    assert office.counts().applications == {"found": 4, "preview_ready": 1}


async def test_two_searches_asked_for_at_the_same_time_list_a_page_once(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    other = office.new_engine()  # another window or command on the same data
    async with other.opened():
        for run in range(1, 4):
            await asyncio.gather(*(engine.execute(c.SearchNow((BOARD,))) for engine in (office.engine, other) * 3))
            await office.work()
            assert office.board.asked == run
    assert office.counts().tasks == {"done": 3 + 2}, "three searches, two previews"


async def test_a_search_asked_for_by_who_has_not_heard_of_the_other_is_the_same_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked before either has written: the id decides."""
    await office.do(c.ImportCv("ada.pdf"))

    async def nothing_open(_subject: str, _kind: TaskKind) -> bool:
        return False

    ledger = office.engine._commands._ledger
    monkeypatch.setattr(ledger, "has_open", nothing_open)
    last = await ledger.last_task("none", TaskKind.SEARCH)

    async def as_before(_subject: str, _kind: TaskKind) -> str:
        return last

    monkeypatch.setattr(ledger, "last_task", as_before)
    for _ in range(2):
        await office.do(c.SearchNow((BOARD,)))
    assert office.counts().searches_total == 1


async def test_previews_whose_posting_is_old_wait_quietly_while_no_site_may_be_asked(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    office.board.postings = tuple(posting(number) for number in range(6))
    await office.do(c.SearchNow((BOARD,)))
    await office.engine.work(Until.NOTHING_DUE, {TaskKind.SEARCH})
    office.clock.move(2 * 3600)
    office.board.error = Blocked("Slow down.", host="northwind")
    for number in range(3):
        await office.do(c.SearchNow((f"{BOARD}{number}",)))
    searches = office.new_engine()
    async with searches.opened():
        await searches.work(Until.NOTHING_DUE, {TaskKind.SEARCH})
    await office.work()
    assert office.counts().applications == {"found": 6}
    assert [e.kind for e in office.heard.events].count(EventKind.TASK_WAITS) == 0, "nobody ran against the closed door"
    office.clock.move(15 * 60)
    office.board.error = None
    await office.work()
    assert office.counts().applications["preview_ready"] >= 5
    office.clock.move(120)
    await office.work()
    assert office.counts().applications == {"preview_ready": 6}


async def test_a_fresh_posting_is_prepared_while_no_site_may_be_asked(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    await office.do(c.SearchNow((BOARD,)))
    await office.engine.work(Until.NOTHING_DUE, {TaskKind.SEARCH})
    office.board.error = Blocked("Slow down.", host="northwind")
    for number in range(3):
        await office.do(c.SearchNow((f"{BOARD}{number}",)))
    await office.work()
    assert office.counts().applications == {"preview_ready": 2}
