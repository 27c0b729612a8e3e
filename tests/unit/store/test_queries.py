"""The window's questions on a real database: words, sorts, numbers, and what a stranger might type."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from jobagent_desktop.domain.changes import ApplicationChange, Changes, Found
from jobagent_desktop.domain.identity import application_id
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.posting import SalaryPeriod
from jobagent_desktop.domain.states import ApplicationStatus as A
from jobagent_desktop.domain.task import Outcome, TaskKind
from jobagent_desktop.domain.views import JobFilter, SortKey
from jobagent_desktop.services.ports import Ending, Worker
from jobagent_desktop.store.queries import ReadModel
from jobagent_desktop.store.store import Store
from tests.fakes.heard import Heard
from tests.fakes.small_world import PROFILE, posting
from tests.fakes.still_clock import StillClock

POSTINGS = (
    posting(1, title="Zookeeper", company="alpha", location="Łódź", salary_max=5_000, salary_period=SalaryPeriod.MONTH),
    posting(2, title="Backend Engineer", company="Beta", location="Gdańsk", salary_max=50_000),
    posting(3, title="Ärztin", company="gamma", location="Berlin", description="Wir suchen eine Ärztin."),
)
IDS = [application_id(p.job_id, PROFILE.id) for p in POSTINGS]


@dataclass
class Shelf:
    store: Store
    queries: ReadModel
    clock: StillClock

    async def scored(self, *scores: int | None) -> None:
        changes = tuple(
            ApplicationChange(identity, match=Match(score, "Fits.", ()))
            for identity, score in zip(IDS, scores, strict=True)
            if score
        )
        await self.store.enqueue(Changes(changes))

    def titles(self, **wanted: object) -> list[str]:
        ids = self.queries.job_ids(JobFilter(**wanted))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        return [row.title for row in self.queries.job_rows(ids)]


@pytest_asyncio.fixture
async def shelf(tmp_path: Path) -> AsyncGenerator[Shelf]:
    clock = StillClock()
    store = Store(tmp_path / "jobagent.db", Worker("machine", "nonce"), clock, Heard())
    await store.open()
    await store.save_profile(PROFILE, Changes(found=Found(PROFILE.id, POSTINGS)))
    with closing(ReadModel(tmp_path / "jobagent.db")) as queries:
        yield Shelf(store, queries, clock)
    await store.close()


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("back", ["Backend Engineer"]),
        ("lodz", ["Zookeeper"]),
        ("gdans engin", ["Backend Engineer"]),
        ("arztin", ["Ärztin"]),
        ("suchen", ["Ärztin"]),
        ("nothing like it", []),
        ('" OR 1 --', []),
        ("title:zoo", []),
        ("*", ["Backend Engineer", "Zookeeper", "Ärztin"]),
        ("NEAR(", []),
    ],
)
async def test_words_find_by_their_beginnings_whatever_is_typed(shelf: Shelf, text: str, titles: list[str]) -> None:
    assert sorted(shelf.titles(text=text)) == sorted(titles)


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        (SortKey.SCORE, "Backend Engineer"),
        (SortKey.TITLE, "Ärztin"),
        (SortKey.COMPANY, "Ärztin"),
        (SortKey.SALARY, "Zookeeper"),
        (SortKey.LOCATION, "Zookeeper"),
    ],
)
async def test_sorting_is_by_what_the_column_means(shelf: Shelf, sort: SortKey, first: str) -> None:
    await shelf.scored(40, 90, None)
    assert shelf.titles(sort=sort)[0] == first


async def test_what_has_no_score_comes_last_both_ways(shelf: Shelf) -> None:
    await shelf.scored(40, 90, None)
    assert shelf.titles()[-1] == shelf.titles(descending=False)[-1] == "Ärztin"


async def test_skipped_and_closed_are_hidden_unless_asked_for(shelf: Shelf) -> None:
    await shelf.store.enqueue(Changes((ApplicationChange(IDS[0], status=A.SKIPPED),)))
    assert "Zookeeper" not in shelf.titles()
    assert shelf.titles(statuses=frozenset({A.SKIPPED})) == ["Zookeeper"]
    assert shelf.titles(min_score=1) == []


async def test_ids_that_are_gone_are_left_out_and_the_order_is_kept(shelf: Shelf) -> None:
    rows = shelf.queries.job_rows([IDS[2], "gone", IDS[0]])
    assert [row.id for row in rows] == [IDS[2], IDS[0]]
    assert shelf.queries.job_rows([]) == []
    assert shelf.queries.detail("gone") is None


async def test_the_estimate_comes_from_the_pace_of_the_last_previews(shelf: Shelf) -> None:
    more = tuple(posting(n) for n in range(10, 16))
    await shelf.store.enqueue(Changes(found=Found(PROFILE.id, more)))
    assert shelf.queries.counts().eta_s is None, "nothing is known yet"
    for _ in range(4):
        (claim,) = await shelf.store.turn((), {TaskKind.PREVIEW: 1})
        shelf.clock.move(2)
        await shelf.store.turn([Ending(claim, Outcome.DONE)], {})
    counts = shelf.queries.counts()
    assert (counts.previews_left, counts.eta_s) == (5, 10.0)


async def test_an_updated_posting_is_found_by_its_new_words_only(shelf: Shelf) -> None:
    await shelf.store.enqueue(Changes(postings=(posting(1, title="Keeper of llamas", description="x"),)))
    assert shelf.titles(text="llamas") == ["Keeper of llamas"]
    assert shelf.titles(text="zookeeper") == []


async def test_a_closed_posting_that_is_back_is_open_again(shelf: Shelf) -> None:
    await shelf.store.enqueue(Changes(found=Found(PROFILE.id, (POSTINGS[1],), closes_missing=True)))
    assert shelf.titles() == ["Backend Engineer"]
    assert set(shelf.titles(statuses=frozenset({A.CLOSED}))) == {"Zookeeper", "Ärztin"}
    shelf.clock.move(timedelta(days=1).total_seconds())
    await shelf.store.enqueue(Changes(found=Found(PROFILE.id, POSTINGS)))
    assert set(shelf.titles()) == {"Backend Engineer", "Zookeeper", "Ärztin"}


async def test_more_ids_than_a_statement_takes_variables(shelf: Shelf) -> None:
    assert len(shelf.queries.job_rows([*IDS, *(f"gone{n}" for n in range(40_000))])) == len(IDS)
