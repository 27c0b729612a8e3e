"""Reads work experience and projects: who, what, where and when, and the sentences below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jobagent_desktop.documents.parsing.blocks import Block, blocks, is_head_like
from jobagent_desktop.documents.parsing.dates import Period, is_length, tidy
from jobagent_desktop.documents.parsing.lexicon import (
    could_be_city,
    country_code,
    has_legal_form,
    is_employer,
    is_place,
    is_title,
)
from jobagent_desktop.documents.parsing.line import Line
from jobagent_desktop.domain.resume import Project, Unread, Work

_SEPARATOR = re.compile(r"\s*[\t|·•●]\s*|\s+[–—-]\s+|\s*@\s+|\s+(?:at|bei|bei der|beim|chez)\s+(?=[A-ZÄÖÜŁŚŻ0-9])|;\s+")
_BRACKETED = re.compile(r"\s*\(([^()]{2,40})\)\s*$")
_NOT_CLEAR = "It stands in the heading of a position, but what it is is not clear."
_URL = re.compile(r"(?:https?://|www\.)\S+|(?:github|gitlab)\.com/\S+", re.IGNORECASE)


@dataclass
class _Head:
    """A position's heading. `is_sure`: their words told which is the title and which the employer."""

    position: str = ""
    employer: str = ""
    location: str = ""
    left: list[str] = field(default_factory=list[str])
    is_sure: bool = True
    is_title_first: bool = True
    is_firm_of_several: bool = False


@dataclass(frozen=True, slots=True)
class _Firm:
    """An employer named once above several positions, with the time spent there if it is given."""

    name: str
    location: str
    period: Period | None

    def covers(self, period: Period | None) -> bool:
        if self.period is None or period is None:
            return True
        begins = period.start[:4] >= self.period.start[:4]
        return begins and (not self.period.end or "" < period.end[:4] <= self.period.end[:4])


def read_work(lines: Sequence[Line]) -> tuple[list[Work], list[Unread]]:
    before, found = blocks(lines, single_dates=False)
    unread = [_unread(line, "It stands before the first position.") for line in before]
    if not any(block.period for block in found):
        reason = "It is in the work experience, but no dates were found beside it."
        return [], [*unread, *(_unread(line, reason) for line in lines if line not in before)]
    heads = [_head_and_body(block) for block in found]
    unread += _settle_order([head for head, _ in heads])
    works: list[Work] = []
    firm: _Firm | None = None
    for index, (block, (head, body)) in enumerate(zip(found, heads, strict=True)):
        page = block.dated.page if block.dated else None
        if not (head.position or head.employer):
            unread += [_unread(line, "A date without a position.") for line in (block.dated, *body) if line is not None]
            continue
        if head.employer:
            firm = _Firm(head.employer, head.location, None) if head.is_firm_of_several else None
        if not head.position and not body and block.period and index + 1 < len(found):
            following = heads[index + 1][0]
            several = _Firm(head.employer, head.location, block.period)
            if following.position and not following.employer and several.covers(found[index + 1].period):
                firm = several
                continue
        if not head.employer and firm is not None and firm.covers(block.period):
            head.employer, head.location = firm.name, head.location or firm.location
        elif not head.employer:
            unread.append(Unread(text=head.position, reason="No employer was found for this position.", page=page))
        unread += [Unread(text=text, reason=_NOT_CLEAR, page=page) for text in head.left]
        summary, highlights = told(body)
        works.append(
            Work(
                name=head.employer,
                position=head.position,
                location=head.location,
                start_date=block.period.start if block.period else "",
                end_date=block.period.end if block.period else "",
                summary=summary,
                highlights=highlights,
            )
        )
    return works, unread


def _settle_order(heads: Sequence[_Head]) -> list[Unread]:
    """Puts title and employer in their places where their own words do not tell, by the way of the other positions.

    Where no position tells, the first is taken for the title, and the user is asked to check.
    """
    sure = [head for head in heads if head.is_sure and head.position and head.employer]
    is_title_first = sum(1 if head.is_title_first else -1 for head in sure) >= 0
    asked: list[Unread] = []
    for head in heads:
        if head.is_sure:
            continue
        if not is_title_first:
            head.position, head.employer = head.employer, head.position
        if not sure:
            text = " / ".join(part for part in (head.position, head.employer) if part)
            asked.append(Unread(text=text, reason="Which is the job title and which the employer is not clear; please check."))
    return asked


def told(body: Sequence[Line]) -> tuple[str, tuple[str, ...]]:
    """An entry's text as a summary (paragraphs) and highlights (bullets; or short lines that stand one below the other)."""
    bullets = tuple(line.text.replace("\t", " ") for line in body if line.is_bullet)
    plain = [line.text.replace("\t", " ") for line in body if not line.is_bullet and line.text]
    if not bullets and len(plain) > 1:
        return "", tuple(plain)
    return "\n".join(plain), bullets


def _unread(line: Line, reason: str) -> Unread:
    return Unread(text=line.text.replace("\t", "  "), reason=reason, page=line.page)


