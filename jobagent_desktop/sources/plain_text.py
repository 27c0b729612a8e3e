"""Turns a posting's markup into safe plain text: paragraphs, headings on their own lines, bullets as "• "."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_TEXT = 100_000
MAX_LINE = 300
_LONGEST_MARKUP = 2_000_000

_DROPPED = frozenset(
    {"script", "style", "noscript", "template", "head", "title", "iframe", "object", "embed", "svg", "math", "canvas", "audio"}
    | {"video", "input", "button", "select", "option", "textarea", "link", "meta", "nav"}
)
_PARAGRAPHS = frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "aside", "blockquote", "pre", "ul", "ol", "dl", "table"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption", "address", "details", "summary", "hr", "form"}
)
_LINES = frozenset({"br", "li", "tr", "dt", "dd"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![\d.])", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_ENTITY = re.compile(r"&(#\d+|#x[0-9a-f]+|[a-z][a-z0-9]+);", re.IGNORECASE)
_BULLET = re.compile(r"^[•·▪◦‣●○∙*\-–—]\s+")
# Characters that are not seen but change what is: control characters, overrides of the writing direction, zero-width spaces,
# lone surrogates, private use, non-characters, tags. The zero-width (non-)joiners stay: Persian, Indic scripts and emoji need
# them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def without_invisible(text: str) -> str:
    """The text without control characters, lone surrogates and direction overrides. Letters are never changed."""
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))


def has_markup(text: str) -> bool:
    return bool(_TAG.search(text))


def text_from(value: object) -> str:
    """Plain text from a description that may be HTML, HTML escaped once more (as Greenhouse does), or plain text already.

    At most 100,000 characters. Anything but a string gives an empty text.
    """
    if not isinstance(value, str):
        return ""
    markup = value[:_LONGEST_MARKUP]
    if not has_markup(markup) and _ENTITY.search(markup):
        markup = html.unescape(markup)
    text = _from_markup(markup) if has_markup(markup) else html.unescape(markup)
    return _tidy(without_invisible(text))[:MAX_TEXT].rstrip()


def line_from(value: object, limit: int = MAX_LINE) -> str:
    """One line of plain text (a title, a company, a place) of at most `limit` characters."""
    if not isinstance(value, str):
        return ""
    text = value[: limit * 20]
    text = _from_markup(text) if has_markup(text) else html.unescape(text)
    return " ".join(without_invisible(text).split())[:limit].rstrip()


def _from_markup(markup: str) -> str:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # a C extension without type stubs
    from lxml.html import HTMLParser, document_fromstring

    # Characters that XML does not know would end the parse; they are no text anyway.
    cleaned = _NOT_XML.sub("", markup)
    try:
        root = cast(
            "HtmlElement", document_fromstring(f"<html><body>{cleaned}</body></html>", parser=HTMLParser(huge_tree=True))
        )
    except (etree.ParserError, etree.XMLSyntaxError):
        return html.unescape(_TAG.sub(" ", markup))
    pieces: list[str] = []
    skipped: HtmlElement | None = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start" and skipped is None:
            if _is_dropped(tag, element):
                skipped = element
                continue
            pieces.append(_opening(tag))
            pieces.append(_collapsed(element.text, keep=tag == "pre"))
        elif event == "end" and element is skipped:
            skipped = None
            pieces.append(_collapsed(element.tail))
        elif event == "end" and skipped is None:
            pieces.append(_closing(tag))
            pieces.append(_collapsed(element.tail))
        elif event in {"comment", "pi"} and skipped is None:
            pieces.append(_collapsed(element.tail))
    return "".join(pieces)


def _is_dropped(tag: str, element: HtmlElement) -> bool:
    return tag in _DROPPED or "hidden" in element.attrib or bool(_HIDDEN.search(str(element.get("style") or "")))


def _opening(tag: str) -> str:
    if tag == "li":
        return "\n• "
    if tag in _PARAGRAPHS:
        return "\n\n"
    return "\n" if tag in _LINES else (" " if tag in {"td", "th"} else "")


def _closing(tag: str) -> str:
    return "\n\n" if tag in _PARAGRAPHS else ""


def _collapsed(text: str | None, *, keep: bool = False) -> str:
    if not text:
        return ""
    return text if keep else re.sub(r"\s+", " ", text)


def _tidy(text: str) -> str:
    """Trimmed lines, one kind of bullet, no two blank lines in a row, none inside a list."""
    lines: list[str] = []
    bullet = False
    for raw in text.split("\n"):
        line = " ".join(raw.split())
        if line in {"•", "-", "*"}:
            bullet = True
            continue
        if line:
            body = _BULLET.sub("", line)
            is_bullet = bullet or body != line
            if is_bullet and lines and not lines[-1]:
                lines.pop()  # a list stands right under its heading, and its items together
            lines.append(f"• {body}" if is_bullet else line)
            bullet = False
        elif lines and lines[-1]:
            lines.append("")
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)
