//! The digest says what the page says, in every form.

use std::io::Cursor;

use tidemark_shared::api::SourceEntry;
use tidemark_shared::date::{parse_iso, to_days};
use tidemark_shared::metrics::MRR;
use tidemark_shared::view;

use super::*;
use crate::incident::Kind;
use crate::testing;

/// A Tuesday.
const AS_OF: &str = "2026-11-24";

fn day(text: &str) -> NaiveDate {
    parse_iso(text).unwrap()
}

/// A company that gains customers and now and then loses one.
fn company() -> Arc<Marts> {
    let first = to_days(day(AS_OF)) - 299;
    let daily = testing::daily(day(AS_OF), 300, |date, column| {
        let at = i64::from(to_days(date) - first);
        let weekend = at % 7 >= 5;
        match column {
            "customers_new" if !weekend => 4 + at / 40 + at * 7 % 3,
            "mrr_new" if !weekend => (4 + at / 40 + at * 7 % 3) * 9_900,
            "customers_churned_voluntary" => i64::from(at % 3 == 0),
            "mrr_churn_voluntary" => -9_900 * i64::from(at % 3 == 0),
            "mrr_expansion" => 1_000 * (at % 5),
            _ => 0,
        }
    });
    Arc::new(Marts::new(daily))
}

fn manifest() -> Manifest {
    let mut manifest = testing::manifest(day(AS_OF));
    manifest.sources.push(SourceEntry {
        name: "zendesk".to_owned(),
        data_through: Some(day("2026-11-20")),
        rows: 10,
        status: SourceState::Stale,
        test_mode: false,
    });
    manifest.quality.status = Outcome::Warn;
    manifest.quality.warnings = 2;
    manifest
}

fn site() -> Url {
    "https://numbers.acme.example".parse().unwrap()
}

fn digest(cadence: Cadence) -> Digest {
    let open = Incident {
        kind: Kind::Failed,
        title: "The numbers are <late>".to_owned(),
        text: String::new(),
        facts: Vec::new(),
        page: "/health".to_owned(),
        since: "2026-11-25T07:00:00Z".parse().unwrap(),
    };
    Digest::new(&manifest(), &company(), cadence, &[open], Some(&site())).unwrap()
}

#[test]
fn a_week_is_the_last_whole_one_and_named_after_it() {
    for (as_of, from, to, period) in [
        ("2026-11-21", "2026-11-09", "2026-11-15", "2026-W46"),
        ("2026-11-22", "2026-11-16", "2026-11-22", "2026-W47"),
        ("2026-11-28", "2026-11-16", "2026-11-22", "2026-W47"),
        ("2027-01-03", "2026-12-28", "2027-01-03", "2026-W53"),
    ] {
        let days = Cadence::Weekly.days(day(as_of));
        assert_eq!((days.from, days.to), (day(from), day(to)), "{as_of}");
        assert_eq!(Cadence::Weekly.period(day(as_of)), period);
    }
    let days = Cadence::Daily.days(day(AS_OF));
    assert_eq!((days.from, days.days()), (day("2026-10-26"), 30));
    assert_eq!(Cadence::Daily.period(day(AS_OF)), AS_OF);
}

#[test]
fn its_numbers_are_those_of_the_page_it_links_to() {
    let digest = digest(Cadence::Weekly);
    let link: Url = digest.link.clone().unwrap().parse().unwrap();
    let (view, ignored) = view::parse(link.query().unwrap());
    assert!(ignored.is_empty());
    assert_eq!(view.snapshot.as_deref(), Some("0a1b2c3d4e5f"));
    let page = Evaluation::new(company(), &view);
    let formatter = Formatter::new("usd");
    for tile in &digest.tiles {
        let metric = tidemark_shared::metrics::find(tile.id).unwrap();
        let total = page.total(metric);
        assert_eq!(
            tile.value,
            formatter.short(metric.unit, total.value),
            "{}",
            tile.id
        );
        let change = total.change.map(|change| formatter.change(metric, &change));
        assert_eq!(tile.change, change.unwrap_or_default(), "{}", tile.id);
    }
    assert_eq!(digest.tiles[0].id, MRR.id);
    // Without trials no trial conversion.
    assert!(
        digest
            .tiles
            .iter()
            .all(|tile| tile.id != "trial_conversion_rate")
    );
    assert_eq!(digest.title, "Weekly digest: Nov 16 – 22, 2026");
    assert_eq!(digest.compared, "Nov 9 – 15, 2026");
}

#[test]
fn every_form_says_all_of_it_and_lets_no_markup_through() {
    let digest = digest(Cadence::Daily);
    let message = digest.message().unwrap();
    let blocks = serde_json::to_string(&message.blocks).unwrap();
    let mrr = &digest.tiles[0];
    for form in [&message.text, &blocks, &message.html] {
        for words in [
            mrr.value.as_str(),
            mrr.change.as_str(),
            "Nov 24, 2026",
            "zendesk lags: its newest fact is of Nov 20, 2026.",
            "The checks gave 2 warnings.",
            "MRR grew by",
            "numbers.acme.example",
            "better",
        ] {
            assert!(form.contains(words), "{words:?} is missing in {form}");
        }
    }
    assert!(message.html.contains("&lt;late&gt;") && !message.html.contains("<late>"));
    assert!(blocks.contains("&lt;late&gt;"));
    let fields = message
        .blocks
        .iter()
        .filter_map(|block| block["fields"].as_array());
    assert!(
        fields
            .map(Vec::len)
            .all(|fields| (1..=10).contains(&fields))
    );
    assert!(message.html.contains("cid:chart"));
}

#[test]
fn its_chart_is_a_picture_with_a_line_in_it() {
    let picture = digest(Cadence::Weekly).picture.unwrap();
    assert!(
        picture.about.starts_with("MRR by day, from $"),
        "{}",
        picture.about
    );
    let mut reader = png::Decoder::new(Cursor::new(&picture.png))
        .read_info()
        .unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut bytes).unwrap();
    let (width, height) = chart::SIZE;
    assert_eq!(
        (frame.width, frame.height),
        (2 * width as u32, 2 * height as u32)
    );
    let series = crate::palette::light()["series_main"];
    let wanted = [1, 3, 5].map(|at| u8::from_str_radix(&series[at..at + 2], 16).unwrap());
    let drawn = bytes
        .chunks_exact(3)
        .filter(|pixel| **pixel == wanted)
        .count();
    assert!(drawn > 1_000, "{drawn} pixels of the line");
    let head = bytes.chunks_exact(3).take(2 * 40 * frame.width as usize);
    let dark = head.filter(|pixel| pixel[0] < 80 && pixel[1] < 80).count();
    assert!(dark > 100, "{dark} pixels of the title");
    // The corner is paper.
    assert_eq!(bytes[..3], [255, 255, 255]);
}

#[test]
fn a_week_before_the_data_has_no_numbers_and_no_chart() {
    let marts = Arc::new(Marts::new(testing::daily(day(AS_OF), 0, |_, _| 0)));
    let digest = Digest::new(&manifest(), &marts, Cadence::Weekly, &[], None).unwrap();
    let message = digest.message().unwrap();
    assert_eq!((digest.tiles.len(), digest.picture), (0, None));
    assert!(
        message
            .text
            .contains("There are no numbers for these days.")
    );
    assert!(
        message
            .html
            .contains("There are no numbers for these days.")
    );
}
