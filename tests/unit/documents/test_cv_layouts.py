"""CVs of several trades and languages, laid out as people lay them out: every fact in its place, nothing lost or made up."""

import re
from pathlib import Path

import pytest

from jobagent_desktop.documents.intake import read_cv
from jobagent_desktop.documents.parsing import parse_resume
from jobagent_desktop.documents.parsing.headings import section_of
from jobagent_desktop.documents.parsing.lexicon import words
from jobagent_desktop.documents.parsing.line import Line
from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.domain.resume import ImportedCv, Resume

CVS = Path(__file__).parent / "cvs"
ALL = sorted(path.name for path in CVS.iterdir() if path.name not in {"recipe.txt", "invoice.txt", "czech.txt"})


def read(name: str) -> ImportedCv:
    return read_cv(str(CVS / name))


def jobs(resume: Resume) -> list[tuple[str, str, str, str]]:
    return [(work.position, work.name, work.start_date, work.end_date) for work in resume.work]


def test_nurse() -> None:
    cv = read("nurse.txt")
    basics = cv.resume.basics
    assert (basics.name, basics.label) == ("SIOBHAN O'CONNELL", "Registered Nurse (Adult)")
    assert (basics.location.city, basics.location.postal_code, basics.location.country_code) == ("Leeds", "LS8 5HJ", "GB")
    assert basics.summary.startswith("Compassionate adult nurse") and basics.summary.endswith("evidence-based care.")
    assert jobs(cv.resume) == [
        ("Staff Nurse, Acute Medical Unit", "St Brigid's Hospital NHS Trust", "2020-09", ""),
        ("Community Nurse", "Airedale Community Health", "2018-03", "2020-08"),
        ("Healthcare Assistant", "Elm Tree Care Home", "2015-06", "2018-02"),
    ]
    assert cv.resume.work[0].highlights[2] == (
        "Act as link nurse for tissue viability; pressure ulcer incidents on the unit fell by a third."
    )
    assert [(e.study_type, e.area, e.institution) for e in cv.resume.education] == [
        ("BSc (Hons)", "Adult Nursing", "University of Bradford"),
        ("A Levels", "Biology (B), Psychology (B), English (C)", "Thomas Keble Sixth Form College"),
    ]
    assert "ECG recording and interpretation" in cv.resume.skill_names()
    assert [(c.name, c.issuer, c.date) for c in cv.resume.certificates][1] == (
        "Immediate Life Support (ILS)",
        "Resuscitation Council UK",
        "2025-05",
    )
    assert [(lang.language, lang.fluency) for lang in cv.resume.languages] == [
        ("English", "native"),
        ("Irish", "conversational"),
    ]
    assert {piece.text for piece in cv.unread} == {"Fell running, sea swimming", "Available on request."}
    assert cv.missing == ()


def test_accountant_with_dates_first() -> None:
    cv = read("accountant.txt")
    assert (cv.resume.basics.name, cv.resume.basics.label) == ("Tomasz Wiśniewski", "Księgowy | Senior Accountant")
    assert cv.resume.basics.profiles[0].network == "LinkedIn"
    assert jobs(cv.resume) == [
        ("Senior Accountant", "Vistula Foods S.A.", "2019-01", ""),
        ("Accountant", "Deltix Sp. z o.o.", "2014-06", "2018-12"),
        ("Junior Accountant", "Biuro Rachunkowe Saldo", "2012-09", "2014-05"),
    ]
    assert cv.resume.work[0].location == "Warszawa"
    assert cv.resume.skills[1].name == "Office"
    assert cv.resume.skills[1].keywords == ("Excel (pivot tables, Power Query, VBA)", "Power BI")
    assert [piece.reason for piece in cv.unread] == ["A statement that belongs to one application, not to the profile."]


def test_logistician_with_employer_first() -> None:
    resume = read("logistician.txt").resume
    assert jobs(resume) == [
        ("Warehouse Shift Supervisor", "Maasvlakte Distribution BV", "2018", ""),
        ("Team Leader Inbound", "Van der Berg Logistics", "2014", "2018"),
        ("Order Picker / Forklift Driver", "Nordic Frozen Foods A/S", "2012", "2014"),
    ]
    assert "WMS (Manhattan, SAP EWM)" in resume.skill_names()
    assert [(lang.language, lang.fluency) for lang in resume.languages] == [
        ("Polish", "native"),
        ("Dutch", "B1"),
        ("English", "B2"),
    ]
    assert resume.certificates[-1].name == "Driving licence: B, C"


