//! Settings of the sources to sync: where each is, who asks, and the secrets, which come from the environment only.

use std::collections::BTreeMap;

use tidemark_connectors::salesforce::{self, Login, SalesforceConfig, Sizes};
use tidemark_connectors::stripe::{self, StripeConfig};
use tidemark_connectors::zendesk::{self, ZendeskAuth, ZendeskConfig};
use tidemark_connectors::{Connector, Patience, Secret};

use url::Url;

use crate::Failure;
use crate::config::unknown_of;
use crate::mapping::Fields;

/// What can be set for a source.
#[derive(Debug)]
pub struct Source {
    /// Its name: the section in `tidemark.toml`, the folder of its raw files.
    pub name: &'static str,
    /// Settings; `TIDEMARK_`, the source and the setting in upper case make the variable.
    pub settings: &'static [&'static str],
    /// Secrets, only in such variables; with `_FILE` added the variable names a file that holds the secret.
    pub secrets: &'static [&'static str],
}

/// The sources that can be synced.
pub const SOURCES: [Source; 3] = [
    Source {
        name: "stripe",
        settings: &["url"],
        secrets: &["api_key", "webhook_secret"],
    },
    Source {
        name: "salesforce",
        settings: &["url", "client_id", "username"],
        secrets: &["client_secret", "private_key"],
    },
    Source {
        name: "zendesk",
        settings: &["url", "client_id", "scope", "email"],
        secrets: &["client_secret", "oauth_token", "api_token"],
    },
];

/// Whether a section of `tidemark.toml` is one of a source.
pub(crate) fn is_source(name: &str) -> bool {
    SOURCES.iter().any(|source| source.name == name)
}

fn source(name: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.name == name)
}

/// The variable that holds a setting or secret.
#[must_use]
pub fn variable(source: &str, key: &str) -> String {
    format!("TIDEMARK_{}_{}", source.to_uppercase(), key.to_uppercase())
}

/// What is set, by source and key.
#[derive(Debug, Clone, Default)]
pub struct Connections {
    settings: BTreeMap<(&'static str, &'static str), String>,
    secrets: BTreeMap<(&'static str, &'static str), Secret>,
    /// Salesforce objects that an org keeps under another name.
    pub objects: BTreeMap<String, String>,
}

impl Connections {
    /// Takes a section of `tidemark.toml`.
    pub(crate) fn set_section(
        &mut self,
        name: &str,
        section: toml::Table,
        place: &str,
    ) -> Result<(), Failure> {
        let Some(source) = source(name) else {
            return Ok(());
        };
        for (key, value) in section {
            if let ("salesforce", "objects", toml::Value::Table(objects)) =
                (name, key.as_str(), &value)
            {
                for (ours, theirs) in objects {
                    let written = format!("salesforce.objects.{ours}");
                    self.objects
                        .insert(ours.clone(), text(theirs.clone(), &written, place)?);
                }
                continue;
            }
            let written = format!("{name}.{key}");
            if source.secrets.contains(&key.as_str()) {
                return Err(Failure::Usage(format!(
                    "{place}: `{written}` is a secret and must not be in the file; remove it, and set the environment variable {} instead",
                    variable(name, &key)
                )));
            }
            let Some(known) = source.settings.iter().find(|known| **known == key) else {
                return Err(unknown_of(&written, place, source.settings.iter().copied()));
            };
            self.settings
                .insert((source.name, known), text(value, &written, place)?);
        }
        Ok(())
    }

