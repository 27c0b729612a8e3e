"""Lines of a DOCX file: paragraphs, tables, text boxes and page headers, in the document's order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from jobagent_desktop.documents.parsing import Line, without_bullet
from jobagent_desktop.documents.parsing.dates import find_period
from jobagent_desktop.domain.errors import AgentError, Permanent

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A CV is a few hundred kilobytes of XML; an archive that unpacks to more is not one, whatever its own size.
_MAX_UNPACKED = 100 * 1024 * 1024
_MAX_XML = 10 * 1024 * 1024
_MAX_LINES = 5000
_DAMAGED = "The DOCX file is damaged and could not be read. Open it in a word processor, save it again and import the new file."


def docx_lines(data: bytes) -> list[Line]:
    """Raises `Permanent` for a damaged, encrypted or oversized file."""
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
            xml = sum(item.file_size for item in archive.infolist() if item.filename.endswith((".xml", ".rels")))
        if unpacked > _MAX_UNPACKED or xml > _MAX_XML:
            raise Permanent(
                "The DOCX file is far larger inside than a CV can be. Save the CV without pictures and import it again."
            )
        return _Reader(docx.Document(io.BytesIO(data))).lines()
    except AgentError:
        raise
    except Exception as error:  # error boundary: zipfile, lxml and python-docx raise anything for a damaged file
        raise Permanent(_DAMAGED) from error


class _Reader:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._numbered_styles = {
            style.style_id for style in document.styles if style.element.find(f".//{_W}numPr") is not None
        } | {style.style_id for style in document.styles if (style.name or "").lower().startswith("list")}
        self._headings = {
            style.style_id for style in document.styles if (style.name or "").lower().startswith(("heading", "title"))
        }

    def lines(self) -> list[Line]:
        lines: list[Line] = []
        for section in self._document.sections:
            for header in (section.first_page_header, section.header):
                if not header.is_linked_to_previous:
                    lines += self._container(header._element)  # python-docx has no public way to its XML
        lines += self._container(self._document.element.body)
        if len(lines) > _MAX_LINES:
            raise Permanent("The document is far longer than a CV. Choose your CV.")
        return lines

    def _container(self, element: Any) -> list[Line]:
        lines: list[Line] = []
        for child in element.iterchildren():
            if child.tag == f"{_W}p":
                lines += self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                for row in child.iterchildren(f"{_W}tr", f"{_W}sdt"):
                    lines += self._row(row)
            elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}smartTag", f"{_W}customXml"}:
                lines += self._container(child)
            if len(lines) > _MAX_LINES:
                raise Permanent("The document is far longer than a CV. Choose your CV.")
        return lines

    def _row(self, row: Any) -> list[Line]:
        """A table's row: one line where every cell is one, else cell after cell.

        In `2019 – 2021 | title, firm, sentences` the date joins the first line of the next cell.
        """
        cells = [cell_lines for cell in row.iter(f"{_W}tc") if _own_row(cell) is row and (cell_lines := self._container(cell))]
        if not cells:
            return []
        if all(len(cell) == 1 for cell in cells) and sum(len(cell[0].text) for cell in cells) <= 160:
            return [replace(cells[0][0], text="\t".join(cell[0].text for cell in cells), is_bullet=False)]
        if len(cells) == 2 and len(cells[0]) <= 2 and not cells[1][0].is_bullet:
            date = " ".join(line.text for line in cells[0])
            if len(date) <= 40 and find_period(date) is not None:
                first = cells[1][0]
                return [replace(first, text=f"{date}\t{first.text}", gap=True), *cells[1][1:]]
        return [line for cell in cells for line in cell]

    def _paragraph(self, paragraph: Any) -> list[Line]:
        """A paragraph's own lines, then those of the text boxes that hang on it."""
        text = "".join(self._texts(paragraph))
        properties = paragraph.find(f"{_W}pPr")
        style = properties.find(f"{_W}pStyle") if properties is not None else None
        style_id = style.get(f"{_W}val") if style is not None else ""
        is_list = (properties is not None and properties.find(f"{_W}numPr") is not None) or style_id in self._numbered_styles
        strong = style_id in self._headings or self._is_bold(paragraph)
        lines: list[Line] = []
        for number, part in enumerate(text.split("\n")):
            content, bullet = without_bullet(part.strip(" "))
            content = "\t".join(cell.strip() for cell in content.split("\t") if cell.strip())
            if content:
                is_bullet = bullet > 0 or (is_list and number == 0 and style_id not in self._headings)
                lines.append(Line(content, is_bullet=is_bullet, is_strong=strong, hang=1.0 if is_bullet else 0.0))
        for box in paragraph.iter(f"{_W}txbxContent"):
            if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
                lines += self._container(box)
        return lines

    def _texts(self, paragraph: Any) -> Iterator[str]:
        """The paragraph's text with tabs and line breaks; not that of its text boxes. A link's address follows its words."""
        for element in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen", f"{_W}hyperlink"):
            if _paragraph_of(element) is not paragraph:
                continue
            if element.tag == f"{_W}t":
                yield element.text or ""
            elif element.tag == f"{_W}tab":
                if element.getparent().tag != f"{_W}tabs":
                    yield "\t"
            elif element.tag == f"{_W}noBreakHyphen":
                yield "-"
            elif element.tag == f"{_W}hyperlink":
                yield self._address(element)
            else:
                yield "\n"

    def _address(self, link: Any) -> str:
        """` (address) ` of a link whose words do not show it."""
        relation = self._document.part.rels.get(link.get(_R_ID))
        address = relation.target_ref if relation is not None and relation.is_external else ""
        words = "".join(text.text or "" for text in link.iter(f"{_W}t")).strip()
        bare = address.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
        shown = words.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
        if not address.startswith(("http://", "https://", "mailto:")) or not bare or bare == shown:
            return ""
        return f"{address.removeprefix('mailto:')}\t"

    def _is_bold(self, paragraph: Any) -> bool:
        runs = [
            run
            for run in paragraph.iterchildren(f"{_W}r")
            if any((text.text or "").strip() for text in run.iterchildren(f"{_W}t"))
        ]
        return bool(runs) and all(run.find(f"{_W}rPr/{_W}b") is not None for run in runs)


def _paragraph_of(element: Any) -> Any:
    """The nearest paragraph around an element; None inside a fallback copy of a drawing."""
    for parent in element.iterancestors():
        if parent.tag == _FALLBACK:
            return None
        if parent.tag == f"{_W}p":
            return parent
    return None


def _own_row(cell: Any) -> Any:
    return next((parent for parent in cell.iterancestors() if parent.tag == f"{_W}tr"), None)
