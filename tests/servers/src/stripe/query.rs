//! Query strings as Stripe reads them: `created[gte]=1`, `expand[]=a`, `expand[0]=a`; what is not known is refused.
use axum::extract::{Query, RawQuery};
use axum::http::Uri;

use super::error::StripeError;

/// Parameters in their order; a name is what stands before the first bracket, a key what stands in it.
#[derive(Debug, Default)]
pub(super) struct Params(Vec<Param>);

#[derive(Debug)]
struct Param {
    name: String,
    key: Option<String>,
    value: String,
}

/// Where a page starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cursor {
    Start,
    After(String),
    Before(String),
}

impl Params {
    /// Reads a query string, and refuses names that are not `known` (or about expansion).
    pub(super) fn read(RawQuery(query): RawQuery, known: &[&str]) -> Result<Self, StripeError> {
        let unreadable = || StripeError::invalid("query", "Invalid query string");
        let uri = format!("/?{}", query.unwrap_or_default()).parse::<Uri>();
        let uri = uri.map_err(|_| unreadable())?;
        let Query(pairs) =
            Query::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|_| unreadable())?;
        let params: Vec<Param> = pairs.into_iter().map(Param::from).collect();
        for param in &params {
            if param.name != "expand" && !known.contains(&param.name.as_str()) {
                let message = format!("Received unknown parameter: {}", param.name);
                return Err(StripeError::invalid(&param.name, message).code("parameter_unknown"));
            }
        }
        Ok(Self(params))
    }

    /// A plain parameter; the last one counts.
    pub(super) fn one(&self, name: &str) -> Result<Option<&str>, StripeError> {
        match self.0.iter().rfind(|param| param.name == name) {
            None => Ok(None),
            Some(Param { key: Some(_), .. }) => Err(StripeError::invalid(
                name,
                format!("Invalid string for {name}"),
            )),
            Some(Param { value, .. }) => Ok(Some(value)),
        }
    }

    /// A list, written `name[]=` or `name[0]=`.
    pub(super) fn many(&self, name: &str) -> Result<Vec<&str>, StripeError> {
        let mut values = Vec::new();
        for param in self.0.iter().filter(|param| param.name == name) {
            let index = param.key.as_deref();
            if index.is_some_and(|key| key.bytes().all(|byte| byte.is_ascii_digit())) {
                values.push(param.value.as_str());
            } else {
                return Err(StripeError::invalid(
                    name,
                    format!("Invalid array for {name}"),
                ));
            }
        }
        Ok(values)
    }

    /// A condition on a time: all bounds must hold.
    pub(super) fn range(&self, name: &str) -> Result<Range, StripeError> {
        let mut range = Range {
            from: i64::MIN,
            to: i64::MAX,
        };
        for param in self.0.iter().filter(|param| param.name == name) {
            let bound = integer(name, &param.value)?;
            let (from, to) = match param.key.as_deref() {
                None => (bound, bound),
                Some("gte") => (bound, i64::MAX),
                Some("gt") => (bound.saturating_add(1), i64::MAX),
                Some("lte") => (i64::MIN, bound),
                Some("lt") => (i64::MIN, bound.saturating_sub(1)),
                Some(key) => {
                    let message = format!("Received unknown parameter: {name}[{key}]");
                    return Err(StripeError::invalid(name, message).code("parameter_unknown"));
                }
            };
            range.from = range.from.max(from);
            range.to = range.to.min(to);
        }
        Ok(range)
    }

    /// How many records a page has: 1 to 100, 10 if not said.
    pub(super) fn limit(&self) -> Result<usize, StripeError> {
        let Some(limit) = self.one("limit")? else {
            return Ok(10);
        };
        let limit = integer("limit", limit)?;
        let bound = if limit < 1 {
            "greater than or equal to 1"
        } else if limit > 100 {
            "less than or equal to 100"
        } else {
            return Ok(limit as usize);
        };
        let message = format!("This value must be {bound} (it currently is '{limit}').");
        Err(StripeError::invalid("limit", message).code("parameter_invalid_integer"))
    }

    /// Where the page starts.
    pub(super) fn cursor(&self) -> Result<Cursor, StripeError> {
        match (self.one("starting_after")?, self.one("ending_before")?) {
            (None, None) => Ok(Cursor::Start),
            (Some(id), None) => Ok(Cursor::After(id.to_owned())),
            (None, Some(id)) => Ok(Cursor::Before(id.to_owned())),
            (Some(_), Some(_)) => Err(StripeError::invalid(
                "starting_after",
                "You can only specify one of these parameters: ending_before, starting_after.",
            )),
        }
    }
}

/// A range of seconds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl From<(String, String)> for Param {
    fn from((name, value): (String, String)) -> Self {
        let inner = name.strip_suffix(']').and_then(|rest| rest.split_once('['));
        match inner {
            Some((name, key)) => Self {
                name: name.to_owned(),
                key: Some(key.to_owned()),
                value,
            },
            None => Self {
                name,
                key: None,
                value,
            },
        }
    }
}

fn integer(name: &str, text: &str) -> Result<i64, StripeError> {
    text.parse().map_err(|_| {
        StripeError::invalid(name, format!("Invalid integer: {text}"))
            .code("parameter_invalid_integer")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Params {
        let known = [
            "limit",
            "starting_after",
            "ending_before",
            "created",
            "types",
        ];
        Params::read(RawQuery(Some(query.to_owned())), &known).expect("known parameters")
    }

    #[test]
    fn brackets_are_read_in_every_spelling() {
        let params = read("expand[]=a&expand%5B1%5D=b&types[0]=x&created[gte]=5&created[lt]=9");
        assert_eq!(params.many("expand").expect("a list"), ["a", "b"]);
        assert_eq!(params.many("types").expect("a list"), ["x"]);
        let range = params.range("created").expect("a range");
        assert_eq!((range.from, range.to), (5, 8));
        assert!(
            params.one("created").is_err(),
            "a range is not a plain value"
        );
        assert_eq!(
            read("created=7").range("created").expect("a range"),
            Range { from: 7, to: 7 }
        );
    }

    #[test]
    fn limits_have_bounds() {
        assert_eq!(read("").limit().expect("a limit"), 10);
        assert_eq!(read("limit=100").limit().expect("a limit"), 100);
        for bad in ["limit=0", "limit=101", "limit=x", "limit[]=1"] {
            assert!(read(bad).limit().is_err(), "{bad}");
        }
        assert!(read("starting_after=a&ending_before=b").cursor().is_err());
        assert!(Params::read(RawQuery(Some("page=2".to_owned())), &["limit"]).is_err());
    }
}
