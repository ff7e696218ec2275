//! `tidemark sync` and `tidemark init` as a person meets them: three vendors behind their protocols, one company.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::json;
use tidemark_shared::mart::MARTS;
use tidemark_test_servers::stripe::Kind as StripeKind;
use tidemark_test_servers::zendesk::Kind as ZendeskKind;
use tidemark_test_servers::{Fault, Storm};

use crate::apis::{Apis, keep_newest};
use crate::place::{Place, text};

pub(crate) const DAY: &str = "2026-11-20";

/// A folder with a simulated company as files in `raw`, and the same company behind three APIs.
pub(crate) fn company() -> (Place, Apis) {
    let place = Place::empty();
    let simulated = place.run(&[
        "simulate",
        "--customers",
        "60",
        "--days",
        "300",
        "--seed",
        "3",
        "--out",
        "raw",
    ]);
    assert!(simulated.status.success(), "{}", text(&simulated));
    keep_newest(&place.path("raw/salesforce/Account.csv"));
    let apis = Apis::of(&place.path("raw"));
    (place, apis)
}

pub(crate) fn sync(place: &Place, apis: &Apis, arguments: &[&str]) -> Output {
    let mut command = place.command(&["sync", "--raw", "synced"]);
    apis.tell(command.args(arguments));
    command.output().expect("a run")
}

/// Puts the company's reference tables beside what was synced: no API has them.
pub(crate) fn copy_reference(place: &Place) {
    let to = place.path("synced/reference");
    fs::create_dir_all(&to).expect("a folder");
    for file in fs::read_dir(place.path("raw/reference")).expect("the reference tables") {
        let file = file.expect("an entry");
        fs::copy(file.path(), to.join(file.file_name())).expect("a copy");
    }
}

/// Builds a raw folder into a data folder on the usual day, and gives every mart as CSV, by name.
pub(crate) fn marts(place: &Place, raw: &str, data: &str) -> Vec<(String, String)> {
    marts_of(place, raw, data, DAY)
}

fn marts_of(place: &Place, raw: &str, data: &str, day: &str) -> Vec<(String, String)> {
    let built = place.run(&["build", "--raw", raw, "--data", data, "--as-of", day]);
    assert!(built.status.success(), "{}", text(&built));
    let id = fs::read_to_string(place.path(data).join("current")).expect("a published snapshot");
    let folder = place.path(data).join("snapshots").join(id.trim());
    let mut marts: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the snapshot")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv"))
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, fs::read_to_string(&path).expect("a mart"))
        })
        .collect();
    marts.sort();
    assert_eq!(marts.len(), MARTS.len(), "all marts");
    marts
}

#[test]
fn a_synced_company_has_the_numbers_of_the_imported_one() {
    let (place, apis) = company();
    // A rough day at each of the vendors; nothing of it may be seen in the numbers.
    for faults in [
        &apis.stripe.0.controls.faults,
        &apis.zendesk.0.controls.faults,
    ] {
        faults.storm(Storm {
            per_hundred: 20,
            faults: vec![
                Fault::LimitedNow,
                Fault::Unavailable,
                Fault::BadGateway,
                Fault::Cut,
            ],
            ..Storm::default()
        });
    }
    let synced = sync(&place, &apis, &["--json"]);
    assert!(synced.status.success(), "{}", text(&synced));
    let result: serde_json::Value = serde_json::from_slice(&synced.stdout).expect("JSON");
    let sources = result["sources"].as_array().expect("sources");
    assert_eq!(sources.len(), 3);
    assert!(
        sources.iter().all(|source| source["error"].is_null()),
        "{result}"
    );
    copy_reference(&place);
    let (imported, first) = (
        marts(&place, "raw", "data"),
        marts(&place, "synced", "data-synced"),
    );
    for (imported, synced) in imported.iter().zip(&first) {
        assert_eq!(imported, synced);
    }
    // Overlaps land records again; they count once.
    let again = sync(&place, &apis, &["--full"]);
    assert!(again.status.success(), "{}", text(&again));
    assert!(
        marts(&place, "synced", "data-synced") == first,
        "a second sync changed the numbers"
    );
}

