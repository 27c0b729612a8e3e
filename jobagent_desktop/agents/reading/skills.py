"""Finds skills in text by a gazetteer: a trie over words, with aliases, and care where a name is also an ordinary word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Literal, cast

from jobagent_desktop.agents.reading.words import Token, folded, keys, plain, tokens
from jobagent_desktop.config import resource

Kind = Literal["tool", "method", "soft", "licence", "degree", "own"]

HARD_WEIGHT = 3.0
SOFT_WEIGHT = 1.0
"""How much a term counts: what can be tested counts three times as much as a manner."""

_MAX_OWN_WORDS = 6
_PREFIX_KEY = 4
_NEAR_TOKENS = 4
_GAP = re.compile(r"^(?: ?[/&+] ?|[-‐‑.'’·]| +| *\n *)$")


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill the gazetteer knows, or (`own`) one of the user's that it does not."""

    name: str
    kind: Kind
    trade: str

    @property
    def weight(self) -> float:
        return SOFT_WEIGHT if self.kind == "soft" else HARD_WEIGHT


@dataclass(frozen=True, slots=True)
class Found:
    """A skill at a place in a text (positions into `words.plain` of it)."""

    skill: Skill
    start: int
    end: int


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    prefixes: dict[str, list[tuple[str, _Node]]] = field(default_factory=dict[str, list[tuple[str, "_Node"]]])
    skill: Skill | None = None
    exact: str = ""
    careful: bool = False


def _singular(key: str) -> str:
    return key[:-1] if len(key) > 3 and key.endswith("s") and not key.endswith(("ss", "us", "is")) else key


class Gazetteer:
    """All known skills, and the finder over them. Make one with `gazetteer()`, add a person's own words with `with_own`."""

    def __init__(
        self, root: _Node, by_spelling: dict[str, Skill], implies: dict[str, tuple[str, ...]], own: _Node | None
    ) -> None:
        self._roots = [root] if own is None else [root, own]
        self._by_spelling = by_spelling
        self._implies = implies

    def find(self, text: str) -> list[Found]:
        """Every skill in the text in order, the longest spelling at each place."""
        text = plain(text)
        words = tokens(text)
        joined = [False] + [bool(_GAP.match(text[a.end : b.start])) for a, b in pairwise(words)]
        candidates: list[tuple[int, int, _Node]] = []
        at = 0
        while at < len(words):
            best = max((self._longest(root, words, joined, at) for root in self._roots), key=lambda hit: hit[0])
            if best[1] is None:
                at += 1
            else:
                candidates.append((at, best[0], best[1]))
                at = best[0]
        sure = {i for first, after, node in candidates if not node.careful and _hard(node) for i in range(first, after)}
        found: list[Found] = []
        for first, after, node in candidates:
            if node.skill is not None and (not node.careful or _in_context(text, words, first, after, sure)):
                found.append(Found(node.skill, words[first].start, words[after - 1].end))
        return found

    def names(self, text: str) -> frozenset[str]:
        """The names of the skills in a text."""
        return frozenset(hit.skill.name for hit in self.find(text))

    def canonical(self, name: str) -> Skill | None:
        """The skill that this whole text is a spelling of, whatever its case."""
        return self._by_spelling.get(" ".join(keys(plain(name))))

    def implied(self, name: str) -> tuple[str, ...]:
        """The skills that whoever has this one also has (PostgreSQL: SQL)."""
        return self._implies.get(name, ())

    def with_own(self, names: Iterable[str]) -> Gazetteer:
        """This gazetteer and a person's own skill names, those of at most six words that it does not know yet."""
        own = _Node()
        spellings = dict(self._by_spelling)
        for name in names:
            words = keys(plain(name))
            spelling = " ".join(words)
            if not words or len(words) > _MAX_OWN_WORDS or len(spelling) < 2 or spelling in spellings:
                continue
            skill = Skill(name, "own", "own")
            spellings[spelling] = skill
            _insert(own, words, skill, careful=len(words) == 1 and len(spelling) < 4, exact="", plural=False)
        return Gazetteer(self._roots[0], spellings, self._implies, own)

    def _longest(self, root: _Node, words: list[Token], joined: list[bool], at: int) -> tuple[int, _Node | None]:
        best: tuple[int, _Node | None] = (at, None)
        stack = [(root, at)]
        while stack:
            node, i = stack.pop()
            if node.skill is not None and i > best[0] and (not node.exact or node.exact == words[i - 1].text):
                best = (i, node)
            if i >= len(words) or (i > at and not joined[i]):
                continue
            key = words[i].key
            for child in (node.children.get(key), node.children.get("~" + _singular(key))):
                if child is not None:
                    stack.append((child, i + 1))
            for prefix, child in node.prefixes.get(key[:_PREFIX_KEY], ()):
                if key.startswith(prefix):
                    stack.append((child, i + 1))
        return best


