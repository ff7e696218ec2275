//! throttle: how often wrong passwords may come for one account, and from one address.
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Time that wrong attempts are remembered.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Wrong attempts for one account from one address.
const OF_BOTH: u32 = 5;
/// Wrong attempts for one account from all addresses together. Higher, so that a stranger who locks
/// an account out needs many addresses.
const OF_ACCOUNT: u32 = 50;
/// Wrong attempts from one address for all accounts together.
const OF_ADDRESS: u32 = 30;
/// Counters held at once; beyond that old ones are dropped, and then all.
const MOST: usize = 50_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Both(String, IpAddr),
    Account(String),
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Count {
    began: DateTime<Utc>,
    wrong: u32,
}

/// Wrong attempts by account and address. In memory: a restart forgets them.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<HashMap<Key, Count>>);

impl Throttle {
    /// Whether no attempt for the account from the address is looked at now.
    #[must_use]
    pub fn is_exhausted(&self, account: &str, address: IpAddr, now: DateTime<Utc>) -> bool {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys(account, address).iter().any(|(key, most)| {
            counts
                .get(key)
                .is_some_and(|count| now - count.began < WINDOW && count.wrong >= *most)
        })
    }

    /// Counts a wrong attempt. Counted before the password is checked, so that attempts that come
    /// at once count, too; [`Throttle::right`] takes it back.
    pub fn attempt(&self, account: &str, address: IpAddr, now: DateTime<Utc>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST {
            counts.retain(|_, count| now - count.began < WINDOW);
            if counts.len() >= MOST {
                counts.clear();
            }
        }
        for (key, _) in keys(account, address) {
            let fresh = Count {
                began: now,
                wrong: 0,
            };
            let count = counts.entry(key).or_insert(fresh);
            if now - count.began >= WINDOW {
                *count = fresh;
            }
            count.wrong = count.wrong.saturating_add(1);
        }
    }

    /// The password was right: what the account and this address had counts no more.
    pub fn right(&self, account: &str, address: IpAddr) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, _) in keys(account, address) {
            match key {
                Key::Both(..) => {
                    counts.remove(&key);
                }
                // Others may be guessing at the same time: only this attempt is taken back.
                Key::Account(_) | Key::Address(_) => {
                    if let Some(count) = counts.get_mut(&key) {
                        count.wrong = count.wrong.saturating_sub(1);
                    }
                }
            }
        }
    }
}

fn keys(account: &str, address: IpAddr) -> [(Key, u32); 3] {
    let account = account.to_lowercase();
    let address = network(address);
    [
        (Key::Both(account.clone(), address), OF_BOTH),
        (Key::Account(account), OF_ACCOUNT),
        (Key::Address(address), OF_ADDRESS),
    ]
}

/// An IPv4 address, or the /64 network that one host usually has.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    #[test]
    fn guesses_are_limited_for_an_account_and_an_address_together() {
        let throttle = Throttle::default();
        for _ in 0..OF_BOTH {
            assert!(!throttle.is_exhausted("ada", address(1), at(0)));
            throttle.attempt("ada", address(1), at(0));
        }
        assert!(throttle.is_exhausted("Ada", address(1), at(14)));
        assert!(
            !throttle.is_exhausted("ada", address(2), at(0)),
            "she can still sign in"
        );
        assert!(!throttle.is_exhausted("bob", address(1), at(0)));
        assert!(!throttle.is_exhausted("ada", address(1), at(15)));
    }

    #[test]
    fn many_addresses_and_many_accounts_are_limited_too() {
        let throttle = Throttle::default();
        for guess in 0..OF_ACCOUNT {
            throttle.attempt("ada", IpAddr::from([10, 0, 1, guess as u8]), at(0));
        }
        assert!(throttle.is_exhausted("ada", address(200), at(0)));
        for guess in 0..OF_ADDRESS {
            throttle.attempt(&format!("user{guess}"), address(7), at(0));
        }
        assert!(throttle.is_exhausted("other", address(7), at(0)));
    }

    #[test]
    fn a_right_password_takes_its_own_attempts_back() {
        let throttle = Throttle::default();
        for _ in 0..1_000 {
            throttle.attempt("ada", address(1), at(0));
            throttle.right("ada", address(1));
        }
        assert!(!throttle.is_exhausted("ada", address(1), at(0)));
    }
}
