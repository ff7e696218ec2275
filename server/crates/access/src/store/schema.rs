//! schema: the tables, and how a file of an older layout becomes one of today.
use rusqlite::{Connection, TransactionBehavior};

/// What each layout added, in order; `user_version` says how many a file has.
const LAYOUTS: [&str; 1] = ["
    CREATE TABLE users (
        name TEXT PRIMARY KEY COLLATE NOCASE,
        role TEXT NOT NULL,
        policy TEXT,
        -- All null for a person of an OpenID Connect provider.
        memory INTEGER,
        passes INTEGER,
        salt BLOB,
        hash BLOB,
        disabled INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        -- Issuer and subject, for a person of an OpenID Connect provider.
        subject TEXT UNIQUE
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sessions (
        hash TEXT PRIMARY KEY,
        user TEXT NOT NULL COLLATE NOCASE REFERENCES users (name) ON DELETE CASCADE,
        created_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        ends_at INTEGER NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_user ON sessions (user);
    CREATE TABLE tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        hash TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        -- Of a person, whose role and policy it has, or null and with its own.
        user TEXT COLLATE NOCASE REFERENCES users (name) ON DELETE CASCADE,
        role TEXT,
        policy TEXT,
        scopes TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        ends_at INTEGER NOT NULL,
        used_at INTEGER,
        revoked INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        detail TEXT NOT NULL,
        address TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END;
    CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END;
"];

/// The latest layout known.
pub(super) const LATEST: i64 = LAYOUTS.len() as i64;

/// Brings a file to the latest layout; two processes may try at once. Returns the layout found, if
/// that is a later one, which is left alone.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<i64> {
    let version = |connection: &Connection| {
        connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
    };
    let found = version(connection)?;
    if found >= LATEST {
        return Ok(found);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = usize::try_from(version(&transaction)?).unwrap_or_default();
    for layout in LAYOUTS.iter().skip(found) {
        transaction.execute_batch(layout)?;
    }
    transaction.pragma_update(None, "user_version", LATEST)?;
    transaction.commit()?;
    Ok(LATEST)
}
