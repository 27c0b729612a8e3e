"""The text of a PDF as extractors find it; runs in the worker process."""

from __future__ import annotations

# pdfium marks a hyphen at the end of a line, which may or may not be part of the word, with this non-character.
_LINE_END_HYPHEN = "\ufffe"


def page_count(pdf: bytes) -> int:
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(pdf) as document:
        return len(document)


def plain_text(pdf: bytes) -> str:
    """All pages' text in the PDF's own order, lines ended by a line feed, pages parted by an empty line.

    Meant for our own documents: they are never hyphenated, so a hyphen at a line's end belongs to the word.
    """
    import pypdfium2 as pdfium

    pages: list[str] = []
    with pdfium.PdfDocument(pdf) as document:
        for page in document:
            text_page = page.get_textpage()
            pages.append(text_page.get_text_bounded())
            text_page.close()
            page.close()
    text = "\n\n".join(pages).replace("\r\n", "\n").replace("\r", "\n")
    return text.replace(_LINE_END_HYPHEN + "\n", "-").replace(_LINE_END_HYPHEN, "-")
