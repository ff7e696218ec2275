//! Settings of alerts and digests: `[alerts]` of `tidemark.toml`, and the secrets, which come from the environment only.

use std::collections::BTreeMap;

use tidemark_alerts::{Cadence, Channel, Command, Email, Patience, Security, Webhook};
use tidemark_connectors::Secret;

use crate::Failure;
use crate::config::unknown_of;
use crate::connections::variable;

/// Settings of `[alerts]` that are one text; `TIDEMARK_ALERTS_` and upper case make the variable.
const TEXTS: [&str; 2] = ["anomaly", "digest"];
/// Settings of `[alerts.email]`; `TIDEMARK_ALERTS_EMAIL_` and upper case make the variable.
const EMAIL: [&str; 5] = ["server", "security", "from", "to", "username"];
/// Secrets, only in variables; with `_FILE` added a variable names a file that holds the secret.
const SECRETS: [&str; 2] = ["webhook", "email_password"];

/// Environment variables that a command gets without being asked for: none of them is a secret.
const INHERITED: [&str; 8] = [
    "HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TMPDIR", "TZ", "USER",
];

/// Who is told what.
#[derive(Debug, Clone)]
pub struct AlertSettings {
    /// Address of an incoming webhook of Slack's kind.
    pub webhook: Option<Secret>,
    /// The mail server, `host` or `host:port`; empty for no e-mail.
    pub server: String,
    /// How the connection to it is protected.
    pub security: Security,
    /// Who writes.
    pub from: String,
    /// Who is written to.
    pub to: Vec<String>,
    /// Login at the mail server, with the password; none where it takes letters from anybody.
    pub username: Option<String>,
    /// Password of the login.
    pub password: Option<Secret>,
    /// A program to run and its arguments; empty for none.
    pub command: Vec<String>,
    /// Names of environment variables it gets beside those of [`INHERITED`].
    pub command_env: Vec<String>,
    /// The environment variables it gets.
    pub command_environment: BTreeMap<String, Secret>,
    /// Whether metrics out of their pattern are told.
    pub anomaly: bool,
    /// How often the digest is sent.
    pub digest: Option<Cadence>,
}

impl Default for AlertSettings {
    fn default() -> Self {
        Self {
            webhook: None,
            server: String::new(),
            security: Security::StartTls,
            from: String::new(),
            to: Vec::new(),
            username: None,
            password: None,
            command: Vec::new(),
            command_env: Vec::new(),
            command_environment: BTreeMap::new(),
            anomaly: true,
            digest: None,
        }
    }
}

impl AlertSettings {
    /// Takes the section of `tidemark.toml`.
    pub(crate) fn set_section(&mut self, section: toml::Table, place: &str) -> Result<(), Failure> {
        for (key, value) in section {
            match (key.as_str(), value) {
                ("email", toml::Value::Table(email)) => {
                    for (key, value) in email {
                        self.set_email(&key, value, place)?;
                    }
                }
                ("command", value) => self.command = list("command", value, place)?,
                ("command_env", value) => self.command_env = list("command_env", value, place)?,
                (key, _) if SECRETS.contains(&key) => return Err(secret(key, place)),
                (key, value) if TEXTS.contains(&key) => {
                    self.set(key, &text(key, value, place)?, place)?;
                }
                (key, _) => {
                    let known = TEXTS.into_iter().chain(["command", "command_env", "email"]);
                    return Err(unknown_of(&format!("alerts.{key}"), place, known));
                }
            }
        }
        Ok(())
    }

    fn set_email(&mut self, key: &str, value: toml::Value, place: &str) -> Result<(), Failure> {
        match key {
            "to" => self.to = list("email.to", value, place)?,
            "password" => return Err(secret("email_password", place)),
            _ if EMAIL.contains(&key) => {
                let key = format!("email_{key}");
                self.set(&key, &text(&key, value, place)?, place)?;
            }
            _ => {
                return Err(unknown_of(
                    &format!("alerts.email.{key}"),
                    place,
                    EMAIL.into_iter(),
                ));
            }
        }
        Ok(())
    }

    /// Takes a variable, its name in lower case and without the prefix; false if it is none of alerts.
    pub(crate) fn set_variable(
        &mut self,
        name: &str,
        value: &str,
        place: &str,
    ) -> Result<bool, Failure> {
        let Some(key) = name.strip_prefix("alerts_") else {
            return Ok(false);
        };
        let file = key
            .strip_suffix("_file")
            .filter(|key| SECRETS.contains(key));
        if let Some(key) = file {
            let text = std::fs::read_to_string(value).map_err(|error| {
                Failure::Usage(format!("{place}: {value} cannot be read: {error}"))
            })?;
            self.set_secret(key, Secret::new(&text));
        } else if SECRETS.contains(&key) {
            self.set_secret(key, Secret::new(value));
        } else {
            self.set(key, value, place)?;
        }
        Ok(true)
    }

