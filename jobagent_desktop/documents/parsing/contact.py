"""Reads the top of a CV: name, title, how to reach the person, and the words about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jobagent_desktop.documents.parsing.headings import section_of
from jobagent_desktop.documents.parsing.lexicon import could_be_city, country_code, is_person, is_place, is_school, is_title
from jobagent_desktop.documents.parsing.line import Line
from jobagent_desktop.domain.resume import Basics, Location, OnlineProfile, Unread

EMAIL = re.compile(r"[\w.+%-]+@(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s|•·<>()\[\],;]+"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|me|eu|de|pl|fr|es|co|uk|info|app|at|ch|nl|page|tech)(?:/[^\s|"
    r"•·<>()\[\],;]*)?(?![\w@])",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<![\w/])(?:\+|00)?\(?\d[\d \u00a0().\u2011/–-]{6,20}\d(?!\w)")
_NAME_LABEL = re.compile(r"^(?:full name|name|vor- und nachname|imię i nazwisko|nom|nombre)\s*(?::\s*|\t)", re.IGNORECASE)
_PLACE_LABEL = re.compile(
    r"^(?:(?:home |current )?address|adres(?:\s+zamieszkania)?|adresse|anschrift|dirección|location|based in|wohnort|"
    r"wohnhaft in|miejscowość|"
    r"miejsce zamieszkania|city|ort|ville|ciudad)\s*(?::\s*|\t)",
    re.IGNORECASE,
)
# What remains of a line once the address or number that the label names has been taken out.
_LABEL = re.compile(
    r"^(?:e-?mail(?:[ -]?adres\w*)?|mail|(?:tele)?phone(?: number)?|mobile(?: (?:number|phone))?|tel(?:efon|éfono|"
    r"\.)?(?:nummer)?|handy|mobil|cell|"
    r"komórka|adres e-?mail|linked-?in|github|gitlab|xing|web(?:site|seite)?|homepage|strona|portfolio|"
    r"[tmepwl])\s*(?:[:.]\s*|$)",
    re.IGNORECASE,
)
_BRACKETED_LABEL = re.compile(
    r"^\((?:mobile|home|work|cell|linkedin|personal|company|portfolio|blog|other|privat|handy)\)$", re.IGNORECASE
)
_DOCUMENT_TITLE = re.compile(
    r"^(?:(?:curriculum vitae|résumé|resume|cv)(?: of)?|lebenslauf|życiorys|tabellarischer lebenslauf|currículum(?: vitae)?)$",
    re.IGNORECASE,
)
_TITLE_PREFIX = re.compile(
    r"^(?:curriculum vitae|résumé|resume|cv|lebenslauf|życiorys)\s*(?:of|von|de|[-–—:|])\s*", re.IGNORECASE
)
_PRIVATE = re.compile(
    r"^(?:date of birth|born|birth\s?date|nationality|marital status|gender|age|geboren|geburtsdatum|geburtsort|geb\.|"
    r"familienstand|"
    r"staatsangehörigkeit|nationalität|data urodzenia|urodzon[ay]|stan cywilny|narodowość|né[e]?\s+le|nationalité|"
    r"fecha de nacimiento|nacionalidad|estado civil)\b",
    re.IGNORECASE,
)
# FCCA, PhD, PMP
_LETTERS = re.compile(r"^(?:[A-Z][A-Za-z.]{1,5}(?:,\s*|$))+$")
_NOT_CLEAR = "It stands at the top of the CV, but what it is is not clear."
_MAX_LABEL = 100
_NETWORKS = {
    "linkedin.com": "LinkedIn",
    "github.com": "GitHub",
    "gitlab.com": "GitLab",
    "xing.com": "Xing",
    "stackoverflow.com": "Stack Overflow",
}
# A labelled name further down belongs to somebody else (a referee).
_NAME_WITHIN = 25
_SPLIT = re.compile(r"\s*[\t|•·;●■◆✉☎📧📞📍🔗]+\s*|\s{3,}|\s+[–—]\s+")


@dataclass
class Header:
    """What the top of a CV gave."""

    basics: Basics
    unread: list[Unread] = field(default_factory=list[Unread])


def read_header(header: Sequence[Line], contact: Sequence[Line], summary: Sequence[Line], everything: Sequence[Line]) -> Header:
    """`header` is what stands before the first heading, `contact` and `summary` the sections so called."""
    reader = _HeaderReader()
    named = largest_name(everything) or _first_name((*header, *contact))
    for line in (*header, *contact):
        reader.take(line, is_the_name=line is named)
    if named is not None and named not in header and named not in contact:
        reader.take(named, is_the_name=True)
    reader.find_anywhere(everything)
    paragraphs = [*reader.prose, *(line.text.replace("\t", " ") for line in summary)]
    return Header(reader.basics("\n".join(paragraphs)), reader.unread)


def largest_name(lines: Sequence[Line]) -> Line | None:
    """The line that says it is the name, or has the first page's largest letters and could be one."""
    for line in lines[:_NAME_WITHIN]:
        if _NAME_LABEL.match(line.text) and is_person(bare_name(line.text)):
            return line
    first_page = [line for line in lines if line.page in {None, 1}]
    largest = max((line.size for line in first_page), default=0.0)
    body = sorted(line.size for line in first_page)[len(first_page) // 2] if first_page else 0.0
    if largest > body * 1.25:
        for line in first_page:
            if line.size > largest - 0.5 and is_name(line.text):
                return line
    return None


def _first_name(lines: Sequence[Line]) -> Line | None:
    return next((line for line in lines if is_name(line.text)), None)


def is_name(text: str) -> bool:
    """Whether a line of a CV reads as a person's name, and as nothing else that a CV has."""
    name = bare_name(text)
    return (
        is_person(name)
        and not _DOCUMENT_TITLE.match(name)
        and not is_title(name)
        and not is_place(name)
        and section_of(name) is None
    )


def bare_name(text: str) -> str:
    """The part of a line that may be the name: without "Curriculum Vitae", a label, and what follows a separator."""
    text = _NAME_LABEL.sub("", _TITLE_PREFIX.sub("", text.strip())).strip()
    first = _SPLIT.split(text)[0]
    first = re.split(r"\s+-\s+", first)[0]
    head, comma, rest = first.partition(",")
    return head.strip() if comma and (is_title(rest) or len(rest.split()) <= 3) and len(head.split()) > 1 else first.strip()


class _HeaderReader:
    def __init__(self) -> None:
        self.name = ""
        self.label = ""
        self.email = ""
        self.phone = ""
        self.url = ""
        self.location = Location()
        self.profiles: list[OnlineProfile] = []
        self.prose: list[str] = []
        self.unread: list[Unread] = []

    def basics(self, summary: str) -> Basics:
        return Basics(
            name=self.name,
            label=self.label,
            email=self.email,
            phone=self.phone,
            url=self.url,
            summary=summary,
            location=self.location,
            profiles=tuple(self.profiles),
        )

    def take(self, line: Line, *, is_the_name: bool) -> None:
        text = line.text.strip()
        if is_the_name:
            self.name = bare_name(text)
            rest = _NAME_LABEL.sub("", _TITLE_PREFIX.sub("", text)).replace(self.name, "\t", 1)
            text = rest.strip(" \t,|-–—")
            if _LETTERS.match(text):
                self._leave(text, "Letters after the name.", line)
                return
        if not text or _DOCUMENT_TITLE.match(text):
            return
        if _PRIVATE.match(text):
            self._leave(text, "Personal data that an application does not need.", line)
            return
        if label := _PLACE_LABEL.match(text):
            place = read_place(text[label.end() :].strip(), is_surely_place=True)
            if place is not None and not self.location.city:
                self.location = place
            else:
                self._leave(text, _NOT_CLEAR, line)
            return
        if not self.label and self.name and all(is_title(piece) for piece in _SPLIT.split(text)) and len(text) <= _MAX_LABEL:
            self.label = text.replace("\t", " ")
            return
        text = self._links(text, line)
        pieces = [piece for piece in (_LABEL.sub("", part.strip(" ,")).strip(" ,:") for part in _SPLIT.split(text)) if piece]
        for piece in (piece for piece in pieces if not _BRACKETED_LABEL.match(piece)):
            self._place_piece(piece, line, is_alone=len(pieces) == 1 and piece == line.text.strip())

    def _leave(self, text: str, reason: str, line: Line) -> None:
        self.unread.append(Unread(text=text.replace("\t", "  "), reason=reason, page=line.page))

    def _links(self, text: str, line: Line) -> str:
        """Takes addresses and numbers out of a line."""
        for match in EMAIL.finditer(text):
            if self.email and self.email != match[0]:
                self._leave(match[0], "Another e-mail address.", line)
            self.email = self.email or match[0]
        text = EMAIL.sub("\t", text)
        for match in _URL.finditer(text):
            self._take_url(match[0].rstrip("."), line)
        text = _URL.sub("\t", text)
        for match in PHONE.finditer(text):
            if not is_phone(match[0]):
                continue
            if self.phone:
                self._leave(match[0].strip(), "Another phone number.", line)
            self.phone = self.phone or match[0].strip(" .-–")
            text = text.replace(match[0], "\t")
        return re.sub(r"\((?:\s|\t)*\)", "\t", text)

    def _take_url(self, url: str, line: Line) -> None:
        full = url if url.lower().startswith("http") else f"https://{url}"
        host = full.split("/")[2].lower().removeprefix("www.")
        network = next((name for domain, name in _NETWORKS.items() if host == domain or host.endswith("." + domain)), "")
        username = full.rstrip("/").rpartition("/")[2]
        if network and username.lower().removeprefix("www.") != host:
            profile = OnlineProfile(network=network, username=username, url=full)
            if profile not in self.profiles:
                self.profiles.append(profile)
        elif not network and not self.url:
            self.url = full
        elif full != self.url:
            self._leave(url, "Another web address.", line)

    def _place_piece(self, piece: str, line: Line, *, is_alone: bool) -> None:
        if is_alone and (len(piece) > 70 or piece.endswith(".")) and not is_place(piece):
            self.prose.append(piece)
        elif not self.label and is_title(piece) and len(piece) <= _MAX_LABEL:
            self.label = piece
        elif not self.location.city and not is_school(piece) and (place := read_place(piece, is_surely_place=not is_alone)):
            self.location = place
        elif not self.label and is_alone and self.name and len(piece) <= 80:
            self.label = piece
        elif piece.casefold() != self.name.casefold():
            self.unread.append(
                Unread(text=piece, reason="It stands at the top of the CV, but what it is is not clear.", page=line.page)
            )

    def find_anywhere(self, lines: Sequence[Line]) -> None:
        """Looks for an address or number in the whole CV when the top has none (a footer, a side column)."""
        for line in lines:
            if not self.email and (match := EMAIL.search(line.text)):
                self.email = match[0]


def is_phone(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return 7 <= len(digits) <= 15 and not re.fullmatch(r"\s*(?:19|20)\d\d\s*[-–/]\s*(?:19|20)\d\d\s*", text)


_POSTAL = re.compile(r"^(?:[A-Z]{1,2}-)?(\d{2}-\d{3}|\d{4,5}|\d{4} ?[A-Z]{2})\s+(\D+)$")
_STATE_AND_ZIP = re.compile(r"^([A-Z]{2})(?:\s+(\d{5}(?:-\d{4})?))?$")
_UK_POSTAL = re.compile(r"^(.*?)\s*\b([A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})$")


def read_place(text: str, *, is_surely_place: bool) -> Location | None:
    """`Gdańsk, Poland` or `Hauptstr. 5, 10115 Berlin`: town, postal code, country, street. None if it does not read "
    "as a place."""
    parts = [part.strip(" .") for part in text.split(",") if part.strip(" .")]
    if not parts:
        return None
    code = country_code(parts[-1]) if len(parts) > 1 else ""
    region, zip_code = "", ""
    if code:
        last = parts.pop()
        if american := _STATE_AND_ZIP.match(last):
            region, zip_code = american[1], american[2] or ""
    street = ""
    if len(parts) > 1 and re.search(r"\d", parts[0]) and not _POSTAL.match(parts[0]):
        street = parts.pop(0)
    if british := _UK_POSTAL.match(parts[-1]):
        town = british[1] or (parts.pop(-2) if len(parts) > 1 else "")
        return Location(
            address=street, postal_code=british[2], city=town, country_code=code or "GB", region=", ".join(parts[:-1])
        )
    for index, part in enumerate(parts):
        if postal := _POSTAL.match(part):
            return Location(
                address=street, postal_code=postal[1], city=postal[2], country_code=code, region=", ".join(parts[index + 1 :])
            )
    if not parts or not could_be_city(parts[0]):
        return None
    if not (code or street or is_surely_place or len(parts) == 2):
        return None
    region = region or ", ".join(parts[1:])
    return Location(address=street, postal_code=zip_code, city=parts[0], country_code=code, region=region)