#[test]
fn what_changed_at_each_vendor_is_in_the_next_build() {
    let (place, apis) = company();
    assert!(sync(&place, &apis, &[]).status.success());
    copy_reference(&place);
    let (org, stripe, zendesk) = (&apis.salesforce.0, &apis.stripe.0, &apis.zendesk.0);
    let account = org.records("Account")[0]["Id"].clone();
    org.controls.clock.advance(3_600);
    org.update("Account", &account, json!({"Name": "Renamed Account"}));
    org.controls.clock.advance(3_600);
    let customer = stripe
        .store
        .create(StripeKind::Customer, json!({"name": "Late Customer"}));
    let now = zendesk.controls.clock.seconds();
    let ticket = json!({"id": 99_000_001, "status": "new", "created_at": "2026-11-19T10:00:00Z", "updated_at": "2026-11-19T10:00:00Z"});
    zendesk.put(ZendeskKind::Tickets, &ticket, now - 120);
    let again = sync(&place, &apis, &["--json"]);
    assert!(again.status.success(), "{}", text(&again));
    // Everything came by a Bulk job, changes come by REST: parts of two forms make one table.
    let forms = fs::read_dir(place.path("synced/salesforce/Account")).expect("parts");
    let forms: BTreeSet<String> = forms
        .map(|part| {
            part.expect("a part").file_name().to_string_lossy()["part-000000".len()..].to_owned()
        })
        .collect();
    assert_eq!(
        forms,
        BTreeSet::from([".csv.zst".to_owned(), ".jsonl.zst".to_owned()])
    );
    let day = org.now().date_naive().to_string();
    let marts = marts_of(&place, "synced", "data", &day);
    let mart = |name: &str| {
        let found = marts.iter().find(|(mart, _)| mart == name);
        &found.expect("a mart").1
    };
    let customers = mart("customers.csv");
    for name in ["Renamed Account", "Late Customer", customer.as_str()] {
        assert!(customers.contains(name), "{name}");
    }
    let tickets = mart("support_daily.csv")
        .lines()
        .filter(|line| line.starts_with("2026-11-19,"))
        .count();
    assert!(tickets > 0, "the new ticket is nowhere");
}

#[test]
fn one_source_that_fails_leaves_the_others_alone() {
    let (place, apis) = company();
    let mut command = place.command(&["sync", "--raw", "synced"]);
    apis.tell(&mut command);
    let output = command
        .env("TIDEMARK_ZENDESK_CLIENT_SECRET", "canary-wrong")
        .output()
        .expect("a run");
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("tidemark: zendesk refused the credentials"),
        "{said}"
    );
    assert!(!said.contains("canary"), "a secret is shown: {said}");
    for object in ["stripe/invoices", "salesforce/Account"] {
        assert!(
            place
                .path("synced")
                .join(object)
                .join("part-000001.jsonl.zst")
                .exists()
                || place.path("synced").join(object).is_dir(),
            "{object}"
        );
    }
    assert!(!place.path("synced/zendesk/tickets").exists());
}

#[test]
fn check_says_what_is_missing_and_lands_nothing() {
    let (place, apis) = company();
    apis.salesforce
        .0
        .object("Lead", |object| object.readable = false);
    let output = sync(&place, &apis, &["--check"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("stripe      invoices: can be read"), "{said}");
    assert!(
        said.contains("salesforce  Lead: ") && said.contains("Permission Sets"),
        "{said}"
    );
    assert!(!place.path("synced").exists());
}

#[test]
fn what_is_not_set_up_is_exit_code_2() {
    let place = Place::empty();
    for (arguments, words) in [
        (vec!["sync"], "tidemark init"),
        (vec!["sync", "stripe"], "TIDEMARK_STRIPE_API_KEY"),
        (
            vec!["sync", "hubspot"],
            "the sources are stripe, salesforce, zendesk",
        ),
    ] {
        let output = place.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(words), "{}", text(&output));
    }
    let mut clear = place.command(&["sync", "stripe"]);
    clear
        .env("TIDEMARK_STRIPE_API_KEY", "rk_live_canary")
        .env("TIDEMARK_STRIPE_URL", "http://example.com");
    let output = clear.output().expect("a run");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("not encrypted"), "{}", text(&output));
}

#[test]
fn init_writes_settings_that_work() {
    let place = Place::empty();
    let init = |input: &str, arguments: &[&str]| {
        let mut command = place.command(&["init"]);
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = command.spawn().expect("a process");
        let mut stdin = process.stdin.take().expect("its input");
        stdin.write_all(input.as_bytes()).expect("answers");
        drop(stdin);
        process.wait_with_output().expect("an end")
    };
    let output = init(
        "zendesk\nEurope/Berlin\neur\nhttps://acme.zendesk.com\ntidemark\n\n",
        &[],
    );
    assert!(output.status.success(), "{}", text(&output));
    assert!(
        text(&output).contains("TIDEMARK_ZENDESK_CLIENT_SECRET"),
        "{}",
        text(&output)
    );
    let output = place.run(&["sync"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(
        text(&output).contains("TIDEMARK_ZENDESK_CLIENT_SECRET"),
        "{}",
        text(&output)
    );
    let again = init("", &[]);
    assert_eq!(again.status.code(), Some(2), "{}", text(&again));
    assert!(
        init("", &["--force", "--source", "stripe"])
            .status
            .success()
    );
    let file = fs::read_to_string(place.path("tidemark.toml")).expect("the settings");
    assert!(
        file.contains("\n[stripe]\n") && file.contains("\n# [zendesk]\n"),
        "{file}"
    );
}
