"""Checks a draft before it is rendered: every sentence of a CV stands in the profile, and a letter adds only known words.

A finding is a bug of the writer, not of the user's data. Sentences that the user has edited (`user`) are the user's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jobagent_desktop.agents.reading.words import folded, plain
from jobagent_desktop.agents.writing.employer import company_of, title_of
from jobagent_desktop.agents.writing.phrases import phrases, verbs
from jobagent_desktop.domain.draft import CoverLetter, CvSection, Sentence, TailoredCv
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import Resume

_WORD = re.compile(r"\w+")
_MOST_YEARS = 60


def check_provenance(draft: TailoredCv | CoverLetter, resume: Resume, posting: Posting) -> list[str]:
    """What in the draft has no source, as sentences for a crash report; empty when all is well."""
    if isinstance(draft, TailoredCv):
        return _check_cv(draft, resume)
    return _check_letter(draft, resume, posting)


def _sources(resume: Resume) -> dict[str, str]:
    sources = dict(resume.sources())
    for i, school in enumerate(resume.education):
        sources |= {f"education.{i}.courses.{j}": course for j, course in enumerate(school.courses)}
    return sources


def _check_cv(cv: TailoredCv, resume: Resume) -> list[str]:
    sources = {source_id: plain(text) for source_id, text in _sources(resume).items()}
    sections: Iterable[CvSection] = (*cv.work, *cv.projects, *cv.education)
    sentences = [*cv.summary, *(line for section in sections for line in section.lines)]
    found = [
        f"A sentence of the CV is not in {sentence.source_id}: {sentence.text[:80]!r}"
        for sentence in sentences
        if sentence.source_id != "user" and plain(sentence.text) not in sources.get(sentence.source_id, "")
    ]
    known = set(resume.skill_names())
    found += [f"A skill of the CV is not in the profile: {name[:80]!r}" for name in cv.skills if name not in known]
    entries = _words(_everything(resume))
    for section in sections:
        strange = _words(f"{section.heading} {section.subheading}") - entries
        if strange:
            found.append(f"The entry {section.source_id} has words that are not in the profile: {', '.join(sorted(strange))}")
    return found


def _check_letter(letter: CoverLetter, resume: Resume, posting: Posting) -> list[str]:
    template = phrases(letter.language).words
    theirs = _words(f"{title_of(posting)} {company_of(posting)}")
    sources = _sources(resume)
    found: list[str] = []
    for sentence in (sentence for paragraph in letter.paragraphs for sentence in paragraph):
        if sentence.source_id == "user":
            continue
        allowed = template | _allowed(sentence, resume, sources, theirs)
        strange = sorted(_words(sentence.text) - allowed)
        if sentence.source_id == "work":  # computed years
            strange = [word for word in strange if not (word.isdigit() and int(word) <= _MOST_YEARS)]
        if strange:
            found.append(f"The letter has words without a source in {sentence.source_id}: {', '.join(strange)}")
    fields = {"subject": letter.subject, "greeting": letter.greeting, "closing": letter.closing}
    ours = " ".join(text for name, text in fields.items() if name not in letter.own_words)
    head = _words(f"{ours} {letter.recipient}") - template - theirs
    return [*found, f"The letter's head has words without a source: {', '.join(sorted(head))}"] if head else found


def _allowed(sentence: Sentence, resume: Resume, sources: dict[str, str], theirs: frozenset[str]) -> frozenset[str]:
    source_id = sentence.source_id
    if source_id == "posting":
        return theirs
    if source_id in sources:
        kind, number = source_id.split(".")[0], source_id.split(".")[1] if "." in source_id else ""
        entry = ""
        if kind == "work":
            entry = f"{resume.work[int(number)].name} {resume.work[int(number)].position}"
        elif kind == "projects":
            entry = resume.projects[int(number)].name
        return _words(f"{sources[source_id]} {entry}") | _frame_words(sources[source_id])
    parts = source_id.split(".")
    value: object = resume
    for part in parts:
        if isinstance(value, tuple):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else ""
        else:
            value = getattr(value, part, "")
    return _words(_text(value))


def _frame_words(text: str) -> frozenset[str]:
    """The words that turn this line into a sentence with "I": its verb's base form, "am" or "was"."""
    known = verbs()
    first = folded(text.split(" ", 1)[0]) if text.strip() else ""
    words = {known.third[first]} if first in known.third else set[str]()
    for start, frames in known.states.items():
        if folded(text).startswith(start):
            words |= set(" ".join(frames).split())
    return frozenset(words)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(folded(plain(text))))


def _everything(resume: Resume) -> str:
    return _text(resume)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return " ".join(_text(item) for item in value)
    fields = getattr(type(value), "model_fields", {})
    return " ".join(_text(getattr(value, name)) for name in fields)
