"""The whole way in the real window: first run, a CV, a search, previews, approval. Writes pictures for a person to look at."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from jobagent_desktop.config import resource
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.views import JobDetail
from jobagent_desktop.ui.detail.actions import Act
from jobagent_desktop.ui.detail.pane import PREVIEW
from tests.e2e.conftest import PATIENCE_MS, Program


def text_of(path: Path) -> str:
    pdf = pypdfium2.PdfDocument(path)
    try:
        return " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()


@pytest.mark.e2e
def test_from_the_first_run_to_an_approved_application(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    window = program.window
    qtbot.waitUntil(window.profile.welcome_drop.isVisible)
    program.picture("1-empty")

    # A file that is no CV: a sentence, and the page stays.
    recipe = tmp_path / "recipe.txt"
    recipe.write_text("Apple pie\n\nTake four apples and a pound of flour.\n", "utf-8")
    window.profile.welcome_drop.set_chooser(lambda: str(recipe))
    qtbot.mouseClick(window.profile.welcome_drop.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.profile.welcome_message.isVisible, timeout=PATIENCE_MS)
    assert "CV" in window.profile.welcome_message.text()
    program.picture("2-not-a-cv")

    window.profile.welcome_drop.set_chooser(lambda: str(resource("demo", "cv.pdf")))
    qtbot.mouseClick(window.profile.welcome_drop.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.profile.save_button.isVisible, timeout=PATIENCE_MS)
    program.picture("3-imported")

    # Search the demo board, and look while it works.
    window.profile.wishes.demo.setChecked(True)
    qtbot.mouseClick(window.profile.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.count(ApplicationStatus.PREVIEW_READY) >= 3, timeout=PATIENCE_MS)
    assert window.jobs.isVisible()
    program.picture("4-busy")
    qtbot.waitUntil(lambda: program.count(ApplicationStatus.PREVIEW_READY) >= 20, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: program.queries.counts().previews_left == 0, timeout=PATIENCE_MS)

    # The best one: its PDF says who she is and has the job's words that her CV has.
    best = program.best()
    assert best.preview is not None
    assert best.match is not None
    text = text_of(program.workspace.file_path(best.row.id, "cv", best.preview.cv_file))
    assert "Marta Nowak" in text
    assert best.match.required_have
    assert all(skill.casefold() in text.casefold() for skill in best.match.required_have[:3])
    window.jobs.choose_first()
    qtbot.waitUntil(lambda: window.jobs.detail.shown_id() == best.row.id)
    window.jobs.detail.show_tab(PREVIEW)
    pages = window.jobs.detail.preview.pages
    qtbot.waitUntil(lambda: pages.page_count() > 0 and pages.is_sharp(), timeout=PATIENCE_MS)
    program.picture("5-preview")

    # The user's own word goes into the document.
    preview = window.jobs.detail.preview
    qtbot.mouseClick(preview.letter_chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(pages.is_sharp, timeout=PATIENCE_MS)
    program.picture("6-letter")
    qtbot.mouseClick(preview.edit_button, Qt.MouseButton.LeftButton)
    preview.editor.field("letter.greeting").setPlainText("Dear Anna Kowalska,")
    program.picture("7-editing")
    qtbot.mouseClick(preview.editor.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: greeting_of(program.best()) == "Dear Anna Kowalska,", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not preview.is_editing(), timeout=PATIENCE_MS)

    qtbot.mouseClick(window.jobs.detail.action_bar.button(Act.APPROVE), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.count(ApplicationStatus.APPROVED) == 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: Act.APPLIED in window.jobs.detail.action_bar.acts(), timeout=PATIENCE_MS)
    program.picture("8-approved")

    # A site that refuses: the light says so.
    program.refuse_three_times()
    qtbot.waitUntil(lambda: "paused" in window.status.text().casefold(), timeout=PATIENCE_MS)
    program.picture("9-paused")


def greeting_of(detail: JobDetail) -> str:
    return detail.preview.draft.letter.greeting if detail.preview else ""