    /// Takes a variable, its name in lower case and without the prefix; false if it is of no source.
    pub(crate) fn set_variable(
        &mut self,
        name: &str,
        value: &str,
        place: &str,
    ) -> Result<bool, Failure> {
        let found = SOURCES.iter().find_map(|source| {
            let key = name.strip_prefix(source.name)?.strip_prefix('_')?;
            Some((source, key))
        });
        let Some((source, key)) = found else {
            return Ok(false);
        };
        let known = |list: &'static [&'static str], key: &str| {
            list.iter().copied().find(|known| *known == key)
        };
        if let Some(key) = known(source.settings, key) {
            self.settings.insert((source.name, key), value.to_owned());
        } else if let Some(key) = known(source.secrets, key) {
            self.secrets.insert((source.name, key), Secret::new(value));
        } else if let Some(key) = key
            .strip_suffix("_file")
            .and_then(|key| known(source.secrets, key))
        {
            let text = std::fs::read_to_string(value).map_err(|error| {
                Failure::Usage(format!("{place}: {value} cannot be read: {error}"))
            })?;
            self.secrets.insert((source.name, key), Secret::new(&text));
        } else {
            let all = source.settings.iter().chain(source.secrets).copied();
            return Err(unknown_of(key, place, all));
        }
        Ok(true)
    }

    fn is_set(&self, source: &str) -> bool {
        self.settings
            .keys()
            .chain(self.secrets.keys())
            .any(|(of, _)| *of == source)
    }

    /// Whether no source is set up to sync.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !SOURCES.iter().any(|source| self.is_set(source.name))
    }

    fn setting(&self, source: &'static str, key: &'static str) -> Option<&str> {
        self.settings.get(&(source, key)).map(String::as_str)
    }

    /// A secret.
    #[must_use]
    pub fn secret(&self, source: &'static str, key: &'static str) -> Option<&Secret> {
        self.secrets
            .get(&(source, key))
            .filter(|secret| !secret.expose().is_empty())
    }

    /// The connectors of the sources asked for, or of all that are set; `fields` are those that stand for ours.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a source is unknown or lacks a setting; says which and how to give it.
    pub fn connectors(&self, asked: &[String], fields: &Fields) -> Result<Vec<Connector>, Failure> {
        if let Some(name) = asked.iter().find(|name| !is_source(name)) {
            return Err(Failure::Usage(format!(
                "there is no source `{name}` to sync; the sources are {}",
                SOURCES.map(|source| source.name).join(", ")
            )));
        }
        let wanted = |name: &str| match asked.is_empty() {
            true => self.is_set(name),
            false => asked.iter().any(|asked| asked == name),
        };
        let mut connectors = Vec::new();
        for source in SOURCES.iter().filter(|source| wanted(source.name)) {
            connectors.push(self.connector(source.name, fields)?);
        }
        if connectors.is_empty() {
            return Err(Failure::Usage(
                "no source is set up to sync; `tidemark init` asks for them and writes tidemark.toml".to_owned(),
            ));
        }
        Ok(connectors)
    }

    fn connector(&self, name: &'static str, fields: &Fields) -> Result<Connector, Failure> {
        let patience = Patience::default();
        Ok(match name {
            stripe::SOURCE => Connector::Stripe(StripeConfig {
                url: self.url(name, Some(StripeConfig::URL))?,
                key: self.needed_secret(name, "api_key")?,
                pace: None,
                patience,
            }),
            salesforce::SOURCE => Connector::Salesforce(SalesforceConfig {
                url: self.url(name, None)?,
                login: self.salesforce_login()?,
                objects: self.objects.clone(),
                fields: of_salesforce(fields),
                patience,
                sizes: Sizes::default(),
            }),
            _ => Connector::Zendesk(ZendeskConfig {
                url: self.url(zendesk::SOURCE, None)?,
                auth: self.zendesk_auth()?,
                patience,
            }),
        })
    }

    /// With a private key as its user, else as the app.
    fn salesforce_login(&self) -> Result<Login, Failure> {
        let name = salesforce::SOURCE;
        let client_id = self.needed(name, "client_id")?;
        match self.secret(name, "private_key") {
            Some(private_key) => Ok(Login::Jwt {
                client_id,
                username: self.needed(name, "username")?,
                private_key: private_key.clone(),
            }),
            None => Ok(Login::ClientCredentials {
                client_id,
                client_secret: self.needed_secret(name, "client_secret")?,
            }),
        }
    }

    /// By what is set: an OAuth client, a token of one, or an API token.
    fn zendesk_auth(&self) -> Result<ZendeskAuth, Failure> {
        let name = zendesk::SOURCE;
        if self.secret(name, "client_secret").is_none() {
            if let Some(token) = self.secret(name, "oauth_token") {
                return Ok(ZendeskAuth::OauthToken(token.clone()));
            }
            if let Some(token) = self.secret(name, "api_token") {
                return Ok(ZendeskAuth::ApiToken {
                    email: self.needed(name, "email")?,
                    token: token.clone(),
                });
            }
        }
        Ok(ZendeskAuth::Client {
            id: self.needed(name, "client_id")?,
            secret: self.needed_secret(name, "client_secret")?,
            scope: self.setting(name, "scope").unwrap_or("read").to_owned(),
        })
    }

    fn needed(&self, source: &'static str, key: &'static str) -> Result<String, Failure> {
        self.setting(source, key).map(str::to_owned).ok_or_else(|| {
            Failure::Usage(format!(
                "{source} cannot be synced: set `{key}` in [{source}] of tidemark.toml, or {}; docs/connectors/{source}.md says where to find it",
                variable(source, key)
            ))
        })
    }

    fn needed_secret(&self, source: &'static str, key: &'static str) -> Result<Secret, Failure> {
        self.secret(source, key).cloned().ok_or_else(|| {
            let variable = variable(source, key);
            Failure::Usage(format!(
                "{source} cannot be synced: set {variable}, or {variable}_FILE to the path of a file that holds it; docs/connectors/{source}.md says where to get it"
            ))
        })
    }

    fn url(&self, source: &'static str, default: Option<&str>) -> Result<Url, Failure> {
        let text = match default.filter(|_| self.setting(source, "url").is_none()) {
            Some(default) => default.to_owned(),
            None => self.needed(source, "url")?,
        };
        address(&text).ok_or_else(|| {
            Failure::Usage(format!(
                "`{source}.url` is {text:?}, but must be an address such as https://acme.example.com"
            ))
        })
    }
}

