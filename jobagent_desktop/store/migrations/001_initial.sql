-- The first schema. Names follow the shared tables; `created_at` and `updated_at` are this replica's own times, `r_*` the
-- server's once there is one. Times are ISO 8601 UTC with milliseconds (`2026-01-01T00:00:00.000+00:00`), JSON is text.

CREATE TABLE jobs (
    -- A named row number: an unnamed one may change in a VACUUM, and the full-text index points at it.
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    company TEXT NOT NULL,
    location TEXT NOT NULL DEFAULT '',
    remote INTEGER,
    salary_min INTEGER,
    salary_max INTEGER,
    currency TEXT NOT NULL DEFAULT '',
    salary_period TEXT NOT NULL DEFAULT 'year',
    employment_type TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    posted_at TEXT,
    closes_at TEXT,
    status TEXT NOT NULL DEFAULT 'open',
    tags TEXT NOT NULL DEFAULT '[]',
    preview TEXT NOT NULL DEFAULT '',
    locator TEXT NOT NULL DEFAULT '',
    content_hash TEXT NOT NULL DEFAULT '',
    duplicate_of TEXT,
    seen_at TEXT NOT NULL,
    notes TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0,
    deleted_at TEXT,
    updated_by TEXT,
    mutation_id TEXT,
    schema_v INTEGER NOT NULL DEFAULT 1,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;
CREATE INDEX jobs_by_content ON jobs (content_hash);
CREATE INDEX jobs_by_source ON jobs (source, status);
CREATE INDEX jobs_by_status ON jobs (status, posted_at);
CREATE INDEX jobs_by_company ON jobs (company);
-- The same for the columns of a job.
CREATE INDEX jobs_shown ON jobs (id, title, company, location, salary_max, salary_min, salary_period, n);
CREATE INDEX jobs_by_original ON jobs (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- The words of each job by its number, folded as `domain.folding` does; written together with the row.
CREATE VIRTUAL TABLE jobs_fts USING fts5 (words, content='', contentless_delete=1, tokenize='unicode61', prefix='1 2 3');

CREATE TABLE applications (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    profile_id TEXT NOT NULL,
    status TEXT NOT NULL,
    before_skip TEXT,
    stage TEXT NOT NULL DEFAULT '',
    progress INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    score INTEGER,
    match TEXT,
    draft TEXT,
    resume_file TEXT NOT NULL DEFAULT '',
    cover_file TEXT NOT NULL DEFAULT '',
    answers TEXT NOT NULL DEFAULT '[]',
    submitted_at TEXT,
    submit_state TEXT NOT NULL DEFAULT '',
    next_action_at TEXT,
    outcome TEXT NOT NULL DEFAULT '',
    notes TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0,
    deleted_at TEXT,
    updated_by TEXT,
    mutation_id TEXT,
    schema_v INTEGER NOT NULL DEFAULT 1,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;
CREATE INDEX applications_by_status ON applications (status, next_action_at);
-- What the window's table sorts and filters by, without the rows: with them, each sort of 100,000 jobs takes a quarter of a second.
CREATE INDEX applications_by_score ON applications (score DESC, id, status);
CREATE INDEX applications_by_update ON applications (updated_at DESC, id, status);
CREATE INDEX applications_shown ON applications (job_id, status, score, progress, updated_at, id);

CREATE TABLE tasks (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    payload TEXT NOT NULL DEFAULT '{}',
    status TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 50,
    run_after TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    crashes INTEGER NOT NULL DEFAULT 0,
    crash_step TEXT NOT NULL DEFAULT '',
    machine_pin TEXT,
    machine_id TEXT,
    progress INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    finished_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0,
    deleted_at TEXT,
    updated_by TEXT,
    mutation_id TEXT,
    schema_v INTEGER NOT NULL DEFAULT 1,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;
CREATE INDEX tasks_by_turn ON tasks (status, kind, priority, run_after, created_at);
CREATE INDEX tasks_by_subject ON tasks (subject_id, status);
CREATE INDEX tasks_by_finish ON tasks (kind, finished_at) WHERE finished_at IS NOT NULL;

-- Claims (`{task}.{nnn}.s`), their ends (`{task}.{nnn}.e`) and finished steps (`{task}.{step}`). Inserted once, never changed but
-- for the heartbeat columns of a `.s` row.
CREATE TABLE task_claims (
    id TEXT PRIMARY KEY,
    task_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    machine_id TEXT NOT NULL,
    nonce TEXT NOT NULL,
    hb INTEGER NOT NULL DEFAULT 0,
    progress INTEGER NOT NULL DEFAULT 0,
    stage TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '',
    result TEXT NOT NULL DEFAULT '{}',
    file TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;
CREATE INDEX task_claims_by_task ON task_claims (task_id, attempt);

CREATE TABLE submissions (
    id TEXT PRIMARY KEY,
    task_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    machine_id TEXT NOT NULL,
    nonce TEXT NOT NULL,
    state TEXT NOT NULL,
    evidence_file TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;

CREATE TABLE events (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    stream TEXT NOT NULL,
    machine_id TEXT NOT NULL,
    ts TEXT NOT NULL,
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    msg TEXT NOT NULL,
    details TEXT NOT NULL DEFAULT '{}',
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;
CREATE INDEX events_by_stream ON events (stream, ts);
CREATE INDEX events_by_time ON events (ts);

CREATE TABLE profiles (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    resume TEXT NOT NULL,
    preferences TEXT NOT NULL DEFAULT '{}',
    unread TEXT NOT NULL DEFAULT '[]',
    missing TEXT NOT NULL DEFAULT '[]',
    base_file TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0,
    deleted_at TEXT,
    updated_by TEXT,
    mutation_id TEXT,
    schema_v INTEGER NOT NULL DEFAULT 1,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;

CREATE TABLE answers (
    id TEXT PRIMARY KEY,
    question TEXT NOT NULL,
    scope TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    asked_at TEXT,
    used INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0,
    deleted_at TEXT,
    updated_by TEXT,
    mutation_id TEXT,
    schema_v INTEGER NOT NULL DEFAULT 1,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;

CREATE TABLE searches (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    schedule TEXT NOT NULL DEFAULT 'daily',
    enabled INTEGER NOT NULL DEFAULT 1,
    last_run TEXT,
    error TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0,
    deleted_at TEXT,
    updated_by TEXT,
    mutation_id TEXT,
    schema_v INTEGER NOT NULL DEFAULT 1,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;

CREATE TABLE breakers (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    opened_until TEXT,
    reason TEXT NOT NULL DEFAULT '',
    trips INTEGER NOT NULL DEFAULT 0,
    last_failure_at TEXT,
    probe_nonce TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0,
    deleted_at TEXT,
    updated_by TEXT,
    mutation_id TEXT,
    schema_v INTEGER NOT NULL DEFAULT 1,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;

CREATE TABLE settings (
    id TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    scope TEXT NOT NULL DEFAULT 'user',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0,
    deleted_at TEXT,
    updated_by TEXT,
    mutation_id TEXT,
    schema_v INTEGER NOT NULL DEFAULT 1,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;

CREATE TABLE machines (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    os TEXT NOT NULL,
    version TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    max_parallel INTEGER NOT NULL DEFAULT 1,
    capabilities TEXT NOT NULL DEFAULT '[]',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0,
    deleted_at TEXT,
    updated_by TEXT,
    mutation_id TEXT,
    schema_v INTEGER NOT NULL DEFAULT 1,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;

CREATE TABLE files (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL DEFAULT 'files',
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    r_updated TEXT, r_created TEXT, r_seq TEXT
) STRICT;

-- Of this machine alone: never shared.
-- Which version of the program brought the database to each format: an older one can say what it takes to read it.
CREATE TABLE formats (
    number INTEGER PRIMARY KEY,
    program TEXT NOT NULL
) STRICT;
-- Applications that retention has removed, whose documents are still to be removed from the disk.
CREATE TABLE discarded (
    application_id TEXT PRIMARY KEY
) STRICT;
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY,
    tbl TEXT NOT NULL,
    row_id TEXT NOT NULL,
    op TEXT NOT NULL,
    fields TEXT NOT NULL,
    base TEXT NOT NULL,
    base_updated TEXT,
    mutation_id TEXT NOT NULL UNIQUE,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT,
    state TEXT NOT NULL,
    last_error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE conflicts (
    id TEXT PRIMARY KEY,
    tbl TEXT NOT NULL,
    row_id TEXT NOT NULL,
    field TEXT NOT NULL,
    base TEXT,
    mine TEXT,
    theirs TEXT,
    theirs_updated TEXT,
    choice TEXT NOT NULL DEFAULT '',
    resolved_at TEXT
) STRICT;
CREATE TABLE sync_state (
    tbl TEXT PRIMARY KEY,
    cursor_ts TEXT,
    last_full_at TEXT,
    last_ok_at TEXT,
    error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE orphan_results (
    id INTEGER PRIMARY KEY,
    claim_id TEXT NOT NULL,
    nonce TEXT NOT NULL,
    step TEXT NOT NULL,
    outcome TEXT NOT NULL,
    result TEXT NOT NULL,
    ts TEXT NOT NULL
) STRICT;
