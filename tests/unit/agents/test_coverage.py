"""Keyword coverage of a posting before and after tailoring."""

from __future__ import annotations

from jobagent_desktop.agents import OfflineThinker
from tests.fakes import adverts, people

RESUME = people.backend_engineer().resume


def test_present_addable_and_not_yours(engine: OfflineThinker) -> None:
    before = "Igor Maj\nPython and PostgreSQL"
    after = "Igor Maj\nBackend Engineer\nPython, PostgreSQL, Kafka, Terraform, AWS"
    coverage = engine.coverage(adverts.BACKEND, RESUME, before, after)
    assert {"Python", "PostgreSQL", "Kafka", "AWS", "Terraform"} <= set(coverage.present)
    assert coverage.addable == ("Docker",)
    assert {"Kotlin", "SAP", "Redis"} == set(coverage.not_yours)
    assert coverage.before < coverage.after


def test_required_terms_weigh_more_than_preferred(engine: OfflineThinker) -> None:
    required = engine.coverage(adverts.BACKEND, RESUME, "", "Kafka")
    preferred = engine.coverage(adverts.BACKEND, RESUME, "", "Terraform")
    assert required.after > preferred.after > 0


def test_everything_is_a_hundred_and_nothing_is_zero(engine: OfflineThinker) -> None:
    text = "Senior Backend Engineer\n" + ", ".join(
        ("Python", "PostgreSQL", "Kafka", "Docker", "AWS", "Kotlin", "Terraform", "Redis", "SAP")
    )
    coverage = engine.coverage(adverts.BACKEND, RESUME, "", text)
    assert (coverage.before, coverage.after) == (0, 100)
    assert coverage.addable == coverage.not_yours == ()


def test_a_posting_without_terms_is_covered_by_its_title(engine: OfflineThinker) -> None:
    coverage = engine.coverage(adverts.EMPTY, RESUME, "", "Backend Engineer")
    assert (coverage.before, coverage.after) == (0, 100)


def test_tailoring_for_a_posting_covers_what_the_profile_has(engine: OfflineThinker) -> None:
    profile = people.backend_engineer()
    cv = engine.tailor(profile, adverts.BACKEND)
    text = "\n".join([cv.label, *cv.skills, *(line.text for section in cv.work for line in section.lines)])
    assert engine.coverage(adverts.BACKEND, profile.resume, "", text).addable == ()