/// The fields of Salesforce's objects, by object.
fn of_salesforce(fields: &Fields) -> BTreeMap<String, BTreeMap<String, String>> {
    let own = fields
        .iter()
        .filter(|((source, _), _)| source == salesforce::SOURCE);
    own.map(|((_, object), fields)| (object.clone(), fields.clone()))
        .collect()
}

/// An address with a host.
pub(crate) fn address(text: &str) -> Option<Url> {
    text.parse().ok().filter(Url::has_host)
}

/// A value that must be text.
fn text(value: toml::Value, written: &str, place: &str) -> Result<String, Failure> {
    match value {
        toml::Value::String(text) => Ok(text),
        _ => Err(Failure::Usage(format!(
            "{place}: `{written}` must be text in quotes"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn connections(toml: &str, variables: &[(&str, &str)]) -> Result<Connections, String> {
        let mut connections = Connections::default();
        let all = || -> Result<(), Failure> {
            for (name, section) in toml.parse::<toml::Table>().expect("valid TOML") {
                let section = section.as_table().cloned().expect("a section");
                connections.set_section(&name, section, "tidemark.toml")?;
            }
            for (name, value) in variables {
                assert!(connections.set_variable(name, value, name)?, "{name}");
            }
            Ok(())
        };
        let mut all = all;
        all().map_err(|failure| failure.to_string())?;
        Ok(connections)
    }

    #[test]
    fn secrets_come_from_the_environment_or_a_file_it_names() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("key");
        std::fs::write(&path, "rk_test_canary\n").expect("a written file");
        for variables in [
            ("stripe_api_key", "rk_test_canary"),
            (
                "stripe_api_key_file",
                path.to_str().expect("a path in Unicode"),
            ),
        ] {
            let found = connections("", &[variables]).expect("settings");
            let key = found.secret("stripe", "api_key").expect("a key");
            assert_eq!(key.expose(), "rk_test_canary");
            assert!(!format!("{found:?}").contains("canary"));
        }
        let error = connections("[stripe]\napi_key = \"rk_live_canary\"", &[])
            .expect_err("a secret in the file");
        assert!(
            error.contains("TIDEMARK_STRIPE_API_KEY") && !error.contains("canary"),
            "{error}"
        );
        let error =
            connections("", &[("zendesk_api_token_file", "/nowhere")]).expect_err("no file");
        assert!(error.contains("/nowhere cannot be read"), "{error}");
    }

    #[test]
    fn the_secrets_there_are_decide_how_to_log_in() {
        let login = |toml: &str, variables: &[(&str, &str)]| {
            let found = connections(toml, variables)
                .expect("settings")
                .connectors(&[], &Fields::new());
            format!("{:?}", found.expect("a connector"))
        };
        let salesforce = "[salesforce]\nurl = \"https://acme.my.salesforce.com\"\nclient_id = \"x\"\nusername = \"u\"";
        assert!(
            login(salesforce, &[("salesforce_client_secret", "s")]).contains("ClientCredentials")
        );
        assert!(login(salesforce, &[("salesforce_private_key", "s")]).contains("Jwt"));
        let zendesk =
            "[zendesk]\nurl = \"https://acme.zendesk.com\"\nclient_id = \"x\"\nemail = \"e\"";
        for (secret, auth) in [
            ("client_secret", "Client"),
            ("oauth_token", "OauthToken"),
            ("api_token", "ApiToken"),
        ] {
            let name = format!("zendesk_{secret}");
            assert!(
                login(zendesk, &[(name.as_str(), "canary")]).contains(auth),
                "{auth}"
            );
            assert!(
                !login(zendesk, &[(name.as_str(), "canary")]).contains("canary"),
                "{auth}"
            );
        }
    }

    #[test]
    fn an_org_may_have_objects_of_its_own() {
        let found =
            connections("[salesforce.objects]\nAccount = \"Customer__c\"", &[]).expect("settings");
        assert_eq!(found.objects["Account"], "Customer__c");
        let error =
            connections("[salesforce.object]\nx = \"y\"", &[]).expect_err("an unknown table");
        assert!(
            error.contains("there is no setting `salesforce.object`"),
            "{error}"
        );
        let error = connections("[salesforce.objects]\nAccount = 1", &[]).expect_err("no text");
        assert!(
            error.contains("`salesforce.objects.Account` must be text"),
            "{error}"
        );
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        let error = connections("[stripe]\nurk = \"x\"", &[]).expect_err("an unknown key");
        assert!(
            error.contains("`stripe.urk`; did you mean `url`?"),
            "{error}"
        );
        let error = connections("", &[("stripe_api_kee", "x")]).expect_err("an unknown variable");
        assert!(error.contains("did you mean `api_key`?"), "{error}");
        let sync = |toml: &str, asked: &[&str]| {
            let asked: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
            let found = connections(toml, &[])
                .expect("settings")
                .connectors(&asked, &Fields::new());
            found.expect_err("nothing to sync").to_string()
        };
        assert!(sync("", &[]).contains("tidemark init"));
        assert!(sync("", &["strype"]).contains("the sources are stripe, salesforce, zendesk"));
        assert!(
            sync("", &["stripe"])
                .contains("set TIDEMARK_STRIPE_API_KEY, or TIDEMARK_STRIPE_API_KEY_FILE")
        );
        assert!(sync("[salesforce]\nclient_id = \"x\"", &[]).contains("set `url` in [salesforce]"));
        let url = "url = \"https://acme.my.salesforce.com\"\nclient_id = \"x\"";
        assert!(
            sync(&format!("[salesforce]\n{url}"), &[])
                .contains("TIDEMARK_SALESFORCE_CLIENT_SECRET")
        );
        assert!(
            sync("[zendesk]\nurl = \"https://acme.zendesk.com\"", &[])
                .contains("set `client_id` in [zendesk]")
        );
        assert!(sync("[stripe]\nurl = \"stripe\"", &[]).contains("must be an address"));
    }

    #[test]
    fn salesforce_is_asked_for_what_landing_reads() {
        // Bulk gives no compound addresses, and the other stamp is for exports that lack this one.
        let left_out = ["BillingAddress", "Address", "LastModifiedDate"];
        for object in tidemark_landing::objects(salesforce::SOURCE) {
            let read = tidemark_landing::fields(salesforce::SOURCE, object).expect("an object");
            let read = read.into_iter().filter(|field| !left_out.contains(field));
            let asked: BTreeSet<_> = salesforce::fields(object).into_iter().collect();
            assert_eq!(asked, read.collect::<BTreeSet<_>>(), "{object}");
        }
    }
}
