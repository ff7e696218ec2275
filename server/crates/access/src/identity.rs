//! identity: who a request is from, once that is established.
use crate::role::{Role, Scope};

/// A person or a program, with what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Name of the account, of the person at the proxy, or of the token.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Name of the policy that limits the rows; none for all rows.
    pub policy: Option<String>,
    /// How it identified itself.
    pub means: Means,
}

/// How a request says who it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// A cookie of a session; the hash that the session is stored under.
    Session(String),
    /// A token, with what it is limited to.
    Token(Vec<Scope>),
    /// A header of a proxy that is trusted.
    Proxy,
}

impl Identity {
    /// Whether it may use a scope: people may use all, a token those it was made with.
    #[must_use]
    pub fn may_use(&self, scope: Scope) -> bool {
        match &self.means {
            Means::Token(scopes) => scopes.contains(&scope),
            Means::Session(_) | Means::Proxy => true,
        }
    }
}
