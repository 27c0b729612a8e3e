"""Which proxy a request goes through: the one that the environment names, else the one this computer is set to use.

`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` come first; without them the system's settings hold (on Windows those
under Internet options, with their exceptions). Automatic configuration scripts (PAC) are not read.
"""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from jobagent_desktop.domain.errors import Permanent
from jobagent_desktop.sources.addresses import host_of, is_loopback

_SETTINGS = "Check the proxy in this computer's network settings, or HTTPS_PROXY and NO_PROXY if you have set them."


@dataclass(frozen=True, slots=True)
class Proxy:
    """`name` is `host:port` and may be shown; `url` may hold a password and is never shown."""

    name: str
    url: str = field(repr=False)


def proxy_for(url: str) -> Proxy | None:
    """The proxy for a request to `url`; None when it goes out directly, as everything on this computer does.

    Reads the settings afresh, since users change networks while the program runs. On Windows the check of the exceptions may
    ask the DNS, so call it in a thread. Raises `Permanent` for a proxy of a kind that the program cannot use.
    """
    host = host_of(url)
    if is_loopback(host):
        return None
    known = urllib.request.getproxies()
    address = known.get(urlsplit(url).scheme) or known.get("all")
    if not address or urllib.request.proxy_bypass(host):
        return None
    return proxy_at(address)


def proxy_at(address: str) -> Proxy:
    """A proxy from its address, with or without `http://`. Raises `Permanent` when it cannot be one."""
    whole = address.strip() if "://" in address else f"http://{address.strip()}"
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Permanent(f"The address of the proxy is not one that can be used. {_SETTINGS}") from error
    if parts.scheme.startswith("socks"):
        raise Permanent(
            f"This computer is set to use the SOCKS proxy {host}, which the program cannot use. Set an HTTP proxy instead, "
            "or put the websites in question into its exceptions."
        )
    if parts.scheme not in {"http", "https"} or not host:
        raise Permanent(f"The address of the proxy is not one that can be used. {_SETTINGS}")
    shown = f"[{host}]" if ":" in host else host
    return Proxy(f"{shown}:{port or (443 if parts.scheme == 'https' else 80)}", whole)
