"""The steps: a search lists postings, a preview goes fetch, match, tailor, letter, render. Each can be done again safely."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from jobagent_desktop.domain.application import Application, SeenPosting
from jobagent_desktop.domain.changes import ApplicationChange, Changes, Found, SearchRan
from jobagent_desktop.domain.codec import from_json, to_json
from jobagent_desktop.domain.draft import CoverLetter, Draft, TailoredCv
from jobagent_desktop.domain.errors import Bug, NeedsUser, PostingGone
from jobagent_desktop.domain.event import Event, EventKind, Level
from jobagent_desktop.domain.folding import folded
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.posting import FRESH, Posting
from jobagent_desktop.domain.resume import Profile
from jobagent_desktop.domain.states import ON_THE_WAY, ApplicationStatus, JobStatus
from jobagent_desktop.domain.task import Claim, Outcome, Step
from jobagent_desktop.services.circuit_breaker import CircuitBreaker
from jobagent_desktop.services.history import History
from jobagent_desktop.services.ports import Artefacts, Clock, Documents, Records, Sources, Thinker
from jobagent_desktop.services.task_manager import StepDone, Trouble

_A = ApplicationStatus

STAGES: dict[Step, str] = {
    Step.FETCH: "Reading posting",
    Step.MATCH: "Comparing with your CV",
    Step.TAILOR: "Tailoring CV",
    Step.LETTER: "Writing letter",
    Step.RENDER: "Making the documents",
}


class PipelineService:
    """Does the steps of `search` and `preview` tasks. Returns what changes; the scheduler has it written with the step."""

    def __init__(
        self,
        *,
        records: Records,
        artefacts: Artefacts,
        sources: Sources,
        thinker: Thinker,
        documents: Documents,
        breaker: CircuitBreaker,
        clock: Clock,
        history: History,
        min_score: int,
    ) -> None:
        self._records = records
        self._artefacts = artefacts
        self._sources = sources
        self._thinker = thinker
        self._documents = documents
        self._breaker = breaker
        self._clock = clock
        self._history = history
        self._min_score = min_score
        self._preview: dict[Step, Callable[[Claim, Application, Mapping[str, str]], Awaitable[StepDone]]] = {
            Step.FETCH: self._fetch,
            Step.MATCH: self._match,
            Step.TAILOR: self._tailor,
            Step.LETTER: self._letter,
            Step.RENDER: self._render,
        }

    # Searches

    async def search_step(self, claim: Claim, _step: Step, _done: Mapping[str, str]) -> StepDone:
        """Lists one careers page and makes jobs, applications and preview tasks of what is new, all in one commit."""
        url = str(claim.task.payload["url"])
        profile = await self._profile()
        listing = await self._breaker.call(lambda: self._sources.listing(url))
        message = f"{listing.name}: {len(listing.postings)} open jobs."
        event = self._event(EventKind.SEARCH_DONE, claim.task.subject_id, " ".join((message, *listing.notes)))
        changes = Changes(
            found=Found(
                profile.id, listing.postings, likely=_likely(profile, listing.postings), closes_missing=listing.is_complete
            ),
            search_ran=SearchRan(claim.task.subject_id, self._clock.now()),
            events=(event,),
        )
        return StepDone(to_json(len(listing.postings)), changes)

    def search_trouble(self, trouble: Trouble) -> Changes:
        sentence = trouble.sentence
        level = Level.ERROR if trouble.outcome is Outcome.FAILED else Level.WARNING
        search = trouble.claim.task.subject_id
        return Changes(
            search_ran=SearchRan(search, self._clock.now(), sentence),
            events=(self._event(EventKind.SEARCH_FAILED, search, sentence, level),),
        )

    # Previews

    async def preview_step(self, claim: Claim, step: Step, done: Mapping[str, str]) -> StepDone:
        application = await self._records.application(claim.task.subject_id)
        if application is None:
            raise Bug("A task is about an application that does not exist.")
        return await self._preview[step](claim, application, done)

    def preview_trouble(self, trouble: Trouble) -> Changes:
        sentence, application = trouble.sentence, trouble.claim.task.subject_id
        if isinstance(trouble.error, PostingGone):
            change = ApplicationChange(
                application, status=_A.CLOSED, stage="Posting is gone", error=sentence, only_from=ON_THE_WAY
            )
            return Changes((change,), events=(self._event(EventKind.APPLICATION_CHANGED, application, sentence),))
        if trouble.outcome is Outcome.FAILED:
            change = ApplicationChange(application, status=_A.FAILED, stage="Failed", error=sentence, only_from=ON_THE_WAY)
            return Changes((change,), events=(self._event(EventKind.TASK_FAILED, application, sentence, Level.ERROR),))
        stage = "Waiting" if trouble.outcome is Outcome.WAIT else "Trying again soon"
        kind = EventKind.TASK_WAITS if trouble.outcome is Outcome.WAIT else EventKind.TASK_RETRY
        change = ApplicationChange(application, stage=stage, error=sentence, only_from=ON_THE_WAY)
        return Changes((change,), events=(self._event(kind, application, sentence, Level.WARNING),))

    async def _fetch(self, claim: Claim, application: Application, _done: Mapping[str, str]) -> StepDone:
        seen = await self._seen(application)
        posting, now = seen.posting, self._clock.now()
        refreshed: tuple[Posting, ...] = ()
        if now - seen.seen_at > FRESH or not posting.description or seen.status is not JobStatus.OPEN:
            posting = await self._breaker.call(lambda: self._sources.refresh(seen.posting))
            refreshed = (posting,)
        if posting.closes_at is not None and posting.closes_at < now:
            raise PostingGone("The employer has closed this posting.")
        change = ApplicationChange(application.id, stage=STAGES[Step.MATCH], progress=10, error="", only_from=ON_THE_WAY)
        event = self._done_event(application, Step.FETCH, "Read the posting.")
        return StepDone(to_json(posting.job_id), Changes((change,), postings=refreshed, events=(event,)))

    async def _match(self, claim: Claim, application: Application, _done: Mapping[str, str]) -> StepDone:
        profile, posting = await self._profile(), (await self._seen(application)).posting
        match = self._thinker.match(profile, posting)
        wanted = match.score >= self._min_score or bool(claim.task.payload.get("wanted"))
        change = ApplicationChange(
            application.id,
            status=_A.MATCHED if application.status is _A.FOUND else None,
            stage=STAGES[Step.TAILOR] if wanted else "Not prepared: low score",
            progress=30,
            match=match,
            only_from=ON_THE_WAY,
        )
        event = self._done_event(application, Step.MATCH, f"Score {match.score}. {match.verdict}")
        return StepDone(to_json(match), Changes((change,), events=(event,)), is_last=not wanted)

    async def _tailor(self, claim: Claim, application: Application, _done: Mapping[str, str]) -> StepDone:
        profile, posting = await self._profile(), (await self._seen(application)).posting
        cv = self._thinker.tailor(profile, posting)
        change = ApplicationChange(
            application.id, status=_A.PREPARING, stage=STAGES[Step.LETTER], progress=55, only_from=ON_THE_WAY
        )
        event = self._done_event(application, Step.TAILOR, "Chose and ordered your CV's sentences for this job.")
        return StepDone(to_json(cv), Changes((change,), events=(event,)))

    async def _letter(self, claim: Claim, application: Application, done: Mapping[str, str]) -> StepDone:
        profile, posting = await self._profile(), (await self._seen(application)).posting
        match = from_json(Match, done[Step.MATCH])
        letter = self._thinker.letter(profile, posting, match, self._clock.now())
        change = ApplicationChange(application.id, stage=STAGES[Step.RENDER], progress=75, only_from=ON_THE_WAY)
        event = self._done_event(application, Step.LETTER, "Wrote the letter from your CV's facts.")
        return StepDone(to_json(letter), Changes((change,), events=(event,)))

    async def _render(self, claim: Claim, application: Application, done: Mapping[str, str]) -> StepDone:
        profile, posting = await self._profile(), (await self._seen(application)).posting
        cv, letter = from_json(TailoredCv, done[Step.TAILOR]), from_json(CoverLetter, done[Step.LETTER])
        draft = Draft(cv, letter, self._thinker.name)
        if self._thinker.unsourced(draft, profile.resume, posting):
            # The CV or the posting has changed since these steps; what they wrote is out of date, so it is written anew.
            now = self._clock.now()
            cv = self._thinker.tailor(profile, posting)
            letter = self._thinker.letter(profile, posting, self._thinker.match(profile, posting), now)
            draft = Draft(cv, letter, self._thinker.name)
        change, changes = await self.documents_for(application.id, profile, posting, draft)
        ready = ApplicationChange(
            application.id,
            status=_A.PREVIEW_READY,
            stage="Preview ready",
            progress=100,
            error="",
            draft=change.draft,
            resume_file=change.resume_file,
            cover_file=change.cover_file,
            only_from=ON_THE_WAY,
        )
        event = self._event(EventKind.PREVIEW_READY, application.id, f"The preview for {posting.title} is ready.")
        return StepDone(to_json(change.resume_file), Changes((ready,), files=changes.files, events=(event,)))

    async def documents_for(
        self, application_id: str, profile: Profile, posting: Posting, draft: Draft
    ) -> tuple[ApplicationChange, Changes]:
        """Checks where each sentence comes from, draws both PDFs and stores them. Nothing is changed yet."""
        problems = self._thinker.unsourced(draft, profile.resume, posting)
        if problems:
            raise Bug("A sentence in this draft is not yours, so it was stopped. " + problems[0])
        cv = await self._documents.render_cv(draft.cv)
        letter = await self._documents.render_letter(draft.letter, self._clock.now())
        coverage = self._thinker.coverage(posting, profile.resume, _whole_text(profile), cv.text)
        files = (
            await self._artefacts.save(application_id, "cv", ".pdf", cv.data),
            await self._artefacts.save(application_id, "letter", ".pdf", letter.data),
        )
        change = ApplicationChange(
            application_id,
            draft=Draft(draft.cv, draft.letter, draft.engine, coverage),
            resume_file=files[0].id,
            cover_file=files[1].id,
        )
        return change, Changes(files=files)

    async def _profile(self) -> Profile:
        profile = await self._records.profile()
        if profile is None:
            raise NeedsUser("There is no CV yet. Import your CV, and the work goes on.")
        return profile

    async def _seen(self, application: Application) -> SeenPosting:
        seen = await self._records.posting(application.job_id)
        if seen is None:
            raise Bug("An application is about a job that does not exist.")
        return seen

    def _done_event(self, application: Application, step: Step, message: str) -> Event:
        return self._history.event(EventKind.STEP_DONE, message, stream=application.id, details={"step": step.value})

    def _event(self, kind: EventKind, stream: str, message: str, level: Level = Level.INFO) -> Event:
        return self._history.event(kind, message, stream=stream, level=level)


_LEVELS = frozenset(
    ("senior", "junior", "lead", "principal", "staff", "head", "chief", "trainee", "intern", "assistant", "associate")
) | {"manager", "and", "of", "for", "in"}
"""Words of titles that say how high, not what."""


def _likely(profile: Profile, postings: tuple[Posting, ...]) -> frozenset[str]:
    """The jobs whose title shares a word with what the person does or looks for: a cheap guess at what to prepare first."""
    titles = (*profile.preferences.titles, profile.resume.basics.label, *(work.position for work in profile.resume.work))
    known = frozenset(folded(" ".join(titles)).split()) - _LEVELS
    return frozenset(posting.job_id for posting in postings if not known.isdisjoint(folded(posting.title).split()))


def _whole_text(profile: Profile) -> str:
    """The user's whole CV as text, to compare a tailored one with."""
    resume = profile.resume
    parts = [resume.basics.label, *(text for _, text in resume.sources()), *resume.skill_names()]
    parts += [f"{work.position} {work.name}" for work in resume.work]
    parts += [f"{education.study_type} {education.area}" for education in resume.education]
    parts += [certificate.name for certificate in resume.certificates]
    parts += [language.language for language in resume.languages]
    return "\n".join(parts)
