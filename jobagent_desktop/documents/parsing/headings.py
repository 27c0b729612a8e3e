"""The sections of a CV and the words that head them, in five languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum


class Section(StrEnum):
    HEADER = "header"
    CONTACT = "contact"
    SUMMARY = "summary"
    WORK = "work"
    EDUCATION = "education"
    SKILLS = "skills"
    LANGUAGES = "languages"
    CERTIFICATES = "certificates"
    PROJECTS = "projects"
    OTHER = "other"


_WORDS: Mapping[Section, tuple[str, ...]] = {
    Section.CONTACT: (
        (
            "contact; contact details; contact information; contact info; personal details; personal information; "
            "personal data; get in touch"
        ),
        "kontakt; kontaktdaten; persönliche daten; persönliche angaben; zur person; angaben zur person; persönliches",
        "dane osobowe; dane kontaktowe; kontakt",
        "coordonnées; contact; informations personnelles; état civil",
        "contacto; datos personales; datos de contacto; información personal; información de contacto",
    ),
    Section.SUMMARY: (
        (
            "summary; profile; professional summary; professional profile; personal profile; personal statement; about "
            "me; about; objective; career objective; career summary; career profile; executive summary; overview; "
            "introduction; who i am; summary of qualifications; profile summary; resume summary; statement"
        ),
        (
            "profil; kurzprofil; über mich; zusammenfassung; persönliches profil; berufliches profil; berufsziel; "
            "qualifikationsprofil"
        ),
        "profil zawodowy; o mnie; podsumowanie; podsumowanie zawodowe; profil; cel zawodowy",
        "profil; profil professionnel; à propos; à propos de moi; résumé; objectif; objectif professionnel",
        "perfil; perfil profesional; sobre mí; resumen; resumen profesional; objetivo; objetivo profesional",
    ),
    Section.WORK: (
        (
            "experience; work experience; teaching experience; professional experience; employment; employment "
            "history; work history; career "
            "history; relevant experience; career; professional background; relevant work experience; positions held; job "
            "history; professional history; clinical experience; nursing experience; internships; internship experience; "
            "internship; work experience and internships; experience and internships; other experience; additional "
            "experience; earlier experience; previous experience; previous employment; early career; industry experience; "
            "warehouse experience; employment experience; career experience; other work experience; part-time work; part- "
            "time jobs; placements; clinical placements; work placements"
        ),
        (
            "berufserfahrung; beruflicher werdegang; berufliche erfahrung; werdegang; berufspraxis; beruflicher "
            "hintergrund; berufliche stationen; praktika; praktische erfahrung; praktische erfahrungen; berufstätigkeit; "
            "praxiserfahrung; berufserfahrungen; arbeitserfahrung; berufliche laufbahn; praktikum; nebentätigkeiten; "
            "nebentätigkeit; berufspraktische erfahrung"
        ),
        (
            "doświadczenie; doświadczenie zawodowe; historia zatrudnienia; przebieg kariery; przebieg kariery zawodowej; "
            "praktyki; staże; staże i praktyki; praktyki i staże; praca; kariera zawodowa; przebieg pracy zawodowej"
        ),
        (
            "expérience; expériences; expérience professionnelle; expériences professionnelles; parcours professionnel; "
            "stages; emplois; parcours; expérience de travail"
        ),
        (
            "experiencia; experiencia profesional; experiencia laboral; trayectoria profesional; historial laboral; "
            "prácticas; trayectoria laboral; prácticas profesionales"
        ),
    ),
    Section.EDUCATION: (
        (
            "education; education and training; academic background; educational background; academic qualifications; "
            "qualifications; academic history; studies; degrees; education and qualifications; training; schooling; "
            "academic education; academic record; training and education; professional training; education history; "
            "university education; academic qualification"
        ),
        (
            "ausbildung; bildung; bildungsweg; studium; schulbildung; akademische ausbildung; aus- und weiterbildung; "
            "schule; schulischer werdegang; akademischer werdegang; schul- und berufsausbildung; berufsausbildung; "
            "hochschulbildung; studium und ausbildung; ausbildung und studium; studium/ausbildung; schulausbildung; "
            "hochschulstudium; bildungsgang"
        ),
        ("wykształcenie; edukacja; nauka; wykształcenie i kwalifikacje; studia; przebieg edukacji; wykształcenie i szkolenia"),
        (
            "formation; formations; études; parcours académique; diplômes; formation académique; éducation; formation et "
            "diplômes; études et formations; diplômes et formations; cursus; scolarité"
        ),
        (
            "educación; formación; formación académica; estudios; educación y formación; títulos académicos; formación y "
            "estudios; estudios académicos; educación académica"
        ),
    ),
    Section.SKILLS: (
        (
            "skills; top skills; technical skills; key skills; core skills; core competencies; competencies; skills "
            "and competencies; "
            "expertise; areas of expertise; technologies; technical expertise; tools; tech stack; professional skills; it "
            "skills; computer skills; hard skills; soft skills; skills and tools; tools and technologies; technical "
            "proficiencies; strengths; skills summary; clinical skills; key competencies; skill set; skillset; technical "
            "competencies; key strengths; other skills; skills and expertise; software; software skills; programming "
            "skills; digital skills; skills and abilities; core strengths; technologies and tools; technical knowledge; "
            "additional skills; relevant skills; skills and knowledge; competences; key competences; core competences; "
            "abilities; specialties; specialities; transferable skills; accounting skills; practical skills; systems and "
            "tools; software and tools; software and systems; systems"
        ),
        (
            "kenntnisse; fähigkeiten; kompetenzen; fachkenntnisse; it-kenntnisse; edv-kenntnisse; edv kenntnisse; "
            "technische kenntnisse; kernkompetenzen; qualifikationen; besondere kenntnisse; kenntnisse und fähigkeiten; "
            "fähigkeiten und kenntnisse; it kenntnisse; skills; softwarekenntnisse; weitere kenntnisse; fachliche "
            "kompetenzen; edv; technologien; kenntnisse und kompetenzen; computerkenntnisse; soft skills; schwerpunkte; "
            "pc-kenntnisse"
        ),
        (
            "umiejętności; kompetencje; umiejętności techniczne; umiejętności zawodowe; kluczowe umiejętności; "
            "technologie; kwalifikacje; umiejętności i kompetencje; kluczowe kompetencje; znajomość programów; obsługa "
            "programów; umiejętności miękkie; umiejętności komputerowe"
        ),
        (
            "compétences; compétences techniques; compétences clés; savoir-faire; compétences informatiques; outils; "
            "informatique; compétences professionnelles; domaines de compétence; savoir-être; logiciels; technologies; "
            "atouts; qualités"
        ),
        (
            "habilidades; competencias; aptitudes; conocimientos; habilidades técnicas; conocimientos técnicos; "
            "competencias técnicas; informática; conocimientos informáticos; habilidades y competencias; capacidades; "
            "tecnologías; competencias clave; competencias profesionales"
        ),
    ),
    Section.LANGUAGES: (
        "languages; language skills; foreign languages; language proficiency; linguistic skills; spoken languages",
        "sprachen; sprachkenntnisse; fremdsprachen; fremdsprachenkenntnisse",
        "języki; języki obce; znajomość języków; znajomość języków obcych",
        "langues; langues étrangères; compétences linguistiques; langues parlées",
        "idiomas; lenguas; conocimiento de idiomas",
    ),
    Section.CERTIFICATES: (
        (
            "certificates; certifications; certification; licenses; licences; licenses and certifications; certifications "
            "and licenses; certificates and training; training and certifications; certifications and training; "
            "professional certifications; courses; courses and certificates; professional development; trainings; "
            "certificates and courses; courses and training; licences and certificates; training and courses; "
            "accreditations; professional qualifications; registrations; licenses and registrations; training and "
            "certificates; licences and certifications; continuing education; courses and certifications; certifications "
            "and courses; professional memberships and certifications; registration; professional registration; "
            "certificates and licences; certificates and licenses; registration and certificates; registrations and "
            "certifications; licensure and certifications; certifications and licensure; licences and training; "
            "certifications and licences; professional registrations"
        ),
        (
            "zertifikate; zertifizierungen; weiterbildung; weiterbildungen; fortbildungen; fortbildung; kurse; lizenzen; "
            "zertifikate und weiterbildungen; weiterbildungen und zertifikate; weiterbildung und zertifikate; fort- und "
            "weiterbildungen; zusatzqualifikationen; zertifikate und kurse; führerschein; führerscheine; seminare; fort- "
            "und weiterbildung; zertifikate und lizenzen; weitere qualifikationen"
        ),
        (
            "certyfikaty; kursy; szkolenia; kursy i szkolenia; szkolenia i certyfikaty; certyfikaty i szkolenia; "
            "uprawnienia; kursy i certyfikaty; certyfikaty i kursy; szkolenia i kursy; dodatkowe kwalifikacje; "
            "uprawnienia i certyfikaty; licencje i certyfikaty; kursy, szkolenia, certyfikaty"
        ),
        (
            "certificats; certifications; formations complémentaires; permis; formations et certifications; "
            "habilitations; certificats et formations; formation continue; certifications et formations"
        ),
        (
            "certificados; certificaciones; cursos; cursos y certificados; formación complementaria; cursos y "
            "certificaciones; certificaciones y cursos; licencias; carnés"
        ),
    ),
    Section.PROJECTS: (
        (
            "projects; personal projects; side projects; key projects; selected projects; academic projects; open source; "
            "portfolio; open source projects; open-source; notable projects; university projects; student projects; "
            "project experience; relevant projects; open source contributions; research projects; projects and portfolio; "
            "thesis projects"
        ),
        (
            "projekte; projekterfahrung; ausgewählte projekte; eigene projekte; projektliste; persönliche projekte; "
            "private projekte"
        ),
        "projekty; wybrane projekty; projekty własne; projekty osobiste",
        "projets; projets personnels; réalisations; projets académiques",
        "proyectos; proyectos personales; proyectos destacados",
    ),
    Section.OTHER: (
        (
            "interests; hobbies; hobbies and interests; interests and hobbies; references; volunteering; volunteer "
            "experience; volunteer work; publications; awards; honors; honours; awards and honors; achievements; "
            "memberships; professional memberships; activities; extracurricular activities; additional information; "
            "other; other information; patents; affiliations; professional affiliations; community involvement; "
            "conferences; key achievements; awards and achievements; publications and talks; talks; military service; "
            "driving licence; driving license; availability; voluntary work; research; additional; miscellaneous; honors "
            "and awards; honours and awards; gdpr; declaration; consent; leadership; volunteering and interests; personal "
            "interests; accomplishments; selected achievements; referees; societies; speaking; "
            "community"
        ),
        (
            "interessen; hobbys; hobbies; ehrenamt; ehrenamtliches engagement; engagement; referenzen; sonstiges; "
            "auszeichnungen; publikationen; interessen und hobbys; hobbys und interessen; veröffentlichungen; freizeit; "
            "weitere angaben; mitgliedschaften; freiwilliges engagement; wehrdienst; zivildienst; soziales engagement; "
            "stipendien"
        ),
        (
            "zainteresowania; hobby; wolontariat; referencje; osiągnięcia; publikacje; nagrody; dodatkowe informacje; "
            "inne; prawo jazdy; klauzula; działalność dodatkowa; informacje dodatkowe; nagrody i wyróżnienia"
        ),
        (
            "centres d’intérêt; centres d'intérêt; loisirs; bénévolat; références; publications; divers; distinctions; "
            "intérêts; activités; engagement associatif"
        ),
        (
            "intereses; aficiones; voluntariado; referencias; publicaciones; premios; otros datos; información adicional; "
            "otros; logros"
        ),
    ),
}

_SPACED_OUT = re.compile(r"^(?:\S ){3,}\S$")
_NOT_WORDS = re.compile(r"[^\w\s/'’&-]")
# "Experience" and "Profile" begin ordinary sentences and labels; these words head a section even with text on the same line.
_INLINE = frozenset((Section.SKILLS, Section.LANGUAGES, Section.CERTIFICATES, Section.SUMMARY, Section.EDUCATION))


def _normal(text: str) -> str:
    """A heading without case, decoration and letter spacing; "&" read as "and"."""
    text = unicodedata.normalize("NFC", text).strip()
    if _SPACED_OUT.match(text):
        text = text.replace(" ", "")
    text = re.sub(r"\([^)]*\)", " ", text)
    text = _NOT_WORDS.sub(" ", text).casefold()
    text = re.sub(r"\s*[&]\s*", " and ", text)
    return re.sub(r"\s+", " ", text).strip(" -/0123456789")


_SECTION_OF: Mapping[str, Section] = {
    _normal(phrase): section for section, languages in _WORDS.items() for phrases in languages for phrase in phrases.split(";")
}
_LETTERS_ONLY: Mapping[str, Section] = {phrase.replace(" ", ""): section for phrase, section in _SECTION_OF.items()}
_AND = re.compile(r"\s(?:and|und|i|et|y)\s|\s*[/+]\s*|\s*,\s*")
_SOME_EXPERIENCE = re.compile(r"^(?:[\w-]+ (?:and )?){1,3}(?:experience|employment|berufserfahrung)$")
_MAX_HEADING = 50


def section_of(text: str, *, is_strong: bool = False) -> Section | None:
    """The section that a line heads, if the line is nothing but a heading.

    Args:
        is_strong: the line stands out; then "Teaching experience" and the like are headings although no list has them.
    """
    if not text or len(text) > _MAX_HEADING * 2 or "\t" in text.strip():
        return None
    name = _normal(text)
    if not name or len(name) > _MAX_HEADING:
        return None
    if name in _SECTION_OF:
        return _SECTION_OF[name]
    if _SPACED_OUT.match(text.strip()) or re.search(r"\S \S \S \S", text):
        return _LETTERS_ONLY.get(name.replace(" ", ""))
    parts = [_SECTION_OF.get(part.strip()) for part in _AND.split(name)]
    if len(parts) > 1 and all(parts):
        return parts[0]
    return Section.WORK if is_strong and _SOME_EXPERIENCE.match(name) else None


def inline_section(text: str) -> tuple[Section, str] | None:
    """`Languages: Polish, English` as its section and its content."""
    head, colon, rest = text.partition(":")
    section = section_of(head) if colon and rest.strip() else None
    return (section, rest.strip()) if section in _INLINE and section is not None else None
