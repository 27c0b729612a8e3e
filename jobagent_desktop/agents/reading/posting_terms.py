"""Reads a posting: which skills it requires or prefers, how senior, which languages, where. Rules and cue words, no model.

A posting is hostile input. Nothing here follows what it says; it is only searched for words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from jobagent_desktop.agents.reading import spoken, titles
from jobagent_desktop.agents.reading.skills import Found, Gazetteer, Skill
from jobagent_desktop.agents.reading.spoken import LanguageAsk
from jobagent_desktop.agents.reading.words import folded, is_bullet, keys, one_line, plain, sentences, unbulleted
from jobagent_desktop.config import resource
from jobagent_desktop.domain.posting import Posting

QUOTE = 160
"""Characters of a quote from a posting or profile."""
_HEADING_CHARS = 70
_HEADING_WORDS = 9
_LONG_LINE = 220
_MAX_YEARS = 15
_EXAMPLE_LOOKBACK = 24
_LONGEST_GAP = 26
_OTHER = re.compile(r"\b(?:an?|another|other|similar|comparable|relational|any|eine?|andere[rsn]?|innej|podobn\w+|the)\b")
_LIST_GAP = re.compile(r"^[\s,/()]*$")


class Level(StrEnum):
    """How much a posting wants something. `mentioned`: named among the tasks or in passing."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    MENTIONED = "mentioned"


class Mode(StrEnum):
    """How the work is done, as far as the posting says."""

    REMOTE = "remote"
    HYBRID = "hybrid"
    ON_SITE = "on_site"
    UNKNOWN = "unknown"


_SHARE = {Level.REQUIRED: 1.0, Level.PREFERRED: 1 / 2, Level.MENTIONED: 1 / 3}


@dataclass(frozen=True, slots=True)
class Term:
    """Something the posting asks for; with several skills any one will do.

    Attributes:
        quote: the words of the posting it was read from, on one line.
    """

    skills: tuple[Skill, ...]
    level: Level
    quote: str

    @property
    def label(self) -> str:
        return " or ".join(skill.name for skill in self.skills)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(skill.name for skill in self.skills)

    @property
    def is_soft(self) -> bool:
        return all(skill.kind == "soft" for skill in self.skills)

    @property
    def weight(self) -> float:
        """Hard terms 3, manners 1; what is only preferred counts half, what is only mentioned a third."""
        return max(skill.weight for skill in self.skills) * _SHARE[self.level]


@dataclass(frozen=True, slots=True)
class PostingTerms:
    """What a posting asks. `years` 0 and `seniority` empty mean that it does not say."""

    terms: tuple[Term, ...]
    languages: tuple[LanguageAsk, ...]
    years: int
    years_quote: str
    seniority: str
    language: str
    mode: Mode
    mode_quote: str
    text: str

    @property
    def required(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.level is Level.REQUIRED)

    @property
    def preferred(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.level is not Level.REQUIRED)


@dataclass(frozen=True, slots=True)
class _Cues:
    headings: dict[str, re.Pattern[str]]
    preferred: re.Pattern[str]
    required: re.Pattern[str]
    tail: re.Pattern[str]
    not_asked: re.Pattern[str]
    alternative: re.Pattern[str]
    example: re.Pattern[str]
    years: re.Pattern[str]
    experience: re.Pattern[str]
    number_words: dict[str, int]
    remote: re.Pattern[str]
    hybrid: re.Pattern[str]
    on_site: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    section: str
    level: Level


def _any_of(phrases: list[str], *, ends: bool = True) -> re.Pattern[str]:
    longest_first = sorted((folded(phrase) for phrase in phrases), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")" + (r"(?!\w)" if ends else ""))


@lru_cache(maxsize=1)
def _cues() -> _Cues:
    data = json.loads(resource("skills", "cues.json").read_text(encoding="utf-8"))
    inline = data["inline"]
    words = {folded(word): number for word, number in data["number_words"].items()}
    number = r"(?P<n>\d{1,2}|" + "|".join(words) + r")"
    years = "|".join(sorted((re.escape(folded(y)) for y in data["years"]), key=len, reverse=True))
    return _Cues(
        {name: _any_of(phrases) for name, phrases in data["headings"].items()},
        _any_of(inline["preferred"]),
        _any_of(inline["required"]),
        _any_of(inline["tail"]),
        _any_of(inline["not_asked"]),
        _any_of(inline["or"]),
        _any_of(inline["examples"]),
        re.compile(rf"(?<!\w){number}\s*(?:\+|plus)?\s*(?:(?:-|–|to|bis|do)\s*(?P<m>\d{{1,2}})\s*\+?)?[\s-]*(?:{years})(?!\w)"),
        _any_of(data["experience"], ends=False),
        words,
        _any_of(data["remote"]),
        _any_of(data["hybrid"], ends=False),
        _any_of(data["on_site"], ends=False),
    )


