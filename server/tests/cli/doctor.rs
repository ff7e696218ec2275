//! The doctor: nothing to say of a set-up that works, and of each thing that is wrong what it is and what to do.

use std::fs;
use std::process::Output;

use serde_json::Value;
use tidemark_test_servers::stripe::{KEY, Stripe};

use crate::place::{Place, text};

/// The findings, whatever the exit code.
fn findings(output: &Output) -> Vec<Value> {
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    found["findings"].as_array().expect("a list").clone()
}

/// The one finding about something that is of this state.
fn of(findings: &[Value], check: &str, state: &str) -> String {
    let found = findings
        .iter()
        .find(|f| f["check"] == check && f["state"] == state);
    let found = found.unwrap_or_else(|| panic!("no {state} of {check} in {findings:?}"));
    format!("{} → {}", found["message"], found["fix"])
}

const OFFLINE: [&str; 3] = ["doctor", "--offline", "--json"];

#[test]
fn a_set_up_that_works_has_nothing_to_put_right() {
    let place = Place::new();
    let output = place.run(&OFFLINE);
    assert!(output.status.success(), "{}", text(&output));
    let findings = findings(&output);
    for check in [
        "config",
        "raw",
        "data",
        "clock",
        "last build",
        "checksums",
        "address",
    ] {
        of(&findings, check, "ok");
    }
    let plain = place.run(&["doctor", "--offline"]);
    assert!(plain.status.success());
    assert!(text(&plain).contains("ok    checksums"), "{}", text(&plain));
}

#[test]
fn damage_and_missing_folders_are_named_with_what_to_do() {
    let place = Place::new();
    let current = place.current();
    let file = place
        .path("data/snapshots")
        .join(current.trim())
        .join("customers.arrow");
    let mut bytes = fs::read(&file).expect("a file");
    bytes[40] ^= 1;
    fs::write(&file, bytes).expect("a written file");
    fs::remove_dir_all(place.path("raw")).expect("a removed folder");
    let output = place.run(&OFFLINE);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let found = findings(&output);
    let damage = of(&found, "checksums", "fix");
    assert!(
        damage.contains("customers.arrow") && damage.contains("rollback"),
        "{damage}"
    );
    assert!(of(&found, "raw", "fix").contains("tidemark sync"));
    let plain = text(&place.run(&["doctor", "--offline"]));
    assert!(plain.contains("2 things have to be put right"), "{plain}");
}

#[test]
fn a_first_start_is_told_what_comes_next() {
    let place = Place::empty();
    let found = findings(&place.run(&OFFLINE));
    assert!(of(&found, "data", "warn").contains("tidemark build"));
    assert!(of(&found, "last build", "fix").contains("tidemark build"));
}

#[test]
fn a_clock_set_back_is_seen_by_what_was_built_later() {
    let place = Place::new();
    let current = place.current();
    let folder = place.path("data/snapshots").join(current.trim());
    // A manifest from the future, as another machine or this one before its clock was set back would have written it.
    let manifest = fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    let at = manifest.find("\"generated_at\":\"").expect("the time") + "\"generated_at\":\"".len();
    let later = format!("{}2999{}", &manifest[..at], &manifest[at + 4..]);
    let opening = "{\"checksum\":\"".len();
    let rest = &later[opening + 64..];
    let checksum = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(rest.as_bytes()));
    let later = format!("{}{checksum}{rest}", &later[..opening]);
    fs::write(folder.join("manifest.json"), later).expect("a written file");
    let found = findings(&place.run(&OFFLINE));
    let clock = of(&found, "clock", "fix");
    assert!(clock.contains("2999") && clock.contains("NTP"), "{clock}");
}

#[test]
fn settings_that_cannot_be_read_are_a_finding() {
    let place = Place::empty();
    fs::write(place.path("tidemark.toml"), "timezome = \"UTC\"\n").expect("a written file");
    let output = place.run(&OFFLINE);
    assert_eq!(output.status.code(), Some(1));
    let found = findings(&output);
    assert_eq!(found.len(), 1);
    assert!(of(&found, "config", "fix").contains("did you mean `timezone`"));
}

#[test]
fn credentials_are_tried_for_real() {
    let place = Place::new();
    let stripe = Stripe::default();
    let serving = stripe.serve().expect("a free port");
    let examined = |key: &str| {
        let mut command = place.command(&["doctor", "--json"]);
        command
            .env("TIDEMARK_STRIPE_URL", serving.url())
            .env("TIDEMARK_STRIPE_API_KEY", key);
        findings(&command.output().expect("a run"))
    };
    assert!(of(&examined(KEY), "credentials", "ok").contains("stripe"));
    let refused = of(&examined("rk_test_canary"), "credentials", "fix");
    assert!(refused.contains("docs/connectors/stripe.md"), "{refused}");
    assert!(!refused.contains("canary"), "{refused}");
}

#[cfg(unix)]
#[test]
fn what_is_written_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let mut folders = vec![place.path("data")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        let mode = |path: &std::path::Path| {
            fs::metadata(path).expect("an entry").permissions().mode() & 0o777
        };
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
                assert_eq!(mode(&path), 0o600, "{}", path.display());
            }
        }
    }
    assert!(files > 10, "{files}");
    fs::set_permissions(place.path("data"), fs::Permissions::from_mode(0o755)).expect("a change");
    let output = place.run(&OFFLINE);
    let found = of(&findings(&output), "privacy", "warn");
    assert!(found.contains("chmod -R go="), "{found}");
}
