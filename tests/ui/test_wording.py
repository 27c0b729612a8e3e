"""The window's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import Qt

from jobagent_desktop.domain.match import PartKind
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.ui import wording

NOW = datetime(2025, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("low", "high", "currency", "period", "words"),
    [
        (96_000, 118_000, "EUR", "year", "96–118k EUR"),
        (22_000, 27_500, "PLN", "month", "22–27.5k PLN/m"),
        (6_500, 8_000, "PLN", "month", "6.5–8k PLN/m"),
        (45, None, "EUR", "hour", "from 45 EUR/h"),
        (None, 90_000, "GBP", "year", "to 90k GBP"),
        (80_000, 80_000, "EUR", "year", "80k EUR"),
        (900, 950, "CHF", "day", "900–950 CHF/d"),
        (50_000, 60_000, "", "year", "50–60k"),
        (None, None, "EUR", "year", "—"),
        (0, 0, "", "year", "—"),
    ],
)
def test_salary(low: int | None, high: int | None, currency: str, period: str, words: str) -> None:
    assert wording.salary(low, high, currency, period) == words


@pytest.mark.parametrize(
    ("location", "remote", "words"),
    [
        ("Gdańsk", False, "Gdańsk"),
        ("", True, "Remote"),
        ("Remote, EU", True, "Remote, EU"),
        ("Berlin", True, "Berlin · remote"),
        ("", None, "—"),
    ],
)
def test_place(location: str, remote: bool | None, words: str) -> None:
    assert wording.place(location, remote) == words


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=5), "now"),
        (timedelta(minutes=7), "7 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=40), "14 Oct 2025"),
        (timedelta(seconds=-30), "now"),
    ],
)
def test_ago(age: timedelta, words: str) -> None:
    assert wording.ago(NOW - age, NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(2, "a few seconds"), (22, "about 20 s"), (118, "about 2 min"), (7300, "about 2 h")]
)
def test_about(seconds: float, words: str) -> None:
    assert wording.about(seconds) == words


def test_counted_words_follow_the_number() -> None:
    assert wording.counted(1, "{n} job", "{n} jobs") == "1 job"
    assert wording.counted(0, "{n} job", "{n} jobs") == "0 jobs"


def test_every_status_and_part_has_a_word() -> None:
    assert len({wording.status_word(status) for status in ApplicationStatus}) == len(ApplicationStatus)
    assert all(wording.status_tone(status) for status in ApplicationStatus)
    assert len({wording.part_word(kind) for kind in PartKind}) == len(PartKind)


def test_foreign_directions_are_kept_apart() -> None:
    text = wording.joined("Acme", "חברה", "Remote")
    assert text == "Acme · \u2068חברה\u2069 · Remote"


def test_a_posting_cannot_turn_the_words_around_it() -> None:
    assert wording.joined("\u202eevil\u202c", "Gdańsk") == "evil · Gdańsk"
    assert wording.one_line("two\n lines\t\u2069 ") == "two lines"


@given(st.text(max_size=60))
def test_a_tooltip_shows_any_text_as_it_is(text: str) -> None:
    shown = wording.plain_tooltip(text)
    assert not text or (Qt.mightBeRichText(shown) and shown.count("<") == 2)
