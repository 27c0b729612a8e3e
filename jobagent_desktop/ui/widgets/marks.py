"""Painted marks: a score, a tag, a meter, a status light, a progress bar with its words."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from jobagent_desktop.ui.theme import RADIUS, SMALL_PX, TITLE_PX, Theme, Tone, sized, theme_of
from jobagent_desktop.ui.wording import DASH, plain_tooltip, score_tone

_CENTER = int(Qt.AlignmentFlag.AlignCenter)


class ScoreBadge(QWidget):
    """The score, large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score: int | None = None
        self.setFixedSize(48, 40)
        self.setFont(sized(self.font(), TITLE_PX, bold=True))

    def set_score(self, score: int | None) -> None:
        self._score = score
        self.setAccessibleName(
            self.tr("Score {n} of 100").replace("{n}", str(score)) if score is not None else self.tr("No score yet")
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        tone = score_tone(self._score) if self._score is not None else Tone.PLAIN
        ink, ground = theme.tone(tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.of("line") if tone is Tone.PLAIN else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setPen(ink)
        painter.drawText(self.rect(), _CENTER, DASH if self._score is None else str(self._score))


class Tag(QLabel):
    """A word in a thin frame; the text is elided when the place is too narrow for it."""

    def __init__(self, text: str, tone: Tone = Tone.PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self._tone = tone
        self.setFont(sized(self.font(), SMALL_PX))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setToolTip(plain_tooltip(text))
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 16, 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink, ground = theme.tone(self._tone)
        painter.setPen(theme.of("line") if self._tone is Tone.PLAIN else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(ink)
        text = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 12)
        painter.drawText(self.rect(), _CENTER, text)


class Meter(QWidget):
    """A thin bar, 0 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setFixedHeight(16)
        self.setMinimumWidth(40)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float) -> None:
        self._share = min(1.0, max(0.0, share))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(0, 5, self.width(), 6)
        painter.setBrush(theme.of("groove"))
        painter.drawRoundedRect(groove, 3, 3)
        if self._share > 0:
            painter.setBrush(theme.of("accent"))
            painter.drawRoundedRect(QRectF(0, 5, max(6.0, self.width() * self._share), 6), 3, 3)


class Dot(QWidget):
    """A light. It always stands beside a word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.GOOD
        self.setFixedSize(8, 16)

    def set_tone(self, tone: Tone) -> None:
        self._tone = tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.of("dim") if self._tone is Tone.PLAIN else theme.of(self._tone.value))
        painter.drawEllipse(QRectF(0, 4, 8, 8))


class StageBar(QWidget):
    """What is being done, over how far it is: the table's stage bar, larger."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._progress = "", 0
        self.setFixedHeight(24)
        self.setFont(sized(self.font(), SMALL_PX))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_stage(self, words: str, progress: int) -> None:
        """`progress` in percent."""
        self._words, self._progress = words, progress
        self.setToolTip(plain_tooltip(words))
        self.setAccessibleName(f"{words} {progress} %")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_progress(QPainter(self), self.rect(), self._words, self._progress, theme_of(self.palette()))


def paint_progress(painter: QPainter, box: QRect, words: str, progress: int, theme: Theme) -> None:
    """A bar with its words. `fillRect` and `drawText` only: a styled progress bar costs 5 ms a frame in a table."""
    done = round(box.width() * min(100, max(0, progress)) / 100)
    painter.fillRect(box, theme.of("panel"))
    painter.fillRect(QRect(box.left(), box.top(), done, box.height()), theme.of("accent_soft"))
    painter.setPen(theme.of("line"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0, 0, -1, -1))
    painter.setPen(theme.of("text"))
    inner = box.adjusted(7, 0, -5, 0)
    text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
    painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine), text)
