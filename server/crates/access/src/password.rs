//! password: argon2id hashes, at most two computed at once so that sign-ins cannot take all memory.
use std::sync::{Condvar, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;

use crate::error::AccessError;
use crate::secret;

/// Hashes computed at once.
const AT_ONCE: usize = 2;
/// Sign-ins that wait for one of them; more are refused.
const WAITING: usize = 64;
/// Shortest and longest password, in characters. Length is what withstands guessing.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=200;

/// How much work one hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Strength {
    /// What OWASP recommends for argon2id: 19 MiB, two passes.
    fn default() -> Self {
        Self {
            memory: 19 * 1024,
            passes: 2,
        }
    }
}

/// A password as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hashed {
    pub(crate) strength: Strength,
    pub(crate) salt: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

/// Computes hashes, a few at a time.
#[derive(Debug, Default)]
pub struct Passwords {
    strength: Strength,
    taken: Mutex<Taken>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Taken {
    computing: usize,
    waiting: usize,
}

/// A place to compute at, given back when dropped.
struct Place<'a>(&'a Passwords);

impl Passwords {
    /// Hashes with a strength of its own; the default is the one for real accounts.
    #[must_use]
    pub fn with(strength: Strength) -> Self {
        Self {
            strength,
            ..Self::default()
        }
    }

    /// Hashes a new password with a new salt.
    pub(crate) fn hash(&self, password: &str) -> Result<Hashed, AccessError> {
        if !LENGTH.contains(&password.chars().count()) {
            return Err(AccessError::Password);
        }
        let salt = secret::random::<16>()?;
        let hash = self.compute(password, &salt, self.strength)?;
        Ok(Hashed {
            strength: self.strength,
            salt: salt.to_vec(),
            hash: hash.to_vec(),
        })
    }

    /// Whether the password is the stored one. Without one to compare with, as for an unknown
    /// account, the same work is done.
    pub(crate) fn is(&self, password: &str, stored: Option<&Hashed>) -> Result<bool, AccessError> {
        let password = if password.len() > LENGTH.end() * 4 {
            ""
        } else {
            password
        };
        let Some(stored) = stored else {
            self.compute(password, &[0; 16], self.strength)?;
            return Ok(false);
        };
        let hash = self.compute(password, &stored.salt, stored.strength)?;
        Ok(hash.ct_eq(&stored.hash).into())
    }

    fn compute(
        &self,
        password: &str,
        salt: &[u8],
        strength: Strength,
    ) -> Result<[u8; 32], AccessError> {
        let wrong = |error: argon2::Error| AccessError::Hash(error.to_string());
        let params = Params::new(strength.memory, strength.passes, 1, Some(32)).map_err(wrong)?;
        let mut hash = [0; 32];
        let _place = self.take()?;
        let mut memory = vec![Block::default(); params.block_count()];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, &mut memory)
            .map_err(wrong)?;
        Ok(hash)
    }

    fn take(&self) -> Result<Place<'_>, AccessError> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.waiting >= WAITING {
            return Err(AccessError::Busy);
        }
        taken.waiting += 1;
        while taken.computing >= AT_ONCE {
            taken = self
                .freed
                .wait(taken)
                .unwrap_or_else(PoisonError::into_inner);
        }
        taken.waiting -= 1;
        taken.computing += 1;
        Ok(Place(self))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.computing -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_matches_and_salts_differ() {
        let passwords = Passwords::default();
        let stored = passwords.hash("correct horse battery").unwrap();
        assert!(
            passwords
                .is("correct horse battery", Some(&stored))
                .unwrap()
        );
        assert!(
            !passwords
                .is("correct horse batterY", Some(&stored))
                .unwrap()
        );
        assert!(!passwords.is("correct horse battery", None).unwrap());
        let again = passwords.hash("correct horse battery").unwrap();
        assert_ne!(stored.hash, again.hash, "each has a salt of its own");
    }

    #[test]
    fn short_passwords_are_refused() {
        let passwords = Passwords::default();
        assert!(matches!(
            passwords.hash("elevenchars"),
            Err(AccessError::Password)
        ));
        assert!(matches!(
            passwords.hash(&"x".repeat(201)),
            Err(AccessError::Password)
        ));
    }

    #[test]
    fn many_sign_ins_at_once_all_get_their_turn() {
        let passwords = Passwords::with(Strength {
            memory: 64,
            passes: 1,
        });
        let stored = passwords.hash("correct horse battery").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    assert!(
                        passwords
                            .is("correct horse battery", Some(&stored))
                            .unwrap()
                    );
                });
            }
        });
        let taken = passwords.taken.lock().unwrap();
        assert_eq!((taken.computing, taken.waiting), (0, 0));
    }
}
