"""Invented people of several trades, for tests that need a profile which means something."""

from __future__ import annotations

from jobagent_desktop.domain.resume import (
    Basics,
    Certificate,
    Education,
    Language,
    Location,
    Preferences,
    Profile,
    Project,
    Resume,
    Skill,
    Work,
)


def _profile(resume: Resume, preferences: Preferences | None = None) -> Profile:
    return Profile(id="profile1", resume=resume, preferences=preferences or Preferences())


def backend_engineer(preferences: Preferences | None = None) -> Profile:
    """Six years of Python and Kafka in Poznań; Polish and good English; no Kotlin."""
    return _profile(
        Resume(
            basics=Basics(
                name="Igor Maj",
                label="Backend Engineer",
                email="igor.maj@example.org",
                phone="+48 555 010 111",
                summary="Backend engineer with six years in payments and warehouse software. I like small, boring services.",
                location=Location(city="Poznań", country_code="PL"),
            ),
            work=(
                Work(
                    name="Portis",
                    position="Senior Backend Engineer",
                    location="Poznań",
                    start_date="2022-03",
                    highlights=(
                        "Cut settlement time from 9 hours to 40 minutes with PostgreSQL partitioning.",
                        "Built a payout service in Python and Kafka that moves 2 million EUR a day.",
                        "Mentored 3 engineers and ran the on-call rota.",
                    ),
                ),
                Work(
                    name="Lumen Retail",
                    position="Python Developer",
                    location="Poznań",
                    start_date="2019-04",
                    end_date="2022-02",
                    highlights=(
                        "Led the migration of the shop's stock system to Django and Docker.",
                        "Wrote REST APIs for 14 partners and documented them with OpenAPI.",
                    ),
                ),
            ),
            education=(
                Education(institution="Poznań University of Technology", study_type="BSc", area="Informatics", end_date="2019"),
            ),
            skills=(
                Skill(name="Languages", keywords=("Python", "SQL", "Bash")),
                Skill(name="Tools", keywords=("PostgreSQL", "Kafka", "Docker", "Kubernetes", "Django", "AWS", "Terraform")),
            ),
            languages=(Language(language="Polish", fluency="Native"), Language(language="English", fluency="C1")),
        ),
        preferences,
    )


def nurse(preferences: Preferences | None = None) -> Profile:
    """A registered nurse in Leeds: surgical ward and intensive care."""
    return _profile(
        Resume(
            basics=Basics(
                name="Hannah Reed",
                label="Registered Nurse",
                email="hannah.reed@example.org",
                summary="Registered nurse with eight years on surgical and intensive care wards.",
                location=Location(city="Leeds", country_code="GB"),
            ),
            work=(
                Work(
                    name="Saint Brannoc Hospital",
                    position="Staff Nurse, Intensive Care",
                    start_date="2020-01",
                    highlights=(
                        "Care for up to 2 ventilated patients a shift and document in the electronic patient records.",
                        "Trained 6 new colleagues in medication administration and infusion pumps.",
                        "Introduced a handover sheet that cut missing entries by a third.",
                    ),
                ),
                Work(
                    name="Aire Valley Clinic",
                    position="Nurse",
                    start_date="2017-02",
                    end_date="2019-12",
                    highlights=(
                        "Responsible for wound care and discharge planning on a ward of 24 beds.",
                        "Night shifts in a team of 4.",
                    ),
                ),
            ),
            education=(Education(institution="University of Leeds", study_type="BSc", area="Nursing", end_date="2016"),),
            skills=(
                Skill(name="Wound care"),
                Skill(name="Medication administration"),
                Skill(name="Patient assessment"),
                Skill(name="Infusion pumps"),
                Skill(name="Teamwork"),
            ),
            certificates=(Certificate(name="Advanced Life Support", date="2024-05"), Certificate(name="NMC registration")),
            languages=(Language(language="English", fluency="Native"),),
        ),
        preferences,
    )


