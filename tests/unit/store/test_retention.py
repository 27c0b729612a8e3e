"""What is let go in time, and what must never be."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest
import pytest_asyncio

from jobagent_desktop.config import DataPaths
from jobagent_desktop.domain.identity import application_id
from jobagent_desktop.domain.times import to_iso
from jobagent_desktop.services.ports import Worker
from jobagent_desktop.store import retention
from jobagent_desktop.store.connection import rows
from jobagent_desktop.store.queue_rows import insert
from jobagent_desktop.store.store import Store
from jobagent_desktop.store.upkeep import Upkeep
from tests.fakes.heard import Heard
from tests.fakes.small_world import posting
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

    def remove(connection: apsw.Connection, old: retention.Old, now: datetime) -> int:
        sizes.append(whole(connection, old, now))
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
    assert await archive.store._db.write(lambda c: retention.remove(c, old, START)) == 0


def job(archive: Archive, number: int, *, age: int = 181, status: str = "closed", **more: Any) -> str:
    """A job whose posting closed so many days ago, with its application, a finished preview, documents and history."""
    ad, then = posting(number), to_iso(START - timedelta(days=age))
    identity = application_id(ad.job_id, "p")
    times = {"created_at": then, "updated_at": then}
    about = {key.removeprefix("job_"): value for key, value in more.items() if key.startswith("job_")}
    values = {"id": ad.job_id, "source": ad.source, "external_id": ad.external_id, "url": "", "title": ad.title, "company": ""}
    archive.rows.append(("jobs", values | {"n": number, "status": "closed", "seen_at": then} | times | about))
    archive.rows.append(("jobs_fts", {"rowid": number, "words": f"engineer {number}"}))
    own = {key: value for key, value in more.items() if not key.startswith("job_")}
    values = {"id": identity, "job_id": ad.job_id, "profile_id": "p", "status": status, "error": "The posting is gone."}
    archive.rows.append(("applications", values | times | own))
    archive.task(identity, "done", age)
    archive.event(identity, age)
    values = {
        "id": f"f{number}",
        "kind": "cv",
        "name": f"{identity}/cv.pdf",
        "mime": "",
        "size": 1,
        "sha256": "",
        "owner_id": identity,
    }
    archive.rows.append(("files", values | {"created_at": then}))
    folder = archive.paths.files / identity
    folder.mkdir(parents=True)
    (folder / "cv.pdf").write_bytes(b"%PDF")
    return identity


def decided(archive: Archive, identity: str, sentence: str) -> None:
    values = {"id": sentence, "stream": identity, "machine_id": "m", "ts": to_iso(START - timedelta(days=300)), "level": "info"}
    archive.rows.append(("events", values | {"kind": "application_changed", "msg": sentence}))


async def everything(archive: Archive) -> dict[str, set[str]]:
    names = ("jobs", "applications", "tasks", "task_claims", "events", "files")
    found = {name: await archive.ids(name) for name in names}

    def words(connection: apsw.Connection) -> set[str]:
        return {str(r["rowid"]) for r in rows(connection, "SELECT rowid FROM jobs_fts WHERE jobs_fts MATCH 'engineer'")}

    found["words"] = await archive.store._db.read(words)
    found["documents"] = {path.name for path in archive.paths.files.iterdir()} if archive.paths.files.exists() else set()
    return found


async def test_a_job_that_closed_long_ago_goes_with_all_that_is_its_own(archive: Archive) -> None:
    fresh = job(archive, 1, age=80)
    await archive.write()
    before = await everything(archive)
    before["events"].add("now 0")
    archive.rows.clear()
    old = job(archive, 2, age=181)
    decided(archive, old, "The posting is gone.")  # what the program itself writes when it finds that out
    copy = {"n": 3, "id": "copy", "source": "s", "external_id": "3", "url": "", "title": "", "company": "", "status": "closed"}
    archive.rows.append(
        ("jobs", copy | {"duplicate_of": posting(2).job_id} | dict.fromkeys(("seen_at", "created_at", "updated_at"), "2025"))
    )
    archive.event("now", 0)
    await archive.write()
    assert await everything(archive) != before
    await archive.upkeep.round()
    assert await everything(archive) == before
    assert fresh in before["documents"]
    assert await archive.ids("applications") == {fresh}
    assert await archive.store._db.read(lambda c: rows(c, "SELECT * FROM discarded")) == []


TOUCHED: dict[str, dict[str, Any]] = {
    "skipped": {"status": "skipped"},
    "approved": {"status": "approved"},
    "applied": {"status": "applied"},
    "failed": {"status": "failed"},
    "preview ready": {"status": "preview_ready"},
    "skipped before": {"before_skip": "preview_ready"},
    "submitted": {"submitted_at": "2025-01-01T00:00:00.000+00:00"},
    "noted": {"notes": "Ask Jan about them."},
    "job noted": {"job_notes": "Ask Jan about them."},
    "answered": {"answers": '[{"question": "Visa?"}]'},
    "open again": {"job_status": "open"},
    "changed lately": {"updated_at": to_iso(START)},
}


@pytest.mark.parametrize("touched", TOUCHED.values(), ids=TOUCHED.keys())
async def test_nothing_goes_that_the_user_touched_or_that_is_not_over(archive: Archive, touched: dict[str, Any]) -> None:
    archive.event("now", 0)
    identity = job(archive, 1, age=1000, **touched)
    await archive.write()
    await archive.upkeep.round()
    assert await archive.ids("applications") == {identity}
    assert len(await archive.ids("jobs")) == 1
    assert (archive.paths.files / identity / "cv.pdf").exists()


@pytest.mark.parametrize("trace", ["decision", "wanted", "open task", "submission", "another person", "open elsewhere"])
async def test_nothing_goes_with_a_trace_of_the_user_elsewhere(archive: Archive, trace: str) -> None:
    archive.event("now", 0)
    identity = job(archive, 1, age=1000)
    times = dict.fromkeys(("created_at", "updated_at"), "2020")
    if trace == "decision":
        decided(archive, identity, "You took the approval back.")
    elif trace == "wanted":
        task = {"id": "t", "kind": "preview", "subject_id": identity, "payload": '{"generation": 1, "wanted": true}'}
        archive.rows.append(("tasks", task | {"status": "done", "max_attempts": 5} | times))
    elif trace == "open task":
        archive.task(identity, "waiting", 1000, generation=1)
    elif trace == "submission":
        submission = {"id": identity, "task_id": "t", "attempt": 1, "machine_id": "m", "nonce": "n", "state": "intent"}
        archive.rows.append(("submissions", submission | {"created_at": "2020"}))
    elif trace == "another person":
        other = {"id": "other", "job_id": posting(1).job_id, "profile_id": "q", "status": "applied"}
        archive.rows.append(("applications", other | times))
    else:
        copy = {
            "n": 3,
            "id": "copy",
            "source": "s",
            "external_id": "3",
            "url": "",
            "title": "",
            "company": "",
            "seen_at": "2020",
        }
        archive.rows.append(("jobs", copy | {"duplicate_of": posting(1).job_id, "status": "open"} | times))
    await archive.write()
    await archive.upkeep.round()
    assert identity in await archive.ids("applications")
    assert posting(1).job_id in await archive.ids("jobs")
    assert (archive.paths.files / identity / "cv.pdf").exists()
    if trace == "decision":
        assert "You took the approval back." in await archive.ids("events"), "the decision itself was forgotten"


@pytest.mark.parametrize(("age", "stays"), [(179, True), (181, False)])
async def test_it_stays_for_half_a_year(archive: Archive, age: int, stays: bool) -> None:
    job(archive, 1, age=age)
    await archive.write()
    await archive.upkeep.round()
    assert bool(await archive.ids("applications")) is stays


async def test_a_job_that_came_back_before_its_documents_went_keeps_them(archive: Archive) -> None:
    archive.event("now", 0)
    identity = job(archive, 1)
    await archive.write()
    old = await archive.store._db.read(lambda c: retention.find_old(c, START))
    assert old.applications == (identity,)
    assert await archive.store._db.write(lambda c: retention.remove(c, old, START)) > 5
    archive.rows.clear()
    archive.application(identity, "found")
    await archive.write()
    await archive.upkeep.round()
    assert (archive.paths.files / identity / "cv.pdf").exists()
    assert await archive.store._db.read(lambda c: rows(c, "SELECT * FROM discarded")) == []


async def test_documents_that_a_kill_left_go_in_the_next_round(archive: Archive) -> None:
    archive.event("now", 0)
    identity = job(archive, 1)
    await archive.write()
    old = await archive.store._db.read(lambda c: retention.find_old(c, START))
    await archive.store._db.write(lambda c: retention.remove(c, old, START))  # and here it was killed
    assert (archive.paths.files / identity).exists()
    await archive.upkeep.round()
    assert not (archive.paths.files / identity).exists()


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
