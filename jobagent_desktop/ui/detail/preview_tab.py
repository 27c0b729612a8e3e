"""The apply preview: CV and letter as the employer would see them, their keyword coverage, and the way into editing."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from jobagent_desktop.domain.commands import EditDraft, RenderPages
from jobagent_desktop.domain.draft import Coverage
from jobagent_desktop.domain.views import JobDetail, Preview
from jobagent_desktop.runtime import Bridge
from jobagent_desktop.services.ports import Queries
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.asking import Asked
from jobagent_desktop.ui.detail.draft_editor import DraftEditor
from jobagent_desktop.ui.detail.draft_places import cv_places, letter_places
from jobagent_desktop.ui.detail.pages_view import PagesView
from jobagent_desktop.ui.widgets.button import Button, FilterChip
from jobagent_desktop.ui.widgets.flow import FlowLayout
from jobagent_desktop.ui.widgets.label import DIM, NORMAL, Label, small
from jobagent_desktop.ui.widgets.marks import Meter, StageBar
from jobagent_desktop.ui.widgets.message_bar import MessageBar


class CoverageLines(QWidget):
    """How many of the posting's terms the CV has, before and after tailoring."""

    def __init__(self) -> None:
        super().__init__()
        self._meters = (Meter(), Meter())
        self._numbers = (small(role=NORMAL), small(role=NORMAL))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        names = (self.tr("Keywords in your CV"), self.tr("Keywords in this one"))
        for row, (name, meter, number) in enumerate(zip(names, self._meters, self._numbers, strict=True)):
            label = small(name)
            for each in (label, number):
                each.setWordWrap(False)
            number.setFixedWidth(40)
            grid.addWidget(label, row, 0)
            grid.addWidget(meter, row, 1)
            grid.addWidget(number, row, 2)

    def show_coverage(self, coverage: Coverage) -> None:
        for meter, number, percent in zip(self._meters, self._numbers, (coverage.before, coverage.after), strict=True):
            meter.set_share(percent / 100)
            number.setText(f"{percent} %")
        words = [
            (self.tr("In the document"), coverage.present),
            (self.tr("Yours, but not in the document"), coverage.addable),
            (self.tr("Asked, not in your profile; never added"), coverage.not_yours),
        ]
        text = "\n\n".join(f"{name}: {', '.join(terms)}" for name, terms in words if terms)
        self.setToolTip(wording.plain_tooltip(text))
        self.setAccessibleName(
            self.tr("Keyword coverage {before} % before, {after} % after")
            .replace("{before}", str(coverage.before))
            .replace("{after}", str(coverage.after))
        )
        self.setAccessibleDescription(text)


