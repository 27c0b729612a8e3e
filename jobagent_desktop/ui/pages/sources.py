"""Where jobs come from: the saved searches with what came of them, and how to add more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from jobagent_desktop.domain.commands import AddUrl, Command, SearchNow
from jobagent_desktop.domain.views import SearchView
from jobagent_desktop.runtime import Bridge
from jobagent_desktop.services.ports import Queries
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.asking import Asked
from jobagent_desktop.ui.theme import SMALL_PX, Tone
from jobagent_desktop.ui.widgets.button import Button
from jobagent_desktop.ui.widgets.card import Card
from jobagent_desktop.ui.widgets.field import LineField
from jobagent_desktop.ui.widgets.label import DIM, WRONG, ElidedLabel, Label, small, strong
from jobagent_desktop.ui.widgets.message_bar import MessageBar
from jobagent_desktop.ui.widgets.page import TextPage


class _UrlForm(Card):
    """One field and one button. Signals: `wanted` with the address."""

    wanted = Signal(str)

    def __init__(self, heading: str, hint: str, placeholder: str, act: str) -> None:
        super().__init__(heading)
        self.field = LineField(heading, placeholder)
        self.button = Button(act)
        self.button.setAccessibleName(act)
        self.message = MessageBar()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.column.addWidget(small(hint))
        self.column.addLayout(row)
        self.column.addWidget(self.message)
        self.button.clicked.connect(self._on_wanted)
        self.field.returnPressed.connect(self._on_wanted)

    @Slot()
    def _on_wanted(self) -> None:
        text = self.field.text().strip()
        if text and self.button.isEnabled():
            self.message.dismiss()
            self.wanted.emit(text)

    def set_busy(self, *, busy: bool) -> None:
        self.button.setEnabled(not busy)


class SourcesPage(TextPage):
    """Signals: `searched` when a search was started here."""

    searched = Signal()

    def __init__(self, bridge: Bridge, queries: Queries, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("SourcesPage", "Sources"), parent)
        self._bridge = bridge
        self._queries = queries
        self._now = now
        self._shown: list[SearchView] | None = None
        self.careers = _UrlForm(
            self.tr("Add a company's careers page"),
            self.tr("All open jobs of the company are read, and again every day."),
            self.tr("https://boards.greenhouse.io/company"),
            self.tr("Add and search"),
        )
        self.single = _UrlForm(
            self.tr("Add one posting"),
            self.tr("The page of a single job, from any site that describes it in the usual way."),
            self.tr("https://company.example/jobs/123"),
            self.tr("Add this job"),
        )
        demo = Card(self.tr("The demo board"))
        demo.column.addWidget(
            small(self.tr("About 60 made-up jobs of several trades. They come with the program; no network is used."))
        )
        self.demo_button = Button(self.tr("Search the demo board"))
        self.demo_button.setAccessibleName(self.demo_button.text())
        self.demo_message = MessageBar()
        demo.column.addSpacing(4)
        demo.column.addWidget(self.demo_button)
        demo.column.addWidget(self.demo_message)
        self._list = Card(self.tr("Your sources"))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(10)
        self._list.column.addLayout(self._lines)
        for card in (self._list, self.careers, self.single, demo):
            self.column.addWidget(card)
        self.column.addStretch(1)
        self.careers.wanted.connect(self._on_careers)
        self.single.wanted.connect(self._on_single)
        self.demo_button.clicked.connect(self._on_demo)

    @Slot()
    def refresh(self) -> None:
        searches = self._queries.searches()
        if searches == self._shown:
            return
        self._shown = searches
        while (item := self._lines.takeAt(0)) is not None:  # pyright: ignore[reportUnnecessaryComparison]
            widget = item.widget()
            if widget is not None:  # pyright: ignore[reportUnnecessaryComparison]
                widget.deleteLater()
        for search in searches:
            self._lines.addWidget(self._line(search))
        if not searches:
            self._lines.addWidget(
                Label(self.tr("None yet. Add a careers page below; it is searched at once and then every day."), role=DIM)
            )

    def _line(self, search: SearchView) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        name = strong(search.name or search.url)
        name.setWordWrap(False)
        head.addWidget(name, 1)
        when = self.tr("not searched yet")
        if search.last_run is not None:
            when = self.tr("searched {when}").replace("{when}", wording.date_and_time(search.last_run))
        if not search.enabled:
            when = self.tr("switched off")
        label = small(when)
        label.setWordWrap(False)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(label)
        column.addLayout(head)
        if "://" in search.url and search.url != search.name:
            column.addWidget(ElidedLabel(search.url, role=DIM, pixels=SMALL_PX, mode=Qt.TextElideMode.ElideMiddle))
        if search.error:
            column.addWidget(small(search.error, role=WRONG))
        return line

    # ---- adding

    def _ask(self, command: Command, where: str) -> Asked:
        asked = Asked(self._bridge, command, where, self)
        asked.done.connect(self._on_done)
        asked.failed.connect(self._on_failed)
        return asked

    @Slot(str)
    def _on_careers(self, url: str) -> None:
        self.careers.set_busy(busy=True)
        self._ask(SearchNow(careers_urls=(url,)), "careers")

    @Slot(str)
    def _on_single(self, url: str) -> None:
        self.single.set_busy(busy=True)
        self._ask(AddUrl(url), "single")

    @Slot()
    def _on_demo(self) -> None:
        self.demo_message.dismiss()
        self._ask(SearchNow(boards=("demo",)), "demo")

    def _place(self, where: str) -> tuple[_UrlForm | None, MessageBar]:
        if where == "careers":
            return self.careers, self.careers.message
        if where == "single":
            return self.single, self.single.message
        return None, self.demo_message

    @Slot(str, object)
    def _on_done(self, where: str, _value: object) -> None:
        form, message = self._place(where)
        self.refresh()
        if form is not None:
            form.set_busy(busy=False)
            form.field.clear()
        if where == "single":
            message.show_message(
                self.tr("Added. Its preview is being prepared; you find it under Jobs."), Tone.GOOD, seconds=10
            )
        else:
            self.searched.emit()

    @Slot(str, str)
    def _on_failed(self, where: str, sentence: str) -> None:
        form, message = self._place(where)
        if form is not None:
            form.set_busy(busy=False)
        message.show_message(sentence)
