"""Makes a resume of a CV's lines. Nothing is guessed: what has no sure place is handed back as unread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pydantic import ValidationError

from jobagent_desktop.documents.parsing.contact import largest_name, read_header
from jobagent_desktop.documents.parsing.dates import find_period
from jobagent_desktop.documents.parsing.education import read_education
from jobagent_desktop.documents.parsing.findings import missing_parts
from jobagent_desktop.documents.parsing.headings import Section, inline_section, section_of
from jobagent_desktop.documents.parsing.line import Line, joined
from jobagent_desktop.documents.parsing.lists import has_languages, read_certificates, read_languages, read_skills
from jobagent_desktop.documents.parsing.people import second_person
from jobagent_desktop.documents.parsing.positions import read_projects, read_work
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.resume import ImportedCv, Resume, Unread

_PAGE_NUMBER = re.compile(
    r"^(?:.{0,60}[\s|–-])?(?:page|seite|strona|página)\s*\d+(?:\s*(?:of|von|z|de|/)\s*\d+)?$|"
    r"^[-–]?\s*\d{1,2}\s*(?:(?:/|of|von|z|de)\s*\d{1,2})?\s*[-–]?$",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"wyrażam zgodę|(?:consent|agree) to the processing of|processing of (?:my )?personal data|przetwarzanie (?:moich )?danych",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"^(?:full\s+|clean\s+)*(?:uk\s+|eu\s+)?(?:driving licen[cs]e|driver[’']?s licen[cs]e|führerschein|prawo jazdy|"
    r"permis (?:de conduire|b)|"
    r"carn[eé] de conducir)\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"^[^\W\d_][\w .-]{2,30},\s*(?:den\s+|dnia\s+)?\d{1,2}[. ][\w.]+[. ]\s?\d{4}$")
_LISTS = frozenset((Section.SKILLS, Section.LANGUAGES, Section.CERTIFICATES))
# A page header has at most this many lines.
_PAGE_HEADER = 3
# Longer than any paragraph of a CV; regular expressions must not meet a line without end.
_LONGEST = 4000
_EVIDENCE = frozenset((Section.WORK, Section.EDUCATION, Section.SKILLS))
# A one-line section may stand inside these; inside a job "Languages: Python" is a sentence of the job.
_OPEN_TO_INLINE = frozenset(
    (
        Section.HEADER,
        Section.CONTACT,
        Section.SUMMARY,
        Section.SKILLS,
        Section.LANGUAGES,
        Section.CERTIFICATES,
        Section.OTHER,
        Section.EDUCATION,
    )
)


def parse_resume(lines: Sequence[Line]) -> ImportedCv:
    """Raises `Permanent` when the text does not have the structure of a CV, or is far longer than one."""
    try:
        return _parsed(_without_page_marks(lines))
    except ValidationError as error:
        raise Permanent("The document is far longer than a CV can be. Choose your CV, or a shorter version of it.") from error


def _without_page_marks(lines: Sequence[Line]) -> list[Line]:
    """The lines without page numbers and without the page headers that repeat the first page's; very long lines in parts."""
    top = {line.text.casefold() for line in lines[:_PAGE_HEADER]}
    kept: list[Line] = []
    for line in lines:
        repeats = line.page is not None and line.page > 1 and line.text.casefold() in top
        if not repeats and not _PAGE_NUMBER.match(line.text[:_LONGEST].strip()):
            starts = range(0, max(1, len(line.text)), _LONGEST)
            kept += [replace(line, text=line.text[start : start + _LONGEST]) for start in starts]
    return kept


def _parsed(lines: Sequence[Line]) -> ImportedCv:
    other = second_person(lines)
    if other is None:
        return _one_person(lines)
    first = _one_person(lines[: other.line])
    return first.model_copy(update={"unread": (other.told, *first.unread)})


