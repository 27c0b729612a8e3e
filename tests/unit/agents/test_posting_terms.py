"""What is read out of a posting: required or only wished, how senior, which languages, where."""

from __future__ import annotations

import pytest

from jobagent_desktop.agents.reading import spoken
from jobagent_desktop.agents.reading.posting_terms import Level, Mode, PostingTerms, read_posting
from jobagent_desktop.agents.reading.skills import gazetteer
from jobagent_desktop.domain.posting import Posting
from tests.fakes import adverts


def read(description: str, title: str = "Engineer", **fields: object) -> PostingTerms:
    posting = Posting(source="t", external_id="1", url="", title=title, company="", description=description)
    return read_posting(adverts.named(posting, **fields), gazetteer())


def at(terms: PostingTerms, level: Level) -> set[str]:
    return {term.label for term in terms.terms if term.level is level}


def test_sections_tell_required_from_preferred_from_mentioned() -> None:
    terms = read_posting(adverts.BACKEND, gazetteer())
    assert {"Python", "PostgreSQL", "Kafka", "Docker", "AWS or Google Cloud or Azure"} <= at(terms, Level.REQUIRED)
    assert {"Terraform", "Redis", "Kotlin"} <= at(terms, Level.PREFERRED)
    assert "SAP" in at(terms, Level.MENTIONED)


def test_benefits_and_words_about_the_employer_are_not_asked() -> None:
    labels = " ".join(term.label for term in read_posting(adverts.BACKEND, gazetteer()).terms)
    assert "Photoshop" not in labels
    assert "Excel" not in labels


@pytest.mark.parametrize(
    ("description", "required", "preferred"),
    [
        ("Requirements:\n• Python\n• Kotlin is a plus", {"Python"}, {"Kotlin"}),
        ("Requirements:\n• Python and Docker, Kotlin a plus", {"Python", "Docker"}, {"Kotlin"}),
        ("Dein Profil\n• Erfahrung mit Docker\n• Kotlin von Vorteil", {"Docker"}, {"Kotlin"}),
        ("Wymagania\n• Docker\nMile widziane\n• Kotlin", {"Docker"}, {"Kotlin"}),
        ("Votre profil\n• Maîtrise de Docker\n• Kotlin serait un plus", {"Docker"}, {"Kotlin"}),
        ("Requisitos\n• Docker\nSe valorará\n• Kotlin", {"Docker"}, {"Kotlin"}),
        ("You must know Docker. Kotlin is nice to have.", {"Docker"}, {"Kotlin"}),
        ("Docker is not required. We use Python.", {"Python"}, set()),
    ],
)
def test_cue_words_in_five_languages(description: str, required: set[str], preferred: set[str]) -> None:
    terms = read(description)
    assert at(terms, Level.REQUIRED) == required
    assert at(terms, Level.PREFERRED) == preferred


def test_alternatives_are_one_term_and_lists_are_several() -> None:
    terms = read("Requirements:\n• Java or Scala\n• Docker, Kafka and Redis\n• a database such as MySQL, MongoDB")
    assert at(terms, Level.REQUIRED) == {"Java or Scala", "Docker", "Kafka", "Redis", "MySQL or MongoDB"}


def test_a_posting_without_sections_needs_what_it_names() -> None:
    assert at(read("We build ferries with Python and Kafka."), Level.REQUIRED) == {"Python", "Kafka"}


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("• 5+ years of experience with Python", 5),
        ("• at least three years in production", 3),
        ("• 3-5 years of experience", 3),
        ("• Mindestens 3 Jahre Berufserfahrung", 3),
        ("• Minimum 4 lata doświadczenia", 4),
        ("• at least 18 years old", 0),
        ("• 40 years of experience in our team", 0),
    ],
)
def test_years_asked(text: str, years: int) -> None:
    assert read(f"Requirements\n{text}").years == years


def test_the_employers_own_years_are_not_asked() -> None:
    assert read("We have 12 years of experience in shipping.").years == 0


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Senior Engineer", "senior"),
        ("Junior Developer", "junior"),
        ("Lead Engineer", "lead"),
        ("Staff Engineer", "lead"),
        ("Staff Nurse", ""),
        ("Starszy programista", "senior"),
        ("Werkstudent Marketing", "junior"),
        ("Executive Assistant", ""),
    ],
)
def test_seniority_from_the_title(title: str, level: str) -> None:
    assert read("", title=title).seniority == level


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Fluent German", [(("de",), 5, True)]),
        ("German (C1) and English (B2)", [(("de",), 5, True), (("en",), 4, True)]),
        ("Sehr gute Deutschkenntnisse (mindestens B2)", [(("de",), 4, True)]),
        ("Język angielski na poziomie B2", [(("en",), 4, True)]),
        ("Polish or English at B2", [(("pl", "en"), 4, True)]),
        ("German is a plus", [(("de",), 0, False)]),
        ("Anglais courant", [(("en",), 5, True)]),
        ("Work with German customers", []),
        ("Polish the user interface", []),
        ("Knowledge of German tax law", []),
    ],
)
def test_languages_asked(line: str, expected: list[tuple[tuple[str, ...], int, bool]]) -> None:
    asked = read(f"Requirements\n• {line}").languages
    assert [(ask.languages, ask.level, ask.required) for ask in asked] == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We are looking for a person who likes the sea and works with our team.", "en"),
        ("Wir suchen eine Person, die das Meer mag und mit unserem Team arbeitet.", "de"),
        ("Szukamy osoby, która lubi morze i pracę w zespole oraz nie boi się wody.", "pl"),
        ("Nous cherchons une personne qui aime la mer et le travail dans notre équipe.", "fr"),
        ("Buscamos una persona que le guste el mar y el trabajo con nuestro equipo.", "es"),
        ("Wij zoeken een persoon die van de zee houdt en met ons team wil werken.", "nl"),
        ("xyz", ""),
    ],
)
def test_the_texts_own_language(text: str, language: str) -> None:
    assert spoken.detect(text) == language


@pytest.mark.parametrize(
    ("location", "remote", "mode"),
    [
        ("Gdańsk (hybrid)", None, Mode.HYBRID),
        ("Remote (EU)", None, Mode.REMOTE),
        ("Berlin", True, Mode.REMOTE),
        ("Berlin", False, Mode.ON_SITE),
        ("Berlin", None, Mode.UNKNOWN),
    ],
)
def test_where_the_work_is_done(location: str, remote: bool | None, mode: Mode) -> None:
    assert read("", location=location, remote=remote).mode is mode
