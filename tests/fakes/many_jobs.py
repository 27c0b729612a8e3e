"""A table of very many jobs, written by SQL alone: a hundred thousand in a few seconds."""

from __future__ import annotations

from datetime import datetime

import apsw

from jobagent_desktop.domain.times import to_iso

_NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)"
_TITLE = """
    CASE n % 5 WHEN 0 THEN 'Backend Engineer' WHEN 1 THEN 'Data Analyst' WHEN 2 THEN 'Nurse' WHEN 3 THEN 'Site Manager'
        ELSE 'Teacher' END || ' ' || (n % 997)
"""
_COMPANY = "'Company ' || (n * 7919 % 9000)"
_PLACE = "CASE n % 4 WHEN 0 THEN 'Berlin' WHEN 1 THEN 'Oslo' WHEN 2 THEN 'Vienna' ELSE 'Lisbon' END"


def write_many_jobs(connection: apsw.Connection, jobs: int, now: datetime) -> None:
    """Jobs with an application each, in every state that the chips tell apart; no task, so that an engine finds no work."""
    stamp = to_iso(now)
    connection.execute(
        f"""{_NUMBERS} INSERT INTO jobs (n, id, source, external_id, url, title, company, location, salary_max, preview,
            content_hash, seen_at, created_at, updated_at)
        SELECT n, printf('j%025d', n), 'made', n, 'https://boards.example.org/' || n, {_TITLE}, {_COMPANY}, {_PLACE},
            20000 + n * 31 % 90000, 'What there is to do.', printf('%064x', n), ?2, ?2, ?2 FROM numbers""",
        (jobs, stamp),
    )
    connection.execute(
        "INSERT INTO jobs_fts (rowid, words) SELECT n, lower(title || ' ' || company || ' ' || location) FROM jobs"
    )
    connection.execute(
        """
        INSERT INTO applications (id, job_id, profile_id, status, stage, progress, score, created_at, updated_at)
        SELECT printf('a%025d', n), id, 'p1', CASE n % 10 WHEN 0 THEN 'skipped' WHEN 1 THEN 'failed' WHEN 2 THEN 'applied'
            WHEN 3 THEN 'found' ELSE 'preview_ready' END, 'Ready', 40, n * 7919 % 101, ?1, ?1 FROM jobs
        """,
        (stamp,),
    )