def _one_person(lines: Sequence[Line]) -> ImportedCv:
    sections, unread = _sections(lines)
    whole = {section: joined(part, is_list=section in _LISTS) for section, part in sections.items()}

    def part(section: Section) -> list[Line]:
        return whole.get(section, [])

    header = read_header(part(Section.HEADER), part(Section.CONTACT), part(Section.SUMMARY), lines)
    work, unread_work = read_work(part(Section.WORK))
    education, unread_education = read_education(part(Section.EDUCATION))
    projects, unread_projects = read_projects(part(Section.PROJECTS))
    skills, more_languages, unread_skills = read_skills(part(Section.SKILLS))
    languages, unread_languages = read_languages(part(Section.LANGUAGES))
    certificates, unread_certificates = read_certificates(part(Section.CERTIFICATES))
    resume = Resume(
        basics=header.basics,
        work=tuple(work),
        education=tuple(education),
        skills=tuple(skills),
        languages=(*languages, *more_languages),
        certificates=tuple(certificates),
        projects=tuple(projects),
    )
    _insist_on_cv(resume, sections, lines)
    all_unread = (
        *header.unread,
        *unread_work,
        *unread_projects,
        *unread_education,
        *unread_skills,
        *unread_certificates,
        *unread_languages,
        *unread,
    )
    return ImportedCv(resume=resume, unread=_in_order(all_unread), missing=missing_parts(resume))


def _sections(lines: Sequence[Line]) -> tuple[dict[Section, list[Line]], list[Unread]]:
    """The lines by section, headings taken out, and what no section of the profile can hold."""
    sections: dict[Section, list[Line]] = {}
    unread: list[Unread] = []
    current, title = Section.HEADER, ""
    named = largest_name(lines)
    for line in lines:
        text = line.text.strip()
        if not text:
            continue
        if line is named:  # a side column may come before it
            current = Section.HEADER
        if not line.is_bullet and (section := section_of(text, is_strong=line.is_strong)) is not None:
            current, title = section, text.strip(" :")
            sections.setdefault(current, [])
            continue
        if _CONSENT.search(text) or _SIGNED.match(text):
            unread.append(
                Unread(text=text, reason="A statement that belongs to one application, not to the profile.", page=line.page)
            )
            continue
        inline = inline_section(text) if current in _OPEN_TO_INLINE and not line.is_bullet else None
        if inline is not None and _stands_alone(inline[0], inline[1], current):
            sections.setdefault(inline[0], []).append(Line(inline[1], page=line.page))
            continue
        if current not in {Section.WORK, Section.PROJECTS} and _LICENCE.match(text):
            sections.setdefault(Section.CERTIFICATES, []).append(replace(line, text=text.replace("\t", ": ")))
            continue
        if current is Section.OTHER:
            unread.append(
                Unread(text=text.replace("\t", "  "), reason=f'The profile has no place for "{title}" yet.', page=line.page)
            )
            continue
        sections.setdefault(current, []).append(line)
    return sections, unread


def _stands_alone(section: Section, content: str, current: Section) -> bool:
    """Whether `Languages: ...` is a section of its own here, and not a group of skills or part of another section."""
    if section is Section.LANGUAGES:
        return has_languages(content)
    return section is not current and current is not Section.SKILLS


def _insist_on_cv(resume: Resume, sections: dict[Section, list[Line]], lines: Sequence[Line]) -> None:
    found = [section for section in _EVIDENCE if sections.get(section)]
    periods = sum(1 for line in lines if (period := find_period(line.text)) and period[0].is_range)
    reachable = bool(resume.basics.email or resume.basics.phone)
    if (len(found) >= 2 and (reachable or periods)) or (len(found) == 1 and reachable and (periods or resume.basics.name)):
        return
    if periods >= 2 and reachable:
        raise Permanent(
            "This looks like a CV, but its sections were not recognised. Give them usual headings such as Experience, "
            "Education "
            "and Skills (English, German, Polish, French or Spanish) and import the file again."
        )
    raise Permanent(
        "This file does not look like a CV: no work experience, education or skills were found in it. Choose your CV "
        "as PDF, DOCX, text or JSON Resume."
    )


def _in_order(unread: Sequence[Unread]) -> tuple[Unread, ...]:
    """Each piece once, by page."""
    once = dict.fromkeys(unread)
    return tuple(sorted(once, key=lambda piece: piece.page or 0))
