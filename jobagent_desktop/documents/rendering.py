"""Renders the CV and the cover letter to PDF with typst; runs in the worker process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobagent_desktop.documents.glyphs import printable
from jobagent_desktop.documents.pdf_text import page_count, plain_text
from jobagent_desktop.documents.titles import long_date, section_titles
from jobagent_desktop.domain.draft import CoverLetter, CvSection, Sentence, TailoredCv
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.services.ports import RenderedPdf

if TYPE_CHECKING:
    from typst import Compiler


@dataclass(frozen=True, slots=True)
class Room:
    """How far a document may be drawn together to save a page: point size and spacing, tight and usual.

    Inter is wide: 10 pt of it reads like 11 pt of a book face.
    """

    sizes: tuple[float, float]
    air: tuple[float, float]

    def at(self, ease: float) -> dict[str, float]:
        """What the template needs, from 0 (tight) to 1 (usual)."""
        return {
            "size": round(self.sizes[0] + ease * (self.sizes[1] - self.sizes[0]), 3),
            "air": round(self.air[0] + ease * (self.air[1] - self.air[0]), 3),
        }


CV_ROOM = Room(sizes=(9.2, 10.0), air=(0.72, 1.0))
LETTER_ROOM = Room(sizes=(9.2, 10.4), air=(0.6, 1.0))
_HALVINGS = 5

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HOST_PATH = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s]*)?", re.IGNORECASE)

# What typst says of a character that none of its fonts has.
_CANNOT_SHOW = "could not be displayed"
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)

Data = dict[str, Any]


class Renderer:
    """Keeps both templates and the fonts ready: the first compile costs a third of a second, the next ones 10 ms.

    The same input always gives the same bytes: no clock, and no system fonts but for scripts that the program's own lack.
    """

    def __init__(self, templates: Path, fonts: Path) -> None:
        self._templates = templates
        self._fonts = fonts
        self._compilers: dict[tuple[str, bool], Compiler] = {}

    def warm_up(self) -> None:
        """Loads fonts and compiles both templates with empty documents."""
        empty = TailoredCv("", "", (), (), (), (), (), (), (), ())
        self._render("cv.typ", cv_data(empty), CV_ROOM)
        self._render("letter.typ", letter_data(CoverLetter("", (), "", "", "", (), ""), _ANY_DAY), LETTER_ROOM)

    def cv(self, cv: TailoredCv) -> RenderedPdf:
        """Raises `Permanent` when no font can show a script that the CV uses."""
        return self._render("cv.typ", cv_data(cv), CV_ROOM)

    def letter(self, letter: CoverLetter, on: datetime) -> RenderedPdf:
        """`on` is the date that the letter bears."""
        return self._render("letter.typ", letter_data(letter, on), LETTER_ROOM)

    def _render(self, template: str, data: Data, room: Room) -> RenderedPdf:
        from typst import TypstError

        data = _printable(data)
        try:
            pdf = fitted(self._compiled(template, data, room, with_system_fonts=False))
        except TypstError as own:
            if _CANNOT_SHOW not in own.message:
                raise
            try:
                pdf = fitted(self._compiled(template, data, room, with_system_fonts=True))
            except TypstError as system:
                if _CANNOT_SHOW not in system.message:
                    raise
                character = "".join(re.findall(r'`"(.)', system.message)[:1])
                raise Permanent(
                    f"The document cannot be made: no font on this computer can show the character {character}. "
                    "Install a font for this script, or write the text in another script, and try again."
                ) from system
        return RenderedPdf(data=pdf, text=plain_text(pdf), pages=page_count(pdf))

    def _compiled(self, template: str, data: Data, room: Room, *, with_system_fonts: bool) -> Callable[[float], bytes]:
        """A function that makes the document at an ease between 0 and 1."""
        compiler = self._compiler(template, with_system_fonts=with_system_fonts)

        def compiled(ease: float) -> bytes:
            inputs = {"data": json.dumps({**data, **room.at(ease)}, ensure_ascii=False)}
            # PDF/UA-1: tagged for screen readers; it also turns a character without a glyph into an error instead of a box.
            pdf = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards="ua-1")
            if not isinstance(pdf, bytes):
                raise TypeError(f"typst gave {type(pdf).__name__} for a PDF")
            return pdf

        return compiled

    def _compiler(self, template: str, *, with_system_fonts: bool) -> Compiler:
        key = (template, with_system_fonts)
        if key not in self._compilers:
            import typst

            self._compilers[key] = typst.Compiler(
                input=self._templates / template,
                root=self._templates,
                font_paths=[self._fonts],
                ignore_system_fonts=not with_system_fonts,
            )
        return self._compilers[key]


def fitted(compiled: Callable[[float], bytes]) -> bytes:
    """The document at the greatest ease (0 to 1) that needs as few pages as it does at none.

    From tight to usual a page loses about a fifth of its lines, so a page begun is always well filled.
    """
    roomy = compiled(1.0)
    pages = page_count(roomy)
    if pages == 1:
        return roomy
    best = compiled(0.0)
    fewest = page_count(best)
    if fewest == pages:
        return roomy
    fits, spills = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (fits + spills) / 2
        pdf = compiled(middle)
        if page_count(pdf) <= fewest:
            fits, best = middle, pdf
        else:
            spills = middle
    return best


def cv_data(cv: TailoredCv) -> Data:
    """What the CV's template shows, section by section, empty ones left out."""
    titles = section_titles(cv.language)
    # A document begins with a heading (PDF/UA-1 insists); without a name the title is it.
    name, label = (cv.name, cv.label) if _shows(cv.name) else (cv.label if _shows(cv.label) else "CV", "")
    sections = [
        _section(titles["summary"], "text", [" ".join(_texts(cv.summary))] if cv.summary else []),
        _skills(titles["skills"], cv.skills),
        _section(titles["work"], "entries", [_entry(item) for item in cv.work]),
        _section(titles["projects"], "entries", [_entry(item) for item in cv.projects]),
        _section(titles["education"], "entries", [_entry(item) for item in cv.education]),
        _section(titles["certificates"], "lines", list(cv.certificates)),
        _section(titles["languages"], "text", [", ".join(cv.languages)] if cv.languages else []),
    ]
    return {
        "title": " – ".join(filter(_shows, (cv.name, cv.label))) or "CV",
        "name": name,
        "label": label,
        "contact": [_linked(text) for text in cv.contact if text],
        "language": _language(cv.language),
        "sections": [section for section in sections if section["items"]],
    }


