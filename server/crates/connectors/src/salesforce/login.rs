//! Access tokens: by the app's secret (client credentials) or by a signed statement about a user (JWT bearer).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use reqwest::header::HeaderValue;
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use serde::Deserialize;
use serde_json::json;

use super::SOURCE;
use super::client::VERSION;
use crate::{Answer, Api, Call, Credentials, Secret, SyncError};

/// How the connector says who it is.
#[derive(Debug, Clone)]
pub enum Login {
    /// As the app, which runs as its integration user.
    ClientCredentials {
        /// The app's consumer key.
        client_id: String,
        /// The app's consumer secret.
        client_secret: Secret,
    },
    /// As a user, by a statement signed with the key of the app's certificate.
    Jwt {
        /// The app's consumer key.
        client_id: String,
        /// The integration user's name.
        username: String,
        /// The certificate's private key, PEM, without a passphrase.
        private_key: Secret,
    },
}

/// How long a signed statement holds; Salesforce takes five minutes at most.
const STATEMENT: TimeDelta = TimeDelta::minutes(3);

/// Gets tokens, whenever one is needed.
pub(crate) fn credentials(login: &Login, api: Api, audience: String) -> Credentials {
    let shared = Arc::new((login.clone(), api, audience));
    Credentials::token(move || {
        let shared = Arc::clone(&shared);
        async move {
            let (login, api, audience) = &*shared;
            token(login, api, audience).await
        }
    })
}

#[derive(Deserialize)]
struct Version {
    version: String,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

async fn token(login: &Login, api: &Api, audience: &str) -> Result<HeaderValue, SyncError> {
    // Needs no token. Tells whether this is Salesforce at all, and its clock, by which the statement is dated.
    let answer = api.send(Call::get("/services/data")).await?;
    let versions: Vec<Version> = answer.json().map_err(|_| not_salesforce(audience))?;
    if !versions.iter().any(|known| known.version == VERSION) {
        return Err(SyncError::Configuration(format!(
            "salesforce: {audience} does not offer version {VERSION} of its API; check the address in [salesforce] url"
        )));
    }
    let call = match login {
        Login::ClientCredentials {
            client_id,
            client_secret,
        } => Call::post_form(
            "/services/oauth2/token",
            &[
                ("grant_type", "client_credentials"),
                ("client_id", client_id),
                ("client_secret", client_secret.expose()),
            ],
        ),
        Login::Jwt {
            client_id,
            username,
            private_key,
        } => {
            let claims = json!({
                "iss": client_id,
                "sub": username,
                "aud": audience,
                "exp": (api.now()? + STATEMENT).timestamp(),
            });
            let assertion = signed(&claims.to_string(), private_key)?;
            Call::post_form(
                "/services/oauth2/token",
                &[
                    ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                    ("assertion", &assertion),
                ],
            )
        }
    };
    let answer = api.send(call).await?;
    let token: Token = answer.json().map_err(|_| {
        // The answer may hold the token, so it is not shown.
        SyncError::protocol(
            SOURCE,
            "the token endpoint answered without an access token",
        )
    })?;
    Credentials::bearer(SOURCE, &Secret::new(&token.access_token))
}

fn not_salesforce(audience: &str) -> SyncError {
    SyncError::Configuration(format!(
        "salesforce: {audience} does not answer as Salesforce does; write the org's own address into [salesforce] url, such as https://acme.my.salesforce.com"
    ))
}

/// A statement in the form of RFC 7515, signed with RS256.
fn signed(claims: &str, key: &Secret) -> Result<String, SyncError> {
    let key = key_pair(key.expose())?;
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
    let mut text = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        text.as_bytes(),
        &mut signature,
    )
    .map_err(|_| unusable("signing with it failed"))?;
    text.push('.');
    text.push_str(&URL_SAFE_NO_PAD.encode(signature));
    Ok(text)
}

fn unusable(why: &str) -> SyncError {
    SyncError::Configuration(format!(
        "salesforce: the private key (TIDEMARK_SALESFORCE_PRIVATE_KEY) cannot be used: {why}; it must be an RSA key of 2048 bits or more, PEM, without a passphrase"
    ))
}

/// Reads a private key in PEM: PKCS #8, or PKCS #1 as older tools write it.
fn key_pair(pem: &str) -> Result<KeyPair, SyncError> {
    let after = |label: &str| {
        let begin = format!("-----BEGIN {label}-----");
        let rest = &pem[pem.find(&begin)? + begin.len()..];
        let text: String = rest[..rest.find("-----END")?].split_whitespace().collect();
        STANDARD.decode(text).ok()
    };
    let rejected = |why: ring::error::KeyRejected| unusable(&why.to_string());
    if let Some(der) = after("PRIVATE KEY") {
        KeyPair::from_pkcs8(&der).map_err(rejected)
    } else if let Some(der) = after("RSA PRIVATE KEY") {
        KeyPair::from_der(&der).map_err(rejected)
    } else if pem.contains("ENCRYPTED") {
        Err(unusable("it has a passphrase"))
    } else {
        Err(unusable("no PEM private key is in it"))
    }
}

#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Puts a refusal of the token endpoint into words.
pub(crate) fn explain(answer: &Answer) -> SyncError {
    let Refusal {
        error,
        error_description: description,
    } = answer.json().unwrap_or_default();
    if error.is_empty() {
        return SyncError::Configuration(format!(
            "salesforce: {} answered HTTP {}; write the org's own address into [salesforce] url, such as https://acme.my.salesforce.com",
            answer.path, answer.status
        ));
    }
    let known = |words: &str| description.to_lowercase().contains(words);
    let fix = if known("not supported on this domain") || known("audience") {
        "[salesforce] url must be the org's My Domain address, such as https://acme.my.salesforce.com (Setup > My Domain)"
    } else if known("no client credentials user") {
        "choose the integration user under Run As in the app's client credentials settings, and give that user the permission API Enabled"
    } else if known("approved") || error == "invalid_app_access" {
        "allow the integration user to use the app: Permitted Users \"Admin approved users are pre-authorized\", and the app assigned to the user's permission set"
    } else if known("assertion") {
        "the private key does not belong to the certificate uploaded to the app, or the app has no digital signature"
    } else if error == "invalid_client_id" {
        "check [salesforce] client_id, the app's consumer key; a new app is known after some ten minutes"
    } else if error == "invalid_client" {
        "check TIDEMARK_SALESFORCE_CLIENT_SECRET, the app's consumer secret"
    } else if error == "unsupported_grant_type" {
        "enable the flow in the app: client credentials, or JWT bearer"
    } else {
        "check the user named in [salesforce] username (active, not frozen) and the app's settings"
    };
    SyncError::Refused {
        source_name: SOURCE,
        said: format!("{error}: {description}"),
        fix: fix.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_be_used_says_why() {
        for (pem, why) in [
            ("nothing", "no PEM private key is in it"),
            (
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
                "it has a passphrase",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "InvalidEncoding",
            ),
        ] {
            let error = signed("{}", &Secret::new(pem)).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
