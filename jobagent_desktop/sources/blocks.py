"""Tells a page that refuses us (a security check, a wall of sign-in) from an ordinary one.

Words alone give false alarms: ordinary career pages mention captchas, Cloudflare and signing in. A refusal is told by
its structure: the title a vendor gives its check page, a marker only such pages carry, and how little else is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from jobagent_desktop.sources.markup import elements, seen_text_is_shorter_than

SMALL_TEXT = 1_200
"""Characters of visible text, without blanks: saved check pages stay far below this, job pages above it."""

_CHECK_TITLES = re.compile(
    r"""^\W*(
        just\ a\ moment | attention\ required!?\ \|\ cloudflare | access\ denied | access\ to\ this\ page\ has\ been\ denied
      | (web\ |site\ )?security\ (check|verification)(\ required)? | robot\ check | are\ you\ (a\ )?(robot|human)
      | pardon\ our\ interruption | (please\ )?verify(ing)?\ (that\ )?you\ are\ (a\ )?human | human\ verification
      | ddos-guard | checking\ your\ browser | one\ more\ step | request\ unsuccessful | you\ have\ been\ blocked
      | bot\ verification | captcha
    )\W*($|[|\-–:].*)""",
    re.IGNORECASE | re.VERBOSE,
)
_WALL_TITLES = re.compile(
    r"^\W*(sign\ in|log\ ?in|sign\ up|join)(\ to\ view\ .*|\ \|\ linkedin|\ linkedin)?\W*$", re.IGNORECASE
)
_SURE_MARKERS = re.compile(
    r"_cf_chl_opt|/cdn-cgi/challenge-platform/h/|cf-error-details|px-captcha|captcha-delivery\.com/(captcha|interstitial)"
    r"|_Incapsula_Resource|Incapsula incident ID|window\.awsWafCookieDomainList|/_sec/cp_challenge|distil_r_captcha"
    r"|errors\.edgesuite\.net|class=\"authwall|/authwall\?|id=\"challenge-(form|running|error-text)\"",
    re.IGNORECASE,
)
_WEAK_MARKERS = re.compile(
    r"hcaptcha\.com/|recaptcha/(api|enterprise)|challenges\.cloudflare\.com/turnstile|/cdn-cgi/challenge-platform/"
    r"|type=[\"']password[\"']",
    re.IGNORECASE,
)
_POSTING = re.compile(r"[\"']JobPosting[\"']")
_LOGIN_SEGMENT = re.compile(
    r"^(log-?in|log_in|sign-?in|sign_in|sso|authwall|checkpoint|oauth2?|saml2?|authenticate|authorize|login\.\w+|signin\.\w+)$",
    re.IGNORECASE,
)
_LOGIN_HOST = re.compile(r"^(login|signin|sso|accounts|auth|id)\.", re.IGNORECASE)


def refusal(html: str, headers: Mapping[str, str]) -> str:
    """Why this page is a refusal (`challenge` or `sign-in wall`), or an empty string for an ordinary page."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "challenge"
    head = html[:200_000]
    if "<" not in head or _POSTING.search(head):
        return ""
    title = next((" ".join(content.split()) for _, content in elements(head, "title")), "")
    if not seen_text_is_shorter_than(html[:400_000], SMALL_TEXT):
        return ""
    if _SURE_MARKERS.search(head):
        return "sign-in wall" if "authwall" in head.lower() else "challenge"
    if _CHECK_TITLES.match(title):
        return "challenge"
    if _WALL_TITLES.match(title) and _WEAK_MARKERS.search(head):
        return "sign-in wall"
    return ""


def is_login_redirect(asked: str, landed: str) -> bool:
    """True when an address that was no login led to one."""
    return asked != landed and _is_login(landed) and not _is_login(asked)


def _is_login(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_LOGIN_HOST.match(parts.hostname or "")) or any(_LOGIN_SEGMENT.match(s) for s in parts.path.split("/") if s)
