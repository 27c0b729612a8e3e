"""The tailored CV: the person's own sentences, selected and ordered for one posting. Every text is verbatim; nothing is new."""

from __future__ import annotations

from collections.abc import Sequence

from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.agents.reading.places import country_name
from jobagent_desktop.agents.reading.posting_terms import Level, PostingTerms
from jobagent_desktop.agents.reading.tenure import is_current, month_of, span
from jobagent_desktop.agents.reading.words import plain, sentences, unbulleted
from jobagent_desktop.agents.writing.relevance import Reader
from jobagent_desktop.domain.draft import CvSection, Sentence, TailoredCv
from jobagent_desktop.domain.resume import Education, Project, Work

KEEP_LINES = (6, 5, 4, 3)
"""Lines kept of the positions, the newest first."""
KEEP_OLDER = 2
KEEP_SUMMARY = 4
KEEP_PROJECTS = 4
KEEP_PROJECT_LINES = 3
KEEP_COURSES = 4

_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "de": ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
}
_TODAY = {"en": "today", "de": "heute", "pl": "dziś", "fr": "aujourd’hui", "es": "actualidad", "it": "oggi", "nl": "heden"}


def tailor(person: Person, terms: PostingTerms) -> TailoredCv:
    """Selects and orders. Positions are never left out; `dropped` counts the sentences that are."""
    resume, reader = person.resume, Reader(person, terms)
    counter = _Counter()
    summary = counter.keep(_summary(person, reader))
    work = tuple(_position(person, i, rank, reader, counter) for rank, i in enumerate(_newest_first(person)))
    projects = _projects(person, reader, counter)
    return TailoredCv(
        name=resume.basics.name,
        label=resume.basics.label,
        contact=contact(person),
        summary=summary,
        work=work,
        projects=projects,
        education=tuple(_education(person, i, school) for i, school in enumerate(resume.education)),
        skills=_skills(person, terms),
        certificates=tuple(
            ", ".join(part for part in (c.name, c.issuer, _date(c.date, person.language)) if part)
            for c in resume.certificates
            if c.name
        ),
        languages=tuple(f"{x.language} ({x.fluency})" if x.fluency else x.language for x in resume.languages if x.language),
        language=person.language,
        dropped=counter.dropped,
    )


class _Counter:
    """Counts what is left out."""

    def __init__(self) -> None:
        self.dropped = 0

    def keep(self, chosen: tuple[Sequence[Sentence], int]) -> tuple[Sentence, ...]:
        kept, of = chosen
        self.dropped += of - len(kept)
        return tuple(kept)


def contact(person: Person) -> tuple[str, ...]:
    """E-mail, phone, place and links, each once."""
    basics = person.resume.basics
    place = basics.location
    country = country_name(place.country_code) if person.language == "en" and place.city else ""
    parts = [basics.email, basics.phone, ", ".join(x for x in (place.city, country) if x), basics.url]
    parts += [profile.url or profile.username for profile in basics.profiles]
    return tuple(dict.fromkeys(part for part in parts if part))


def pieces(text: str) -> list[str]:
    """A paragraph's sentences without list marks, each verbatim."""
    return [piece for line in text.split("\n") for piece in sentences(unbulleted(line)) if piece]


def _summary(person: Person, reader: Reader) -> tuple[list[Sentence], int]:
    """The first sentence, which introduces, and the most relevant others, in the user's order."""
    every = pieces(person.resume.basics.summary)
    if len(every) > KEEP_SUMMARY:
        best = sorted(range(1, len(every)), key=lambda i: -reader.rate(every[i]).value)[: KEEP_SUMMARY - 1]
        kept = [every[i] for i in sorted([0, *best])]
    else:
        kept = every
    return [Sentence(text, "basics.summary") for text in kept], len(every)


def _newest_first(person: Person) -> list[int]:
    """Reverse chronological; the CV's own order when a position has no dates."""
    spans = [span(work.start_date, work.end_date, person.today) for work in person.resume.work]
    order = list(range(len(spans)))
    if all(one is not None for one in spans):
        order.sort(key=lambda i: (-spans[i].last, -spans[i].first) if spans[i] else (0, 0))  # pyright: ignore[reportOptionalMemberAccess]
    return order


