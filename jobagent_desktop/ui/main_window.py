"""The window: navigation, top bar, pages, status line; it re-reads what it shows when the engine tells of a change."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QScrollArea, QVBoxLayout, QWidget

from jobagent_desktop.domain.breaker import SCRAPING
from jobagent_desktop.domain.commands import CancelPreviews, CancelSearches, Command, GoOn, Pause, Resume, SearchNow, TryNow
from jobagent_desktop.domain.event import Event, EventKind
from jobagent_desktop.domain.views import Counts
from jobagent_desktop.services.ports import Queries
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.asking import Asked
from jobagent_desktop.ui.command_palette import CommandPalette
from jobagent_desktop.ui.context import WindowContext
from jobagent_desktop.ui.last_time import LastTime
from jobagent_desktop.ui.navigation import NARROW, WIDTH, Navigation
from jobagent_desktop.ui.page_stack import JOBS, PROFILE, REPORTS, SETTINGS, SOURCES, PageStack
from jobagent_desktop.ui.status_line import StatusLine
from jobagent_desktop.ui.theme import Tone
from jobagent_desktop.ui.top_bar import TopBar
from jobagent_desktop.ui.widgets.message_bar import MessageBar
from jobagent_desktop.ui.window_keys import WindowKeys

if TYPE_CHECKING:
    from jobagent_desktop.ui.pages.crash_reports import CrashReportsPage
    from jobagent_desktop.ui.pages.jobs import JobsPage
    from jobagent_desktop.ui.pages.profile import ProfilePage
    from jobagent_desktop.ui.pages.settings import SettingsPage
    from jobagent_desktop.ui.pages.sources import SourcesPage

TICK_MS = 1000
"""Countdowns and the work of other processes on the same data are looked at once a second."""
SLEPT_S = 30.0
"""A tick that comes so late means that the machine slept: everything on the screen may be old."""
REST_SHARE, MOST_REST_MS = 4, 2000
"""After events the table is read again at once; one that took t to read is left alone for 4 t, at most 2 s."""


def _counts_of(queries: Queries) -> Counts:
    return queries.counts()


class MainWindow(QMainWindow):
    """Only the page in front is built at once; the others follow when the engine is ready, or when they are asked for.

    Signals:
    painted: for the first time, and that picture is on its way to the screen.
    closed: the user closed the window; what that means is the controller's business.
    previews_ready: how many previews have just become ready.
    paused_changed: whether the queue is paused.
    theme_wanted: the theme setting that the user chose.
    switch_wanted: from the user's own data to the demo, or back.
    """

    painted = Signal()
    closed = Signal()
    previews_ready = Signal(int)
    paused_changed = Signal(bool)
    theme_wanted = Signal(str)
    switch_wanted = Signal()

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._bridge = context.bridge
        self._queries = context.queries
        self._reading = context.reading
        self._counts = Counts()
        self._may_close = False
        self._closing_asks = False
        self.setWindowTitle(self.tr("Job Market Agent"))
        self.setMinimumSize(800, 480)
        self.resize(1280, 800)
        self.navigation = Navigation(
            [(JOBS, self.tr("Jobs"))],
            [(PROFILE, self.tr("Profile")), (SOURCES, self.tr("Sources")), (SETTINGS, self.tr("Settings"))],
        )
        self.top_bar = TopBar()
        self.message = MessageBar(QMargins(10, 8, 10, 0))
        self.last_time = LastTime(context)
        self.status = StatusLine(context.now)
        self._stack = PageStack(context, self.last_time.notes)
        self._was_painted = False
        self._lay_out()
        self._connect()
        self.command_palette = CommandPalette(self._whole)
        self.keys = WindowKeys(self)
        self._table_rest_ms = 0
        self._asked_at: float | None = None
        self._table_timer = QTimer(self)
        self._table_timer.setSingleShot(True)
        self._table_timer.timeout.connect(self._refresh_jobs)
        self._last_tick = context.now()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._building = QTimer(self)
        self._building.setInterval(0)
        self._building.timeout.connect(self._build_one)
        self._show_counts(self._queries.counts())
        self.reload()
        self.show_page(JOBS if self._counts.has_profile or context.demo else PROFILE)
        self._tick.start()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.top_bar)
        right.addWidget(self.last_time)
        right.addWidget(self.message)
        right.addWidget(self._stack, 1)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.navigation)
        middle.addLayout(right, 1)
        self._whole = QWidget()
        column = QVBoxLayout(self._whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        self.setCentralWidget(self._whole)

    def _connect(self) -> None:
        self.navigation.chosen.connect(self.show_page)
        self.top_bar.searched.connect(self._on_searched)
        self.top_bar.field.left.connect(self._on_field_left)
        self.top_bar.cancel_wanted.connect(self._on_cancel)
        self.top_bar.pause_wanted.connect(self.pause)
        self.top_bar.resume_wanted.connect(self.resume)
        self.top_bar.search_wanted.connect(self._on_search_now)
        self.status.try_now.connect(self._on_try_now)
        self._stack.built.connect(self._on_built)
        self.painted.connect(self.top_bar.add_clear_button)
        self.last_time.reports_wanted.connect(self._on_reports_wanted)
        self.last_time.go_on_wanted.connect(self._on_go_on)
        self._bridge.events.connect(self._on_events)
        self._bridge.ready.connect(self._on_ready)
        self._bridge.engine_failed.connect(self._on_engine_failed)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.find_jobs)

    # ---- pages

    @property
    def jobs(self) -> JobsPage:
        return self._stack.jobs

    @property
    def profile(self) -> ProfilePage:
        return self._stack.profile

    @property
    def sources(self) -> SourcesPage:
        return self._stack.sources

    @property
    def settings(self) -> SettingsPage:
        return self._stack.settings

    @property
    def reports(self) -> CrashReportsPage:
        return self._stack.reports

    @Slot(str)
    def _on_built(self, key: str) -> None:
        if key == JOBS:
            self.jobs.link_wanted.connect(self._on_link)
            self.jobs.search_wanted.connect(self._on_search_now)
            self.jobs.clear_wanted.connect(self.top_bar.field.clear)
            self.jobs.notice.acted.connect(self.switch_wanted)
            self.jobs.model.listed.connect(self._on_listed)
            self.jobs.show_counts(self._counts)
            if self._context.demo:
                self.jobs.notice.show_message(
                    self.tr(
                        "This is the demo: a made-up person, made-up jobs, a temporary folder. Nothing leaves this computer."
                    ),
                    Tone.PLAIN,
                    self.tr("Start with my own CV"),
                )
        elif key == PROFILE:
            self.profile.finished.connect(self._on_profile_finished)
            self.profile.demo_wanted.connect(self.switch_wanted)
        elif key == SOURCES:
            self.sources.searched.connect(self._on_search_started)
        elif key == SETTINGS:
            self.settings.theme_chosen.connect(self.theme_wanted)
        else:
            self.reports.left.connect(self._on_reports_left)
        # Tab goes round in the order in which things came; what stands below the pages comes after them.
        stop = self._stack.page(key)
        while (after := stop.nextInFocusChain()) is not None and self._stack.isAncestorOf(after):
            stop = after
        QWidget.setTabOrder(stop, self.status.try_button)

    @Slot()
    def _build_one(self) -> None:
        self._stack.build_one()
        if self._stack.is_complete():
            self._building.stop()

    @property
    def counts(self) -> Counts:
        return self._counts

    def has_all_pages(self) -> bool:
        """Whether there is no page left to build."""
        return self._stack.is_complete()

    def page(self) -> str:
        """The key of the page in front."""
        return self._stack.key_in_front()

    def page_widget(self, key: str) -> QWidget:
        """The page, which is built now if it has not been yet."""
        return self._stack.page(key)

    def show_whole(self, widget: QWidget) -> None:
        """Scrolls the page in front until the widget is in view."""
        page = self.page_widget(self.page())
        for area in (page, *page.findChildren(QScrollArea)):
            if isinstance(area, QScrollArea) and area.isAncestorOf(widget):
                area.ensureWidgetVisible(widget)

    @Slot(str)
    def show_page(self, key: str) -> None:
        if key != REPORTS:
            self.navigation.show_chosen(key)
        self._stack.setCurrentWidget(self.page_widget(key))
        self.top_bar.set_leading(leading=key == JOBS)
        if key == JOBS:
            self.jobs.choose_first()
            self.jobs.table.setFocus()
        elif key == PROFILE:
            self.profile.focus_first()
        elif key == REPORTS:
            self.reports.open()

    @Slot()
    def reload(self) -> None:
        """Reads everything that is shown again."""
        self._read_counts()
        self._stack.refresh(JOBS, PROFILE, SOURCES, SETTINGS)

    def _read_counts(self) -> None:
        self._reading.ask("counts", _counts_of, self._show_counts)

    def _show_counts(self, counts: Counts) -> None:
        if counts.paused != self._counts.paused:
            self.paused_changed.emit(counts.paused)
        self._counts = counts
        self.top_bar.show_counts(counts)
        self.status.show_counts(counts)
        if self._stack.is_built(JOBS):
            self.jobs.show_counts(counts)
        waiting = sum(counts.applications.get(status.value, 0) for status in wording.NEEDS_DECISION)
        meaning = wording.counted(
            waiting, self.tr("{n} preview needs your decision"), self.tr("{n} previews need your decision")
        )
        self.navigation.entry(JOBS).set_count(waiting, meaning)

    # ---- what the engine says

    @Slot(object)
    def _on_events(self, events: tuple[Event, ...]) -> None:
        kinds = {event.kind for event in events}
        self._read_counts()
        if not self._table_timer.isActive():
            self._table_timer.start(self._table_rest_ms)
        if EventKind.PROFILE_CHANGED in kinds:
            self._stack.refresh(PROFILE)
        if kinds & {EventKind.SEARCH_STARTED, EventKind.SEARCH_DONE, EventKind.SEARCH_FAILED}:
            self._stack.refresh(SOURCES)
        if EventKind.SETTINGS_CHANGED in kinds:
            self._stack.refresh(SETTINGS)
        ready = sum(event.kind is EventKind.PREVIEW_READY for event in events)
        if ready:
            self.previews_ready.emit(ready)

    @Slot()
    def _refresh_jobs(self) -> None:
        """Reads the list again. A list that takes long to read rests longer, so that events never fill the reader's thread."""
        self._asked_at = perf_counter()
        self._stack.refresh(JOBS)

    @Slot(bool)
    def _on_listed(self, _is_other: bool) -> None:
        if not self.jobs.table.chosen_id() and self.page() == JOBS:
            self.jobs.choose_first()
        if self._asked_at is not None:
            took, self._asked_at = perf_counter() - self._asked_at, None
            self._table_rest_ms = min(MOST_REST_MS, round(took * 1000 * REST_SHARE))

    @Slot()
    def _on_tick(self) -> None:
        now = self._context.now()
        slept = (now - self._last_tick).total_seconds() > SLEPT_S
        self._last_tick = now
        if slept:
            self.reload()
            return
        self._reading.ask("counts", _counts_of, self._show_ticked_counts)

    def _show_ticked_counts(self, counts: Counts) -> None:
        is_other = counts.applications != self._counts.applications
        self._show_counts(counts)
        if is_other:
            # Another process (the command line) works on the same data and sends no events here.
            self._stack.refresh(JOBS)

    @Slot()
    def _on_ready(self) -> None:
        self._show_engine()
        self.reload()
        self._building.start()

    def _show_engine(self) -> None:
        if self.last_time.is_holding:
            self.status.show_engine(Tone.WARN, self.tr("On hold"), self.tr("Nothing starts until you press Go on."))
        else:
            self.status.show_engine(Tone.GOOD, self.tr("Ready"))

    @Slot(str)
    def _on_engine_failed(self, sentence: str) -> None:
        self.status.show_engine(Tone.BAD, self.tr("Stopped"), sentence)
        self.message.show_message(sentence, closable=False)

    @Slot(str)
    def show_trouble(self, sentence: str) -> None:
        """Shows what went wrong outside of any page."""
        self.message.show_message(sentence)

    def show_stopping(self) -> None:
        # From here on nothing is read any more: the connection goes before the window does.
        self._bridge.events.disconnect(self._on_events)
        self._tick.stop()
        self._building.stop()
        self._table_timer.stop()
        self.status.show_engine(Tone.WARN, self.tr("Stopping… what is running finishes its step"))
        self._whole.setEnabled(False)

    # ---- what the user does

    def _ask(self, command: Command) -> Asked:
        asked = Asked(self._bridge, command, "", self)
        asked.done.connect(self._on_done)
        asked.failed.connect(self._on_failed)
        return asked

    @Slot(str, object)
    def _on_done(self, _subject: str, _value: object) -> None:
        self._read_counts()
        self._stack.refresh(JOBS)

    @Slot(str, str)
    def _on_failed(self, _subject: str, sentence: str) -> None:
        self.message.show_message(sentence)

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        if text and self.page() != JOBS:
            self.show_page(JOBS)
            self.top_bar.field.setFocus()
        self.jobs.set_text(text)

    @Slot()
    def _on_field_left(self) -> None:
        self.jobs.table.setFocus()

    @Slot()
    def find_jobs(self) -> None:
        """Puts the keyboard into the search field."""
        self.top_bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top_bar.field.selectAll()

    @Slot()
    def _on_search_now(self) -> None:
        self.message.dismiss()
        self._ask(SearchNow())

    @Slot()
    def _on_cancel(self) -> None:
        """Cancels searches first; when none runs, the previews that wait."""
        if self._counts.searches_running:
            self._ask(CancelSearches())
            return
        self._ask(CancelPreviews())

    @Slot()
    def pause(self) -> None:
        self._ask(Pause())

    @Slot()
    def resume(self) -> None:
        self._ask(Resume())

    @Slot()
    def _on_try_now(self) -> None:
        self._ask(TryNow(SCRAPING))

    @Slot(QUrl)
    def _on_link(self, url: QUrl) -> None:
        if not QDesktopServices.openUrl(url):
            self.message.show_message(
                self.tr("No browser could be opened. The address is: {url}").replace("{url}", url.toString())
            )

    @Slot()
    def _on_go_on(self) -> None:
        self._ask(GoOn()).done.connect(self._on_going_on)

    @Slot(str, object)
    def _on_going_on(self, _subject: str, _value: object) -> None:
        self.last_time.end_hold()
        self._show_engine()

    @Slot()
    def _on_reports_wanted(self) -> None:
        self.show_page(REPORTS)

    @Slot()
    def _on_reports_left(self) -> None:
        self.show_page(JOBS if self._counts.has_profile else PROFILE)

    @Slot()
    def _on_profile_finished(self) -> None:
        self.show_page(JOBS)

    @Slot()
    def _on_search_started(self) -> None:
        self.show_page(JOBS)

    # ---- the window itself

    def set_closing_asks(self, asks: bool) -> None:
        """Whether closing leaves the window open until the controller has asked what is meant."""
        self._closing_asks = asks

    def allow_close(self) -> None:
        """From now on closing really closes."""
        self._may_close = True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Accepts, which hides the window; unless the controller wants to ask first. Quitting is the controller's."""
        if self._closing_asks and not self._may_close:
            event.ignore()
        else:
            event.accept()
        if not self._may_close:
            self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)  # when this picture is out

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.navigation.setFixedWidth(WIDTH if self.width() >= 1360 else NARROW)
        self.command_palette.place()
