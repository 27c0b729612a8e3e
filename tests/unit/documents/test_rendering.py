"""The CV and the letter as PDFs: every sentence whole and in order, nothing evaluated, the same bytes each time."""

import re
import struct
import zlib
from bisect import bisect_left
from datetime import UTC, datetime
from functools import cache

import pypdfium2 as pdfium
import pytest

from jobagent_desktop.config import resource
from jobagent_desktop.documents.drawing import draw_pages
from jobagent_desktop.documents.rendering import Renderer, fitted
from jobagent_desktop.domain.draft import CoverLetter, CvSection, Sentence, TailoredCv
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.services.ports import RenderedPdf

ON = datetime(2026, 11, 3, tzinfo=UTC)
HOSTILE = (
    'Ran #image("/etc/passwd") and #read("cv.typ"); cut $cost$ by 20% *today* _now_ @team <a> \\ [b] // c /* d */ `e` = f',
    "Built event-driven, low-latency services in C++, C# and F# for well-known state-owned rail and inter-city bus firms.",
    'Said "yes" -> done ... twice -- in 2 h; wrote https://example.org/a/very/long/path?with=query&and=more#fragment down.',
)


@cache
def renderer() -> Renderer:
    return Renderer(resource("templates"), resource("fonts"))


def section(number: int, *lines: str) -> CvSection:
    sentences = tuple(Sentence(line, f"work.{number}.highlights.{i}") for i, line in enumerate(lines))
    return CvSection(
        f"work.{number}", f"Engineer {number}", f"Firm {number}, Łódź", f"Mar 20{10 + number} – Apr 20{11 + number}", sentences
    )


def cv(*work: CvSection, language: str = "en", name: str = "Zoë Œuvre-Nowak") -> TailoredCv:
    return TailoredCv(
        name=name,
        label="Инженер · Μηχανικός · Ingénieure",
        contact=("Łódź, Poland", "zoe@example.org", "github.com/zoe-example"),
        summary=(Sentence("First sentence of the summary.", "basics.summary"), Sentence("Second one.", "basics.summary")),
        work=work,
        projects=(CvSection("projects.0", "A project", "", "2020", (Sentence("What it did.", "projects.0.description"),)),),
        education=(CvSection("education.0", "MSc in Physics", "Leeds University", "2010 – 2012", ()),),
        skills=("Python", "Kafka"),
        certificates=("A certificate, Issuer, 2020",),
        languages=("Polish (native)", "English (C1)"),
        language=language,
    )


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_every_sentence_is_whole_and_in_order() -> None:
    work = (section(3, *HOSTILE), section(2, *HOSTILE[::-1]), section(1, "Short."))
    made = cv(*work)
    text = flat(renderer().cv(made).text)
    expected = [
        made.name,
        made.label,
        *made.contact,
        "Profile",
        "First sentence of the summary. Second one.",
        "Skills",
        "Python, Kafka",
    ]
    expected.append("Experience")
    for entry in work:
        expected += [f"{entry.heading} {entry.dates}", entry.subheading, *(line.text for line in entry.lines)]
    expected += ["Projects", "A project 2020", "What it did.", "Education", "MSc in Physics 2010 – 2012", "Leeds University"]
    expected += ["Certificates", "A certificate, Issuer, 2020", "Languages", "Polish (native), English (C1)"]
    at = 0
    for piece in expected:
        found = text.find(piece, at)
        assert found >= 0, f"{piece!r} is not after position {at} in {text!r}"
        at = found + len(piece)


def test_compounds_stay_whole_whatever_the_line_length() -> None:
    words = [f"{'very-' * (i % 3)}well-known-{i}" for i in range(60)]
    text = flat(renderer().cv(cv(section(1, " ".join(words)))).text)
    assert " ".join(words) in text


def test_the_same_input_gives_the_same_bytes() -> None:
    made = cv(section(1, *HOSTILE))
    first = renderer().cv(made).data
    assert renderer().cv(made).data == first
    assert Renderer(resource("templates"), resource("fonts")).cv(made).data == first


def test_the_document_says_what_it_is() -> None:
    with pdfium.PdfDocument(renderer().cv(cv(section(1, "Text."), language="de")).data) as document:
        metadata = document.get_metadata_dict()
        assert metadata["Title"] == "Zoë Œuvre-Nowak – Инженер · Μηχανικός · Ingénieure"
        assert metadata["Author"] == "Zoë Œuvre-Nowak"
        assert metadata["CreationDate"] == ""
        assert document.is_tagged()