def test_graduate_in_markdown() -> None:
    cv = read("graduate.md")
    assert cv.resume.basics.profiles[0].url == "https://github.com/amelia-okafor-example"
    assert jobs(cv.resume) == [
        ("Software Engineering Intern", "Northern Data Ltd", "2024-06", "2024-08"),
        ("Barista", "Ancoats Coffee", "2022-10", "2024-05"),
    ]
    degree = cv.resume.education[0]
    assert (degree.study_type, degree.institution, degree.end_date) == ("BSc", "University of Manchester", "2025-06")
    assert degree.courses == ("Algorithms", "Databases", "Machine Learning", "Software Engineering")
    assert [project.name for project in cv.resume.projects] == ["BusTracker", "Ray tracer in Rust"]
    assert (cv.resume.skills[0].name, cv.resume.skills[0].keywords) == ("Languages", ("Python", "Rust", "TypeScript", "SQL"))
    assert cv.resume.languages == ()


def test_german_tabular() -> None:
    cv = read("german.txt")
    basics = cv.resume.basics
    assert (basics.name, basics.phone, basics.location.address) == ("Katharina Vogel", "+49 221 5550147", "Lindenstraße 12")
    assert jobs(cv.resume) == [
        ("Teamleiterin Einkauf", "Rheinwerk Maschinenbau GmbH", "2019-04", ""),
        ("Strategische Einkäuferin", "Hansa Antriebstechnik AG", "2013-10", "2019-03"),
    ]
    assert (cv.resume.education[0].study_type, cv.resume.education[0].score) == ("Diplom-Kauffrau", "1,9")
    assert [lang.fluency for lang in cv.resume.languages] == ["Muttersprache", "verhandlungssicher", "Grundkenntnisse"]
    reasons = {piece.text: piece.reason for piece in cv.unread}
    assert reasons["Familienstand:  verheiratet"] == "Personal data that an application does not need."


def test_polish() -> None:
    resume = read("polish.txt").resume
    assert resume.basics.label == "Specjalistka ds. marketingu"
    assert jobs(resume) == [
        ("Starsza specjalistka ds. marketingu", "Kwiatomat Sp. z o.o.", "2021-03", ""),
        ("Specjalistka ds. mediów społecznościowych", "Agencja Promyk", "2018-09", "2021-02"),
    ]
    assert resume.education[0].institution == "Uniwersytet Jagielloński"


def test_french() -> None:
    resume = read("french.txt").resume
    assert jobs(resume) == [
        ("Infirmière en chirurgie", "Hôpital Saint-Exemple", "2019-09", ""),
        ("Infirmière à domicile", "Cabinet Martin", "2016-01", "2019-08"),
    ]
    assert [(e.study_type, e.institution) for e in resume.education] == [
        ("Diplôme d'État d'infirmier", "IFSI de Lyon"),
        ("Baccalauréat ST2S", "Lycée Ampère"),
    ]


def test_spanish() -> None:
    resume = read("spanish.txt").resume
    assert [work.name for work in resume.work] == ["Metalúrgica del Ebro S.A.", "Instalaciones Moncayo S.L."]
    assert resume.basics.location.country_code == "ES"
    assert resume.work[0].end_date == ""


def test_one_employer_with_several_positions() -> None:
    cv = read("executive.txt")
    assert jobs(cv.resume) == [
        ("Chief Financial Officer", "HALDEN PUMPS PLC", "2019", ""),
        ("Group Financial Controller", "HALDEN PUMPS PLC", "2016", "2019"),
        ("Finance Manager", "BRACKEN & SONS LTD", "2008", "2016"),
    ]
    assert "No skills were found." in cv.missing


