//! assets: the app's files, as the binary carries them, and the script hashes its page needs.
use sha2::{Digest, Sha256};

/// One file of the app.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// The plain bytes.
    pub bytes: &'static [u8],
    /// The same, brotli-encoded, if that was prepared.
    pub br: Option<&'static [u8]>,
    /// The same, gzip-encoded, if that was prepared.
    pub gz: Option<&'static [u8]>,
    /// Media type.
    pub content_type: &'static str,
    /// Whether the name holds a hash of the content, so that it may be cached for ever.
    pub fingerprinted: bool,
}

/// Where the app's files come from.
pub trait AppAssets: Send + Sync {
    /// The file at a path without leading slash; the page itself is `index.html`.
    fn get(&self, path: &str) -> Option<Asset>;
}

/// CSP sources (`'sha256-…'`) of the scripts written directly into a page, in their order.
///
/// The page is our own build product, not foreign input: scripts are found by their tags.
pub(crate) fn inline_script_sources(page: &str) -> Vec<String> {
    let mut sources = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, after)) = after.split_once('>') else {
            break;
        };
        let Some((body, after)) = after.split_once("</script") else {
            break;
        };
        rest = after;
        if !attributes.contains("src=") && !body.is_empty() {
            let digest = Sha256::digest(body.as_bytes());
            sources.push(format!("'sha256-{}'", base64(&digest)));
        }
    }
    sources
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0_u32, |group, byte| group << 8 | u32::from(*byte));
        let group = group << (8 * (3 - chunk.len()));
        for position in 0..4 {
            text.push(if position <= chunk.len() {
                let digit = group >> (18 - 6 * position) & 63;
                char::from(DIGITS[digit as usize])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_matches_the_vectors_of_rfc_4648() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn only_scripts_written_into_the_page_are_hashed() {
        let page =
            "<head><script src=\"/a.js\"></script><script type=\"module\">init()</script></head>";
        // As `printf 'init()' | openssl dgst -sha256 -binary | base64` gives it.
        let expected = "'sha256-w4ujnOpjBoH2vcasx+reJRUwYivG8Q3afx/XevGJod8='";
        assert_eq!(inline_script_sources(page), [expected]);
        assert_eq!(
            inline_script_sources("<script>a</script><script>b</script>").len(),
            2
        );
        assert!(inline_script_sources("<script").is_empty());
        assert!(inline_script_sources("<p>none</p>").is_empty());
    }
}
