"""CV files of every format: what is in them arrives, and what cannot be read is refused with a sentence that helps."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from jobagent_desktop.config import resource
from jobagent_desktop.documents.intake import docx_lines, read_cv
from jobagent_desktop.documents.intake.cv_file import MAX_BYTES
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.resume import Resume

HERE = Path(__file__).parent


def pdf(layout: str, folder: Path) -> str:
    import typst

    path = folder / f"{layout}.pdf"
    made = typst.compile(
        HERE / "layouts.typ", font_paths=[resource("fonts")], ignore_system_fonts=True, sys_inputs={"layout": layout}
    )
    path.write_bytes(made)
    return str(path)


# --- PDF ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["side-by-side", "name-in-second-column", "row-by-row"])
def test_columns_are_read_one_after_the_other(layout: str, tmp_path: Path) -> None:
    resume = read_cv(pdf(layout, tmp_path)).resume
    assert (resume.basics.name, resume.basics.label) == ("Lena Hartmann", "Product Designer")
    assert (resume.basics.email, resume.basics.phone) == ("lena.hartmann@example.org", "+49 30 5550123")
    assert resume.basics.location.city == "Berlin"
    assert [(work.position, work.name, work.start_date, work.end_date) for work in resume.work] == [
        ("Senior Product Designer", "Amtlich Digital GmbH", "2020", ""),
        ("Product Designer", "Praxiswerk AG", "2017", "2020"),
    ]
    assert resume.work[0].highlights == (
        "Redesigned the housing benefit application; completion rose from 54% to 81% within half a year.",
        "Built the design system that 9 teams use.",
    )
    assert resume.education[0].institution == "Potsdam University of Applied Sciences"
    assert resume.skill_names()[:4] == ("Figma", "User research", "Prototyping", "Design systems")
    assert [(lang.language, lang.fluency) for lang in resume.languages] == [("German", "native"), ("English", "C2")]


def test_a_table_is_read_row_by_row(tmp_path: Path) -> None:
    resume = read_cv(pdf("tabular", tmp_path)).resume
    assert (resume.basics.name, resume.basics.location.postal_code) == ("Jonas Brandt", "20457")
    assert [(work.position, work.name, work.start_date) for work in resume.work] == [
        ("Teamleiter Lagerlogistik", "Nordhafen Logistik GmbH", "2020-05"),
        ("Fachkraft für Lagerlogistik", "Elbkontor AG", "2014-08"),
    ]
    assert [entry.institution for entry in resume.education] == [
        "Berufsschule Hamburg-Harburg",
        "Stadtteilschule Wilhelmsburg",
    ]
    assert resume.certificates[0].name == "Führerschein: B, Staplerschein"


def test_hyphens_of_the_printing_are_taken_out(tmp_path: Path) -> None:
    resume = read_cv(pdf("hyphenated", tmp_path)).resume
    assert resume.basics.summary == (
        "Experienced administrative coordinator responsible for international conferences, extraordinarily complicated "
        "accommodation arrangements, interdisciplinary communication and environmental documentation throughout "
        "multinational organisations."
    )


def test_a_scan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="a scan or a picture"):
        read_cv(pdf("picture", tmp_path))


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    # The smallest PDF that names an encryption dictionary; no password opens it.
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    body += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    key = b"<" + b"41" * 32 + b">"
    body += b"4 0 obj<</Filter/Standard/V 2/R 3/Length 128/P -44/O " + key + b"/U " + key + b">>endobj\n"
    body += b"trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]/Size 5>>\n"
    path = tmp_path / "locked.pdf"
    path.write_bytes(body)
    with pytest.raises(Permanent, match="protected by a password"):
        read_cv(str(path))


def test_a_cut_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.pdf"
    path.write_bytes(resource("demo", "cv.pdf").read_bytes()[:2000])
    with pytest.raises(Permanent, match="damaged"):
        read_cv(str(path))


# --- DOCX --------------------------------------------------------------------------------------------------------------------


def expected_of_docx(resume: Resume) -> None:
    assert resume.basics.name == "Omar Haddad"
    assert (resume.basics.email, resume.basics.phone) == ("omar.haddad@example.org", "+353 1 555 0147")
    assert [(work.position, work.name, work.start_date, work.end_date) for work in resume.work] == [
        ("Data Analyst", "Liffey Insurance plc", "2021-02", ""),
        ("Junior Analyst", "Kestrel Research Ltd", "2018-09", "2021-01"),
    ]
    assert resume.work[0].highlights == ("Built 30 Power BI reports for claims.", "Cut reporting time by half.")
    assert resume.education[0].institution == "University College Dublin"
    assert resume.skill_names() == ("SQL", "Power BI", "Python")


JOBS = (
    (
        "Data Analyst",
        "Liffey Insurance plc, Dublin",
        "Feb 2021 – Present",
        ("Built 30 Power BI reports for claims.", "Cut reporting time by half."),
    ),
    ("Junior Analyst", "Kestrel Research Ltd, Cork", "Sep 2018 – Jan 2021", ("Cleaned survey data.",)),
)


def test_docx_with_styles(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("Omar Haddad", 0)
    document.add_paragraph("Dublin, Ireland | omar.haddad@example.org | +353 1 555 0147")
    document.add_heading("Experience", 1)
    for title, firm, dates, bullets in JOBS:
        document.add_paragraph().add_run(f"{title}\t{dates}").bold = True
        document.add_paragraph(firm)
        for bullet in bullets:
            document.add_paragraph(bullet, style="List Bullet")
    document.add_heading("Education", 1)
    document.add_paragraph("BA Economics, University College Dublin, 2015 – 2018")
    document.add_heading("Skills", 1)
    document.add_paragraph("SQL, Power BI, Python")
    path = tmp_path / "cv.docx"
    document.save(str(path))
    expected_of_docx(read_cv(str(path)).resume)


def test_docx_in_tables_with_a_page_header(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Omar Haddad"
    document.sections[0].header.add_paragraph("omar.haddad@example.org, +353 1 555 0147")
    document.add_paragraph("Work experience")
    table = document.add_table(rows=0, cols=2)
    for title, firm, dates, bullets in JOBS:
        cells = table.add_row().cells
        cells[0].text = dates
        cells[1].text = title
        cells[1].add_paragraph(firm)
        for bullet in bullets:
            cells[1].add_paragraph(bullet, style="List Bullet")
    document.add_paragraph("Education")
    row = document.add_table(rows=1, cols=2).rows[0].cells
    row[0].text, row[1].text = "2015 – 2018", "BA Economics, University College Dublin"
    document.add_paragraph("Skills")
    row = document.add_table(rows=1, cols=3).rows[0].cells
    row[0].text, row[1].text, row[2].text = "SQL", "Power BI", "Python"
    path = tmp_path / "cv.docx"
    document.save(str(path))
    expected_of_docx(read_cv(str(path)).resume)


def test_docx_with_a_text_box_and_a_content_control(tmp_path: Path) -> None:
    import docx
    from docx.oxml import parse_xml

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    compatibility = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    contact = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in ("omar.haddad@example.org", "+353 1 555 0147"))
    box = f"<w:txbxContent>{contact}</w:txbxContent>"
    document = docx.Document()
    anchor = document.add_paragraph("Omar Haddad")
    anchor._p.append(
        parse_xml(
            f"<w:r {space} {compatibility}><mc:AlternateContent>"
            f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    document.add_paragraph("EXPERIENCE")
    for title, firm, dates, bullets in JOBS:
        document.add_paragraph(f"{title} | {firm} | {dates}")
        for bullet in bullets:
            document.add_paragraph(f"• {bullet}")
    document.add_paragraph("EDUCATION")
    document.add_paragraph("BA Economics, University College Dublin, 2015 – 2018")
    document.add_paragraph("SKILLS")
    skills = "<w:p><w:r><w:t>SQL, Power BI,</w:t></w:r><w:r><w:t xml:space='preserve'> Python</w:t></w:r></w:p>"
    control = parse_xml(f"<w:sdt {space}><w:sdtContent>{skills}</w:sdtContent></w:sdt>")
    document.element.body.insert(len(document.element.body) - 1, control)
    path = tmp_path / "cv.docx"
    document.save(str(path))
    imported = read_cv(str(path))
    expected_of_docx(imported.resume)
    assert imported.unread == ()  # the box was read once, not its fallback copy too


def test_a_damaged_docx_is_refused(tmp_path: Path) -> None:
    import docx

    whole = BytesIO()
    docx.Document().save(whole)
    path = tmp_path / "cut.docx"
    path.write_bytes(whole.getvalue()[:3000])
    with pytest.raises(Permanent, match="damaged"):
        read_cv(str(path))


def test_a_docx_that_unpacks_to_far_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_lines, "_MAX_UNPACKED", 1_000_000)
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(1_000_001))
    with pytest.raises(Permanent, match="far larger inside"):
        read_cv(str(path))


# --- JSON Resume -------------------------------------------------------------------------------------------------------------


def test_json_resume_keeps_everything_and_names_what_it_has_no_place_for(tmp_path: Path) -> None:
    path = tmp_path / "resume.json"
    cv = {
        "basics": {"name": "Ada Sample", "email": "ada@example.org"},
        "work": [{"name": "Acme", "position": "Clerk", "startDate": "2019-01"}],
        "volunteer": [{"organization": "Shelter"}],
    }
    path.write_text(json.dumps(cv), "utf-8")
    imported = read_cv(str(path))
    assert imported.resume.work[0].start_date == "2019-01"
    assert imported.unread[0].reason == 'The profile has no place for "volunteer" yet.'
    assert "No skills were found." in imported.missing


def test_json_resume_with_a_mistake_names_the_key(tmp_path: Path) -> None:
    path = tmp_path / "resume.json"
    path.write_text('{"basics": {"name": "Ada"}, "work": [{"name": "Acme", "highlights": "one text"}]}', "utf-8")
    with pytest.raises(Permanent, match=r"work\.0\.highlights"):
        read_cv(str(path))


@pytest.mark.parametrize(
    ("content", "sentence"), [("{not json", "not valid JSON"), ('{"a": 1}', "not a JSON Resume"), ("[1]", "not a JSON Resume")]
)
def test_other_json_is_refused(content: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "resume.json"
    path.write_text(content, "utf-8")
    with pytest.raises(Permanent, match=sentence):
        read_cv(str(path))


# --- any file ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.pdf", b"", "is empty"),
        ("blank.txt", b" \n\n", "is empty"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 picture", "is a picture"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest", r"old Word document \(\.doc\)"),
        ("cv.rtf", b"{\\rtf1 text}", "RTF"),
        ("fake.pdf", b"not a pdf", "damaged"),
        ("program.txt", b"\x00\x01\x02\x03" * 50, "neither a text nor a document"),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Permanent, match=sentence):
        read_cv(str(path))


def test_a_missing_file_a_folder_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="is not there"):
        read_cv(str(tmp_path / "none.pdf"))
    with pytest.raises(Permanent, match="is a folder"):
        read_cv(str(tmp_path))
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
        file.seek(0)
        file.write(b"%PDF-1.7")
    with pytest.raises(Permanent, match="larger than 20 MB"):
        read_cv(str(huge))


def test_an_open_document_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cv.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(Permanent, match="OpenDocument"):
        read_cv(str(path))


def test_the_code_page_of_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cv.txt"
    text = "Jürgen Groß\njuergen@example.org\n\nKenntnisse\nEinkauf\n\nAusbildung\nAbitur, Gymnasium Köln, 2007\n"
    path.write_bytes(text.encode("cp1252"))
    assert read_cv(str(path)).resume.basics.name == "Jürgen Groß"
