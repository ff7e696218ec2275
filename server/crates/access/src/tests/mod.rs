//! tests: accounts, sessions, tokens, the audit log and derived snapshots on real files.
mod accounts;
mod audit;
mod derived;
mod sessions;
mod settings;
mod tokens;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

use crate::password::{Passwords, Strength};
use crate::role::Role;
use crate::settings::Grant;
use crate::store::{AccessStore, SessionLimits};

/// A password that is long enough.
const PASSWORD: &str = "correct horse battery";

const LIMITS: SessionLimits = SessionLimits {
    idle: TimeDelta::hours(1),
    longest: TimeDelta::hours(8),
};

/// An instant some minutes after the start of all tests.
fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
}

fn address() -> IpAddr {
    IpAddr::from([10, 0, 0, 1])
}

/// A store in a folder of its own, with hashes that take no time.
fn store() -> (TempDir, AccessStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder);
    (folder, store)
}

fn open(folder: &TempDir) -> AccessStore {
    let passwords = Passwords::with(Strength {
        memory: 64,
        passes: 1,
    });
    AccessStore::open_with(folder.path(), passwords).expect("a store")
}

fn grant(role: Role, policy: Option<&str>) -> Grant {
    Grant {
        role,
        policy: policy.map(str::to_owned),
    }
}

/// A store with the account `ada`.
fn with_ada() -> (TempDir, AccessStore) {
    let (folder, store) = store();
    let grant = grant(Role::Analyst, Some("emea"));
    store
        .add_user("ada", &grant, PASSWORD, "test", at(0))
        .expect("an account");
    (folder, store)
}
