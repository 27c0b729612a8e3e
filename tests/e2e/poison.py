"""A command line whose engine dies, kill -9, whenever it thinks about one certain posting: the poison test's subject."""

from __future__ import annotations

import os
import signal
import sys

from jobagent_desktop.agents import OfflineThinker
from jobagent_desktop.domain.draft import TailoredCv
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import Profile

POISON = "Poisonous Posting"
_honest = OfflineThinker.tailor


def _tailor(self: OfflineThinker, profile: Profile, posting: Posting) -> TailoredCv:
    if posting.title == POISON:
        os.kill(os.getpid(), signal.SIGKILL)
    return _honest(self, profile, posting)


# Also in the processes that this one spawns: they import the main module before anything else.
OfflineThinker.tailor = _tailor

if __name__ == "__main__":
    from jobagent_desktop.__main__ import cli_main

    sys.exit(cli_main())
