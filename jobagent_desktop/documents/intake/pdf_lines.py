"""Lines of a PDF with a text layer, in reading order, columns one after the other."""

from __future__ import annotations

import ctypes
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from jobagent_desktop.documents.intake.columns import reading_order
from jobagent_desktop.documents.intake.word import WIDE_GAP, Word, by_lines
from jobagent_desktop.documents.parsing import Line, without_bullet
from jobagent_desktop.domain.errors import Permanent

MAX_PAGES = 60
_MAX_CHARS_A_PAGE = 40_000
# Below this many letters in the whole file the text layer is a stamp or a page number on a picture.
_FEWEST_LETTERS = 40
_SEMIBOLD = 600
# A paragraph may end this share of the column before its widest line (a right margin of its own).
_RAGGED = 0.06
# From this many line ends with a hyphen on, a document is taken to be hyphenated by its program.
_HYPHENATED_THROUGHOUT = 3


def pdf_lines(data: bytes) -> list[Line]:
    """Raises `Permanent` for a scanned, encrypted, damaged or far too long file."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code in {4, 5}:  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
            raise Permanent("The PDF is protected by a password. Save a copy without a password and import that.") from error
        raise Permanent("The PDF is damaged and could not be opened. Export it again and import the new file.") from error
    with document:
        if len(document) > MAX_PAGES:
            raise Permanent(f"The PDF has {len(document)} pages; a CV has a few. Choose your CV, or save only its pages.")
        try:
            pages = [_page_words(document[index]) for index in range(len(document))]
        except pdfium.PdfiumError as error:
            raise Permanent(
                "A page of the PDF is damaged and could not be read. Export it again and import the new file."
            ) from error
    letters = sum(1 for words in pages for word in words for character in word.text if character.isalpha())
    if letters < _FEWEST_LETTERS:
        raise Permanent(
            "This PDF has no text in it: it is a scan or a picture. Export the CV from the program you wrote it in, or "
            "import it as DOCX or text."
        )
    lines: list[Line] = []
    for number, words in enumerate(pages, 1):
        for column in reading_order(words):
            lines += _column_lines(column, number)
    return without_hyphenation(lines)


def _page_words(page: Any) -> list[Word]:
    """The page's words in the PDF's own order."""
    text_page = page.get_textpage()
    try:
        return list(_words(text_page, page.get_height()))
    finally:
        text_page.close()
        page.close()


def _words(text_page: Any, height: float) -> Iterator[Word]:
    from pypdfium2 import raw

    x, y = ctypes.c_double(), ctypes.c_double()
    box = raw.FS_RECTF()
    current: _Letters | None = None
    for index in range(min(text_page.count_chars(), _MAX_CHARS_A_PAGE)):
        code = raw.FPDFText_GetUnicode(text_page, index)
        character = _character(code)
        if not character.strip() or raw.FPDFText_IsGenerated(text_page, index) == 1:
            if current is not None:
                yield current.word()
            current = None
            continue
        raw.FPDFText_GetCharOrigin(text_page, index, x, y)
        raw.FPDFText_GetLooseCharBox(text_page, index, box)
        baseline, size = height - y.value, abs(box.top - box.bottom)
        if current is not None and (abs(current.y - baseline) > 0.5 * current.size or box.left < current.x0 - current.size):
            yield current.word()
            current = None
        if current is None:
            current = _Letters(box.left, box.right, baseline, size, is_bold=_is_bold(text_page, index))
        current.text += character
        current.x1 = max(current.x1, box.right)
    if current is not None:
        yield current.word()


@dataclass
class _Letters:
    """A word in the making."""

    x0: float
    x1: float
    y: float
    size: float
    is_bold: bool
    text: str = ""

    def word(self) -> Word:
        return Word(self.text, self.x0, self.x1, self.y, self.size, self.is_bold)


def _character(code: int) -> str:
    if code in {0xFFFE, 0x02, 0xAD}:  # how pdfium gives a hyphen at a line's end
        return "-"
    return chr(code) if 32 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else " "


def _is_bold(text_page: Any, index: int) -> bool:
    from pypdfium2 import raw

    if raw.FPDFText_GetFontWeight(text_page, index) >= _SEMIBOLD:
        return True
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(text_page, index, name, 128, flags)
    return any(word in name.value.lower() for word in (b"bold", b"black", b"heavy"))


def _column_lines(words: Sequence[Word], page: int) -> list[Line]:
    """A column's visual lines."""
    rows = by_lines(words)
    if not rows:
        return []
    usual = _usual_distance(rows)
    body = statistics.median(word.size for word in words)
    right = max(row[-1].x1 for row in rows)
    left = min(row[0].x0 for row in rows)
    lines: list[Line] = []
    for number, row in enumerate(rows):
        text = row[0].text
        for before, word in pairwise(row):
            text += ("\t" if word.x0 - before.x1 > WIDE_GAP * before.size else " ") + word.text
        content, bullet = without_bullet(text)
        content = content.strip()
        size = max(word.size for word in row)
        first = row[1] if bullet and len(row) > 1 else row[0]
        gap = number > 0 and row[0].y - rows[number - 1][0].y > 1.45 * usual
        lines.append(
            Line(
                content,
                is_bullet=bullet > 0,
                is_strong=all(word.is_bold for word in row[1 if bullet else 0 :]) or size > 1.15 * body or _is_shouted(content),
                indent=row[0].x0,
                hang=first.x0,
                room=math.inf if "\t" in content else right - row[-1].x1 - _RAGGED * (right - left),
                first=first.x1 - first.x0,
                gap=gap,
                size=size,
                page=page,
            )
        )
    return lines


def _usual_distance(rows: Sequence[Sequence[Word]]) -> float:
    """The distance between the lines of a paragraph."""
    distances = [b[0].y - a[0].y for a, b in pairwise(rows) if 0 < b[0].y - a[0].y < 3 * a[0].size]
    return statistics.median_low(distances) if distances else 1e9


def _is_shouted(text: str) -> bool:
    return text.isupper() and sum(1 for character in text if character.isalpha()) > 3


def without_hyphenation(lines: Sequence[Line]) -> list[Line]:
    """Marks the hyphens that printing put at line ends with a soft hyphen, so that joining drops them.

    A hyphen goes if the whole word stands elsewhere in the document, or if the document is hyphenated throughout.
    """
    words = {word.strip(".,;:()") for line in lines for word in line.text.lower().split()}
    broken = [
        index
        for index, (line, following) in enumerate(pairwise(lines))
        if line.text.endswith("-") and line.text[-2:-1].isalpha() and following.text[:1].islower()
    ]
    result = list(lines)
    for index in broken:
        first = lines[index].text.rpartition(" ")[2].lower()
        second = lines[index + 1].text.partition(" ")[0].lower().strip(".,;:()")
        if f"{first}{second}" not in words and (f"{first[:-1]}{second}" in words or len(broken) >= _HYPHENATED_THROUGHOUT):
            result[index] = replace(lines[index], text=lines[index].text[:-1] + "\u00ad")
    return result