def _hard(node: _Node) -> bool:
    return node.skill is not None and node.skill.kind != "soft"


def _in_context(text: str, words: list[Token], first: int, after: int, sure: set[int]) -> bool:
    """Whether an ordinary word ("Go", "Excel", "Spring") stands here as a skill.

    It needs a capital, and a sign: it is an item of a list, a cue word is beside it ("in Go", "Go developer"), or a
    certain skill is near. At the start of a sentence that goes on in small letters it is the ordinary word.
    """
    word, last = words[first], words[after - 1]
    if not any(c.isupper() for c in word.text):
        return False
    left = text[max(0, word.start - 3) : word.start]
    right = text[last.end : last.end + 2]
    following = words[after] if after < len(words) else None
    if (following is not None and following.text.isdigit() and right[:1] == " ") or right[:1] == "&" or left.endswith("&"):
        return False
    before, after_word = _cues()
    cue_after = following is not None and following.key in after_word
    starts = not left.strip(" ") or left.rstrip(" ")[-1:] in "\n.!?•-*–"
    if starts and following is not None and following.text.islower() and right[:1] == " " and not cue_after:
        return False
    opens = starts or left.rstrip(" ")[-1:] in ",;/|(:"
    closes = not right.strip(" ") or right.lstrip(" ")[:1] in ",;/|).\n"
    if opens and closes:
        return True
    if cue_after or (first > 0 and words[first - 1].key in before):
        return True
    line = (text.rfind("\n", 0, word.start), (text.find("\n", last.end) + 1 or len(text) + 1) - 1)
    near = range(max(0, first - _NEAR_TOKENS), min(len(words), after + _NEAR_TOKENS))
    return any(i in sure and line[0] < words[i].start < line[1] for i in near)


def _insert(root: _Node, words: list[str], skill: Skill, *, careful: bool, exact: str, plural: bool) -> None:
    node = root
    for word in words:
        if word.endswith("*"):
            stem = word[:-1]
            siblings = node.prefixes.setdefault(stem[:_PREFIX_KEY], [])
            child = next((child for prefix, child in siblings if prefix == stem), None)
            if child is None:
                child = _Node()
                siblings.append((stem, child))
        else:
            child = node.children.setdefault("~" + _singular(word) if plural else word, _Node())
        node = child
    if node.skill is None:
        node.skill, node.exact, node.careful = skill, exact, careful


def _spelling_words(spelling: str) -> list[str]:
    return [key + "*" if star else key for part in spelling.split() for key, star in _starred(part)]


def _starred(part: str) -> list[tuple[str, bool]]:
    words = keys(part)
    return [(word, part.endswith("*") and i == len(words) - 1) for i, word in enumerate(words)]


@lru_cache(maxsize=1)
def _cues() -> tuple[frozenset[str], frozenset[str]]:
    """Words before and after which an ambiguous name is a skill."""
    data = json.loads(resource("skills", "skills.json").read_text(encoding="utf-8"))
    return frozenset(data["cues_before"].split()), frozenset(data["cues_after"].split())


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The shipped gazetteer, read once."""
    data = json.loads(resource("skills", "skills.json").read_text(encoding="utf-8"))
    careful = {folded(word) for word in data["careful"]}
    exact = {folded(word): word for word in data["exact_case"]}
    root = _Node()
    by_spelling: dict[str, Skill] = {}
    for trade, kinds in data["trades"].items():
        for kind, entries in kinds.items():
            for name, aliases in entries.items():
                skill = Skill(name, cast(Kind, kind), trade)
                for spelling in (name, *aliases):
                    words = _spelling_words(plain(spelling))
                    joined = " ".join(words)
                    _insert(root, words, skill, careful=joined in careful, exact=exact.get(joined, ""), plural=kind != "tool")
                    by_spelling.setdefault(joined, skill)
    implies = {name: tuple(others) for name, others in data["implies"].items()}
    return Gazetteer(root, by_spelling, implies, None)
