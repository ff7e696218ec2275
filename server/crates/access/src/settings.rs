//! settings: `[access]` and `[policy.NAME]` of the settings file.
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use tidemark_shared::dimension::Dimension;
use tidemark_shared::mart::{self, ColumnType};

use crate::cidr::Network;
use crate::role::Role;

/// How people say who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Not at all: whoever reaches the server reads everything. For this machine alone.
    #[default]
    None,
    /// With accounts of this server.
    Password,
    /// Through an OpenID Connect provider.
    Oidc,
    /// A proxy before the server says it in a header.
    Proxy,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 4] = [Self::None, Self::Password, Self::Oidc, Self::Proxy];

    /// The name in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Password => "password",
            Self::Oidc => "oidc",
            Self::Proxy => "proxy",
        }
    }
}

/// The section `[access]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Access {
    /// How people say who they are.
    pub mode: Mode,
    /// Hours without a request after which a session ends.
    pub idle_hours: u32,
    /// Hours after which a session ends in any case.
    pub session_hours: u32,
    /// Addresses of the proxies whose headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// The header in which a proxy names the person, in mode `proxy`.
    pub user_header: String,
    /// The header with the person's groups, separated by commas, in mode `proxy`.
    pub groups_header: String,
    /// What the members of a group may do. Of several groups the strongest role counts.
    pub groups: BTreeMap<String, Grant>,
    /// What a person without any of these groups may do; none: nothing.
    pub everyone: Option<Grant>,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            mode: Mode::None,
            idle_hours: 12,
            session_hours: 7 * 24,
            trusted_proxies: Vec::new(),
            user_header: "X-Forwarded-User".to_owned(),
            groups_header: "X-Forwarded-Groups".to_owned(),
            groups: BTreeMap::new(),
            everyone: None,
        }
    }
}

/// What a group or an account may do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What its members may do.
    pub role: Role,
    /// The policy that limits what they see.
    pub policy: Option<String>,
}

/// The section `[policy.NAME]`: which rows its people see.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// For a dimension, the values whose rows are seen; a row must fit every dimension named.
    #[serde(rename = "where")]
    pub rows: BTreeMap<String, BTreeSet<String>>,
    /// Columns whose values are hidden, as `mart.column`.
    pub hide: BTreeSet<String>,
    /// Marts that have no dimensions to filter by, and are seen all the same.
    pub show: BTreeSet<String>,
}

/// A value in the settings that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {problem}")]
pub struct WrongSetting {
    /// The setting, as `access.mode`.
    pub key: String,
    /// What is wrong, and what would fit.
    pub problem: String,
}

fn wrong(key: impl Into<String>, problem: impl Into<String>) -> WrongSetting {
    WrongSetting {
        key: key.into(),
        problem: problem.into(),
    }
}

/// Checks the sections against each other and against the marts.
///
/// # Errors
/// The first setting that does not fit.
pub fn check(access: &Access, policies: &BTreeMap<String, Policy>) -> Result<(), WrongSetting> {
    for (name, policy) in policies {
        check_policy(name, policy)?;
    }
    if access.mode == Mode::Oidc {
        return Err(wrong(
            "access.mode",
            "oidc is not available yet; use password, or proxy behind a proxy that speaks OpenID Connect",
        ));
    }
    if access.mode == Mode::Proxy && access.trusted_proxies.is_empty() {
        return Err(wrong(
            "access.trusted_proxies",
            "mode proxy needs the addresses of the proxy, such as [\"127.0.0.1\"]",
        ));
    }
    if access.idle_hours == 0 || access.session_hours == 0 {
        return Err(wrong(
            "access.session_hours",
            "a session lasts at least one hour",
        ));
    }
    for (key, header) in [
        ("access.user_header", &access.user_header),
        ("access.groups_header", &access.groups_header),
    ] {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if header.is_empty() || !header.bytes().all(fits) {
            return Err(wrong(
                key,
                "must be the name of a header, such as X-Forwarded-User",
            ));
        }
    }
    let groups = access.groups.iter();
    let grants = groups
        .map(|(name, grant)| (format!("access.groups.{name}"), grant))
        .chain(
            access
                .everyone
                .iter()
                .map(|grant| ("access.everyone".to_owned(), grant)),
        );
    for (key, grant) in grants {
        if let Some(policy) = &grant.policy
            && !policies.contains_key(policy)
        {
            return Err(wrong(key, format!("there is no section [policy.{policy}]")));
        }
    }
    Ok(())
}

fn check_policy(name: &str, policy: &Policy) -> Result<(), WrongSetting> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || name.len() > 40 || !name.bytes().all(fits) {
        return Err(wrong(
            format!("policy.{name}"),
            "a policy's name has up to 40 lower case letters, digits and underscores",
        ));
    }
    let keys = Dimension::ALL.map(Dimension::key);
    for (dimension, values) in &policy.rows {
        let key = format!("policy.{name}.where.{dimension}");
        if !keys.contains(&dimension.as_str()) {
            return Err(wrong(
                key,
                format!("the dimensions are {}", keys.join(", ")),
            ));
        }
        if values.is_empty() {
            return Err(wrong(key, "name at least one value"));
        }
    }
    for hidden in &policy.hide {
        let key = format!("policy.{name}.hide");
        let column = hidden.split_once('.').and_then(|(table, column)| {
            let spec = mart::find(table)?;
            spec.columns
                .iter()
                .skip(spec.grain)
                .find(|spec| spec.name == column)
        });
        if column.is_none_or(|column| column.column_type != ColumnType::Text) {
            return Err(wrong(
                key,
                format!("{hidden:?} is no text column of a mart, such as customers.name"),
            ));
        }
    }
    for shown in &policy.show {
        if mart::find(shown).is_none() {
            return Err(wrong(
                format!("policy.{name}.show"),
                format!("there is no mart {shown:?}"),
            ));
        }
    }
    Ok(())
}

impl Access {
    /// What a person of these groups may do: the grant of the strongest role; of equal roles one with
    /// a policy, then the first name. None if nothing is granted.
    #[must_use]
    pub fn grant<'a>(&self, groups: impl IntoIterator<Item = &'a str>) -> Option<Grant> {
        let mut best: Option<(&str, &Grant)> = None;
        for group in groups {
            let Some((name, grant)) = self.groups.get_key_value(group) else {
                continue;
            };
            let order = |name: &str, grant: &Grant| {
                (
                    std::cmp::Reverse(grant.role),
                    grant.policy.is_none(),
                    name.to_owned(),
                )
            };
            let better =
                best.is_none_or(|(best_name, best)| order(name, grant) < order(best_name, best));
            if better {
                best = Some((name, grant));
            }
        }
        best.map(|(_, grant)| grant)
            .or(self.everyone.as_ref())
            .cloned()
    }
}
