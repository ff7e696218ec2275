//! Who asks Zendesk: an OAuth client that gets tokens itself, an access token, or an API token.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;

use super::{SOURCE, ZendeskConfig, explain};
use crate::{Api, ApiOptions, Call, Credentials, Secret, SyncError, Teller};

/// Credentials for Zendesk.
#[derive(Debug, Clone)]
pub enum ZendeskAuth {
    /// A confidential OAuth client: gets short-lived tokens by the client credentials grant.
    Client {
        /// The client's unique identifier.
        id: String,
        /// Its secret.
        secret: Secret,
        /// Scopes to ask for, parted by blanks, such as `read`.
        scope: String,
    },
    /// An OAuth access token.
    OauthToken(Secret),
    /// An API token, which Zendesk takes until 30 April 2027.
    ApiToken {
        /// E-mail of an admin.
        email: String,
        /// The token.
        token: Secret,
    },
}

#[derive(Deserialize)]
struct Minted {
    access_token: String,
}

impl ZendeskAuth {
    pub(super) fn credentials(
        &self,
        config: &ZendeskConfig,
        tell: &Teller,
    ) -> Result<Credentials, SyncError> {
        match self {
            Self::OauthToken(token) => Ok(Credentials::fixed(Credentials::bearer(SOURCE, token)?)),
            Self::ApiToken { email, token } => {
                let pair = format!("{email}/token:{}", token.expose());
                let basic = format!("Basic {}", BASE64_STANDARD.encode(pair));
                Ok(Credentials::fixed(Credentials::secret_header(
                    SOURCE, &basic,
                )?))
            }
            Self::Client { id, secret, scope } => {
                let api = Arc::new(Api::new(ApiOptions {
                    source: SOURCE,
                    base: config.url.clone(),
                    credentials: Credentials::none(),
                    pace: 0.0,
                    patience: config.patience,
                    tell: tell.clone(),
                    explain: explain::explain_grant,
                })?);
                let (id, secret, scope) = (id.clone(), secret.clone(), scope.clone());
                Ok(Credentials::token(move || {
                    let (api, secret) = (Arc::clone(&api), secret.clone());
                    let (id, scope) = (id.clone(), scope.clone());
                    async move {
                        let form = [
                            ("grant_type", "client_credentials"),
                            ("client_id", &id),
                            ("client_secret", secret.expose()),
                            ("scope", &scope),
                        ];
                        let answer = api.send(Call::post_form("/oauth/tokens", &form)).await?;
                        let minted: Minted = answer.json()?;
                        Credentials::bearer(SOURCE, &Secret::new(&minted.access_token))
                    }
                }))
            }
        }
    }
}
