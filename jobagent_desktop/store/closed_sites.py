"""Which previews must ask a site first: while all searching is stopped, claiming one would only turn it away at the door."""

from __future__ import annotations

from jobagent_desktop.domain.breaker import SCRAPING, BreakerState
from jobagent_desktop.domain.posting import FRESH
from jobagent_desktop.domain.task import Step, TaskKind

WAITS_FOR_SITES = f"""(
    kind = '{TaskKind.PREVIEW}'
    AND EXISTS (
        SELECT 1 FROM breakers b
        WHERE b.id = '{SCRAPING}' AND b.state <> '{BreakerState.CLOSED}' AND b.opened_until > :now
    )
    AND NOT EXISTS (SELECT 1 FROM task_claims s WHERE s.id = tasks.id || '.{Step.FETCH}')
    AND EXISTS (
        SELECT 1 FROM applications a JOIN jobs j ON j.id = a.job_id
        WHERE a.id = tasks.subject_id AND (
            j.preview = '' OR j.status <> 'open'
            OR j.seen_at < strftime('%Y-%m-%dT%H:%M:%f+00:00', :now, '-{int(FRESH.total_seconds())} seconds')
        )
    )
)"""  # noqa: S608 - made of this program's own words
"""A condition on a row of `tasks`: its posting is too old to be used unread, and no site may be asked until `:now` is later.
When that time has come it is due like any other, and whoever claims one first sends the probe."""
