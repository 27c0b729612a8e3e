"""Takes secrets out of what is about to be written to a log or a crash report.

Three nets, since none is enough alone: values under names that say so, text that has a secret's shape, and every secret that
this process has read from the keyring, wherever it turns up.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Mapping
from typing import cast
from urllib.parse import quote

from jobagent_desktop.config import names_a_secret

HIDDEN = "[secret]"
MAX_TEXT = 50_000
"""Characters of one piece of text that are written; a longer one is cut (a page's HTML in an exception, for instance)."""
_MAX_DEPTH = 8
_MIN_KNOWN = 6
"""A known secret shorter than this is not searched for: it would blank out ordinary words."""

_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)", re.DOTALL)
_USER_INFO = re.compile(r"(?P<scheme>\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://)[^/\s@\"'<>]{1,300}@")
_AUTHORIZATION = re.compile(
    r"(?i)(?P<name>authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?)(?:[a-z0-9-]{1,20} +)?[^\s\"',;]{1,4000}"
)
_BEARER = re.compile(r"(?i)(?P<name>\bbearer +)[a-z0-9._~+/=-]{8,4000}")
_ASSIGNED = re.compile(
    r"(?P<name>[A-Za-z][\w.-]{1,63})(?P<sign>[\"']?\s{0,3}(?:=>?|:)\s{0,3})"
    r"(?P<value>\"(?:[^\"\\]|\\.){1,4000}\"?|'(?:[^'\\]|\\.){1,4000}'?|[^\s\"'&,;)}\]]{1,4000})"
)
_QUERY_NAMES = frozenset({"key", "sig", "signature", "code", "sid", "session", "sessionid"})
"""Query parameters that carry access besides those that are named so (signed links, OAuth codes)."""
_QUERY = re.compile(r"(?P<start>[?&#])(?P<name>[\w.%-]{1,64})=(?P<value>[^&#\s\"'<>]{1,4000})")
_SHAPED = re.compile(
    r"\bsk-[A-Za-z0-9_-]{16,400}"  # OpenAI and compatible services
    r"|\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255})"
    r"|\bAIza[A-Za-z0-9_-]{30,60}|\bAKIA[A-Z0-9]{16}\b|\bxox[abprs]-[A-Za-z0-9-]{10,250}"  # Google, AWS, Slack
    r"|\bstandard_[0-9a-f]{64,600}"  # Appwrite
    r"|\beyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{4,4000}\.[A-Za-z0-9_-]{4,4000}"  # JSON Web Token
)


def _hide_assigned(found: re.Match[str]) -> str:
    if not names_a_secret(found["name"]) or found["value"].startswith(HIDDEN[:4]):
        return found[0]
    quote = found["value"][0] if found["value"][0] in "\"'" else ""
    return f"{found['name']}{found['sign']}{quote}{HIDDEN}{quote}"


def _hide_query(found: re.Match[str]) -> str:
    if found["name"].lower() in _QUERY_NAMES or names_a_secret(found["name"]):
        return f"{found['start']}{found['name']}={HIDDEN}"
    return found[0]


class Redactor:
    """Knows the secrets that this process has read, and takes them and everything that looks like one out of text.

    Safe in any thread. Shows none of what it knows in its `repr`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[str, ...] = ()

    def hide(self, secret: str) -> None:
        """From now on this value is taken out wherever it turns up. Very short ones are not: they would be ordinary words."""
        if len(secret) < _MIN_KNOWN:
            return
        with self._lock:
            # The longest first, so that a secret that contains another one leaves nothing behind.
            self._known = tuple(sorted({*self._known, secret, quote(secret, safe="")}, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text without secrets, cut at `MAX_TEXT` characters."""
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        if len(text) > MAX_TEXT:
            text = f"{text[:MAX_TEXT]} [{len(text) - MAX_TEXT} more characters]"
        text = _PRIVATE_KEY.sub(HIDDEN, text)
        text = _USER_INFO.sub(rf"\g<scheme>{HIDDEN}@", text)
        text = _AUTHORIZATION.sub(rf"\g<name>{HIDDEN}", text)
        text = _BEARER.sub(rf"\g<name>{HIDDEN}", text)
        text = _QUERY.sub(_hide_query, text)
        text = _ASSIGNED.sub(_hide_assigned, text)
        return _SHAPED.sub(HIDDEN, text)

    def value(self, value: object, name: str = "") -> object:
        """What may be written of any value that stands under `name`: only JSON's types, without secrets.

        A number under a secret's name stays: counts and limits have such names, keys are text.
        """
        return self._value(value, name, _MAX_DEPTH)

    def _value(self, value: object, name: str, depth: int) -> object:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)  # JSON has no NaN
        if name and names_a_secret(name):
            return HIDDEN
        if isinstance(value, str):
            return self.text(value)
        if depth == 0:
            return "..."
        if isinstance(value, Mapping):
            items = cast(Mapping[object, object], value).items()
            return {self.text(str(key)): self._value(part, str(key), depth - 1) for key, part in items}
        if isinstance(value, list | tuple | set | frozenset):
            parts = cast("list[object]", value)
            return [self._value(part, "", depth - 1) for part in parts]
        try:
            shown = repr(value)
        except Exception as error:  # noqa: BLE001  error boundary: a foreign object's repr may do anything, the log line goes on
            shown = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
        return self.text(shown)

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._known)} known secrets>"
