"""Statuses and the only transitions between them. An illegal transition raises and is a bug."""

from __future__ import annotations

from enum import StrEnum

from jobagent_desktop.domain.errors import IllegalTransition


class ApplicationStatus(StrEnum):
    FOUND = "found"
    MATCHED = "matched"
    PREPARING = "preparing"
    PREVIEW_READY = "preview_ready"
    APPROVED = "approved"
    FILLING = "filling"
    AWAITING_USER = "awaiting_user"
    SUBMITTING = "submitting"
    SUBMIT_UNKNOWN = "submit_unknown"
    APPLIED = "applied"
    REPLIED = "replied"
    INTERVIEW = "interview"
    OFFER = "offer"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    SKIPPED = "skipped"
    CLOSED = "closed"


PREPARATION = (ApplicationStatus.FOUND, ApplicationStatus.MATCHED, ApplicationStatus.PREPARING)
"""In their order."""
ON_THE_WAY = frozenset(PREPARATION)
"""Where a preview's steps may move an application; once the user has decided, a late step changes nothing."""


class TaskStatus(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    EXPIRED = "expired"


_A = ApplicationStatus
_AFTER_APPLIED = frozenset({_A.REPLIED, _A.INTERVIEW, _A.OFFER, _A.REJECTED, _A.WITHDRAWN})
_GIVE_UP = frozenset({_A.FAILED, _A.SKIPPED, _A.CLOSED})

APPLICATION_TRANSITIONS: dict[ApplicationStatus, frozenset[ApplicationStatus]] = {
    _A.FOUND: _GIVE_UP | {_A.MATCHED, _A.PREPARING},
    _A.MATCHED: _GIVE_UP | {_A.PREPARING},
    _A.PREPARING: _GIVE_UP | {_A.PREVIEW_READY},
    # Back to preparing: the user edited the text, and the documents are rendered again.
    _A.PREVIEW_READY: _GIVE_UP | {_A.APPROVED, _A.PREPARING},
    _A.APPROVED: _GIVE_UP | {_A.PREVIEW_READY, _A.FILLING, _A.APPLIED},
    _A.FILLING: _GIVE_UP | {_A.AWAITING_USER, _A.SUBMITTING, _A.APPROVED},
    _A.AWAITING_USER: _GIVE_UP | {_A.FILLING, _A.SUBMITTING, _A.APPROVED, _A.APPLIED},
    # From here the click may have happened: only the outcome or the user may move it on.
    _A.SUBMITTING: frozenset({_A.APPLIED, _A.SUBMIT_UNKNOWN}),
    _A.SUBMIT_UNKNOWN: frozenset({_A.APPLIED, _A.APPROVED, _A.SKIPPED}),
    # Back to approved: the user marked it applied by mistake.
    _A.APPLIED: _AFTER_APPLIED | {_A.APPROVED},
    _A.REPLIED: _AFTER_APPLIED | {_A.APPLIED},
    _A.INTERVIEW: _AFTER_APPLIED | {_A.APPLIED},
    _A.OFFER: _AFTER_APPLIED | {_A.APPLIED},
    _A.REJECTED: _AFTER_APPLIED | {_A.APPLIED},
    _A.WITHDRAWN: _AFTER_APPLIED | {_A.APPLIED},
    # Retry, undo of a skip, and a posting that is back: to where the finished work stands.
    _A.FAILED: frozenset({_A.FOUND, _A.MATCHED, _A.PREPARING, _A.SKIPPED, _A.CLOSED}),
    _A.SKIPPED: frozenset({_A.FOUND, _A.MATCHED, _A.PREPARING, _A.PREVIEW_READY, _A.APPROVED, _A.CLOSED}),
    _A.CLOSED: frozenset({_A.FOUND, _A.MATCHED, _A.PREPARING, _A.SKIPPED}),
}

_T = TaskStatus
TASK_TRANSITIONS: dict[TaskStatus, frozenset[TaskStatus]] = {
    _T.PENDING: frozenset({_T.PROCESSING, _T.CANCELLED}),
    _T.PROCESSING: frozenset({_T.PENDING, _T.WAITING, _T.DONE, _T.FAILED, _T.CANCELLED}),
    _T.WAITING: frozenset({_T.PENDING, _T.PROCESSING, _T.CANCELLED}),
    _T.DONE: frozenset(),
    _T.FAILED: frozenset(),
    _T.CANCELLED: frozenset(),
}


def check_application(old: ApplicationStatus, new: ApplicationStatus) -> None:
    """Raises `IllegalTransition` unless `new` may follow `old`. Staying is always allowed."""
    if new != old and new not in APPLICATION_TRANSITIONS[old]:
        raise IllegalTransition(f"An application cannot go from {old.value} to {new.value}.")


def check_task(old: TaskStatus, new: TaskStatus) -> None:
    """Raises `IllegalTransition` unless `new` may follow `old`. Staying is always allowed."""
    if new != old and new not in TASK_TRANSITIONS[old]:
        raise IllegalTransition(f"A task cannot go from {old.value} to {new.value}.")
