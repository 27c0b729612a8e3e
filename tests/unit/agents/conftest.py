"""The engine on a fixed day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from jobagent_desktop.agents import OfflineThinker
from jobagent_desktop.domain.draft import CoverLetter
from jobagent_desktop.domain.posting import Posting
from jobagent_desktop.domain.resume import Profile

TODAY = date(2026, 11, 23)


class Engine(OfflineThinker):
    """The real engine, with a letter in one call."""

    def write(self, profile: Profile, posting: Posting) -> CoverLetter:
        return self.letter(profile, posting, self.match(profile, posting), datetime(2026, 11, 23, 9, tzinfo=UTC))


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(lambda: TODAY)
