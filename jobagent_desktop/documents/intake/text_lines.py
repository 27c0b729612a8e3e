"""Lines of a plain text or Markdown CV."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from jobagent_desktop.documents.parsing import Line, without_bullet

_UNDERLINE = re.compile(r"^\s*[=\-_*~#]{3,}\s*$")
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])(\*|_)(?=\S)(.+?)(?<=\S)\3(?![\w*])|`([^`]+)`")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}.*\|")
_NARROWEST_WRAP = 50
_WIDEST_WRAP = 130


def text_lines(text: str) -> list[Line]:
    raw = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").expandtabs(4).split("\n")
    longest = max((len(line.rstrip()) for line in raw), default=0)
    # A text whose longest line is very long was never wrapped by its writer.
    edge = float(longest) if _NARROWEST_WRAP <= longest <= _WIDEST_WRAP else math.inf
    lines: list[Line] = []
    gap = False
    for visual in raw:
        if not visual.strip() or _TABLE_RULE.match(visual):
            gap = True
            continue
        if _UNDERLINE.match(visual):
            if lines and not gap:
                lines[-1] = replace(lines[-1], is_strong=True)
            gap = True
            continue
        line = _line(visual, gap=gap, room=edge - len(visual.rstrip()))
        if line.text:
            lines.append(line)
        gap = False
    return lines


def _line(visual: str, *, gap: bool, room: float) -> Line:
    body = visual.rstrip()
    indent = len(body) - len(body.lstrip())
    text = body.lstrip()
    heading = _MARKDOWN_HEADING.match(text)
    if heading:
        return Line(_unmarked(heading[1]), is_strong=True, indent=indent, hang=indent, gap=True)
    content, bullet = without_bullet(text)
    if content.startswith("|") or content.count(" | ") > 1:
        content = "\t".join(cell.strip() for cell in content.strip("|").split("|") if cell.strip())
    content = re.sub(r"\s{3,}", "\t", content)
    plain = _unmarked(content)
    return Line(
        plain,
        is_bullet=bullet > 0,
        is_strong=bool(re.fullmatch(r"(\*\*|__).+\1.{0,40}", content)) or (plain.isupper() and len(plain) > 3),
        indent=indent,
        hang=indent + bullet,
        room=room,
        first=1.0 + len(plain.split(" ", 1)[0]),
        gap=gap,
    )


def _unmarked(text: str) -> str:
    """Without Markdown: a link becomes its words and its address."""

    def link(match: re.Match[str]) -> str:
        words, address = match[1], match[2].removeprefix("mailto:")
        return address if words in {address, ""} or address.endswith(words) else f"{words} {address}"

    text = _MARKDOWN_LINK.sub(link, text)
    return _EMPHASIS.sub(lambda m: m[2] or m[4] or m[5], text).strip()
