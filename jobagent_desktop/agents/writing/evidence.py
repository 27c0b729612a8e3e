"""Chooses the person's lines that answer a posting best, for a letter: few, strong, and not all about the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.agents.reading.posting_terms import PostingTerms
from jobagent_desktop.agents.writing.first_person import Line, Shape, line
from jobagent_desktop.agents.writing.relevance import Reader, Relevance

_SHORTEST, _LONGEST = 25, 240
_RECENT = (1.0, 0.85, 0.7, 0.55)
_SHAPE = {Shape.VERB: 0.15, Shape.DOING: 0.05, Shape.OWN_WORDS: 0.1, Shape.QUOTED: 0.0}
_ALREADY_SHOWN = 0.12
"""What each term costs that an earlier line has shown already."""
_SAME_ENTRY = 0.08
_ENOUGH = 3
"""With so many lines that can be told in the first person, none is quoted."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A line of the CV for the letter. `entry` is its position or project, `order` sorts newest first, projects last.

    `after_others`: dates say that this position came before the newer ones.
    """

    source_id: str
    entry: str
    order: tuple[int, int]
    line: Line
    employer: str
    position: str
    project: str
    current: bool
    after_others: bool


def proofs(person: Person, terms: PostingTerms, most: int) -> list[Proof]:
    """The best lines, the best first; fewer when the CV has fewer."""
    reader = Reader(person, terms)
    every = list(_candidates(person))
    framed = [candidate for candidate in every if candidate[2].line.shape is not Shape.QUOTED]
    rated: list[tuple[float, Relevance, Proof]] = []
    for rank, source_text, proof in framed if len(framed) >= _ENOUGH else every:
        relevance = reader.rate(source_text)
        rated.append((relevance.value * _RECENT[min(rank, 3)] + _SHAPE[proof.line.shape], relevance, proof))
    chosen: list[Proof] = []
    shown: set[str] = set()
    while rated and len(chosen) < most:
        entries = [proof.entry for proof in chosen]
        best = max(
            rated,
            key=lambda item: (
                item[0] - _ALREADY_SHOWN * len(item[1].asked & shown) - _SAME_ENTRY * entries.count(item[2].entry),
                -item[2].order[0],
                -item[2].order[1],
            ),
        )
        rated.remove(best)
        chosen.append(best[2])
        shown |= best[1].asked
    return chosen


def _candidates(person: Person) -> Iterator[tuple[int, str, Proof]]:
    dated = all(position.span is not None for position in person.positions)
    ordered = (
        sorted(person.positions, key=lambda p: (-p.span.last, -p.span.first) if p.span else (0, 0))
        if dated
        else list(person.positions)
    )
    for rank, position in enumerate(ordered):
        for j, text in enumerate(person.resume.work[position.index].highlights):
            shaped = line(text, person.language, current=position.current)
            if shaped is not None and _SHORTEST <= len(shaped.text) <= _LONGEST:
                proof = Proof(
                    f"work.{position.index}.highlights.{j}",
                    f"work.{position.index}",
                    (rank, j),
                    shaped,
                    position.employer,
                    position.title,
                    "",
                    position.current,
                    dated and not position.current,
                )
                yield rank, shaped.text, proof
    for i, project in enumerate(person.resume.projects):
        texts = [(f"projects.{i}.highlights.{j}", text) for j, text in enumerate(project.highlights)]
        if project.description:
            texts.insert(0, (f"projects.{i}.description", project.description))
        for j, (source_id, text) in enumerate(texts):
            shaped = line(text, person.language, current=not project.end_date)
            if shaped is not None and project.name and _SHORTEST <= len(shaped.text) <= _LONGEST:
                order = (len(ordered) + i, j)
                proof = Proof(
                    source_id,
                    f"projects.{i}",
                    order,
                    shaped,
                    employer="",
                    position="",
                    project=project.name,
                    current=False,
                    after_others=False,
                )
                yield 1, shaped.text, proof