class PreviewTab(QWidget):
    """Signals:
    edited: the engine has taken the edits; the application should be read again.
    editing_changed: the editor opens or closes.
    """

    edited = Signal()
    editing_changed = Signal(bool)

    def __init__(self, bridge: Bridge, queries: Queries, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._queries = queries
        self._id = ""
        self._preview: Preview | None = None
        self._kind = "cv"
        self._cv_chip = FilterChip(self.tr("CV"))
        self._letter_chip = FilterChip(self.tr("Letter"))
        self._choice = QButtonGroup(self)
        self._choice.setExclusive(True)
        for chip in (self._cv_chip, self._letter_chip):
            self._choice.addButton(chip)
        self._cv_chip.setChecked(True)
        self._choice.buttonClicked.connect(self._on_kind)
        self._smaller, self._larger = Button("−"), Button("+")
        self._smaller.setAccessibleName(self.tr("Smaller pages"))
        self._smaller.setToolTip(self.tr("Smaller pages (Ctrl+−)"))
        self._larger.setAccessibleName(self.tr("Larger pages"))
        self._larger.setToolTip(self.tr("Larger pages (Ctrl++)"))
        self._fit = Button(self.tr("Fit"))
        self._fit.setAccessibleName(self.tr("Fit the pages to the width"))
        self._fit.setToolTip(self.tr("Fit the pages to the width (Ctrl+0)"))
        self._edit = Button(self.tr("Edit text"))
        self._edit.setAccessibleName(self._edit.text())
        self._edit.setToolTip(self.tr("Change the text of this preview (E)"))
        self._edit.clicked.connect(self._on_edit)
        bar = QWidget()
        row = FlowLayout(bar)
        for widget in (self._cv_chip, self._letter_chip):
            row.addWidget(widget)
        for widget in (self._smaller, self._fit, self._larger, self._edit):
            row.add_trailing(widget)
        self._coverage = CoverageLines()
        self._message = MessageBar()
        self._message.acted.connect(self._on_try_again)
        self._pages = PagesView()
        self._pages.wanted.connect(self._on_wanted)
        self._smaller.clicked.connect(self._pages.zoom_out)
        self._larger.clicked.connect(self._pages.zoom_in)
        self._fit.clicked.connect(self._pages.zoom_fit)
        self._editor = DraftEditor()
        self._editor.saved.connect(self._on_saved)
        self._editor.cancelled.connect(self._close_editor)
        self._body = QStackedWidget()
        self._body.addWidget(self._pages)
        self._body.addWidget(self._editor)
        ready = QWidget()
        ready_column = QVBoxLayout(ready)
        ready_column.setContentsMargins(0, 12, 0, 0)
        ready_column.setSpacing(8)
        ready_column.addWidget(bar)
        ready_column.addWidget(self._coverage)
        ready_column.addWidget(self._message)
        ready_column.addWidget(self._body, 1)
        self._waiting_words = Label(role=DIM)
        self._waiting_bar = StageBar()
        waiting = QWidget()
        waiting_column = QVBoxLayout(waiting)
        waiting_column.setContentsMargins(0, 12, 0, 0)
        waiting_column.setSpacing(8)
        waiting_column.addWidget(self._waiting_words)
        waiting_column.addWidget(self._waiting_bar)
        waiting_column.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(waiting)
        self._stack.addWidget(ready)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    @property
    def pages(self) -> PagesView:
        return self._pages

    @property
    def editor(self) -> DraftEditor:
        return self._editor

    @property
    def message(self) -> MessageBar:
        return self._message

    @property
    def edit_button(self) -> Button:
        return self._edit

    @property
    def cv_chip(self) -> FilterChip:
        return self._cv_chip

    @property
    def letter_chip(self) -> FilterChip:
        return self._letter_chip

    def shows_pages(self) -> bool:
        return self._pages.isVisible()

    @Slot()
    def edit(self) -> None:
        """Opens the editor, where there is a preview."""
        if not self.is_editing():
            self._on_edit()

    def is_editing(self) -> bool:
        return self._body.currentWidget() is self._editor

    def show_detail(self, detail: JobDetail) -> None:
        other = detail.row.id != self._id
        before, preview = self._preview, detail.preview
        # Both change together: pages are asked for by the id, of what the preview names.
        self._id, self._preview = detail.row.id, preview
        if other:
            self._close_editor()
            self._message.dismiss()
        if preview is None:
            self._close_editor()
            self._pages.clear()
            self._stack.setCurrentIndex(0)
            self._waiting_words.setText(detail.row.error or self._why_not_yet(detail))
            self._waiting_bar.setVisible(detail.is_queued)
            self._waiting_bar.set_stage(detail.row.stage, detail.row.progress)
            return
        changed = other or before is None or self._files(before) != self._files(preview)
        self._stack.setCurrentIndex(1)
        coverage = preview.draft.coverage
        self._coverage.setVisible(coverage is not None and self._kind == "cv")
        if coverage is not None:
            self._coverage.show_coverage(coverage)
        if changed:
            if other:
                self._pages.clear()
            self._pages.ask_now()

    def _why_not_yet(self, detail: JobDetail) -> str:
        if detail.is_queued:
            return self.tr("The preview is being prepared. CV and letter appear here when they are ready.")
        return self.tr("There is no preview for this job. “Prepare a preview” below makes one.")

    @staticmethod
    def _files(preview: Preview) -> tuple[str, str]:
        return preview.cv_file, preview.letter_file

    # ---- the pages

    @Slot()
    def _on_kind(self) -> None:
        kind = "letter" if self._letter_chip.isChecked() else "cv"
        if kind == self._kind:
            return
        self._kind = kind
        self._close_editor()
        preview = self._preview
        self._coverage.setVisible(kind == "cv" and preview is not None and preview.draft.coverage is not None)
        self._pages.clear()
        self._pages.setAccessibleName(self.tr("Pages of the letter") if kind == "letter" else self.tr("Pages of the CV"))
        self._pages.ask_now()

    @Slot(int)
    def _on_wanted(self, width: int) -> None:
        if self._preview is None:
            return
        asked = Asked(self._bridge, RenderPages(self._id, self._kind, width), self._key(), self)
        asked.done.connect(self._on_pages)
        asked.failed.connect(self._on_pages_failed)

    def _key(self) -> str:
        return f"{self._id}/{self._kind}"

    @Slot(str, object)
    def _on_pages(self, key: str, pngs: tuple[bytes, ...]) -> None:
        if key == self._key() and self._preview is not None:
            self._message.dismiss()
            self._pages.show_pages(tuple(pngs))

    @Slot(str, str)
    def _on_pages_failed(self, key: str, sentence: str) -> None:
        if key == self._key():
            self._message.show_message(sentence, act=self.tr("Draw again"), closable=False)

    @Slot()
    def _on_try_again(self) -> None:
        self._message.dismiss()
        self._pages.ask_now()

    # ---- editing

    @Slot()
    def _on_edit(self) -> None:
        if self._preview is None:
            return
        if self.is_editing():
            self._close_editor()
            return
        profile = self._queries.profile()
        own = dict(profile.resume.sources()) if profile else {}
        places = letter_places if self._kind == "letter" else cv_places
        self._editor.set_busy(busy=False)
        self._editor.show_places(list(places(self._preview, own)))
        self._set_editing(editing=True)

    @Slot()
    def _close_editor(self) -> None:
        self._set_editing(editing=False)

    def _set_editing(self, *, editing: bool) -> None:
        if editing == self.is_editing():
            return
        self._body.setCurrentWidget(self._editor if editing else self._pages)
        for widget in (self._smaller, self._fit, self._larger, self._edit):
            widget.setVisible(not editing)
        self.editing_changed.emit(editing)
        if editing:
            self._editor.focus_first()
        else:
            self._pages.ask_now()

    @Slot(object)
    def _on_saved(self, edits: tuple[tuple[str, str], ...]) -> None:
        if not edits:
            self._close_editor()
            return
        self._editor.set_busy(busy=True)
        asked = Asked(self._bridge, EditDraft(self._id, edits), self._id, self)
        asked.done.connect(self._on_edit_done)
        asked.failed.connect(self._on_edit_failed)

    @Slot(str, object)
    def _on_edit_done(self, application_id: str, _value: object) -> None:
        if application_id == self._id:
            self._message.dismiss()
            self.edited.emit()
            self._close_editor()

    @Slot(str, str)
    def _on_edit_failed(self, application_id: str, sentence: str) -> None:
        if application_id == self._id:
            self._editor.set_busy(busy=False)
            self._message.show_message(sentence)
