"""The user's profile: bring a CV in, see what was read from it, say what is looked for. It is also the first page of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from jobagent_desktop.domain.commands import Command, ImportCv, SearchNow, SetPreferences
from jobagent_desktop.runtime import Bridge
from jobagent_desktop.services.ports import Queries
from jobagent_desktop.ui.asking import Asked
from jobagent_desktop.ui.pages.cv_drop import CvDrop
from jobagent_desktop.ui.pages.profile_facts import ProfileFacts
from jobagent_desktop.ui.pages.wishes import WishesForm
from jobagent_desktop.ui.theme import Tone
from jobagent_desktop.ui.widgets.button import Button, Kind
from jobagent_desktop.ui.widgets.card import Card
from jobagent_desktop.ui.widgets.label import DIM, Label
from jobagent_desktop.ui.widgets.message_bar import MessageBar
from jobagent_desktop.ui.widgets.page import TextPage

if TYPE_CHECKING:
    from jobagent_desktop.domain.resume import Preferences, Profile


class ProfilePage(QStackedWidget):
    """Signals:
    finished: the wishes are saved and a search was started.
    demo_wanted: the user, still without a CV, wants to look around in the demo.
    """

    finished = Signal()
    demo_wanted = Signal()

    def __init__(self, bridge: Bridge, queries: Queries, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._queries = queries
        self._profile: Profile | None = None
        self._asked_search = SearchNow()
        # Before there is a profile.
        self.welcome = TextPage(self.tr("Start with your CV"))
        self.welcome_drop = CvDrop(primary=True)
        self.welcome_message = MessageBar()
        column = self.welcome.column
        column.addWidget(
            Label(
                self.tr(
                    "The program reads your CV on this computer, looks for jobs that fit, and prepares a CV and a letter for "
                    "each. You review every one; nothing is sent without you."
                ),
                role=DIM,
            )
        )
        column.addWidget(self.welcome_message)
        column.addWidget(self.welcome_drop)
        column.addSpacing(8)
        column.addWidget(self._what_follows())
        column.addSpacing(8)
        column.addWidget(
            Label(
                self.tr("No CV at hand? Look around first: in the demo everything is made up, and it needs no network."),
                role=DIM,
            )
        )
        self.demo_button = Button(self.tr("Look around in the demo"))
        self.demo_button.setAccessibleName(self.demo_button.text())
        column.addWidget(self.demo_button)
        column.addStretch(1)
        # With a profile.
        self.review = TextPage(self.tr("Your profile"))
        self.message = MessageBar()
        self.facts = ProfileFacts()
        self.wishes = WishesForm()
        self.save_button = Button(self.tr("Save and look for jobs"), Kind.PRIMARY)
        self.save_button.setAccessibleName(self.save_button.text())
        self.again = CvDrop(primary=False)
        column = self.review.column
        column.addWidget(self.facts)
        column.addWidget(self.wishes)
        column.addWidget(self.message)
        column.addWidget(self.save_button)
        column.addSpacing(20)
        column.addWidget(self.again)
        column.addStretch(1)
        self.addWidget(self.welcome)
        self.addWidget(self.review)
        for drop in (self.welcome_drop, self.again):
            drop.file_chosen.connect(self.import_cv)
        self.demo_button.clicked.connect(self.demo_wanted)
        self.save_button.clicked.connect(self._on_save)

    def _what_follows(self) -> Card:
        card = Card(self.tr("What happens next"))
        for step in (
            self.tr("1   You see what was read from your CV, and say which titles and places you look for."),
            self.tr("2   Jobs are found and scored, each with its reasons, and a CV and a letter are prepared for each."),
            self.tr("3   You read, edit, approve or skip. Every fact can be traced to your CV."),
        ):
            card.column.addWidget(Label(step))
        return card

    @Slot()
    def refresh(self) -> None:
        """Shows the stored profile; what the user is typing stays unless the profile itself changed."""
        profile = self._queries.profile()
        self.wishes.show_searches(self._queries.searches())
        if profile != self._profile:
            self._profile = profile
            if profile is not None:
                self.facts.show_profile(profile)
                self.wishes.show_profile(profile)
        self.setCurrentWidget(self.welcome if profile is None else self.review)

    def focus_first(self) -> None:
        """Puts the keyboard where this page begins."""
        if self.currentWidget() is self.welcome:
            self.welcome_drop.button.setFocus()
        else:
            self.wishes.titles.setFocus()

    def drop_in_front(self) -> CvDrop:
        return self.welcome_drop if self.currentWidget() is self.welcome else self.again

    def message_in_front(self) -> MessageBar:
        """Where this page shows what went wrong."""
        return self.welcome_message if self.currentWidget() is self.welcome else self.message

    # ---- the CV

    @Slot(str)
    def import_cv(self, path: str) -> None:
        self.message_in_front().dismiss()
        self._set_reading(reading=True)
        asked = Asked(self._bridge, ImportCv(path), "", self)
        asked.done.connect(self._on_imported)
        asked.failed.connect(self._on_import_failed)

    def _set_reading(self, *, reading: bool) -> None:
        for drop in (self.welcome_drop, self.again):
            drop.set_busy(busy=reading)
        self.save_button.setEnabled(not reading)

    @Slot(str, object)
    def _on_imported(self, _subject: str, _profile: object) -> None:
        self._set_reading(reading=False)
        self.refresh()
        self.focus_first()
        self.review.verticalScrollBar().setValue(0)

    @Slot(str, str)
    def _on_import_failed(self, _subject: str, sentence: str) -> None:
        self._set_reading(reading=False)
        bar = self.message_in_front()
        bar.show_message(sentence)
        # The button lost the keyboard while it was reading.
        (self.welcome_drop if bar is self.welcome_message else self.again).button.setFocus()
        page = self.welcome if bar is self.welcome_message else self.review
        page.ensureWidgetVisible(bar)

    # ---- the wishes

    @Slot()
    def _on_save(self) -> None:
        self.message.dismiss()
        problem = self.wishes.problem()
        if problem:
            self.message.show_message(problem, Tone.WARN)
            return
        preferences: Preferences = self.wishes.preferences()
        self._asked_search = self.wishes.search()
        self.save_button.setEnabled(False)
        self._then(SetPreferences(preferences)).done.connect(self._on_preferences_saved)

    @Slot(str, object)
    def _on_preferences_saved(self, _subject: str, _value: object) -> None:
        self._then(self._asked_search).done.connect(self._on_search_started)

    def _then(self, command: Command) -> Asked:
        asked = Asked(self._bridge, command, "", self)
        asked.failed.connect(self._on_failed)
        return asked

    @Slot(str, object)
    def _on_search_started(self, _subject: str, _value: object) -> None:
        self.save_button.setEnabled(True)
        self.wishes.clear_address()
        self.finished.emit()

    @Slot(str, str)
    def _on_failed(self, _subject: str, sentence: str) -> None:
        self.save_button.setEnabled(True)
        self.message_in_front().show_message(sentence)
