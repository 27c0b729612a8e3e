"""The window's pages, each built when it is first asked for: so the one in front is seen the sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobagent_desktop.ui.context import CrashNote, WindowContext
    from jobagent_desktop.ui.pages.crash_reports import CrashReportsPage
    from jobagent_desktop.ui.pages.jobs import JobsPage
    from jobagent_desktop.ui.pages.profile import ProfilePage
    from jobagent_desktop.ui.pages.settings import SettingsPage
    from jobagent_desktop.ui.pages.sources import SourcesPage

JOBS, PROFILE, SOURCES, SETTINGS = "jobs", "profile", "sources", "settings"
REPORTS = "reports"
"""Not in the navigation: a bar leads there after a crash."""
KEYS = (JOBS, PROFILE, SOURCES, SETTINGS, REPORTS)


class PageStack(QStackedWidget):
    """`notes` are the crash reports to show.

    Signals: `built` with the key of a page that is there from now on, and has read nothing yet.
    """

    built = Signal(str)

    def __init__(self, context: WindowContext, notes: Sequence[CrashNote], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._notes = notes
        self._built: dict[str, QWidget] = {}

    def page(self, key: str) -> QWidget:
        if key not in self._built:
            page = self._made(key)
            self._built[key] = page
            self.addWidget(page)
            self.built.emit(key)
            self.refresh(key)
        return self._built[key]

    def _made(self, key: str) -> QWidget:
        """Each page is imported here too, which takes as long as building it."""
        context = self._context
        if key == JOBS:
            from jobagent_desktop.ui.pages.jobs import JobsPage

            return JobsPage(context.bridge, context.queries, context.reading, context.now)
        if key == PROFILE:
            from jobagent_desktop.ui.pages.profile import ProfilePage

            return ProfilePage(context.bridge, context.queries)
        if key == SOURCES:
            from jobagent_desktop.ui.pages.sources import SourcesPage

            return SourcesPage(context.bridge, context.queries, context.now)
        if key == SETTINGS:
            from jobagent_desktop.ui.pages.settings import SettingsPage

            return SettingsPage(context)
        from jobagent_desktop.ui.pages.crash_reports import CrashReportsPage

        return CrashReportsPage(context.crashes, self._notes)

    @property
    def jobs(self) -> JobsPage:
        return cast("JobsPage", self.page(JOBS))

    @property
    def profile(self) -> ProfilePage:
        return cast("ProfilePage", self.page(PROFILE))

    @property
    def sources(self) -> SourcesPage:
        return cast("SourcesPage", self.page(SOURCES))

    @property
    def settings(self) -> SettingsPage:
        return cast("SettingsPage", self.page(SETTINGS))

    @property
    def reports(self) -> CrashReportsPage:
        return cast("CrashReportsPage", self.page(REPORTS))

    def is_built(self, key: str) -> bool:
        return key in self._built

    def is_complete(self) -> bool:
        return len(self._built) == len(KEYS)

    def build_one(self) -> None:
        """Builds a page that is not there yet, if one is left."""
        for key in KEYS:
            if key not in self._built:
                self.page(key)
                return

    def refresh(self, *keys: str) -> None:
        """Has these pages read again. One that is not there yet will read when it is."""
        for key in keys:
            if key not in self._built:
                continue
            if key == JOBS:
                self.jobs.refresh()
            elif key == PROFILE:
                self.profile.refresh()
            elif key == SOURCES:
                self.sources.refresh()
            elif key == SETTINGS:
                self.settings.refresh()

    def key_in_front(self) -> str:
        return next(key for key, page in self._built.items() if page is self.currentWidget())
