"""The cover letter: the person's own facts in plain sentences, answering what the posting asks. Nothing is added to them.

It is written in the language of the CV (English, German or Polish; else English), because the sentences are the person's own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from jobagent_desktop.agents.matching.seniority_part import relevant
from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.agents.reading.places import read_place
from jobagent_desktop.agents.reading.posting_terms import Mode, PostingTerms
from jobagent_desktop.agents.reading.skills import Skill
from jobagent_desktop.agents.reading.tenure import month_of
from jobagent_desktop.agents.reading.titles import read_title
from jobagent_desktop.agents.reading.words import listed
from jobagent_desktop.agents.writing.employer import company_of, title_of
from jobagent_desktop.agents.writing.evidence import Proof, proofs
from jobagent_desktop.agents.writing.first_person import Shape, lowered
from jobagent_desktop.agents.writing.phrases import Phrases, article, at_employer, phrases, polish_years, with_the
from jobagent_desktop.agents.writing.tailor import contact, pieces
from jobagent_desktop.domain.draft import CoverLetter, Sentence
from jobagent_desktop.domain.posting import Posting

MOST_WORDS = 280
FEWEST_WORDS = 170
"""Below this, more of the person's lines are taken, when there are any."""
_PROOFS, _MOST_PROOFS = 3, 5
_LONGEST_INTRODUCTION, _LONGEST_VOICE = 260, 220
_SKILLS_NAMED = 5
_SHORT_HISTORY_MONTHS = 24
_NO_ARTICLE = frozenset({"head", "chief", "director", "vice", "cto", "ceo", "cfo", "coo", "vp", "deputy"})
_SELF_WORDS = (
    "with",
    "who",
    "specialising",
    "specializing",
    "focused",
    "focusing",
    "experienced",
    "in",
    "and",
    "for",
    "from",
    "at",
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every sentence of one letter is made from. `choice` picks among equal wordings, the same for the same posting."""

    person: Person
    posting: Posting
    terms: PostingTerms
    words: Phrases
    title: str
    company: str
    choice: int


def letter(person: Person, posting: Posting, terms: PostingTerms) -> CoverLetter:
    words = phrases(person.language)
    choice = hashlib.sha256(posting.job_id.encode()).digest()[0]
    desk = _Desk(person, posting, terms, words, title_of(posting), company_of(posting), choice)
    opening = _opening(desk)
    skills = _skills(desk)
    facts = _facts(desk)
    end = tuple(Sentence(text, "template") for text in words.templates["end"][choice % len(words.templates["end"])])
    every = proofs(person, terms, _MOST_PROOFS)
    count = min(_PROOFS, len(every))
    voice = _voice(desk, {sentence.text for sentence in opening})

    def paragraphs() -> tuple[tuple[Sentence, ...], ...]:
        shown = [_proof_group(desk, group, n) for n, group in enumerate(_by_entry(every[:count]))]
        first = (*skills, *(shown[0] if shown else ()))
        rest = tuple(sentence for group in shown[1:] for sentence in group)
        return tuple(p for p in (opening, first, rest, (*voice, *facts), end) if p)

    while _count(paragraphs()) < FEWEST_WORDS and count < len(every):
        count += 1
    while _count(paragraphs()) > MOST_WORDS and count > 1:
        count -= 1
    if _count(paragraphs()) > MOST_WORDS:
        voice = ()
    return CoverLetter(
        name=person.resume.basics.name,
        contact=contact(person),
        recipient=desk.company,
        subject=words.fill("subject", title=desk.title) if desk.title else words.fill("subject_untitled"),
        greeting=words.fill("greeting", company=desk.company) if desk.company else words.fill("greeting_unnamed"),
        paragraphs=paragraphs(),
        closing=words.fill("closing"),
        language=words.language,
    )


def _count(paragraphs: tuple[tuple[Sentence, ...], ...]) -> int:
    return sum(len(sentence.text.split()) for paragraph in paragraphs for sentence in paragraph)


def _opening(desk: _Desk) -> tuple[Sentence, ...]:
    company_in = desk.company if desk.words.language != "pl" else f"firmie {desk.company}"
    at_company = at_employer(desk.company, desk.words)
    slots = {"title": desk.title, "company": desk.company, "company_in": company_in, "at_company": at_company}
    name = {(True, True): "apply", (True, False): "apply_unnamed", (False, True): "apply_untitled"}.get(
        (bool(desk.title), bool(desk.company)), "apply_plain"
    )
    sentences = [Sentence(desk.words.one_of(name, desk.choice, **slots), "posting")]
    introduction = _introduction(desk)
    if introduction:
        sentences.append(introduction)
    if not desk.person.positions:
        sentences += _education(desk) + _courses(desk)
    sentences += _post(desk)
    said = introduction.text.lower() if introduction else ""
    if not any(word in said for word in ("year", "jahr", " lat")):
        sentences += _years(desk)
    return tuple(sentences)


def _introduction(desk: _Desk) -> Sentence | None:
    """The summary's first sentence, where it can stand after "I am" or says "I" itself."""
    every = pieces(desk.person.resume.basics.summary)
    if not every or len(every[0]) > _LONGEST_INTRODUCTION:
        return None
    text = every[0].rstrip(" .;") + "."
    words = text.split()
    if words[0] in desk.words.templates["speaks_as_i"]:
        return Sentence(text, "basics.summary")
    if desk.words.language != "en":
        return Sentence(desk.words.fill("self", text=text), "basics.summary")
    with_article = words[0].lower() in ("a", "an")
    start = words[1:8] if with_article else words[:7]
    cut = next((i for i, word in enumerate(start) if word.lower().strip(",") in _SELF_WORDS), len(start))
    head = " ".join(start[:cut])
    if not 0 < cut < 6 or not read_title(head).heads or "," in head or any(w in ("is", "has", "was") for w in words[:8]):
        return None
    body = " ".join(words[1:]) if with_article else text
    named = desk.person.gazetteer.canonical(body.split()[0])
    if named is None or named.kind != "tool":  # "Python developer" keeps its capital
        body = lowered(body)
    return Sentence(desk.words.fill("self", article=article(body), text=body), "basics.summary")


def _post(desk: _Desk) -> list[Sentence]:
    """The present position, or the last one when it is dated."""
    positions = [position for position in desk.person.positions if position.title]
    now = next((position for position in positions if position.current), None)
    dated = [position for position in positions if position.span is not None]
    last = max(dated, key=lambda p: p.span.last if p.span else 0, default=None)
    one = now or last
    if one is None:
        return []
    name = "works_as" if now else "worked_as"
    if not one.employer:
        name += "_unnamed"
    at = at_employer(one.employer, desk.words)
    employer = with_the(one.employer) if desk.words.language == "en" else one.employer
    first = one.title.split()[0].lower()
    as_what = one.title if first in _NO_ARTICLE else f"{article(one.title)} {one.title}"
    text = desk.words.fill(name, position=one.title, position_as=as_what, employer=employer, at_employer=at)
    return [Sentence(text, f"work.{one.index}")]


def _years(desk: _Desk) -> list[Sentence]:
    years = relevant(desk.person, desk.posting, desk.terms).years
    if years < 1:
        return []
    if years == 1:
        return [Sentence(desk.words.fill("year"), "work")]
    return [Sentence(desk.words.fill("years", years=str(years), years_word=polish_years(years)), "work")]


def _skills(desk: _Desk) -> tuple[Sentence, ...]:
    """The asked skills that the person lists, in the person's own spelling, the required ones first."""
    ordered = sorted(desk.terms.terms, key=lambda term: -term.weight)
    own: dict[str, str] = {}
    for name in desk.person.resume.skill_names():
        skill = desk.person.gazetteer.canonical(name)
        if skill is not None and skill.kind != "soft":
            own.setdefault(skill.name, _in_sentence(name, skill, desk))
    named = list(dict.fromkeys(own[name] for term in ordered for name in term.names[:1] if name in own))
    named += [own[name] for term in ordered for name in term.names if name in own and own[name] not in named]
    named = list(dict.fromkeys(named))[:_SKILLS_NAMED]
    required = {name for term in desk.terms.required for name in term.names}
    if len(named) < 2 and not any(own[name] in named for name in required & own.keys()):
        return ()
    which = "skills" if len(named) > 1 else "skill"
    text = desk.words.one_of(which, desk.choice // 3, skills=listed(named, str(desk.words.templates["and"])))
    return (Sentence(text, "skills"),)


def _in_sentence(name: str, skill: Skill, desk: _Desk) -> str:
    """A skill's name in the middle of a sentence: "event-driven architecture", but "Python" and "Power BI"."""
    if desk.words.language == "de":
        return name
    first, _, rest = name.partition(" ")
    tool = desk.person.gazetteer.canonical(first)
    if rest and tool is not None and tool.kind == "tool":
        return name
    common = skill.kind in ("method", "degree") or (rest != "" and rest == rest.lower())
    return lowered(name) if common else name


def _by_entry(chosen: list[Proof]) -> list[list[Proof]]:
    """Proofs of one position or project together, the newest position first, projects last."""
    groups: dict[str, list[Proof]] = {}
    for proof in sorted(chosen, key=lambda p: p.order):
        groups.setdefault(proof.entry, []).append(proof)
    return list(groups.values())


def _proof_group(desk: _Desk, group: list[Proof], n: int) -> list[Sentence]:
    sentences: list[Sentence] = []
    used: list[Shape] = []
    for proof in group:
        sentences.append(_proof(desk, proof, group_number=n, used=used))
        used.append(proof.line.shape)
    return sentences


def _proof(desk: _Desk, proof: Proof, *, group_number: int, used: list[Shape]) -> Sentence:
    """The line in its frame. `used`: the shapes of the lines of the same position that stand before it."""
    shape, fill, again = proof.line.shape, desk.words.fill, bool(used)
    at = at_employer(proof.employer, desk.words)
    slots = {
        "text": proof.line.text,
        "verb": proof.line.verb,
        "employer": with_the(proof.employer) if desk.words.language == "en" else proof.employer,
        "employer_for": f"firmy {proof.employer}",
        "at_employer": at,
        "At_employer": at[:1].upper() + at[1:],
        "position": proof.position,
        "project": proof.project,
    }
    if proof.project:
        name = "project_again" if again else "project"
        return Sentence(fill(name if shape is Shape.VERB else "project_quoted", **slots), proof.source_id)
    if not proof.employer:
        return Sentence(fill("as" if shape is Shape.VERB else "quoted_unnamed", **slots), proof.source_id)
    if shape is Shape.VERB:
        order = "before" if group_number == 1 else "earlier" if group_number == 2 else "also"
        more = "here_more" if used.count(Shape.VERB) > 1 else "here_again"
        name = more if again else order if group_number and proof.after_others else "here"
    else:
        name = ("doing" if proof.current else "did") if shape is Shape.DOING else shape.value
        name += "_again" if shape in used and shape is not Shape.OWN_WORDS else ""
    return Sentence(fill(name, **slots), proof.source_id)


def _voice(desk: _Desk, said: set[str]) -> tuple[Sentence, ...]:
    """One sentence of the summary in which the person speaks as "I" - how they work, in their own words."""
    for text in reversed(pieces(desk.person.resume.basics.summary)):
        if text.split()[0] in desk.words.templates["speaks_as_i"] and text not in said and len(text) <= _LONGEST_VOICE:
            return (Sentence(text, "basics.summary"),)
    return ()


def _facts(desk: _Desk) -> tuple[Sentence, ...]:
    education = _education(desk) if desk.person.positions else []  # without a position it stands in the opening
    return tuple(education + _certificates(desk) + _languages(desk) + _home(desk))


def _education(desk: _Desk) -> list[Sentence]:
    """Where somebody studied, when the posting asks for a degree or the work history is short."""
    asked = any(skill.kind == "degree" for term in desk.terms.terms for skill in term.skills)
    if not asked and desk.person.months() >= _SHORT_HISTORY_MONTHS:
        return []
    today = desk.person.today
    for i, school in enumerate(desk.person.resume.education):
        end = month_of(school.end_date)
        at_school = with_the(school.institution) if desk.words.language == "en" else school.institution
        slots = {"area": school.area, "degree": school.study_type, "school": at_school}
        if not (school.area and school.institution):
            continue
        if not school.study_type:
            continue
        if end and (end[0], end[1] or 12) <= (today.year, today.month):
            return [Sentence(desk.words.fill("studied", **slots, year=str(end[0])), f"education.{i}")]
        name = "studying" if end else "education"
        if name == "education":
            slots["degree"] = f"{school.study_type}, {school.area}"
        return [Sentence(desk.words.fill(name, **slots), f"education.{i}")]
    return []


def _courses(desk: _Desk) -> list[Sentence]:
    """For somebody without a position: up to three courses, those first that the posting asks for."""
    asked = {name for term in desk.terms.terms for name in term.names}
    for i, school in enumerate(desk.person.resume.education):
        named = sorted(school.courses, key=lambda course: not desk.person.gazetteer.names(course) & asked)[:3]
        if named:
            small = [_course(name, desk) for name in named]
            courses = listed(small, str(desk.words.templates["and"]))
            return [Sentence(desk.words.fill("courses", courses=courses), f"education.{i}")]
    return []


def _course(name: str, desk: _Desk) -> str:
    known = desk.person.gazetteer.canonical(name.split(" ", 1)[0])
    return name if desk.words.language == "de" or (known is not None and known.kind == "tool") else lowered(name)


def _certificates(desk: _Desk) -> list[Sentence]:
    """Certificates that have to do with what is asked, at most two."""
    asked = {name for term in desk.terms.terms for name in term.names}
    fitting: list[tuple[int, str]] = []
    for i, certificate in enumerate(desk.person.resume.certificates):
        known = desk.person.gazetteer
        shown = {hit.skill.name for hit in known.find(certificate.name)}
        shown |= {other for name in shown for other in known.implied(name)}
        if certificate.name and shown & asked:
            fitting.append((i, certificate.name))
    if not fitting:
        return []
    names = listed([name for _, name in fitting[:2]], str(desk.words.templates["and"]))
    which = "certificate" if len(fitting) == 1 else "certificates"
    return [Sentence(desk.words.fill(which, certificates=names), "certificates")]


def _languages(desk: _Desk) -> list[Sentence]:
    """The languages that the posting asks for and the person lists, in the person's words."""
    from jobagent_desktop.agents.reading import spoken

    known = desk.person.languages
    asked = [
        code
        for ask in desk.terms.languages
        for code in ask.languages
        if code in known and (known[code] == 0 or known[code] >= min(ask.level, 6))
    ]
    spoken_here = {spoken.code_of(one.language): one for one in desk.person.resume.languages}
    named: list[str] = []
    for code in dict.fromkeys(asked):
        one = spoken_here.get(code)
        if one is not None:
            name = lowered(one.language) if desk.words.language == "pl" else one.language
            fluency = one.fluency if desk.words.language == "de" else lowered(one.fluency)
            named.append(f"{name} ({fluency})" if one.fluency else name)
    if not named:
        return []
    return [Sentence(desk.words.fill("languages", languages=listed(named, str(desk.words.templates["and"]))), "languages")]


def _home(desk: _Desk) -> list[Sentence]:
    city = desk.person.resume.basics.location.city
    same = read_place(city).cities & read_place(desk.posting.location).cities
    if not city or not same or desk.terms.mode is Mode.REMOTE:
        return []
    return [Sentence(desk.words.fill("based", city=city), "basics.location")]
