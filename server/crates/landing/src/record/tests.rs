//! Records and their values.

use super::*;

#[test]
fn a_currency_is_a_code_or_costs_the_record() {
    let currency = |text: &str| {
        let text = format!("{{\"currency\": {text}}}");
        let read = record(&text).currency("currency");
        read.map(|code| code.map(Cow::into_owned))
    };
    assert_eq!(currency("\"EUR\""), Ok(Some("eur".to_owned())));
    assert_eq!(currency("null"), Ok(None));
    let reason = currency("\"someone@person.example\"").unwrap_err().text;
    assert_eq!(
        reason,
        "currency is no code of a currency: \"xxxxxxx@xxxxxx.xxxxxxx\""
    );
}

#[test]
fn a_reason_shows_the_shape_of_a_value_and_no_person() {
    for (text, expected) in [
        ("31.02.2026", "31.02.2026"),
        ("49,90", "49,90"),
        ("past_due", "past_due"),
        ("First.Last@person.example", "xxxxx.xxxx@xxxxxx.xxxxxxx"),
        ("+44 20 7946 0958", "+99 99 9999 9999"),
        ("2026-13-01T10:00:00Z", "9999-99-99x99:99:99x"),
    ] {
        assert_eq!(shown(text), format!("\"{expected}\""));
    }
}

fn record(text: &str) -> Record<'_> {
    Record::json(text).unwrap()
}

#[test]
fn numbers_keep_their_written_digits() {
    let r = record(r#"{"a": 25.005, "b": "1.0837", "c": 12.5, "d": 1e2, "e": "abc"}"#);
    assert_eq!(r.micros("a"), Ok(Some(25_005_000)));
    assert_eq!(r.fraction("b"), Ok(Some((10837, 10000))));
    assert_eq!(
        r.int("c").unwrap_err().text,
        "c is no whole number: \"12.5\""
    );
    assert_eq!(r.int("d"), Ok(Some(100)));
    assert!(
        r.micros("e")
            .unwrap_err()
            .text
            .starts_with("e is no number")
    );
    assert_eq!(r.int("absent"), Ok(None));
}

#[test]
fn names_match_exactly_first_then_without_case() {
    let r = record(r#"{"ID": "x", "id": "y", "IsDeleted": true}"#);
    assert_eq!(r.key("id").unwrap(), "y");
    assert!(r.flag("isdeleted").unwrap());
    assert_eq!(record("{}").key("id").unwrap_err().text, "id is missing");
}

#[test]
fn nested_values_and_lists() {
    let r = record(
        r#"{"c": {"id": "cus"}, "d": "cus2", "l": {"data": [1, 2], "has_more": true}, "m": {}, "n": [3]}"#,
    );
    assert_eq!(r.reference("c").unwrap().unwrap(), "cus");
    assert_eq!(r.reference("d").unwrap().unwrap(), "cus2");
    let incomplete = |name| r.extent(name).unwrap().incomplete;
    assert_eq!((r.list("l").unwrap().len(), incomplete("l")), (2, true));
    assert_eq!((r.list("m").unwrap().len(), incomplete("m")), (0, true));
    assert_eq!((incomplete("n"), incomplete("absent")), (false, true));
    assert_eq!(r.list("n").unwrap().len(), 1);
    assert!(r.list("d").is_err());
    assert!(r.text("c").is_err());
}

#[test]
fn escapes_nul_and_broken_text() {
    let r = record(r#"{"a": "x\u00e9\"", "b": "x\u0000y", "c": "  ", "d": "\ud800"}"#);
    assert_eq!(r.text("a").unwrap().unwrap(), "xé\"");
    assert!(r.text("b").unwrap_err().text.contains("NUL"));
    assert_eq!(r.text("c"), Ok(None));
    assert!(r.text("d").is_err());
    assert!(
        Record::json("{\"a\":")
            .unwrap_err()
            .text
            .starts_with("broken JSON")
    );
    assert_eq!(Record::json("[1]").unwrap_err().text, "not a JSON object");
}

#[test]
fn points_in_time() {
    let r = record(
        r#"{"a": 1758095175, "b": "2025-09-17T07:46:15Z", "c": "2026-02-30", "d": 1758095175000, "e": -5}"#,
    );
    assert_eq!(r.instant("a"), r.instant("b"));
    assert!(r.instant("c").is_err());
    assert_eq!(r.instant("d"), r.instant("a"), "milliseconds");
    assert_eq!(r.instant("e"), Ok(Some(Instant(-5_000_000))));
    assert!(r.date("c").is_err());
}
