"""A small profile and postings that tests of the queue and the store work with."""

from __future__ import annotations

from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import Basics, Profile, Resume, Skill, Work

PROFILE = Profile(
    id="01hprofile0000000000000000",
    resume=Resume(
        basics=Basics(
            name="Ada Byron", label="Backend Engineer", email="ada@example.org", summary="Backend engineer in logistics."
        ),
        work=(
            Work(
                name="Portis",
                position="Backend Engineer",
                start_date="2019",
                highlights=("Built the route planner in Python.", "Moved 12 services to PostgreSQL."),
            ),
        ),
        skills=(Skill(name="Python"), Skill(name="PostgreSQL")),
    ),
)


def posting(number: int, **changes: object) -> Posting:
    """A posting of its own, told apart by its number."""
    values: dict[str, object] = {
        "source": "greenhouse:northwind",
        "external_id": str(number),
        "url": f"https://boards.example.org/northwind/jobs/{number}",
        "title": f"Backend Engineer {number}",
        "company": "Northwind",
        "description": f"We look for Python and PostgreSQL. Team number {number}.",
        "location": "Gdańsk",
    }
    return Posting(**(values | changes))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
