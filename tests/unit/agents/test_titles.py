"""Titles: the same work under other words is near, other work is far, whatever the head noun."""

from __future__ import annotations

import pytest

from jobagent_desktop.agents.reading.titles import likeness


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("Backend Engineer", "Senior Back-End Developer (m/f/d)"),
        ("Backend Engineer", "Softwareentwickler Backend (m/w/d)"),
        ("Registered Nurse", "Pflegefachkraft (m/w/d)"),
        ("Samodzielna księgowa", "Accountant"),
        ("Elektriker", "Electrician"),
        ("Head Chef", "Koch (m/w/d)"),
    ],
)
def test_the_same_work_in_other_words(mine: str, theirs: str) -> None:
    assert likeness(mine, theirs) >= 0.85


@pytest.mark.parametrize("theirs", ["Civil Engineer", "Staff Nurse", "Sales Engineer", "Product Manager", "Accountant"])
def test_other_work_with_a_like_word(theirs: str) -> None:
    assert likeness("Backend Engineer", theirs) < 0.3


def test_nearer_specialities_come_first() -> None:
    order = ["Backend Engineer", "Software Engineer", "Frontend Engineer", "Civil Engineer", "Nurse"]
    values = [likeness("Backend Developer", title) for title in order]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)


def test_nothing_is_like_nothing() -> None:
    assert likeness("", "Engineer") == 0
    assert likeness("Engineer", "(m/w/d)") == 0
