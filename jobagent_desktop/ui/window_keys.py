"""The window's keys and the list of everything that can be done with them or without."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget

from jobagent_desktop.ui.command_palette import Deed
from jobagent_desktop.ui.detail.actions import Act
from jobagent_desktop.ui.detail.pane import LOG, MATCH, POSTING, PREVIEW
from jobagent_desktop.ui.models.job_table import Column
from jobagent_desktop.ui.pages.jobs import Slice

if TYPE_CHECKING:
    from jobagent_desktop.ui.main_window import MainWindow

KEY = Qt.FocusReason.ShortcutFocusReason
_ACT_KEYS = {Act.APPROVE: "A", Act.SKIP: "S", Act.OPEN: "O"}


def native(keys: str) -> str:
    """Keys as this system writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def keyboard_of(window: QWidget) -> QWidget | None:
    """What has the keyboard in a window."""
    return window.focusWidget()  # nothing has it while a page is being built, whatever the stubs say


def stops_in(place: QWidget) -> list[QWidget]:
    """What Tab would stop at inside a place, in order. Of a group of which one is chosen, that is the chosen one."""
    stops: list[QWidget] = []
    widget: QWidget | None = place
    while widget is not None:
        takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled() and widget.isVisible()
        if takes and (widget is place or place.isAncestorOf(widget)):
            group = widget.group() if isinstance(widget, QAbstractButton) else None
            if group is None or not group.exclusive() or group.checkedButton() in {None, widget}:  # pyright: ignore[reportUnnecessaryComparison]
                stops.append(widget)
        widget = widget.nextInFocusChain()
        if widget is place:
            break
    return stops


