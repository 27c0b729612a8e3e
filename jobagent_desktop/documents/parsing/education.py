"""Reads education: school, degree, field and dates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobagent_desktop.documents.parsing.blocks import Block, blocks, is_head_like
from jobagent_desktop.documents.parsing.lexicon import could_be_city, country_code, is_degree, is_place, is_school
from jobagent_desktop.documents.parsing.line import Line
from jobagent_desktop.domain.resume import Education, Unread

_SEPARATOR = re.compile(r"\s*[\t|·•●]\s*|\s+[–—-]\s+|;\s+")
_AT_SCHOOL = re.compile(r"\s+(?:at|an der|na|à l['’])\s*(?:the\s+)?([A-ZÄÖÜŁŚŻ][^,]*)")
_SCORE = re.compile(
    r"^(?:(?:final\s+)?(?:gpa|grade|average|result|note|abschlussnote|gesamtnote|ocena|średnia|mention|nota(?: "
    r"media)?))\s*:?\s*(.+)$",
    re.IGNORECASE,
)
_COURSES = re.compile(
    r"^(?:relevant\s+|key\s+|selected\s+)?(?:coursework|courses|modules|subjects|schwerpunkte?|przedmioty|cours|"
    r"asignaturas)\s*:\s*(.+)$",
    re.IGNORECASE,
)
# `Abschluss: Diplom-Kauffrau`, `A levels: Biology (B), Psychology (B)`
_DEGREE_LABEL = re.compile(r"^(?:abschluss|degree|qualification|tytuł|kierunek|diplôme|título)\s*:\s*", re.IGNORECASE)
_LABELLED_DEGREE = re.compile(r"^((?:a[- ]levels?|gcses?|nvq|btec|hnd|hnc|ib|abitur|matura)[^:]{0,20}):\s+(.+)$", re.IGNORECASE)
_SCORE_BRACKET = re.compile(r"\s*\(((?:gpa|note|grade|ocena|average)\b[^()]*)\)", re.IGNORECASE)
_SHORT_DEGREE = re.compile(
    r"^((?:[MB]\.?\s?(?:Sc|A|Eng|Ed|Tech|Com|Phil)|MBA|MSci|BBA|BSN|MSN|BFA|MFA|LL\.?[BM]|Ph\.?\s?D|mgr(?:\s+inż)?|inż|"
    r"lic|HND|HNC|BTEC|NVQ)"
    r"\.?(?:\s*\((?:Hons|Honours)\.?\))?(?:\s+(?:Hons|degree))?)\s*[,:]?\s+(.+)$",
    re.IGNORECASE,
)
_DEGREE_IN = re.compile(
    r"^(.*\b(?:degree|master|bachelor|doctorate|diplom\w*|licence|licenciatura|grado|máster|magister|licencjat|"
    r"inżynier|mgr|msc|bsc|m\.?sc|b\.?sc|"
    r"m\.?a|b\.?a|m\.?eng|b\.?eng|ph\.?d|certificate|science|arts|engineering|ausbildung|apprenticeship|hnd|hons\.?\)?|"
    r"studium|mba)\.?)"
    r"\s*,?\s+(?:in|en|w zakresie|na kierunku|kierunek|im fach|als|zur|zum)\s+(.+)$",
    re.IGNORECASE,
)


def read_education(lines: Sequence[Line]) -> tuple[list[Education], list[Unread]]:
    before, found = blocks(lines, single_dates=True, head_like=_is_head)
    unread = [_unread(line) for line in before]
    entries: list[Education] = []
    for block in found:
        entry, left = _entry(block)
        if entry is None:
            unread += [_unread(line) for line in left]
            continue
        entries.append(entry)
        unread += [_unread(line, "The profile has no place for this part of an education.") for line in left]
    return entries, unread


def _is_head(line: Line) -> bool:
    return is_head_like(line) or (
        not line.is_bullet and bool(_DEGREE_LABEL.match(line.text) or _LABELLED_DEGREE.match(line.text))
    )


def _unread(line: Line, reason: str = "It is in the education section, but what it is is not clear.") -> Unread:
    return Unread(text=line.text.replace("\t", "  "), reason=reason, page=line.page)


def _entry(block: Block) -> tuple[Education | None, list[Line]]:
    head = [*block.above, *([block.at] if block.at else [])]
    body = list(block.rest)
    while body and _is_head(body[0]) and len(head) < 4 and not _SCORE.match(body[0].text):
        if head and body[0].gap and not (is_school(body[0].text) or is_degree(body[0].text)):
            break
        head.append(body.pop(0))
    school, degree, area, score = "", "", "", ""
    left: list[Line] = []
    courses: list[str] = []
    for line in head:
        bracket = _SCORE_BRACKET.search(line.text)
        before = ""  # what the piece to the left was
        for piece in (*_pieces(_SCORE_BRACKET.sub("", line.text)), *([bracket[1]] if bracket else [])):
            if match := _SCORE.match(piece):
                score, kind = match[1], "score"
            elif is_school(piece) and not school and not _is_degree_first(piece):
                school, kind = piece, "school"
            elif is_degree(piece) and not degree:
                degree, field = _degree_and_area(piece)
                area, kind = field or area, "degree"
            elif before == "degree" and not area:
                area, kind = piece, "area"
            elif school and (before == "school" or is_place(piece) or (area and could_be_city(piece))):
                school, kind = f"{school}, {piece}", "school"
            elif degree and not school and not before and not is_place(piece):
                school, kind = piece, "school"
            elif not area and not is_place(piece):
                area, kind = piece, "area"
            else:
                left.append(Line(piece, page=line.page))
                kind = ""
            before = kind
    for line in body:
        if match := _SCORE.match(line.text):
            score = score or match[1]
        elif match := _COURSES.match(line.text):
            courses += [course.strip(" .") for course in re.split(r"[,;]", match[1]) if course.strip(" .")]
        else:
            left.append(line)
    if not (school or degree):
        return None, [*(block.dated if line is block.at and block.dated else line for line in head), *body]
    period = block.period
    entry = Education(
        institution=school,
        area=area,
        study_type=degree,
        start_date=period.start if period and period.is_range else "",
        end_date=period.end if period else "",
        score=score,
        courses=tuple(courses),
    )
    return entry, left


def _pieces(text: str) -> list[str]:
    """A heading cut at its separators, and at commas where a school or a degree begins."""
    pieces: list[str] = []
    for chunk in _SEPARATOR.split(_DEGREE_LABEL.sub("", text)):
        if match := _LABELLED_DEGREE.match(chunk):
            pieces += [match[1], match[2]]
            continue
        parts = [part.strip() for part in _AT_SCHOOL.sub(_comma_before_school, chunk).split(",") if part.strip()]
        for index, part in enumerate(parts):
            starts = index == 0 or is_school(part) or is_degree(part) or bool(_SCORE.match(part)) or bool(country_code(part))
            after_degree = index > 0 and is_degree(parts[index - 1]) and not is_school(parts[index - 1])
            if starts or after_degree or is_school(parts[index - 1]):
                pieces.append(part)
            else:
                pieces[-1] += f", {part}"
    return [
        piece.strip(" ,:()") if piece.count("(") != piece.count(")") else piece.strip(" ,:")
        for piece in pieces
        if piece.strip(" ,:()")
    ]


def _comma_before_school(match: re.Match[str]) -> str:
    """`MSc in Physics at Leeds University` is two pieces; `University of Texas at Austin` is one."""
    return f", {match[1]}" if is_school(match[1]) else match[0]


def _is_degree_first(piece: str) -> bool:
    """`Diploma in Nursing (School of Health)`: a degree that names a school in passing."""
    return (
        is_degree(piece)
        and bool(_DEGREE_IN.match(piece) or _SHORT_DEGREE.match(piece))
        and not is_school(piece.partition(" ")[0])
    )


def _degree_and_area(piece: str) -> tuple[str, str]:
    if match := _DEGREE_IN.match(piece):
        return match[1].strip(), match[2].strip()
    if match := _SHORT_DEGREE.match(piece):
        return match[1].strip(), match[2].strip()
    return piece, ""
