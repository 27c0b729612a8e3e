"""CV files that are wrong, hostile, or two people's: a sentence each, and the document process stays small."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from jobagent_desktop.config import resource
from jobagent_desktop.documents import DocumentWorker
from jobagent_desktop.documents.intake import read_cv
from jobagent_desktop.documents.rendering import Renderer
from jobagent_desktop.domain.draft import CvSection, Sentence, TailoredCv
from jobagent_desktop.domain.errors import AgentError, Permanent
from tests.fakes.bad_pdfs import PAGE_TEXT, bomb, encrypted, pdf

ONE = """Marta Nowak
Backend Engineer
marta@example.org | +48 600 100 200 | Gdańsk, Poland

Experience
Backend Engineer, Northwind, 2019 - 2023
- Built payment services in Python.

Education
MSc Computer Science, Gdańsk University, 2014 - 2019

Skills
Python, PostgreSQL
"""
OTHER = (
    ONE.replace("Marta Nowak", "Piotr Zieliński")
    .replace("marta@", "piotr@")
    .replace("600 100 200", "700 300 400")
    .replace("payment services", "rocket engines")
    .replace("Northwind", "Contoso")
)
REFEREES = "\nReferences\nDr. Anna Kowalska\nanna.kowalska@example.com\nJan Lis\njan.lis@example.com\n"


def read(tmp_path: Path, content: bytes | str, name: str = "cv.pdf") -> object:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_cv(str(path))


# --- one person --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("between", ["\n\n", "\f"])
def test_two_people_in_one_file_are_kept_apart_and_told(tmp_path: Path, between: str) -> None:
    path = tmp_path / "two.txt"
    path.write_text(ONE + between + OTHER, "utf-8")
    imported = read_cv(str(path))
    assert imported.resume == read_only(tmp_path, ONE)
    assert imported.unread[0].text == "Piotr Zieliński, piotr@example.org"
    assert "Another person's CV begins here" in imported.unread[0].reason
    assert "rocket" not in imported.model_dump_json()


def test_two_people_in_one_pdf(tmp_path: Path) -> None:
    def page(text: str) -> str:
        name, *rest = text.replace("@", "\\@").splitlines()
        return "\n\n".join((f"#text(20pt)[{name}]", *filter(None, rest)))

    import typst

    source = tmp_path / "two.typ"
    source.write_text(page(ONE) + "\n\n#pagebreak()\n\n" + page(OTHER), "utf-8")
    (tmp_path / "two.pdf").write_bytes(typst.compile(source, font_paths=[resource("fonts")], ignore_system_fonts=True))
    imported = read_cv(str(tmp_path / "two.pdf"))
    assert [work.name for work in imported.resume.work] == ["Northwind"]
    assert (imported.unread[0].text, imported.unread[0].page) == ("Piotr Zieliński, piotr@example.org", 2)


@pytest.mark.parametrize(
    "text",
    [
        ONE + REFEREES,
        ONE.replace("- Built", "Reported to Anna Kowalska\nanna.kowalska@northwind.example\n- Built"),
        ONE + ONE,  # the same CV twice
        ONE + ONE.replace("Marta Nowak", "Marta Anna Nowak").replace("marta@example.org", "m.nowak@work.example"),
    ],
)
def test_others_who_are_only_named_are_no_second_person(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cv.txt"
    path.write_text(text, "utf-8")
    imported = read_cv(str(path))
    assert imported.resume.basics.name == "Marta Nowak"
    assert not any("Another person" in piece.reason for piece in imported.unread)


def read_only(tmp_path: Path, text: str) -> object:
    path = tmp_path / "one.txt"
    path.write_text(text, "utf-8")
    return read_cv(str(path)).resume


# --- PDF and DOCX ------------------------------------------------------------------------------------------------------------


def test_an_encrypted_pdf_is_refused_but_one_without_a_password_to_open_is_read(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"protected by a password\. Save a copy without a password"):
        read(tmp_path, encrypted(b"secret"))
    with pytest.raises(Permanent, match="does not look like a CV"):  # so its text was read
        read(tmp_path, encrypted(b""))


def test_five_hundred_pages(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="has 500 pages; a CV has a few"):
        read(tmp_path, pdf(PAGE_TEXT, pages=500))


def docx_with(document: str) -> bytes:
    import docx

    whole, changed = BytesIO(), BytesIO()
    docx.Document().save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, document if name == "word/document.xml" else source.read(name))
    return changed.getvalue()


@pytest.mark.parametrize(
    ("prologue", "inside", "sentence"),
    [
        ("", "<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 400_000, "far larger inside"),
        ("", "<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 20_000, "far longer than a CV"),
        (
            '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
            + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
            + "]>",
            "<w:p><w:r><w:t>&i;</w:t></w:r></w:p>",
            "damaged",
        ),
        (
            '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            f"<w:p><w:r><w:t>{ONE.splitlines()[0]} &a;</w:t></w:r></w:p>",
            "does not look like a CV|damaged",
        ),
    ],
)
def test_docx_files_that_grow(tmp_path: Path, prologue: str, inside: str, sentence: str) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'{prologue}<w:document xmlns:w="{space}"><w:body>{inside}</w:body></w:document>'
    with pytest.raises(Permanent, match=sentence):
        read(tmp_path, docx_with(document), "cv.docx")


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    kind = ("pdf", "docx")[seed % 2]
    data = bytearray(resource("demo", "cv.pdf").read_bytes() if kind == "pdf" else docx_with("<w:broken"))
    for _ in range(rng.choice((1, 5, 50))):
        at = rng.randrange(len(data))
        data[at : at + rng.randrange(20)] = rng.randbytes(rng.randrange(20))
    try:
        read(tmp_path, bytes(data), f"cv.{kind}")
    except AgentError as error:
        assert error.sentence.endswith(".")


@pytest.fixture
async def worker() -> AsyncIterator[DocumentWorker]:
    started = DocumentWorker()
    yield started
    await started.aclose()


async def test_a_small_file_that_unpacks_to_gigabytes_ends_the_process_and_nothing_else(
    worker: DocumentWorker, tmp_path: Path
) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(bomb(2_500))
    assert path.stat().st_size < 20_000
    with pytest.raises(Permanent, match=r"engine stopped while working on this file|needs more memory"):
        await worker.read_cv(str(path))
    good = await worker.read_cv(str(resource("demo", "cv.pdf")))
    assert good.resume.basics.name == "Marta Nowak", "the next file is read as ever"


# --- what characters do ------------------------------------------------------------------------------------------------------


def test_emoji_that_documents_cannot_show_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cv.txt"
    path.write_text(ONE.replace("Built", "Built 🚀 and 🎉"), "utf-8")
    told = read_cv(str(path)).unread[-1]
    assert told.text == "🚀 🎉"
    assert "left out of your CV and letters" in told.reason


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (r"Ada \ud800\u001b[31m\u009b Byron", "Ada [31m Byron"),
        (r"Ada\u202e Byron\u2066", "Ada Byron"),
        (r"\u0639\u0645\u0631 \u062d\u062f\u0627\u062f", "عمر حداد"),
        (r"Zo\u00eb \"Z\" O'Neil\/Smith\\x", 'Zoë "Z" O\'Neil/Smith\\x'),
    ],
)
def test_names_lose_what_is_no_text_and_nothing_else(tmp_path: Path, written: str, kept: str) -> None:
    path = tmp_path / "cv.json"
    path.write_text(f'{{"basics": {{"name": "{written}"}}, "skills": [{{"name": "x"}}]}}', "ascii")
    imported = read_cv(str(path))
    assert imported.resume.basics.name == kept
    assert imported.model_dump_json()


def test_a_number_of_ten_thousand_digits_is_a_mistake_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="not valid JSON"):
        read(tmp_path, '{"basics": %s}' % ("1" * 10_000), "cv.json")


def cv_of(name: str) -> TailoredCv:
    line = Sentence(f"{name} did it well.", "work.0.highlights.0")
    work = (CvSection("work.0", f"Engineer {name}", "Firm", "2020", (line,)),)
    return TailoredCv(name, "", (), (), work, (), (), (), (), ())


@pytest.mark.parametrize(
    "name",
    [
        'Zoë "Z" O\'Neil/Smith\\x',
        "Nguyễn Thị Ánh",
        "Нина Ћирић",
        "Ελένη Ώρα",
        "عمر حداد",
        "דוד לוי",
        "山田太郎",
        "김민수",
        "นภา",
    ],
)
def test_the_pdf_holds_the_same_name_or_says_which_character_has_no_font(name: str) -> None:
    try:
        text = Renderer(resource("templates"), resource("fonts")).cv(cv_of(name)).text
    except Permanent as error:
        # This computer has no font for the script; the sentence names the character and what to do.
        assert any(f"the character {character}." in error.sentence for character in name)
        assert "Install a font" in error.sentence
        assert all(ord(character) > 0x590 for character in name), "Latin, Greek and Cyrillic are always there"
    else:
        assert name in text
        assert "\ufffd" not in text


@pytest.mark.parametrize("name", ["", "  ", "🚀"])
def test_a_cv_without_a_name_is_still_a_document(name: str) -> None:
    made = Renderer(resource("templates"), resource("fonts")).cv(cv_of(name))
    assert made.text.startswith("CV")
    assert "did it well" in made.text
