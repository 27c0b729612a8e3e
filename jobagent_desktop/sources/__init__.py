"""Where postings come from: one small module per kind of source. The face is `SourceBook`."""

from __future__ import annotations

from jobagent_desktop.sources.book import SourceBook
from jobagent_desktop.sources.fetching import Limits

__all__ = ["Limits", "SourceBook"]
