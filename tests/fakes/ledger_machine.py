"""A state machine that plays workers, users and clocks on the real ledger, in any order that Hypothesis thinks of.

Four workers on two machines share one database. They claim, beat, finish, end, freeze and die; users cancel, ask again and
pause; clocks move and jump; the projection is damaged and repaired. After each event the claims, which only ever grow, must
tell one consistent story, and the `tasks` rows must agree with it.
"""

from __future__ import annotations

import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import apsw
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from jobagent_desktop.domain.changes import Changes, Found
from jobagent_desktop.domain.errors import Fenced
from jobagent_desktop.domain.identity import application_id, keyed_ulid
from jobagent_desktop.domain.task import (
    CRASHES_DEAD,
    CRASHES_SUSPECT,
    LEASE_S,
    STEPS,
    Claim,
    NewTask,
    Outcome,
    TaskKind,
    claim_end_id,
    claim_start_id,
    step_id,
)
from jobagent_desktop.services.ports import Beat, Ending, FinishedStep, Worker
from jobagent_desktop.services.task_manager import TaskScheduler
from jobagent_desktop.store.connection import Row, rows
from jobagent_desktop.store.store import Store
from tests.fakes.small_world import PROFILE, posting
from tests.fakes.still_clock import StillClock
from tests.fakes.still_ledger import at_once, open_memory, store_on

T = TypeVar("T")
KINDS = (TaskKind.PREVIEW, TaskKind.SEARCH)
MACHINES = ("machine-one", "machine-two")
FINAL = ("done", "failed", "cancelled")
STATUS_AFTER = {
    "done": "done",
    "retry": "pending",
    "wait": "waiting",
    "released": "pending",
    "failed": "failed",
    "cancelled": "cancelled",
    "expired": "pending",
}
WORKER_OUTCOMES = [o for o in Outcome if o is not Outcome.EXPIRED]
HEARTBEAT_COLUMNS = ("hb", "stage", "progress")
workers = st.integers(0, 3)
anything = st.integers(0, 1000)


@dataclass
class Process:
    """A worker process, and the claims that it believes to hold."""

    machine: str
    nonce: str
    store: Store
    frozen: bool = False
    claims: list[Claim] = field(default_factory=list[Claim])


@dataclass(frozen=True)
class Picture:
    """All that the protocol is about, by id."""

    tasks: dict[str, Row]
    claims: dict[str, Row]
    orphans: int

    def is_held(self, claim: Claim) -> bool:
        start = self.claims.get(claim.start_id)
        return start is not None and start["nonce"] == claim.nonce and claim.end_id not in self.claims

    def open_claims(self) -> dict[str, Row]:
        return {i: r for i, r in self.claims.items() if i.endswith(".s") and f"{i[:-1]}e" not in self.claims}


async def nothing_to_prepare() -> None:
    """What a sweeping process does before its first claim: it never claims."""


async def never_alone(_task_id: str, _stop: object) -> bool:
    raise AssertionError("A sweep runs nothing.")


class LedgerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.db = open_memory()
        self.clock = StillClock()
        self.born = 0
        self.locks: set[str] = set()  # nonces of the processes that live, frozen or not
        self.processes = [self.start(MACHINES[i // 2]) for i in range(4)]
        self.sweepers = [self.sweeper(machine) for machine in MACHINES]
        self.postings = 0
        self.searches = 0
        self.results = 0
        self.witnessed: set[str] = set()
        self.touched: dict[str, float] = {}  # when each claim's heartbeat last changed, on the monotonic clock
        self.last = self.picture()

    def teardown(self) -> None:
        self.db.close()

    # The world

    def start(self, machine: str) -> Process:
        self.born += 1
        nonce = f"n{self.born}"
        self.locks.add(nonce)
        return Process(machine, nonce, store_on(self.db, Worker(machine, nonce), self.clock))

    def sweeper(self, machine: str) -> TaskScheduler:
        """The real sweep of a process that has no work of its own."""
        process = self.start(machine)
        return TaskScheduler(
            ledger=process.store,
            worker=Worker(machine, process.nonce),
            clock=self.clock,
            rng=random.Random(1),
            lanes={},
            is_abandoned=lambda nonce: nonce not in self.locks,
            before_claim=nothing_to_prepare,
            run_alone=never_alone,
        )

    def picture(self) -> Picture:
        tasks = {r["id"]: r for r in rows(self.db, "SELECT * FROM tasks")}
        claims = {r["id"]: r for r in rows(self.db, "SELECT * FROM task_claims")}
        return Picture(tasks, claims, len(rows(self.db, "SELECT id FROM orphan_results")))

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        try:
            return at_once(coroutine)
        except apsw.ConstraintError as error:
            raise AssertionError("a row that stands was written again") from error

    def application(self, pick: int) -> str:
        return application_id(posting(pick % self.postings).job_id, PROFILE.id)

    # Users

    @initialize()
    def first_postings(self) -> None:
        for _ in range(3):
            self.find_posting(likely=False)

    @precondition(lambda self: self.postings < 8)
    @rule(likely=st.booleans())
    def find_posting(self, likely: bool) -> None:
        found = posting(self.postings)
        self.postings += 1
        likely_jobs = frozenset({found.job_id}) if likely else frozenset[str]()
        self.call(self.processes[0].store.enqueue(Changes(found=Found(PROFILE.id, (found,), likely=likely_jobs))))

    @rule(again=st.booleans())
    def search(self, again: bool) -> None:
        self.searches += 0 if again and self.searches else 1
        task = NewTask(keyed_ulid(f"search:{self.searches}"), TaskKind.SEARCH, "a search")
        self.call(self.processes[0].store.enqueue(Changes(tasks=(task,))))

    @rule(w=workers, pick=anything, kind=st.sampled_from(KINDS))
    def cancel(self, w: int, pick: int, kind: TaskKind) -> None:
        subject = self.application(pick) if kind is TaskKind.PREVIEW else "a search"
        before = self.picture()
        mine = {i for i, t in before.tasks.items() if (t["subject_id"], t["kind"]) == (subject, kind.value)}
        still_open = {i for i in mine if before.tasks[i]["status"] not in FINAL}
        assert self.call(self.processes[w].store.cancel(subject, kind, Changes())) == len(still_open)
        after = self.picture().tasks
        assert all(after[i]["status"] == "cancelled" for i in still_open), "a cancelled task goes on"

    @rule(pick=anything, wanted=st.none() | st.booleans(), fresh=st.booleans())
    def ask_again(self, pick: int, wanted: bool | None, fresh: bool) -> None:
        self.call(self.processes[0].store.requeue(self.application(pick), Changes(), wanted=wanted, fresh=fresh))

    @rule()
    def release_waiting(self) -> None:
        waiting = sum(task["status"] == "waiting" for task in self.picture().tasks.values())
        assert self.call(self.processes[0].store.release_waiting()) == waiting

    @rule(w=workers, wanted=st.integers(1, 5))
    def pause_for_a_while(self, w: int, wanted: int) -> None:
        store = self.processes[w].store
        self.call(store.set_setting("queue.paused", "true", ()))
        before = self.picture()
        for process in self.processes:
            assert self.call(process.store.turn((), dict.fromkeys(KINDS, wanted))) == [], "a claim while the queue is paused"
        assert self.picture() == before
        self.call(store.set_setting("queue.paused", "false", ()))

    # Time

    @rule(seconds=st.sampled_from([1, 10, 60, 299, 301, 3600]), jump=st.sampled_from([0, 0, -600, 600]))
    def time_passes(self, seconds: int, jump: int) -> None:
        self.clock.move(seconds)
        self.clock.jump(jump)

    # Workers

    @rule(w=workers, room=st.integers(1, 2))
    def claim(self, w: int, room: int) -> None:
        process = self.processes[w]
        if not process.frozen:
            self.take(process, self.call(process.store.turn((), dict.fromkeys(KINDS, room))))

    def some_claim(self, w: int, pick: int) -> tuple[Process, Claim | None]:
        """A claim that the process believes to hold, perhaps wrongly. One that was frozen goes on, and knows nothing yet."""
        process = self.processes[w]
        process.frozen = False
        if not process.claims:
            self.claim(w, 2)
        return process, process.claims[pick % len(process.claims)] if process.claims else None

    def take(self, process: Process, claims: list[Claim]) -> None:
        for claim in claims:
            assert self.picture().is_held(claim), "a claim that the claims do not show"
            assert claim.start_id not in self.last.claims, "an attempt was claimed twice"
            process.claims.append(claim)
            self.touched[claim.start_id] = self.clock.monotonic()

    @rule(w=workers, pick=anything, which=st.sampled_from([0, 0, 1, 1, 2, 3, 4]))
    def finish_step(self, w: int, pick: int, which: int) -> None:
        process, claim = self.some_claim(w, pick)
        if claim is None:
            return
        names = STEPS[claim.task.kind]
        name = names[which % len(names)]
        following = names[names.index(name) + 1 :]
        self.results += 1  # no two are alike, so that a second one cannot pass for the first
        finished = FinishedStep(claim, name, f'"{self.results}"', following[0] if following else "", 20 * which + 10)
        before = self.picture()
        stored = before.claims.get(step_id(claim.task.id, name))
        try:
            result = self.call(process.store.finish_step(finished))
        except Fenced:
            assert not before.is_held(claim), "the holder of a claim was fenced"
            self.only_an_orphan_more(before)
            process.claims.remove(claim)
            return
        assert before.is_held(claim), "a fenced worker finished a step"
        assert result == (stored["result"] if stored else finished.result), "a finished step is not what it was"
        self.touched[claim.start_id] = self.clock.monotonic()

    @rule(
        w=workers,
        pick=anything,
        outcome=st.sampled_from(WORKER_OUTCOMES),
        delay=st.none() | st.integers(0, 400),
        repeats=st.booleans(),
    )
    def end(self, w: int, pick: int, outcome: Outcome, delay: int | None, repeats: bool) -> None:
        process, claim = self.some_claim(w, pick)
        if claim is None:
            return
        may_wait = outcome in (Outcome.RETRY, Outcome.WAIT) and delay is not None
        until = self.clock.now() + timedelta(seconds=delay or 0) if may_wait else None
        before = self.picture()
        self.call(process.store.turn([Ending(claim, outcome, f"It was {outcome}.", until)], {}))
        if before.is_held(claim):
            ended = self.picture()
            assert ended.claims[claim.end_id]["outcome"] == outcome.value
            assert ended.tasks[claim.task.id]["status"] == STATUS_AFTER[outcome]
        else:
            self.only_an_orphan_more(before)
        if not repeats:  # one that does has lost the answer, and will say it again
            process.claims.remove(claim)

    def only_an_orphan_more(self, before: Picture) -> None:
        after = self.picture()
        assert (after.tasks, after.claims) == (before.tasks, before.claims), "a fenced worker's write changed the queue"
        assert after.orphans == before.orphans + 1, "a late result was lost"

    @rule(w=workers)
    def beat(self, w: int) -> None:
        process = self.processes[w]
        if process.frozen:
            return
        before = self.picture()
        held = self.call(process.store.heartbeat([Beat(claim, "match", 5) for claim in process.claims]))
        assert held == {claim.start_id for claim in process.claims if before.is_held(claim)}, "a beat answers wrongly"
        process.claims = [claim for claim in process.claims if claim.start_id in held]
        self.touched |= dict.fromkeys(held, self.clock.monotonic())

    @rule(w=workers, sweeping=st.integers(0, 1))
    def freeze(self, w: int, sweeping: int) -> None:
        """A frozen process keeps its lock, so only its silence tells; the others go on beating, and must not suffer."""
        self.processes[w].frozen = True
        self.sweep(sweeping)
        for _ in range(2):
            self.clock.move(LEASE_S / 2)
            for other in range(len(self.processes)):
                self.beat(other)
        self.sweep(sweeping)
        silent = {claim.start_id for claim in self.processes[w].claims}
        assert not silent & self.picture().open_claims().keys(), "a frozen worker keeps its claim for ever"

    @rule(w=workers, deaths=st.integers(0, 2))
    def die(self, w: int, deaths: int) -> None:
        """Its lock is free at once, and the program is started again; `deaths` more follow, each at work."""
        self.kill(w)
        for _ in range(deaths):
            self.claim(w, 1)
            self.kill(w)
            self.sweep(w // 2)

    def kill(self, w: int) -> None:
        self.locks.remove(self.processes[w].nonce)
        self.processes[w] = self.start(self.processes[w].machine)

    @rule(w=workers, with_witness=st.booleans())
    def run_a_suspect_alone(self, w: int, with_witness: bool) -> None:
        """In a process of its own, which dies of it; and perhaps the one that started it goes down with it."""
        parent = self.processes[w]
        parent.frozen = False
        suspect = self.call(parent.store.suspect(KINDS))
        if suspect is None:
            self.die(w, 2)  # that makes one, if there is anything to do
            return
        before = self.picture().tasks[suspect.task_id]
        assert before["crashes"] == CRASHES_SUSPECT, "a healthy task is run alone"
        child = self.start(parent.machine)
        claim = self.call(child.store.claim_one(suspect.task_id))
        assert claim is not None
        assert self.call(parent.store.claim_one(suspect.task_id)) is None, "two run a suspect"
        self.touched[claim.start_id] = self.clock.monotonic()
        self.locks.remove(child.nonce)
        if not with_witness:
            self.kill(w)
            self.sweep(w // 2)
            return
        dead = [c for c in self.call(parent.store.open_claims()) if c.nonce == child.nonce]
        same_step = dead[0].step == before["crash_step"]
        self.witnessed.add(suspect.task_id)
        assert self.call(parent.store.expire(dead, witnessed=True)) == 1
        after = self.picture().tasks[suspect.task_id]
        expected = ("failed", CRASHES_DEAD) if same_step else ("pending", 1)
        assert (after["status"], after["crashes"]) == expected

    @rule(machine=st.integers(0, 1))
    def sweep(self, machine: int) -> None:
        before = self.picture()
        count = self.call(self.sweepers[machine].sweep())
        after = self.picture()
        ended = before.open_claims().keys() - after.open_claims().keys()
        assert len(ended) == count
        for i in ended:
            start = before.claims[i]
            is_gone = start["machine_id"] == MACHINES[machine] and start["nonce"] not in self.locks
            is_silent = self.clock.monotonic() - self.touched[i] >= LEASE_S
            assert is_gone or is_silent, "a living worker's claim was expired"
        for start in after.open_claims().values():
            assert start["machine_id"] != MACHINES[machine] or start["nonce"] in self.locks, "a dead worker's claim stands"

    @rule(machine=st.integers(0, 1), w=workers)
    def a_beat_overtakes_a_sweep(self, machine: int, w: int) -> None:
        """What the sweep had seen is old when it writes: the claim has moved, and must live."""
        seen = self.call(self.sweepers[machine]._ledger.open_claims())
        self.beat(w)
        process = self.processes[w]
        if not process.frozen:
            alive = {claim.start_id for claim in process.claims}
            late = [claim for claim in seen if claim.start_id in alive]
            assert self.call(self.sweepers[machine]._ledger.expire(late)) == 0, "a claim that had moved was expired"

    # Damage

    @rule(
        pick=anything,
        status=st.sampled_from(["pending", "processing", "waiting", "done", "failed", "cancelled"]),
        off=st.integers(-2, 2),
    )
    def damage_and_repair(self, pick: int, status: str, off: int) -> None:
        """A program that was killed between two replicas may leave a projection behind that is not true."""
        before = self.picture()
        task = list(before.tasks.values())[pick % len(before.tasks)]
        if not task["attempt"]:
            status = "waiting"  # without a claim nothing tells that a task is not over
        attempt = max(0, task["attempt"] + off)
        self.db.execute("UPDATE tasks SET status = ?, attempt = ? WHERE id = ?", (status, attempt, task["id"]))
        is_wrong = (status, attempt) != (task["status"], task["attempt"])
        assert self.call(self.processes[0].store.repair()) == int(is_wrong)
        after = self.picture()
        told = ("status", "attempt", "error", "machine_id", "progress", "crashes")
        assert {c: after.tasks[task["id"]][c] for c in told} == {c: task[c] for c in told}, "repair did not find the truth"
        assert after.claims == before.claims

    # What always holds

    @invariant()
    def the_story_is_consistent(self) -> None:
        now = self.picture()
        nothing_written_changes(self.last, now)
        for identity, task in now.tasks.items():
            one_story(task, {i: r for i, r in now.claims.items() if r["task_id"] == identity})
            before = self.last.tasks.get(identity)
            if before is not None:
                assert before["status"] not in FINAL or task["status"] == before["status"], "a final task became another"
                assert task["progress"] >= before["progress"], "progress fell"
            assert task["crashes"] <= CRASHES_SUSPECT or identity in self.witnessed, "failed without a witness"
        assert self.last.tasks.keys() <= now.tasks.keys(), "a task is gone"
        self.last = now

    @invariant()
    def there_is_nothing_to_repair(self) -> None:
        assert self.call(self.processes[0].store.repair()) == 0


def nothing_written_changes(before: Picture, now: Picture) -> None:
    """Claims, ends and steps are written once; of a claim only the heartbeat's columns move, while it is open."""
    for identity, old in before.claims.items():
        new = now.claims.get(identity)
        assert new is not None, "a claim, an end or a step is gone"
        moves = HEARTBEAT_COLUMNS if identity.endswith(".s") and identity in before.open_claims() else ()
        assert {c: v for c, v in new.items() if c not in moves} == {c: v for c, v in old.items() if c not in moves}, (
            "a claim, an end or a step was changed"
        )
        assert new["hb"] >= old["hb"], "a heartbeat went back"
    assert now.orphans >= before.orphans, "a late result is gone"


def one_story(task: Row, claims: dict[str, Row]) -> None:
    """The claims of one task follow each other, and its row says what they say."""
    identity = task["id"]
    started = sorted(r["attempt"] for i, r in claims.items() if i.endswith(".s"))
    ended = {r["attempt"]: r["outcome"] for i, r in claims.items() if i.endswith(".e")}
    assert started == list(range(1, len(started) + 1)), "attempts are not claimed once each, in order"
    assert all(claim_start_id(identity, n) in claims for n in started)
    assert all(claim_end_id(identity, n) in claims for n in ended)
    assert set(ended) <= set(started), "an end without a start"
    assert set(started) - set(ended) <= {len(started)}, "an attempt was claimed before the last one's end"
    assert all(ended[n] not in FINAL for n in started[:-1] if n in ended), "a final task was claimed again"
    last = ended.get(started[-1], "processing") if started else "released"
    expected = STATUS_AFTER.get(last, last)
    assert (task["status"], task["attempt"]) == (expected, len(started)), "the task's row does not follow its claims"
