"""Reads the dates and periods that CVs use, in five languages, at the precision they are written with."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH_NAMES = (
    "january jan januar januari stycznia styczeń sty janvier janv enero ene",
    "february feb februar lutego luty lut février fevrier févr fevr febrero",
    "march mar march märz maerz mär mrz marca marzec mars marzo",
    "april apr april kwietnia kwiecień kwi avril avr abril abr",
    "may mai maja maj mayo",
    "june jun juni czerwca czerwiec cze juin junio",
    "july jul juli lipca lipiec lip juillet juil julio",
    "august aug august sierpnia sierpień sie août aout agosto ago",
    "september sep sept september września wrzesień wrz septembre septiembre",
    "october oct oktober okt października październik paź octobre octubre",
    "november nov november listopada listopad lis novembre noviembre",
    "december dec dezember dez grudnia grudzień gru décembre decembre déc diciembre dic",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}

_YEAR = r"(?:19[5-9]\d|20\d\d)"
_MONTH = "(?:" + "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) + r")\b\.?"
_SEASON = r"(?:spring|summer|autumn|fall|winter|sommer|herbst|frühjahr|q[1-4])"
_DATE = "|".join(
    (
        rf"{_YEAR}[-/.](?:0[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01])(?!\d)",
        rf"{_YEAR}[-/.](?:0[1-9]|1[0-2])(?![\d])",
        rf"(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-]{_YEAR}(?!\d)",
        rf"(?:0?[1-9]|1[0-2])\s?[./-]\s?{_YEAR}(?!\d)",
        rf"(?:(?:0?[1-9]|[12]\d|3[01])\.?\s+)?{_MONTH},?\s+(?:(?:of|de|del)\s+)?{_YEAR}(?!\d)",
        rf"{_MONTH}\s?['’]\d\d(?!\d)",
        rf"{_SEASON}\s+{_YEAR}(?!\d)",
        rf"{_YEAR}(?!\d)",
    )
)
_TO = r"(?:\s*[-–—−‐‑~→]+\s*|\s+(?:to|until|till|through|bis|do|à|au|a|al|hasta)\s+)"
_OPEN = (
    r"(?:present|now|today|current(?:ly)?|ongoing|to\s?date|till\s+now|until\s+now|heute|aktuell|jetzt|laufend|gegenwärtig|"
    r"obecnie|teraz|dzisiaj|dziś|nadal|chwili\s+obecnej|présent|present|aujourd['’]?hui|actuel(?:lement)?|en\s+cours|ce\s+jour|"
    r"presente|(?:la\s+)?actualidad|actualmente|hoy)\b"
)
_SINCE = r"(?:since|from|seit|ab|od|depuis|desde)"
_UNTIL = r"(?:until|till|bis|do|jusqu['’]?(?:à|en)|hasta)"

_PERIOD = re.compile(
    rf"(?<![\w.+/-])(?:"
    rf"(?P<since>{_SINCE})\s+(?P<since_date>{_DATE})(?!{_TO}(?:{_DATE}|{_OPEN}))"
    rf"|(?P<until>{_UNTIL})\s+(?P<until_date>{_DATE})"
    rf"|(?:(?:{_SINCE})\s+)?(?P<start>{_DATE}){_TO}(?:(?P<end>{_DATE})|(?P<open>{_OPEN}))"
    rf"|(?P<short>{_YEAR}(?:[–/]\d\d|-(?:1[3-9]|[2-9]\d)))(?![\d./-])"
    rf"|(?P<month>{_MONTH}){_TO}(?P<same_year>{_MONTH},?\s+{_YEAR})"
    rf"|(?P<dangling>{_DATE})\s*[-–—]\s*(?=$|[)\]|,])"
    rf"|(?P<single>{_DATE})"
    rf")",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"[(\[·,]?\s*\b\d+\+?\s*(?:years?|yrs?|months?|mos?|jahre?|monate?|lata|lat|rok|mies(?:\.|iące|ięcy)?|ans?|mois|"
    r"años?|meses)\b\.?"
    r"(?:\s*(?:and|und|i|et|y)?\s*\d+\s*(?:months?|mos?|monate?|mies(?:\.|iące|ięcy)?|mois|meses)\b\.?)?\s*[)\]]?",
    re.IGNORECASE,
)
_EMPTY_BRACKETS = re.compile(r"[(\[]\s*[)\]]")


@dataclass(frozen=True, slots=True)
class Period:
    """A period as a CV gives it. Dates are ISO 8601 as written (`2021`, `2021-03`, `2021-03-01`); an open end is empty.

    `is_range`: it had two ends (or an open one); else it was one date, which stands in `start` and `end`.
    """

    start: str
    end: str
    is_range: bool


def find_period(text: str) -> tuple[Period, str] | None:
    """The first period of a line and what is left of the line; a range is preferred to a single date before it."""
    matches = list(_PERIOD.finditer(text))
    if not matches:
        return None
    match = next((m for m in matches if m["single"] is None), matches[0])
    period = _period(match)
    before, after = text[: match.start()], text[match.end() :]
    after = _LENGTH.sub(" ", after, count=1) if period.is_range else after
    return period, tidy(f"{before}\t{after}")


def is_length(text: str) -> bool:
    """Whether a text is nothing but a length of time: `5 years 2 months`."""
    return _LENGTH.fullmatch(text.strip()) is not None


def tidy(text: str) -> str:
    """A text from which a part was taken: empty brackets and separators without neighbours removed, tabs kept as separators."""
    text = _EMPTY_BRACKETS.sub(" ", text)
    parts = [part.strip(" ,;|·•–—-/:") for part in text.split("\t")]
    parts = [part + ")" if part.count("(") > part.count(")") else part for part in parts]
    return "\t".join(part for part in parts if part not in {"", "(", ")", "()"})


def _period(match: re.Match[str]) -> Period:
    if match["since"]:
        return Period(_iso(match["since_date"]), "", is_range=True)
    if match["until"]:
        return Period("", _iso(match["until_date"]), is_range=True)
    if match["start"]:
        return Period(_iso(match["start"]), _iso(match["end"]) if match["end"] else "", is_range=True)
    if match["short"]:
        return _short(match["short"])
    if match["month"]:
        end = _iso(match["same_year"])
        return Period(f"{end[:4]}-{_month(match['month']):02}", end, is_range=True)
    if match["dangling"]:
        return Period(_iso(match["dangling"]), "", is_range=True)
    day = _iso(match["single"])
    return Period(day, day, is_range=False)


def _short(text: str) -> Period:
    """`2017-19`, `2010/11` are years when the second is later; `2020/03` is a month."""
    start, end = text[:4], text[:2] + text[5:]
    if end > start:
        return Period(start, end, is_range=True)
    day = f"{start}-{text[5:]}"
    return Period(day, day, is_range=False)


def _month(name: str) -> int:
    return _MONTHS[name.strip().rstrip(".").casefold()]


def _iso(text: str) -> str:
    """One date, as `_DATE` matched it, in ISO 8601."""
    text = text.strip()
    words = re.findall(r"[^\W\d_]+", text)
    numbers = re.findall(r"\d+", text)
    month = next((_MONTHS[word.casefold()] for word in words if word.casefold() in _MONTHS), None)
    if month is not None:
        year = numbers[-1] if len(numbers[-1]) == 4 else "20" + numbers[-1]
        return f"{year}-{month:02}-{int(numbers[0]):02}" if len(numbers) > 1 else f"{year}-{month:02}"
    if words or len(numbers) == 1:
        return next(number for number in numbers if len(number) == 4)
    if len(numbers[0]) == 4:
        return "-".join((numbers[0], *(f"{int(number):02}" for number in numbers[1:])))
    return "-".join((numbers[-1], *(f"{int(number):02}" for number in reversed(numbers[:-1]))))
