"""Words that tell a job title from an employer, a school from a degree, and a place from both; in five languages."""

from __future__ import annotations

import re
from collections.abc import Mapping


def words(text: str) -> frozenset[str]:
    """The words of a list written as a text."""
    return frozenset(text.split())


# The last word of a title, or a word ending that makes one ("Softwareentwickler"). Matched as word endings of 4 letters or
# more, shorter ones as whole words.
_TITLES = words(
    "engineer developer programmer architect analyst scientist researcher designer tester administrator consultant "
    "manager director officer assistant associate specialist coordinator supervisor technician operator nurse midwife "
    "doctor physician surgeon therapist pharmacist dentist caregiver carer accountant bookkeeper auditor controller "
    "cashier clerk secretary receptionist teacher lecturer professor tutor trainer instructor educator driver courier "
    "picker packer handler loader forklift storekeeper dispatcher planner logistician buyer purchaser salesperson "
    "seller representative agent broker advisor adviser counsel lawyer solicitor paralegal attorney chef cook waiter "
    "waitress bartender barista baker butcher cleaner housekeeper electrician plumber carpenter mechanic welder "
    "machinist fitter painter builder bricklayer foreman gardener intern trainee apprentice volunteer founder "
    "cofounder owner partner president head lead leader chief principal executive editor writer journalist translator "
    "interpreter photographer illustrator recruiter worker freelancer contractor strategist marketer economist "
    "statistician chemist biologist physicist guard firefighter paramedic hairdresser beautician ambassador student "
    "fellow scholar master orderly aide inspector estimator surveyor merchandiser stocker devops sysadmin scrum sre "
    "qa cto ceo cfo coo vp hca entwickler entwicklerin ingenieur ingenieurin leiter leiterin kaufmann kauffrau "
    "berater beraterin pfleger pflegerin krankenschwester pflegefachkraft pflegefachfrau pflegefachmann fachkraft "
    "sachbearbeiter sachbearbeiterin techniker technikerin fahrer fahrerin lehrer lehrerin arzt ärztin buchhalter "
    "buchhalterin mitarbeiter mitarbeiterin auszubildende auszubildender werkstudent werkstudentin praktikant "
    "praktikantin assistent assistentin lagerist lageristin referent referentin meister mechaniker mechatroniker "
    "elektriker elektroniker verkäufer verkäuferin geschäftsführer koordinator koordinatorin spezialist spezialistin "
    "administratorin controllerin fachangestellte fachangestellter aushilfe erzieher erzieherin dozent dozentin "
    "tutorin informatiker informatikerin architektin projektleitung teamleitung schichtleitung stationsleitung "
    "hilfskraft disponent disponentin programista programistka inżynier kierownik kierowniczka księgowa księgowy "
    "pielęgniarka pielęgniarz specjalista specjalistka asystent asystentka magazynier magazynierka kierowca "
    "nauczyciel nauczycielka lekarz dyrektor sprzedawca sprzedawczyni doradca analityk administratorka stażysta "
    "stażystka praktykant praktykantka tester projektant koordynator koordynatorka operator brygadzista referentka "
    "pracownik kasjer kasjerka logistyk spedytor menedżer ingénieur ingénieure développeur développeuse infirmier "
    "infirmière comptable chargé chargée responsable directeur directrice assistante vendeur vendeuse conseiller "
    "conseillère technicien technicienne professeur stagiaire magasinier cariste chauffeur gestionnaire chef cheffe "
    "employé employée aide-soignant aide-soignante serveur serveuse alternant alternante apprenti apprentie "
    "consultante analyste ingeniero ingeniera desarrollador desarrolladora enfermero enfermera contable técnico "
    "técnica jefe jefa encargado encargada dependiente dependienta auxiliar profesor profesora becario becaria "
    "responsable camarero camarera conductor repartidor mozo administrativo administrativa comercial consultora "
    "directora coordinadora programador programadora analista gerente asesor asesora "
)
_LONG_TITLES = tuple(sorted({word for word in _TITLES if len(word) >= 6}))
_TITLE_PHRASES = re.compile(
    r"\b(?:head of|director of|vp of|member of (?:the )?technical staff|team lead|tech lead|product owner|scrum master|"
    r"werkstudent|"
    r"human resources|customer service|customer support|data entry|lecturer in|intern|praktikum|freelance|self[- ]employed|"
    r"selbstständig|junior|senior|mid-level|stellvertretende[r]?|starszy|starsza|młodszy|młodsza|główny|główna)\b",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(
    r"(?:\b(?:gmbh|mbh|ag|kg|kgaa|ohg|ug|se|e\.\s?v\.|ltd|limited|inc|llc|llp|plc|corp|corporation|company|bv|b\.v\.|"
    r"nv|oy|oyj|ab|aps|"
    r"sarl|sas|s\.a\.s?\.?|sa|s\.?l\.?u?\.?|s\.r\.l\.|srl|spa|s\.p\.a\.|pty|s\.r\.o\.|a\.s\.|sp\.\s?z\s?o\.\s?o\.?|"
    r"s\.\s?a\.|sp\.\s?[jk]\.)"
    r"|\ba/s)(?=$|[\s,.;)])",
    re.IGNORECASE,
)
_EMPLOYER_WORDS = re.compile(
    r"\b(?:group|holding|hospital|clinic|klinik|klinikum|krankenhaus|szpital|przychodnia|hôpital|clinique|centre "
    r"hospitalier|bank|"
    r"council|trust|nhs|ministry|department of|university|universität|institute|agency|foundation|school|college|academy|"
    r"partners|solutions|systems|technologies|consulting|insurance|studios?|labs?|restaurant|hotel|supermarket|stores?|"
    r"industries|enterprises|associates|care home|nursing home|seniorenheim|pflegeheim|hôtel|banco|grupo|groupe|gruppe|"
    r"versicherung|logistik|spedition|logistics|software|pharmacy|apotheke|apteka|fabryka|zakład|biuro rachunkowe|kancelaria|"
    r"hospice|surgery|medical cent(?:er|re)|distribution|retail|brothers|bros|sons)\b|&\s?(?:co|sons|partners?)\b",
    re.IGNORECASE,
)
_SCHOOL = re.compile(
    r"universi\w*|\buniv\b|\bcollege\b|\bschool\b|\binstitut\w*|\bacadem\w*|\bakadem\w*|hochschule|gymnasium|"
    r"\w*schule\b|\w*kolleg\b|"
    r"uniwersytet\w*|politechnik\w*|liceum|technikum|szkoł\w+|\bécole\b|\becole\b|lycée|"
    r"\biut\b|faculté|"
    r"\bescuela\b|\binstituto\b|politécnic\w*|polytechni\w*|\btu\b|\bfh\b|\brwth\b|\beth\b|\bmit\b|\bucl\b|\blse\b|"
    r"\bagh\b|\bsgh\b|"
    r"\bfaculty\b|sixth form|\bies\b|\bifsi\b|\bcfa\b|\bafpa\b|\bihk\b|bildungszentrum|\bcentro\b.*\bformación\b|"
    r"conservator\w*|seminary|uniwersytecie|\buni\b",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"\b(?:m\.?sc|b\.?sc|m\.?a|b\.?a|m\.?eng|b\.?eng|m\.?b\.?a|ph\.?\s?d|m\.?phil|b\.?tech|m\.?tech|b\.?com|m\.?ed|"
    r"b\.?ed|ll\.?[bm]|md|"
    r"bsn|msn|rn|adn|bfa|mfa|bba|msci|hnd|hnc|btec|gcse|a[- ]levels?|ged|nvq|dipl?|dr|aat|acca|cima)\b\.?(?!\w)"
    r"|\b(?:bachelor|master|doctor(?:ate)?|dipl[oô]m\w*|degree|magister|licencjat|inżynier|engineer'?s|abitur|fachabitur|"
    r"fachhochschulreife|hochschulreife|mittlere reife|realschulabschluss|hauptschulabschluss|ausbildung|umschulung|"
    r"staatsexamen|"
    r"promotion|matura|świadectwo|technik|licence|baccalauréat|bac|bts|dut|but|maîtrise|doctorat|ingénieur|licenciatura|grado|"
    r"máster|doctorado|bachillerato|ingeniería|técnico superior|fp|high school|secondary school certificate|associate|"
    r"certificate|foundation degree|minor|major|apprenticeship|postgraduate|technician|studia podyplomowe|mgr|inż|graduate)\b",
    re.IGNORECASE,
)

_COUNTRIES: Mapping[str, str] = {
    name: code
    for code, names in (
        line.split(" ", 1)
        for line in """\
AT austria;österreich
AU australia
BE belgium;belgien;belgique
BG bulgaria
BR brazil;brasil
CA canada;kanada
CH switzerland;schweiz;suisse;szwajcaria
CN china
CZ czech republic;czechia;tschechien;czechy
DE germany;deutschland;niemcy;allemagne;alemania
DK denmark;danmark;dänemark;dania
EE estonia
ES spain;españa;spanien;espagne;hiszpania
FI finland;suomi;finnland
FR france;frankreich;francja;francia
GB united kingdom;uk;u.k.;great britain;england;scotland;wales;northern ireland;wielka brytania;royaume-uni;reino unido
GR greece
HR croatia
HU hungary
IE ireland;irland;irlandia
IL israel
IN india;indien
IT italy;italia;italien;italie;włochy
JP japan
LT lithuania;litwa
LU luxembourg
LV latvia
MX mexico;méxico
NL netherlands;the netherlands;niederlande;holland;holandia;pays-bas
NO norway;norge;norwegen;norwegia
NZ new zealand
PL poland;polska;polen;pologne;polonia
PT portugal
RO romania;românia
RS serbia
SE sweden;sverige;schweden;szwecja
SG singapore
SI slovenia
SK slovakia;słowacja
TR turkey;türkiye
UA ukraine;україна;ukraina
US united states;united states of america;usa;u.s.a.;us;u.s.
ZA south africa""".splitlines()
    )
    for name in names.split(";")
}
# Two capitals after a city are a state of the USA ("Austin, TX").
_US_STATE = re.compile(
    r"^(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
    r"(?:\s+\d{5}(?:-\d{4})?)?$"
)
_REMOTE = re.compile(
    r"^(?:fully )?(?:remote|hybrid|on-?site|zdalnie|homeoffice|home office|télétravail|remoto|teletrabajo)\b", re.IGNORECASE
)
_NAME_WORD = re.compile(
    r"^(?:[^\W\d_][\w.'’-]*|(?:von|van|de|der|den|da|di|du|del|la|le|el|al|bin|ten|ter|zu|zum|dos|y)|\([^)]*\))$"
)
_PARTICLES = words("von van de der den da di du del la le el al bin ten ter zu zum dos y")


def is_title(text: str) -> bool:
    """Whether a phrase reads as a job title."""
    if _TITLE_PHRASES.search(text):
        return True
    for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.casefold()):
        if word in _TITLES or word.rstrip("s") in _TITLES or word.endswith(_LONG_TITLES):
            return True
    return False


