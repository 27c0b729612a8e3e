"""The tailored CV: the person's own words, the relevant ones first, nothing new and nothing lost unseen."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobagent_desktop.agents import OfflineThinker, check_provenance
from jobagent_desktop.domain.draft import Sentence, TailoredCv
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import Basics, Preferences, Profile, Project, Resume, Skill, Work
from tests.fakes import adverts, people

PROFILES = [
    people.backend_engineer(),
    people.nurse(),
    people.german_nurse(),
    people.polish_accountant(),
    people.graduate(),
    people.long_career(),
]
POSTINGS = [adverts.BACKEND, adverts.NURSE, adverts.GERMAN_NURSE, adverts.POLISH_ACCOUNTANT, adverts.EMPTY, adverts.HOSTILE]


def sentences(cv: TailoredCv) -> list[Sentence]:
    return [*cv.summary, *(line for section in (*cv.work, *cv.projects, *cv.education) for line in section.lines)]


def everything(value: object) -> str:
    """All text of a resume."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return "\n".join(everything(item) for item in value)
    return "\n".join(everything(item) for item in value.values()) if isinstance(value, dict) else ""


def assert_verbatim(cv: TailoredCv, resume: Resume) -> None:
    sources = dict(resume.sources())
    sources |= {f"education.{i}.courses.{j}": c for i, e in enumerate(resume.education) for j, c in enumerate(e.courses)}
    for sentence in sentences(cv):
        assert sentence.text in sources[sentence.source_id]
    assert cv.label == resume.basics.label
    assert sorted(cv.skills) == sorted(resume.skill_names())
    text = everything(resume.model_dump(exclude={"work": {"__all__": {"start_date", "end_date"}}}))
    for section in (*cv.work, *cv.projects, *cv.education):
        for piece in re.split(r" · |, ", f"{section.heading} · {section.subheading}"):
            assert piece in text


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.resume.basics.label)
@pytest.mark.parametrize("posting", POSTINGS, ids=lambda p: p.external_id)
def test_every_text_is_the_persons_own(engine: OfflineThinker, profile: Profile, posting: Posting) -> None:
    cv = engine.tailor(profile, posting)
    assert_verbatim(cv, profile.resume)
    assert check_provenance(cv, profile.resume, posting) == []


def test_no_position_is_dropped_and_what_is_left_out_is_counted(engine: OfflineThinker) -> None:
    profile = people.long_career()
    cv = engine.tailor(profile, adverts.BACKEND)
    assert len(cv.work) == len(profile.resume.work)
    of = 9 * 12 + 9
    assert cv.dropped == of - len(sentences(cv))
    lines = [len(section.lines) for section in cv.work]
    assert lines == [6, 5, 4, 3, 2, 2, 2, 2, 2]


def test_positions_stay_newest_first(engine: OfflineThinker) -> None:
    profile = people.backend_engineer()
    turned = profile.resume.model_copy(update={"work": tuple(reversed(profile.resume.work))})
    cv = engine.tailor(profile.model_copy(update={"resume": turned}), adverts.BACKEND)
    assert [section.subheading.split(" · ")[0] for section in cv.work] == ["Portis", "Lumen Retail"]
    assert [section.dates for section in cv.work] == ["Mar 2022 – today", "Apr 2019 – Feb 2022"]
    assert cv.work[0].source_id == "work.1"


def test_lines_are_ordered_by_what_the_posting_asks(engine: OfflineThinker) -> None:
    kafka = engine.tailor(
        people.backend_engineer(), adverts.named(adverts.EMPTY, description="Requirements\n• Kafka\n• Python")
    )
    lead = engine.tailor(
        people.backend_engineer(), adverts.named(adverts.EMPTY, description="Requirements\n• Mentoring\n• On-call")
    )
    assert "Kafka" in kafka.work[0].lines[0].text
    assert lead.work[0].lines[0].text.startswith("Mentored")


def test_skills_asked_come_first_and_none_is_added(engine: OfflineThinker) -> None:
    cv = engine.tailor(
        people.backend_engineer(), adverts.named(adverts.EMPTY, description="Requirements\n• Docker\n• Rust\n• AWS")
    )
    assert cv.skills[:2] == ("Docker", "AWS")
    assert "Rust" not in cv.skills


def test_the_summary_keeps_its_first_sentence_and_the_users_order(engine: OfflineThinker) -> None:
    profile = people.long_career()
    cv = engine.tailor(profile, adverts.BACKEND)
    every = re.findall(r"[^.]+\.", profile.resume.basics.summary)
    places = [next(i for i, text in enumerate(every) if sentence.text == text.strip()) for sentence in cv.summary]
    assert places[0] == 0
    assert places == sorted(places)
    assert len(places) == 4


def test_contact_languages_and_dates_read_well(engine: OfflineThinker) -> None:
    cv = engine.tailor(people.backend_engineer(), adverts.BACKEND)
    assert cv.contact == ("igor.maj@example.org", "+48 555 010 111", "Poznań, Poland")
    assert cv.languages == ("Polish (Native)", "English (C1)")
    assert engine.tailor(people.german_nurse(), adverts.GERMAN_NURSE).work[0].dates == "Apr. 2019 – heute"


def test_provenance_finds_what_has_no_source(engine: OfflineThinker) -> None:
    resume = people.backend_engineer().resume
    cv = engine.tailor(people.backend_engineer(), adverts.BACKEND)
    from dataclasses import replace

    invented = replace(cv, summary=(Sentence("I have a PhD from Oxford.", "basics.summary"),))
    moved = replace(cv, summary=(Sentence(resume.work[0].highlights[0], "work.1.highlights.0"),))
    skill = replace(cv, skills=(*cv.skills, "Rust"))
    edited = replace(cv, summary=(Sentence("My own new words.", "user"),))
    assert check_provenance(invented, resume, adverts.BACKEND)
    assert check_provenance(moved, resume, adverts.BACKEND)
    assert check_provenance(skill, resume, adverts.BACKEND)
    assert check_provenance(edited, resume, adverts.BACKEND) == []


words = st.text(max_size=60)


@settings(max_examples=40, deadline=None)
@given(
    summary=st.text(max_size=200),
    highlights=st.lists(words, max_size=6),
    names=st.lists(words, min_size=4, max_size=4),
    skills=st.lists(words, max_size=5),
    dates=st.tuples(words | st.just("2020-03"), words | st.just("")),
    text=st.text(max_size=200),
)
def test_any_resume_is_tailored_verbatim(
    summary: str, highlights: list[str], names: list[str], skills: list[str], dates: tuple[str, str], text: str
) -> None:
    resume = Resume(
        basics=Basics(name=names[0], label=names[1], summary=summary),
        work=(Work(name=names[2], position=names[3], start_date=dates[0], end_date=dates[1], highlights=tuple(highlights)),),
        projects=(Project(name=names[0], description=text[:50], highlights=tuple(highlights[:2])),),
        skills=tuple(Skill(name=name) for name in skills),
    )
    profile = Profile(id="p", resume=resume, preferences=Preferences())
    posting = Posting("t", "1", "", names[3], names[2], text)
    cv = OfflineThinker(lambda: date(2026, 11, 23)).tailor(profile, posting)
    assert check_provenance(cv, resume, posting) == []
    assert sorted(cv.skills) == sorted(resume.skill_names())
