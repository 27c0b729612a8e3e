"""What is let go in time, and what must never be."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest
import pytest_asyncio

from jobagent_desktop.config import DataPaths
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.services.ports import Worker
from jobagent_desktop.store import retention
from jobagent_desktop.store.connection import rows
from jobagent_desktop.store.queue_rows import insert
from jobagent_desktop.store.store import Store
from jobagent_desktop.store.upkeep import Upkeep
from tests.fakes.heard import Heard
from tests.fakes.still_clock import START, StillClock


class Archive:
    def __init__(self, folder: Path) -> None:
        self.paths = DataPaths(folder)
        self.store = Store(self.paths.database, Worker("machine", "one"), StillClock(), Heard())
        self.upkeep = Upkeep(self.paths, StillClock(), self.store.prune)
        self.rows: list[tuple[str, dict[str, Any]]] = []

    def application(self, identity: str, status: str, *event_ages: int) -> None:
        times = {"created_at": "t", "updated_at": "t"}
        self.rows.append(("applications", {"id": identity, "job_id": identity, "profile_id": "p", "status": status} | times))
        for age in event_ages:
            self.event(identity, age)

    def event(self, stream: str, age: int) -> None:
        values = {"id": f"{stream} {age}", "stream": stream, "machine_id": "m", "ts": to_iso(START - timedelta(days=age))}
        self.rows.append(("events", values | {"level": "info", "kind": "step_done", "msg": "Done."}))

    def task(self, subject: str, status: str, age: int, *, generation: int = 0, kind: str = "preview") -> str:
        """A task that ended this many days ago (or was claimed then, if it is open) with a claim, an end and a step."""
        identity, then = f"{subject}-{generation}", to_iso(START - timedelta(days=age))
        is_open = status in ("pending", "processing", "waiting")
        self.rows.append(
            (
                "tasks",
                {
                    "id": identity,
                    "kind": kind,
                    "subject_id": subject,
                    "payload": f'{{"generation": {generation}}}',
                    "status": status,
                    "max_attempts": 5,
                    "finished_at": None if is_open else then,
                    "created_at": then,
                    "updated_at": then,
                },
            )
        )
        for name, outcome in (("001.s", ""), ("001.e", "done"), ("match", "step")):
            self.rows.append(
                (
                    "task_claims",
                    {
                        "id": f"{identity}.{name}",
                        "task_id": identity,
                        "attempt": 1,
                        "machine_id": "m",
                        "nonce": "n",
                        "outcome": outcome,
                        "created_at": then,
                    },
                )
            )
        return identity

    async def write(self) -> None:
        def work(connection: apsw.Connection) -> None:
            for table, values in self.rows:
                insert(connection, table, values)

        await self.store._db.write(work)

    async def ids(self, table: str) -> set[str]:
        return await self.store._db.read(lambda c: {str(r["id"]) for r in rows(c, f"SELECT id FROM {table}")})


@pytest_asyncio.fixture
async def archive(tmp_path: Path) -> AsyncGenerator[Archive]:
    archive = Archive(tmp_path)
    await archive.store.open()
    yield archive
    await archive.store.close()


async def test_old_history_goes_only_with_jobs_that_are_over(archive: Archive) -> None:
    archive.application("closed", "closed", 181, 179)
    archive.application("skipped", "skipped", 400)
    archive.application("applied", "applied", 400)
    archive.event("system", 400)
    archive.event("now", 0)
    await archive.write()
    await archive.upkeep.round()
    assert await archive.ids("events") == {"closed 179", "applied 400", "system 400", "now 0"}


async def test_the_newest_event_keeps_its_number(archive: Archive) -> None:
    archive.application("closed", "closed", 300, 200)
    await archive.write()
    await archive.upkeep.round()
    assert await archive.ids("events") == {"closed 200"}


@pytest.mark.parametrize("status", ["pending", "processing", "waiting"])
async def test_no_claim_of_an_open_task_ever_goes(archive: Archive, status: str) -> None:
    archive.application("a", "closed")
    task = archive.task("a", status, 1000)
    await archive.write()
    await archive.upkeep.round()
    assert await archive.ids("task_claims") == {f"{task}.001.s", f"{task}.001.e", f"{task}.match"}


@pytest.mark.parametrize("status", ["done", "failed", "cancelled"])
async def test_claims_of_finished_tasks_go_after_ninety_days(archive: Archive, status: str) -> None:
    archive.application("over", "skipped")
    archive.task("over", status, 91)
    archive.task("s", status, 91, kind="search")
    fresh = archive.task("t", status, 89, kind="search")
    await archive.write()
    await archive.upkeep.round()
    assert await archive.ids("task_claims") == {f"{fresh}.001.s", f"{fresh}.001.e", f"{fresh}.match"}
    assert len(await archive.ids("tasks")) == 3


async def test_the_steps_that_a_preview_starts_again_from_stay(archive: Archive) -> None:
    archive.application("a", "preview_ready")
    archive.task("a", "failed", 200)
    last = archive.task("a", "done", 100, generation=1)
    await archive.write()
    await archive.upkeep.round()
    assert await archive.ids("task_claims") == {f"{last}.match"}


async def test_it_goes_in_small_batches(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    whole = retention.remove

    def remove(connection: apsw.Connection, old: retention.Old) -> int:
        sizes.append(whole(connection, old))
        return sizes[-1]

    monkeypatch.setattr(retention, "remove", remove)
    archive.application("closed", "closed", *range(200, 200 + 2 * retention.BATCH))
    archive.event("now", 0)
    await archive.write()
    await archive.upkeep.round()
    assert sizes == [retention.BATCH] * 2
    assert await archive.ids("events") == {"now 0"}


async def test_what_came_to_life_between_the_look_and_the_removal_stays(archive: Archive) -> None:
    archive.application("a", "closed", 300)
    archive.event("now", 0)
    archive.task("s", "done", 100, kind="search")
    await archive.write()
    old = await archive.store._db.read(lambda c: retention.find_old(c, START))
    assert old.total == 4
    await archive.store._db.write(lambda c: c.execute("UPDATE applications SET status = 'preparing'"))
    await archive.store._db.write(lambda c: c.execute("UPDATE tasks SET status = 'pending'"))
    assert await archive.store._db.write(lambda c: retention.remove(c, old)) == 0


def test_half_written_files_go_after_an_hour(tmp_path: Path) -> None:
    folder = tmp_path / "files" / "a1"
    folder.mkdir(parents=True)
    names = [".cv.pdf.abc.part", ".jobagent.db.abc.part-wal", "cv-f1.pdf", "my.part", ".hidden"]
    for name, age in [(name, 3700) for name in names] + [(".new.abc.part", 3500)]:
        path = folder / name
        path.write_text("x")
        then = START.timestamp() - age
        os.utime(path, (then, then))
    assert retention.remove_leftovers(tmp_path, START) == 2
    assert {path.name for path in folder.iterdir()} == {"cv-f1.pdf", "my.part", ".hidden", ".new.abc.part"}
