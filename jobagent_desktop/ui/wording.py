"""The window's words for what the domain says: statuses, salaries, times, counts. Pure functions of a value and a moment."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from jobagent_desktop.domain.match import PartKind
from jobagent_desktop.domain.posting import Posting, SalaryPeriod
from jobagent_desktop.domain.states import ApplicationStatus
from jobagent_desktop.domain.views import JobRow
from jobagent_desktop.ui.theme import Tone

_S = ApplicationStatus

NEEDS_DECISION = frozenset({_S.PREVIEW_READY, _S.AWAITING_USER, _S.SUBMIT_UNKNOWN})
PREPARING = frozenset({_S.FOUND, _S.MATCHED, _S.PREPARING})
AFTER_APPLIED = frozenset({_S.APPLIED, _S.REPLIED, _S.INTERVIEW, _S.OFFER, _S.REJECTED, _S.WITHDRAWN})

DASH = "—"
SEPARATOR = " · "

_STRONG, _FAIR = 75, 60

# Unicode's first-strong isolate: a right-to-left company name must not turn its neighbours round.
_ISOLATE, _POP = "\u2068", "\u2069"
_RIGHT_TO_LEFT = {"R", "AL"}
# Embeddings, overrides and isolates turn the words around them: nothing that a posting should be able to do to a line.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


_BLANKS = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")
"""What a line cannot hold. A no-break space stays: it keeps a date together."""


def counted(number: int, one: str, many: str) -> str:
    """`one` or `many` (each translated, with `{n}` for the number, grouped as the user's locale does)."""
    return (one if number == 1 else many).replace("{n}", QLocale().toString(number))


def one_line(text: str) -> str:
    """Text from outside as one line that cannot disturb its surroundings."""
    return _BLANKS.sub(" ", text.translate(_TURNING)).strip(" ")


def joined(*parts: str) -> str:
    """The parts that are not empty, with middle dots, each keeping its own direction of writing."""
    return SEPARATOR.join(_isolated(one_line(part)) for part in parts if part)


def _isolated(text: str) -> str:
    if text.isascii() or not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return text
    return f"{_ISOLATE}{text}{_POP}"


def plain_tooltip(text: str) -> str:
    """A tooltip that wraps and shows hostile text as it is: Qt guesses at markup unless it is escaped."""
    return f"<p style='white-space:pre-wrap'>{html.escape(text)}</p>" if text else ""


def status_word(status: ApplicationStatus) -> str:
    """One short word for a status, as the table's chip shows it."""
    words = {
        _S.FOUND: QCoreApplication.translate("wording", "Found"),
        _S.MATCHED: QCoreApplication.translate("wording", "Matched"),
        _S.PREPARING: QCoreApplication.translate("wording", "Preparing"),
        _S.PREVIEW_READY: QCoreApplication.translate("wording", "Review"),
        _S.APPROVED: QCoreApplication.translate("wording", "Approved"),
        _S.FILLING: QCoreApplication.translate("wording", "Filling"),
        _S.AWAITING_USER: QCoreApplication.translate("wording", "Needs you"),
        _S.SUBMITTING: QCoreApplication.translate("wording", "Sending"),
        _S.SUBMIT_UNKNOWN: QCoreApplication.translate("wording", "Check"),
        _S.APPLIED: QCoreApplication.translate("wording", "Applied"),
        _S.REPLIED: QCoreApplication.translate("wording", "Replied"),
        _S.INTERVIEW: QCoreApplication.translate("wording", "Interview"),
        _S.OFFER: QCoreApplication.translate("wording", "Offer"),
        _S.REJECTED: QCoreApplication.translate("wording", "Rejected"),
        _S.WITHDRAWN: QCoreApplication.translate("wording", "Withdrawn"),
        _S.FAILED: QCoreApplication.translate("wording", "Failed"),
        _S.SKIPPED: QCoreApplication.translate("wording", "Skipped"),
        _S.CLOSED: QCoreApplication.translate("wording", "Closed"),
    }
    return words[status]


def status_tone(status: ApplicationStatus) -> Tone:
    if status is _S.PREVIEW_READY:
        return Tone.ACCENT
    if status in {_S.APPROVED, _S.APPLIED, _S.REPLIED, _S.INTERVIEW, _S.OFFER}:
        return Tone.GOOD
    if status in {_S.AWAITING_USER}:
        return Tone.WARN
    if status in {_S.FAILED, _S.SUBMIT_UNKNOWN}:
        return Tone.BAD
    return Tone.PLAIN


def score_tone(score: int) -> Tone:
    return Tone.GOOD if score >= _STRONG else Tone.WARN if score >= _FAIR else Tone.PLAIN


def part_word(kind: PartKind) -> str:
    words = {
        PartKind.SKILLS: QCoreApplication.translate("wording", "Skills"),
        PartKind.TITLE: QCoreApplication.translate("wording", "Title"),
        PartKind.SENIORITY: QCoreApplication.translate("wording", "Level"),
        PartKind.PLACE: QCoreApplication.translate("wording", "Place"),
        PartKind.PAY: QCoreApplication.translate("wording", "Pay"),
        PartKind.LANGUAGE: QCoreApplication.translate("wording", "Language"),
    }
    return words[kind]


def place(location: str, remote: bool | None) -> str:
    """Where the job is: `Gdańsk · remote`."""
    if not remote:
        return location or DASH
    word = QCoreApplication.translate("wording", "remote")
    if not location:
        return QCoreApplication.translate("wording", "Remote")
    return location if word in location.casefold() else joined(location, word)


def salary(low: int | None, high: int | None, currency: str, period: str) -> str:
    """A short range: `96–118k EUR`, `22–27k PLN/m`, `from 45 EUR/h`; a dash when the posting names none."""
    if not low and not high:
        return DASH
    suffix = {SalaryPeriod.MONTH: "/m", SalaryPeriod.WEEK: "/w", SalaryPeriod.DAY: "/d", SalaryPeriod.HOUR: "/h"}
    unit = (currency or "") + next((s for p, s in suffix.items() if p.value == period), "")

    def short(amount: int, *, thousands: bool) -> str:
        return f"{amount / 1000:.2f}".rstrip("0").rstrip(".") if thousands else QLocale().toString(amount)

    thousands = max(low or 0, high or 0) >= 1_000
    k = "k" if thousands else ""
    if low and high and low != high:
        return f"{short(low, thousands=thousands)}–{short(high, thousands=thousands)}{k} {unit}".rstrip()
    if low and high:
        return f"{short(low, thousands=thousands)}{k} {unit}".rstrip()
    if low:
        return QCoreApplication.translate("wording", "from {amount}").replace(
            "{amount}", f"{short(low, thousands=thousands)}{k} {unit}".rstrip()
        )
    return QCoreApplication.translate("wording", "to {amount}").replace(
        "{amount}", f"{short(high or 0, thousands=thousands)}{k} {unit}".rstrip()
    )


def row_salary(row: JobRow) -> str:
    return salary(row.salary_min, row.salary_max, row.currency, row.salary_period)


def posting_salary(posting: Posting) -> str:
    return salary(posting.salary_min, posting.salary_max, posting.currency, posting.salary_period.value)


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, short enough for a column: `now`, `5 min`, `3 h`, `2 d`, then the date."""
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return QCoreApplication.translate("wording", "now")
    if seconds < 3600:
        return QCoreApplication.translate("wording", "{n} min").replace("{n}", str(int(seconds // 60)))
    if seconds < 86_400:
        return QCoreApplication.translate("wording", "{n} h").replace("{n}", str(int(seconds // 3600)))
    if seconds < 14 * 86_400:
        return QCoreApplication.translate("wording", "{n} d").replace("{n}", str(int(seconds // 86_400)))
    return date_only(moment)


def date_only(moment: datetime) -> str:
    """`21 Nov 2025`, with the month in the user's language: nobody can take it for another day."""
    local = moment.astimezone()
    return QLocale().toString(QDate(local.year, local.month, local.day), "d MMM yyyy")


def clock_time(moment: datetime) -> str:
    """The user's wall clock, `12:41`."""
    return f"{moment.astimezone():%H:%M}"


def date_and_time(moment: datetime) -> str:
    return f"{date_only(moment)} {moment.astimezone():%H:%M:%S}"


def about(seconds: float) -> str:
    """A length of time, rounded as a person would say it: `about 20 s`, `about 3 min`."""
    if seconds < 5:
        return QCoreApplication.translate("wording", "a few seconds")
    if seconds < 90:
        return QCoreApplication.translate("wording", "about {n} s").replace("{n}", str(int(round(seconds / 5) * 5)))
    if seconds < 5400:
        return QCoreApplication.translate("wording", "about {n} min").replace("{n}", str(round(seconds / 60)))
    return QCoreApplication.translate("wording", "about {n} h").replace("{n}", str(round(seconds / 3600)))
