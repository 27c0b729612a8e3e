"""The user's own changes to a draft: text at a named place is replaced or removed, and from then on it is the user's word.

Places: `cv.summary.0`, `cv.label`, `cv.work.1.lines.2` (and so for `projects` and `education`), `letter.greeting`,
`letter.subject`, `letter.closing`, `letter.paragraphs.0.1`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from jobagent_desktop.domain.draft import CoverLetter, CvSection, Draft, Sentence, TailoredCv
from jobagent_desktop.domain.errors import Permanent

USER = "user"
MAX_SENTENCE = 2_000
_HEAD = ("subject", "greeting", "closing")


def edit_draft(draft: Draft, edits: Iterable[tuple[str, str]]) -> Draft:
    """The draft with the edits made. Raises `Permanent` when a place does not exist (the draft has changed since)."""
    wanted = {place: _line(text) for place, text in edits}
    used: set[str] = set()
    edited = replace(draft, cv=_cv(draft.cv, wanted, used), letter=_letter(draft.letter, wanted, used), coverage=None)
    if wanted.keys() - used:
        raise Permanent("The text has changed since you began to edit. Open the preview again and make your change there.")
    return edited


def _line(text: str) -> str:
    return " ".join(text.split())[:MAX_SENTENCE]


def _sentences(sentences: Sequence[Sentence], place: str, wanted: Mapping[str, str], used: set[str]) -> tuple[Sentence, ...]:
    changed = []
    for index, sentence in enumerate(sentences):
        text = _text(sentence.text, f"{place}.{index}", wanted, used)
        if text == sentence.text:
            changed.append(sentence)
        elif text:
            changed.append(Sentence(text, USER))
    return tuple(changed)


def _text(text: str, place: str, wanted: Mapping[str, str], used: set[str]) -> str:
    if place not in wanted:
        return text
    used.add(place)
    return wanted[place]


def _sections(sections: Sequence[CvSection], place: str, wanted: Mapping[str, str], used: set[str]) -> tuple[CvSection, ...]:
    return tuple(
        replace(section, lines=_sentences(section.lines, f"{place}.{index}.lines", wanted, used))
        for index, section in enumerate(sections)
    )


def _cv(cv: TailoredCv, wanted: Mapping[str, str], used: set[str]) -> TailoredCv:
    return replace(
        cv,
        label=_text(cv.label, "cv.label", wanted, used),
        summary=_sentences(cv.summary, "cv.summary", wanted, used),
        work=_sections(cv.work, "cv.work", wanted, used),
        projects=_sections(cv.projects, "cv.projects", wanted, used),
        education=_sections(cv.education, "cv.education", wanted, used),
    )


def _letter(letter: CoverLetter, wanted: Mapping[str, str], used: set[str]) -> CoverLetter:
    paragraphs = (
        _sentences(paragraph, f"letter.paragraphs.{index}", wanted, used) for index, paragraph in enumerate(letter.paragraphs)
    )
    head = {name: _text(getattr(letter, name), f"letter.{name}", wanted, used) for name in _HEAD}
    written = tuple(name for name in _HEAD if name in letter.own_words or head[name] != getattr(letter, name))
    return replace(letter, **head, own_words=written, paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph))
