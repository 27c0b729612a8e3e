"""Clocks that jump, change to summer time or sleep: nothing is lost, nothing runs twice, and nothing stands still for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from jobagent_desktop.domain import commands as c
from jobagent_desktop.domain.breaker import OPEN_FOR, SCRAPING, BreakerState
from jobagent_desktop.domain.errors import Blocked, Transient
from jobagent_desktop.domain.states import TaskStatus
from jobagent_desktop.domain.task import LEASE_S, Claim, Outcome, Step, TaskKind
from jobagent_desktop.domain.times import from_iso
from jobagent_desktop.services.ports import DoneSteps, Ending
from jobagent_desktop.services.task_manager import SWEEP_S, Until
from jobagent_desktop.store.connection import open_reader, rows
from tests.fakes.small_world import posting
from tests.fakes.still_clock import StillClock
from tests.unit.services.test_engine import BOARD, Office
from tests.unit.services.test_scheduler import ALL_STEPS, Desk

TEN_MINUTES = 600.0


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncGenerator[Desk]:
    desk = Desk(tmp_path / "jobagent.db", "one", StillClock())
    await desk.store.open()
    yield desk
    await desk.store.close()


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office]:
    office = Office(tmp_path)
    async with office.engine.opened():
        yield office


async def beside(desk: Desk, nonce: str, machine: str = "machine") -> Desk:
    other = Desk(Path(desk.store._db._path), nonce, desk.clock, machine)
    await other.store.open()
    other.alive = desk.alive = {*desk.alive, nonce}
    return other


async def seconds_until(desk: Desk, work: asyncio.Task[None], most: float) -> float:
    """How long, on the monotonic clock, the work still takes."""
    began = desk.clock.monotonic()
    while not work.done() and desk.clock.monotonic() - began < most:
        await until(lambda: work.done() or is_at_rest(desk))
        desk.clock.move(1)
    await until(lambda: work.done() or is_at_rest(desk))
    assert work.done(), f"it takes more than {most} s"
    await work
    return desk.clock.monotonic() - began


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - the store's thread has no event to wait for
        await asyncio.sleep(0.001)


def is_at_rest(desk: Desk) -> bool:
    """Nothing is being done, and heartbeat, sweep and dispatcher sleep."""
    return not desk.scheduler.running and not desk.scheduler._endings and desk.clock.asleep >= 3


# Jumps


@pytest.mark.parametrize("jump", [TEN_MINUTES, -TEN_MINUTES])
async def test_a_jump_takes_no_living_workers_lease(desk: Desk, jump: float) -> None:
    await desk.queue("a")
    watcher = await beside(desk, "watcher", machine="another machine")
    started, go_on = asyncio.Event(), asyncio.Event()

    async def long(_claim: Claim, step: Step) -> None:
        if step is Step.FETCH:
            started.set()
            await go_on.wait()

    desk.behaviour = long
    work = asyncio.create_task(desk.scheduler.run(Until.DONE))
    await started.wait()
    assert await watcher.scheduler.sweep() == 0
    desk.clock.jump(jump)
    for _ in range(3):
        await desk.clock.until_asleep(3)
        desk.clock.move(10)
        assert await watcher.scheduler.sweep() == 0
    go_on.set()
    await seconds_until(desk, work, 60)
    assert [step for _, step in desk.ran] == ALL_STEPS, "each step once"
    await watcher.store.close()


@pytest.mark.parametrize("jump", [TEN_MINUTES, -TEN_MINUTES])
async def test_a_retry_waits_no_longer_for_a_jump(desk: Desk, jump: float) -> None:
    await desk.queue("a")

    async def once_away(_claim: Claim, _step: Step) -> None:
        if len(desk.ran) == 1:
            raise Transient("The network is away.")

    desk.behaviour = once_away
    work = asyncio.create_task(desk.scheduler.run(Until.DONE))
    await until(lambda: bool(desk.troubles) and is_at_rest(desk))
    assert (await desk.statuses())["a"] is TaskStatus.PENDING
    desk.clock.jump(jump)
    assert await seconds_until(desk, work, 60) <= SWEEP_S + 10
    assert (await desk.statuses())["a"] is TaskStatus.DONE
    assert len(desk.ran) == 1 + len(ALL_STEPS)


async def test_a_small_difference_between_two_machines_moves_nothing(desk: Desk) -> None:
    await desk.queue("a")
    (claim,) = await desk.store.turn((), {TaskKind.PREVIEW: 1})
    until = desk.clock.now() + timedelta(minutes=5)
    desk.scheduler._endings.append(desk.scheduler._ending_for(claim, Blocked("Slow down.", host="x", until=until)))
    await desk.store.turn(desk.scheduler._endings, {})
    desk.clock.jump(-50)
    assert await desk.store.set_waits_right() == 0
    desk.clock.jump(-50)
    assert await desk.store.set_waits_right() == 1
    assert await desk.store.set_waits_right() == 0, "once"
    found = await desk.store._db.read(lambda c: rows(c, "SELECT run_after FROM tasks"))
    assert from_iso(found[0]["run_after"]) == desk.clock.now() + timedelta(minutes=5)


async def test_a_clock_that_is_set_back_keeps_all_searching_stopped_for_the_same_time(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    office.board.error = Blocked("Slow down.", host="northwind")
    for number in range(3):
        await office.do(c.SearchNow((f"{BOARD}{number}",)))
    await office.work()
    opened = office.counts().breaker
    assert opened is not None
    assert opened.opened_until == office.clock.now() + OPEN_FOR
    office.clock.jump(-TEN_MINUTES)
    office.board.error = None
    await office.work()
    shown = office.counts().breaker
    assert shown is not None
    assert shown.opened_until == office.clock.now() + OPEN_FOR, "the countdown does not grow to 25 minutes"
    office.clock.move(OPEN_FOR.total_seconds())
    await office.work()
    closed = office.counts().breaker
    assert closed is not None
    assert (closed.scope, closed.state) == (SCRAPING, BreakerState.CLOSED), "an answer counts although it came 'before'"


async def test_a_clock_that_is_set_forward_ends_the_stop_early_and_one_probe_decides(office: Office) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    office.board.error = Blocked("Slow down.", host="northwind")
    for number in range(3):
        await office.do(c.SearchNow((f"{BOARD}{number}",)))
    await office.work()
    asked = office.board.asked
    office.clock.jump(OPEN_FOR.total_seconds())
    await office.work()
    assert office.board.asked == asked + 1
    breaker = office.counts().breaker
    assert breaker is not None
    assert breaker.opened_until == office.clock.now() + OPEN_FOR


@pytest.mark.parametrize("jump", [TEN_MINUTES, -TEN_MINUTES])
async def test_the_time_that_is_left_stays_sane(office: Office, jump: float) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    office.board.postings = tuple(posting(number) for number in range(12))
    await office.do(c.SearchNow((BOARD,)))
    await office.engine.work(Until.NOTHING_DUE, {TaskKind.SEARCH})
    store = office.engine._scheduler._ledger
    for number in range(8):
        if number == 4:
            office.clock.jump(jump)
        (claim,) = await store.turn((), {TaskKind.PREVIEW: 1})
        office.clock.move(5)
        await store.turn([Ending(claim, Outcome.DONE)], {})
    assert office.counts().eta_s == pytest.approx(4 * 5, rel=0.01)


# Sleep and wake


async def test_who_wakes_takes_nothing_from_who_slept_too(desk: Desk) -> None:
    """Both slept for an hour; the sweep may come before the other's first heartbeat."""
    await desk.queue("a")
    sleeper = await beside(desk, "sleeper")
    (claim,) = await sleeper.store.turn((), {TaskKind.PREVIEW: 1})
    work = asyncio.create_task(desk.scheduler.run())
    for seconds in (SWEEP_S, SWEEP_S, 3600.0, SWEEP_S):
        await desk.clock.until_asleep(3)
        desk.clock.move(seconds)
    await desk.clock.until_asleep(3)
    assert [c.start_id for c in await desk.store.open_claims()] == [claim.start_id]
    for _ in range(int(LEASE_S / SWEEP_S)):  # but one that stays silent from then on is dead
        await desk.clock.until_asleep(3)
        desk.clock.move(SWEEP_S)
    await desk.clock.until_asleep(3)
    await until(lambda: bool(desk.ran))
    desk.scheduler.request_stop()
    await work
    await sleeper.store.close()


