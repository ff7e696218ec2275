//! Who asks: nobody, a fixed key, or a token that is renewed when the vendor no longer takes it.

use std::future::Future;
use std::pin::Pin;

use reqwest::header::HeaderValue;
use tokio::sync::Mutex;

use crate::{Secret, SyncError};

type Fetching = Pin<Box<dyn Future<Output = Result<HeaderValue, SyncError>> + Send>>;

/// What goes into the `Authorization` header.
pub struct Credentials(Kind);

enum Kind {
    None,
    Fixed(HeaderValue),
    Token {
        fetch: Box<dyn Fn() -> Fetching + Send + Sync>,
        held: Mutex<Option<HeaderValue>>,
    },
}

impl Credentials {
    /// No header, as for the call that gets a token.
    #[must_use]
    pub fn none() -> Self {
        Self(Kind::None)
    }

    /// A header that stays, such as `Bearer` and a key.
    #[must_use]
    pub fn fixed(header: HeaderValue) -> Self {
        Self(Kind::Fixed(header))
    }

    /// A header fetched before the first call, and again when the vendor refuses it.
    pub fn token<F, Fut>(fetch: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<HeaderValue, SyncError>> + Send + 'static,
    {
        Self(Kind::Token {
            fetch: Box::new(move || Box::pin(fetch())),
            held: Mutex::new(None),
        })
    }

    /// `Bearer` and a secret, marked so that no log shows it.
    ///
    /// # Errors
    /// [`SyncError::Configuration`] if the secret holds what no header can, such as a line end.
    pub fn bearer(source: &str, secret: &Secret) -> Result<HeaderValue, SyncError> {
        Self::secret_header(source, &format!("Bearer {}", secret.expose()))
    }

    /// A header with a secret in it, marked so that no log shows it.
    ///
    /// # Errors
    /// [`SyncError::Configuration`] if it holds what no header can.
    pub fn secret_header(source: &str, text: &str) -> Result<HeaderValue, SyncError> {
        let mut header = HeaderValue::from_str(text).map_err(|_| {
            SyncError::Configuration(format!(
                "{source}: the secret holds characters that no key has; copy it again, without line ends"
            ))
        })?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// The header to send, fetched if there is none yet.
    pub(crate) async fn header(&self) -> Result<Option<HeaderValue>, SyncError> {
        match &self.0 {
            Kind::None => Ok(None),
            Kind::Fixed(header) => Ok(Some(header.clone())),
            Kind::Token { fetch, held } => {
                // Held while fetching, so that many waiting calls get one token.
                let mut held = held.lock().await;
                if held.is_none() {
                    *held = Some(fetch().await?);
                }
                Ok(held.clone())
            }
        }
    }

    /// Drops a token that was refused, unless another call has already got a new one; whether a new try makes sense.
    pub(crate) async fn renew(&self, refused: Option<&HeaderValue>) -> bool {
        let Kind::Token { held, .. } = &self.0 else {
            return false;
        };
        let mut held = held.lock().await;
        if held.as_ref() == refused {
            *held = None;
        }
        true
    }
}
