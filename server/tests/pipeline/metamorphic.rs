//! How raw files are cut, ordered and repeated must not change a number: a simulated company with every source is written in other ways.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;
use tidemark_shared::mart::MARTS;
use tidemark_simulator::{SimulateOptions, simulate};

use crate::support::{Published, build};

const AS_OF: &str = "2026-06-17";

/// An object's records as lines, with the header where there is one.
struct Object {
    /// `source/object`.
    name: String,
    extension: &'static str,
    header: Option<String>,
    records: Vec<String>,
}

/// A way to write an object: its records, file by file.
type Way = fn(&Object) -> Vec<Vec<String>>;

/// A company in all systems we know; every record is landed once.
fn company() -> (TempDir, Vec<Object>) {
    let raw = tempfile::tempdir().expect("a temporary folder");
    let options = SimulateOptions {
        customers: 30,
        days: 260,
        seed: 11,
        as_of: AS_OF.parse::<NaiveDate>().expect("a date"),
    };
    simulate(&options, raw.path(), &mut |_, _, _| {}).expect("raw files");
    for (path, text) in [
        (
            "billing/subscription_periods.csv",
            "subscription_id,customer_id,customer_name,plan,start_date,end_date,monthly_amount,currency,end_reason\n\
             S1,B1,Iris,Basic,2026-01-05,2026-03-05,50.00,,upgrade\n\
             S1,B1,Iris,Pro,2026-03-05,,80.5,USD,\n\
             S2,K2,Juniper,Basic,2026-01-10,2026-02-20,20,,payment_failed\n",
        ),
        (
            "crm/accounts.csv",
            "account_id,name,domain,industry,country,employees,source,created_at\n\
             B1,Iris,iris.example,Retail,Canada,12,Web,2026-01-02T00:00:00Z\n\
             B2,Juniper Ltd,,,,,,2026-01-03T00:00:00Z\n",
        ),
        (
            "support/tickets.csv",
            "ticket_id,customer_id,created_at,solved_at,priority,channel,first_reply_minutes,satisfaction\n\
             1,B1,2026-02-01T08:00:00Z,2026-02-02T09:00:00Z,high,email,45,good\n\
             2,K2,2026-02-01T08:00:00Z,,,,,\n\
             3,nobody,2026-02-01T08:00:00Z,,,,,\n",
        ),
    ] {
        let path = raw.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a written file");
    }
    let mut objects = Vec::new();
    for source in [
        "stripe",
        "salesforce",
        "zendesk",
        "billing",
        "crm",
        "support",
    ] {
        for file in fs::read_dir(raw.path().join(source)).expect("a source") {
            objects.push(object(source, &file.expect("an entry").path()));
        }
    }
    (raw, objects)
}

fn object(source: &str, path: &Path) -> Object {
    let file = path.file_name().and_then(|n| n.to_str()).expect("a name");
    let bytes = fs::read(path).expect("a file");
    let text = if file.ends_with(".gz") {
        std::io::read_to_string(flate2::read::MultiGzDecoder::new(&bytes[..])).expect("text")
    } else {
        String::from_utf8(bytes).expect("UTF-8")
    };
    let mut records: Vec<String> = text.lines().map(str::to_owned).collect();
    let is_csv = file.contains(".csv");
    Object {
        name: format!("{source}/{}", file.split('.').next().expect("an object")),
        extension: if is_csv { "csv" } else { "jsonl" },
        header: is_csv.then(|| records.remove(0)),
        records,
    }
}

/// Builds the company with each object's records written in a way.
fn written(raw: &Path, objects: &[Object], way: Way) -> Published {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let reference = folder.path().join("reference");
    fs::create_dir_all(&reference).expect("a folder");
    for file in fs::read_dir(raw.join("reference")).expect("reference data") {
        let file = file.expect("an entry");
        fs::copy(file.path(), reference.join(file.file_name())).expect("a copy");
    }
    for object in objects {
        let home = folder.path().join(&object.name);
        fs::create_dir_all(&home).expect("a folder");
        for (number, records) in way(object).into_iter().enumerate() {
            write_part(&home, object, number, &records);
        }
    }
    build(folder.path(), AS_OF, &[("timezone", "America/New_York")]).expect("a build")
}

