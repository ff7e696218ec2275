//! A page of a Bulk result: CSV whose rows are counted and which begins with a header, whether Salesforce repeats it or not.

use std::borrow::Cow;

/// A page that can be landed.
pub(crate) struct CsvPage<'a> {
    /// The page, header first.
    pub(crate) text: Cow<'a, [u8]>,
    /// Rows without the header.
    pub(crate) rows: u64,
}

/// Makes a page whole: `fields` are those asked for, in their order, `Id` first.
pub(crate) fn whole<'a>(body: &'a [u8], fields: &[String]) -> CsvPage<'a> {
    let lines = count_rows(body);
    // No record has the word Id for an id, so it is the header.
    let first = body
        .split(|byte| matches!(byte, b',' | b'\n' | b'\r'))
        .next();
    let first = first.unwrap_or_default();
    let has_header = [&b"\"Id\""[..], b"Id"]
        .iter()
        .any(|id| first.eq_ignore_ascii_case(id));
    if has_header {
        return CsvPage {
            text: Cow::Borrowed(body),
            rows: lines - 1,
        };
    }
    let mut text = format!("\"{}\"\n", fields.join("\",\"")).into_bytes();
    text.extend_from_slice(body);
    CsvPage {
        text: Cow::Owned(text),
        rows: lines,
    }
}

/// Rows of a CSV text; line ends within quotes belong to a value.
fn count_rows(text: &[u8]) -> u64 {
    let (mut rows, mut quoted, mut begun) = (0, false, false);
    for byte in text {
        match byte {
            b'"' => (quoted, begun) = (!quoted, true),
            b'\n' if !quoted => {
                rows += u64::from(begun);
                begun = false;
            }
            b'\r' if !quoted => {}
            _ => begun = true,
        }
    }
    rows + u64::from(begun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_and_a_missing_header_is_put_in() {
        let fields = ["Id".to_owned(), "Name".to_owned()];
        for (body, header, rows) in [
            (
                "\"Id\",\"Name\"\n\"1\",\"a\"\n\"2\",\"b\nc\"\"\n\"\n",
                true,
                2,
            ),
            ("Id,Name\r\n1,a\r\n2,b", true, 2),
            ("\"Id\",\"Name\"\n", true, 0),
            ("\"1\",\"a\"\n\"2\",\"\"\n", false, 2),
            ("", false, 0),
        ] {
            let page = whole(body.as_bytes(), &fields);
            assert_eq!(page.rows, rows, "{body}");
            let expected = match header {
                true => body.to_owned(),
                false => format!("\"Id\",\"Name\"\n{body}"),
            };
            assert_eq!(page.text, expected.as_bytes());
        }
    }
}
