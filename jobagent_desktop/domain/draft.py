"""What the agents write for one application: a CV and a letter whose every sentence names its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of text and where it comes from.

    `source_id` is a path into the resume (see `resume`), `posting` for a fact about the employer, `template` for words that
    state no fact, `user` once the user has edited it.
    """

    text: str
    source_id: str


@dataclass(frozen=True, slots=True)
class CvSection:
    """A position, or another dated entry, as the tailored CV shows it. `source_id` is the entry (`work.0`)."""

    source_id: str
    heading: str
    subheading: str
    dates: str
    lines: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class TailoredCv:
    """The user's own CV, selected and ordered for one posting. Nothing in it is new.

    `contact` are short strings (e-mail, phone, place, links). `dropped` counts the user's sentences left out.
    """

    name: str
    label: str
    contact: tuple[str, ...]
    summary: tuple[Sentence, ...]
    work: tuple[CvSection, ...]
    projects: tuple[CvSection, ...]
    education: tuple[CvSection, ...]
    skills: tuple[str, ...]
    certificates: tuple[str, ...]
    languages: tuple[str, ...]
    language: str = "en"
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class CoverLetter:
    """A letter in paragraphs of sourced sentences. `language` is ISO 639-1.

    `own_words` names the fields of its head (`greeting`, `subject`, `closing`) that the user has written.
    """

    name: str
    contact: tuple[str, ...]
    recipient: str
    subject: str
    greeting: str
    paragraphs: tuple[tuple[Sentence, ...], ...]
    closing: str
    language: str = "en"
    own_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the posting's weighted terms a text has, 0-100, before and after tailoring.

    `present`: in the document. `addable`: true of the user (in the profile) but not in the document.
    `not_yours`: asked, not in the profile; never added.
    """

    before: int
    after: int
    present: tuple[str, ...] = ()
    addable: tuple[str, ...] = ()
    not_yours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What one application would send. `engine` says who wrote it. `coverage` is None until the PDF has been read back."""

    cv: TailoredCv
    letter: CoverLetter
    engine: str
    coverage: Coverage | None = None
