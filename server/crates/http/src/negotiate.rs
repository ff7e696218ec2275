//! negotiate: chooses the encoding of a response from what the client accepts and what exists.
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;
use tidemark_snapshot::Encoding;

/// Preference among encodings the client likes equally: fewest bytes first.
const PREFERENCE: [Encoding; 3] = [Encoding::Brotli, Encoding::Gzip, Encoding::Identity];

/// Returns the encoding to answer in, or `None` if the client accepts none of those available.
///
/// Without an `Accept-Encoding` header the plain bytes are sent. Malformed parts are ignored.
pub(crate) fn choose(headers: &HeaderMap, available: &[Encoding]) -> Option<Encoding> {
    let accepted = Accepted::from_headers(headers);
    let mut best: Option<(Encoding, u16)> = None;
    for encoding in PREFERENCE {
        let weight = accepted.weight(encoding);
        let better = best.is_none_or(|(_, best)| weight > best);
        if available.contains(&encoding) && weight > 0 && better {
            best = Some((encoding, weight));
        }
    }
    best.map(|(encoding, _)| encoding)
}

/// Weights in thousandths; `None` where the header has none.
#[derive(Default)]
struct Accepted {
    brotli: Option<u16>,
    gzip: Option<u16>,
    identity: Option<u16>,
    any: Option<u16>,
}

impl Accepted {
    fn from_headers(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        for value in headers.get_all(ACCEPT_ENCODING) {
            for item in value.to_str().unwrap_or_default().split(',') {
                accepted.add(item);
            }
        }
        accepted
    }

    fn add(&mut self, item: &str) {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let Some(weight) = parts.find_map(weight_of).unwrap_or(Some(1000)) else {
            return;
        };
        let slot = match coding.to_ascii_lowercase().as_str() {
            "br" => &mut self.brotli,
            "gzip" | "x-gzip" => &mut self.gzip,
            "identity" => &mut self.identity,
            "*" => &mut self.any,
            _ => return,
        };
        *slot = Some(weight);
    }

    fn weight(&self, encoding: Encoding) -> u16 {
        match encoding {
            Encoding::Brotli => self.brotli.or(self.any).unwrap_or(0),
            Encoding::Gzip => self.gzip.or(self.any).unwrap_or(0),
            // Plain bytes are acceptable unless refused, and the last choice if others are named.
            Encoding::Identity => self.identity.or(self.any).unwrap_or(1),
        }
    }
}

/// Parses a `q=` parameter: outer `None` for another parameter, inner for a malformed number.
fn weight_of(parameter: &str) -> Option<Option<u16>> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let value: Option<f64> = value.trim().parse().ok();
    let in_range = value.filter(|weight| (0.0..=1.0).contains(weight));
    Some(in_range.map(|weight| (weight * 1000.0) as u16))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Encoding::{Brotli, Gzip, Identity};
    use axum::http::HeaderValue;

    fn check(header: Option<&str>, available: &[Encoding], expected: Option<Encoding>) {
        let mut headers = HeaderMap::new();
        if let Some(text) = header {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(text).unwrap());
        }
        assert_eq!(
            choose(&headers, available),
            expected,
            "{header:?} of {available:?}"
        );
    }

    #[test]
    fn the_best_available_encoding_is_chosen() {
        let all = &Encoding::ALL;
        check(None, all, Some(Identity));
        check(Some(""), all, Some(Identity));
        check(Some("gzip, deflate, br, zstd"), all, Some(Brotli));
        check(Some("gzip"), all, Some(Gzip));
        check(Some("GZIP"), all, Some(Gzip));
        check(Some("x-gzip"), all, Some(Gzip));
        check(Some("br;q=0.5, gzip;q=0.8"), all, Some(Gzip));
        check(Some("br ; q=0.8 , gzip;q=0.8"), all, Some(Brotli));
        check(Some("br;q=0, gzip;q=0"), all, Some(Identity));
        check(Some("br;q=0.001"), all, Some(Brotli));
        check(Some("identity, br;q=0.5"), all, Some(Identity));
        check(Some("*"), all, Some(Brotli));
        check(Some("*;q=0, gzip"), all, Some(Gzip));
        check(Some("br;q=0, *"), all, Some(Gzip));
        check(Some("deflate"), all, Some(Identity));
        check(Some("br"), &[Identity], Some(Identity));
        check(Some("br, identity;q=0"), &[Identity], None);
        check(Some("*;q=0"), all, None);
        check(Some("identity;q=0"), &[Identity], None);
        check(Some("br;q=2, gzip;q=abc, ;;=,"), all, Some(Identity));
        check(Some("br;q=NaN"), all, Some(Identity));
    }
}
