"""The selected application: its head, four tabs, and the acts. Every command about one application starts here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QRect, QUrl, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QStackedWidget, QVBoxLayout, QWidget

from jobagent_desktop.domain.commands import (
    Approve,
    CancelPreview,
    Command,
    MarkApplied,
    OpenPosting,
    Retry,
    SaveDocuments,
    Skip,
    Unapprove,
    UnmarkApplied,
    Unskip,
)
from jobagent_desktop.domain.views import JobDetail
from jobagent_desktop.runtime import Bridge, Reading
from jobagent_desktop.services.ports import Queries
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.asking import Asked
from jobagent_desktop.ui.detail.actions import Act, ActionBar
from jobagent_desktop.ui.detail.log_tab import LogTab
from jobagent_desktop.ui.detail.match_tab import MatchTab
from jobagent_desktop.ui.detail.posting_tab import PostingTab
from jobagent_desktop.ui.detail.preview_tab import PreviewTab
from jobagent_desktop.ui.theme import Tone, theme_of
from jobagent_desktop.ui.widgets.button import FlatTabs
from jobagent_desktop.ui.widgets.label import small, title
from jobagent_desktop.ui.widgets.message_bar import MessageBar

POSTING, MATCH, PREVIEW, LOG = range(4)
_DETAIL = "detail"
NO_BREAK = "\u00a0"

_COMMANDS: dict[Act, Callable[[str], Command]] = {
    Act.APPROVE: Approve,
    Act.UNAPPROVE: Unapprove,
    Act.SKIP: Skip,
    Act.UNSKIP: Unskip,
    Act.OPEN: OpenPosting,
    Act.APPLIED: MarkApplied,
    Act.NOT_APPLIED: UnmarkApplied,
    Act.RETRY: Retry,
    Act.CANCEL: CancelPreview,
}


def _read_detail(application_id: str, queries: Queries) -> tuple[str, JobDetail | None]:
    """Runs in the reader's thread: a posting of a megabyte and a long draft take their time to read."""
    return application_id, queries.detail(application_id)


