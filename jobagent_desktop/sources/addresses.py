"""Which web addresses the program may visit, and how two spellings of one address are recognised."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from jobagent_desktop.domain.errors import Permanent

MAX_URL = 2_048
_TRACKING = frozenset(
    {"gclid", "fbclid", "msclkid", "mc_cid", "mc_eid", "gh_src", "lever-source", "source", "src", "ref", "referrer"}
)
_TRACKING_PREFIXES = ("utm_", "lever-", "_hs", "trk")


def web_address(url: str) -> SplitResult:
    """The parts of an address the program may visit.

    Raises `Permanent` for everything but a plain http or https address: other schemes, no scheme, no host, a user name or
    password in it, spaces and control characters.
    """
    text = url.strip()
    shown = text if len(text) <= 80 else text[:77] + "..."
    if not text or len(text) > MAX_URL or any(ord(c) <= 32 or ord(c) == 127 for c in text):
        raise Permanent(
            f'"{shown.split(maxsplit=1)[0] if text else ""}" is not a web address. Paste one that starts with https://.'
        )
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Permanent(f'"{shown}" is not a web address. Paste one that starts with https://.') from error
    if not parts.scheme or (parts.scheme not in {"http", "https"} and "." in parts.scheme):
        raise Permanent(f'"{shown}" is not a complete web address. Paste it with https:// in front.')
    if parts.scheme not in {"http", "https"}:
        raise Permanent(f'The program opens only web addresses (https://), not "{parts.scheme}:" addresses.')
    if not host:
        raise Permanent(f'"{shown}" names no website. Paste the whole address, with https:// in front.')
    if parts.username is not None or parts.password is not None:
        raise Permanent("This address holds a user name or password. Paste the address without it.")
    return parts


def host_of(url: str) -> str:
    """The host of an address in lower case, without a trailing dot; empty when it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def is_local_host(host: str) -> bool:
    """True for this computer and for private networks, by name or literal address. Does not ask the DNS."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".home.arpa")):
        return True
    return is_local_ip(name)


def is_loopback(host: str) -> bool:
    """True for this computer itself, by name or literal address."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.strip("[]").split("%", 1)[0])
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def is_local_ip(text: str) -> bool:
    """True for a literal IP address that the internet cannot route to."""
    try:
        address = ipaddress.ip_address(text.strip("[]").split("%", 1)[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_global


def safe_link(value: object) -> str:
    """The address if it is one that the program may visit or show as a link, else an empty string.

    A host with letters beyond ASCII is given in its registered form (`xn--...`), so that one that imitates another by
    look-alike letters shows what it is. Invisible characters and lone surrogates make it no address.
    """
    if not isinstance(value, str):
        return ""
    try:
        parts = web_address(value)
    except Permanent:
        return ""
    address = parts.geturl()
    if not all(character.isprintable() for character in address):
        return ""
    return address if (parts.hostname or "").isascii() else _with_registered_host(parts)


def _with_registered_host(parts: SplitResult) -> str:
    import httpx  # only here: few addresses have such a host, and the fetcher has loaded it before

    try:
        host = httpx.URL(parts.geturl()).raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError):
        return ""
    return urlunsplit(parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host))


def normalised(url: str) -> str:
    """One spelling for one page: lower-case host, no default port, no fragment, no tracking parameters, sorted query."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".").lower()
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in {None, default} else f":{parts.port}"
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _TRACKING and not name.lower().startswith(_TRACKING_PREFIXES)
    )
    path = parts.path.rstrip("/") or "/"
    return urlunsplit((parts.scheme, host + port, path, urlencode(query), ""))
