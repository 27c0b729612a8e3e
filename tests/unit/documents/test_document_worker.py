"""The document process: answers, and survives jobs that hang, die or are given up; ends with its parent."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobagent_desktop.config import resource
from jobagent_desktop.documents import DocumentWorker
from jobagent_desktop.documents.process import OneProcess, ProcessDied, ProcessHung
from jobagent_desktop.domain.draft import CoverLetter, Sentence, TailoredCv
from jobagent_desktop.domain.errors import Permanent, Transient
from tests.fakes.child_targets import obedient

ROOT = Path(__file__).parents[3]
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="stops a process in mid-air by a signal")
CV = TailoredCv("Ada Byron", "Engineer", (), (Sentence("A sentence.", "basics.summary"),), (), (), (), (), (), ())
LETTER = CoverLetter("Ada Byron", (), "", "", "Dear team,", ((Sentence("Text.", "template"),),), "Kind regards,")


@pytest.fixture(autouse=True)
def no_main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spawned process imports its parent's main module; pytest's costs half a second each time and is not what is tested."""
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "__spec__", None)
    monkeypatch.delattr(main, "__file__", raising=False)


@pytest.fixture
async def process() -> AsyncIterator[OneProcess]:
    process = OneProcess(obedient, call_timeout=30.0, idle_s=60.0)
    yield process
    await process.aclose()


async def echo(process: OneProcess, value: object) -> int:
    """Asks for an echo, checks that the answer belongs to the question, and tells which process gave it."""
    answer = await process.call(value)
    assert isinstance(answer, tuple)
    pid, heard = answer
    assert heard == value
    return pid


async def test_one_process_answers_one_request_after_the_other(process: OneProcess) -> None:
    pids = await asyncio.gather(*(echo(process, number) for number in range(20)))
    assert set(pids) == {process.pid} != {os.getpid()}


async def test_a_request_that_kills_the_process_costs_only_itself(process: OneProcess) -> None:
    first = await echo(process, "before")
    with pytest.raises(ProcessDied):
        await process.call("die")
    assert process.pid is None
    assert await echo(process, "after") != first


async def test_a_cancelled_request_leaves_no_answer_behind(process: OneProcess) -> None:
    await echo(process, "warm")
    hanging = asyncio.create_task(process.call("hang"))
    waiting = asyncio.create_task(echo(process, "waited its turn"))
    await asyncio.sleep(0)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert await waiting == process.pid


async def test_a_cancelled_start_leaves_nothing_behind(process: OneProcess) -> None:
    starting = asyncio.create_task(echo(process, "never heard"))
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert process.pid is None
    await echo(process, "next")


async def test_a_request_that_hangs_is_ended() -> None:
    process = OneProcess(obedient, call_timeout=30.0, idle_s=60.0)
    await echo(process, "warm")
    process._call_timeout = 0.1
    with pytest.raises(ProcessHung):
        await process.call("hang")
    assert process.pid is None
    await process.aclose()


async def test_an_idle_process_is_let_go_and_comes_back() -> None:
    process = OneProcess(obedient, call_timeout=30.0, idle_s=0.0)
    first = await echo(process, "one")
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # the timer has run
    assert process._goodbye is not None
    await process._goodbye
    assert process.pid is None
    assert await echo(process, "two") != first
    await process.aclose()


@needs_signals
async def test_a_process_that_was_ended_while_idle_is_replaced(process: OneProcess) -> None:
    first = await echo(process, "one")
    os.kill(first, signal.SIGKILL)
    await asyncio.to_thread(wait_for_end, os.pidfd_open(first))
    assert await echo(process, "two") != first


async def test_closing_twice_or_without_a_start_is_fine() -> None:
    process = OneProcess(obedient, call_timeout=1.0, idle_s=1.0)
    await process.aclose()
    await process.aclose()


# --- the real worker ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def worker() -> AsyncIterator[DocumentWorker]:
    worker = DocumentWorker()
    await worker.start()
    yield worker
    await worker.aclose()


async def test_documents_go_in_and_out_through_the_process(worker: DocumentWorker, tmp_path: Path) -> None:
    pid = worker.pid
    imported = await worker.read_cv(str(resource("demo", "cv.pdf")))
    assert imported.resume.basics.name == "Marta Nowak"
    rendered = await worker.render_cv(CV)
    assert (rendered.pages, rendered.text.splitlines()[:2]) == (1, ["Ada Byron", "Engineer"])
    letter = await worker.render_letter(LETTER, datetime(2026, 3, 2, tzinfo=UTC))
    assert "2 March 2026" in letter.text
    pictures = await worker.draw_pages(rendered.data, 200)
    assert [picture[:4] for picture in pictures] == [b"\x89PNG"]
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 broken")
    with pytest.raises(Permanent, match="damaged") as caught:
        await worker.read_cv(str(broken))
    assert "Traceback" in str(caught.value.__cause__)
    assert worker.pid == pid


@needs_signals
async def test_a_death_is_final_for_a_file_and_worth_another_try_for_our_own_document() -> None:
    worker = DocumentWorker()

    async def dies_during(call: Coroutine[object, object, object]) -> None:
        with pytest.raises(Permanent, match="damaged"):
            await worker.draw_pages(b"only to start the process", 100)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        asking = asyncio.create_task(call)
        await asyncio.sleep(0)
        os.kill(worker.pid, signal.SIGKILL)
        await asking

    with pytest.raises(Permanent, match="stopped while working on this file"):
        await dies_during(worker.read_cv(str(resource("demo", "cv.pdf"))))
    with pytest.raises(Transient, match="It is tried again"):
        await dies_during(worker.render_cv(CV))
    await worker.aclose()


@needs_signals
def test_the_process_ends_with_its_killed_parent_even_when_busy() -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.document_program", str(resource("demo", "cv.pdf"))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    with program.stdout:
        parent, child = map(int, program.stdout.readline().split())
    handle = os.pidfd_open(child)
    assert parent == program.pid
    program.kill()
    program.wait()
    wait_for_end(handle)


def wait_for_end(handle: int) -> None:
    """Waits until the process behind a pidfd has ended; fails after 10 s."""
    try:
        ended, _, _ = select.select([handle], [], [], 10.0)
        assert ended, "the process still runs"
    finally:
        os.close(handle)