class DetailPane(QFrame):
    """Signals:
    changed: a command about an application succeeded; what is shown should be read again.
    skipped: an application id and its title, for the undo bar.
    link_wanted: an http or https address for the browser.
    tab_changed: the tab that is now in front.
    attended: the user began to read or act here.
    """

    changed = Signal()
    skipped = Signal(str, str)
    link_wanted = Signal(QUrl)
    tab_changed = Signal(int)
    attended = Signal()

    def __init__(
        self,
        bridge: Bridge,
        queries: Queries,
        reading: Reading,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._reading = reading
        self._wanted = ""
        self._now = now
        self._detail: JobDetail | None = None
        self._folder_of: Callable[[], str] = self._choose_folder
        self.setAutoFillBackground(True)
        self.setBackgroundRole(self.palette().ColorRole.Base)
        self._title = title()
        self._facts = small()
        self._tabs = FlatTabs()
        self._tabs.setAccessibleName(self.tr("About this job"))
        for name in (self.tr("Posting"), self.tr("Match"), self.tr("Preview"), self.tr("Log")):
            self._tabs.addTab(name)
        self.posting = PostingTab()
        self.match = MatchTab()
        self.preview = PreviewTab(bridge, queries)
        self.log = LogTab()
        self._stack = QStackedWidget()
        # What is read scrolls; in a low window it gives way before the buttons below are cut.
        self._stack.setMinimumHeight(64)
        for tab in (self.posting, self.match, self.preview, self.log):
            self._stack.addWidget(tab)
        for bar in (self.posting.scroll_bar(), self.match.verticalScrollBar(), self.log.verticalScrollBar()):
            bar.valueChanged.connect(self._on_scrolled)
        self._message = MessageBar()
        self.action_bar = ActionBar()
        self.action_bar.acted.connect(self._on_act)
        self.preview.edited.connect(self.changed)
        self.preview.editing_changed.connect(self._on_editing)
        self._tabs.currentChanged.connect(self._on_tab)
        self._tabs.setCurrentIndex(MATCH)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addSpacing(2)
        column.addWidget(self._facts)
        column.addSpacing(8)
        column.addWidget(self._tabs)
        column.addWidget(self._stack, 1)
        column.addWidget(self._message)
        column.addWidget(self.action_bar)
        self.clear()

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        if value > 0:
            self.attended.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRect(0, 0, 1, self.height()), theme_of(self.palette()).of("line"))

    # ---- what is shown

    @property
    def tabs(self) -> FlatTabs:
        return self._tabs

    @property
    def message(self) -> MessageBar:
        return self._message

    def shown_id(self) -> str:
        return self._detail.row.id if self._detail else ""

    def shown_title(self) -> str:
        return self._title.text()

    def set_folder_chooser(self, chooser: Callable[[], str]) -> None:
        """Replaces the system's folder dialog (for tests and scripts). The chooser answers with a path, or nothing."""
        self._folder_of = chooser

    def show_tab(self, tab: int) -> None:
        self._tabs.setCurrentIndex(tab)

    def show_application(self, application_id: str) -> None:
        """Has the application read again, and shows what changed."""
        if application_id != self._wanted:
            self._reading.drop(_DETAIL)
        self._wanted = application_id
        if application_id:
            self._reading.ask(_DETAIL, partial(_read_detail, application_id), self._on_read)
        else:
            self.clear()

    def _on_read(self, answer: tuple[str, JobDetail | None]) -> None:
        application_id, detail = answer
        if application_id != self._wanted:
            return
        if detail is None:
            self.clear()
            return
        if detail == self._detail:
            return
        if self._detail is None or self._detail.row.id != detail.row.id:
            self._message.dismiss()
        self._detail = detail
        self._stack.show()
        self._tabs.show()
        self.action_bar.show()
        posting = detail.posting
        self._title.setText(wording.one_line(posting.title))
        posted = ""
        if posting.posted_at is not None:
            posted = self.tr("posted {when}").replace("{when}", wording.date_only(posting.posted_at)).replace(" ", NO_BREAK)
        pay = wording.posting_salary(posting)
        self._facts.setText(
            wording.joined(
                posting.company,
                wording.place(posting.location, posting.remote),
                "" if pay == wording.DASH else pay,
                posted,
                "" if detail.job_status == "open" else self.tr("posting is gone"),
            )
        )
        self._show_current_tab()
        self.action_bar.show_row(detail.row, is_queued=detail.is_queued)

    def clear(self) -> None:
        self._detail = None
        self._title.setText("")
        self._facts.setText("")
        self._stack.hide()
        self._tabs.hide()
        self.action_bar.hide()
        self._message.dismiss()

    def _show_current_tab(self) -> None:
        """Only the tab in front is filled: the others would cost time that nobody sees."""
        if self._detail is None:
            return
        tab = (self.posting, self.match, self.preview, self.log)[self._tabs.currentIndex()]
        tab.show_detail(self._detail)

    @Slot(int)
    def _on_tab(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self._show_current_tab()
        self.tab_changed.emit(index)

    @Slot(bool)
    def _on_editing(self, editing: bool) -> None:  # Qt's signal carries it
        self.action_bar.setVisible(not editing and self._detail is not None)

    # ---- what can be done

    def act(self, act: Act) -> None:
        """Does an act if it makes sense now (as its button would)."""
        if act in self.action_bar.acts() and self.action_bar.isVisible():
            self._on_act(act.value)

    @Slot(str)
    def _on_act(self, value: str) -> None:
        if self._detail is None or self._detail.row.id != self._wanted:
            return  # another one is selected and about to be shown
        act, application_id = Act(value), self._detail.row.id
        if act is Act.SAVE:
            folder = self._folder_of()
            if not folder:
                return
            asked = Asked(self._bridge, SaveDocuments(application_id, folder), application_id, self)
            asked.done.connect(self._on_saved)
        else:
            asked = Asked(self._bridge, _COMMANDS[act](application_id), application_id, self)
            if act is Act.OPEN:
                asked.done.connect(self._on_address)
            elif act is Act.SKIP:
                asked.done.connect(self._on_skipped)
            else:
                asked.done.connect(self._on_done)
        asked.failed.connect(self._on_failed)

    def _choose_folder(self) -> str:
        return QFileDialog.getExistingDirectory(self, self.tr("Where should CV and letter go?"))

    @Slot(str, object)
    def _on_done(self, application_id: str, _value: object) -> None:
        if application_id == self.shown_id():
            self._message.dismiss()
        self.changed.emit()

    @Slot(str, object)
    def _on_skipped(self, application_id: str, value: object) -> None:
        self._reading.ask(f"skipped {application_id}", partial(_read_detail, application_id), self._on_skipped_read)
        self._on_done(application_id, value)

    def _on_skipped_read(self, answer: tuple[str, JobDetail | None]) -> None:
        application_id, detail = answer
        self.skipped.emit(application_id, detail.row.title if detail else "")

    @Slot(str, object)
    def _on_saved(self, application_id: str, paths: object) -> None:
        if application_id == self.shown_id():
            names = "\n".join(str(path) for path in paths) if isinstance(paths, tuple | list) else str(paths)
            self._message.show_message(self.tr("Saved:") + "\n" + names, Tone.GOOD, seconds=20)

    @Slot(str, object)
    def _on_address(self, application_id: str, address: object) -> None:
        url = QUrl(str(address), QUrl.ParsingMode.StrictMode)
        if url.isValid() and url.scheme() in {"http", "https"} and url.host():
            self.link_wanted.emit(url)
        else:
            self._on_failed(application_id, self.tr("This posting's address is not a web page, so it was not opened."))

    @Slot(str, str)
    def _on_failed(self, application_id: str, sentence: str) -> None:
        if application_id == self.shown_id():
            self._message.show_message(sentence)
