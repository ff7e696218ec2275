//! token: the secret that a run is requested with, and a limit to guessing it.
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::shares::client;

/// Least strength of a token, in bits.
const BITS: f64 = 128.0;
/// Least number of different characters of a token.
const DIFFERENT: usize = 8;
/// Wrong tokens that one client may send within the window.
const ATTEMPTS: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// Clients whose attempts are counted at once; beyond that old windows are dropped first.
const CLIENTS: usize = 10_000;

/// A token that is too short or too uniform to withstand guessing.
#[derive(Debug, thiserror::Error)]
#[error(
    "the token for run requests is too weak: it needs 128 random bits, such as `openssl rand -hex 16` prints (32 hexadecimal digits)"
)]
pub struct WeakToken;

/// The token that run requests need.
#[derive(Clone)]
pub struct RunToken(String);

impl RunToken {
    /// Takes a token of at least 128 bits, judged by its length and the characters it uses.
    ///
    /// # Errors
    /// If it is shorter, or repeats a few characters.
    pub fn new(text: impl Into<String>) -> Result<Self, WeakToken> {
        let text = text.into();
        let different: HashSet<char> = text.chars().collect();
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        let bits = text.len() as f64 * f64::from(alphabet(&text)).log2();
        if visible && bits >= BITS && different.len() >= DIFFERENT {
            Ok(Self(text))
        } else {
            Err(WeakToken)
        }
    }

    /// Compares in constant time, whatever the lengths: the library compares digests keyed with
    /// either.
    pub(crate) fn is(&self, given: &[u8]) -> bool {
        let digest = |key: &[u8]| {
            let mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
            Some(mac.chain_update(b"tidemark run"))
        };
        let (Some(given), Some(token)) = (digest(given), digest(self.0.as_bytes())) else {
            return false;
        };
        token.verify(&given.finalize().into_bytes()).is_ok()
    }
}

impl fmt::Debug for RunToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunToken")
    }
}

/// Size of the smallest usual alphabet that the text is written in.
fn alphabet(text: &str) -> u32 {
    let all = |test: fn(u8) -> bool| text.bytes().all(test);
    if all(|byte| byte.is_ascii_digit()) {
        10
    } else if all(|byte| byte.is_ascii_hexdigit()) {
        16
    } else if all(|byte| byte.is_ascii_lowercase() || !byte.is_ascii_alphabetic()) {
        36
    } else {
        64
    }
}

/// Wrong tokens by client.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<IpAddr, Window>>);

struct Window {
    began: Instant,
    wrong: u32,
}

impl Attempts {
    /// Whether the client has to wait before another token of its is looked at.
    pub(crate) fn exhausted(&self, address: IpAddr) -> bool {
        let windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get(&client(address));
        window.is_some_and(|window| window.wrong >= ATTEMPTS && window.began.elapsed() < WINDOW)
    }

    /// Counts a wrong token.
    pub(crate) fn wrong(&self, address: IpAddr) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= CLIENTS {
            windows.retain(|_, window| window.began.elapsed() < WINDOW);
        }
        let fresh = || Window {
            began: Instant::now(),
            wrong: 0,
        };
        let window = windows.entry(client(address)).or_insert_with(fresh);
        if window.began.elapsed() >= WINDOW {
            *window = fresh();
        }
        window.wrong += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_less_than_128_bits_are_refused() {
        for weak in [
            "",
            "canary",
            "0123456789abcdef0123456789abcde",
            "correct horse battery staple and more",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "12345678901234567890123456789012345678",
            "Zm9vYmFyYmF6cXV4Zm9vY",
            "a-token-of-24-characters",
        ] {
            assert!(RunToken::new(weak).is_err(), "{weak}");
        }
        for strong in [
            "0123456789abcdef0123456789abcdef",
            "Zm9vYmFyYmF6cXV4Zm9vYm",
            "123456789012345678901234567890123456789",
        ] {
            let token = RunToken::new(strong).unwrap();
            assert!(token.is(strong.as_bytes()));
            assert!(!token.is(&strong.as_bytes()[1..]));
            assert!(!token.is(b""));
        }
    }

    #[test]
    fn guesses_are_limited_by_client() {
        let attempts = Attempts::default();
        let [one, other] = ["10.0.0.1", "10.0.0.2"].map(|text| text.parse::<IpAddr>().unwrap());
        for _ in 0..ATTEMPTS {
            assert!(!attempts.exhausted(one));
            attempts.wrong(one);
        }
        assert!(attempts.exhausted(one));
        assert!(!attempts.exhausted(other));
    }
}
