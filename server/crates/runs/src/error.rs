//! error: why runs cannot be remembered, planned or locked, in words a person can act on.
use std::io;
use std::path::PathBuf;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum RunsError {
    /// The history is there and cannot be used.
    #[error(
        "the history of runs {} cannot be used: {source}; check the disk's space and permissions, or move the file aside: a new one is begun",
        path.display()
    )]
    History {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A page of the history is damaged.
    #[error(
        "the history of runs {} is damaged ({found}); the next run moves it aside and begins a new one",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first finding of SQLite's check.
        found: String,
    },
    /// The history is of a later version of the program.
    #[error(
        "the history of runs {} is of a later version ({found}, this program knows {known}); update Tidemark, or move the file aside",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The latest version known.
        known: i64,
    },
    /// No run can be of this day.
    #[error("{0}")]
    Day(String),
    /// A value in the history is none that is known.
    #[error("the history of runs holds {value:?} as {what}, which is unknown")]
    Value {
        /// What it should be.
        what: &'static str,
        /// What is there.
        value: String,
    },
    /// The data folder cannot be made or written to.
    #[error("cannot write {}: {source}; make its folder writable for this user", path.display())]
    Folder {
        /// The folder, or a file in it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The lock's file cannot be used.
    #[error("cannot lock {}: {source}; make its folder writable for this user", path.display())]
    Lock {
        /// The lock's file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The expression is no schedule.
    #[error(
        "{text:?} is no cron expression: {why}; write five fields, such as \"30 5 * * *\" for half past five each day"
    )]
    Cron {
        /// The expression.
        text: String,
        /// What is wrong with it.
        why: String,
    },
}

impl RunsError {
    /// Whether the history's file is damaged, so that only a new one helps.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match self {
            Self::History { source, .. } => {
                let foreign = matches!(source, rusqlite::Error::FromSqlConversionFailure(..));
                let code = source.sqlite_error_code();
                foreign || matches!(code, Some(DatabaseCorrupt | NotADatabase))
            }
            Self::Damaged { .. } => true,
            _ => false,
        }
    }
}
