//! `tidemark tokens`: secrets for programs that read the API.

use chrono::TimeDelta;
use clap::{Args, Subcommand, ValueEnum};
use tidemark_access::{AccessStore, NewToken, Owner, Scope, Token};

use super::Context;
use super::users::{BY, RoleName, grant};
use crate::Failure;

/// Flags of `tokens`.
#[derive(Debug, Args)]
pub(super) struct Tokens {
    #[command(subcommand)]
    action: Action,
    /// Folder of the published snapshots
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a token and print it, once
    Add(Add),
    /// Refuse a token from now on
    Revoke {
        /// Its number in the list
        id: i64,
    },
    /// List the tokens
    List,
}

#[derive(Debug, Args)]
struct Add {
    /// What the token is for
    name: String,
    /// The account whose role and policy it has; without one it has its own
    #[arg(long, value_name = "NAME", conflicts_with_all = ["role", "policy"])]
    user: Option<String>,
    /// What it may do
    #[arg(long, value_enum, default_value_t = RoleName::Viewer)]
    role: RoleName,
    /// The policy that limits the rows it sees
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
    /// What it is limited to
    #[arg(long, value_enum, value_delimiter = ',', default_value = "read")]
    scopes: Vec<ScopeName>,
    /// Days until it ends
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=365))]
    days: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ScopeName {
    Read,
    Export,
    Run,
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::Read => Self::Read,
            ScopeName::Export => Self::Export,
            ScopeName::Run => Self::Run,
        }
    }
}

impl Tokens {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        let store = AccessStore::open(&context.settings.data).map_err(Failure::failed)?;
        match self.action {
            Action::Add(add) => {
                let owner = match add.user {
                    Some(user) => Owner::User(user),
                    None => Owner::Own(grant(&context, add.role, add.policy)?),
                };
                let new = NewToken {
                    name: add.name,
                    owner,
                    scopes: add.scopes.into_iter().map(Scope::from).collect(),
                    ends_at: context.now + TimeDelta::days(add.days.into()),
                };
                let text = store.add_token(&new, BY, context.now);
                let text = text.map_err(Failure::usage)?;
                if context.json {
                    println!("{}", serde_json::json!({"name": new.name, "token": text}));
                } else {
                    println!("{text}");
                    eprintln!("shown once; it ends on {}", new.ends_at.date_naive());
                }
            }
            Action::Revoke { id } => store
                .revoke_token(id, None, BY, context.now)
                .map_err(Failure::usage)?,
            Action::List => list(&context, &store.tokens(None).map_err(Failure::failed)?),
        }
        Ok(())
    }
}

fn list(context: &Context, tokens: &[Token]) {
    for token in tokens {
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
        let role = token.role.map(|role| role.name());
        let state = if token.revoked {
            "revoked"
        } else if token.ends_at <= context.now {
            "ended"
        } else {
            "valid"
        };
        if context.json {
            let line = serde_json::json!({
                "id": token.id, "name": token.name, "user": token.user, "role": role, "policy": token.policy,
                "scopes": scopes, "ends_at": token.ends_at, "used_at": token.used_at, "state": state,
            });
            println!("{line}");
        } else {
            let owner = token.user.as_deref().or(role).unwrap_or_default();
            let scopes = scopes.join(",");
            let ends = token.ends_at.date_naive();
            println!(
                "{}  {}  {owner}  {scopes}  {ends}  {state}",
                token.id, token.name
            );
        }
    }
}
