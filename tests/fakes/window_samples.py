"""A made-up person, and what a posting, a match and a draft for her look like: material of the window's twins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from jobagent_desktop.domain.draft import Coverage, CoverLetter, CvSection, Draft, Sentence, TailoredCv
from jobagent_desktop.domain.match import Match, PartKind, ScorePart
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import Basics, Education, Language, Location, Resume, Skill, Work

START = datetime(2025, 11, 23, 11, 26, tzinfo=UTC)

RESUME = Resume(
    basics=Basics(
        name="Marta Nowak",
        label="Backend Engineer",
        email="marta.nowak@example.org",
        phone="+48 600 100 200",
        summary="Backend engineer with nine years in payments and logistics.",
        location=Location(city="Gdańsk", country_code="PL"),
    ),
    work=(
        Work(
            name="Portis",
            position="Senior Backend Engineer",
            start_date="2021-03",
            highlights=(
                "Cut settlement time from 9 hours to 40 minutes with PostgreSQL partitioning.",
                "Led 4 engineers moving 12 services from Django to FastAPI.",
                "Published ledger events to Kafka for other teams.",
            ),
        ),
        Work(
            name="Kurier24",
            position="Python Developer",
            start_date="2017-06",
            end_date="2021-02",
            highlights=(
                "Built the route planner used by 300 couriers.",
                "Introduced pytest and raised coverage from 20% to 78%.",
            ),
        ),
    ),
    education=(
        Education(institution="Gdańsk University of Technology", area="Computer Science", study_type="MSc", end_date="2017"),
    ),
    skills=(
        Skill(name="Skills", keywords=("Python", "FastAPI", "PostgreSQL", "Kafka", "AWS", "Docker", "Terraform", "pytest")),
    ),
    languages=(Language(language="Polish", fluency="native"), Language(language="English", fluency="C1")),
)

DESCRIPTION = """You will own the settlement platform that moves 4 million payments a day.

We look for
• Python and PostgreSQL at scale
• event streams (Kafka)
• people who have led a small team

Nice to have: Kotlin, Terraform, experience with SEPA."""


def make_match(score: int) -> Match:
    share = score / 100
    parts = tuple(
        ScorePart(kind, round(most * share), most, reason, evidence)
        for kind, most, reason, evidence in (
            (
                PartKind.SKILLS,
                40,
                "4 of 5 required skills are yours.",
                ("Python and PostgreSQL at scale", "PostgreSQL partitioning"),
            ),
            (PartKind.TITLE, 15, "The title is close to Backend Engineer.", ("Senior Backend Engineer",)),
            (PartKind.SENIORITY, 15, "Senior is asked; you have nine years.", ("led a small team", "Led 4 engineers")),
            (PartKind.PLACE, 10, "Gdańsk is one of your places.", ("Gdańsk",)),
            (PartKind.PAY, 10, "The pay is above your floor.", ("96,000–118,000 EUR",)),
            (PartKind.LANGUAGE, 10, "The posting is in English, which you speak (C1).", ()),
        )
    )
    parts = (replace(parts[0], points=parts[0].points + score - sum(part.points for part in parts)), *parts[1:])
    return Match(
        score,
        "Strong match. 4 of 5 required skills, seniority fits, pay above your floor." if score >= 75 else "A fair match.",
        parts,
        ("Python", "PostgreSQL", "Kafka", "Team lead"),
        ("Kotlin",),
        ("Terraform",),
        ("SEPA",),
        () if score >= 50 else ("The posting asks for fluent Dutch, which is not in your profile.",),
    )


def make_draft(posting: Posting) -> Draft:
    work = tuple(
        CvSection(
            f"work.{i}",
            job.position,
            job.name,
            f"{job.start_date} – {job.end_date or 'today'}",
            tuple(Sentence(text, f"work.{i}.highlights.{j}") for j, text in enumerate(job.highlights)),
        )
        for i, job in enumerate(RESUME.work)
    )
    contact = (RESUME.basics.email, RESUME.basics.phone, RESUME.basics.location.city)
    letter = CoverLetter(
        RESUME.basics.name,
        contact,
        posting.company,
        f"Application: {posting.title}",
        "Dear hiring team,",
        (
            (
                Sentence(f"I am applying for the position of {posting.title} at {posting.company}.", "posting"),
                Sentence("Backend engineer with nine years in payments and logistics.", "basics.summary"),
            ),
            (
                Sentence(RESUME.work[0].highlights[0], "work.0.highlights.0"),
                Sentence("I would be glad to tell you more.", "template"),
            ),
        ),
        "Kind regards",
    )
    cv = TailoredCv(
        RESUME.basics.name,
        RESUME.basics.label,
        contact,
        (Sentence(RESUME.basics.summary, "basics.summary"),),
        work,
        (),
        (CvSection("education.0", "MSc Computer Science", "Gdańsk University of Technology", "2017", ()),),
        RESUME.skill_names(),
        (),
        ("Polish (native)", "English (C1)"),
    )
    coverage = Coverage(58, 84, ("Python", "PostgreSQL", "Kafka"), ("Docker",), ("Kotlin", "SEPA"))
    return Draft(cv, letter, "offline", coverage)


def make_posting(number: int, title: str, company: str, **more: Any) -> Posting:
    values: dict[str, Any] = {
        "source": f"greenhouse:{company.split(maxsplit=1)[0].lower()}",
        "external_id": str(number),
        "url": f"https://jobs.example.org/{company.split(maxsplit=1)[0].lower()}/{number}",
        "description": DESCRIPTION,
        "location": "Gdańsk",
        "employment_type": "Full time",
        "posted_at": START - timedelta(days=2),
        "language": "en",
    }
    return Posting(title=title, company=company, **(values | more))


def edited(draft: Draft, edits: Mapping[str, str]) -> Draft:
    """The draft with summary sentences and work lines replaced, as `EditDraft` names them."""
    summary = tuple(
        Sentence(edits[f"cv.summary.{i}"], "user") if f"cv.summary.{i}" in edits else sentence
        for i, sentence in enumerate(draft.cv.summary)
    )
    work = tuple(
        replace(
            section,
            lines=tuple(
                Sentence(edits[f"cv.work.{i}.lines.{j}"], "user") if f"cv.work.{i}.lines.{j}" in edits else line
                for j, line in enumerate(section.lines)
            ),
        )
        for i, section in enumerate(draft.cv.work)
    )
    return replace(draft, cv=replace(draft.cv, summary=summary, work=work))
