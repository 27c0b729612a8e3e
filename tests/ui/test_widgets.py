"""The small widgets: text that always fits, messages that are never cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from jobagent_desktop.ui.theme import Appearance
from jobagent_desktop.ui.widgets.flow import FlowLayout
from jobagent_desktop.ui.widgets.label import ElidedLabel, Label, small, title
from jobagent_desktop.ui.widgets.marks import Tag
from jobagent_desktop.ui.widgets.message_bar import MessageBar

LONG = "Softwareentwicklungsabteilungsleiterstellvertreter" * 2
SENTENCE = (
    "The site asked us to slow down, so searching has stopped for a while. It goes on by itself; you need not do anything. " * 3
)


@pytest.mark.parametrize("width", [80, 200, 480, 1000])
@pytest.mark.parametrize("text", [LONG, SENTENCE, "one\ntwo\nthree", "", "שלום עולם", "x"])
def test_a_label_is_as_high_as_its_text_at_every_width(appearance: Appearance, qtbot: QtBot, text: str, width: int) -> None:
    label = title(text)
    qtbot.addWidget(label)
    _, size = label._laid_out(width)
    assert size.width() <= width
    assert label.heightForWidth(width) == size.height() >= QFontMetrics(label.font()).height()


def test_a_label_breaks_between_words_where_it_can(appearance: Appearance, qtbot: QtBot) -> None:
    label = Label("beginnings of words")
    qtbot.addWidget(label)
    layout, _ = label._laid_out(QFontMetrics(label.font()).horizontalAdvance("beginnings of wor"))
    second = layout.lineAt(1)
    assert label.text()[second.textStart() :] == "words"


@pytest.mark.parametrize("width", [336, 400, 900])
def test_a_message_is_never_cut(appearance: Appearance, qtbot: QtBot, width: int) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    filler = QWidget()
    column.addWidget(filler, 1)
    bar = MessageBar()
    column.addWidget(bar)
    holder.resize(width, 700)
    holder.show()
    bar.show_message(SENTENCE, act="Try now")
    qtbot.waitUntil(lambda: bar.height() > 20)
    label = bar.findChild(Label)
    assert isinstance(label, Label)
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))
    assert bar.rect().contains(label.geometry())
    assert bar.rect().contains(bar.act_button.geometry())


def test_a_message_goes_by_itself_after_its_time(appearance: Appearance, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    bar = MessageBar(parent=holder)
    holder.show()
    with qtbot.waitSignal(bar.dismissed):
        bar.show_message("Skipped.", seconds=0.05)
    assert bar.isHidden()


def test_chips_wrap_and_the_longest_is_cut_to_the_line(appearance: Appearance, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = FlowLayout(holder, gap=4)
    tags = [Tag(text) for text in ("Python", "PostgreSQL", "Kafka", LONG, "AWS")]
    for tag in tags:
        flow.addWidget(tag)
    holder.resize(150, flow.heightForWidth(150))
    holder.show()
    boxes = [tag.geometry() for tag in tags]
    assert all(holder.rect().contains(box) for box in boxes)
    assert not any(one.intersects(other) for i, one in enumerate(boxes) for other in boxes[i + 1 :])
    assert boxes[0].y() < boxes[3].y() < boxes[4].y()
    tags[3].hide()
    assert flow.heightForWidth(150) < holder.height()


def test_an_elided_label_has_the_whole_text_in_its_tooltip(appearance: Appearance, qtbot: QtBot) -> None:
    label = ElidedLabel("<b>" + LONG)
    qtbot.addWidget(label)
    label.resize(100, 20)
    assert LONG in label.toolTip()
    assert "<b>" not in label.toolTip()
    assert label.grab(QRect(0, 0, 100, 20)).width() == 100


def test_small_text_is_twelve_pixels(appearance: Appearance, qtbot: QtBot) -> None:
    sizes = {small().font().pixelSize(), Label().font().pixelSize(), title().font().pixelSize()}
    assert sizes == {12, 13, 18}
