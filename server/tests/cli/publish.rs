//! `tidemark publish`: marts made elsewhere are published as they are, or refused by name.

use std::fs;
use std::path::Path;

use crate::place::{Place, text};

const PUBLISH: [&str; 5] = ["publish", "--marts", "marts", "--as-of", "2026-02-20"];

/// A place whose published marts lie in `marts` as well, as another engine would leave them.
fn place() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("marts")).expect("a folder");
    let id = place.current();
    let published = place.path("data/snapshots").join(id.trim());
    for file in fs::read_dir(published).expect("the snapshot") {
        let path = file.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "parquet") {
            let name = path.file_name().expect("a name").to_owned();
            fs::copy(&path, place.path("marts").join(name)).expect("a copy");
        }
    }
    place
}

/// The bytes of every mart of a published snapshot, as JSON.
fn published(data: &Path) -> Vec<(String, String)> {
    let id = fs::read_to_string(data.join("current")).expect("a published snapshot");
    let folder = data.join("snapshots").join(id.trim());
    let mut marts = Vec::new();
    for file in fs::read_dir(folder).expect("the snapshot") {
        let path = file.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".csv") {
            marts.push((name, fs::read_to_string(path).expect("a mart")));
        }
    }
    marts.sort();
    marts
}

#[test]
fn marts_made_elsewhere_are_published_cell_by_cell() {
    let place = place();
    // A folder of parts, as Spark leaves it.
    let parts = place.path("marts/customers");
    fs::create_dir(&parts).expect("a folder");
    fs::rename(
        place.path("marts/customers.parquet"),
        parts.join("part-0.parquet"),
    )
    .expect("a move");
    fs::write(parts.join("_SUCCESS"), "").expect("a mark");
    let beside = r#"{"engine": "dbt 1.10.3 on spark", "models": "abc"}"#;
    fs::write(place.path("marts/marts.json"), beside).expect("a file");
    let mut arguments = PUBLISH.to_vec();
    arguments.extend(["--data", "other"]);
    let output = place.run(&arguments);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(
        published(&place.path("other")),
        published(&place.path("data"))
    );
    let id = fs::read_to_string(place.path("other/current")).expect("a snapshot");
    let manifest = place
        .path("other/snapshots")
        .join(id.trim())
        .join("manifest.json");
    let manifest = fs::read_to_string(manifest).expect("a manifest");
    assert!(manifest.contains("dbt 1.10.3 on spark"), "{manifest}");
}

#[test]
fn what_is_missing_or_wrong_is_named_and_nothing_is_published() {
    let place = place();
    fs::remove_file(place.path("marts/sales_cycle.parquet")).expect("a removed file");
    fs::remove_file(place.path("marts/support_daily.parquet")).expect("a removed file");
    fs::write(place.path("marts/customers.parquet"), "no Parquet").expect("a file");
    let words = [
        "mart sales_cycle is missing",
        "mart support_daily is missing",
        "customers.parquet: it cannot be read",
    ];
    place.fails(&PUBLISH, 3, &words);
}

#[test]
fn marts_that_do_not_add_up_are_refused_by_their_checks() {
    let place = place();
    // The movements of one company beside the customers of another.
    let other = Place::new();
    let story = "../tests/fixtures/stories/01-annual-plan/raw/stripe";
    let story = Path::new(env!("CARGO_MANIFEST_DIR")).join(story);
    for file in fs::read_dir(story).expect("the story") {
        let file = file.expect("an entry");
        fs::copy(file.path(), other.path("raw/stripe").join(file.file_name())).expect("a copy");
    }
    let built = other.run(&["build", "--as-of", "2026-02-20", "--accept-shrink"]);
    assert!(built.status.success(), "{}", text(&built));
    let id = other.current();
    let daily = other
        .path("data/snapshots")
        .join(id.trim())
        .join("lifecycle_daily.parquet");
    fs::copy(daily, place.path("marts/lifecycle_daily.parquet")).expect("a copy");
    place.fails(&PUBLISH, 3, &["the events add up to the daily marts"]);
}
