//! schema: the tables of the history, and how an older history becomes one of today.
use rusqlite::Connection;

/// What each version added, in order; a history says in `user_version` how many it has.
const VERSIONS: [&str; 1] = ["
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uuid TEXT NOT NULL UNIQUE,
        trigger TEXT NOT NULL,
        state TEXT NOT NULL,
        as_of TEXT NOT NULL,
        scheduled_for INTEGER,
        resumes INTEGER REFERENCES runs (id),
        data_since INTEGER NOT NULL,
        queued_at INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        snapshot_id TEXT,
        errors INTEGER NOT NULL DEFAULT 0,
        warnings INTEGER NOT NULL DEFAULT 0,
        policies TEXT NOT NULL DEFAULT '{}',
        code_version TEXT NOT NULL DEFAULT '',
        error TEXT
    ) STRICT;
    -- An instant of the schedule has one run; going on from it is another one.
    CREATE UNIQUE INDEX runs_scheduled_for ON runs (scheduled_for) WHERE resumes IS NULL;
    CREATE INDEX runs_state ON runs (state);
    CREATE INDEX runs_as_of ON runs (as_of);
    CREATE TABLE steps (
        run INTEGER NOT NULL REFERENCES runs (id),
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL DEFAULT 0,
        started_at INTEGER,
        finished_at INTEGER,
        rows INTEGER,
        error TEXT,
        PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX steps_done ON steps (name, state, started_at);
    -- Instants that are remembered between looks at the clock.
    CREATE TABLE marks (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"];

/// The latest version known.
pub(super) const LATEST: i64 = VERSIONS.len() as i64;

/// The version of a history; 0 for an empty file.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings a history to the latest version; two processes may try at once.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    if version(connection)? == LATEST {
        return Ok(());
    }
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = usize::try_from(version(&transaction)?).unwrap_or_default();
    for step in VERSIONS.iter().skip(found) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", LATEST)?;
    transaction.commit()
}
