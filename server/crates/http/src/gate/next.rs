//! next: where to go after signing in, which is never another site.

/// Longest address that is returned to, in bytes.
const MOST: usize = 2_000;

/// The address to go to, if it is one of this server's pages; else the first page.
pub(crate) fn safe(next: &str) -> &str {
    let own = next.starts_with('/')
        // `//host` and `/\host` name another host.
        && !next[1..].starts_with(['/', '\\'])
        && !next.contains('\\')
        && next.len() <= MOST
        && next.bytes().all(|byte| byte.is_ascii_graphic());
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let returns = [super::SIGN_IN, super::SIGN_OUT].contains(&path);
    if own && !returns { next } else { "/" }
}

/// The address of the sign-in page that returns to `here`.
pub(crate) fn sign_in_from(here: &str) -> String {
    match safe(here) {
        "/" => super::SIGN_IN.to_owned(),
        here => {
            let next: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
            format!("{}?next={next}", super::SIGN_IN)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{safe, sign_in_from};

    #[test]
    fn only_addresses_of_this_server_are_gone_to() {
        for own in [
            "/",
            "/churn?range=90d&plan=Pro%2CTeam",
            "/a//b",
            "/?x=http://evil.example",
        ] {
            assert_eq!(safe(own), own);
        }
        for other in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "churn",
            "/\t/evil.example",
            "/a\r\nset-cookie: a=b",
            "/é",
            "/login?next=/login",
            "/logout",
            "/a\\b",
        ] {
            assert_eq!(safe(other), "/", "{other:?}");
        }
    }

    #[test]
    fn a_view_is_returned_to() {
        assert_eq!(
            sign_in_from("/churn?plan=Pro,Team&range=90d"),
            "/login?next=%2Fchurn%3Fplan%3DPro%2CTeam%26range%3D90d"
        );
        assert_eq!(sign_in_from("//evil.example"), "/login");
    }
}
