"""The pay part: what the posting offers a year against the person's floor. Nothing is guessed, no currency converted."""

from __future__ import annotations

from jobagent_desktop.agents.reading.person import Person
from jobagent_desktop.domain.match import PartKind, ScorePart
from jobagent_desktop.domain.posting import Posting, SalaryPeriod

MAXIMUM = 8
_NEUTRAL = 4
PERIODS_A_YEAR = {
    SalaryPeriod.YEAR: 1,
    SalaryPeriod.MONTH: 12,
    SalaryPeriod.WEEK: 52,
    SalaryPeriod.DAY: 260,
    SalaryPeriod.HOUR: 2080,
}
"""Full time: 52 weeks of 5 days of 8 hours."""


def pay_part(person: Person, posting: Posting) -> ScorePart:
    floor, currency = person.profile.preferences.salary_floor, person.profile.preferences.currency.upper()
    factor = PERIODS_A_YEAR[posting.salary_period]
    low = posting.salary_min * factor if posting.salary_min and posting.salary_min > 0 else None
    high = posting.salary_max * factor if posting.salary_max and posting.salary_max > 0 else None
    if low is not None and high is not None and high < low:
        low, high = high, low
    offer = _offer(low, high, posting.currency.upper()[:3])

    def part(points: int, reason: str) -> ScorePart:
        quotes = (offer, f"at least {_money(floor, currency)}") if offer and floor else (offer,) if offer else ()
        return ScorePart(PartKind.PAY, points, MAXIMUM, reason, quotes)

    if not offer:
        return part(_NEUTRAL, "The posting does not say what it pays.")
    if not floor:
        return part(5, f"It pays {offer}; you have not set a minimum.")
    if not posting.currency or posting.currency.upper() != currency:
        return part(_NEUTRAL, f"It pays {offer}; your minimum is in {currency}, so it is not compared.")
    wish = f"your minimum of {_money(floor, currency)}"
    least, most = low if low is not None else high or 0, high if high is not None else low or 0
    if least >= floor:
        return part(MAXIMUM, f"It pays {offer}, which meets {wish}.")
    if most >= floor:
        return part(6, f"It pays {offer}; {wish} lies within that.")
    if high is None:
        return part(_NEUTRAL, f"It pays {offer}, which starts below {wish}.")
    return part(max(0, round(3 * (most / floor - 0.7) / 0.3)), f"It pays {offer}, which is below {wish}.")


def _offer(low: int | None, high: int | None, currency: str) -> str:
    if low is not None and high is not None and low != high:
        return f"{_number(low)} to {_money(high, currency)} a year"
    if low is not None:
        return f"{_money(low, currency)} a year" if high == low else f"from {_money(low, currency)} a year"
    return f"up to {_money(high, currency)} a year" if high is not None else ""


def _number(amount: int) -> str:
    return f"{amount:,}"


def _money(amount: int, currency: str) -> str:
    return f"{_number(amount)} {currency}".strip()