def german_nurse() -> Profile:
    """A nurse in Hamburg with a CV in German, written in noun phrases as German ones are."""
    return _profile(
        Resume(
            basics=Basics(
                name="Julia Brandt",
                label="Pflegefachkraft",
                email="julia.brandt@example.org",
                summary="Examinierte Pflegefachkraft mit Erfahrung auf chirurgischen Stationen und in der Intensivpflege.",
                location=Location(city="Hamburg", country_code="DE"),
            ),
            work=(
                Work(
                    name="Elbklinik",
                    position="Pflegefachkraft Intensivstation",
                    start_date="2019-04",
                    highlights=(
                        "Betreuung von bis zu 3 beatmeten Patienten pro Schicht.",
                        "Leitete die Einarbeitung von 5 neuen Kolleginnen und Kollegen.",
                        "Wundversorgung und Pflegedokumentation mit Orbis.",
                    ),
                ),
                Work(
                    name="Krankenhaus Süd",
                    position="Gesundheits- und Krankenpflegerin",
                    start_date="2015-10",
                    end_date="2019-03",
                    highlights=("Verantwortlich für die Pflegeplanung auf einer Station mit 28 Betten.",),
                ),
            ),
            skills=(Skill(name="Wundversorgung"), Skill(name="Pflegeplanung"), Skill(name="Beatmung"), Skill(name="Orbis")),
            languages=(Language(language="Deutsch", fluency="Muttersprache"), Language(language="Englisch", fluency="B1")),
        )
    )


def polish_accountant() -> Profile:
    """An accountant in Warsaw with a CV in Polish."""
    return _profile(
        Resume(
            basics=Basics(
                name="Ewa Lis",
                label="Samodzielna księgowa",
                email="ewa.lis@example.org",
                summary="Księgowa z doświadczeniem w pełnej księgowości spółek i rozliczeniach VAT.",
                location=Location(city="Warszawa", country_code="PL"),
            ),
            work=(
                Work(
                    name="Grupa Wisła",
                    position="Samodzielna księgowa",
                    start_date="2019-02",
                    highlights=(
                        "Skróciłam zamknięcie miesiąca z 9 do 4 dni.",
                        "Prowadzenie pełnej księgowości 6 spółek w Comarch Optima.",
                        "Przygotowałam 24 deklaracje VAT i pliki JPK bez korekt.",
                    ),
                ),
                Work(
                    name="Biuro Rachunkowe Saldo",
                    position="Młodsza księgowa",
                    start_date="2016-06",
                    end_date="2019-01",
                    highlights=("Księgowanie faktur i wyciągów bankowych dla 30 klientów.",),
                ),
            ),
            skills=(
                Skill(name="Księgowość"),
                Skill(name="VAT"),
                Skill(name="Comarch Optima"),
                Skill(name="Excel"),
                Skill(name="Zamknięcie miesiąca"),
            ),
            languages=(Language(language="Polski", fluency="ojczysty"), Language(language="Angielski", fluency="B1")),
        )
    )


def graduate() -> Profile:
    """Just out of university, no position yet, one project."""
    return _profile(
        Resume(
            basics=Basics(
                name="Sam Okoro",
                label="Computer Science Graduate",
                email="sam.okoro@example.org",
                location=Location(city="Bristol", country_code="GB"),
            ),
            projects=(
                Project(
                    name="Tidewatch",
                    description="A web page that shows when a ford can be crossed.",
                    highlights=(
                        "Built the service in Python and PostgreSQL and deployed it with Docker.",
                        "Wrote 120 tests with pytest.",
                    ),
                    end_date="2026-05",
                ),
            ),
            education=(
                Education(
                    institution="University of Bristol",
                    study_type="BSc",
                    area="Computer Science",
                    start_date="2023-09",
                    end_date="2026-06",
                    courses=("Databases", "Distributed systems"),
                ),
            ),
            skills=(Skill(name="Python"), Skill(name="Git"), Skill(name="SQL"), Skill(name="Docker")),
            languages=(Language(language="English", fluency="Native"),),
        )
    )


def long_career() -> Profile:
    """Nine positions with twelve lines each, and more skills than fit a page."""
    work = tuple(
        Work(
            name=f"Company {chr(65 + i)}",
            position="Software Engineer" if i else "Principal Engineer",
            start_date=f"{2022 - 3 * i}-01",
            end_date="" if i == 0 else f"{2024 - 3 * i}-12",
            highlights=tuple(
                f"Built module {i}-{j} in {'Python' if j % 3 == 0 else 'Java'} and kept it running for {j + 2} clients."
                for j in range(12)
            ),
        )
        for i in range(9)
    )
    summary = " ".join(f"I have shipped product number {i} with a team of {i + 3}." for i in range(9))
    skills = tuple(
        Skill(name=name) for name in ("Java", "Python", "SQL", "Linux", "Scrum", *(f"House tool {i}" for i in range(60)))
    )
    return _profile(
        Resume(
            basics=Basics(name="Robin Vale", label="Principal Engineer", summary=summary),
            work=work,
            skills=skills,
            languages=(Language(language="English", fluency="Native"),),
        )
    )
