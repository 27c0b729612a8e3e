"""The gazetteer: what is found in a text, and what only looks like a skill."""

from __future__ import annotations

import pytest

from jobagent_desktop.agents.reading.skills import gazetteer
from jobagent_desktop.agents.reading.words import plain


def names(text: str) -> list[str]:
    return [hit.skill.name for hit in gazetteer().find(text)]


def test_knows_hundreds_of_skills_of_several_trades() -> None:
    known = gazetteer()
    trades = {known.canonical(name).trade for name in ("Python", "Wound care", "VAT", "Forklift", "HACCP", "Figma", "SEO")}  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    assert len(trades) == 7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++17, C# and .NET Core", ["C++", "C#", ".NET"]),
        ("node.js with postgres on k8s", ["Node.js", "PostgreSQL", "Kubernetes"]),
        ("REST APIs, CI/CD, microservice", ["REST", "CI/CD", "Microservices"]),
        ("Buchhaltung und Wundversorgung", ["Accounting", "Wound care"]),
        ("doświadczenie w księgowości i obsłudze: rachunkowości", ["Accounting", "Accounting"]),
        ("doswiadczenie: ksiegowosc", ["Accounting"]),
        ("Spring Boot", ["Spring Boot"]),
    ],
)
def test_finds_spellings_in_several_languages(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python, Go and Rust", ["Python", "Go", "Rust"]),
        ("Go developer", ["Go"]),
        ("We go to the office", []),
        ("Go beyond what is asked", []),
        ("Excel at talking to people", []),
        ("Excel, Word, PowerPoint", ["Excel", "Microsoft Word", "PowerPoint"]),
        ("Start in Spring 2026", []),
        ("React to requests quickly", []),
        ("R&D department", []),
        ("Statistics in R", ["Statistics", "R"]),
        ("vitamin C", []),
        ("a polish of rust on the swift ruby", []),
    ],
)
def test_ordinary_words_are_skills_only_in_context(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_longest_spelling_wins_and_positions_are_exact() -> None:
    text = plain("Google Cloud Platform, Power BI")
    hits = gazetteer().find(text)
    assert [text[hit.start : hit.end] for hit in hits] == ["Google Cloud Platform", "Power BI"]


def test_words_do_not_join_over_a_sentence_end() -> None:
    assert "Project management" not in names("We finished the project. Management was pleased.")


def test_own_skills_of_a_person_count_as_exact_words() -> None:
    known = gazetteer().with_own(["Zephyr Planner", "Go", "x"])
    assert [hit.skill.name for hit in known.find("We use Zephyr Planner daily")] == ["Zephyr Planner"]
    assert not gazetteer().find("We use Zephyr Planner daily")


def test_one_skill_implies_others() -> None:
    assert "SQL" in gazetteer().implied("PostgreSQL")
