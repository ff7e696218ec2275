//! A secret: shown by no format, wiped from memory when dropped.

use secrecy::{ExposeSecret, SecretString};

/// A key, token or password. Its `Debug` says only that there is one; it has no `Display`.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Keeps a secret; blanks and line ends around it, as editors leave them in files, are no part of it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(SecretString::from(text.trim()))
    }

    /// The secret itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::new(" rk_live_canary\n");
        assert_eq!(secret.expose(), "rk_live_canary");
        assert!(!format!("{secret:?}").contains("canary"));
    }
}
