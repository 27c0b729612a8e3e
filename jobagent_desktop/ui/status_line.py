"""The facts of state at the bottom: may we search, how long is the queue, where is the data, is the engine well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from jobagent_desktop.domain.breaker import Breaker, BreakerState
from jobagent_desktop.domain.states import TaskStatus
from jobagent_desktop.domain.views import Counts
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.theme import SMALL_PX, Tone, sized, theme_of
from jobagent_desktop.ui.widgets.announce import announce
from jobagent_desktop.ui.widgets.button import Button, Kind
from jobagent_desktop.ui.widgets.label import DIM, ElidedLabel
from jobagent_desktop.ui.widgets.marks import Dot


class _Fact(QWidget):
    """A light with its word."""

    def __init__(self) -> None:
        super().__init__()
        self._told = ""
        self.dot = Dot()
        self.words = ElidedLabel(role=DIM, pixels=SMALL_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.dot)
        row.addWidget(self.words)

    def say(self, tone: Tone, words: str, tip: str = "", *, news: str = "") -> None:
        """`news` is told to screen readers when it is other than what was told last."""
        if news and self._told and news != self._told:
            announce(self.words, news, urgent=tone is Tone.BAD)
        self._told = news or self._told
        self.dot.set_tone(tone)
        self.words.setText(words)
        self.words.setToolTip(wording.plain_tooltip(tip or words))


class StatusLine(QWidget):
    """Signals: `try_now` when the user ends the breaker's wait."""

    try_now = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.setFixedHeight(28)
        self._breaker = _Fact()
        self._try = Button(self.tr("Try now"), Kind.LINK)
        self._try.setFont(sized(self._try.font(), SMALL_PX))
        self._try.setFixedHeight(24)
        self._try.setAccessibleName(self.tr("Try to search now"))
        self._try.clicked.connect(self.try_now)
        self._queue = ElidedLabel(role=DIM, pixels=SMALL_PX)
        self._sync = _Fact()
        self._engine = _Fact()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 1, 14, 0)
        row.setSpacing(4)
        row.addWidget(self._breaker)
        row.addWidget(self._try)
        row.addSpacing(16)
        row.addWidget(self._queue)
        row.addSpacing(16)
        row.addWidget(self._sync)
        row.addStretch(1)
        row.addWidget(self._engine)
        self.show_counts(Counts())
        self.show_engine(Tone.WARN, self.tr("Starting…"))
        self._sync.say(
            Tone.GOOD,
            self.tr("Embedded database"),
            self.tr("Everything is kept in the data folder on this computer. Nothing is sent anywhere."),
        )

    @property
    def try_button(self) -> Button:
        return self._try

    def text(self) -> str:
        facts = (self._breaker.words, self._queue, self._sync.words, self._engine.words)
        return " | ".join(fact.text() for fact in facts)

    def show_engine(self, tone: Tone, words: str, tip: str = "") -> None:
        self._engine.say(tone, words, tip, news=tip or words)
        # A short word for how the engine is never gives way to a long reason beside it.
        self._engine.words.setMinimumWidth(min(110, self._engine.words.sizeHint().width()))

    def show_counts(self, counts: Counts) -> None:
        self._show_breaker(counts.breaker)
        running = counts.tasks.get(TaskStatus.PROCESSING.value, 0)
        waiting = counts.tasks.get(TaskStatus.PENDING.value, 0) + counts.tasks.get(TaskStatus.WAITING.value, 0)
        if not running and not waiting:
            words = self.tr("Queue empty")
        else:
            words = (
                self.tr("Queue {r} running · {w} waiting")
                .replace("{r}", self.locale().toString(running))
                .replace("{w}", self.locale().toString(waiting))
            )
        if counts.paused:
            words = wording.SEPARATOR.join((self.tr("Paused by you"), words))
        self._queue.setText(words)

    def _show_breaker(self, breaker: Breaker | None) -> None:
        state = BreakerState.CLOSED if breaker is None else breaker.state
        reason = "" if breaker is None else breaker.reason
        if breaker is None or state is BreakerState.CLOSED:
            words = self.tr("Searching allowed")
            self._breaker.say(Tone.GOOD, words, self._tip(reason), news=words)
        elif state is BreakerState.HALF_OPEN:
            words = self.tr("Trying one request")
            self._breaker.say(Tone.WARN, words, self._tip(reason), news=words)
        else:
            until = breaker.opened_until
            left = (until - self._now()).total_seconds() if until else 0
            words = news = self.tr("Searching paused")
            if until is not None and left > 0:
                words = self.tr("Searching paused until {t}").replace("{t}", wording.clock_time(until))
                news = wording.joined(words, reason)  # without the seconds, which would be told each second
                words = wording.joined(words, self._countdown(left), reason)
            elif reason:
                words = wording.joined(self.tr("Searching paused, trying again"), reason)
            self._breaker.say(Tone.WARN, words, self._tip(reason), news=news)
        self._try.setVisible(state is BreakerState.OPEN)

    @staticmethod
    def _countdown(seconds: float) -> str:
        whole = int(seconds)
        return f"{whole // 60}:{whole % 60:02d}"

    def _tip(self, reason: str) -> str:
        rule = self.tr(
            "After three refusals in a row, all searching stops for 15 minutes; then one request tries whether it may go on."
        )
        return f"{reason}\n\n{rule}" if reason else rule

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.of("panel"))
        painter.fillRect(QRect(0, 0, self.width(), 1), theme.of("line"))
