//! rows: runs and steps as the history's tables hold them.
use chrono::{DateTime, SubsecRound, Utc};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Params, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tidemark_shared::api::{Run, RunStep};

/// What of a run is read, in the order of [`run`].
const COLUMNS: &str = "id, uuid, trigger, state, as_of, scheduled_for, resumes, data_since, queued_at, started_at, \
    finished_at, snapshot_id, errors, warnings, policies, code_version, error";

/// The runs of a condition and order, with their steps.
pub(super) fn runs(
    connection: &Connection,
    clause: &str,
    parameters: impl Params,
) -> rusqlite::Result<Vec<Run>> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM runs {clause}"))?;
    let found = statement.query_map(parameters, run)?;
    let mut runs = found.collect::<rusqlite::Result<Vec<Run>>>()?;
    let mut statement = connection.prepare(
        "SELECT name, state, attempt, started_at, finished_at, rows, error FROM steps WHERE run = ? ORDER BY position",
    )?;
    for run in &mut runs {
        let steps = statement.query_map([run.id as i64], step)?;
        run.steps = steps.collect::<rusqlite::Result<Vec<RunStep>>>()?;
    }
    Ok(runs)
}

/// One run.
pub(super) fn by_id(connection: &Connection, id: u64) -> rusqlite::Result<Option<Run>> {
    Ok(runs(connection, "WHERE id = ?", [id as i64])?.pop())
}

fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: unsigned(row, 0)?,
        uuid: row.get(1)?,
        trigger: word(row, 2)?,
        state: word(row, 3)?,
        as_of: word(row, 4)?,
        scheduled_for: maybe_moment(row, 5)?,
        resumes: row.get::<_, Option<i64>>(6)?.map(|id| id.unsigned_abs()),
        data_since: moment(row, 7)?,
        queued_at: moment(row, 8)?,
        started_at: maybe_moment(row, 9)?,
        finished_at: maybe_moment(row, 10)?,
        steps: Vec::new(),
        snapshot_id: row.get(11)?,
        errors: unsigned(row, 12)?,
        warnings: unsigned(row, 13)?,
        policies: parsed(14, &row.get::<_, String>(14)?)?,
        code_version: row.get(15)?,
        error: row.get(16)?,
    })
}

fn step(row: &Row<'_>) -> rusqlite::Result<RunStep> {
    Ok(RunStep {
        name: row.get(0)?,
        state: word(row, 1)?,
        attempt: row.get(2)?,
        started_at: maybe_moment(row, 3)?,
        finished_at: maybe_moment(row, 4)?,
        rows: row
            .get::<_, Option<i64>>(5)?
            .map(|rows| rows.unsigned_abs()),
        error: row.get(6)?,
    })
}

/// A state, trigger or day as the text it has in JSON.
pub(super) fn text(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// Reads what [`text`] wrote.
pub(super) fn word<T: DeserializeOwned>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    let quoted = serde_json::Value::String(row.get(at)?);
    serde_json::from_value(quoted).map_err(|error| unknown(at, error))
}

fn parsed<T: DeserializeOwned>(at: usize, json: &str) -> rusqlite::Result<T> {
    serde_json::from_str(json).map_err(|error| unknown(at, error))
}

fn unknown(at: usize, error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(at, Type::Text, Box::new(error))
}

fn unsigned(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(i64::unsigned_abs)
}

/// An instant as milliseconds since 1970.
pub(super) fn millis(at: DateTime<Utc>) -> i64 {
    at.trunc_subsecs(3).timestamp_millis()
}

/// The instant of milliseconds since 1970.
pub(super) fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
}

fn moment(row: &Row<'_>, at: usize) -> rusqlite::Result<DateTime<Utc>> {
    row.get(at).map(instant)
}

fn maybe_moment(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<DateTime<Utc>>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(instant))
}

/// A mark, if it was made.
pub(super) fn mark(connection: &Connection, name: &str) -> rusqlite::Result<Option<DateTime<Utc>>> {
    connection
        .query_row("SELECT at FROM marks WHERE name = ?", [name], |row| {
            row.get(0).map(instant)
        })
        .optional()
}

/// Makes a mark anew.
pub(super) fn set_mark(
    connection: &Connection,
    name: &str,
    at: DateTime<Utc>,
) -> rusqlite::Result<()> {
    let write =
        "INSERT INTO marks (name, at) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET at = ?2";
    connection.execute(write, (name, millis(at))).map(|_| ())
}