async def test_who_slept_asks_for_its_lease_before_it_starts_a_step(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.queue("a")
    elsewhere = await beside(desk, "elsewhere", machine="another machine")
    steps = desk.store.steps

    async def and_sleep(task_id: str) -> DoneSteps:
        found = await steps(task_id)
        desk.clock.move(3600)
        await elsewhere.store.expire(await elsewhere.store.open_claims())
        return found

    monkeypatch.setattr(desk.store, "steps", and_sleep)
    (claim,) = await desk.store.turn((), {TaskKind.PREVIEW: 1})
    await desk.scheduler._begin(claim)
    assert desk.ran == [], "no step on a lease that is gone"
    await elsewhere.scheduler.run(Until.DONE)
    assert [step for _, step in elsewhere.ran] == ALL_STEPS
    await elsewhere.store.close()


async def test_what_a_sleeper_finishes_after_its_lease_is_kept_aside(desk: Desk) -> None:
    await desk.queue("a")
    elsewhere = await beside(desk, "elsewhere", machine="another machine")

    async def sleep_in_the_step(_claim: Claim, _step: Step) -> None:
        await elsewhere.store.expire(await elsewhere.store.open_claims())
        await elsewhere.scheduler.run(Until.DONE)

    desk.behaviour = sleep_in_the_step
    (claim,) = await desk.store.turn((), {TaskKind.PREVIEW: 1})
    await desk.scheduler._begin(claim)
    found = await desk.store._db.read(lambda c: rows(c, "SELECT nonce, step FROM orphan_results"))
    assert found == [{"nonce": "one", "step": "fetch"}]
    assert [step for _, step in elsewhere.ran] == ALL_STEPS
    assert (await desk.statuses())["a"] is TaskStatus.DONE
    await elsewhere.store.close()


# The daily rhythm


@pytest.fixture(params=["Europe/Berlin", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Generator[ZoneInfo]:
    if not hasattr(time, "tzset"):
        pytest.skip("this system takes its time zone from elsewhere")
    monkeypatch.setenv("TZ", str(request.param))
    time.tzset()
    yield ZoneInfo(request.param)
    monkeypatch.undo()
    time.tzset()


def night_of_the_change(zone: ZoneInfo, months: tuple[int, ...]) -> datetime:
    """The hour before a zone's clocks change, in UTC."""
    moment = datetime(2026, months[0], 1, tzinfo=UTC)
    while moment.astimezone(zone).utcoffset() == (moment + timedelta(hours=1)).astimezone(zone).utcoffset():
        moment += timedelta(hours=1)
    assert moment.month in months
    return moment


@pytest.mark.parametrize("months", [(3,), (10, 11)])
async def test_summer_time_neither_doubles_nor_skips_a_daily_search(
    tmp_path: Path, zone: ZoneInfo, months: tuple[int, ...]
) -> None:
    office = Office(tmp_path)
    change = night_of_the_change(zone, months)
    office.clock.jump((change - timedelta(days=2) - office.clock.now()).total_seconds())
    office.board.postings = ()
    async with office.engine.opened():
        await office.do(c.ImportCv("ada.pdf"))
        await office.do(c.SearchNow((BOARD,)))
        await office.work()
        ran = [office.clock.now()]
        for _ in range(4 * 24 * 2):  # four days by half hours, over the change
            office.clock.move(1800)
            await office.engine._queue_due_searches()
            if office.counts().searches_total:
                await office.work()
                ran.append(office.clock.now())
    assert len(ran) == 5, "once a day"
    assert [b - a for a, b in pairwise(ran)] == [timedelta(hours=24)] * 4
    assert office.board.asked == 5
    with closing(open_reader(office.workspace.paths.database)) as connection:
        stamps = {str(r["t"]) for r in rows(connection, "SELECT updated_at AS t FROM tasks UNION SELECT ts FROM events")}
        stamps |= {str(r["last_run"]) for r in rows(connection, "SELECT last_run FROM searches")}
    assert all(stamp.endswith("+00:00") for stamp in stamps), "rows hold UTC, wherever the user lives"


@pytest.mark.parametrize("jump", [TEN_MINUTES, -TEN_MINUTES])
async def test_a_jump_neither_doubles_nor_skips_a_daily_search(office: Office, jump: float) -> None:
    await office.do(c.ImportCv("ada.pdf"))
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    office.clock.jump(jump)
    await office.engine._queue_due_searches()
    assert office.counts().searches_total == 0
    office.clock.move(24 * 3600 + TEN_MINUTES)
    for _ in range(2):
        await office.engine._queue_due_searches()
        await office.work()
    assert office.board.asked == 2


async def test_a_year_that_was_wrong_does_not_end_the_rhythm(office: Office) -> None:
    years = 10 * 365 * 24 * 3600.0
    await office.do(c.ImportCv("ada.pdf"))
    office.clock.jump(years)
    await office.do(c.SearchNow((BOARD,)))
    await office.work()
    office.clock.jump(-years)
    await office.engine._queue_due_searches()
    await office.work()
    assert office.board.asked == 2
    await office.engine._queue_due_searches()
    assert office.counts().searches_total == 0


async def test_a_wrong_year_does_not_hold_up_the_queue_at_the_next_start(desk: Desk) -> None:
    await desk.queue("a")
    (claim,) = await desk.store.turn((), {TaskKind.PREVIEW: 1})
    desk.clock.jump(3600 * 24 * 365)
    ending = desk.scheduler._ending_for(claim, Transient("The network is away."))
    await desk.store.turn([ending], {})
    desk.clock.jump(-3600 * 24 * 365)
    work = asyncio.create_task(desk.scheduler.run(Until.DONE))
    await seconds_until(desk, work, 60)
    assert (await desk.statuses())["a"] is TaskStatus.DONE
