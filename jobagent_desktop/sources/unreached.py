"""Why a site was not reached, as a sentence: the network, the name, the proxy, or a page of this network in between."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from errno import ECONNREFUSED, EHOSTUNREACH, ENETDOWN, ENETUNREACH

from jobagent_desktop.domain.errors import AgentError, Permanent, Transient
from jobagent_desktop.sources.proxies import Proxy

SIGN_IN_FIRST = "If this network asks for a sign-in first (hotel, train, guest Wi-Fi), do that in your browser, then try again."
# Windows' sockets have numbers of their own for the same: WSAENETDOWN, WSAENETUNREACH, WSAECONNREFUSED, WSAEHOSTUNREACH.
_REFUSED = frozenset({ECONNREFUSED, 10061})
_NO_WAY = frozenset({ENETDOWN, ENETUNREACH, EHOSTUNREACH, 10050, 10051, 10065})
_STATUS = re.compile(r"^(\d{3})\b")


def too_slow(host: str, proxy: Proxy | None, *, connecting: bool) -> Transient:
    if connecting and proxy is not None:
        return _proxy_is_away(proxy)
    return Transient(f"{host} took too long to answer.")


def unreached(host: str, error: Exception, proxy: Proxy | None) -> AgentError:
    """What to tell of a failed connection."""
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Transient(
            f"The connection to {host} is not safe: its certificate could not be verified. {SIGN_IN_FIRST} "
            "If it does not, check this computer's date."
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Transient(f"No safe connection to {host} could be made: something else answers in its place. {SIGN_IN_FIRST}")
    numbers = {cause.errno for cause in causes if isinstance(cause, OSError)}
    never_connected = bool(numbers & (_REFUSED | _NO_WAY)) or any(isinstance(cause, socket.gaierror) for cause in causes)
    if proxy is not None and never_connected:
        return _proxy_is_away(proxy)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Transient(f"{host} could not be found. Check the internet connection and the spelling of the address.")
    if numbers & _NO_WAY:
        return Transient(f"{host} could not be reached: this computer has no way to it now. Check the internet connection.")
    if numbers & _REFUSED:
        return Transient(
            f"{host} could not be reached: it does not accept connections now. If other websites open, the site itself is down."
        )
    return Transient(f"{host} could not be reached. Check the internet connection.")


def refused_by_proxy(host: str, proxy: Proxy, message: str) -> AgentError:
    """What to tell when the proxy answers for itself. `message` begins with its status."""
    found = _STATUS.match(message)
    status = found[1] if found else "none"
    if status == "407":
        return Transient(
            f"The proxy {proxy.name} asks for a name and a password (answer 407), so {host} could not be reached. Sign in to "
            "the proxy as your network requires, or ask its administrator to let this program through, then try again."
        )
    if status.startswith("4"):
        return Permanent(
            f"The proxy {proxy.name} does not let the program visit {host} (answer {status}). Ask your network's "
            "administrator, or search from another network."
        )
    return Transient(f"The proxy {proxy.name} could not reach {host} (answer {status}). It may be down; try again later.")


def network_sign_in(host: str) -> Transient:
    """What to tell when the network shows its own page in the place of the site's."""
    return Transient(f"The network answered in the place of {host} and asks for a sign-in. {SIGN_IN_FIRST}")


def _proxy_is_away(proxy: Proxy) -> Transient:
    return Transient(
        f"The proxy {proxy.name}, which this computer is set to use, could not be reached. Check the internet connection and "
        "the proxy in this computer's network settings."
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that led to it, groups unfolded."""
    following: list[BaseException] = [error]
    seen: set[int] = set()
    while following:
        cause = following.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        following += [part for part in (cause.__cause__, cause.__context__) if part is not None]
        if isinstance(cause, BaseExceptionGroup):
            following += cause.exceptions