class WindowKeys(QObject):
    """Belongs to the window; the letters of the Jobs page are that page's own."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._pages = window.navigation.keys()
        slots: list[tuple[str, Callable[[], None]]] = [
            ("Ctrl+K", self._on_palette),
            ("F1", self._on_help),
            ("F6", self._on_next_part),
            ("Shift+F6", self._on_part_before),
            ("Ctrl+1", self._on_page_1),
            ("Ctrl+2", self._on_page_2),
            ("Ctrl+3", self._on_page_3),
            ("Ctrl+4", self._on_page_4),
        ]
        for keys, slot in slots:
            shortcut = QShortcut(QKeySequence(keys), window)
            shortcut.activated.connect(slot)
        for number, key in enumerate(self._pages, 1):
            window.navigation.entry(key).set_keys(native(f"Ctrl+{number}"))

    @Slot()
    def _on_palette(self) -> None:
        palette = self._window.command_palette
        if palette.isVisible():
            palette.close_quietly()
        else:
            palette.open(self.deeds())

    # ---- where the keyboard goes

    @Slot()
    def _on_page_1(self) -> None:
        self._go(self._pages[0])

    @Slot()
    def _on_page_2(self) -> None:
        self._go(self._pages[1])

    @Slot()
    def _on_page_3(self) -> None:
        self._go(self._pages[2])

    @Slot()
    def _on_page_4(self) -> None:
        self._go(self._pages[3])

    def _go(self, key: str, to: QWidget | None = None) -> None:
        """Shows a page and puts the keyboard into it, visibly."""
        self._window.show_page(key)
        page = self._window.page_widget(key)
        has = keyboard_of(self._window)
        target = to or (has if has is not None and page.isAncestorOf(has) else next(iter(stops_in(page)), None))
        if target is not None:
            target.clearFocus()  # a second focus event tells how it came
            target.setFocus(KEY)
            self._window.show_whole(target)

    @Slot()
    def _on_help(self) -> None:
        self._go("settings", self._window.settings.help.copy_button)

    @Slot()
    def _on_next_part(self) -> None:
        self._step(1)

    @Slot()
    def _on_part_before(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        """On to the next part of the window: navigation, top bar, messages, list, what is selected, status line."""
        window = self._window
        parts: list[QWidget] = [window.navigation, window.top_bar, window.last_time, window.message]
        if window.page() == "jobs":
            parts += [window.jobs.list_part, window.jobs.detail]
        else:
            parts.append(window.page_widget(window.page()))
        parts.append(window.status)
        has = keyboard_of(window)
        here = next((i for i, part in enumerate(parts) if has is not None and (part is has or part.isAncestorOf(has))), -1)
        for distance in range(1, len(parts) + 1):
            part = parts[(here + by * distance) % len(parts)]
            table = window.jobs.table
            stops = [table] if part is window.jobs.list_part and table.isVisible() else stops_in(part)
            if stops and part.isVisible():
                stops[0].setFocus(KEY)
                return

    # ---- everything that can be done

    def deeds(self) -> list[Deed]:
        """What the palette lists now, in the order of the window."""
        return [*self._places(), *self._work(), *self._job(), *self._list(), *self._rest()]

    def _places(self) -> list[Deed]:
        go = self.tr("Go to {page}")
        navigation = self._window.navigation
        return [
            Deed(go.replace("{page}", navigation.entry(key).text()), partial(self._go, key), native(f"Ctrl+{number}"))
            for number, key in enumerate(self._pages, 1)
        ]

    def _work(self) -> list[Deed]:
        window, bar = self._window, self._window.top_bar
        return [
            Deed(self.tr("Search all sources now"), bar.search_button.click, native("F5"), bar.search_button.isEnabled()),
            Deed(bar.pause_button.text(), bar.pause_button.click),
            Deed(bar.cancel_button.accessibleName(), bar.cancel_button.click, "", bar.cancel_button.isVisible()),
            Deed(
                self.tr("End the pause of searching and try now"),
                window.status.try_button.click,
                "",
                window.status.try_button.isVisible(),
            ),
            Deed(self.tr("Find a job by words"), window.find_jobs, native("Ctrl+F")),
            Deed(self.tr("Clear the search"), bar.field.clear, native("Esc"), bool(bar.field.text())),
        ]

    def _job(self) -> list[Deed]:
        jobs = self._window.jobs
        detail, preview = jobs.detail, jobs.detail.preview
        here = self._window.page() == "jobs" and bool(detail.shown_id())
        bar = detail.action_bar
        acts = bar.acts() if here and bar.isVisible() else ()
        found = [Deed(bar.button(act).text(), partial(detail.act, act), _ACT_KEYS.get(act, ""), act in acts) for act in Act]
        found.append(Deed(self.tr("Undo the last skip"), jobs.undo_skip, native("Ctrl+Z"), jobs.can_undo_skip()))
        show = self.tr("Show the tab {name}")
        found += [
            Deed(show.replace("{name}", detail.tabs.tabText(tab)), partial(detail.show_tab, tab), str(tab + 1), here)
            for tab in (POSTING, MATCH, PREVIEW, LOG)
        ]
        pages = here and preview.shows_pages()
        found += [
            Deed(self.tr("Show the CV"), preview.cv_chip.click, "", pages),
            Deed(self.tr("Show the letter"), preview.letter_chip.click, "", pages),
            Deed(self.tr("Edit the text of the preview"), preview.edit_button.click, "E", pages),
            Deed(self.tr("Larger pages"), preview.pages.zoom_in, native("Ctrl++"), pages),
            Deed(self.tr("Smaller pages"), preview.pages.zoom_out, native("Ctrl+-"), pages),
            Deed(self.tr("Fit the pages to the width"), preview.pages.zoom_fit, native("Ctrl+0"), pages),
        ]
        return found

    def _list(self) -> list[Deed]:
        window, jobs = self._window, self._window.jobs
        here = window.page() == "jobs" and jobs.table.isVisible()
        found = [
            Deed(self.tr("Next job"), partial(jobs.table.step, 1), "J", here),
            Deed(self.tr("Job before"), partial(jobs.table.step, -1), "K", here),
        ]
        only = self.tr("Show jobs: {which}")
        found += [Deed(only.replace("{which}", jobs.chip(which).text()), partial(self._show_slice, which)) for which in Slice]
        by = self.tr("Sort jobs by: {column}")
        found += [
            Deed(
                by.replace("{column}", str(jobs.model.headerData(column, Qt.Orientation.Horizontal))),
                partial(jobs.sort_by, column),
            )
            for column in Column
        ]
        found += [
            Deed(self.tr("More room for the selected job"), partial(jobs.give_detail, 60), "", here),
            Deed(self.tr("More room for the list"), partial(jobs.give_detail, -60), "", here),
        ]
        return found

    def _show_slice(self, which: Slice) -> None:
        self._go("jobs")
        self._window.jobs.show_slice(which)

    def _copy_facts(self) -> None:
        # Its answer stands beside the button.
        self._on_help()
        self._window.settings.help.copy_button.click()

    def _rest(self) -> list[Deed]:
        window = self._window
        sources, settings, profile = window.sources, window.settings, window.profile
        drop = profile.drop_in_front()
        found = [
            Deed(drop.button.text(), drop.button.click, "", drop.button.isEnabled()),
            Deed(self.tr("Add a company's careers page"), partial(self._go, "sources", sources.careers.field)),
            Deed(self.tr("Add one posting"), partial(self._go, "sources", sources.single.field)),
            Deed(sources.demo_button.text(), sources.demo_button.click),
            Deed(self.tr("Open the data folder"), settings.folder_button.click),
            Deed(settings.help.copy_button.text(), self._copy_facts, "", settings.help.copy_button.isEnabled()),
        ]
        colours = self.tr("Colours: {which}")
        choice = settings.theme
        found += [
            Deed(colours.replace("{which}", choice.itemText(row)), partial(choice.setCurrentIndex, row), "", choice.isEnabled())
            for row in range(choice.count())
        ]
        found += [
            Deed(self.tr("Help"), self._on_help, native("F1")),
            Deed(self.tr("Next part of the window"), self._on_next_part, native("F6")),
            Deed(self.tr("Part of the window before"), self._on_part_before, native("Shift+F6")),
        ]
        return found