/// A part file; every second one with a BOM and CRLF, every third one compressed.
fn write_part(home: &Path, object: &Object, number: usize, records: &[String]) {
    let (mark, end) = if number % 2 == 1 {
        ("\u{feff}", "\r\n")
    } else {
        ("", "\n")
    };
    let mut text = mark.to_owned();
    for line in object.header.iter().chain(records) {
        text.push_str(line);
        text.push_str(end);
    }
    let path: PathBuf = home.join(format!("part-{number}.{}", object.extension));
    if number % 3 == 2 {
        let file = fs::File::create(path.with_added_extension("gz")).expect("a file");
        let mut packed = GzEncoder::new(file, Compression::fast());
        packed.write_all(text.as_bytes()).expect("a written file");
        packed.finish().expect("a written file");
    } else {
        fs::write(path, text).expect("a written file");
    }
}

fn whole(object: &Object) -> Vec<Vec<String>> {
    vec![object.records.clone()]
}

fn twice(object: &Object) -> Vec<Vec<String>> {
    let both = object.records.iter().flat_map(|r| [r.clone(), r.clone()]);
    vec![both.collect()]
}

fn shuffled(object: &Object) -> Vec<Vec<String>> {
    let mut records = object.records.clone();
    records.sort_by_cached_key(|record| scatter(record));
    vec![records]
}

fn in_parts(object: &Object) -> Vec<Vec<String>> {
    let size = object.records.len().div_ceil(4).max(1);
    object.records.chunks(size).map(<[_]>::to_vec).collect()
}

/// Half of it yesterday, all of it today, and a bit of it once more.
fn landed_again(object: &Object) -> Vec<Vec<String>> {
    let half = object.records.len() / 2;
    vec![
        object.records[..half].to_vec(),
        object.records.clone(),
        object.records[half / 2..half].to_vec(),
    ]
}

/// All of that together, with a record that cannot be read after every fifth.
fn all_and_broken(object: &Object) -> Vec<Vec<String>> {
    let mut parts = landed_again(object);
    for part in &mut parts {
        part.sort_by_cached_key(|record| scatter(record));
        let broken = |n: usize| match object.extension {
            "csv" => format!("only one cell {n}"),
            _ => format!("{{\"id\": \"broken_{n}\", "),
        };
        let with_broken = part.iter().enumerate().flat_map(|(n, record)| {
            let extra = (n % 5 == 4).then(|| broken(n));
            std::iter::once(record.clone()).chain(extra)
        });
        *part = with_broken.collect();
    }
    parts
}

/// A number that has nothing to do with a record's place (FNV-1a).
fn scatter(record: &str) -> u64 {
    record.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn broken_records(objects: &[Object]) -> u64 {
    let of_part = |part: &Vec<String>| (part.len() / 5) as u64;
    let parts = objects.iter().flat_map(landed_again);
    parts.map(|part| of_part(&part)).sum()
}

#[test]
fn how_records_are_landed_changes_no_number() {
    let (raw, objects) = company();
    let once = written(raw.path(), &objects, whole);
    assert_eq!(once.built.quarantined, 0);
    assert!(once.csv("support_daily").lines().count() > 10);
    let ways: [(&str, Way, u64); 5] = [
        ("every record twice", twice, 0),
        ("shuffled", shuffled, 0),
        ("in parts", in_parts, 0),
        ("landed again", landed_again, 0),
        (
            "all of it, with broken records",
            all_and_broken,
            broken_records(&objects),
        ),
    ];
    for (what, way, quarantined) in ways {
        let again = written(raw.path(), &objects, way);
        assert_eq!(again.built.quarantined, quarantined, "{what}: quarantine");
        for mart in MARTS {
            assert_eq!(
                once.csv(mart.name),
                again.csv(mart.name),
                "{what}: {}",
                mart.name
            );
        }
        assert_eq!(
            once.built.report.identity, again.built.report.identity,
            "{what}: identity"
        );
    }
}
