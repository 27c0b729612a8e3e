"""The profile as the engine uses it, read once: skills with where they stand, spoken languages, positions, home, years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jobagent_desktop.agents.reading import spoken, tenure, tfidf
from jobagent_desktop.agents.reading.places import Place, read_place
from jobagent_desktop.agents.reading.skills import Gazetteer, Skill, gazetteer
from jobagent_desktop.agents.reading.tenure import Span
from jobagent_desktop.agents.reading.words import one_line
from jobagent_desktop.domain.resume import Profile, Resume

_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the profile says something: a source id and a quote on one line."""

    source_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Position:
    """A position of the resume. `index` is its place in `resume.work`; `span` None when the dates do not say."""

    index: int
    title: str
    employer: str
    span: Span | None
    current: bool
    skills: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """Attributes:
    skills: every skill the profile shows, by name, with the first place that does.
    implied: skills that follow from another one (SQL from PostgreSQL), with that other one.
    languages: ISO codes with the level, 0 when the profile does not give one.
    language: the language the resume is written in, `en` when that is unclear.
    """

    profile: Profile
    gazetteer: Gazetteer
    skills: dict[str, Evidence]
    kinds: dict[str, Skill]
    implied: dict[str, str]
    languages: dict[str, int]
    language: str
    positions: tuple[Position, ...]
    home: Place
    home_text: str
    vector: tfidf.Vector
    today: date

    @property
    def resume(self) -> Resume:
        return self.profile.resume

    def evidence(self, skill: str) -> Evidence | None:
        """Where the profile shows this skill, itself or through one that implies it."""
        return self.skills.get(skill) or self.skills.get(self.implied.get(skill, ""))

    def has(self, skill: str) -> bool:
        return skill in self.skills or skill in self.implied

    def months(self, positions: tuple[Position, ...] | None = None) -> int:
        """Months worked in these positions (all when None), overlaps counted once."""
        chosen = self.positions if positions is None else positions
        return tenure.months(position.span for position in chosen if position.span is not None)


def read_person(profile: Profile, today: date) -> Person:
    """Reads a profile. Never raises, whatever the resume holds."""
    resume = profile.resume
    own = gazetteer().with_own(resume.skill_names())
    texts = list(_texts(resume))
    skills: dict[str, Evidence] = {}
    kinds: dict[str, Skill] = {}
    for source_id, text, is_name in texts:
        whole = own.canonical(text) if is_name else None
        for skill in ([whole] if whole else []) + [hit.skill for hit in own.find(text)]:
            kinds.setdefault(skill.name, skill)
            skills.setdefault(skill.name, Evidence(source_id, one_line(text, _QUOTE)))
    prose = "\n".join(text for _, text, _ in texts)
    detected = spoken.detect("\n".join(text for _, text in resume.sources())) or spoken.detect(prose)
    written_in = detected or "en"
    home_text = _home(resume, today)
    return Person(
        profile,
        own,
        skills,
        kinds,
        _implied(skills, own),
        _languages(resume, detected),
        written_in,
        _positions(resume, own, today),
        read_place(home_text),
        home_text,
        tfidf.vector(prose, written_in, own.find(prose)),
        today,
    )


def _texts(resume: Resume) -> list[tuple[str, str, bool]]:
    """Source id, text, and whether the text is the name of a skill. Skills first: the list is the plainest evidence."""
    texts = [("skills", name, True) for name in resume.skill_names()]
    texts += [("skills", skill.name, True) for skill in resume.skills if skill.keywords]
    sources = sorted(resume.sources(), key=lambda source: source[0] == "basics.summary")  # deeds before words about oneself
    texts += [(source_id, text, False) for source_id, text in sources]
    for i, work in enumerate(resume.work):
        texts.append((f"work.{i}", work.position, False))
    for i, certificate in enumerate(resume.certificates):
        texts.append((f"certificates.{i}", certificate.name, True))
    for i, school in enumerate(resume.education):
        texts.append((f"education.{i}", f"{school.study_type} {school.area}".strip(), False))
        texts += [(f"education.{i}.courses.{j}", course, True) for j, course in enumerate(school.courses)]
    texts.append(("basics.label", resume.basics.label, False))
    return [(source_id, text, is_name) for source_id, text, is_name in texts if text]


def _implied(skills: dict[str, Evidence], known: Gazetteer) -> dict[str, str]:
    implied: dict[str, str] = {}
    for name in skills:
        queue = list(known.implied(name))
        while queue:
            other = queue.pop()
            if other not in skills and other not in implied:
                implied[other] = name
                queue += known.implied(other)
    return implied


def _languages(resume: Resume, written_in: str) -> dict[str, int]:
    levels: dict[str, int] = {}
    for language in resume.languages:
        code = spoken.code_of(language.language)
        if code:
            levels[code] = max(levels.get(code, 0), spoken.level_of(f"{language.fluency} {language.language}"))
    if written_in:
        levels.setdefault(written_in, 0)
    return levels


def _positions(resume: Resume, known: Gazetteer, today: date) -> tuple[Position, ...]:
    return tuple(
        Position(
            i,
            work.position,
            work.name,
            tenure.span(work.start_date, work.end_date, today),
            tenure.is_current(work.start_date, work.end_date, today),
            known.names("\n".join((work.position, work.summary, *work.highlights))),
        )
        for i, work in enumerate(resume.work)
    )


def _home(resume: Resume, today: date) -> str:
    place = resume.basics.location
    parts = [place.city, place.region, place.country_code]
    if any(parts):
        return ", ".join(part for part in parts if part)
    current = (work.location for work in resume.work if tenure.is_current(work.start_date, work.end_date, today))
    return next((where for where in current if where), "")
