"""How a document's own words are written in its language: section titles and dates; English where a language is not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

_SECTIONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "summary": "Profile",
        "skills": "Skills",
        "work": "Experience",
        "projects": "Projects",
        "education": "Education",
        "certificates": "Certificates",
        "languages": "Languages",
    },
    "de": {
        "summary": "Profil",
        "skills": "Kenntnisse",
        "work": "Berufserfahrung",
        "projects": "Projekte",
        "education": "Ausbildung",
        "certificates": "Zertifikate",
        "languages": "Sprachen",
    },
    "pl": {
        "summary": "Profil zawodowy",
        "skills": "Umiejętności",
        "work": "Doświadczenie zawodowe",
        "projects": "Projekty",
        "education": "Wykształcenie",
        "certificates": "Certyfikaty",
        "languages": "Języki",
    },
    "fr": {
        "summary": "Profil",
        "skills": "Compétences",
        "work": "Expérience professionnelle",
        "projects": "Projets",
        "education": "Formation",
        "certificates": "Certifications",
        "languages": "Langues",
    },
    "es": {
        "summary": "Perfil",
        "skills": "Competencias",
        "work": "Experiencia profesional",
        "projects": "Proyectos",
        "education": "Formación académica",
        "certificates": "Certificados",
        "languages": "Idiomas",
    },
}

_LETTER_MONTHS: Mapping[str, str] = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_LETTER_DATES: Mapping[str, str] = {
    "en": "{day} {month} {year}",
    "de": "{day}. {month} {year}",
    "pl": "{day} {month} {year}",
    "fr": "{day} {month} {year}",
    "es": "{day} de {month} de {year}",
}


def section_titles(language: str) -> Mapping[str, str]:
    """Titles by section. `language` is ISO 639-1."""
    return _SECTIONS.get(language, _SECTIONS["en"])


def long_date(day: datetime, language: str) -> str:
    """A date as a letter writes it; ISO 8601 in a language that is not known."""
    if language not in _LETTER_MONTHS:
        return day.date().isoformat()
    month = _LETTER_MONTHS[language].split()[day.month - 1]
    return _LETTER_DATES[language].format(day=day.day, month=month, year=day.year)
