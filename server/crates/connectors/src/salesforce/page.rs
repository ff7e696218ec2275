//! A page of a Bulk result: CSV whose rows are counted and which begins with a header, whether Salesforce repeats it or not.

use std::borrow::Cow;

/// A page that can be landed.
pub(crate) struct CsvPage<'a> {
    /// The page, header first.
    pub(crate) text: Cow<'a, [u8]>,
    /// Rows without the header.
    pub(crate) rows: u64,
    /// The id in its first row; empty if it has none.
    pub(crate) first: &'a [u8],
}

/// Makes a page whole: `fields` are those asked for, in their order, `Id` first.
pub(crate) fn whole<'a>(body: &'a [u8], fields: &[String]) -> CsvPage<'a> {
    let lines = count_rows(body);
    // No record has the word Id for an id, so it is the header.
    let is_header = |id: &[u8]| first_cell(body).eq_ignore_ascii_case(id);
    if is_header(b"\"Id\"") || is_header(b"Id") {
        // No field's name has a line end in it.
        let header = body.iter().position(|byte| *byte == b'\n');
        let data = header.map_or(&body[body.len()..], |end| &body[end + 1..]);
        return CsvPage {
            text: Cow::Borrowed(body),
            rows: lines - 1,
            first: first_cell(data),
        };
    }
    let mut text = format!("\"{}\"\n", fields.join("\",\"")).into_bytes();
    text.extend_from_slice(body);
    CsvPage {
        text: Cow::Owned(text),
        rows: lines,
        first: first_cell(body),
    }
}

/// The first cell of a text that begins with an id or a name.
fn first_cell(text: &[u8]) -> &[u8] {
    let end = text
        .iter()
        .position(|byte| matches!(byte, b',' | b'\n' | b'\r'));
    &text[..end.unwrap_or(text.len())]
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
            let first = page.first.strip_prefix(b"\"").unwrap_or(page.first);
            assert_eq!(first.starts_with(b"1"), rows > 0, "{body}");
            let expected = match header {
                true => body.to_owned(),
                false => format!("\"Id\",\"Name\"\n{body}"),
            };
            assert_eq!(page.text, expected.as_bytes());
        }
    }
}
