//! The URL query of a view: read forgivingly, written canonically.
//!
//! Give [`parse`] the raw query: a comma inside a value is `%2C`, and decoding before splitting
//! would lose it.

use super::{CohortShow, Compare, Filter, Grain, Preset, Range, View};
use crate::api::is_snapshot_id;
use crate::charts::{ChartId, headlines_and_rates};
use crate::date::parse_iso;
use crate::dimension::Dimension;

/// Longest query that is read, in bytes.
pub const MAX_QUERY_BYTES: usize = 65_536;

/// Longest piece of a query repeated in a notice, in characters.
const MAX_SHOWN: usize = 60;

/// A part of a URL that was ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// Parameter name, shortened.
    pub name: String,
    /// Its value, shortened.
    pub value: String,
    /// Why, as the end of a sentence.
    pub reason: &'static str,
}

impl Ignored {
    /// Notes an ignored part, cutting what is too long to show.
    pub fn new(name: &str, value: &str, reason: &'static str) -> Ignored {
        Ignored {
            name: shown(name),
            value: shown(value),
            reason,
        }
    }
}

/// Text fit for a notice: short, and without characters that are invisible or turn the reading
/// direction.
fn shown(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let mut out: String = text
        .chars()
        .map(|c| if hidden(c) { '\u{fffd}' } else { c })
        .take(MAX_SHOWN)
        .collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        out.push('…');
    }
    out
}

/// Reads a raw query string, with or without `?`. What is unknown or broken is ignored and
/// reported.
pub fn parse(query: &str) -> (View, Vec<Ignored>) {
    let query = query.strip_prefix('?').unwrap_or(query);
    if query.len() > MAX_QUERY_BYTES {
        let ignored = Ignored::new("query", "", "it is too long");
        return (View::default(), vec![ignored]);
    }
    let mut reader = Reader::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        reader.read(name, value);
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    view: View,
    seen: Vec<String>,
    preset: Option<Preset>,
    from: Option<chrono::NaiveDate>,
    to: Option<chrono::NaiveDate>,
    grain: Option<Grain>,
    ignored: Vec<Ignored>,
}

/// More notices than anyone reads; the rest of a hostile query is dropped silently.
const MAX_NOTICES: usize = 20;

impl Reader {
    fn read(&mut self, raw_name: &str, raw: &str) {
        let Some(name) = decode(raw_name) else {
            return self.ignore(raw_name, raw, "its name is not readable text");
        };
        let Some(value) = decode(raw) else {
            return self.ignore(&name, raw, "it is not readable text");
        };
        if self.seen.contains(&name) {
            return self.ignore(&name, &value, "it is given twice");
        }
        if let Err(reason) = self.apply(&name, raw, &value) {
            return self.ignore(&name, &value, reason);
        }
        self.seen.push(name);
    }

