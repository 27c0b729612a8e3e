"""A worker that stays in the step `match` until a file appears: the frozen worker's subject.

slow_worker.py DATA_FOLDER FILE
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from jobagent_desktop.agents import OfflineThinker
from jobagent_desktop.bootstrap import Parts, build_engine, open_workspace
from jobagent_desktop.domain.match import Match
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import Profile
from jobagent_desktop.services.task_manager import Until
from tests.fakes.heard import Heard


class SlowThinker(OfflineThinker):
    def match(self, profile: Profile, posting: Posting) -> Match:
        print("in the step", flush=True)
        while not Path(sys.argv[2]).exists():
            time.sleep(0.01)
        return super().match(profile, posting)


async def main() -> None:
    workspace = open_workspace(Path(sys.argv[1]), {})
    parts = Parts(thinker=SlowThinker(lambda: workspace.clock.now().date()))
    engine = build_engine(workspace, Heard(), parts)
    async with engine.opened():
        await engine.work(Until.DONE)


if __name__ == "__main__":
    asyncio.run(main())
