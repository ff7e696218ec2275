//! The only CSV writer (RFC 4180). Text that a spreadsheet would run as a formula is neutralised.

/// First characters that make a spreadsheet read a cell as a formula, or skip to one. The
/// full-width forms are what some East Asian input methods write, and spreadsheets accept them.
const FORMULA_STARTS: [char; 12] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠',
];

/// Writes rows of typed cells; lines end in `\n`, quotes stand only where needed.
#[derive(Debug, Default)]
pub struct CsvWriter {
    out: String,
    row_started: bool,
}

impl CsvWriter {
    /// An empty file.
    pub fn new() -> CsvWriter {
        CsvWriter::default()
    }

    /// A text cell. One that starts like a formula gets a leading apostrophe.
    pub fn text(&mut self, text: &str) -> &mut CsvWriter {
        self.separate();
        let formula = text.starts_with(FORMULA_STARTS);
        let quoted = text.contains([',', '"', '\n', '\r']);
        if quoted {
            self.out.push('"');
        }
        if formula {
            self.out.push('\'');
        }
        if quoted {
            self.out.push_str(&text.replace('"', "\"\""));
            self.out.push('"');
        } else {
            self.out.push_str(text);
        }
        self
    }

    /// A whole number, as it is.
    pub fn int(&mut self, value: i64) -> &mut CsvWriter {
        self.raw(&value.to_string())
    }

    /// A decimal number, in the fewest digits that give it back exactly; empty if it is not finite.
    pub fn float(&mut self, value: f64) -> &mut CsvWriter {
        if value.is_finite() {
            self.raw(&value.to_string())
        } else {
            self.empty()
        }
    }

    /// `true` or `false`.
    pub fn bool(&mut self, value: bool) -> &mut CsvWriter {
        self.raw(if value { "true" } else { "false" })
    }

    /// A date as `YYYY-MM-DD`.
    pub fn date(&mut self, date: chrono::NaiveDate) -> &mut CsvWriter {
        self.raw(&date.to_string())
    }

    /// A missing value.
    pub fn empty(&mut self) -> &mut CsvWriter {
        self.raw("")
    }

    /// Ends the row.
    pub fn end_row(&mut self) -> &mut CsvWriter {
        self.out.push('\n');
        self.row_started = false;
        self
    }

    /// The file.
    pub fn finish(self) -> String {
        self.out
    }

    fn raw(&mut self, text: &str) -> &mut CsvWriter {
        self.separate();
        self.out.push_str(text);
        self
    }

    fn separate(&mut self) {
        if self.row_started {
            self.out.push(',');
        }
        self.row_started = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut csv = CsvWriter::new();
        csv.text(text);
        csv.finish()
    }

    #[test]
    fn text_is_quoted_only_where_needed() {
        assert_eq!(written("Pro"), "Pro");
        assert_eq!(written("a,b"), "\"a,b\"");
        assert_eq!(written("say \"hi\""), "\"say \"\"hi\"\"\"");
        assert_eq!(written("two\nlines"), "\"two\nlines\"");
        assert_eq!(written(" spaced "), " spaced ");
    }

    #[test]
    fn text_that_looks_like_a_formula_is_neutralised_and_numbers_are_not() {
        assert_eq!(written("=1+1"), "'=1+1");
        assert_eq!(written("+49 30"), "'+49 30");
        assert_eq!(written("-2"), "'-2");
        assert_eq!(written("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(written("\t=1"), "'\t=1");
        assert_eq!(written("\r=1"), "\"'\r=1\"");
        assert_eq!(written("\0=1"), "'\0=1");
        assert_eq!(written("\n=1"), "\"'\n=1\"");
        for wide in ["＝1+1", "＋49", "－2", "＠SUM(A1)"] {
            assert_eq!(written(wide), format!("'{wide}"));
        }
        // Further in they are ordinary characters.
        assert_eq!(written("a＝1"), "a＝1");
        assert_eq!(written("=\"a\",b"), "\"'=\"\"a\"\",b\"");
        let mut csv = CsvWriter::new();
        csv.int(-5)
            .float(-0.25)
            .float(f64::NAN)
            .bool(true)
            .end_row();
        assert_eq!(csv.finish(), "-5,-0.25,,true\n");
    }
}