def test_teacher_in_the_american_way() -> None:
    resume = read("teacher.txt").resume
    assert (resume.basics.phone, resume.basics.location.region) == ("(512) 555-0142", "TX")
    assert jobs(resume)[0] == ("Fourth Grade Teacher", "Cedar Creek Elementary School", "2014-08", "")
    assert (resume.education[1].institution, resume.education[1].score) == ("University of Texas at Austin", "3.7")
    assert "parent communication" in resume.skill_names()


def test_paragraphs_instead_of_bullets() -> None:
    resume = read("paragraphs.txt").resume
    assert resume.work[0].summary.startswith("Lead a team of 14 agents") and resume.work[0].highlights == ()
    assert resume.work[1].location == "Pretoria"


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lost(name: str) -> None:
    """Every word of the CV is in the resume or handed back, but for headings, labels and the words of dates."""
    cv = read(name)
    kept = set(_words(cv.model_dump_json()))
    dropped = {
        word
        for line in (CVS / name).read_text("utf-8").splitlines()
        if section_of(line.strip("# "), is_strong=True) is None
        for word in _words(line)
        if word not in kept
    }
    assert dropped <= _LABELS


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_made_up(name: str) -> None:
    """Every word of the resume stands in the file; dates and country codes are the only things rewritten."""
    resume = read(name).resume
    written = set(_words((CVS / name).read_text("utf-8")))
    told = [text for _, text in resume.sources()]
    told += [part for work in resume.work for part in (work.name, work.position, work.location)]
    told += [part for entry in resume.education for part in (entry.institution, entry.area, entry.study_type)]
    told += [*resume.skill_names(), *(item.name for item in resume.certificates), *(item.language for item in resume.languages)]
    assert {word for text in told for word in _words(text)} <= written


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]{3,}", text.casefold())


_LABELS = words(
    "curriculum vitae resume lebenslauf tel telefon mail adresse abschluss note gpa relevant modules objective skills "
    "present current heute obecnie actualidad depuis since poland netherlands españa languages "
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep oct nov dec marzec wrzesień luty septembre janvier août"
)


def test_essential_things_that_are_absent_are_named() -> None:
    lines = [
        Line(text)
        for text in (
            "Jan Example",
            "Work experience",
            "2019 – 2021\tClerk, Acme Ltd",
            "Education",
            "BSc, Leeds University, 2018",
        )
    ]
    assert parse_resume(lines).missing == (
        "No e-mail address was found.",
        "No phone number was found.",
        "No place of residence was found.",
        "No skills were found.",
    )


def test_a_title_and_a_firm_that_their_words_do_not_tell_apart_are_asked_about() -> None:
    texts = (
        "Jan Example",
        "jan@example.org",
        "Experience",
        "Aurora | Blue Horizon\t2019 – 2021",
        "• Did things.",
        "Skills",
        "Excel",
    )
    cv = parse_resume([Line(text.removeprefix("• "), is_bullet=text.startswith("•")) for text in texts])
    assert jobs(cv.resume) == [("Aurora", "Blue Horizon", "2019", "2021")]
    assert [(piece.text, piece.reason) for piece in cv.unread] == [
        ("Aurora / Blue Horizon", "Which is the job title and which the employer is not clear; please check.")
    ]


def test_the_other_positions_tell_which_is_the_title() -> None:
    texts = (
        *("Jan Example", "jan@example.org", "Experience"),
        *("Acme Ltd | Sales manager\t2021 – 2023", "• Sold.", "Aurora | Blue Horizon\t2019 – 2021", "• Did things."),
        *("Skills", "Excel"),
    )
    cv = parse_resume([Line(text.removeprefix("• "), is_bullet=text.startswith("•")) for text in texts])
    assert jobs(cv.resume)[1] == ("Blue Horizon", "Aurora", "2019", "2021")
    assert cv.unread == ()


@pytest.mark.parametrize("name", ["recipe.txt", "invoice.txt"])
def test_what_is_no_cv_is_refused(name: str) -> None:
    with pytest.raises(Permanent, match="does not look like a CV"):
        read(name)


def test_a_cv_in_an_unknown_language_is_refused_with_what_to_do() -> None:
    with pytest.raises(Permanent, match="sections were not recognised"):
        read("czech.txt")
