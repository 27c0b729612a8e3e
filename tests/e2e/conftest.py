"""Options of the long tests."""

from __future__ import annotations

import pytest


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often the kill test kills; `--kills 1000` by hand."""
    return int(str(request.config.getoption("--kills")))
