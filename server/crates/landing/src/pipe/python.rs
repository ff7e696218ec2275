//! Text that Python prints of a dict or list, as scripts write it into CSV cells, brought to JSON.

use serde_json::{Map, Value};

/// Levels of nesting that are read; text beyond that is no export's.
const DEEPEST: usize = 32;

/// The JSON of a Python dict or list; `None` if the text is neither.
pub(super) fn as_json(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.skip_blanks();
    reader.rest.is_empty().then(|| value.to_string())
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, mark: &str) -> bool {
        self.skip_blanks();
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        self.skip_blanks();
        match self.rest.as_bytes().first()? {
            b'{' => self.dict(depth),
            b'[' => self.list("[", "]", depth),
            b'(' => self.list("(", ")", depth),
            b'\'' | b'"' => self.string().map(Value::String),
            _ => self.word(),
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Value> {
        let mut members = Map::new();
        self.takes("{");
        while !self.takes("}") {
            let name = match self.value(depth + 1)? {
                Value::String(name) => name,
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            if !self.takes(":") {
                return None;
            }
            let value = self.value(depth + 1)?;
            members.insert(name, value);
            if !self.takes(",") && !self.rest.starts_with('}') {
                return None;
            }
        }
        Some(Value::Object(members))
    }

    fn list(&mut self, open: &str, close: &str, depth: usize) -> Option<Value> {
        let mut elements = Vec::new();
        self.takes(open);
        while !self.takes(close) {
            elements.push(self.value(depth + 1)?);
            if !self.takes(",") && !self.rest.starts_with(close) {
                return None;
            }
        }
        Some(Value::Array(elements))
    }

    fn string(&mut self) -> Option<String> {
        let mut chars = self.rest.char_indices();
        let (_, quote) = chars.next()?;
        let mut text = String::new();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.rest = &self.rest[at + c.len_utf8()..];
                return Some(text);
            }
            if c != '\\' {
                text.push(c);
                continue;
            }
            let (_, escaped) = chars.next()?;
            let mut code = |digits: usize| -> Option<char> {
                let hex: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
                char::from_u32(u32::from_str_radix(&hex, 16).ok()?)
            };
            text.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'x' => code(2)?,
                'u' => code(4)?,
                'U' => code(8)?,
                other => other,
            });
        }
        None
    }

    fn word(&mut self) -> Option<Value> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word {
            "None" | "null" | "nan" | "NaN" => Some(Value::Null),
            "True" | "true" => Some(Value::Bool(true)),
            "False" | "false" => Some(Value::Bool(false)),
            number => serde_json::from_str(number).ok().filter(Value::is_number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dicts_and_lists_become_json() {
        let json = |text: &str| as_json(text);
        assert_eq!(
            json("{'channel': 'email', 'source': {'rel': None, 'ok': True}, 'n': [1, -2.5, ()]}")
                .as_deref(),
            Some(r#"{"channel":"email","n":[1,-2.5,[]],"source":{"ok":true,"rel":null}}"#)
        );
        assert_eq!(
            json(r#"["it's", 'a \'b\' \u00e9']"#).as_deref(),
            Some(r#"["it's","a 'b' é"]"#)
        );
        assert_eq!(json("{}").as_deref(), Some("{}"));
        for other in [
            "email",
            "{'a'}",
            "{'a': }",
            "[1",
            "{'a': 1} x",
            "[AB] Ltd",
            "{'a': open}",
        ] {
            assert_eq!(json(other), None, "{other}");
        }
        assert_eq!(json(&"[".repeat(100_000)), None);
    }

    proptest! {
        #[test]
        fn nothing_written_makes_it_panic(text in "[\\[{('\"\\\\xuU0a:, \\])}é]{0,40}") {
            let _ = as_json(&text);
        }
    }
}
