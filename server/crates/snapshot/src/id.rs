//! id: the name of a snapshot, derived from its content.
use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::error::SnapshotError;

/// A snapshot's name: 32 lower-case hexadecimal digits, the start of a SHA-256 over its content.
///
/// Parsing accepts nothing else, so an id is always safe as a folder name and in a URL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotId(String);

impl SnapshotId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SnapshotId {
    type Err = SnapshotError;

    fn from_str(text: &str) -> Result<Self, SnapshotError> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 32 && text.bytes().all(hex) {
            Ok(Self(text.to_owned()))
        } else {
            Err(SnapshotError::BadId(text.chars().take(64).collect()))
        }
    }
}

/// Collects what an id depends on; each part is framed by its length, so no two contents run together.
pub(crate) struct IdHasher(Sha256);

impl IdHasher {
    pub(crate) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(crate) fn part(&mut self, name: &str, content: &[u8]) {
        for piece in [name.as_bytes(), content] {
            self.0.update((piece.len() as u64).to_le_bytes());
            self.0.update(piece);
        }
    }

    pub(crate) fn finish(self) -> SnapshotId {
        let mut text = hex(&self.0.finalize());
        text.truncate(32);
        SnapshotId(text)
    }
}

/// The SHA-256 of `bytes` in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|b| [b >> 4, b & 15]);
    digits.map(|d| char::from(DIGITS[usize::from(d)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_32_lower_hex_digits_are_an_id() {
        let good = "0123456789abcdef0123456789abcdef";
        assert_eq!(good.parse::<SnapshotId>().unwrap().as_str(), good);
        for bad in [
            "",
            "..",
            "latest",
            &good[1..],
            &good.to_uppercase(),
            "0123456789abcdef/../456789abcdef",
        ] {
            assert!(bad.parse::<SnapshotId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn sha256_matches_the_published_vector() {
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn parts_do_not_run_together() {
        let id = |parts: &[(&str, &str)]| {
            let mut hasher = IdHasher::new();
            parts.iter().for_each(|(n, c)| hasher.part(n, c.as_bytes()));
            hasher.finish()
        };
        assert_ne!(id(&[("a", "bc")]), id(&[("ab", "c")]));
        assert_ne!(id(&[("a", "b"), ("c", "d")]), id(&[("a", "bcd")]));
        assert_eq!(id(&[("a", "b")]), id(&[("a", "b")]));
    }
}
