"""Made-up jobs in every state, for the window's tests and pictures."""

# ruff: noqa: E501  # a table of jobs reads better than its wrapped form

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from jobagent_desktop.domain.event import EventKind, Level
from jobagent_desktop.domain.posting import SalaryPeriod
from jobagent_desktop.domain.resume import Preferences, Profile
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.views import SearchView
from tests.fakes.window_samples import RESUME, make_posting
from tests.fakes.window_world import World

_S = ApplicationStatus
_EUR = {"currency": "EUR"}
_PLN = {"currency": "PLN", "salary_period": SalaryPeriod.MONTH}


def profile() -> Profile:
    wishes = Preferences(titles=("Backend Engineer",), places=("Gdańsk",), remote=True, salary_floor=60_000)
    return Profile(id="p1", resume=RESUME, preferences=wishes)


def busy_world() -> World:
    """A dozen jobs, some ready, some being prepared, one failed; two searches."""
    world = World(profile=profile(), eta_s=22)
    lines: tuple[tuple[str, str, dict[str, Any], ApplicationStatus, int | None, str, int], ...] = (
        ("Senior Backend Engineer, Payments", "Northwind Bank", {"remote": True, "salary_min": 96_000, "salary_max": 118_000, **_EUR},
         _S.PREVIEW_READY, 87, "Preview ready", 100),
        ("Python Platform Engineer", "Helio Grid", {"location": "EU", "remote": True, "salary_min": 90_000, "salary_max": 110_000, **_EUR},
         _S.PREPARING, 84, "Writing letter, about 20 s", 72),
        ("Backend Engineer (FastAPI)", "Tidewater", {"location": "Berlin", "salary_min": 85_000, "salary_max": 100_000, **_EUR},
         _S.PREPARING, 81, "Tailoring CV", 45),
        ("Staff Engineer, Logistics", "Parcelo", {"location": "Warsaw", "salary_min": 28_000, "salary_max": 34_000, **_PLN},
         _S.APPROVED, 79, "Approved", 100),
        ("Data Platform Engineer", "Kestrel Air", {"location": "", "remote": True}, _S.APPLIED, 76, "Applied on 21 Nov", 100),
        ("Senior Python Developer", "Brightfold", {"salary_min": 22_000, "salary_max": 27_000, **_PLN}, _S.PREPARING, 74, "Reading posting", 12),
        ("Site Reliability Engineer", "Monta", {"location": "", "remote": True, "salary_min": 80_000, "salary_max": 95_000, **_EUR},
         _S.FOUND, None, "Waiting", 0),
        ("Backend Engineer, Risk", "Sable Pay", {"location": "London", "salary_min": 70_000, "salary_max": 85_000, "currency": "GBP"},
         _S.FAILED, 69, "", 40),
        ("API Engineer", "Corvid Health", {"location": "EU", "remote": True}, _S.PREVIEW_READY, 66, "Preview ready", 100),
        ("Software Engineer II", "Lumen Rail", {"location": "Kraków", "salary_min": 19_000, "salary_max": 24_000, **_PLN},
         _S.PREVIEW_READY, 63, "Preview ready", 100),
        ("Softwareentwicklungsabteilungsleiterstellvertreter für Zahlungsverkehrsinfrastruktur", "Donaudampfschifffahrtsgesellschaft mbH",
         {"location": "Garmisch-Partenkirchen, Oberbayern", "salary_min": 75_000, **_EUR}, _S.FOUND, 61, "Waiting", 0),
        ("מהנדס תוכנה בכיר", "חברת תשלומים", {"location": "תל אביב"}, _S.PREVIEW_READY, 58, "Preview ready", 100),
        ("Full-stack Developer (PHP)", "Fennel", {"location": "Łódź", "salary_min": 45, "currency": "EUR", "salary_period": SalaryPeriod.HOUR},
         _S.PREVIEW_READY, 48, "Preview ready", 100),
        ("Office Manager", "Skipped Ltd", {}, _S.SKIPPED, 20, "", 100),
    )  # fmt: skip
    for number, (title, company, more, status, score, stage, progress) in enumerate(lines):
        entry = world.add(make_posting(number, title, company, **more), status, score=score, stage=stage, progress=progress)
        world.change(entry.id, EventKind.STEP_DONE, f"Found at {company}.")
        if status is _S.FAILED:
            sentence = "Sable Pay's page asked for a login, so the posting could not be read. Open the posting yourself, or try again later."
            world.change(entry.id, EventKind.TASK_FAILED, sentence, Level.ERROR, error=sentence)
        elif status is _S.PREVIEW_READY:
            world.change(entry.id, EventKind.PREVIEW_READY, "Preview ready: CV, letter and keyword coverage.")
        world.entries[entry.id] = replace(world.entries[entry.id], updated_at=world.now - timedelta(minutes=7 * number**2))
    world.now += timedelta(minutes=3)
    world.searches = [
        SearchView("s1", "Northwind Bank", "https://boards.greenhouse.io/northwind", enabled=True, last_run=world.now, error=""),
        SearchView(
            "s2", "https://jobs.tidewater.example", "https://jobs.tidewater.example", enabled=True, last_run=world.now,
            error="The site did not answer within 30 seconds. It is tried again at the next search.",
        ),
    ]  # fmt: skip
    return world


def hostile_world() -> World:
    """One posting that tries everything with markup."""
    world = World(profile=profile())
    evil = "<b>x</b><script>alert(1)</script><img src='file:///etc/passwd'><a href='javascript:1'>go</a>"
    posting = make_posting(0, evil, evil, location=evil, description=evil, employment_type=evil, url="javascript:alert(1)")
    entry = world.add(posting, _S.PREVIEW_READY, score=70, stage=evil, error=evil)
    world.change(entry.id, EventKind.TASK_FAILED, evil, Level.ERROR)
    return world


def large_world(rows: int) -> World:
    world = World(profile=profile())
    for number in range(rows):
        world.add(make_posting(number, f"Engineer {number}", f"Company {number}"), _S.PREVIEW_READY, score=number % 101)
    return world
