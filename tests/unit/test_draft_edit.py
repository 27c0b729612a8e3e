"""The user's edits of a draft: text is replaced or removed where it stands, and marked as the user's own."""

from __future__ import annotations

import pytest

from jobagent_desktop.domain.draft import CoverLetter, CvSection, Draft, Sentence, TailoredCv
from jobagent_desktop.domain.draft_edit import edit_draft
from jobagent_desktop.domain.errors import Permanent

WORK = CvSection(
    "work.0", "Engineer", "Portis", "2019 – today", (Sentence("One.", "work.0.highlights.0"), Sentence("Two.", "x"))
)
DRAFT = Draft(
    TailoredCv("Ada", "Engineer", (), (Sentence("Summary.", "basics.summary"),), (WORK,), (), (), (), (), ()),
    CoverLetter(
        "Ada", (), "Northwind", "Subject", "Dear team,", ((Sentence("A.", "template"),), (Sentence("B.", "posting"),)), "Bye"
    ),
    "offline",
)


def test_changed_text_is_the_users_and_unchanged_text_keeps_its_source() -> None:
    edited = edit_draft(DRAFT, [("cv.work.0.lines.1", " Two,\n better. "), ("cv.work.0.lines.0", "One.")])
    assert edited.cv.work[0].lines == (Sentence("One.", "work.0.highlights.0"), Sentence("Two, better.", "user"))


def test_emptied_text_is_removed_with_its_paragraph() -> None:
    edited = edit_draft(DRAFT, [("letter.paragraphs.0.0", ""), ("cv.summary.0", "  ")])
    assert edited.letter.paragraphs == ((Sentence("B.", "posting"),),)
    assert edited.cv.summary == ()


def test_the_head_of_the_letter_is_marked_once_it_is_the_users() -> None:
    edited = edit_draft(DRAFT, [("letter.greeting", "Dear Anna,"), ("letter.closing", "Bye")])
    assert (edited.letter.greeting, edited.letter.own_words) == ("Dear Anna,", ("greeting",))
    again = edit_draft(edited, [("letter.subject", "Another subject")])
    assert again.letter.own_words == ("subject", "greeting")


def test_a_place_that_is_not_there_changes_nothing() -> None:
    with pytest.raises(Permanent, match="has changed"):
        edit_draft(DRAFT, [("cv.work.7.lines.0", "x")])
