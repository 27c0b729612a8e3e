"""The breaker on the real store: three in a row, fifteen minutes, one probe on any machine, and what does not count."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from jobagent_desktop.domain.breaker import OPEN_FOR, PROBE_LEASE, SCRAPING, BreakerState
from jobagent_desktop.domain.errors import Blocked, Permanent, Transient
from jobagent_desktop.domain.event import EventKind
from jobagent_desktop.services.circuit_breaker import CircuitBreaker
from jobagent_desktop.services.history import History
from jobagent_desktop.services.ports import Worker
from jobagent_desktop.store.store import Store
from tests.fakes.heard import Heard
from tests.fakes.still_clock import StillClock


class Site:
    """A breaker on a store of its own, and a site that answers as the test says."""

    def __init__(self, path: Path, clock: StillClock, nonce: str) -> None:
        self.clock, self.heard = clock, Heard()
        self.store = Store(path, Worker(f"machine {nonce}", nonce), clock, self.heard)
        numbers = itertools.count(1 + 1000 * len(nonce))
        self.breaker = CircuitBreaker(SCRAPING, self.store, clock, History(clock, lambda _: next(numbers)), nonce)
        self.asked = 0

    async def ask(self, error: Exception | None = None) -> str:
        async def work() -> str:
            self.asked += 1
            if error is not None:
                raise error
            return "page"

        return await self.breaker.call(work)

    async def refuse(self, retry_after: float | None = None) -> Blocked:
        with pytest.raises(Blocked) as caught:
            await self.ask(Blocked("Northwind's site asked us to slow down.", host="northwind", retry_after=retry_after))
        self.clock.move(1)
        return caught.value


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncGenerator[Site]:
    site = Site(tmp_path / "jobagent.db", StillClock(), "a")
    await site.store.open()
    yield site
    await site.store.close()


async def test_three_refusals_in_a_row_stop_everything_for_fifteen_minutes(site: Site) -> None:
    assert (await site.refuse()).until is None
    assert (await site.refuse()).until is None
    opened = (await site.refuse()).until
    assert opened == site.clock.now() - timedelta(seconds=1) + OPEN_FOR
    with pytest.raises(Blocked) as caught:
        await site.ask()
    assert caught.value.until == opened
    assert "slow down" in caught.value.sentence
    assert site.asked == 3, "the fourth was not sent"
    assert site.heard.kinds() == [EventKind.BREAKER_CHANGED]


async def test_a_success_in_between_starts_the_count_again(site: Site) -> None:
    await site.refuse()
    await site.refuse()
    assert await site.ask() == "page"
    assert (await site.refuse()).until is None


async def test_a_success_that_started_before_the_refusal_proves_nothing(site: Site) -> None:
    await site.refuse()
    await site.refuse()
    arrived, go = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        arrived.set()
        await go.wait()
        return "page"

    early = asyncio.create_task(site.breaker.call(slow))
    await arrived.wait()
    site.clock.move(1)
    opened = (await site.refuse()).until
    assert opened is not None
    go.set()
    assert await early == "page"
    assert (await site.store.load_breaker(SCRAPING)).state is BreakerState.OPEN


@pytest.mark.parametrize("error", [Transient("No network."), Permanent("Not found.")])
async def test_a_lost_network_and_a_missing_page_are_no_refusals(site: Site, error: Exception) -> None:
    for _ in range(5):
        with pytest.raises(type(error)):
            await site.ask(error)
    assert (await site.store.load_breaker(SCRAPING)).failures == 0


async def test_a_longer_retry_after_wins(site: Site) -> None:
    for seconds in (10, 10, 3600):
        blocked = await site.refuse(retry_after=seconds)
    assert blocked.until == site.clock.now() - timedelta(seconds=1) + timedelta(hours=1)


async def test_one_probe_on_any_machine_decides(site: Site, tmp_path: Path) -> None:
    others = [Site(tmp_path / "jobagent.db", site.clock, "b" * (n + 2)) for n in range(4)]
    for other in others:
        await other.store.open()
    for _ in range(3):
        await site.refuse()
    site.clock.move(OPEN_FOR.total_seconds())
    answers = await asyncio.gather(*(s.ask() for s in (site, *others)), return_exceptions=True)
    probes = sum(s.asked for s in others) + site.asked - 3
    assert answers.count("page") == probes >= 1
    assert (await site.store.load_breaker(SCRAPING)).state is BreakerState.CLOSED
    for other in others:
        await other.store.close()


async def test_while_one_probes_the_others_wait(site: Site, tmp_path: Path) -> None:
    other = Site(tmp_path / "jobagent.db", site.clock, "bb")
    await other.store.open()
    for _ in range(3):
        await site.refuse()
    site.clock.move(OPEN_FOR.total_seconds())
    arrived, go = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        arrived.set()
        await go.wait()
        return "page"

    probe = asyncio.create_task(site.breaker.call(slow))
    await arrived.wait()
    with pytest.raises(Blocked):
        await other.ask()
    assert other.asked == 0
    site.clock.move(1)
    go.set()
    assert await probe == "page"
    assert await other.ask() == "page"
    await other.store.close()


async def test_a_stuck_probe_frees_its_lease(site: Site, tmp_path: Path) -> None:
    other = Site(tmp_path / "jobagent.db", site.clock, "bb")
    await other.store.open()
    for _ in range(3):
        await site.refuse()
    site.clock.move(OPEN_FOR.total_seconds())
    assert await site.store.take_probe(SCRAPING, "dies while probing", site.clock.now()) is not None
    with pytest.raises(Blocked):
        await other.ask()
    site.clock.move(PROBE_LEASE.total_seconds())
    assert await other.ask() == "page"
    await other.store.close()


async def test_a_refused_probe_closes_the_door_again(site: Site) -> None:
    for _ in range(3):
        await site.refuse()
    site.clock.move(OPEN_FOR.total_seconds())
    assert (await site.refuse()).until == site.clock.now() - timedelta(seconds=1) + OPEN_FOR
    assert (await site.store.load_breaker(SCRAPING)).trips == 2


async def test_a_probe_without_a_network_gives_its_turn_back(site: Site) -> None:
    for _ in range(3):
        await site.refuse()
    site.clock.move(OPEN_FOR.total_seconds())
    with pytest.raises(Transient):
        await site.ask(Transient("No network."))
    assert (await site.store.load_breaker(SCRAPING)).state is BreakerState.OPEN
    site.clock.move(60)
    assert await site.ask() == "page"


async def test_try_now_lets_one_probe_through(site: Site) -> None:
    for _ in range(3):
        await site.refuse()
    await site.breaker.try_now()
    assert await site.ask() == "page"
    assert (await site.store.load_breaker(SCRAPING)).state is BreakerState.CLOSED


async def test_the_state_survives_a_restart(site: Site, tmp_path: Path) -> None:
    for _ in range(3):
        await site.refuse()
    later = Site(tmp_path / "jobagent.db", site.clock, "later")
    await later.store.open()
    with pytest.raises(Blocked):
        await later.ask()
    await later.store.close()
