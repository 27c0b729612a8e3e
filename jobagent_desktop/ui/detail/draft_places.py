"""The places of a draft where text can be edited, each with its words and where they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from jobagent_desktop.domain.draft import CvSection, Sentence
from jobagent_desktop.domain.views import Preview


@dataclass(frozen=True, slots=True)
class Place:
    """`path` is the place as `EditDraft` names it; `heading` is what stands above it in the document."""

    path: str
    heading: str
    text: str
    source: str


def source_words(sentence: Sentence, own: Mapping[str, str]) -> str:
    """Where a sentence comes from, in words. `own` maps source ids to the user's own sentences."""
    if sentence.source_id == "user":
        return QCoreApplication.translate("draft", "Your own words, edited here.")
    if sentence.source_id == "posting":
        return QCoreApplication.translate("draft", "From the posting: a fact about the employer.")
    if sentence.source_id == "template":
        return QCoreApplication.translate("draft", "Connecting words; they state no fact.")
    original = own.get(sentence.source_id, "")
    if not original:
        return QCoreApplication.translate("draft", "From your CV.")
    if original.strip() == sentence.text.strip():
        return QCoreApplication.translate("draft", "From your CV, word for word.")
    return QCoreApplication.translate("draft", "Your CV says: “{text}”").replace("{text}", original)


def cv_places(preview: Preview, own: Mapping[str, str]) -> Iterator[Place]:
    summary = QCoreApplication.translate("draft", "Summary")
    for i, sentence in enumerate(preview.draft.cv.summary):
        yield Place(f"cv.summary.{i}", summary, sentence.text, source_words(sentence, own))
    groups: tuple[tuple[str, tuple[CvSection, ...]], ...] = (
        ("work", preview.draft.cv.work),
        ("projects", preview.draft.cv.projects),
        ("education", preview.draft.cv.education),
    )
    for group, sections in groups:
        for i, section in enumerate(sections):
            heading = ", ".join(part for part in (section.heading, section.subheading) if part)
            for j, sentence in enumerate(section.lines):
                yield Place(f"cv.{group}.{i}.lines.{j}", heading, sentence.text, source_words(sentence, own))


def letter_places(preview: Preview, own: Mapping[str, str]) -> Iterator[Place]:
    connecting = QCoreApplication.translate("draft", "Connecting words; they state no fact.")
    yield Place("letter.greeting", QCoreApplication.translate("draft", "Greeting"), preview.draft.letter.greeting, connecting)
    for i, paragraph in enumerate(preview.draft.letter.paragraphs):
        heading = QCoreApplication.translate("draft", "Paragraph {n}").replace("{n}", str(i + 1))
        for j, sentence in enumerate(paragraph):
            yield Place(f"letter.paragraphs.{i}.{j}", heading, sentence.text, source_words(sentence, own))