    /// Takes from the environment what the command may see: nothing with a secret of ours in it.
    pub(crate) fn set_command_environment<'a>(
        &mut self,
        environment: impl Iterator<Item = (&'a String, &'a String)>,
    ) {
        let may_see = |name: &str| {
            INHERITED.contains(&name)
                || name.starts_with("LC_")
                || self.command_env.iter().any(|named| named == name)
        };
        self.command_environment = environment
            .filter(|(name, _)| may_see(name))
            .map(|(name, value)| (name.clone(), Secret::new(value)))
            .collect();
    }

    fn set_secret(&mut self, key: &str, secret: Secret) {
        let secret = Some(secret).filter(|secret| !secret.expose().is_empty());
        match key {
            "webhook" => self.webhook = secret,
            _ => self.password = secret,
        }
    }

    /// Sets what is one text, by its key in the environment.
    fn set(&mut self, key: &str, value: &str, place: &str) -> Result<(), Failure> {
        let wrong = |wanted: &str| {
            let key = key.replacen("email_", "email.", 1);
            Failure::Usage(format!(
                "{place}: `alerts.{key}` is {value:?}, but must be {wanted}"
            ))
        };
        match key {
            "anomaly" => {
                self.anomaly = match value {
                    "on" => true,
                    "off" => false,
                    _ => return Err(wrong("on or off")),
                }
            }
            "digest" => {
                self.digest = match value {
                    "daily" => Some(Cadence::Daily),
                    "weekly" => Some(Cadence::Weekly),
                    "off" => None,
                    _ => return Err(wrong("daily, weekly or off")),
                }
            }
            "email_security" => {
                self.security = match value {
                    "tls" => Security::Tls,
                    "starttls" => Security::StartTls,
                    "none" => Security::None,
                    _ => return Err(wrong("tls, starttls or none")),
                }
            }
            "email_server" => self.server = value.to_owned(),
            "email_from" => self.from = value.to_owned(),
            "email_to" => self.to = value.split(',').map(|to| to.trim().to_owned()).collect(),
            "email_username" => self.username = Some(value.to_owned()),
            _ => {
                let all = TEXTS.into_iter().chain(SECRETS).chain(EMAIL);
                return Err(unknown_of(key, place, all));
            }
        }
        Ok(())
    }

    /// The channels that are set up.
    ///
    /// # Errors
    /// [`Failure::Usage`] for one that lacks a setting or cannot be used.
    pub fn channels(&self) -> Result<Vec<Channel>, Failure> {
        let patience = Patience::default();
        let mut channels = Vec::new();
        if let Some(webhook) = &self.webhook {
            channels.push(Channel::Webhook(Webhook::new(webhook.clone(), patience)?));
        }
        if !self.server.is_empty() {
            channels.push(Channel::Email(Box::new(self.email(patience)?)));
        }
        if !self.command.is_empty() {
            channels.push(Channel::Command(Command {
                words: self.command.clone(),
                environment: self.command_environment.clone(),
                timeout: patience.timeout,
            }));
        }
        Ok(channels)
    }

    fn email(&self, patience: Patience) -> Result<Email, Failure> {
        let login = match (&self.username, &self.password) {
            (Some(user), Some(password)) => Some((user.clone(), password.clone())),
            (None, None) => None,
            (user, _) => {
                let lacks = match user {
                    Some(_) => "a username and no password; set TIDEMARK_ALERTS_EMAIL_PASSWORD",
                    None => "a password and no username; set `username`",
                };
                return Err(Failure::Usage(format!("`alerts.email` has {lacks}")));
            }
        };
        let (host, port) = self.server.rsplit_once(':').unwrap_or((&self.server, ""));
        let port = match port {
            "" => self.security.port(),
            port => port.parse().map_err(|_| {
                Failure::Usage(format!(
                    "`alerts.email.server` is {:?}, but must be a host, or a host and a port, such as smtp.acme.example:587",
                    self.server
                ))
            })?,
        };
        let email = Email::new(
            (host, port),
            self.security,
            login,
            &self.from,
            &self.to,
            patience,
        );
        Ok(email?)
    }
}

fn secret(key: &str, place: &str) -> Failure {
    let written = key.replacen("email_", "email.", 1);
    Failure::Usage(format!(
        "{place}: `alerts.{written}` is a secret and must not be in the file; remove it, and set the environment variable {} instead",
        variable("alerts", key)
    ))
}

/// A value that must be text.
fn text(key: &str, value: toml::Value, place: &str) -> Result<String, Failure> {
    match value {
        toml::Value::String(text) => Ok(text),
        _ => {
            let key = key.replacen("email_", "email.", 1);
            Err(Failure::Usage(format!(
                "{place}: `alerts.{key}` must be text in quotes"
            )))
        }
    }
}

