"""`kill -9` at random instants: everything gets done, nothing finished is done again, nothing on disk is torn."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from jobagent_desktop.bootstrap import build_engine, open_workspace
from jobagent_desktop.config import resource
from jobagent_desktop.domain.changes import Changes, Found
from jobagent_desktop.domain.commands import ImportCv
from jobagent_desktop.domain.identity import file_id
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import Profile
from jobagent_desktop.domain.task import STEPS, TaskKind
from jobagent_desktop.services.system_clock import SystemClock
from jobagent_desktop.sources import SourceBook
from jobagent_desktop.store.connection import open_reader, rows
from tests.e2e.poison import POISON
from tests.fakes.command_line import answer, environment, jobagent, start
from tests.fakes.heard import Heard
from tests.fakes.small_world import posting

JOBS = 30
STEPS_EACH = len(STEPS[TaskKind.PREVIEW])


async def queue_jobs(data: Path, jobs: int, *extra: Posting) -> None:
    """The sample CV, and so many postings: the extra ones, then open ones of the demo board."""
    engine = build_engine(open_workspace(data, {}), Heard())
    sources = SourceBook(SystemClock(), host_delay_s=0)
    try:
        listing = await sources.listing("demo")
    finally:
        await sources.aclose()
    async with engine.opened():
        profile = await engine.execute(ImportCv(str(resource("demo", "cv.pdf"))))
        assert isinstance(profile, Profile)
        postings = {posting.title: posting for posting in listing.postings}
        chosen = (*extra, *tuple(postings.values())[: jobs - len(extra)])
        await engine._store.enqueue(Changes(found=Found(profile.id, chosen)))  # type: ignore[attr-defined]  # pyright: ignore


class Run:
    """One process that works the queue until it ends or is killed; remembers which steps it began."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.process = start(data, "run", *(arguments or ("--until-idle",)))
        self.began: list[tuple[str, str]] = []
        self.first_step = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with contextlib.suppress(json.JSONDecodeError):  # the last line of a killed process may be torn
                entry = json.loads(line)
                if entry.get("event") == "step starts":
                    self.began.append((entry["task_id"], entry["step"]))
                    self.first_step.set()
        self.first_step.set()

    def kill_after(self, seconds: float) -> None:
        with contextlib.suppress(Exception):
            self.process.wait(seconds)
        self.process.kill()
        self.join()

    def join(self) -> int:
        code = self.process.wait(300)
        self._reader.join()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        return code


class Diary:
    """What a person watching the database would have noted after each kill."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self.progress: dict[str, int] = {}
        self.finished: set[tuple[str, str]] = set()

    def look(self) -> None:
        with contextlib.closing(open_reader(self._database)) as connection:
            now = {r["id"]: r["progress"] for r in rows(connection, "SELECT id, progress FROM applications")}
            steps = rows(connection, "SELECT task_id, id FROM task_claims WHERE outcome = 'step'")
        for application, progress in self.progress.items():
            assert now[application] >= progress, "progress went back"
        finished = {(r["task_id"], str(r["id"]).removeprefix(r["task_id"] + ".")) for r in steps}
        assert finished >= self.finished, "a finished step was lost"
        self.progress, self.finished = now, finished


def whole_files(data: Path) -> int:
    """How many stored PDFs there are; each must be what its name says, and open."""
    files = list((data / "files").rglob("*.pdf"))
    for path in files:
        content = path.read_bytes()
        assert path.stem.partition("-")[2] == file_id(hashlib.sha256(content).hexdigest()), f"{path.name} is torn"
        with contextlib.closing(pypdfium2.PdfDocument(content)) as pdf:
            assert len(pdf) >= 1
    return len(files)


@pytest.mark.e2e
def test_kills_at_random_instants_lose_nothing_and_repeat_nothing(tmp_path: Path, kills: int) -> None:
    asyncio.run(queue_jobs(tmp_path, JOBS))
    rng, diary = random.Random(20260302), Diary(tmp_path / "jobagent.db")
    began: Counter[tuple[str, str]] = Counter()
    for number in range(kills):
        diary.look()
        run = Run(tmp_path)
        if number % 3:
            run.first_step.wait(60)  # in the middle of the work
            run.kill_after(rng.uniform(0.0, 0.25))
        else:
            run.kill_after(rng.uniform(0.0, 2.5))  # anywhere, start-up included
        again = diary.finished.intersection(run.began)
        assert not again, f"finished steps ran again after kill {number}: {again}"
        began.update(run.began)
    diary.look()
    last = Run(tmp_path)
    assert last.join() == 0
    assert not diary.finished.intersection(last.began)
    began.update(last.began)
    assert answer(tmp_path, "status")["applications"] == {"preview_ready": JOBS}
    assert sum(began.values()) - JOBS * STEPS_EACH <= kills, "more than one step was repeated for a kill"
    assert len(began) == JOBS * STEPS_EACH
    assert whole_files(tmp_path) >= JOBS
    assert jobagent(tmp_path, "doctor").returncode == 0


@pytest.mark.e2e
def test_a_poison_job_is_set_aside_and_the_others_get_done(tmp_path: Path) -> None:
    asyncio.run(queue_jobs(tmp_path, 4, posting(1, title=POISON)))
    command = [sys.executable, str(Path(__file__).with_name("poison.py")), "--data-dir", str(tmp_path), "run", "--until-idle"]
    codes: list[int] = []
    while not codes or codes[-1] == -signal.SIGKILL:
        assert len(codes) < 4, "the poison should have been set aside by now"
        codes.append(subprocess.run(command, env=environment(), capture_output=True, check=False, timeout=120).returncode)
    assert codes == [-signal.SIGKILL, -signal.SIGKILL, 0], "two workers died, then it ran alone and only that process died"
    assert answer(tmp_path, "status")["applications"] == {"preview_ready": 3, "failed": 1}
    (row,) = answer(tmp_path, "list", "--status", "failed")
    assert "set aside" in row["error"]
