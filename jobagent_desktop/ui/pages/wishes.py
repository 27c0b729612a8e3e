"""What the user looks for and where to look: titles, places, pay, and the first sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from jobagent_desktop.domain.commands import SearchNow
from jobagent_desktop.domain.views import SearchView
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.widgets.card import Card
from jobagent_desktop.ui.widgets.check import Check
from jobagent_desktop.ui.widgets.field import LineField
from jobagent_desktop.ui.widgets.label import NORMAL, small, strong

if TYPE_CHECKING:
    from jobagent_desktop.domain.resume import Preferences, Profile

_TITLES_FROM_CV = 3


def words_in(text: str) -> tuple[str, ...]:
    """The parts of a list that is typed with commas, semicolons or line ends."""
    return tuple(dict.fromkeys(part for raw in re.split(r"[,;\n]", text) if (part := raw.strip())))


def suggested(profile: Profile) -> Preferences:
    """The stored wishes, with titles and places from the CV where none were stored yet."""
    wishes = profile.preferences
    resume = profile.resume
    titles = wishes.titles
    if not titles:
        found = [resume.basics.label, *(work.position for work in resume.work)]
        titles = tuple(dict.fromkeys(title for title in found if title))[:_TITLES_FROM_CV]
    places = wishes.places
    if not places and resume.basics.location.city:
        places = (resume.basics.location.city,)
    return wishes.model_copy(update={"titles": titles, "places": places})


class WishesForm(Card):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.titles = LineField(self.tr("Titles you look for"), self.tr("Backend Engineer, Platform Engineer"))
        self.places = LineField(self.tr("Places"), self.tr("Gdańsk, Berlin"))
        self.remote = Check(self.tr("Remote jobs are welcome"))
        self.salary = LineField(self.tr("Lowest pay, gross per year"), self.tr("none"))
        self.currency = LineField(self.tr("Currency"), "EUR")
        self.address = LineField(self.tr("A company's careers page"), self.tr("https://… (optional)"))
        self.demo = Check(self.tr("The demo board: made-up jobs, no network"))
        self._searches = small()
        self._has_searches = False
        pay = QHBoxLayout()
        pay.setSpacing(8)
        self.salary.setMaximumWidth(140)
        self.currency.setMaximumWidth(72)
        self.currency.setMaxLength(3)
        pay.addWidget(self.salary)
        pay.addWidget(self.currency)
        pay.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 150)
        grid.setColumnStretch(1, 1)
        self.column.addLayout(grid)
        rows: list[tuple[str, QWidget | QHBoxLayout]] = [
            (self.tr("Titles"), self.titles),
            (self.tr("Places"), self.places),
            ("", self.remote),
            (self.tr("Lowest pay per year"), pay),
        ]
        grid.addWidget(strong(self.tr("What you look for")), 0, 0, 1, 2)
        line = 1
        for words, field in rows:
            line = self._row(grid, line, words, field)
        grid.setRowMinimumHeight(line, 8)
        grid.addWidget(strong(self.tr("Where to look")), line + 1, 0, 1, 2)
        line += 2
        line = self._row(grid, line, self.tr("Careers page"), self.address)
        line = self._row(grid, line, "", self.demo)
        grid.addWidget(self._searches, line, 1)

    @staticmethod
    def _row(grid: QGridLayout, line: int, words: str, field: QWidget | QHBoxLayout) -> int:
        if words:
            label = small(words, role=NORMAL)
            inner = field.itemAt(0) if isinstance(field, QHBoxLayout) else None
            label.setBuddy(field if isinstance(field, QWidget) else inner.widget())  # pyright: ignore[reportOptionalMemberAccess, reportArgumentType]
            grid.addWidget(label, line, 0)
        if isinstance(field, QWidget):
            grid.addWidget(field, line, 1)
        else:
            grid.addLayout(field, line, 1)
        return line + 1

    def show_profile(self, profile: Profile) -> None:
        wishes = suggested(profile)
        self.titles.setText(", ".join(wishes.titles))
        self.places.setText(", ".join(wishes.places))
        self.remote.setChecked(wishes.remote)
        self.salary.setText(str(wishes.salary_floor) if wishes.salary_floor else "")
        self.currency.setText(wishes.currency)

    def show_searches(self, searches: Sequence[SearchView]) -> None:
        enabled = [search for search in searches if search.enabled]
        if not enabled and not self._has_searches:
            # A first search should find something without any knowledge of careers pages.
            self.demo.setChecked(not self.address.text())
        elif enabled and not self._has_searches:
            self.demo.setChecked(False)
        self._has_searches = bool(enabled)
        self._searches.setText(
            wording.counted(
                len(enabled),
                self.tr("Also searched: your saved source. See Sources."),
                self.tr("Also searched: your {n} saved sources. See Sources."),
            )
            if enabled
            else ""
        )
        self._searches.setVisible(bool(enabled))

    def clear_address(self) -> None:
        self.address.clear()

    def problem(self) -> str:
        """A sentence about what is missing or malformed; nothing when all is well."""
        salary = self.salary.text().strip()
        if salary and self._salary() is None:
            return self.tr("The lowest pay must be a whole number, such as 60000. Leave it empty if you have no limit.")
        if not (self._has_searches or self.address.text().strip() or self.demo.isChecked()):
            return self.tr("Please say where to look: give a company's careers page, or tick the demo board.")
        return ""

    def preferences(self) -> Preferences:
        from jobagent_desktop.domain.resume import Preferences

        return Preferences(
            titles=words_in(self.titles.text()),
            places=words_in(self.places.text()),
            remote=self.remote.isChecked(),
            salary_floor=self._salary(),
            currency=self.currency.text().strip().upper() or "EUR",
        )

    def search(self) -> SearchNow:
        """What is to be searched: what the form names; all saved sources when it names nothing."""
        address = self.address.text().strip()
        return SearchNow(careers_urls=(address,) if address else (), boards=("demo",) if self.demo.isChecked() else ())

    def _salary(self) -> int | None:
        digits = re.sub(r"[\s.,'’]", "", self.salary.text())
        return int(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else None
