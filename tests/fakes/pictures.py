"""Pictures of windows for a person to look at, their contact sheet, and what a person would call cut off."""

from __future__ import annotations

import html
from collections import defaultdict
from pathlib import Path

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from jobagent_desktop.ui.navigation import NavigationEntry
from jobagent_desktop.ui.widgets.button import Button, FilterChip, FlatTabs
from jobagent_desktop.ui.widgets.check import Check
from jobagent_desktop.ui.widgets.choice import Choice
from jobagent_desktop.ui.widgets.label import ElidedLabel, Label
from jobagent_desktop.ui.widgets.marks import Tag

FOLDER = Path(__file__).parents[2] / "artifacts" / "ui"
FAST = 80
"""PNG's effort: this one takes two thirds of the time for files that are a little larger."""


def take(widget: QWidget, name: str) -> None:
    """Writes `artifacts/ui/<name>.png`; fails when the picture is blank."""
    path = FOLDER / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(3):  # a layout that changes its height asks the next outer one
        QApplication.processEvents()
    image = widget.grab().toImage()
    seen = {image.pixel(x, y) for x in range(0, image.width(), 41) for y in range(0, image.height(), 13)}
    assert len(seen) > 10, "the picture is blank"
    assert image.save(str(path), None, FAST)  # pyright: ignore[reportCallIssue, reportArgumentType]  # the stubs want bytes


def write_contact_sheet() -> None:
    """`artifacts/ui/index.html`: one row for each scene, with it in every look; then the single pictures."""
    rows: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(FOLDER.glob("looks/*/*.png")):
        rows[path.stem].append(path)
    single = sorted(FOLDER.glob("*.png"))

    def figure(path: Path, words: str) -> str:
        address = html.escape(path.relative_to(FOLDER).as_posix())
        return f'<figure><a href="{address}"><img loading="lazy" src="{address}"></a><figcaption>{words}</figcaption></figure>'

    lines = [
        "<!doctype html><meta charset=utf-8><title>Pictures of the window</title><style>",
        "body{font:14px sans-serif;margin:24px;background:#777;color:#fff}section{display:flex;flex-wrap:wrap;gap:8px}",
        "figure{margin:0}img{width:460px;display:block}h2{margin:24px 0 6px}</style>",
    ]
    for scene, paths in rows.items():
        lines.append(f"<h2>{html.escape(scene)}</h2><section>")
        lines += [figure(path, html.escape(path.parent.name)) for path in paths]
        lines.append("</section>")
    lines.append("<h2>more</h2><section>")
    lines += [figure(path, html.escape(path.stem)) for path in single]
    lines.append("</section>")
    (FOLDER / "index.html").write_text("\n".join(lines), encoding="utf-8")


def _width(widget: QWidget, text: str) -> int:
    return QFontMetrics(widget.font()).horizontalAdvance(text)


def _lacks_room(widget: QWidget) -> bool:
    """Whether its words do not fit into it."""
    if isinstance(widget, ElidedLabel | Tag):
        return _width(widget, widget.text()) > widget.width() and not widget.toolTip()
    if isinstance(widget, Label):
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) > widget.height()
        return widget.sizeHint().width() > widget.width()
    if isinstance(widget, NavigationEntry):
        return _width(widget, widget.text()) + 16 > widget.width() and widget.text() not in widget.toolTip()
    if isinstance(widget, Button | FilterChip | Check | Choice):
        return widget.sizeHint().width() > widget.width()
    if isinstance(widget, FlatTabs):
        return sum(widget.tabRect(i).width() for i in range(widget.count())) > widget.width() and not widget.usesScrollButtons()
    return False


def cut_off(window: QWidget) -> list[str]:
    """What a person would call cut off: words without room and without a tooltip, and parts that stand out of their place."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not type(widget).__module__.startswith("jobagent_desktop"):
            continue
        said = widget.text() if isinstance(widget, QLabel | Button | FilterChip) else widget.accessibleName()
        name = f"{type(widget).__name__} {said!r}"
        if _lacks_room(widget):
            found.append(f"{name} has no room: {widget.width()}x{widget.height()}, wants {widget.sizeHint().width()}")
        place = widget.parentWidget()
        area = place.parentWidget() if place is not None else None  # pyright: ignore[reportUnnecessaryComparison]
        if place is None or (isinstance(area, QScrollArea) and area.viewport() is place):  # pyright: ignore[reportUnnecessaryComparison]
            continue
        if not place.rect().contains(widget.geometry()):
            found.append(f"{name} stands out of its {type(place).__name__}: {widget.geometry()} in {place.size()}")
    return found
