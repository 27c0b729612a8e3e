"""A program of its own for tests: starts the document worker, prints both process ids, and draws until it is killed."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from jobagent_desktop.documents import DocumentWorker


async def main(pdf: bytes) -> None:
    worker = DocumentWorker()
    await worker.start()
    print(os.getpid(), worker.pid, flush=True)
    while True:
        await worker.draw_pages(pdf, 3000)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).read_bytes()))