def read_posting(posting: Posting, gazetteer: Gazetteer) -> PostingTerms:
    """Everything the posting says about whom it looks for. Never raises, whatever the text."""
    text = plain(posting.description)
    clauses = list(_clauses(text))
    title = one_line(posting.title, 200)
    terms = _terms(title, clauses, posting.tags, gazetteer)
    years, years_quote = _years(clauses)
    mode, mode_quote = _mode(posting, text)
    return PostingTerms(
        terms,
        _languages(clauses),
        years,
        years_quote,
        titles.read_title(title).level,
        posting.language[:2].lower() or spoken.detect(f"{title}\n{text}"),
        mode,
        mode_quote,
        f"{title}\n{text}",
    )


def _heading(line: str) -> str | None:
    """The section a heading opens (`body` when it is one of unknown meaning); None when the line is no heading."""
    bare = line.strip(" \t*#_–—-•:")
    if not bare or len(bare) > _HEADING_CHARS or len(bare.split()) > _HEADING_WORDS or line.rstrip().endswith((".", ",", ";")):
        return None
    compared = folded(bare)
    section = next((name for name in ("preferred", "required", "aside", "duties") if _covers(name, compared)), None)
    colon = line.rstrip().endswith(":")
    if section is None:
        return "body" if colon and len(bare.split()) <= 5 else None
    return section if colon or not is_bullet(line) else None


def _covers(section: str, compared: str) -> bool:
    """Whether a cue is most of the heading: "Requirements for the role" is one, "5 years of experience with Kafka" is not."""
    cue = _cues().headings[section].search(compared)
    if cue is None:
        return False
    return len(cue.group()) >= 0.55 * len(compared) or (compared.startswith(cue.group()) and len(compared.split()) <= 5)


def _clauses(text: str) -> Iterator[_Clause]:
    section = "intro"
    for line in text.split("\n"):
        if not line.strip():
            continue
        pieces = sentences(line) if len(line) > _LONG_LINE else [line]
        for piece in pieces:
            opened = _heading(piece)
            if opened is not None:
                section = opened
                continue
            head, colon, rest = piece.partition(":")
            inner = _heading(head + ":") if colon and rest.strip() and len(head) < 50 else None
            here = section
            if inner is not None and inner != "body":
                here = inner
                if not is_bullet(piece):
                    section = inner
                piece = rest  # noqa: PLW2901 - the rest of the line is what the heading is about
            for sentence in sentences(unbulleted(piece)):
                yield from _split(sentence, here)


def _split(sentence: str, section: str) -> Iterator[_Clause]:
    for part in re.split(r";\s+|\s[–—]\s", sentence):
        compared = folded(part)
        if _cues().not_asked.search(compared) and "but" not in compared.split():
            continue
        head, comma, last = part.rpartition(",")
        wish = _cues().tail.search(folded(last)) and not _cues().alternative.search(folded(last))
        if comma and (wish or _cues().preferred.match(folded(last).strip())):
            # "Python and Kafka, Kotlin a plus", "3 years of experience, ideally in banking": the wish is about what
            # follows the last comma.
            yield _Clause(head, section, _level(folded(head), section))
            yield _Clause(last, section, Level.PREFERRED)
        else:
            yield _Clause(part, section, _level(compared, section))


def _level(compared: str, section: str) -> Level:
    if section == "preferred" or _cues().preferred.search(compared):
        return Level.PREFERRED
    if section == "required" or (section != "aside" and _cues().required.search(compared)):
        return Level.REQUIRED
    return Level.MENTIONED


def _terms(title: str, clauses: list[_Clause], tags: tuple[str, ...], gazetteer: Gazetteer) -> tuple[Term, ...]:
    # A field named in the title ("Backend") is compared as a title; a tool or licence in it is also a requirement.
    in_title = [hit.skill for hit in gazetteer.find(title) if hit.skill.kind in ("tool", "licence", "own")]
    found = [Term((skill,), Level.REQUIRED, title) for skill in in_title]
    # Where requirements have a section of their own, what stands before the first heading is about the employer.
    unread = {"aside", "intro"} if any(clause.section == "required" for clause in clauses) else {"aside"}
    for clause in clauses:
        if clause.section not in unread:
            found += _clause_terms(clause, gazetteer)
    for tag in tags[:40]:
        skill = gazetteer.canonical(one_line(tag, 60))
        if skill is not None:
            found.append(Term((skill,), Level.MENTIONED, one_line(tag, 60)))
    merged = _merged(found)
    if not any(term.level is Level.REQUIRED and not term.is_soft for term in merged if term.quote != title):
        # Without a requirements section everything the text names is what the work needs.
        return tuple(Term(t.skills, Level.REQUIRED if t.level is Level.MENTIONED else t.level, t.quote) for t in merged)
    return tuple(merged)


def _clause_terms(clause: _Clause, gazetteer: Gazetteer) -> list[Term]:
    hits = gazetteer.find(clause.text)
    quote = one_line(clause.text, QUOTE)
    compared = folded(clause.text)
    same_length = len(compared) == len(clause.text)
    terms: list[Term] = []
    run: list[Found] = []
    for hit in hits:
        if run and not _continues(clause.text[run[-1].end : hit.start]):
            terms += _run_terms(run, clause, compared if same_length else clause.text.lower(), quote)
            run = []
        run.append(hit)
    return terms + _run_terms(run, clause, compared if same_length else clause.text.lower(), quote)


