"""Dates and periods as people write them in CVs."""

import pytest

from jobagent_desktop.documents.parsing.dates import Period, find_period


@pytest.mark.parametrize(
    ("text", "start", "end", "rest"),
    [
        ("Senior Engineer\tMar 2021 – Present", "2021-03", "", "Senior Engineer"),
        ("2017 - 2021 Acme", "2017", "2021", "Acme"),
        ("03/2019–today", "2019-03", "", ""),
        ("since 2020", "2020", "", ""),
        ("Nurse, Ward 5 (01.2019 - 12.2022)", "2019-01", "2022-12", "Nurse, Ward 5"),
        ("2011–12", "2011", "2012", ""),
        ("2017-19", "2017", "2019", ""),
        ("Sept. 2015 to June 2017 · 1 yr 10 mos", "2015-09", "2017-06", ""),
        ("seit 04/2018", "2018-04", "", ""),
        ("Mar – Jun 2020 Intern", "2020-03", "2020-06", "Intern"),
        ("1. März 2020 bis heute", "2020-03-01", "", ""),
        ("od 2019 do 2021 Księgowa", "2019", "2021", "Księgowa"),
        ("2019 –", "2019", "", ""),
        ("styczeń 2018 – obecnie", "2018-01", "", ""),
        ("15.03.2019 - 30.06.2020", "2019-03-15", "2020-06-30", ""),
        ("Jan '19 – Dec '20", "2019-01", "2020-12", ""),
        ("juin 2018 – aujourd’hui", "2018-06", "", ""),
        ("2018-03 – 2020-05", "2018-03", "2020-05", ""),
        ("Depuis septembre 2019 : Infirmière", "2019-09", "", "Infirmière"),
        ("2013 - actualidad", "2013", "", ""),
        ("Barista\tSummer 2014 – Spring 2015", "2014", "2015", "Barista"),
    ],
)
def test_a_period_is_read_at_its_own_precision(text: str, start: str, end: str, rest: str) -> None:
    assert find_period(text) == (Period(start, end, is_range=True), rest)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Graduated 2016", "2016"),
        ("AWS Solutions Architect, 2021-11", "2021-11"),
        ("May 2014", "2014-05"),
        ("2020/03", "2020-03"),
    ],
)
def test_a_single_date_is_no_range(text: str, date: str) -> None:
    found = find_period(text)
    assert found is not None
    assert found[0] == Period(date, date, is_range=False)


def test_a_range_is_preferred_to_a_year_before_it() -> None:
    found = find_period("Expo 2020 site manager, 2019 – 2021")
    assert found is not None
    assert (found[0].start, found[0].end) == ("2019", "2021")


@pytest.mark.parametrize("text", ["Python, SQL", "+48 555 010 203", "Room 1204", "handled 12000 orders", "v20210"])
def test_other_numbers_are_no_dates(text: str) -> None:
    assert find_period(text) is None
