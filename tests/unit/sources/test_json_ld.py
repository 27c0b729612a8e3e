"""Single job pages through schema.org JobPosting, in the forms that pages really use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from jobagent_desktop.domain.errors import Permanent, PostingGone
from jobagent_desktop.domain.posting import Posting, SalaryPeriod
from jobagent_desktop.sources.json_ld import posting_from_html

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
URL = "https://jobs.bakery.example/offers/baker?utm_source=news&id=7#apply"

# The example of https://developers.google.com/search/docs/appearance/structured-data/job-posting, with our own words.
JOB: dict[str, Any] = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "title": "Baker",
    "description": "<p>We bake <b>bread</b>.</p><ul><li>Early mornings</li></ul>",
    "identifier": {"@type": "PropertyValue", "name": "The Bakery", "value": "1234567"},
    "datePosted": "2026-02-18",
    "validThrough": "2026-03-18T00:00",
    "employmentType": ["FULL_TIME", "CONTRACTOR"],
    "hiringOrganization": {"@type": "Organization", "name": "The Bakery", "sameAs": "https://bakery.example"},
    "jobLocation": {
        "@type": "Place",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "1 Mill Lane",
            "addressLocality": "Gdańsk",
            "addressRegion": "Pomerania",
            "postalCode": "80-001",
            "addressCountry": "PL",
        },
    },
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "PLN",
        "value": {"@type": "QuantitativeValue", "minValue": 40.00, "maxValue": "55", "unitText": "HOUR"},
    },
}


def page(*blocks: object, kind: str = "application/ld+json") -> str:
    texts = (b if isinstance(b, str) else json.dumps(b).replace("</", r"<\/") for b in blocks)
    scripts = "".join(f'<script type="{kind}">{text}</script>' for text in texts)
    return f"<!DOCTYPE html><html><head><title>Baker</title>{scripts}</head><body><h1>Baker</h1></body></html>"


def read(*blocks: object, url: str = URL) -> Posting:
    return posting_from_html(page(*blocks), url, NOW)


def changed(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in {**JOB, **fields}.items() if value is not ...}


def test_a_complete_posting() -> None:
    posting = read(JOB)
    assert posting == Posting(
        source="page:jobs.bakery.example",
        external_id="1234567",
        url=URL,
        locator=URL,
        title="Baker",
        company="The Bakery",
        description="We bake bread.\n• Early mornings",
        location="Gdańsk, Pomerania, PL",
        remote=None,
        salary_min=40,
        salary_max=55,
        currency="PLN",
        salary_period=SalaryPeriod.HOUR,
        posted_at=datetime(2026, 2, 18, tzinfo=UTC),
        closes_at=datetime(2026, 3, 18, tzinfo=UTC),
        employment_type="Full-time, Contract",
    )


@pytest.mark.parametrize(
    "blocks",
    [
        ([JOB],),
        ({"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, JOB]},),
        ({"@type": "WebPage", "mainEntity": JOB},),
        ({"@type": "BreadcrumbList"}, "{not json", JOB),
        (changed(**{"@type": ["JobPosting", "Thing"]}),),
        (changed(**{"@type": "http://schema.org/JobPosting"}),),
        (json.dumps(JOB).replace("Early mornings", "Early\nmornings"),),
        (f"<!--\n{json.dumps(JOB)}\n-->",),
        (f"//<![CDATA[\n{json.dumps(JOB)}\n//]]>",),
        (JOB, JOB),
    ],
)
def test_where_the_posting_stands(blocks: tuple[object, ...]) -> None:
    posting = read(*blocks)
    assert (posting.title, posting.external_id) == ("Baker", "1234567")


@pytest.mark.parametrize("kind", ["application/ld+json; charset=utf-8", "Application/LD+JSON", "application/ld&#43;json"])
def test_spellings_of_the_script_type(kind: str) -> None:
    assert posting_from_html(page(JOB, kind=kind), URL, NOW).title == "Baker"


@pytest.mark.parametrize(
    ("place", "location"),
    [
        ("Berlin", "Berlin"),
        ({"@type": "Place", "name": "Head office"}, "Head office"),
        ({"@type": "Place", "address": "12 High Street, Dublin"}, "12 High Street, Dublin"),
        (
            {"address": {"addressLocality": "Berlin", "addressCountry": {"@type": "Country", "name": "Germany"}}},
            "Berlin, Germany",
        ),
        ({"address": {"addressLocality": "Berlin", "addressRegion": "Berlin", "addressCountry": "DE"}}, "Berlin, DE"),
        ([{"address": {"addressLocality": "Kraków"}}, {"address": {"addressLocality": "Łódź"}}], "Kraków / Łódź"),
        ({"address": [{"addressLocality": "Kraków"}, {"addressLocality": "Łódź"}]}, "Kraków / Łódź"),
        ({"addressLocality": "Oslo", "addressCountry": "NO"}, "Oslo, NO"),
        (..., ""),
        (None, ""),
        (7, ""),
    ],
)
def test_places(place: object, location: str) -> None:
    assert read(changed(jobLocation=place)).location == location


def test_remote_work() -> None:
    posting = read(changed(jobLocationType="TELECOMMUTE", jobLocation=..., applicantLocationRequirements={"name": "Poland"}))
    assert (posting.remote, posting.location) == (True, "Remote (Poland)")
    both = read(changed(jobLocationType=["TELECOMMUTE"]))
    assert (both.remote, both.location) == (True, "Gdańsk, Pomerania, PL")
    assert read(changed(jobLocationType="TELECOMMUTE", jobLocation=...)).location == "Remote"
    assert read(changed(title="Baker (hybrid)")).remote is False


@pytest.mark.parametrize(
    ("salary", "expected"),
    [
        ({"currency": "EUR", "value": {"value": 52000, "unitText": "YEAR"}}, (52000, 52000, "EUR", SalaryPeriod.YEAR)),
        ({"currency": "EUR", "value": {"minValue": "52 000", "unitText": "ANNUAL"}}, (52000, None, "EUR", SalaryPeriod.YEAR)),
        ({"currency": "eur", "value": 3000, "unitText": "MONTH"}, (3000, 3000, "EUR", SalaryPeriod.MONTH)),
        ({"currency": "EUR", "minValue": 10, "maxValue": 20, "unitText": "HOUR"}, (10, 20, "EUR", SalaryPeriod.HOUR)),
        ({"currency": "EUR", "value": {"minValue": 90000, "maxValue": 70000}}, (70000, 90000, "EUR", SalaryPeriod.YEAR)),
        ([{"currency": "EUR", "value": {"value": 0}}, {"currency": "EUR", "value": 100}], (100, 100, "EUR", SalaryPeriod.YEAR)),
        ({"currency": "EUR", "value": {"value": 100, "unitText": "BIWEEKLY"}}, (None, None, "", SalaryPeriod.YEAR)),
        ({"value": {"minValue": 1}}, (None, None, "", SalaryPeriod.YEAR)),
        ("competitive", (None, None, "", SalaryPeriod.YEAR)),
        (65000, (None, None, "", SalaryPeriod.YEAR)),
        (..., (None, None, "", SalaryPeriod.YEAR)),
    ],
)
def test_pay(salary: object, expected: tuple[object, ...]) -> None:
    posting = read(changed(baseSalary=salary))
    assert (posting.salary_min, posting.salary_max, posting.currency, posting.salary_period) == expected


def test_pay_with_the_currency_apart() -> None:
    posting = read(changed(baseSalary=65000, salaryCurrency="USD"))
    assert (posting.salary_min, posting.currency) == (65000, "USD")


@pytest.mark.parametrize(
    ("identifier", "external_id"),
    [
        ("ABC-1", "ABC-1"),
        (4711, "4711"),
        ([{"value": "X9"}], "X9"),
        ({"name": "The Bakery", "value": "The Bakery"}, "https://jobs.bakery.example/offers/baker?id=7"),
        ({"@type": "PropertyValue"}, "https://jobs.bakery.example/offers/baker?id=7"),
        (..., "https://jobs.bakery.example/offers/baker?id=7"),
        ("x" * 500, "https://jobs.bakery.example/offers/baker?id=7"),
        (True, "https://jobs.bakery.example/offers/baker?id=7"),
    ],
)
def test_the_identity_of_a_page(identifier: object, external_id: str) -> None:
    assert read(changed(identifier=identifier)).external_id == external_id


@pytest.mark.parametrize("until", ["2026-03-01", "2026-03-02T08:59:59Z", "2026-03-02T10:30:00+02:00", "2025-12-31T23:59"])
def test_an_expired_posting_is_gone(until: str) -> None:
    with pytest.raises(PostingGone, match="expired"):
        read(changed(validThrough=until))


@pytest.mark.parametrize("until", ["2026-03-02", "2026-03-02T09:00:01Z", "soon", "", None, 5, "2026-99-99"])
def test_a_posting_that_is_still_open(until: object) -> None:
    assert read(changed(validThrough=until)).title == "Baker"


def test_the_sentence_names_the_day() -> None:
    with pytest.raises(PostingGone, match="closed on 1 March 2026"):
        read(changed(validThrough="2026-03-01"))


def test_sections_kept_apart_join_the_description() -> None:
    posting = read(
        changed(qualifications="<ul><li>Flour</li></ul>", skills=["Sourdough", "Rye"], responsibilities="We bake bread.")
    )
    assert posting.description == "We bake bread.\n• Early mornings\n\nQualifications\n• Flour\n\nSkills\nSourdough\nRye"


def test_texts_are_made_safe() -> None:
    posting = read(
        changed(
            title="<script>alert(1)</script>Baker\u202e",
            description="&lt;p&gt;Hi&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;",
            hiringOrganization="<b>The</b> Bakery",
            inLanguage="pl-PL",
            employmentType="PART_TIME",
        )
    )
    assert (posting.title, posting.description, posting.company) == ("Baker", "Hi", "The Bakery")
    assert (posting.language, posting.employment_type) == ("pl", "Part-time")


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<html><body>Hello</body></html>", "does not describe a single job"),
        ("", "does not describe a single job"),
        (page({"@type": "Organization"}), "does not describe a single job"),
        (page({"@type": "JobPosting"}), "does not describe a single job"),
        (page('{"@type": "JobPosting", "title": "Baker",}'), "damaged form"),
        (page('{"@type": "JobPosting", "title": "Ba'), "damaged form"),
        (page("[" * 5_000 + '"JobPosting"'), "damaged form"),
        (page(JOB, changed(title="Chef")), "several jobs"),
        (page(JOB, kind="text/plain"), "does not describe a single job"),
    ],
)
def test_pages_without_one_job(html: str, words: str) -> None:
    with pytest.raises(Permanent, match=words) as caught:
        posting_from_html(html, URL, NOW)
    assert not isinstance(caught.value, PostingGone)


def test_of_several_jobs_the_one_whose_address_this_is() -> None:
    other = changed(title="Chef", url="https://jobs.bakery.example/offers/chef")
    mine = changed(url="/offers/baker?id=7")
    assert read(other, mine).title == "Baker"


@pytest.mark.parametrize("field", list(JOB))
@pytest.mark.parametrize("value", [None, [], {}, 1, "", [None, 3], {"value": {"value": []}}, True])
def test_odd_values_are_no_crash(field: str, value: object) -> None:
    if field not in {"@type", "title"}:
        assert read(changed(**{field: value})).title == "Baker"
    else:
        with pytest.raises(Permanent):
            read(changed(**{field: value}))