def letter_data(letter: CoverLetter, on: datetime) -> Data:
    return {
        "title": " – ".join(filter(_shows, (letter.name, letter.subject))) or "Letter",
        "name": letter.name,
        "contact": [_linked(text) for text in letter.contact if text],
        "recipient": letter.recipient,
        "date": long_date(on, letter.language),
        "subject": letter.subject,
        "greeting": letter.greeting,
        "paragraphs": [" ".join(_texts(paragraph)) for paragraph in letter.paragraphs if paragraph],
        "closing": letter.closing,
        "language": _language(letter.language),
    }


def _shows(text: str) -> bool:
    return bool(printable(text).strip())


def _language(code: str) -> str:
    """The code as the document engine takes it (ISO 639), English otherwise."""
    return code if re.fullmatch(r"[a-z]{2,3}", code) else "en"


def _texts(sentences: Iterable[Sentence]) -> list[str]:
    return [sentence.text for sentence in sentences if sentence.text]


def _section(title: str, kind: str, items: list[Any]) -> Data:
    return {"title": title, "kind": kind, "items": items}


def _skills(title: str, skills: tuple[str, ...]) -> Data:
    """Groups ("Databases: PostgreSQL, Redis") one a line; plain skills together as one flowing line."""
    groups = [skill.split(": ", 1) for skill in skills if ": " in skill]
    plain = [skill for skill in skills if ": " not in skill]
    if not groups:
        return _section(title, "text", [", ".join(plain)] if plain else [])
    lines = [{"name": name, "text": text} for name, text in groups]
    return _section(title, "groups", [*lines, *([{"name": "", "text": ", ".join(plain)}] if plain else [])])


def _entry(item: CvSection) -> Data:
    return {
        "heading": item.heading,
        "subheading": item.subheading,
        "dates": item.dates,
        "lines": _texts(item.lines),
    }


def _linked(text: str) -> Data:
    """A contact item, made a link only if it is a mail or web address; shown without the scheme."""
    if _EMAIL.fullmatch(text):
        return {"text": text, "url": f"mailto:{text}"}
    if text.lower().startswith(("https://", "http://")):
        return {"text": text.partition("://")[2].removeprefix("www.").rstrip("/"), "url": text}
    return {"text": text, "url": f"https://{text}" if _HOST_PATH.fullmatch(text) else ""}


def _printable(value: Any) -> Any:
    """The same data without characters that no text font has."""
    if isinstance(value, str):
        return printable(value).strip()
    if isinstance(value, dict):
        return {key: _printable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_printable(part) for part in value]
    return value
