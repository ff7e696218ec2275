//! secret: random secrets for sessions and tokens, and the hashes they are stored as.
use std::fmt;

use sha2::{Digest, Sha256};

use crate::error::AccessError;

/// 256 random bits as 64 hexadecimal digits. Formats never print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Draws one from the operating system.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub fn random() -> Result<Self, AccessError> {
        Ok(Self(hex::encode(random::<32>()?)))
    }

    /// The text, to be given to its owner.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], AccessError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| AccessError::Random(error.to_string()))?;
    Ok(bytes)
}

/// What a secret is stored as. It has 256 random bits, so one round of a fast hash is enough, and
/// looking the hash up shows nothing of the secret by its timing.
pub(crate) fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
