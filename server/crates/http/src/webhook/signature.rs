//! signature: Stripe's signature header, `t=<seconds>,v1=<hex>,…`, an HMAC-SHA256 over the time, a point and the body.
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How far a signature's time may be from ours, in seconds, either way.
const TOLERANCE: u64 = 300;

/// Why a request is refused; for the log, not for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Missing,
    Malformed,
    Stale,
    Wrong,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "it has no Stripe-Signature header",
            Self::Malformed => "its Stripe-Signature header has no time or no v1 signature",
            Self::Stale => "it was signed more than five minutes ago or ahead: is the clock right?",
            Self::Wrong => "its signature matches none of the signing secrets in use",
        })
    }
}

/// A signature as its header states it, not yet compared with a body.
#[derive(Debug)]
pub(super) struct Signature<'a> {
    /// The text of the time, since that is what was signed.
    time: &'a str,
    seconds: i64,
    signatures: Vec<Vec<u8>>,
}

impl<'a> Signature<'a> {
    /// Parses the header, before any of the body is read. Schemes other than `v1` are ignored.
    pub(super) fn parse(header: Option<&'a str>) -> Result<Self, Refusal> {
        let header = header.ok_or(Refusal::Missing)?;
        let (mut time, mut signatures) = (None, Vec::new());
        for part in header.split(',') {
            match part.trim().split_once('=') {
                Some(("t", text)) if time.is_none() => time = Some(text),
                Some(("t", _)) => return Err(Refusal::Malformed),
                Some(("v1", text)) => signatures.extend(hex::decode(text).ok()),
                _ => {}
            }
        }
        let time = time.ok_or(Refusal::Malformed)?;
        let seconds: i64 = time.parse().map_err(|_| Refusal::Malformed)?;
        if signatures.is_empty() {
            return Err(Refusal::Malformed);
        }
        Ok(Self {
            time,
            seconds,
            signatures,
        })
    }

    /// Compares with the body. Any of the `v1` signatures may match any of the secrets, for both
    /// are doubled while a secret is rolled.
    pub(super) fn verify(&self, body: &[u8], secrets: &[String], now: i64) -> Result<(), Refusal> {
        let matches = secrets
            .iter()
            .filter_map(|secret| signed(secret, self.time, body))
            .any(|mac| {
                // Compared in constant time by the library.
                self.signatures
                    .iter()
                    .any(|signature| mac.clone().verify_slice(signature).is_ok())
            });
        // The time is judged last: without the secret no client learns what our clock says.
        let fresh = self.seconds.abs_diff(now) <= TOLERANCE;
        match (matches, fresh) {
            (false, _) => Err(Refusal::Wrong),
            (true, false) => Err(Refusal::Stale),
            (true, true) => Ok(()),
        }
    }
}

fn signed(secret: &str, time: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    // An empty secret would let everyone sign.
    if secret.is_empty() {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;
    // Headers as `generateTestHeaderString` of the official client (19.1.0) makes them for this body.
    const BODY: &str = r#"{"id":"evt_1","object":"event","type":"customer.updated","created":1700000000,"data":{"object":{"id":"cus_1","object":"customer","name":"Zoë"}}}"#;
    const FIRST: &str = "d08592de671509c5d05bb646f304a14282b98a3388b9f9e8fb46759656729ff1";
    const SECOND: &str = "7027e53a4ed5896fd0d6c7ff07ead65a818d122d00d47836a4673fa0e015f162";

    fn verify(
        header: Option<&str>,
        body: &[u8],
        secrets: &[String],
        now: i64,
    ) -> Result<(), Refusal> {
        Signature::parse(header)?.verify(body, secrets, now)
    }

    fn check(header: &str, secrets: &[&str], now: i64) -> Result<(), Refusal> {
        let secrets: Vec<String> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
        verify(Some(header), BODY.as_bytes(), &secrets, now)
    }

    #[test]
    fn signatures_of_the_official_client_are_accepted() {
        let header = format!("t={NOW},v1={FIRST}");
        assert_eq!(check(&header, &["whsec_first"], NOW), Ok(()));
        assert_eq!(check(&header, &["whsec_second"], NOW), Err(Refusal::Wrong));
        let second = format!("t={NOW},v1={SECOND}");
        assert_eq!(check(&second, &["whsec_second"], NOW), Ok(()));
    }

    #[test]
    fn rolled_secrets_overlap_on_either_side() {
        let both = format!("t={NOW},v1={SECOND},v1={FIRST}");
        assert_eq!(check(&both, &["whsec_first"], NOW), Ok(()));
        let first = format!("t={NOW},v1={FIRST}");
        assert_eq!(check(&first, &["whsec_new", "whsec_first"], NOW), Ok(()));
        assert_eq!(check(&first, &[], NOW), Err(Refusal::Wrong));
        assert_eq!(check(&first, &[""], NOW), Err(Refusal::Wrong));
    }

    #[test]
    fn times_up_to_five_minutes_away_are_accepted() {
        let header = format!("t={NOW},v1={FIRST}");
        for (now, expected) in [
            (NOW + 300, Ok(())),
            (NOW - 300, Ok(())),
            (NOW + 301, Err(Refusal::Stale)),
            (NOW - 301, Err(Refusal::Stale)),
            (i64::MIN, Err(Refusal::Stale)),
        ] {
            assert_eq!(check(&header, &["whsec_first"], now), expected, "{now}");
        }
        // Another time with the same signature is a forgery, however fitting the time.
        let moved = format!("t={},v1={FIRST}", NOW + 1);
        assert_eq!(check(&moved, &["whsec_first"], NOW), Err(Refusal::Wrong));
    }

    #[test]
    fn a_header_with_too_little_or_too_much_is_refused() {
        let refused = [
            (String::new(), Refusal::Malformed),
            (format!("v1={FIRST}"), Refusal::Malformed),
            (format!("t={NOW}"), Refusal::Malformed),
            (format!("t=now,v1={FIRST}"), Refusal::Malformed),
            (format!("t={NOW},v0={FIRST}"), Refusal::Malformed),
            (format!("t={NOW},v1=xyz"), Refusal::Malformed),
            (format!("t={NOW},t={NOW},v1={FIRST}"), Refusal::Malformed),
            (format!("t={NOW},v1="), Refusal::Wrong),
            (format!("t={NOW},v1={}", &FIRST[..62]), Refusal::Wrong),
            (format!("t=0{NOW},v1={FIRST}"), Refusal::Wrong),
        ];
        for (header, expected) in refused {
            assert_eq!(
                check(&header, &["whsec_first"], NOW),
                Err(expected),
                "{header}"
            );
        }
        assert_eq!(
            verify(None, b"", &["whsec_first".to_owned()], NOW),
            Err(Refusal::Missing)
        );
    }
}