def has_legal_form(text: str) -> bool:
    return _LEGAL_FORM.search(text) is not None


def is_employer(text: str) -> bool:
    """Whether a phrase has a word that only organisations have in their names."""
    return has_legal_form(text) or (_EMPLOYER_WORDS.search(text) is not None and not is_title(text))


def is_school(text: str) -> bool:
    return _SCHOOL.search(text) is not None


def is_degree(text: str) -> bool:
    return _DEGREE.search(text) is not None


def country_code(text: str) -> str:
    """ISO 3166-1 alpha-2 of a country's name in its own language or a neighbour's; empty if it is none."""
    if _US_STATE.match(text.strip()):
        return "US"
    return _COUNTRIES.get(text.strip(" .()").casefold(), "")


def is_place(text: str) -> bool:
    """Whether a phrase ends in a country or a state, or says that the work is remote."""
    last = text.rpartition(",")[2]
    return bool(_REMOTE.match(text.strip(" ()"))) or bool(country_code(last))


def could_be_city(text: str) -> bool:
    """Whether a phrase could be a town's name: up to four capitalised words, no digits but a postal code, no title, no firm."""
    text = re.sub(r"^(?:[A-Z]{1,2}-)?\d{2,5}[- ]?\d{0,3}\s+|\s+\d{5}$", "", text.strip(" ()"))
    words = text.split()
    if not 1 <= len(words) <= 4 or len(text) > 40:
        return False
    if not all(_NAME_WORD.match(word) for word in words) or is_title(text) or has_legal_form(text):
        return False
    return all(word[0].isupper() or word in _PARTICLES or word.startswith("(") for word in words) or words[0].casefold() in {
        "am",
        "an",
    }


def is_person(text: str) -> bool:
    """Whether a line could be a person's name: two to five capitalised words without digits."""
    words = text.replace(",", " ").split()
    if not 2 <= len(words) <= 5 or len(text) > 50:
        return False
    if not all(_NAME_WORD.match(word) for word in words):
        return False
    return all(word[0].isupper() or word.casefold() in _PARTICLES or word.startswith("(") for word in words)
