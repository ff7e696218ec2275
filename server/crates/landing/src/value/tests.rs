//! Written values and their readings.

use super::*;
use proptest::prelude::*;

fn value(text: &str, scale: u32) -> Option<(i64, bool)> {
    scaled(text, scale).map(|scaled| (scaled.value, scaled.exact))
}

#[test]
fn decimals_are_exact() {
    assert_eq!(value("25.005", 6), Some((25_005_000, true)));
    assert_eq!(value("-0.5", 2), Some((-50, true)));
    assert_eq!(value("1e3", 0), Some((1000, true)));
    assert_eq!(value("1900.0", 0), Some((1900, true)));
    assert_eq!(value("0.0000001", 6), Some((0, false)));
    assert_eq!(value("0.0049999999", 6), Some((4999, false)));
    assert_eq!(value("+7.", 0), Some((7, true)));
    for bad in [
        "",
        "-",
        ".",
        "1,5",
        "abc",
        "NaN",
        "1e",
        "0x1",
        "1 2",
        "99999999999999",
    ] {
        assert_eq!(scaled(bad, 6), None, "{bad}");
    }
}

#[test]
fn rates_are_fractions_of_powers_of_ten() {
    assert_eq!(fraction("1.0837"), Some((10837, 10000)));
    assert_eq!(fraction("1.50"), Some((15, 10)));
    assert_eq!(fraction("2"), Some((2, 1)));
    assert_eq!(fraction("6.5e-3"), Some((65, 10000)));
    assert_eq!(fraction("x"), None);
}

#[test]
fn instants_of_every_vendor() {
    let expected = Some(1_772_794_830_000_000);
    for text in [
        "2026-03-06T11:00:30Z",
        "2026-03-06T11:00:30.000+0000",
        "2026-03-06T12:00:30+01:00",
        "2026-03-06 11:00:30 UTC",
        "2026-03-06 11:00:30",
        "2026-03-06 03:00:30 PST",
        "2026-03-06 12:00:30 CET",
        "2026-03-06 20:30:30 ACST",
    ] {
        assert_eq!(instant(text), expected, "{text}");
    }
    assert_eq!(
        instant("2026-03-06T11:00:30.25Z"),
        Some(1_772_794_830_250_000)
    );
    assert_eq!(instant("1970-01-02"), Some(86_400_000_000));
    for bad in [
        "2026-02-30",
        "2026-03-06T25:00:00Z",
        "0000-01-01",
        "06/03/2026",
        "2026-03-06T11:00:30X",
        "2026-03-06Tünde",
    ] {
        assert_eq!(instant(bad), None, "{bad}");
    }
}

#[test]
fn dates_and_epochs() {
    assert_eq!(date("1970-01-02"), Some(1));
    assert_eq!(date("2026-01-24T23:03:04.000Z"), date("2026-01-24"));
    assert_eq!(date("2026-13-01"), None);
    assert_eq!(epoch("soon"), None);
}

#[test]
fn epochs_are_told_apart_by_magnitude() {
    let expected = Some(1_758_095_175_000_000);
    for text in [
        "1758095175",
        "1758095175.0",
        "1758095175000",
        "1758095175000000",
        "1758095175000000000",
        "1.758095175E12",
    ] {
        assert_eq!(epoch(text), expected, "{text}");
    }
    assert_eq!(epoch("-5"), Some(-5_000_000));
    assert_eq!(epoch("20260115"), instant("2026-01-15"));
    assert_eq!(epoch("99999999999999999999999"), None);
}

#[test]
fn dates_in_other_forms() {
    let day = instant("2025-12-31");
    assert_eq!(point_date("31.12.2025"), day);
    assert_eq!(
        point_date("31.12.2025 01:30"),
        day.map(|day| day + 5_400_000_000)
    );
    assert_eq!(point_date("12.31.2025"), None);
    assert_eq!(point_date("1.2.25"), None);
    assert_eq!(formatted("12/31/2025", "%m/%d/%Y"), day);
    let ten = day.map(|day| day + 36_000_000_000);
    for text in [
        "12/31/2025 10:00",
        "12/31/2025, 10:00 AM",
        "12/31/2025T10:00:00Z",
    ] {
        assert_eq!(formatted(text, "%m/%d/%Y"), ten, "{text}");
    }
    assert_eq!(formatted("12/31/2025 or so", "%m/%d/%Y"), None);
    assert_eq!(formatted("12/31/2025", "%m/%d/%Y %H:%M"), day);
    assert_eq!(formatted("31/12/2025", "%m/%d/%Y"), None);
    assert_eq!(
        formatted("2025-12-31T00:00:00+0000", "%Y-%m-%dT%H:%M:%S%z"),
        day
    );
}

proptest! {
    #[test]
    fn decimal_of_a_written_integer_is_that_integer(n in -1_000_000_000_000i64..1_000_000_000_000, scale in 0u32..6) {
        prop_assert_eq!(value(&n.to_string(), scale), Some((n * 10i64.pow(scale), true)));
    }

    #[test]
    fn micros_survive_writing(n in any::<i32>()) {
        let n = i64::from(n);
        let sign = if n < 0 { "-" } else { "" };
        let text = format!("{sign}{}.{:06}", n.abs() / 1_000_000, n.abs() % 1_000_000);
        prop_assert_eq!(value(&text, 6), Some((n, true)));
    }

    #[test]
    fn nothing_written_makes_it_panic(text in "\\PC{0,30}") {
        let _ = (scaled(&text, 6), fraction(&text), instant(&text), date(&text), epoch(&text), point_date(&text), formatted(&text, "%d/%m/%Y %H:%M"), boolean(&text));
    }
}
