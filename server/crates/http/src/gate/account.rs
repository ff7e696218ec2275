//! account: a person's own sessions and tokens.
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use tidemark_access::{Identity, Means, NewToken, Owner, Scope, Session, Token};

use super::form::Form;
use super::sign_in::{done, left};
use super::{ACCOUNT, Gate, SIGN_OUT, Visitor, html, see_other};
use crate::blocking::blocking;
use crate::problem;
use crate::state::AppState;

/// Longest and usual life of a token, in days.
const MOST_DAYS: i64 = 365;
const USUAL_DAYS: i64 = 90;

fn gate(state: &AppState) -> Result<&Gate, Box<Response>> {
    let none = || {
        Box::new(problem::response(
            StatusCode::NOT_FOUND,
            "There are no accounts here.",
        ))
    };
    state.0.gate.as_ref().ok_or_else(none)
}

/// Shows who is signed in, their sessions and tokens.
pub(crate) async fn account(
    State(state): State<AppState>,
    Extension(Visitor(identity)): Extension<Visitor>,
) -> Response {
    show(&state, &identity, None)
        .await
        .unwrap_or_else(|refused| *refused)
}

async fn show(
    state: &AppState,
    identity: &Identity,
    new_token: Option<&str>,
) -> Result<Response, Box<Response>> {
    let gate = gate(state)?;
    let name = html::escaped(&identity.name);
    let policy = identity.policy.as_deref().map_or_else(
        || "all rows".to_owned(),
        |policy| format!("the rows of policy {}", html::escaped(policy)),
    );
    let mut body = format!("<p>{name}: {}, {policy}.</p>", identity.role);
    let Means::Session(current) = &identity.means else {
        body.push_str("<p>The proxy before this server signed you in, and signs you out.</p>");
        return Ok(html::page(StatusCode::OK, "Account", &body));
    };
    let (accounts, limits, now) = (gate.accounts.clone(), gate.limits(), (gate.now)());
    let user = identity.name.clone();
    let read = move || {
        Ok((
            accounts.sessions(&user, limits, now)?,
            accounts.tokens(Some(&user))?,
        ))
    };
    let (sessions, tokens) = done(blocking(read).await)?;
    if let Some(token) = new_token {
        body.push_str(&format!(
            "<p role=\"status\">Copy the new token now: it is not shown again.</p><p class=\"secret\"><code>{}</code></p>",
            html::escaped(token)
        ));
    }
    body.push_str(&format!(
        "<form method=\"post\" action=\"{SIGN_OUT}\"><button>Sign out</button></form>"
    ));
    body.push_str(&sessions_table(&sessions, current));
    body.push_str(&format!(
        "<form method=\"post\" action=\"{ACCOUNT}/sessions\"><button>Sign out everywhere</button></form>"
    ));
    body.push_str(&tokens_table(&tokens, now));
    body.push_str(&token_form());
    body.push_str("<p><a href=\"/\">Back to the dashboard</a></p>");
    Ok(html::page(StatusCode::OK, "Account", &body))
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

fn sessions_table(sessions: &[Session], current: &str) -> String {
    let row = |session: &Session| {
        let this = if session.hash == current {
            " (this one)"
        } else {
            ""
        };
        vec![
            format!("{}{this}", html::escaped(&session.agent)),
            html::escaped(&session.address),
            time(session.created_at),
            time(session.seen_at),
        ]
    };
    let rows: Vec<_> = sessions.iter().map(row).collect();
    html::table(
        "Sessions",
        &["Browser", "Address", "Signed in", "Last used"],
        &rows,
    )
}

fn tokens_table(tokens: &[Token], now: DateTime<Utc>) -> String {
    let valid = tokens
        .iter()
        .filter(|token| !token.revoked && token.ends_at > now);
    let row = |token: &Token| {
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
        vec![
            html::escaped(&token.name),
            scopes.join(", "),
            time(token.ends_at),
            token.used_at.map_or_else(|| "never".to_owned(), time),
            format!(
                "<form method=\"post\" action=\"{ACCOUNT}/tokens/{}\"><button aria-label=\"Revoke {}\">Revoke</button></form>",
                token.id,
                html::escaped(&token.name)
            ),
        ]
    };
    let rows: Vec<_> = valid.map(row).collect();
    if rows.is_empty() {
        return "<h2>API tokens</h2><p>You have none.</p>".to_owned();
    }
    html::table(
        "API tokens",
        &["Name", "Scopes", "Ends", "Last used", ""],
        &rows,
    )
}

fn token_form() -> String {
    let scope = |scope: Scope| {
        let name = scope.name();
        format!("<label><input type=\"checkbox\" name=\"{name}\" value=\"yes\"> {name}</label>")
    };
    let scopes: String = Scope::ALL.into_iter().map(scope).collect();
    format!(
        "<form method=\"post\" action=\"{ACCOUNT}/tokens\">\
         <label for=\"token\">Name of a new token</label><input id=\"token\" name=\"name\" maxlength=\"100\" required>\
         <fieldset aria-label=\"Scopes\">{scopes}</fieldset>\
         <label for=\"days\">Days until it ends</label>\
         <input id=\"days\" name=\"days\" type=\"number\" min=\"1\" max=\"{MOST_DAYS}\" value=\"{USUAL_DAYS}\" required>\
         <button>Make a token</button></form>"
    )
}

/// Ends every session of the person.
pub(crate) async fn end_sessions(
    State(state): State<AppState>,
    Extension(Visitor(identity)): Extension<Visitor>,
) -> Response {
    let end = async || {
        let gate = gate(&state)?;
        let (accounts, now) = (gate.accounts.clone(), (gate.now)());
        done(blocking(move || accounts.end_all_sessions(&identity.name, now)).await)?;
        Ok(left(gate))
    };
    end()
        .await
        .unwrap_or_else(|refused: Box<Response>| *refused)
}

/// Makes a token of the person and shows it once.
pub(crate) async fn make_token(
    State(state): State<AppState>,
    Extension(Visitor(identity)): Extension<Visitor>,
    request: Request,
) -> Response {
    let made = make(&state, &identity, request).await;
    made.unwrap_or_else(|refused| *refused)
}

async fn make(
    state: &AppState,
    identity: &Identity,
    request: Request,
) -> Result<Response, Box<Response>> {
    let gate = gate(state)?;
    let (_, form) = Form::read(state, request).await?;
    let scopes: Vec<Scope> = Scope::ALL
        .into_iter()
        .filter(|scope| form.get(scope.name()) == "yes")
        .collect();
    let days = form
        .get("days")
        .parse()
        .ok()
        .filter(|days| (1..=MOST_DAYS).contains(days));
    let name: String = form.get("name").trim().chars().take(100).collect();
    let (Some(days), false, false, Means::Session(_)) =
        (days, scopes.is_empty(), name.is_empty(), &identity.means)
    else {
        let detail = "A token needs a name, at least one scope, and 1 to 365 days.";
        return Err(Box::new(problem::response(StatusCode::BAD_REQUEST, detail)));
    };
    let (accounts, now) = (gate.accounts.clone(), (gate.now)());
    let new = NewToken {
        name,
        owner: Owner::User(identity.name.clone()),
        scopes,
        ends_at: now + TimeDelta::days(days),
    };
    let by = identity.name.clone();
    let text = done(blocking(move || accounts.add_token(&new, &by, now)).await)?;
    show(state, identity, Some(&text)).await
}

/// Revokes a token of the person.
pub(crate) async fn revoke_token(
    State(state): State<AppState>,
    Extension(Visitor(identity)): Extension<Visitor>,
    Path(id): Path<i64>,
) -> Response {
    let revoke = async || {
        let gate = gate(&state)?;
        let (accounts, now, user) = (gate.accounts.clone(), (gate.now)(), identity.name);
        done(blocking(move || accounts.revoke_token(id, Some(&user), &user, now)).await)?;
        Ok(see_other(ACCOUNT))
    };
    revoke()
        .await
        .unwrap_or_else(|refused: Box<Response>| *refused)
}
