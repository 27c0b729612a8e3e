"""A sentence where something happened, with what can be done about it. It stays until solved and covers nothing."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from jobagent_desktop.ui.theme import RADIUS, Tone, theme_of
from jobagent_desktop.ui.widgets.announce import announce
from jobagent_desktop.ui.widgets.button import Button, Kind
from jobagent_desktop.ui.widgets.label import Label


class MessageBar(QWidget):
    """Hidden until `show_message`.

    Signals:
        acted: the button with the act was pressed.
        dismissed: the message was closed, by the user or by its time.
    """

    acted = Signal()
    dismissed = Signal()

    def __init__(self, outside: QMargins | None = None, parent: QWidget | None = None) -> None:
        """`outside` is the distance to what is around; it goes away together with the message."""
        super().__init__(parent)
        self._outside = outside or QMargins()
        self._tone = Tone.BAD
        self.setAccessibleName(self.tr("Message"))
        self._label = Label()
        self._act = Button("", Kind.PLAIN)
        self._act.clicked.connect(self._on_act)
        self._act.hide()
        self._close = Button(self.tr("Dismiss"), Kind.LINK)
        self._close.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(QMargins(12, 6, 8, 6) + self._outside)
        row.setSpacing(8)
        row.addWidget(self._label, 1)
        row.addWidget(self._act)
        row.addWidget(self._close)
        # As high as the sentence needs at its width: never more, and above all never less.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self.hide()

    def text(self) -> str:
        return self._label.text()

    @property
    def act_button(self) -> Button:
        return self._act

    def show_message(
        self, text: str, tone: Tone = Tone.BAD, act: str = "", *, seconds: float = 0, closable: bool = True
    ) -> None:
        """Shows a sentence. `seconds` 0 keeps it until it is dismissed or solved."""
        self._tone = tone
        self._label.setText(text)
        self.setAccessibleDescription(text)
        self._act.setText(act)
        self._act.setAccessibleName(act)
        self._act.setVisible(bool(act))
        self._close.setVisible(closable)
        self._timer.stop()
        if seconds > 0:
            self._timer.start(round(seconds * 1000))
        self.show()
        self.update()
        announce(self, text, urgent=tone is Tone.BAD)

    @Slot()
    def dismiss(self) -> None:
        self._timer.stop()
        if not self.isHidden():
            self.hide()
            self.dismissed.emit()

    @Slot()
    def _on_act(self) -> None:
        self.acted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink, ground = theme.tone(self._tone)
        box = QRectF(self.rect().marginsRemoved(self._outside)).adjusted(0.5, 0.5, -0.5, -0.5)
        edge = theme.of("line") if self._tone is Tone.PLAIN else ink
        if self._tone is not Tone.PLAIN:
            edge.setAlphaF(0.45)
        painter.setPen(edge)
        painter.setBrush(theme.of("panel") if self._tone is Tone.PLAIN else ground)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
