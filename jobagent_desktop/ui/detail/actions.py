"""What can be done with an application now: one primary act by its status, the others beside it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QSignalMapper, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.views import JobRow
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.theme import Tone
from jobagent_desktop.ui.widgets.button import Button, Kind
from jobagent_desktop.ui.widgets.flow import FlowLayout
from jobagent_desktop.ui.widgets.marks import StageBar
from jobagent_desktop.ui.widgets.message_bar import MessageBar

_S = ApplicationStatus


class Act(StrEnum):
    APPROVE = "approve"
    UNAPPROVE = "unapprove"
    SKIP = "skip"
    UNSKIP = "unskip"
    OPEN = "open"
    SAVE = "save"
    APPLIED = "applied"
    NOT_APPLIED = "not_applied"
    RETRY = "retry"
    CANCEL = "cancel"


def acts_for(row: JobRow, *, is_queued: bool) -> tuple[Act, ...]:
    """The acts that make sense now; the first is the primary one when it moves the application on."""
    if row.status is _S.PREVIEW_READY:
        return Act.APPROVE, Act.SKIP, Act.OPEN
    if row.status is _S.APPROVED:
        return Act.OPEN, Act.SAVE, Act.APPLIED, Act.UNAPPROVE
    if row.status is _S.APPLIED:
        return Act.OPEN, Act.SAVE, Act.NOT_APPLIED
    if row.status is _S.FAILED:
        return Act.RETRY, Act.SKIP, Act.OPEN
    if row.status is _S.SKIPPED:
        return Act.UNSKIP, Act.OPEN
    if row.status in wording.PREPARING:
        return (Act.CANCEL if is_queued else Act.RETRY), Act.SKIP, Act.OPEN
    if row.status is _S.CLOSED:
        return Act.RETRY, Act.OPEN
    return (Act.OPEN,)


_PRIMARY = {_S.PREVIEW_READY, _S.APPROVED, _S.FAILED}


class ActionBar(QWidget):
    """Signals: `acted` with the value of an `Act`."""

    acted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._error = MessageBar()
        self._progress = StageBar()
        self._mapper = QSignalMapper(self)
        self._mapper.mappedString.connect(self.acted)
        self._buttons: dict[Act, Button] = {}
        holder = QWidget()
        self._flow = FlowLayout(holder, gap=8)
        # All stay in the layout and only show or hide: a button taken out while Qt still means to show it opens as a window.
        tips = {
            Act.APPROVE: self.tr("Approve this application (A)"),
            Act.SKIP: self.tr("Skip this job; Ctrl+Z takes it back (S or Delete)"),
            Act.OPEN: self.tr("Open the posting in your browser (O)"),
        }
        for act, words in self._words().items():
            button = Button(words, parent=holder)
            button.setAccessibleName(words)
            button.setToolTip(tips.get(act, ""))
            button.clicked.connect(self._mapper.map)
            button.hide()
            self._mapper.setMapping(button, act.value)
            self._flow.addWidget(button)
            self._buttons[act] = button
        self._holder = holder
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._error)
        column.addWidget(self._progress)
        column.addWidget(holder)
        self._shown: tuple[Act, ...] = ()

    def _words(self) -> dict[Act, str]:
        """The buttons' words, in the order in which they stand."""
        return {
            Act.APPROVE: self.tr("Approve this application"),
            Act.RETRY: self.tr("Try again"),
            Act.CANCEL: self.tr("Cancel preview"),
            Act.UNSKIP: self.tr("Take back from skipped"),
            Act.SKIP: self.tr("Skip"),
            Act.OPEN: self.tr("Open posting"),
            Act.SAVE: self.tr("Save documents…"),
            Act.APPLIED: self.tr("Mark applied"),
            Act.NOT_APPLIED: self.tr("Not applied after all"),
            Act.UNAPPROVE: self.tr("Take back approval"),
        }

    def button(self, act: Act) -> Button:
        return self._buttons[act]

    def error_text(self) -> str:
        return "" if self._error.isHidden() else self._error.text()

    def acts(self) -> tuple[Act, ...]:
        return self._shown

    def show_row(self, row: JobRow, *, is_queued: bool) -> None:
        acts = acts_for(row, is_queued=is_queued)
        if acts != self._shown:
            for act, button in self._buttons.items():
                button.setVisible(act in acts)
            self._shown = acts
        retry = self._buttons[Act.RETRY]
        retry.setText(self.tr("Try again") if row.status in {_S.FAILED, _S.CLOSED} else self.tr("Prepare a preview"))
        retry.setAccessibleName(retry.text())
        for position, act in enumerate(acts):
            self._buttons[act].set_kind(Kind.PRIMARY if position == 0 and row.status in _PRIMARY else Kind.PLAIN)
        if row.error and row.status in {_S.FAILED, _S.CLOSED, _S.PREPARING, _S.FOUND, _S.MATCHED}:
            tone = Tone.BAD if row.status in {_S.FAILED, _S.CLOSED} else Tone.WARN
            self._error.show_message(row.error, tone, closable=False)
        else:
            self._error.dismiss()
        busy = is_queued and row.status in wording.PREPARING
        self._progress.setVisible(busy)
        if busy:
            self._progress.set_stage(row.stage or self.tr("Waiting for its turn"), row.progress)

    @Slot()
    def focus_first(self) -> None:
        if self._shown:
            self._buttons[self._shown[0]].setFocus()