def _position(person: Person, i: int, rank: int, reader: Reader, counter: _Counter) -> CvSection:
    work = person.resume.work[i]
    limit = KEEP_LINES[rank] if rank < len(KEEP_LINES) else KEEP_OLDER
    lines = counter.keep(_lines(f"work.{i}", work.summary, work.highlights, limit, reader))
    return CvSection(f"work.{i}", *_work_heading(work), _dates(work.start_date, work.end_date, person), lines)


def _work_heading(work: Work) -> tuple[str, str]:
    if not work.position:
        return work.name, work.location
    return work.position, " · ".join(part for part in (work.name, work.location) if part)


def _lines(
    source: str, summary: str, highlights: Sequence[str], limit: int, reader: Reader, field: str = "summary"
) -> tuple[list[Sentence], int]:
    """The introduction's first sentence, then the most relevant lines first."""
    opening = [Sentence(text, f"{source}.{field}") for text in pieces(summary)]
    bullets = [Sentence(text, f"{source}.highlights.{j}") for j, text in enumerate(highlights) if text]
    of = len(opening) + len(bullets)
    rated = sorted(opening[1:] + bullets, key=lambda sentence: -reader.rate(sentence.text).value)
    return (opening[:1] + rated)[:limit], of


def _projects(person: Person, reader: Reader, counter: _Counter) -> tuple[CvSection, ...]:
    rated: list[tuple[float, int, Project]] = []
    for i, project in enumerate(person.resume.projects):
        text = " ".join((project.name, project.description, *project.highlights))
        rated.append((reader.rate(text).value, i, project))
    rated.sort(key=lambda item: (-item[0], item[1]))
    sections: list[CvSection] = []
    for n, (_, i, project) in enumerate(rated):
        limit = KEEP_PROJECT_LINES if n < KEEP_PROJECTS else 0
        chosen = _lines(f"projects.{i}", project.description, project.highlights, limit, reader, "description")
        lines = counter.keep(chosen)
        if n < KEEP_PROJECTS:
            dates = _dates(project.start_date, project.end_date, person)
            sections.append(CvSection(f"projects.{i}", project.name, project.url, dates, lines))
    return tuple(sections)


def _education(person: Person, i: int, school: Education) -> CvSection:
    heading = ", ".join(part for part in (school.study_type, school.area) if part)
    subheading = " · ".join(part for part in (school.institution, school.score) if part)
    if not heading:
        heading, subheading = school.institution, school.score
    courses = tuple(
        Sentence(course, f"education.{i}.courses.{j}") for j, course in enumerate(school.courses[:KEEP_COURSES]) if course
    )
    dates = _dates(school.start_date, school.end_date, person, open_means_today=False)
    return CvSection(f"education.{i}", heading, subheading, dates, courses)


def _skills(person: Person, terms: PostingTerms) -> tuple[str, ...]:
    """The user's skills: first those the posting requires, in its order, then those it prefers, then the others."""
    rank: dict[str, int] = {}
    ordered = sorted(terms.terms, key=lambda term: term.level is not Level.REQUIRED)
    for n, term in enumerate(ordered):
        for name in term.names:
            rank.setdefault(name, n)
    names = person.resume.skill_names()
    known = person.gazetteer

    def place(name: str) -> int:
        whole = known.canonical(name)
        skills = {hit.skill.name for hit in known.find(name)} | ({whole.name} if whole else set())
        return min((rank[skill] for skill in skills if skill in rank), default=len(rank))

    return tuple(sorted(names, key=place))


def _dates(start: str, end: str, person: Person, *, open_means_today: bool = True) -> str:
    first = _date(start, person.language)
    last = _date(end, person.language)
    if not last and first and open_means_today and is_current(start, end, person.today):
        last = _TODAY.get(person.language, "…")
    return first if first == last else " – ".join(part for part in (first, last) if part)


def _date(text: str, language: str) -> str:
    """`Mar 2021` from `2021-03`; a date of another form as it is written."""
    read = month_of(text)
    if read is None:
        return plain(text)
    year, month = read
    if not month:
        return str(year)
    names = _MONTHS.get(language)
    return f"{names[month - 1]} {year}" if names else f"{month:02d}.{year}" if language == "pl" else f"{month:02d}/{year}"