/// A value that must be a list of texts.
fn list(key: &str, value: toml::Value, place: &str) -> Result<Vec<String>, Failure> {
    let items = match value {
        toml::Value::Array(items) => items,
        _ => Vec::new(),
    };
    let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
    let texts: Option<Vec<String>> = texts.collect();
    texts.filter(|texts| !texts.is_empty()).ok_or_else(|| {
        Failure::Usage(format!(
            "{place}: `alerts.{key}` must be a list of texts, such as [\"one\", \"two\"]"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(toml: &str, variables: &[(&str, &str)]) -> Result<AlertSettings, String> {
        let mut settings = AlertSettings::default();
        let mut all = || -> Result<(), Failure> {
            settings.set_section(toml.parse().expect("valid TOML"), "tidemark.toml")?;
            for (name, value) in variables {
                assert!(settings.set_variable(name, value, name)?, "{name}");
            }
            Ok(())
        };
        all().map_err(|failure| failure.to_string())?;
        Ok(settings)
    }

    const ALL: &str = "anomaly = \"off\"\ndigest = \"weekly\"\ncommand = [\"page\", \"--now\"]\n\
        email = { server = \"smtp.acme.example\", from = \"numbers@acme.example\", to = [\"ops@acme.example\"], username = \"numbers\" }";

    #[test]
    fn every_channel_can_be_set_up_and_shows_no_secret() {
        let secrets = [
            ("alerts_webhook", "https://hooks.slack.example/canary"),
            ("alerts_email_password", "canary"),
        ];
        let settings = settings(ALL, &secrets).expect("settings");
        let channels = settings.channels().expect("channels");
        let names: Vec<&str> = channels.iter().map(Channel::name).collect();
        assert_eq!(names, ["webhook", "email", "command"]);
        assert!(!settings.anomaly && settings.digest == Some(Cadence::Weekly));
        assert!(!format!("{settings:?} {channels:?}").contains("canary"));
    }

    #[test]
    fn nothing_set_up_is_no_channel() {
        assert!(
            settings("", &[])
                .expect("settings")
                .channels()
                .expect("none")
                .is_empty()
        );
    }

    #[test]
    fn a_command_gets_the_variables_of_a_list_and_no_secret_of_ours() {
        let mut settings = settings("command_env = [\"PAGER_KEY\"]", &[]).expect("settings");
        let environment = [
            ("PATH", "/bin"),
            ("LC_ALL", "C"),
            ("PAGER_KEY", "k-1"),
            ("AWS_SECRET_ACCESS_KEY", "canary"),
            ("TIDEMARK_RUN_TOKEN", "canary"),
            ("TIDEMARK_STRIPE_API_KEY", "canary"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        settings.set_command_environment(environment.iter().map(|(name, value)| (name, value)));
        let names: Vec<&String> = settings.command_environment.keys().collect();
        assert_eq!(names, ["LC_ALL", "PAGER_KEY", "PATH"]);
        assert!(!format!("{settings:?}").contains("k-1"));
    }

    #[test]
    fn the_environment_may_say_all_but_the_command() {
        let variables = [
            ("alerts_email_server", "localhost:2525"),
            ("alerts_email_security", "none"),
            ("alerts_email_from", "numbers@acme.example"),
            ("alerts_email_to", "ops@acme.example, ann@acme.example"),
            ("alerts_digest", "daily"),
        ];
        let settings = settings("", &variables).expect("settings");
        assert_eq!(settings.to, ["ops@acme.example", "ann@acme.example"]);
        assert_eq!(settings.channels().expect("channels").len(), 1);
    }

    #[test]
    fn what_is_wrong_or_unknown_is_named() {
        for (toml, words) in [
            (
                "digset = \"daily\"",
                "`alerts.digset`; did you mean `digest`?",
            ),
            ("digest = \"monthly\"", "must be daily, weekly or off"),
            ("webhook = \"https://canary\"", "TIDEMARK_ALERTS_WEBHOOK"),
            (
                "command = \"page\"",
                "`alerts.command` must be a list of texts",
            ),
            ("email = { pasword = \"x\" }", "did you mean"),
            (
                "email = { password = \"canary\" }",
                "TIDEMARK_ALERTS_EMAIL_PASSWORD",
            ),
            (
                "email = { security = \"ssl\" }",
                "`alerts.email.security` is \"ssl\"",
            ),
            ("email = { from = 1 }", "`alerts.email.from` must be text"),
        ] {
            let error = settings(toml, &[]).expect_err(toml);
            assert!(
                error.contains(words) && !error.contains("canary"),
                "{error}"
            );
        }
        let error = settings("", &[("alerts_digset", "x")]).expect_err("an unknown variable");
        assert!(error.contains("did you mean `digest`?"), "{error}");
        let lacking = settings(ALL, &[]).expect("settings").channels();
        let error = lacking.expect_err("no password").to_string();
        assert!(error.contains("TIDEMARK_ALERTS_EMAIL_PASSWORD"), "{error}");
    }
}
