"""The claim protocol, as every ledger must keep it. SQLite here; a server's ledger runs the same tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest
import pytest_asyncio

from jobagent_desktop.domain.changes import ApplicationChange, Changes, Found
from jobagent_desktop.domain.errors import Fenced, IllegalTransition
from jobagent_desktop.domain.event import EventKind
from jobagent_desktop.domain.identity import application_id
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.task import CRASHES_DEAD, Claim, NewTask, Outcome, Step, TaskKind, preview_task
from jobagent_desktop.services.ports import Beat, Ending, FinishedStep, Worker
from jobagent_desktop.store.connection import open_writer, rows, scalar
from jobagent_desktop.store.store import Store
from tests.fakes.heard import Heard
from tests.fakes.small_world import PROFILE, posting
from tests.fakes.still_clock import StillClock

WANT = {TaskKind.PREVIEW: 10}
APPLICATION = application_id(posting(1).job_id, PROFILE.id)


class World:
    """Several workers on one ledger, each as its own process would be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = StillClock()
        self.heard = Heard()
        self.stores: list[Store] = []

    async def worker(self, nonce: str, machine: str = "machine-one") -> Store:
        store = Store(self.path, Worker(machine, nonce), self.clock, self.heard)
        await store.open()
        self.stores.append(store)
        return store

    def sql(self, text: str, *bindings: object) -> list[dict[str, object]]:
        with contextlib.closing(open_writer(self.path)) as connection:
            return rows(connection, text, bindings)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World]:
    world = World(tmp_path / "jobagent.db")
    yield world
    for store in world.stores:
        await store.close()


async def one_task(store: Store) -> None:
    await store.save_profile(PROFILE, Changes(found=Found(PROFILE.id, (posting(1),))))


def step(claim: Claim, name: Step = Step.FETCH, result: str = '"one"') -> FinishedStep:
    return FinishedStep(claim, name, result, "match", 20)


