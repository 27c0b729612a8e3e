"""Years of work from dates."""

from __future__ import annotations

from datetime import date

import pytest

from jobagent_desktop.agents.reading.tenure import Span, is_current, months, span

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2020-01", "2020-12", 12),
        ("2020-01-15", "2020-12-01", 12),
        ("2019", "2021", 24),
        ("2019", "2019", 6),
        ("2026-01", "", 10),
        ("2026-01", "2030-01", 10),
    ],
)
def test_months_of_a_position(start: str, end: str, expected: int) -> None:
    one = span(start, end, TODAY)
    assert one is not None
    assert one.months == expected


@pytest.mark.parametrize(
    ("start", "end"), [("", ""), ("soon", "2020"), ("2020-05", "later"), ("2020", "2018"), ("2020-99", "")]
)
def test_what_is_no_period_counts_nothing(start: str, end: str) -> None:
    assert span(start, end, TODAY) is None


def test_overlaps_count_once() -> None:
    assert months([Span(0, 12), Span(6, 18), Span(30, 36)]) == 24


def test_a_position_without_an_end_lasts_only_if_it_has_begun() -> None:
    assert is_current("2024-01", "", TODAY)
    assert not is_current("", "", TODAY)
    assert not is_current("2020", "2024-01", TODAY)
    assert is_current("2020", "2026", TODAY)
