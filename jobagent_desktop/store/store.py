"""The embedded source of truth: ledger, records and breakers of one SQLite database, behind the services' ports."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import apsw

from jobagent_desktop.domain.application import Application, SeenPosting
from jobagent_desktop.domain.breaker import Breaker
from jobagent_desktop.domain.changes import Changes
from jobagent_desktop.domain.codec import to_json
from jobagent_desktop.domain.errors import AgentError, Fenced
from jobagent_desktop.domain.event import Event
from jobagent_desktop.domain.identity import ulid
from jobagent_desktop.domain.resume import Preferences, Profile
from jobagent_desktop.domain.states import TaskStatus
from jobagent_desktop.domain.task import Claim, TaskKind
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.domain.views import SearchView
from jobagent_desktop.services.ports import (
    Backlog,
    Beat,
    Clock,
    DoneSteps,
    Ending,
    EventSink,
    FinishedStep,
    OpenClaim,
    Suspect,
    Worker,
)
from jobagent_desktop.store import breakers, clock_changes, ledger, mapping, queue_rows, retention
from jobagent_desktop.store.application_rows import requeue
from jobagent_desktop.store.ballast import Ballast, disk_event
from jobagent_desktop.store.closed_sites import WAITS_FOR_SITES
from jobagent_desktop.store.connection import row, rows, scalar
from jobagent_desktop.store.database import Database
from jobagent_desktop.store.write_access import access_event, may_write
from jobagent_desktop.store.writing import write_changes, write_events

log = logging.getLogger(__name__)


class Store:
    """Implements `Ledger`, `Records` and `BreakerStore`. Each call is one transaction; events are published after it."""

    def __init__(self, path: Path, worker: Worker, clock: Clock, sink: EventSink, ballast: Ballast | None = None) -> None:
        self._worker = worker
        self._clock = clock
        self._sink = sink
        self._ballast = ballast
        self._is_full_told = False
        self._path = path
        self._is_read_only_told = False
        self._db = Database(path, self._publish, ballast.drop if ballast else lambda: False)

    def _publish(self, events: list[Event]) -> None:
        for event in events:
            self._sink.publish(event)

    async def open(self) -> None:
        await self._db.open()

    async def close(self) -> None:
        await self._db.close()

    async def catch_up(self) -> None:
        """Publishes events that other processes have written."""
        await self._db.catch_up()

    async def has_room(self) -> bool:
        """Whether the data folder can be worked in; while it cannot, each call looks again. All changes are told once.

        It may be read-only, or its disk may be full. The ballast is the sign of that, for every process on the data folder:
        dropped by whoever met a full disk, and made anew before anything else once there is space.
        """
        if not await self._has_access():
            return False
        if self._ballast is None:
            return True
        if self._ballast.held:
            self._is_full_told = False
            return True
        has_room = await asyncio.to_thread(self._ballast.fill)
        if has_room is self._is_full_told:
            event = disk_event(self._clock.now(), has_room=has_room)
            await self._db.write(lambda c: write_events(c, (event,), self._worker.machine_id))
            self._is_full_told = not has_room
        return has_room

    async def _has_access(self) -> bool:
        has_access = may_write(self._path)
        if has_access is self._is_read_only_told:
            event = access_event(self._clock.now(), may_write=has_access)
            try:
                await self._db.write(lambda c: write_events(c, (event,), self._worker.machine_id))
            except AgentError as error:
                # The one event that is told without a row: there is nowhere to write it.
                log.warning("%s", event.message, exc_info=error)
                self._publish([event])
            self._is_read_only_told = not has_access
        return has_access

    async def prune(self) -> int:
        """Removes a small batch of what is too old to be kept; see `retention`. Answers how many rows went."""
        now = self._clock.now()
        old = await self._db.read(lambda c: retention.find_old(c, now))
        return await self._db.write(lambda c: retention.remove(c, old, now)) if old.total else 0

    # Ledger

    async def enqueue(self, changes: Changes) -> None:
        now, machine = self._clock.now(), self._worker.machine_id
        await self._db.write(lambda c: write_changes(c, changes, now, machine))

    async def turn(self, endings: Sequence[Ending], want: Mapping[TaskKind, int]) -> list[Claim]:
        now = self._clock.now()
        if not endings and not await self._db.read(lambda c: _has_due(c, want, now)):
            return []
        return await self._db.write(lambda c: ledger.turn(c, self._worker, endings, want, now))

    async def claim_one(self, task_id: str) -> Claim | None:
        now = self._clock.now()
        return await self._db.write(lambda c: ledger.claim_one(c, self._worker, task_id, now))

    async def suspect(self, kinds: Collection[TaskKind]) -> Suspect | None:
        now = self._clock.now()
        return await self._db.read(lambda c: ledger.suspect(c, kinds, now))

    async def finish_step(self, finished: FinishedStep) -> str:
        now, worker = self._clock.now(), self._worker

        def work(connection: apsw.Connection) -> str:
            theirs = ledger.finish_step(connection, worker, finished, now)
            if theirs is not None:
                return theirs
            write_changes(connection, finished.changes, now, worker.machine_id)
            return finished.result

        try:
            return await self._db.write(work)
        except Fenced:
            await self._db.write(lambda c: ledger.keep_orphan(c, finished.claim, finished.step, "step", finished.result, now))
            raise

    async def steps(self, task_id: str) -> DoneSteps:
        return await self._db.read(lambda c: queue_rows.steps(c, task_id))

    async def heartbeat(self, beats: Sequence[Beat]) -> frozenset[str]:
        now = self._clock.now()
        return await self._db.write(lambda c: ledger.heartbeat(c, beats, now))

    async def open_claims(self) -> list[OpenClaim]:
        return await self._db.read(ledger.open_claims)

    async def expire(self, claims: Sequence[OpenClaim], *, witnessed: bool = False) -> int:
        now = self._clock.now()
        ids = [ulid(now, secrets.randbits) for _ in claims]

        def work(connection: apsw.Connection) -> int:
            return sum(
                ledger.expire(connection, self._worker, claim, event_id, now, witnessed=witnessed)
                for claim, event_id in zip(claims, ids, strict=True)
            )

        return await self._db.write(work) if claims else 0

    async def cancel(self, subject_id: str, kind: TaskKind, changes: Changes) -> int:
        now = self._clock.now()

        def work(connection: apsw.Connection) -> int:
            count = ledger.cancel(connection, self._worker, subject_id, kind, now)
            if count:
                write_changes(connection, changes, now, self._worker.machine_id)
            return count

        return await self._db.write(work)

    async def cancel_all(self, kind: TaskKind, changes: Callable[[str], Changes]) -> int:
        now = self._clock.now()
        return await self._db.write(lambda c: ledger.cancel_all(c, self._worker, kind, changes, now))

    async def requeue(self, application_id: str, changes: Changes, *, wanted: bool | None = None, fresh: bool = False) -> bool:
        now = self._clock.now()

        def work(connection: apsw.Connection) -> bool:
            queued = requeue(connection, application_id, now, wanted=wanted, fresh=fresh)
            if queued:
                write_changes(connection, changes, now, self._worker.machine_id)
            return queued

        return await self._db.write(work)

    async def has_open(self, subject_id: str, kind: TaskKind) -> bool:
        sql = "SELECT 1 FROM tasks WHERE subject_id = ? AND kind = ? AND status IN ('pending', 'processing', 'waiting') LIMIT 1"
        return await self._db.read(lambda c: scalar(c, sql, (subject_id, kind.value))) is not None

    async def last_task(self, subject_id: str, kind: TaskKind) -> str:
        # By the row's number, not by its time: clocks are set back.
        sql = "SELECT id FROM tasks WHERE subject_id = ? AND kind = ? ORDER BY rowid DESC LIMIT 1"
        return await self._db.read(lambda c: scalar(c, sql, (subject_id, kind.value))) or ""

    async def was_cancelled(self, application_id: str) -> bool:
        sql = """
            SELECT status FROM tasks WHERE subject_id = ? AND kind = 'preview'
            ORDER BY json_extract(payload, '$.generation') DESC LIMIT 1
            """
        return await self._db.read(lambda c: scalar(c, sql, (application_id,))) == TaskStatus.CANCELLED.value

    async def postpone(self, task_id: str, attempt: int, until: datetime) -> None:
        now = to_iso(self._clock.now())
        await self._db.write(
            lambda c: c.execute(
                """
                UPDATE tasks SET run_after = ?, updated_at = ?, rev = rev + 1
                WHERE id = ? AND attempt = ? AND status IN ('pending', 'waiting')
                """,
                (to_iso(until), now, task_id, attempt),
            )
        )

    async def set_waits_right(self) -> int:
        now = self._clock.now()
        if not await self._db.read(lambda c: clock_changes.are_any_ahead(c, now)):
            return 0
        return await self._db.write(lambda c: clock_changes.set_right(c, now))

    async def release_waiting(self) -> int:
        now = self._clock.now()
        return await self._db.write(lambda c: ledger.release_waiting(c, now))

    async def backlog(self, kinds: Collection[TaskKind]) -> Backlog:
        now = to_iso(self._clock.now())
        found = await self._db.read(
            lambda c: row(
                c,
                f"""
                SELECT
                    count(*) FILTER (WHERE is_due AND NOT waits_for_sites) AS due,
                    count(*) FILTER (WHERE status = 'pending' AND run_after > :now) AS later,
                    count(*) FILTER (WHERE status = 'processing') AS running,
                    count(*) FILTER (
                        WHERE status = 'waiting' AND coalesce(run_after, 'never') > :now OR is_due AND waits_for_sites
                    ) AS waiting
                FROM (
                    SELECT status, run_after,
                        status = 'pending' AND run_after IS NULL OR status <> 'processing' AND run_after <= :now AS is_due,
                        {WAITS_FOR_SITES} AS waits_for_sites
                    FROM tasks
                    WHERE status IN ('pending', 'processing', 'waiting')
                        AND kind IN (SELECT value FROM json_each(:kinds))
                )
                """,  # noqa: S608 - the condition is this program's own
                {"now": now, "kinds": json.dumps([kind.value for kind in kinds])},
            )
        )
        return Backlog(**found) if found else Backlog()

    async def is_paused(self) -> bool:
        return await self._db.read(ledger.is_paused)

    async def repair(self) -> int:
        now = self._clock.now()
        return await self._db.write(lambda c: ledger.repair(c, now))

    # Breakers

    async def load_breaker(self, scope: str) -> Breaker:
        return await self._db.read(lambda c: breakers.load(c, scope))

    async def change_breaker(
        self, scope: str, change: Callable[[Breaker], Breaker], events: Callable[[Breaker, Breaker], Sequence[Event]]
    ) -> Breaker:
        now = self._clock.now()

        def work(connection: apsw.Connection) -> Breaker:
            before, after = breakers.change(connection, scope, change, now)
            write_events(connection, events(before, after), self._worker.machine_id)
            return after

        return await self._db.write(work)

    async def take_probe(self, scope: str, nonce: str, now: datetime) -> Breaker | None:
        return await self._db.write(lambda c: breakers.take_probe(c, scope, nonce, now))

    # Records

    async def profile(self) -> Profile | None:
        found = await self._db.read(
            lambda c: row(c, "SELECT * FROM profiles WHERE deleted_at IS NULL ORDER BY updated_at DESC, id LIMIT 1")
        )
        return mapping.profile(found) if found else None

    async def save_profile(self, profile: Profile, changes: Changes) -> None:
        now = self._clock.now()
        values = (
            profile.id,
            profile.resume.basics.name,
            profile.resume.model_dump_json(by_alias=True),
            profile.preferences.model_dump_json(by_alias=True),
            to_json(profile.unread),
            to_json(profile.missing),
            profile.base_file,
            to_iso(now),
        )

        def work(connection: apsw.Connection) -> None:
            connection.execute(
                """
                INSERT INTO profiles (id, name, resume, preferences, unread, missing, base_file, created_at, updated_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
                ON CONFLICT (id) DO UPDATE SET name = ?2, resume = ?3, preferences = ?4, unread = ?5, missing = ?6,
                    base_file = ?7, updated_at = ?8, rev = rev + 1
                """,
                values,
            )
            ledger.release_waiting(connection, now)
            write_changes(connection, changes, now, self._worker.machine_id)

        await self._db.write(work)

    async def save_preferences(self, profile_id: str, preferences: Preferences, changes: Changes) -> None:
        now = self._clock.now()
        text = preferences.model_dump_json(by_alias=True)

        def work(connection: apsw.Connection) -> None:
            sql = "UPDATE profiles SET preferences = ?, updated_at = ?, rev = rev + 1 WHERE id = ?"
            connection.execute(sql, (text, to_iso(now), profile_id))
            write_changes(connection, changes, now, self._worker.machine_id)

        await self._db.write(work)

    async def application(self, application_id: str) -> Application | None:
        found = await self._db.read(lambda c: row(c, "SELECT * FROM applications WHERE id = ?", (application_id,)))
        return mapping.application(found) if found else None

    async def application_to(self, job_id: str, profile_id: str) -> Application | None:
        found = await self._db.read(
            lambda c: row(
                c,
                """
                SELECT a.* FROM applications a JOIN jobs j ON a.job_id = coalesce(j.duplicate_of, j.id)
                WHERE j.id = ? AND a.profile_id = ?
                """,
                (job_id, profile_id),
            )
        )
        return mapping.application(found) if found else None

    async def posting(self, job_id: str) -> SeenPosting | None:
        sql = """
            SELECT * FROM jobs WHERE id = ?1 OR duplicate_of = ?1
            ORDER BY status <> 'open', duplicate_of IS NOT NULL, n LIMIT 1
            """
        found = await self._db.read(lambda c: row(c, sql, (job_id,)))
        return mapping.seen_posting(found) if found else None

    async def searches(self) -> list[SearchView]:
        found = await self._db.read(
            lambda c: rows(c, "SELECT * FROM searches WHERE deleted_at IS NULL ORDER BY created_at, id")
        )
        return [mapping.search(r) for r in found]

    async def save_search(self, search: SearchView) -> None:
        now = to_iso(self._clock.now())
        query = json.dumps({"url": search.url}, ensure_ascii=False)
        await self._db.write(
            lambda c: c.execute(
                """
                INSERT INTO searches (id, name, query, enabled, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                ON CONFLICT (id) DO UPDATE SET name = ?2, enabled = ?4, updated_at = ?5, rev = rev + 1
                """,
                (search.id, search.name, query, int(search.enabled), now),
            )
        )

    async def setting(self, key: str) -> str | None:
        return await self._db.read(lambda c: scalar(c, "SELECT value FROM settings WHERE id = ?", (key,)))

    async def set_setting(self, key: str, value: str, events: Sequence[Event]) -> None:
        now = to_iso(self._clock.now())

        def work(connection: apsw.Connection) -> None:
            connection.execute(
                """
                INSERT INTO settings (id, value, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)
                ON CONFLICT (id) DO UPDATE SET value = ?2, updated_at = ?3, rev = rev + 1
                """,
                (key, value, now),
            )
            write_events(connection, events, self._worker.machine_id)

        await self._db.write(work)

    async def see_machine(self, machine_id: str, name: str, system: str, version: str) -> None:
        now = to_iso(self._clock.now())
        await self._db.write(
            lambda c: c.execute(
                """
                INSERT INTO machines (id, name, os, version, last_seen, created_at, updated_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5)
                ON CONFLICT (id) DO UPDATE SET name = ?2, os = ?3, version = ?4, last_seen = ?5, updated_at = ?5
                """,
                (machine_id, name, system, version, now),
            )
        )


def _has_due(connection: apsw.Connection, want: Mapping[TaskKind, int], now: datetime) -> bool:
    kinds = [kind.value for kind, room in want.items() if room > 0]
    return bool(kinds) and (
        scalar(
            connection,
            f"""
            SELECT 1 FROM tasks WHERE kind IN (SELECT value FROM json_each(:kinds)) AND (
                (status = 'pending' AND (run_after IS NULL OR run_after <= :now))
                OR (status = 'waiting' AND run_after <= :now)
            ) AND NOT {WAITS_FOR_SITES} LIMIT 1
            """,  # noqa: S608 - the condition is this program's own
            {"kinds": json.dumps(kinds), "now": to_iso(now)},
        )
        is not None
    )
