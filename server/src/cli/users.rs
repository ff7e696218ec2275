//! `tidemark users`: the accounts of mode `password`.

use std::io::Read;

use clap::{Args, Subcommand, ValueEnum};
use tidemark_access::{AccessStore, Grant, Role, Secret, User};

use super::Context;
use crate::Failure;

/// Who the audit log names for what is done on the command line.
pub(super) const BY: &str = "command line";

/// Characters of a password that is made here: 80 random bits.
const LETTERS: usize = 20;

/// Flags of `users`.
#[derive(Debug, Args)]
pub(super) struct Users {
    #[command(subcommand)]
    action: Action,
    /// Folder of the published snapshots
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make an account and print its password
    Add(Add),
    /// Give an account a new password, end its sessions and print the password
    Reset(One),
    /// Let an account sign in no more; its sessions end at once
    Disable(One),
    /// Let a disabled account sign in again
    Enable(One),
    /// List the accounts
    List,
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    one: One,
    /// What the person may do
    #[arg(long, value_enum, default_value_t = RoleName::Viewer)]
    role: RoleName,
    /// The policy that limits the rows the person sees
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
}

#[derive(Debug, Args)]
struct One {
    /// Name of the account
    name: String,
    /// Read the password from the standard input instead of making one
    #[arg(long)]
    password_stdin: bool,
}

/// A role as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RoleName {
    Viewer,
    Analyst,
    Operator,
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Analyst => Self::Analyst,
            RoleName::Operator => Self::Operator,
            RoleName::Admin => Self::Admin,
        }
    }
}

impl Users {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        let store = AccessStore::open(&context.settings.data).map_err(Failure::failed)?;
        let now = context.now;
        match self.action {
            Action::Add(add) => {
                let grant = grant(&context, add.role, add.policy)?;
                let password = password(&add.one)?;
                store
                    .add_user(&add.one.name, &grant, &password, BY, now)
                    .map_err(Failure::usage)?;
                show(&context, &add.one, &password);
            }
            Action::Reset(one) => {
                let password = password(&one)?;
                store
                    .reset_password(&one.name, &password, BY, now)
                    .map_err(Failure::usage)?;
                show(&context, &one, &password);
            }
            Action::Disable(one) => store
                .set_disabled(&one.name, true, BY, now)
                .map_err(Failure::usage)?,
            Action::Enable(one) => store
                .set_disabled(&one.name, false, BY, now)
                .map_err(Failure::usage)?,
            Action::List => list(&context, &store.users().map_err(Failure::failed)?),
        }
        Ok(())
    }
}

/// A grant whose policy the settings have.
pub(super) fn grant(
    context: &Context,
    role: RoleName,
    policy: Option<String>,
) -> Result<Grant, Failure> {
    if let Some(name) = &policy
        && !context.settings.access.policies.contains_key(name)
    {
        let known = context.settings.access.policies.keys();
        let known: Vec<&str> = known.map(String::as_str).collect();
        return Err(Failure::Usage(format!(
            "the settings have no section [policy.{name}]; the policies are: {}",
            known.join(", ")
        )));
    }
    Ok(Grant {
        role: role.into(),
        policy,
    })
}

/// A random password that can be typed.
pub(super) fn random_password() -> Result<String, Failure> {
    let secret = Secret::random().map_err(Failure::failed)?;
    let letters: Vec<char> = secret.expose().chars().take(LETTERS).collect();
    let groups = letters.chunks(5).map(|group| group.iter().collect());
    Ok(groups.collect::<Vec<String>>().join("-"))
}

fn password(one: &One) -> Result<String, Failure> {
    if !one.password_stdin {
        return random_password();
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(Failure::failed)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Prints a password that was made here; one that was typed is known.
fn show(context: &Context, one: &One, password: &str) {
    if one.password_stdin {
        return;
    }
    if context.json {
        println!(
            "{}",
            serde_json::json!({"name": one.name, "password": password})
        );
    } else {
        println!("{}: {password}   (shown once)", one.name);
    }
}

fn list(context: &Context, users: &[User]) {
    if context.json {
        let users = users.iter().map(|user| {
            serde_json::json!({
                "name": user.name, "role": user.role.name(), "policy": user.policy,
                "disabled": user.disabled, "created_at": user.created_at,
            })
        });
        println!("{}", serde_json::Value::from_iter(users));
        return;
    }
    if users.is_empty() {
        println!("no accounts yet: `tidemark users add NAME` makes one");
    }
    for user in users {
        let policy = user.policy.as_deref().unwrap_or("all rows");
        let disabled = if user.disabled { "  disabled" } else { "" };
        println!("{}  {}  {policy}{disabled}", user.name, user.role);
    }
}
