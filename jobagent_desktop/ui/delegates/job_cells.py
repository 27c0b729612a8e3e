"""Paints the job table's cells: score chip, two-line job, stage bar, status chip, plain text."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from jobagent_desktop.domain.views import JobRow
from jobagent_desktop.ui import wording
from jobagent_desktop.ui.models.job_table import Column, JobTableModel
from jobagent_desktop.ui.theme import RADIUS, SMALL_PX, TEXT_PX, Theme, Tone, base_font, sized, theme_of
from jobagent_desktop.ui.widgets.marks import paint_progress

ROW_PX = 48
PAD = 10

_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine)
_CENTER = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)


class JobCellDelegate(QStyledItemDelegate):
    """One delegate for all columns: fonts and measures are made once, and a row is read once from the model's cache."""

    def __init__(self, model: JobTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        font = base_font()
        self._text = sized(font, TEXT_PX)
        self._bold = sized(font, TEXT_PX, bold=True)
        self._small = sized(font, SMALL_PX)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        theme = theme_of(option.palette)  # pyright: ignore[reportAttributeAccessIssue]  # the stubs lack QStyleOption's fields
        box: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        column = Column(index.column())
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.of("selected"))
            if column is Column.SCORE:
                # The chosen row is told by a shape too, not by colour alone.
                painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), theme.of("accent"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.of("line"))
        job = self._model.job(index.row())
        if job is not None:
            self._paint(painter, box.adjusted(PAD, 0, -PAD, -1), job, column, theme)
        painter.restore()

    def _paint(self, painter: QPainter, box: QRect, job: JobRow, column: Column, theme: Theme) -> None:
        if column is Column.SCORE:
            self._paint_score(painter, box, job, theme)
        elif column is Column.JOB:
            self._paint_job(painter, box, job, theme)
        elif column is Column.STAGE:
            if job.stage:
                painter.setFont(self._small)
                paint_progress(
                    painter, QRect(box.left(), box.center().y() - 9, box.width(), 19), job.stage, job.progress, theme
                )
        elif column is Column.STATUS:
            self._paint_status(painter, box, job, theme)
        else:
            dim = column is Column.UPDATED
            self._line(
                painter, box, self._model.text(job, column), self._small if dim else self._text, "dim" if dim else "text", theme
            )

    def _paint_score(self, painter: QPainter, box: QRect, job: JobRow, theme: Theme) -> None:
        words = wording.DASH if job.score is None else str(job.score)
        tone = Tone.PLAIN if job.score is None else wording.score_tone(job.score)
        ink, ground = theme.tone(tone)
        chip = QRectF(box.left(), box.center().y() - 11, 34, 24)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(chip, RADIUS, RADIUS)
        painter.setPen(theme.of("dim") if tone is Tone.PLAIN else ink)
        painter.setFont(self._bold)
        painter.drawText(chip, _CENTER, words)

    def _paint_job(self, painter: QPainter, box: QRect, job: JobRow, theme: Theme) -> None:
        middle = box.center().y()
        self._line(painter, QRect(box.left(), middle - 17, box.width(), 18), job.title, self._bold, "text", theme)
        self._line(painter, QRect(box.left(), middle + 1, box.width(), 17), job.company, self._small, "dim", theme)

    def _paint_status(self, painter: QPainter, box: QRect, job: JobRow, theme: Theme) -> None:
        tone = wording.status_tone(job.status)
        ink, ground = theme.tone(tone)
        words = QFontMetrics(self._small).elidedText(
            wording.status_word(job.status), Qt.TextElideMode.ElideRight, box.width() - 14
        )
        chip = QRectF(box.left(), box.center().y() - 9, QFontMetrics(self._small).horizontalAdvance(words) + 14, 20)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(ink)
        painter.setFont(self._small)
        painter.drawText(chip, _CENTER, words)

    def _line(self, painter: QPainter, box: QRect, text: str, font: QFont, role: str, theme: Theme) -> None:
        painter.setFont(font)
        painter.setPen(theme.of(role))
        shown = QFontMetrics(font).elidedText(wording.one_line(text), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _LEFT, shown)
