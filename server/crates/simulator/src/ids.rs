//! Identifiers in each system's own form, unique by construction.

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECK: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// Hands out identifiers, each once.
pub(crate) struct Ids {
    seed: u64,
    stripe: u64,
    salesforce: u64,
    zendesk: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            stripe: 0,
            salesforce: 0,
            zendesk: 0,
        }
    }

    /// `cus_4fGh…`: a scrambled counter, so that identifiers do not sort by age.
    pub(crate) fn stripe(&mut self, prefix: &str) -> String {
        self.stripe += 1;
        let scrambled = scramble(self.stripe ^ self.seed.rotate_left(32));
        format!("{prefix}_1T{}", base62(scrambled, 12))
    }

    /// An 18-character record id: object prefix, counter, case checksum.
    pub(crate) fn salesforce(&mut self, prefix: &str) -> String {
        self.salesforce += 1;
        let short = format!("{prefix}Qx0{}", base62(self.salesforce * 7_919, 9));
        let suffix = case_checksum(&short);
        short + &suffix
    }

    /// A number, ascending.
    pub(crate) fn zendesk(&mut self) -> u64 {
        self.zendesk += 1;
        41_000_000 + self.zendesk
    }
}

/// A bijection of 64-bit numbers (the finaliser of SplitMix64): distinct in, distinct out.
fn scramble(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

fn base62(mut value: u64, width: usize) -> String {
    let mut digits = vec!['0'; width];
    for digit in digits.iter_mut().rev() {
        *digit = char::from(BASE62[(value % 62) as usize]);
        value /= 62;
    }
    digits.into_iter().collect()
}

/// The three characters that make a 15-character id safe where case is lost: a bit per upper-case letter of each five.
pub(crate) fn case_checksum(short: &str) -> String {
    short
        .as_bytes()
        .chunks(5)
        .map(|chunk| {
            let bits = chunk.iter().enumerate().fold(0_usize, |bits, (at, byte)| {
                bits | (usize::from(byte.is_ascii_uppercase()) << at)
            });
            char::from(CHECK[bits])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let mut ids = Ids::new(3);
        let stripe: HashSet<String> = (0..5_000).map(|_| ids.stripe("in")).collect();
        assert_eq!(stripe.len(), 5_000);
        let salesforce: HashSet<String> = (0..5_000).map(|_| ids.salesforce("001")).collect();
        assert_eq!(salesforce.len(), 5_000);
        assert!(salesforce.iter().all(|id| id.len() == 18));
    }

    #[test]
    fn checksum_marks_upper_case() {
        // Bits of "aBcDe": positions 1 and 3, so 2 + 8 = 10 -> 'K'.
        assert_eq!(case_checksum("aBcDe00000abcdE"), "KAQ");
    }
}
