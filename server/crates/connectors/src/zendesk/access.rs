//! Tells whether the credentials reach what a pull reads.

use serde::Deserialize;

use super::by_cursor::Export;
use super::throttle::Throttle;
use super::{ZendeskConfig, api, by_time, explain};
use crate::{Access, Api, Call, SyncError, Teller};

/// Seconds before now from which a probe reads: an empty page will do.
const RECENT: i64 = 300;

#[derive(Deserialize)]
struct Me {
    user: User,
}

#[derive(Deserialize)]
struct User {
    /// None for somebody who is not signed in, which this call takes for an answer.
    id: Option<u64>,
    role: Option<String>,
}

/// Tries each export with a page of one record.
///
/// # Errors
/// [`SyncError::Refused`] if the credentials are no good at all, or why Zendesk could not be asked.
pub async fn check(config: &ZendeskConfig, tell: &Teller) -> Result<Vec<Access>, SyncError> {
    let api = api(config, tell)?;
    let role = role(&api).await?;
    let mut throttle = Throttle::default();
    let mut found = Vec::new();
    let exports = [
        ("tickets", Export::Tickets.path()),
        ("users", Export::Users.path()),
        ("organizations", by_time::EXPORT),
    ];
    for (object, path) in exports {
        let start = (api.now()?.timestamp() - RECENT).to_string();
        let call = Call::get(path).query(&[("start_time", start.as_str()), ("per_page", "1")]);
        let answer = throttle.call(&api, tell, call).await?;
        let problem = match answer.status.as_u16() {
            200..=299 => None,
            403 => Some(problem(&explain::explain(&answer), role.as_deref())),
            _ => return Err(explain::explain(&answer)),
        };
        found.push(Access {
            object: object.to_owned(),
            problem,
        });
    }
    Ok(found)
}

fn problem(error: &SyncError, role: Option<&str>) -> String {
    match role {
        Some(role) if role != "admin" => format!("{error} (the user is of the role {role})"),
        _ => error.to_string(),
    }
}

/// The role of the user behind the credentials, where they may ask for it.
async fn role(api: &Api) -> Result<Option<String>, SyncError> {
    let answer = api.try_send(Call::get("/api/v2/users/me.json")).await?;
    match answer.status.as_u16() {
        200..=299 => {}
        403 => return Ok(None),
        _ => return Err(explain::explain(&answer)),
    }
    let Me { user } = answer.json()?;
    match user.id {
        Some(_) => Ok(user.role),
        None => Err(explain::refused(
            "Zendesk does not know who asks".to_owned(),
        )),
    }
}
