"""Where a user with a problem looks in Settings: the facts that a bug report needs, to the clipboard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import perf_counter

from PySide6.QtCore import QTimer, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from jobagent_desktop.ui.context import WindowContext
from jobagent_desktop.ui.theme import Tone
from jobagent_desktop.ui.widgets.button import Button
from jobagent_desktop.ui.widgets.card import Card
from jobagent_desktop.ui.widgets.label import small
from jobagent_desktop.ui.widgets.message_bar import MessageBar

SLICE_S = 0.008
"""How long it gathers at a time: the window stays quick however large the data folder is."""


class HelpCard(Card):
    """Gathers in slices between the window's own work, and copies."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Help"), parent)
        self._context = context
        self._steps: Iterator[str | None] | None = None
        self._head = ""
        self.copy_button = Button(self.tr("Copy diagnostics"))
        self.message = MessageBar()
        self.column.addWidget(
            small(
                self.tr(
                    "Does something not work? Copy versions, sizes, counts and the newest warnings into your bug report. "
                    "No names, no addresses and nothing from your CV are in it, and nothing is sent."
                )
            )
        )
        row = QHBoxLayout()
        row.addWidget(self.copy_button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addWidget(self.message)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._gather)
        self.copy_button.clicked.connect(self._on_copy)

    @Slot()
    def _on_copy(self) -> None:
        context = self._context
        counts, profile = context.queries.counts(), context.queries.profile()
        lines = [f"Job Market Agent {context.version}{' (demo)' if context.demo else ''}", f"Qt: {qVersion()}"]
        lines += [f"Applications: {_listed(counts.applications)}", f"Tasks: {_listed(counts.tasks)}"]
        self._head = "\n".join(lines)
        basics = profile.resume.basics if profile is not None else None
        personal = [basics.name, basics.email, basics.phone] if basics is not None else []
        self._steps = context.diagnostics.gather(personal) if context.diagnostics is not None else iter([""])
        self.copy_button.setEnabled(False)
        self.message.dismiss()
        self._timer.start()

    @Slot()
    def _gather(self) -> None:
        until = perf_counter() + SLICE_S
        for text in self._steps or ():
            if text is not None:
                self._finish(text)
                return
            if perf_counter() > until:
                return

    def _finish(self, text: str) -> None:
        self._timer.stop()
        self._steps = None
        self.copy_button.setEnabled(True)
        QGuiApplication.clipboard().setText(f"{self._head}\n{text}".strip() + "\n")
        self.message.show_message(self.tr("Copied. Paste it into your bug report, and read it through first."), Tone.GOOD)


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{key} {number}" for key, number in sorted(counts.items())) or "none"