def _head_and_body(block: Block) -> tuple[_Head, list[Line]]:
    """Takes lines below the date into the heading while it lacks a title, an employer or a place."""
    head_lines = [*block.above, *([block.at] if block.at else [])]
    body = list(block.rest)
    head = _read_head(head_lines)
    while body and is_head_like(body[0]) and len(head_lines) < 5:
        line = body[0]
        lacks_name = not (head.position and head.employer)
        lacks_place = not head.location and (is_place(line.text) or (line is block.rest[0] and could_be_city(line.text)))
        if not (lacks_name or lacks_place) or (line.gap and head.position and head.employer):
            break
        head_lines.append(line)
        body.pop(0)
        head = _read_head(head_lines)
    return head, body


def _pieces(line: Line) -> list[str]:
    text = line.text
    bracket = _BRACKETED.search(text)
    inside: list[str] = []
    if bracket and (is_place(bracket[1]) or could_be_city(bracket[1])):
        text, inside = text[: bracket.start()], [bracket[1]]
    return [piece.strip(" ,:") for piece in (*_SEPARATOR.split(text), *inside) if piece.strip(" ,:")]


def _read_head(lines: Sequence[Line]) -> _Head:
    pieces = [piece for line in lines for piece in _pieces(line)]
    names_only = [piece for piece in pieces if not is_length(piece)]
    head = _Head(is_firm_of_several=len(names_only) < len(pieces))
    pieces = names_only
    title = next((index for index, piece in enumerate(pieces) if _reads_as_title(piece)), None)
    names = [index for index, piece in enumerate(pieces) if index != title and not is_place(piece)]
    marked = next((index for index in names if is_employer(pieces[index])), None)
    if title is None and marked is not None and len(names) > 1:
        title = next(index for index in names if index != marked)
        names = [index for index in names if index != title]
    employer = marked if marked is not None else next(iter(names), None)
    if employer is None:  # `Acme, Poland` and a title: the firm reads as a town here, but there is no other
        employer = next((index for index, piece in enumerate(pieces) if index != title and "," in piece), None)
    if title is None and marked is None and len(names) > 1:
        title, employer = names[0], names[1]
        head.is_sure = False
    elif title is None and employer is not None:
        head.is_sure = marked is not None
    if title is not None:
        head.position = pieces[title]
    if employer is not None:
        head.employer, head.location = _firm_and_place(pieces[employer])
        head.is_title_first = title is None or title < employer
    elif title is not None:
        head.position, head.employer, head.location = _title_firm_place(pieces[title])
    for index, piece in enumerate(pieces):
        if index in {title, employer}:
            continue
        if not head.location and (is_place(piece) or could_be_city(piece)):
            head.location = piece
        else:
            head.left.append(piece)
    if not head.is_sure and not head.employer:
        head.is_sure = True
    return head


def _reads_as_title(piece: str) -> bool:
    """Whether a piece has a title in it that no firm's name explains ("Driver Hire Ltd")."""
    return any(is_title(part) and not has_legal_form(part) for part in piece.split(","))


def _firm_and_place(piece: str) -> tuple[str, str]:
    """`Baltic Pay, Gdańsk, Poland` as firm and place."""
    parts = [part.strip() for part in piece.split(",")]
    if len(parts) == 1:
        return piece, ""
    keep = len(parts)
    if country_code(parts[-1]):
        keep -= 1
    if keep > 1 and could_be_city(parts[keep - 1]) and not is_employer(parts[keep - 1]):
        keep -= 1
    return ", ".join(parts[:keep]), ", ".join(parts[keep:])


def _title_firm_place(piece: str) -> tuple[str, str, str]:
    """`Registered Nurse, St Mary's Hospital, Leeds` as title, firm and place."""
    parts = [part.strip() for part in piece.split(",")]
    last_title = max((index for index, part in enumerate(parts) if is_title(part) and not has_legal_form(part)), default=0)
    title, rest = ", ".join(parts[: last_title + 1]), parts[last_title + 1 :]
    if not rest:
        return title, "", ""
    firm, place = _firm_and_place(", ".join(rest))
    return title, firm, place


def read_projects(lines: Sequence[Line]) -> tuple[list[Project], list[Unread]]:
    before, found = blocks(lines, single_dates=True)
    if not found:
        return [], [_unread(line, "It is among the projects, but where a project begins is not clear.") for line in before]
    projects: list[Project] = []
    for block in found:
        head = [*block.above, *([block.at] if block.at else [])]
        body = list(block.rest)
        if not head and body and is_head_like(body[0]):
            head.append(body.pop(0))
        text = "\t".join(line.text for line in head)
        url = match[0].rstrip(".,)") if (match := _URL.search(text)) else ""
        if not url and body and _URL.fullmatch(body[0].text.strip()):
            url = body.pop(0).text.strip()
        name, _, rest = tidy(_URL.sub("\t", text)).partition("\t")
        if not rest and (parts := re.split(r"\s+[–—-]\s+|:\s+", name, maxsplit=1)) and len(parts) == 2:
            name, rest = parts
        summary, highlights = told(body)
        if not summary and len(highlights) > 1 and not any(line.is_bullet for line in body):
            summary, highlights = "\n".join(highlights), ()
        projects.append(
            Project(
                name=name,
                description="\n".join(part for part in (rest.replace("\t", " "), summary) if part),
                highlights=highlights,
                start_date=block.period.start if block.period else "",
                end_date=block.period.end if block.period else "",
                url=url if url.startswith("http") or not url else f"https://{url}",
            )
        )
    return projects, [_unread(line, "It stands before the first project.") for line in before]
