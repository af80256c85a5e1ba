"""The tables of a journal, and the rows that are read from them."""

from __future__ import annotations

from dataclasses import dataclass

from .states import State

VERSION = "2"
TABLES = (
    "CREATE TABLE runcomfy_journal (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE runcomfy_totals (id BIGINT PRIMARY KEY, spent BIGINT NOT NULL)",
    "CREATE TABLE runcomfy_workers (id {serial}, host TEXT, pid BIGINT, since TEXT)",
    """CREATE TABLE runcomfy_jobs (
        id {serial},
        key TEXT NOT NULL UNIQUE,
        model_id TEXT NOT NULL,
        body TEXT NOT NULL,
        digest TEXT NOT NULL,
        state TEXT NOT NULL,
        owner BIGINT,
        asked BIGINT NOT NULL DEFAULT 0,
        held BIGINT NOT NULL DEFAULT 0,
        queued BIGINT NOT NULL DEFAULT 0,
        base_url TEXT,
        request_id TEXT,
        estimate BIGINT,
        cost BIGINT,
        paid_before BIGINT NOT NULL DEFAULT 0,
        earlier TEXT NOT NULL DEFAULT '',
        output TEXT,
        files TEXT,
        error TEXT,
        added_at TEXT NOT NULL,
        sent_at TEXT,
        ended_at TEXT
    )""",
    "CREATE TABLE runcomfy_texts (digest TEXT PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE INDEX runcomfy_jobs_state ON runcomfy_jobs (state, id)",
    "INSERT INTO runcomfy_totals (id, spent) VALUES (1, 0)",
    f"INSERT INTO runcomfy_journal (name, value) VALUES ('version', '{VERSION}')",
)
STEP_COLUMNS = (
    "id, state, owner, request_id, estimate, cost, paid_before, earlier, base_url, "
    "sent_at, ended_at"
)
RECORD_COLUMNS = (
    "id, key, model_id, body, state, base_url, request_id, estimate, cost, paid_before, "
    "earlier, output, files, error, added_at, sent_at, ended_at"
)
BRIEF_COLUMNS = RECORD_COLUMNS.replace(" body,", " '',").replace(" output,", " NULL,")
"""Those of a record, but for the body and the output, which may be large."""


@dataclass(frozen=True, slots=True)
class Record:
    """All that the journal knows of a job."""

    id: int
    key: str
    model_id: str
    body: str
    """As it is stored: `Journal.whole` puts its long texts back."""
    state: State
    base_url: str | None
    request_id: str | None
    estimate: int | None
    cost: int | None
    paid_before: int
    earlier: str
    output: str | None
    files: str | None
    error: str | None
    added_at: str
    sent_at: str | None
    ended_at: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """The jobs of one state."""

    state: State
    jobs: int
    cost: int
    """What they cost, where that is known, with their earlier tries."""
    estimate: int
    """What those are reckoned to cost whose cost is not known."""
    unknown: int
    """How many were sent of which neither is known."""
    base_url: str | None = None