def test_titles_follow_the_language() -> None:
    text = renderer().cv(cv(section(1, "Text."), language="pl")).text
    assert "Doświadczenie zawodowe" in text and "Wykształcenie" in text
    assert "Experience" in renderer().cv(cv(section(1, "Text."), language="xx")).text


def test_a_few_lines_do_not_spill_to_a_new_page() -> None:
    """A page that has just begun is well filled, because until then everything was drawn together on the one before."""

    def with_lines(count: int) -> RenderedPdf:
        return renderer().cv(cv(section(1, *(f"Line number {i} of this long list." for i in range(count)))))

    first_of_two = bisect_left(range(60), 2, key=lambda count: with_lines(count).pages)
    made = with_lines(first_of_two)
    assert (with_lines(first_of_two - 1).pages, made.pages) == (1, 2)
    with pdfium.PdfDocument(made.data) as document:
        on_second = document[1].get_textpage().get_text_bounded()
    assert len(on_second.splitlines()) >= 6


def test_fitting_takes_the_greatest_ease_that_saves_a_page() -> None:
    tried: list[float] = []

    def compiled(ease: float) -> bytes:
        tried.append(ease)
        return renderer().cv(cv(section(1, *("Text." for _ in range(100 if ease > 0.6 else 1))))).data

    with pdfium.PdfDocument(fitted(compiled)) as document:
        assert len(document) == 1
    assert 0.6 - max(ease for ease in tried if ease <= 0.6) < 0.04
    assert len(tried) <= 8


def test_a_letter_bears_its_date_and_ends_with_the_name() -> None:
    letter = CoverLetter(
        name="Zoë Nowak",
        contact=("zoe@example.org",),
        recipient="Hiring team\nAcme Ltd",
        subject="Application for Engineer",
        greeting="Dear hiring team,",
        paragraphs=(
            (Sentence("One.", "template"), Sentence("Two #three.", "posting")),
            (Sentence(HOSTILE[0], "work.0.highlights.0"),),
        ),
        closing="Kind regards,",
    )
    made = renderer().letter(letter, ON)
    assert flat(made.text).strip() == (
        f"Zoë Nowak zoe@example.org Hiring team Acme Ltd 3 November 2026 Application for Engineer Dear hiring team, "
        f"One. Two #three. {HOSTILE[0]} Kind regards, Zoë Nowak"
    )
    assert made.pages == 1


@pytest.mark.parametrize(
    ("language", "date"),
    [("de", "3. November 2026"), ("pl", "3 listopada 2026"), ("es", "3 de noviembre de 2026"), ("cs", "2026-11-03")],
)
def test_a_letter_writes_its_date_in_its_language(language: str, date: str) -> None:
    letter = CoverLetter("A B", (), "", "", "", ((Sentence("Text.", "template"),),), "", language=language)
    assert date in renderer().letter(letter, ON).text


def test_a_character_that_no_font_has_is_named() -> None:
    with pytest.raises(Permanent, match="can show the character 𒀀"):
        renderer().cv(cv(name="Jan 𒀀"))


def test_emoji_and_symbols_of_other_fonts_are_left_out() -> None:
    assert "Shipped it fast." in flat(renderer().cv(cv(section(1, "Shipped it 🚀 \uf0b7 fast."))).text)


def test_pages_are_drawn_as_pictures_of_the_asked_width() -> None:
    made = renderer().cv(cv(section(1, *("Text." for _ in range(50)))))
    pictures = draw_pages(made.data, 321)
    assert len(pictures) == made.pages == 2
    width, height = struct.unpack(">II", pictures[0][16:24])
    assert (width, round(height / width, 1)) == (321, 1.4)
    rows = zlib.decompress(pictures[0][pictures[0].index(b"IDAT") + 4 : pictures[0].rindex(b"IEND") - 8])
    assert len(rows) == height * (1 + 3 * width)
    assert min(rows[1 : 3 * width]) == 255  # the margin is white
    assert min(rows) < 60  # and the letters are dark


def test_a_damaged_pdf_is_not_drawn() -> None:
    with pytest.raises(Permanent, match="damaged"):
        draw_pages(b"%PDF-1.7 nothing", 300)