    fn apply(&mut self, name: &str, raw: &str, value: &str) -> Result<(), &'static str> {
        const NO_DATE: &str = "it is not a date like 2026-01-31";
        match name {
            "range" => {
                self.preset = Some(
                    Preset::from_key(value)
                        .ok_or("the ranges are 30d, 90d, 12m, mtd, qtd, ytd and all")?,
                );
            }
            "from" => self.from = Some(parse_iso(value).ok_or(NO_DATE)?),
            "to" => self.to = Some(parse_iso(value).ok_or(NO_DATE)?),
            "grain" => {
                self.grain = Some(
                    Grain::from_key(value).ok_or("the grains are day, week, month and quarter")?,
                );
            }
            "compare" => {
                self.view.compare = Compare::from_key(value)
                    .ok_or("the comparisons are previous, year and none")?;
            }
            "by" => {
                let dimension = Dimension::from_key(value);
                self.view.by = Some(dimension.ok_or("there is no such dimension")?);
            }
            "explain" => {
                let metric = headlines_and_rates().find(|metric| metric.id == value);
                self.view.explain = Some(metric.ok_or("it is no headline metric")?);
            }
            "snapshot" => {
                if !is_snapshot_id(value) {
                    return Err("it is not a snapshot id");
                }
                self.view.snapshot = Some(value.to_owned());
            }
            "against" => {
                if !is_snapshot_id(value) {
                    return Err("it is not a snapshot id");
                }
                self.view.against = Some(value.to_owned());
            }
            "cohort" => {
                self.view.cohort = CohortShow::from_key(value)
                    .ok_or("the choices are customers_rate, customers, mrr_rate and mrr")?;
            }
            "chart" => {
                self.view.chart = Some(ChartId::from_key(value).ok_or("there is no such chart")?);
            }
            _ => {
                if let Some(read) = self.view.people.read(name, value) {
                    return read;
                }
                let dimension = Dimension::from_key(name).ok_or("there is no such setting")?;
                let filter = parse_filter(raw).ok_or("it names no value")?;
                self.view.filters.set(dimension, Some(filter));
            }
        }
        Ok(())
    }

    fn ignore(&mut self, name: &str, value: &str, reason: &'static str) {
        if self.ignored.len() < MAX_NOTICES {
            self.ignored.push(Ignored::new(name, value, reason));
        }
    }

    fn finish(mut self) -> (View, Vec<Ignored>) {
        let dates = Range::Dates {
            from: self.from,
            to: self.to,
        };
        match (self.from, self.to, self.preset) {
            (Some(from), Some(to), _) if from > to => {
                let value = format!("{from} – {to}");
                self.ignore("from, to", &value, "the first day is after the last");
                self.view.range = Range::Preset(self.preset.unwrap_or_default());
            }
            (None, None, preset) => self.view.range = Range::Preset(preset.unwrap_or_default()),
            (_, _, preset) => {
                if let Some(preset) = preset {
                    self.ignore("range", preset.key(), "from and to are given too");
                }
                self.view.range = dates;
            }
        }
        self.view.chosen_grain = self.grain;
        (self.view.canonical(), self.ignored)
    }
}

fn parse_filter(raw: &str) -> Option<Filter> {
    let (exclude, list) = match raw.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, raw),
    };
    let values: Vec<String> = list
        .split(',')
        .filter_map(decode)
        .filter(|value| !value.is_empty())
        .collect();
    (!values.is_empty()).then_some(Filter { exclude, values })
}

impl View {
    /// The query string of the view, without `?`; empty for the default view.
    pub fn to_query(&self) -> String {
        format(self)
    }
}

fn format(view: &View) -> String {
    let view = &view.clone().canonical();
    let mut parts: Vec<String> = Vec::new();
    match view.range {
        Range::Preset(preset) if preset == Preset::default() => {}
        Range::Preset(preset) => parts.push(format!("range={}", preset.key())),
        Range::Dates { from, to } => {
            parts.extend(from.map(|day| format!("from={day}")));
            parts.extend(to.map(|day| format!("to={day}")));
        }
    }
    parts.extend(view.chosen_grain.map(|g| format!("grain={}", g.key())));
    if view.compare != Compare::default() {
        parts.push(format!("compare={}", view.compare.key()));
    }
    for (dimension, filter) in view.filters.iter() {
        let values: Vec<String> = filter.values.iter().map(|value| encode(value)).collect();
        let mark = if filter.exclude { "!" } else { "" };
        parts.push(format!("{}={mark}{}", dimension.key(), values.join(",")));
    }
    parts.extend(view.by.map(|dimension| format!("by={}", dimension.key())));
    if view.cohort != CohortShow::default() {
        parts.push(format!("cohort={}", view.cohort.key()));
    }
    parts.extend(view.explain.map(|metric| format!("explain={}", metric.id)));
    parts.extend(view.chart.map(|chart| format!("chart={}", chart.key())));
    let people = view.people.parameters().into_iter();
    parts.extend(people.map(|(name, value)| format!("{name}={}", encode_list(&value))));
    parts.extend(view.against.iter().map(|id| format!("against={id}")));
    parts.extend(view.snapshot.iter().map(|id| format!("snapshot={id}")));
    parts.join("&")
}

/// Percent-encodes all but commas, which need it only where they separate values.
fn encode_list(text: &str) -> String {
    let parts: Vec<String> = text.split(',').map(encode).collect();
    parts.join(",")
}

/// Percent-encodes everything but unreserved characters.
fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(byte.into());
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)].into());
            out.push(HEX[usize::from(byte & 15)].into());
        }
    }
    out
}

/// Undoes percent-encoding, reading `+` as a space; `None` if that gives no UTF-8. A stray `%`
/// stands for itself.
fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let hex = |at: usize| {
        let digit = char::from(*bytes.get(at)?).to_digit(16)?;
        u8::try_from(digit).ok()
    };
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            (byte, ..) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
