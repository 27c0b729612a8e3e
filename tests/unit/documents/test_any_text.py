"""Whatever the text: it is read or refused with a sentence, never a crash."""

from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from jobagent_desktop.documents.intake.text_lines import text_lines
from jobagent_desktop.documents.parsing import parse_resume
from jobagent_desktop.domain.errors import Permanent

LINES = sorted({line for path in (Path(__file__).parent / "cvs").iterdir() for line in path.read_text("utf-8").splitlines()})
PIECES = st.one_of(
    st.sampled_from(LINES), st.text(max_size=80), st.sampled_from(("2019 –", "•", ":", "Experience", "Skills", "\t|\t"))
)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_lines_are_read_or_refused(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    with suppress(Permanent):
        imported = parse_resume(text_lines(text))
        for _, sentence in imported.resume.sources():
            assert sentence.strip()
