"""The score with its reasons: every part, its evidence, what the user has and what is asked in vain."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QToolTip, QVBoxLayout, QWidget

from jobagent_desktop.domain.match import Match, PartKind, ScorePart
from jobagent_desktop.domain.views import JobDetail
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.theme import SMALL_PX, Tone, theme_of
from jobagent_desktop.ui.widgets.button import KEYS, paint_focus
from jobagent_desktop.ui.widgets.flow import FlowLayout
from jobagent_desktop.ui.widgets.label import DIM, NORMAL, ElidedLabel, Label, small
from jobagent_desktop.ui.widgets.marks import Meter, ScoreBadge, Tag
from jobagent_desktop.ui.widgets.message_bar import MessageBar
from jobagent_desktop.ui.widgets.scroll import slim


class PartLine(QWidget):
    """One reason: its name, a meter, the points, and the sentence; the evidence is in the tooltip."""

    def __init__(self, part: ScorePart) -> None:
        super().__init__()
        name = ElidedLabel(wording.part_word(part.kind), role=NORMAL, pixels=SMALL_PX)
        meter = Meter()
        meter.set_share(part.points / part.maximum if part.maximum else 0)
        points = small(f"{part.points}/{part.maximum}", role=NORMAL)
        points.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        points.setWordWrap(False)
        # All the meters begin below each other, whichever language has the longest word.
        metrics = QFontMetrics(name.font())
        name.setFixedWidth(min(112, max(72, *(metrics.horizontalAdvance(wording.part_word(kind)) + 2 for kind in PartKind))))
        points.setFixedWidth(40)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.addWidget(name, 0, 0)
        grid.addWidget(meter, 0, 1)
        grid.addWidget(points, 0, 2)
        grid.addWidget(small(part.reason), 1, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        evidence = "\n".join([part.reason, *(f"“{quote}”" for quote in part.evidence)])
        self.setToolTip(wording.plain_tooltip(evidence))
        self.setAccessibleName(f"{wording.part_word(part.kind)} {part.points}/{part.maximum}")
        self.setAccessibleDescription(evidence)
        # The evidence is in the tooltip, which without a mouse only the keyboard's focus can ask for.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()
        if event.reason() in KEYS:
            QToolTip.showText(self.mapToGlobal(QPoint(80, self.height())), self.toolTip(), self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        QToolTip.hideText()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_focus(painter, QRectF(self.rect()), theme_of(self.palette()).of("accent"), 4)


class MatchTab(QScrollArea):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("How well it matches"))
        slim(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: tuple[Match | None, str] | None = None

    def show_detail(self, detail: JobDetail) -> None:
        state = (detail.match, detail.row.stage)
        if state == self._shown:
            return
        same_match = self._shown is not None and self._shown[0] == detail.match and detail.match is not None
        self._shown = state
        if same_match:
            return
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 8, 12)
        column.setSpacing(8)
        if detail.match is None:
            column.addWidget(
                Label(self.tr("Not scored yet. The score appears here as soon as the posting has been read."), role=DIM)
            )
        else:
            self._fill(column, detail.match)
        column.addStretch(1)
        self.setWidget(page)
        page.setBackgroundRole(self.backgroundRole())

    def _fill(self, column: QVBoxLayout, match: Match) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        badge = ScoreBadge()
        badge.set_score(match.score)
        head.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(Label(match.verdict), 1)
        column.addLayout(head)
        for sentence in match.hard_no:
            bar = MessageBar()
            column.addWidget(bar)  # first: without a parent, showing it would open a window
            bar.show_message(sentence, Tone.BAD, closable=False)
        column.addSpacing(4)
        column.addWidget(small(self.tr("Why"), bold=True))
        for part in match.parts:
            column.addWidget(PartLine(part))
        self._tags(column, self.tr("Required and yours"), match.required_have, Tone.PLAIN)
        self._tags(column, self.tr("Asked, not in your profile; never added for you"), match.required_missing, Tone.BAD)
        self._tags(column, self.tr("Welcome and yours"), match.preferred_have, Tone.PLAIN)
        self._tags(column, self.tr("Welcome, not in your profile"), match.preferred_missing, Tone.WARN)

    @staticmethod
    def _tags(column: QVBoxLayout, heading: str, words: tuple[str, ...], tone: Tone) -> None:
        if not words:
            return
        column.addSpacing(8)
        column.addWidget(small(heading, bold=True))
        holder = QWidget()
        flow = FlowLayout(holder)
        for word in words:
            flow.addWidget(Tag(word, tone))
        column.addWidget(holder)