def _continues(gap: str) -> bool:
    return len(gap) <= _LONGEST_GAP and bool(_LIST_GAP.match(_OTHER.sub("", _cues().alternative.sub("", folded(gap)))))


def _run_terms(run: list[Found], clause: _Clause, compared: str, quote: str) -> list[Term]:
    """The terms of skills that stand in one list: alternatives after "such as" or with an "or", else one each."""
    if not run:
        return []
    joints = [compared[a.end : b.start] for a, b in pairwise(run)]
    before = compared[max(0, run[0].start - _EXAMPLE_LOOKBACK) : run[0].start]
    lead = re.sub(r"[\s(:]+$", "", before)
    examples = any(lead.endswith(m.group()) for m in _cues().example.finditer(before))
    skills = tuple({hit.skill.name: hit.skill for hit in run}.values())
    if len(skills) > 1 and (examples or any(_cues().alternative.search(joint) for joint in joints)):
        return [Term(skills, clause.level, quote)]
    return [Term((skill,), clause.level, quote) for skill in skills]


_RANK = {Level.REQUIRED: 2, Level.PREFERRED: 1, Level.MENTIONED: 0}


def _merged(found: list[Term]) -> list[Term]:
    """Each skill once, at its strongest level; alternatives that are asked by themselves elsewhere leave their group."""
    single: dict[str, Term] = {}
    for term in found:
        if len(term.skills) == 1:
            known = single.get(term.label)
            if known is None or _RANK[term.level] > _RANK[known.level]:
                single[term.label] = term
    seen: set[str] = set()
    result: list[Term] = []
    for term in found:
        if len(term.skills) == 1:
            if term.label not in seen:
                seen.add(term.label)
                result.append(term)
            continue
        alone = [name for name in term.names if name in single]
        if alone:  # one of them is asked by itself too: that is the one that is meant
            for name in alone:
                if _RANK[term.level] > _RANK[single[name].level]:
                    single[name] = Term(single[name].skills, term.level, term.quote)
            continue
        if any(name in seen for name in term.names):
            continue
        seen.update(term.names)
        result.append(term)
    return [single.get(term.label, term) for term in result]


def _languages(clauses: list[_Clause]) -> tuple[LanguageAsk, ...]:
    asks: dict[tuple[str, ...], LanguageAsk] = {}
    for clause in clauses:
        if clause.section == "aside":
            continue
        required, preferred = clause.level is Level.REQUIRED, clause.level is Level.PREFERRED
        for ask in spoken.asked(clause.text, required=required, preferred=preferred):
            known = asks.get(ask.languages)
            if known is None or (ask.required, ask.level) > (known.required, known.level):
                asks[ask.languages] = ask
    return tuple(asks.values())


def _years(clauses: list[_Clause]) -> tuple[int, str]:
    """The most years of experience that are required, and where it says so; (0, "") when it does not."""
    most, quote = 0, ""
    for clause in clauses:
        if clause.section == "aside" or clause.level is Level.PREFERRED:
            continue
        compared = folded(clause.text)
        if clause.section != "required" and not _cues().experience.search(compared):
            continue
        if clause.section in ("intro", "body") and {"we", "our", "wir", "unsere", "nasza", "nous"} & set(keys(clause.text)):
            continue  # the employer's own years
        for match in _cues().years.finditer(compared):
            number = _cues().number_words.get(match["n"]) or int(match["n"]) if match["n"] else 0
            if most < number <= _MAX_YEARS:
                most, quote = number, one_line(clause.text, QUOTE)
    return most, quote


def _mode(posting: Posting, text: str) -> tuple[Mode, str]:
    head = folded(f"{posting.title}\n{posting.location}\n{posting.employment_type}")
    if _cues().hybrid.search(head):
        return Mode.HYBRID, one_line(posting.location or posting.title, QUOTE)
    if posting.remote is not None:
        if posting.remote and not _cues().remote.search(head):
            hybrid = _line_with(text, _cues().hybrid)
            if hybrid:
                return Mode.HYBRID, hybrid
        return (Mode.REMOTE, "Remote") if posting.remote else (Mode.ON_SITE, one_line(posting.location, QUOTE))
    if _cues().remote.search(head):
        return Mode.REMOTE, one_line(posting.location or posting.title, QUOTE)
    for mode, cue in ((Mode.HYBRID, _cues().hybrid), (Mode.ON_SITE, _cues().on_site), (Mode.REMOTE, _cues().remote)):
        line = _line_with(text, cue)
        if line:
            return mode, line
    return Mode.UNKNOWN, ""


def _line_with(text: str, cue: re.Pattern[str]) -> str:
    for line in text.split("\n"):
        if cue.search(folded(line)):
            return one_line(unbulleted(line), QUOTE)
    return ""
