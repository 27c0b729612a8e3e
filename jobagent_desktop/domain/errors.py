"""The error taxonomy that every boundary maps to; the scheduler decides from the type, never from a message."""

from __future__ import annotations

from datetime import datetime


class AgentError(Exception):
    """Something went wrong in a way the program understands.

    `args[0]` is a sentence for the user: what happened, what it means, what to do next. Technical
    detail belongs to the log, through the exception's `__cause__`.
    """

    @property
    def sentence(self) -> str:
        return str(self.args[0]) if self.args else self.__class__.__name__


class Transient(AgentError):
    """Likely to pass by itself: the network is away, a server has a bad minute. Retried with backoff."""


class DiskFull(Transient):
    """Nothing can be written until somebody frees space. Not counted as a try: the queue waits, and goes on by itself."""


class ReadOnly(DiskFull):
    """Nothing can be written until somebody gives the program its rights on the data folder back. As with a full disk, it is
    not counted as a try.
    """


class Blocked(AgentError):
    """A site refuses us on purpose. Counts on the breaker; the task waits until the breaker's time.

    Attributes:
        host: the site that refused, for the log and the breaker's reason.
        retry_after: seconds the site asked us to wait, if it said so.
        until: when the breaker lets the next try through, once that is known.
    """

    def __init__(self, sentence: str, *, host: str, retry_after: float | None = None, until: datetime | None = None) -> None:
        super().__init__(sentence)
        self.host = host
        self.retry_after = retry_after
        self.until = until


class NeedsUser(AgentError):
    """Only the user can go on: a login, a captcha, a missing fact. The task waits; a notification goes out."""


class Permanent(AgentError):
    """Will not work however often it is tried. The task fails with the sentence."""


class PostingGone(Permanent):
    """The employer took the posting down (404, 410, expired). The application is closed, not failed."""


class Bug(AgentError):
    """The program itself is wrong. The task fails and a crash report is written."""


class Fenced(AgentError):
    """This worker's claim was ended by somebody else; its late result is kept aside and rejected."""


class IllegalTransition(Bug):
    """A status change that the state machine does not know. Always a bug."""


class ConfigError(AgentError):
    """A setting is unknown, malformed or not allowed where it stands; the sentence names the key."""
