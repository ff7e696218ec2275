//! Writes the values of a record as one JSON object, nested as their paths say.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::value::RawValue;

use super::python;
use crate::record::Written;

/// A value on its way into a JSON object.
#[derive(Debug)]
pub(super) enum Leaf<'r> {
    Null,
    /// JSON as it stands.
    Raw(Cow<'r, str>),
    Text(&'r str),
    List(Vec<&'r str>),
}

/// A value of a record; `nested` takes text that is a JSON object or list for what it says.
pub(super) fn leaf<'r>(value: Option<Written<'r>>, nested: bool) -> Leaf<'r> {
    match value {
        None => Leaf::Null,
        Some(Written::Json(raw)) if nested && raw.starts_with('"') => match unpacked(raw) {
            Some(inside) => Leaf::Raw(Cow::Owned(inside)),
            None => Leaf::Raw(Cow::Borrowed(raw)),
        },
        Some(Written::Json(raw)) => Leaf::Raw(Cow::Borrowed(raw)),
        Some(Written::Text(text)) if nested && is_nested(text) => Leaf::Raw(Cow::Borrowed(text)),
        Some(Written::Text(text)) if nested => match python::as_json(text) {
            Some(json) => Leaf::Raw(Cow::Owned(json)),
            None => Leaf::Text(text),
        },
        Some(Written::Text(text)) => Leaf::Text(text),
    }
}

/// The JSON object or list that a JSON string holds.
pub(super) fn unpacked(raw: &str) -> Option<String> {
    let text: String = serde_json::from_str(raw).ok()?;
    if is_nested(&text) {
        return Some(text);
    }
    python::as_json(&text)
}

/// Whether a text is a JSON object or list.
pub(super) fn is_nested(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<&RawValue>(text).is_ok()
}

/// Writes the object that `leaves` make: sorted by path, no path the beginning of another. An object
/// all of whose values are null is null.
pub(super) fn object(out: &mut String, leaves: &[(&[String], Leaf<'_>)], depth: usize) {
    let mut start = 0;
    out.push('{');
    while let Some((path, _)) = leaves.get(start) {
        let name = &path[depth];
        let same = leaves[start..]
            .iter()
            .take_while(|(path, _)| path[depth] == *name);
        let end = start + same.count();
        if start > 0 {
            out.push(',');
        }
        string(out, name);
        out.push(':');
        match &leaves[start..end] {
            [(path, value)] if path.len() == depth + 1 => leaf_text(out, value),
            part if part.iter().all(|(_, value)| matches!(value, Leaf::Null)) => {
                out.push_str("null");
            }
            part => object(out, part, depth + 1),
        }
        start = end;
    }
    out.push('}');
}

fn leaf_text(out: &mut String, leaf: &Leaf<'_>) {
    match leaf {
        Leaf::Null => out.push_str("null"),
        Leaf::Raw(raw) => out.push_str(raw),
        Leaf::Text(text) => string(out, text),
        Leaf::List(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(element);
            }
            out.push(']');
        }
    }
}

/// Adds a member to an object that is already written; of equal names the last counts.
pub(super) fn member(object: &mut String, name: &str, value: &str) {
    object.pop();
    if object.len() > 1 {
        object.push(',');
    }
    string(object, name);
    object.push(':');
    object.push_str(value);
    object.push('}');
}

/// A JSON string.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let written = write!(out, "\\u{:04x}", u32::from(c));
                debug_assert!(written.is_ok(), "writing to a string does not fail");
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_object_of_nulls_is_null() {
        let path = |text: &str| text.split('.').map(str::to_owned).collect::<Vec<_>>();
        let (id, day, end, sum) = (path("id"), path("p.a.day"), path("p.end"), path("q"));
        let mut out = String::new();
        object(
            &mut out,
            &[
                (&id, Leaf::Text("a\"b")),
                (&day, Leaf::Null),
                (&end, Leaf::Null),
                (&sum, Leaf::List(vec!["1", "{}"])),
            ],
            0,
        );
        assert_eq!(out, r#"{"id":"a\"b","p":null,"q":[1,{}]}"#);
        let mut out = String::new();
        object(
            &mut out,
            &[(&day, Leaf::Raw("5".into())), (&end, Leaf::Null)],
            0,
        );
        assert_eq!(out, r#"{"p":{"a":{"day":5},"end":null}}"#);
        member(&mut out, "deleted", "true");
        assert_eq!(out, r#"{"p":{"a":{"day":5},"end":null},"deleted":true}"#);
    }

    #[test]
    fn text_that_is_json_is_nested_only_where_an_object_belongs() {
        let shown = |value, nested| format!("{:?}", leaf(Some(value), nested));
        assert_eq!(
            shown(Written::Json(r#""{\"a\":1}""#), true),
            r#"Raw("{\"a\":1}")"#
        );
        assert_eq!(shown(Written::Text("[1]"), true), r#"Raw("[1]")"#);
        assert_eq!(shown(Written::Text("[1]"), false), r#"Text("[1]")"#);
        assert_eq!(
            shown(Written::Text("[AB] Ltd"), true),
            r#"Text("[AB] Ltd")"#
        );
    }

    proptest! {
        #[test]
        fn any_text_survives(text in ".{0,40}") {
            let mut out = String::new();
            string(&mut out, &text);
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
