"""Reads the sections that are lists: skills, languages, certificates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jobagent_desktop.documents.parsing.dates import find_period
from jobagent_desktop.documents.parsing.lexicon import is_employer, is_school, words
from jobagent_desktop.documents.parsing.line import Line
from jobagent_desktop.domain.resume import Certificate, Language, Skill, Unread

_MAX_SKILL = 60
_LEVEL = re.compile(
    r"^(?:basic|beginner|elementary|intermediate|advanced|expert|proficient|fluent|good|very good|excellent|working knowledge|"
    r"grundkenntnisse|gut|sehr gut|gute kenntnisse|sehr gute kenntnisse|fortgeschritten|experte|podstawow[ya]|średni|"
    r"zaawansowan[ya]|"
    r"débutant|intermédiaire|avancé|básico|intermedio|avanzado|\d+\+? (?:years?|yrs?|jahre?|lata|lat|ans|años))\b.*$",
    re.IGNORECASE,
)
_RATING = re.compile(r"\s*[●○★☆■□▪▫⬤◯]{2,}\s*|\s+\d\s?/\s?\d+\s*$")
_LANGUAGES = words(
    "english german polish french spanish italian portuguese dutch russian ukrainian czech slovak hungarian romanian "
    "bulgarian greek turkish arabic hebrew hindi urdu bengali punjabi tamil mandarin chinese cantonese japanese "
    "korean vietnamese thai swedish norwegian danish finnish estonian latvian lithuanian croatian serbian bosnian "
    "slovenian albanian macedonian catalan basque galician irish welsh latin persian farsi kurdish swahili yoruba "
    "igbo hausa amharic tagalog filipino malay indonesian belarusian georgian armenian luxembourgish deutsch englisch "
    "polnisch französisch spanisch italienisch portugiesisch niederländisch russisch ukrainisch tschechisch türkisch "
    "arabisch chinesisch japanisch rumänisch ungarisch griechisch kroatisch serbisch schwedisch latein persisch "
    "polski angielski niemiecki francuski hiszpański włoski rosyjski ukraiński czeski portugalski łacina szwedzki "
    "norweski chiński français anglais allemand espagnol italien portugais polonais russe arabe néerlandais chinois "
    "japonais español inglés alemán francés italiano portugués polaco ruso árabe chino catalán gallego euskera "
)
_LANGUAGE = re.compile(r"^(?:język\s+)?([^\W\d_]+)\s*[:(–—-]*\s*(.*?)\)?$", re.IGNORECASE)
_LEVEL_FIRST = re.compile(
    r"^(native|fluent|mother tongue|muttersprache|fließend|basic|conversational|intermediate|bilingual)\s*(?:in|"
    r"speaker of)?\s*:?\s+([^\W\d_]+)$",
    re.IGNORECASE,
)
_NO_ISSUER = re.compile(
    r"^(?:associate|professional|foundation|practitioner|expert|specialty|advanced|intermediate|level\b.*|class\b.*|"
    r"grade\b.*|stufe\b.*|"
    r"kat\b.*|pin\b.*|no\b.*|nr\b.*|id\b.*|expires\b.*|valid\b.*|renewed\b.*|[a-z]\d?|[a-c][12]\b.*|part\b.*|module\b.*)$",
    re.IGNORECASE,
)
_COMMAS_OUTSIDE_BRACKETS = re.compile(r"[,;|•·\t](?![^()]*\))\s*")


def has_languages(text: str) -> bool:
    """Whether a text names at least one human language first thing in one of its parts."""
    return any(_language_name(part) for part in _COMMAS_OUTSIDE_BRACKETS.split(text))


def read_skills(lines: Sequence[Line]) -> tuple[list[Skill], list[Language], list[Unread]]:
    """Skills and skill groups; a group of human languages is given as languages."""
    skills: list[Skill] = []
    languages: list[Language] = []
    unread: list[Unread] = []
    for line in lines:
        text = _RATING.sub("\t", line.text).strip()
        group, names = _grouped(text)
        if group and has_languages(names) and not skills_like(names):
            spoken, left = read_languages([Line(names, page=line.page)])
            languages += spoken
            unread += left
        elif group:
            skills.append(Skill(name=group, keywords=tuple(_names(names))))
        elif "\t" in text and (match := _LEVEL.match(text.rpartition("\t")[2])):
            skills.append(Skill(name=text.rpartition("\t")[0].replace("\t", " "), level=match[0]))
        elif len(text) > _MAX_SKILL and not _COMMAS_OUTSIDE_BRACKETS.search(text):
            unread.append(Unread(text=text, reason="It is among the skills, but reads as a sentence.", page=line.page))
        elif text.endswith(".") and len(text) > _MAX_SKILL * 2:
            unread.append(Unread(text=text, reason="It is among the skills, but reads as a paragraph.", page=line.page))
        else:
            skills += [_skill(name) for name in _names(text)]
    return skills, languages, unread


def skills_like(names: str) -> bool:
    """Whether more than half of the names are no human languages ("Languages: Python, English")."""
    parts = list(_names(names))
    return sum(1 for part in parts if not _language_name(part)) * 2 > len(parts)


def _grouped(text: str) -> tuple[str, str]:
    """`Databases: PostgreSQL, Redis` (or with a tab, or a dash before a list) as group and names; no group otherwise."""
    head, colon, rest = text.partition(":")
    if colon and rest.strip() and len(head) <= 45 and "," not in head:
        return head.strip(" \t"), rest.strip()
    head, tab, rest = text.partition("\t")
    if tab and "," in rest and "," not in head:
        return head.strip(), rest.strip()
    parts = re.split(r"\s+[–—-]\s+", text, maxsplit=1)
    if len(parts) == 2 and "," in parts[1] and "," not in parts[0]:
        return parts[0].strip(), parts[1].strip()
    return "", text


def _names(text: str) -> Iterator[str]:
    for part in _COMMAS_OUTSIDE_BRACKETS.split(text):
        name = re.sub(r"^(?:and|und|oraz|et|y)\s+", "", part.strip(" \t.–—-"))
        if name:
            yield name


def _skill(text: str) -> Skill:
    for pattern in (r"^(.*?)\s*\(([^()]+)\)$", r"^(.*?)\s+[–—-]\s+(.+)$"):
        match = re.match(pattern, text)
        if match and _LEVEL.match(match[2]):
            return Skill(name=match[1], level=match[2])
    return Skill(name=text)


def _language_name(text: str) -> str:
    match = _LANGUAGE.match(text.strip(" .–—-"))
    return match[1] if match and match[1].casefold() in _LANGUAGES else ""


def read_languages(lines: Sequence[Line]) -> tuple[list[Language], list[Unread]]:
    languages: list[Language] = []
    unread: list[Unread] = []
    for line in lines:
        text = _RATING.sub(" ", line.text)
        last: int | None = None  # the language that a part without a name of its own goes on telling about
        for part in _COMMAS_OUTSIDE_BRACKETS.split(text):
            piece = part.strip(" .")
            if not piece:
                continue
            if name := _language_name(piece):
                match = _LANGUAGE.match(piece.strip(" –—-"))
                fluency = match[2].strip(" :–—-(") if match else ""
                languages.append(Language(language=name, fluency=_balanced(fluency)))
                last = len(languages) - 1
            elif match := _LEVEL_FIRST.match(piece):
                languages.append(Language(language=match[2], fluency=match[1]))
                last = len(languages) - 1
            elif last is not None:
                known = languages[last]
                languages[last] = Language(
                    language=known.language, fluency=", ".join(filter(None, (known.fluency, piece.strip("() "))))
                )
            else:
                unread.append(
                    Unread(text=piece, reason="It is among the languages, but is no language we know.", page=line.page)
                )
    return languages, unread


def _balanced(text: str) -> str:
    return text + ")" if text.count("(") > text.count(")") else text


def read_certificates(lines: Sequence[Line]) -> tuple[list[Certificate], list[Unread]]:
    certificates: list[Certificate] = []
    unread: list[Unread] = []
    for line in lines:
        found = find_period(line.text)
        period, text = found if found else (None, line.text)
        name, issuer = _name_and_issuer(text, is_dated=period is not None)
        if not name:
            unread.append(Unread(text=line.text, reason="It is among the certificates, but only a date.", page=line.page))
        elif len(name) > 160:
            unread.append(
                Unread(text=line.text, reason="It is among the certificates, but reads as a sentence.", page=line.page)
            )
        else:
            certificates.append(Certificate(name=name, issuer=issuer, date=(period.end or period.start) if period else ""))
    return certificates, unread


def _name_and_issuer(text: str, *, is_dated: bool) -> tuple[str, str]:
    """`Name, issuer, date` and the like; without a date, what follows a comma is an issuer only if it reads as one."""
    for pattern, is_clear in ((r"\s*[\t|·•]\s*", True), (r",\s+(?![^()]*\))", False), (r"\s+[–—-]\s+", False)):
        parts = [part for part in re.split(pattern, text) if part]
        if len(parts) < 2 or not parts[-1][:1].isupper() or _NO_ISSUER.match(parts[-1]):
            continue
        if is_clear or is_dated or is_employer(parts[-1]) or is_school(parts[-1]):
            return ", ".join(parts[:-1]), parts[-1]
    return text.replace("\t", ", ").strip(), ""
