"""Recognises the same posting seen at two places, so that it becomes one job."""

from __future__ import annotations

import hashlib
import re

from jobagent_desktop.domain.folding import folded
from jobagent_desktop.domain.posting import Posting

_DESCRIPTION_CHARS = 400
_LEGAL_FORMS = re.compile(
    r"\b(gmbh( co kg)?|ag|se|kg|ug|e v|sp z o o|sp zoo|s a|sa|s r o|sro|a s|b v|bv|n v|nv|oy|ab|aps|ltd|limited|llc|llp|"
    r"inc|incorporated|plc|corp|corporation|co|company|group|holding|holdings|sas|sarl|srl|spa|s p a|pvt|pty)\s*$"
)
_TITLE_NOISE = re.compile(
    r"\((?:[mfwdxkin]\s*[/|,*]\s*)+[mfwdxkin]?\)|\b[mfwd]/[mfwd](?:/[dx])?\b"
    r"|\((?:all genders|remote|hybrid|hybrydowo|zdalnie|on-?site)\)",
    re.IGNORECASE,
)
_WORKPLACE = re.compile(r"\b(remote|hybrid|on site|onsite|in office|zdalnie|zdalna|hybrydowo)\b")


def content_key(posting: Posting) -> str:
    """A key that is the same for the same posting on two boards: 32 hexadecimal digits.

    Made of company, title, place and the first 400 letters and digits of the description, each reduced to what boards do not
    change: no case, accents, punctuation, legal form, gender marks or country. A posting without a description cannot be
    recognised; its key is made of its own identity, so it equals nothing else.
    """
    description = folded(posting.description).replace(" ", "")[:_DESCRIPTION_CHARS]
    if not description:
        return _hash("identity", posting.source, posting.external_id)
    return _hash("content", _company(posting.company), _title(posting.title), _place(posting.location), description)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _company(name: str) -> str:
    plain = folded(name)
    shorter = _LEGAL_FORMS.sub("", plain).strip()
    while shorter and shorter != plain:
        plain, shorter = shorter, _LEGAL_FORMS.sub("", shorter).strip()
    return plain


def _title(title: str) -> str:
    return folded(_TITLE_NOISE.sub(" ", title))


def _place(location: str) -> str:
    """The town: what stands before the first comma, bracket or slash, without words for the way of working."""
    parts = (_WORKPLACE.sub("", folded(part)).strip() for part in re.split(r"[,(/|;·–]|\s-\s", location))
    return next((part for part in parts if part), "")
