"""What was read from the CV, and, as plainly, what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from jobagent_desktop.ui import wording
from jobagent_desktop.ui.theme import Tone
from jobagent_desktop.ui.widgets.card import Card
from jobagent_desktop.ui.widgets.flow import FlowLayout
from jobagent_desktop.ui.widgets.label import NORMAL, Label, small, title
from jobagent_desktop.ui.widgets.marks import Tag
from jobagent_desktop.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from jobagent_desktop.domain.resume import Profile, Work

SKILLS_SHOWN = 40


class ProfileFacts(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._card: Card | None = None

    def show_profile(self, profile: Profile) -> None:
        if self._card is not None:
            self._column.removeWidget(self._card)
            self._card.deleteLater()
        self._card = card = Card(self.tr("What was read from your CV"))
        resume = profile.resume
        card.column.addWidget(title(resume.basics.name or self.tr("No name found")))
        contact = wording.joined(resume.basics.label, resume.basics.email, resume.basics.phone, resume.basics.location.city)
        if contact:
            card.column.addWidget(small(contact))
        card.column.addWidget(small(self._numbers(profile)))
        if resume.work:
            card.column.addSpacing(6)
            card.column.addWidget(small(self.tr("Positions"), bold=True))
            for work in resume.work:
                card.column.addWidget(small(self._position(work), role=NORMAL))
        skills = resume.skill_names()
        if skills:
            card.column.addSpacing(6)
            card.column.addWidget(small(self.tr("Skills"), bold=True))
            card.column.addWidget(self._tags(skills))
        self._add_doubts(card, profile)
        self._column.addWidget(card)

    def _numbers(self, profile: Profile) -> str:
        resume = profile.resume
        sentences = sum(1 for _ in resume.sources())
        return wording.SEPARATOR.join(
            (
                wording.counted(len(resume.work), self.tr("{n} position"), self.tr("{n} positions")),
                wording.counted(sentences, self.tr("{n} sentence about your work"), self.tr("{n} sentences about your work")),
                wording.counted(len(resume.skill_names()), self.tr("{n} skill"), self.tr("{n} skills")),
                wording.counted(len(resume.education), self.tr("{n} education"), self.tr("{n} educations")),
                wording.counted(len(resume.languages), self.tr("{n} language"), self.tr("{n} languages")),
            )
        )

    def _position(self, work: Work) -> str:
        dates = ""
        if work.start_date:
            dates = f"{work.start_date} – {work.end_date or self.tr('today')}"
        return wording.joined(work.position, work.name, dates)

    def _tags(self, skills: tuple[str, ...]) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder)
        for skill in skills[:SKILLS_SHOWN]:
            flow.addWidget(Tag(skill))
        if len(skills) > SKILLS_SHOWN:
            more = self.tr("and {n} more").replace("{n}", str(len(skills) - SKILLS_SHOWN))
            flow.addWidget(small(more))
        return holder

    def _add_doubts(self, card: Card, profile: Profile) -> None:
        if profile.missing:
            bar = MessageBar()
            card.column.addSpacing(6)
            card.column.addWidget(bar)  # first: without a parent, showing it would open a window
            text = self.tr("Not found in your CV: {what}").replace("{what}", ", ".join(profile.missing))
            bar.show_message(text, Tone.WARN, closable=False)
        if profile.unread:
            card.column.addSpacing(6)
            heading = wording.counted(
                len(profile.unread),
                self.tr("{n} piece could not be placed. It is not used."),
                self.tr("{n} pieces could not be placed. They are not used."),
            )
            card.column.addWidget(small(heading, bold=True))
            for piece in profile.unread:
                where = self.tr("page {n}").replace("{n}", str(piece.page)) if piece.page else ""
                card.column.addWidget(Label(f"“{piece.text}”"))
                card.column.addWidget(small(wording.joined(where, piece.reason)))
