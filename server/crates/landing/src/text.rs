//! Comparable forms of names, domains and ids, by which records of different systems are matched.

/// A company name without case, punctuation and trailing legal suffixes; `None` if nothing is left.
pub(crate) fn name_key(name: &str, legal_suffixes: &[String]) -> Option<String> {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_alphanumeric() {
            plain.extend(letter.to_lowercase());
        } else if letter.is_whitespace() {
            plain.push(' ');
        }
    }
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    while words
        .last()
        .is_some_and(|last| legal_suffixes.iter().any(|suffix| suffix == last))
    {
        words.pop();
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// The lower-case part of an e-mail address after the last `@`.
pub(crate) fn email_domain(email: &str) -> Option<String> {
    let (_, domain) = email.trim().rsplit_once('@')?;
    domain_name(domain)
}

/// An e-mail address made comparable: without surrounding blanks and in lower case. `None` if it cannot be one.
pub(crate) fn email_key(email: &str) -> Option<String> {
    let email = email.trim();
    let (user, domain) = email.rsplit_once('@')?;
    let possible = !user.is_empty() && !domain.is_empty() && !email.contains(char::is_whitespace);
    possible.then(|| email.to_lowercase())
}

/// The host of a web address, lower-case, without scheme, user, `www.`, port and path.
pub(crate) fn website_domain(website: &str) -> Option<String> {
    let address = website.trim();
    let address = match address.find("://") {
        Some(at) => &address[at + 3..],
        None => address.trim_start_matches('/'),
    };
    let host = address.split(['/', '?', '#', '\\']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split(':').next()?;
    domain_name(host)
}

/// A domain lower-cased, without `www.` and a closing dot; `None` if it cannot be one.
pub(crate) fn domain_name(domain: &str) -> Option<String> {
    let domain = domain.trim().trim_end_matches('.').to_lowercase();
    let domain = domain.strip_prefix("www.").unwrap_or(&domain);
    let possible = !domain.is_empty() && !domain.contains(|c: char| c.is_whitespace() || c == '@');
    possible.then(|| domain.to_owned())
}

/// A Salesforce id in its 18-character form; anything that is no 15-character id is left as it is.
pub(crate) fn salesforce_id(id: &str) -> String {
    let id = id.trim();
    if id.len() != 15 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return id.to_owned();
    }
    let mut long = String::with_capacity(18);
    long.push_str(id);
    // One letter per five characters says which of them are capitals, the first being bit 0.
    for group in id.as_bytes().chunks(5) {
        let capitals = group.iter().enumerate().fold(0usize, |bits, (at, byte)| {
            bits | (usize::from(byte.is_ascii_uppercase()) << at)
        });
        long.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals]));
    }
    long
}

/// A reference to an account kept in another system: brought to 18 characters if it looks like
/// the id of a Salesforce account, which always starts with `001`.
pub(crate) fn account_reference(id: &str) -> String {
    let id = id.trim();
    if id.starts_with("001") {
        salesforce_id(id)
    } else {
        id.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(name: &str) -> Option<String> {
        name_key(name, &["inc", "gmbh", "co", "kg", "sa"].map(String::from))
    }

    #[test]
    fn names_lose_case_punctuation_and_suffixes() {
        assert_eq!(
            key("AMBER  HARBOR  0, Inc.").as_deref(),
            Some("amber harbor 0")
        );
        assert_eq!(key("Müller GmbH & Co. KG").as_deref(), Some("müller"));
        assert_eq!(key("Société S.A.").as_deref(), Some("société"));
        assert_eq!(key("Inc & Sons").as_deref(), Some("inc sons"));
        assert_eq!(key(" -.- "), None);
    }

    #[test]
    fn domains() {
        assert_eq!(
            website_domain("https://WWW.Amber.example:443/a?b").as_deref(),
            Some("amber.example")
        );
        assert_eq!(
            website_domain("amber.example").as_deref(),
            Some("amber.example")
        );
        assert_eq!(
            website_domain("http://u:p@amber.example").as_deref(),
            Some("amber.example")
        );
        assert_eq!(website_domain("not a site"), None);
        assert_eq!(email_domain("A@B.Example ").as_deref(), Some("b.example"));
        assert_eq!(email_domain("nobody"), None);
        assert_eq!(email_key(" A@B.Example ").as_deref(), Some("a@b.example"));
        for no_address in ["n/a", "@b.example", "a@", "a b@c.example", ""] {
            assert_eq!(email_key(no_address), None, "{no_address}");
        }
    }

    #[test]
    fn salesforce_ids_get_their_checksum() {
        assert_eq!(salesforce_id("001gswH00000090"), "001gswH00000090ACA");
        assert_eq!(salesforce_id("001LswH00000087"), "001LswH00000087ICA");
        assert_eq!(salesforce_id("001gswH00000090ACA"), "001gswH00000090ACA");
        assert_eq!(salesforce_id("short"), "short");
        assert_eq!(account_reference("ACCOUNT12345678"), "ACCOUNT12345678");
    }

    proptest! {
        #[test]
        fn name_keys_are_stable(name in "\\PC{0,40}") {
            if let Some(once) = key(&name) {
                prop_assert_eq!(key(&once), Some(once));
            }
        }

        #[test]
        fn long_ids_are_fixed_points(id in "[0-9A-Za-z]{15}") {
            let long = salesforce_id(&id);
            prop_assert_eq!(long.len(), 18);
            prop_assert_eq!(salesforce_id(&long), long);
        }

        #[test]
        fn no_address_makes_it_panic(text in "\\PC{0,40}") {
            let _ = (website_domain(&text), email_domain(&text), salesforce_id(&text));
        }
    }
}
