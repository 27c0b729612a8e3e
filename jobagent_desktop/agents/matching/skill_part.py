"""The skills part: what the posting requires and prefers against what the profile shows, and how alike the texts are."""

from __future__ import annotations

from dataclasses import dataclass

from jobagent_desktop.agents.reading import tfidf
from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.agents.reading.posting_terms import PostingTerms, Term
from jobagent_desktop.agents.reading.words import listed
from jobagent_desktop.domain.match import PartKind, ScorePart

MAXIMUM = 40
_TEXT_SHARE = 0.25
"""The part of the points that the likeness of the texts decides when the posting names skills enough."""
_ENOUGH_WEIGHT = 9.0
"""Three hard terms: with fewer, the named skills decide less and the likeness of the texts more."""
_ALIKE = 0.35
"""The cosine at which a CV and a posting for exactly that work typically stand; measured on the demo board."""
_NAMED = 4


@dataclass(frozen=True, slots=True)
class SkillFit:
    """The posting's terms, sorted by whether the profile has them."""

    required_have: tuple[Term, ...]
    required_missing: tuple[Term, ...]
    preferred_have: tuple[Term, ...]
    preferred_missing: tuple[Term, ...]
    cosine: float

    @property
    def hard_required(self) -> tuple[Term, ...]:
        """What is required and can be tested; manners ("teamwork") count little and are told apart."""
        return tuple(term for term in (*self.required_have, *self.required_missing) if not term.is_soft)

    @property
    def hard_missing(self) -> tuple[Term, ...]:
        return tuple(term for term in self.required_missing if not term.is_soft)

    @property
    def share(self) -> float:
        """How much of the weighted terms the profile has, 0-1; 0 when there are none."""
        have = sum(term.weight for term in (*self.required_have, *self.preferred_have))
        return have / self.weight if self.weight else 0.0

    @property
    def weight(self) -> float:
        every = (*self.required_have, *self.required_missing, *self.preferred_have, *self.preferred_missing)
        return sum(term.weight for term in every)


def skill_fit(person: Person, terms: PostingTerms) -> SkillFit:
    def split(some: tuple[Term, ...]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        some = tuple(sorted(some, key=lambda term: term.is_soft))
        have = tuple(term for term in some if any(person.has(name) for name in term.names))
        return have, tuple(term for term in some if term not in have)

    posting = tfidf.vector(terms.text, terms.language or "en", person.gazetteer.find(terms.text))
    return SkillFit(*split(terms.required), *split(terms.preferred), tfidf.cosine(person.vector, posting))


def skill_part(person: Person, fit: SkillFit, title_share: float) -> ScorePart:
    """`title_share` (0-1) stands in where the posting names nothing that can be compared."""
    alike = min(1.0, fit.cosine / _ALIKE)
    trust = (1 - _TEXT_SHARE) * min(1.0, fit.weight / _ENOUGH_WEIGHT)
    if fit.weight:
        share = trust * fit.share + (1 - trust) * (alike if trust >= 1 - _TEXT_SHARE else (alike + title_share) / 2)
    else:
        share = 0.5 * title_share
    points = max(0, min(MAXIMUM, round(MAXIMUM * share)))
    return ScorePart(PartKind.SKILLS, points, MAXIMUM, _reason(person, fit), _evidence(person, fit))


def _reason(person: Person, fit: SkillFit) -> str:
    required = len(fit.required_have) + len(fit.required_missing)
    preferred = len(fit.preferred_have) + len(fit.preferred_missing)
    if not required and not preferred:
        return "The posting names no skills that can be compared; counted from its title."
    sentences: list[str] = []
    if fit.hard_required:
        have = tuple(term for term in fit.required_have if term in fit.hard_required)
        sentences.append(_counted(person, have, len(fit.hard_required), "required"))
    elif required:
        sentences.append(_counted(person, fit.required_have, required, "required"))
    if preferred:
        sentences.append(_counted(person, fit.preferred_have, preferred, "other"))
    missing = fit.hard_missing or fit.preferred_missing
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        sentences.append(f"{_few([term.label for term in missing])} {verb} not in your profile.")
    manners = [term.label for term in fit.required_missing if term.is_soft]
    if manners and fit.hard_required:
        sentences.append(f"Also asked, and not named in your profile: {_few(manners)}.")
    return " ".join(sentences)


def _counted(person: Person, have: tuple[Term, ...], total: int, word: str) -> str:
    noun = "skill" if total == 1 else "skills"
    if not have:
        return f"None of {total} {word} {noun}." if total > 1 else f"The one {word} skill it names is missing."
    if total == 1:
        return f"The one {word} skill: {_had(person, have[0])}."
    return f"{len(have)} of {total} {word} {noun}: {_few([_had(person, term) for term in have])}."


def _had(person: Person, term: Term) -> str:
    """The skill as the profile has it: "SQL (through PostgreSQL)"."""
    direct = [name for name in term.names if name in person.skills]
    if direct:
        return direct[0]
    name = next(name for name in term.names if person.has(name))
    return f"{name} (through {person.implied[name]})"


def _few(names: list[str]) -> str:
    if len(names) <= _NAMED + 1:
        return listed(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"


def _evidence(person: Person, fit: SkillFit) -> tuple[str, ...]:
    """Quotes of the posting, then of the profile."""
    terms = (*fit.required_missing, *fit.required_have, *fit.preferred_have)
    theirs = list(dict.fromkeys(term.quote for term in terms))[:3]
    mine: dict[str, None] = {}
    for term in (*fit.required_have, *fit.preferred_have):
        for name in term.names:
            evidence = person.evidence(name)
            if evidence is not None and evidence.source_id != "skills":
                mine.setdefault(evidence.quote)
    return (*theirs, *list(mine)[:3])
