"""The same posting seen at two places has one key; different postings have different ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobagent_desktop.domain.duplicates import content_key
from jobagent_desktop.domain.posting import Posting

POSTING = Posting(
    source="greenhouse:acme",
    external_id="1",
    url="https://boards.greenhouse.io/acme/jobs/1",
    title="Backend Engineer (m/f/d)",
    company="Acme GmbH",
    description="We build cranes.\n\nWhat you bring\n• Python\n• Patience",
    location="Gdańsk, Poland",
)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "page:jobs.example.org", "external_id": "x-9", "url": "https://jobs.example.org/9"},
        {"title": "Backend Engineer"},
        {"title": "BACKEND ENGINEER (m/w/d)"},
        {"title": "Backend Engineer (all genders)"},
        {"title": "Backend Engineer m/w/d"},
        {"company": "ACME"},
        {"company": "Acme Group GmbH & Co. KG"},
        {"location": "Gdansk"},
        {"location": "Gdańsk (Hybrid)"},
        {"location": "Hybrid - Gdańsk, Pomerania, PL"},
        {"description": "<we> build CRANES!\nWhat you bring\n- Python\n- Patience".replace("<we>", "We")},
        {"salary_min": 5, "remote": True, "language": "en", "tags": ("x",)},
    ],
)
def test_the_same_posting(changes: dict[str, object]) -> None:
    assert content_key(replace(POSTING, **changes)) == content_key(POSTING)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Senior Backend Engineer (m/f/d)"},
        {"title": "Frontend Engineer"},
        {"company": "Apex GmbH"},
        {"location": "Gdynia, Poland"},
        {"location": ""},
        {"description": "We build bridges.\n\nWhat you bring\n• Python\n• Patience"},
    ],
)
def test_another_posting(changes: dict[str, object]) -> None:
    assert content_key(replace(POSTING, **changes)) != content_key(POSTING)  # pyright: ignore[reportArgumentType]


def test_only_the_start_of_the_description_counts() -> None:
    long = "word " * 300
    assert content_key(replace(POSTING, description=long + "one")) == content_key(replace(POSTING, description=long + "two"))


def test_without_a_description_nothing_is_the_same() -> None:
    bare = replace(POSTING, description="")
    other = replace(bare, external_id="2")
    assert content_key(bare) != content_key(other)
    assert content_key(bare) == content_key(replace(bare, title="Another"))


def test_the_form_of_a_key() -> None:
    assert len(content_key(POSTING)) == 32
    assert int(content_key(POSTING), 16) >= 0
    assert content_key(replace(POSTING, title="\ud800"))