async def test_the_same_task_queued_twice_is_one_task(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    await store.enqueue(Changes(tasks=(preview_task(APPLICATION),)))
    assert [r["status"] for r in world.sql("SELECT status FROM tasks")] == ["pending"]


async def test_of_many_workers_exactly_one_gets_a_claim(world: World) -> None:
    workers = [await world.worker(f"w{i}", f"machine{i}") for i in range(6)]
    await one_task(workers[0])
    claims = await asyncio.gather(*(w.turn((), WANT) for w in workers))
    assert sorted(len(c) for c in claims) == [0, 0, 0, 0, 0, 1]


async def test_a_claim_is_visible_and_a_finished_step_is_written_once(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    assert await store.finish_step(step(claim)) == '"one"'
    assert await store.finish_step(step(claim, result='"two"')) == '"one"', "a finished step never changes"
    assert (await store.steps(claim.task.id)).results == {"fetch": '"one"'}


async def test_a_step_its_projection_and_its_event_are_one_commit(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    illegal = Changes((ApplicationChange(APPLICATION, status=ApplicationStatus.APPLIED),))
    with pytest.raises(IllegalTransition):
        await store.finish_step(replace(step(claim), changes=illegal))
    assert (await store.steps(claim.task.id)).results == {}, "the step must not stand without what it changed"


async def test_the_end_of_an_expired_claim_is_rejected_and_kept_aside(world: World) -> None:
    slow, other = await world.worker("slow"), await world.worker("other")
    await one_task(slow)
    (claim,) = await slow.turn((), WANT)
    assert await other.expire(await other.open_claims()) == 1
    with pytest.raises(Fenced):
        await slow.finish_step(step(claim))
    await slow.turn([Ending(claim, Outcome.DONE)], {})
    assert [r["status"] for r in world.sql("SELECT status FROM tasks")] == ["pending"], "the late end changed nothing"
    assert [(r["step"], r["outcome"]) for r in world.sql("SELECT * FROM orphan_results")] == [("fetch", "step"), ("", "done")]
    assert EventKind.TASK_RESCUED in world.heard.kinds()
    (second,) = await other.turn((), WANT)
    assert second.attempt == 2


async def test_a_moved_heartbeat_saves_a_claim_from_expiry(world: World) -> None:
    store, other = await world.worker("a"), await world.worker("b")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    seen = await other.open_claims()
    assert await store.heartbeat([Beat(claim, "fetch", 0)]) == {claim.start_id}
    assert await other.expire(seen) == 0, "it has moved since it was seen"


async def test_a_cancelled_claim_hears_it_at_the_next_heartbeat(world: World) -> None:
    store, user = await world.worker("a"), await world.worker("b")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    assert await user.cancel(APPLICATION, TaskKind.PREVIEW, Changes()) == 1
    assert await store.heartbeat([Beat(claim, "fetch", 0)]) == frozenset()
    with pytest.raises(Fenced):
        await store.finish_step(step(claim))
    assert await user.turn((), WANT) == [], "cancelled is for good"


async def test_a_pending_task_can_be_cancelled_and_the_claims_tell_so(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    assert await store.cancel(APPLICATION, TaskKind.PREVIEW, Changes()) == 1
    assert await store.turn((), WANT) == []
    world.sql("UPDATE tasks SET status = 'pending'")
    assert await store.repair() == 1
    assert [r["status"] for r in world.sql("SELECT status FROM tasks")] == ["cancelled"]


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(Outcome.RETRY, "pending"), (Outcome.WAIT, "waiting"), (Outcome.RELEASED, "pending"), (Outcome.FAILED, "failed")],
)
async def test_the_tasks_row_can_be_rebuilt_from_the_claims(world: World, outcome: Outcome, status: str) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    await store.turn([Ending(claim, outcome, "It said no.")], {})
    before = world.sql("SELECT status, attempt, error FROM tasks")
    assert before[0]["status"] == status
    world.sql("UPDATE tasks SET status = 'processing', attempt = 0, error = ''")
    assert await store.repair() == 1
    assert world.sql("SELECT status, attempt, error FROM tasks") == before
    assert await store.repair() == 0


@pytest.mark.parametrize("said", ["done", "failed", "cancelled"])
@pytest.mark.parametrize("true", [Outcome.RETRY, Outcome.DONE, Outcome.FAILED, None], ids=str)
async def test_a_task_that_only_seems_to_be_over_is_set_right(world: World, said: str, true: Outcome | None) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    if true is not None:
        await store.turn([Ending(claim, true, "It said no.")], {})
    before = world.sql("SELECT status, attempt, error, machine_id FROM tasks")
    world.sql(f"UPDATE tasks SET status = '{said}', machine_id = NULL, error = ''")
    assert await store.repair() == int(said != true)
    if said != true:
        assert world.sql("SELECT status, attempt, error, machine_id FROM tasks") == before
    assert await store.repair() == 0


async def test_a_task_that_is_over_stays_so_when_its_claims_are_let_go(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    await store.turn([Ending(claim, Outcome.DONE)], {})
    world.clock.move(85 * 86_400)
    world.sql("DELETE FROM task_claims WHERE id LIKE '%.e'")  # one batch of retention may end between the two
    assert await store.repair() == 0
    world.sql("DELETE FROM task_claims")
    world.sql("UPDATE tasks SET finished_at = NULL")
    assert await store.repair() == 0
    assert [r["status"] for r in world.sql("SELECT status FROM tasks")] == ["done"]


async def test_a_retry_waits_for_its_time_and_counts(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    later = world.clock.now().replace(minute=30)
    await store.turn([Ending(claim, Outcome.RETRY, "The network is away.", later)], {})
    assert await store.turn((), WANT) == []
    world.clock.move(30 * 60)
    (again,) = await store.turn((), WANT)
    assert (again.attempt, again.retries) == (2, 1)


async def test_a_released_claim_gives_its_attempt_back(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    await store.turn([Ending(claim, Outcome.RELEASED)], {})
    (again,) = await store.turn((), WANT)
    assert again.retries == 0


async def die(world: World, store: Store, name: str, *, witnessed: bool = False) -> None:
    """Claims what there is, suspect or not, and is found dead."""
    task_id = world.sql("SELECT id FROM tasks")[0]["id"]
    assert await store.claim_one(str(task_id)) is not None
    rescuer = await world.worker(name)
    assert await rescuer.expire(await rescuer.open_claims(), witnessed=witnessed) == 1


async def test_deaths_in_one_step_make_a_suspect_that_only_a_witnessed_death_fails(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    for death in range(1, 6):
        await die(world, store, f"rescuer {death}")
        assert world.sql("SELECT status, crashes FROM tasks") == [{"status": "pending", "crashes": min(death, 2)}]
    await die(world, store, "witness", witnessed=True)
    assert world.sql("SELECT status, crashes FROM tasks") == [{"status": "failed", "crashes": CRASHES_DEAD}]
    assert world.sql("SELECT outcome FROM task_claims WHERE id LIKE '%.006.e'") == [{"outcome": "failed"}]
    application = await store.application(APPLICATION)
    assert application is not None
    assert application.status is ApplicationStatus.FAILED


async def test_a_suspect_is_claimed_only_by_name(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    assert await store.suspect([TaskKind.PREVIEW]) is None
    await die(world, store, "one")
    await die(world, store, "two")
    assert await store.turn((), WANT) == []
    suspect = await store.suspect([TaskKind.PREVIEW])
    assert suspect is not None
    assert await store.claim_one(suspect.task_id) is not None
    assert await store.claim_one(suspect.task_id) is None, "it is taken"


async def test_a_finished_step_ends_the_count_of_deaths(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    world.sql("UPDATE tasks SET crashes = 1, crash_step = 'fetch'")
    (claim,) = await store.turn((), WANT)
    await store.finish_step(step(claim))
    assert world.sql("SELECT crashes FROM tasks") == [{"crashes": 0}]


async def test_deaths_in_different_steps_never_add_up(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    for name in (Step.FETCH, Step.MATCH, Step.TAILOR, Step.LETTER):
        (claim,) = await store.turn((), WANT)
        rescuer = await world.worker(f"after {name}")
        await rescuer.expire(await rescuer.open_claims())
        (claim,) = await store.turn((), WANT)
        await store.finish_step(step(claim, name))
        await store.turn([Ending(claim, Outcome.RELEASED)], {})
    assert world.sql("SELECT status, crashes FROM tasks") == [{"status": "pending", "crashes": 0}]


async def test_pause_is_a_row_that_every_worker_obeys(world: World) -> None:
    store, other = await world.worker("a"), await world.worker("b")
    await one_task(store)
    await other.set_setting("queue.paused", "true", ())
    assert await store.turn((), WANT) == []
    await other.set_setting("queue.paused", "false", ())
    assert len(await store.turn((), WANT)) == 1


async def test_priority_goes_before_age(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    world.clock.move(1)
    await store.enqueue(Changes(found=Found(PROFILE.id, (posting(2),), wanted=True)))
    first, second = await store.turn((), WANT)
    assert first.task.payload["wanted"] is True
    assert second.task.subject_id == APPLICATION


async def test_a_requeued_preview_begins_with_the_finished_steps(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    await store.finish_step(step(claim))
    assert not await store.requeue(APPLICATION, Changes()), "one is open"
    await store.turn([Ending(claim, Outcome.FAILED, "No.")], {})
    assert await store.requeue(APPLICATION, Changes())
    (again,) = await store.turn((), WANT)
    assert again.task.id != claim.task.id
    assert (await store.steps(again.task.id)).results == {"fetch": '"one"'}


async def test_a_waiting_task_is_released_when_what_it_waited_for_may_have_come(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    await store.turn([Ending(claim, Outcome.WAIT, "Import your CV.")], {})
    world.clock.move(10_000)
    assert await store.turn((), WANT) == []
    assert await store.release_waiting() == 1
    assert len(await store.turn((), WANT)) == 1


async def test_events_are_heard_after_their_commit_and_from_other_processes(world: World) -> None:
    store = await world.worker("a")
    deaf = Heard()
    other = Store(world.path, Worker("machine-two", "b"), world.clock, deaf)
    await other.open()
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    await store.expire(await store.open_claims())
    assert deaf.events == []
    await other.catch_up()
    assert deaf.kinds() == [EventKind.TASK_RESCUED]
    assert claim.attempt == 1
    await other.close()


async def test_a_duplicate_claim_row_cannot_be_written_behind_the_ledgers_back(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    with contextlib.closing(open_writer(world.path)) as connection:
        columns = "task_id, attempt, machine_id, nonce, created_at"
        sql = f"INSERT INTO task_claims (id, {columns}) SELECT id, {columns} FROM task_claims WHERE id = ?"
        with pytest.raises(apsw.ConstraintError):
            connection.execute(sql, (claim.start_id,))
        assert scalar(connection, "SELECT count(*) FROM task_claims") == 1


async def test_unknown_kinds_are_left_for_who_knows_them(world: World) -> None:
    store = await world.worker("a")
    await store.enqueue(Changes(tasks=(NewTask("0" * 26, TaskKind.APPLY, "someone"),)))
    assert await store.turn((), WANT) == []
    assert (await store.backlog([TaskKind.APPLY])).due == 1


async def test_a_dead_letter_leaves_what_the_user_or_the_site_decided(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    await die(world, store, "one")
    await die(world, store, "two")
    await store.enqueue(Changes((ApplicationChange(APPLICATION, status=ApplicationStatus.CLOSED),)))
    await die(world, store, "witness", witnessed=True)
    application = await store.application(APPLICATION)
    assert application is not None
    assert application.status is ApplicationStatus.CLOSED


@pytest.mark.allow_error_logs
async def test_a_listeners_trouble_and_a_strangers_words_do_not_fail_a_write(world: World) -> None:
    store = await world.worker("a")

    def trouble(_event: object) -> None:
        raise ValueError("the listener is broken")

    world.heard.publish = trouble  # type: ignore[method-assign]
    await one_task(store)
    world.sql(
        "INSERT INTO events (id, stream, machine_id, ts, level, kind, msg) VALUES "
        "('x', 'system', 'm', '2026-03-02T09:00:00.000+00:00', 'info', 'of_a_newer_program', 'hello')"
    )
    (claim,) = await store.turn((), WANT)
    assert await store.finish_step(step(claim)) == '"one"'


async def test_what_a_cancelled_caller_committed_is_still_told(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    await store.turn((), WANT)
    expiring = asyncio.create_task(store.expire(await store.open_claims()))
    await asyncio.sleep(0)
    expiring.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await expiring
    await store.is_paused()
    await store.catch_up()
    assert world.heard.kinds() == [EventKind.TASK_RESCUED]


async def test_a_step_that_somebody_else_finished_still_shows_that_this_worker_lives(world: World) -> None:
    store = await world.worker("a")
    await one_task(store)
    (claim,) = await store.turn((), WANT)
    await store.finish_step(step(claim))
    (before,) = await store.open_claims()
    await store.finish_step(step(claim, result='"two"'))
    (after,) = await store.open_claims()
    assert after.hb == before.hb + 1
    assert await store.expire([before]) == 0


async def test_the_last_task_of_a_subject_is_the_one_queued_last_whatever_the_clock_says(world: World) -> None:
    store = await world.worker("a")
    assert await store.last_task("s", TaskKind.SEARCH) == ""
    for name in ("one", "two"):
        await store.enqueue(Changes(tasks=(NewTask(name, TaskKind.SEARCH, "s"),)))
        world.clock.jump(-600)
    assert await store.last_task("s", TaskKind.SEARCH) == "two"
    assert await store.last_task("s", TaskKind.PREVIEW) == ""


async def test_every_task_of_a_kind_is_cancelled_in_one_commit(world: World) -> None:
    store, other = await world.worker("a"), await world.worker("b")
    await store.enqueue(Changes(tasks=tuple(NewTask(f"p{n}", TaskKind.PREVIEW, f"subject {n}") for n in range(4))))
    await store.enqueue(Changes(tasks=(NewTask("s", TaskKind.SEARCH, "search"),)))
    running, _ = await other.turn((), {TaskKind.PREVIEW: 2})
    assert await store.cancel_all(TaskKind.PREVIEW, lambda _subject: Changes()) == 4
    statuses = {str(r["id"]): r["status"] for r in world.sql("SELECT id, status FROM tasks")}
    assert statuses == {"s": "pending", **dict.fromkeys(("p0", "p1", "p2", "p3"), "cancelled")}
    with pytest.raises(Fenced):
        await other.finish_step(step(running))
    assert await store.repair() == 0
