//! needs: what a route needs, in words that its line in the table of routes uses.
use axum::http::Method;
use tidemark_access::{Identity, Role, Scope};

/// What a request needs to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing; who it is from is not even looked up.
    Nothing,
    /// Nothing, but the answer depends on who it is from.
    Anyone,
    /// An account or a trusted proxy; no token.
    Person,
    /// The role, and of a token the scope.
    Role(Role, Scope),
    /// It is never answered.
    Never,
}

impl Need {
    /// A page of the app, with the data it announces.
    pub(crate) const PAGE: Self = Self::Role(Role::Viewer, Scope::Read);

    /// A file that is taken out of the dashboard.
    pub(crate) const DOWNLOAD: Self = Self::Role(Role::Analyst, Scope::Export);

    /// Whether an identity, if there is one, has what is needed.
    pub(crate) fn allows(self, identity: Option<&Identity>) -> bool {
        match (self, identity) {
            (Self::Nothing | Self::Anyone, _) => true,
            (Self::Person, Some(identity)) => {
                !matches!(identity.means, tidemark_access::Means::Token(_))
            }
            (Self::Role(role, scope), Some(identity)) => {
                identity.role >= role && identity.may_use(scope)
            }
            (Self::Person | Self::Role(..), None) | (Self::Never, _) => false,
        }
    }

    /// Whether its handler reads published data.
    pub(crate) fn reads(self) -> bool {
        matches!(self, Self::Role(..))
    }
}

/// What a route needs, by method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// The same for every method.
    All(Need),
    /// To read, and to change something.
    ReadAndWrite(Need, Need),
    /// The files of a snapshot: the app reads `.arrow` and documents, everything else is a download.
    Files,
}

impl Needs {
    /// What a request needs.
    pub(crate) fn of(self, method: &Method, path: &str) -> Need {
        let reads = [Method::GET, Method::HEAD].contains(method);
        match self {
            Self::All(need) => need,
            Self::ReadAndWrite(read, _) if reads => read,
            Self::ReadAndWrite(_, write) => write,
            Self::Files if is_of_the_app(path) => Need::PAGE,
            Self::Files => Need::DOWNLOAD,
        }
    }
}

/// Whether the app itself reads a file of a snapshot.
fn is_of_the_app(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.ends_with(".arrow") || ["quality.json", "lineage.json", "policy.json"].contains(&name)
}
