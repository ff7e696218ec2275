//! Signing in to the running server, and a policy's numbers beside the filtered ones.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use crate::place::{Place, serve, text};

const SETTINGS: &str =
    "[access]\nmode = \"password\"\n[policy.pro]\nwhere = { plan = [\"Pro\"] }\n";

fn place() -> Place {
    let place = Place::new();
    fs::write(place.path("tidemark.toml"), SETTINGS).expect("settings");
    place
}

/// Makes an account; gives its password.
fn account(place: &Place, more: &[&str]) -> String {
    let mut arguments = vec!["users", "add", "--json"];
    arguments.extend(more);
    let output = place.run(&arguments);
    assert!(output.status.success(), "{}", text(&output));
    let made: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    made["password"].as_str().expect("a password").to_owned()
}

fn send(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

fn get(address: &str, path: &str, cookie: &str) -> String {
    send(
        address,
        &format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
        ),
    )
}

/// Signs in; gives the cookie.
fn sign_in(address: &str, name: &str, password: &str) -> String {
    let body = format!("name={name}&password={password}");
    let answer = send(
        address,
        &format!(
            "POST /login HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        ),
    );
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    let cookie = answer
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = cookie.and_then(|line| line.split(';').next());
    cookie.expect("a cookie").to_owned()
}

/// Every cell of the filtered table that has a value is the same inside the policy. One without a value
/// cannot follow the filter, as leads have no plan: inside the policy nothing of it is there.
fn assert_same_numbers(inside: &str, filtered: &str) {
    let rows = |table: &str| -> Vec<Vec<String>> {
        let cells = |line: &str| line.split(',').map(str::to_owned).collect();
        table.lines().map(cells).collect()
    };
    let (inside, filtered) = (rows(inside), rows(filtered));
    assert_eq!(inside.len(), filtered.len());
    let mut compared = 0;
    for (inside_row, filtered_row) in inside.iter().zip(&filtered) {
        assert_eq!(inside_row.len(), filtered_row.len());
        for ((inside_cell, cell), name) in inside_row.iter().zip(filtered_row).zip(&filtered[0]) {
            if cell.is_empty() {
                assert!(
                    ["", "0"].contains(&inside_cell.as_str()),
                    "{name}: {inside_cell}"
                );
            } else {
                assert_eq!(inside_cell, cell, "{name} on {}", filtered_row[0]);
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared} cells");
}

#[test]
fn an_account_signs_in_and_sees_exactly_the_numbers_of_its_policy() {
    let place = place();
    let password = account(&place, &["ada", "--role", "analyst", "--policy", "pro"]);
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    let (_server, url) = serve(&mut command);
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    assert!(get(address, "/api/v1/manifest", "").starts_with("HTTP/1.1 401 "));
    let cookie = sign_in(address, "ada", &password);
    assert!(get(address, "/api/v1/manifest", &cookie).starts_with("HTTP/1.1 200 "));

    let policies = fs::read_dir(place.path("data/policies")).expect("the policies");
    let folders: Vec<_> = policies
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    let folder = folders[0].display().to_string();
    let export = |query: &str, data: &str| {
        let output = place.run(&["export", query, "--data", data]);
        assert!(output.status.success(), "{}", text(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let days = "from=2026-01-12&to=2026-02-20";
    for query in [format!("{days}&grain=day"), format!("{days}&grain=month")] {
        let inside = export(&query, &folder);
        let filtered = export(&format!("{query}&plan=Pro"), "data");
        assert_same_numbers(&inside, &filtered);
        assert_ne!(
            inside,
            export(&query, "data"),
            "the policy leaves something out"
        );
    }

    let output = place.run(&["users", "disable", "ada"]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(get(address, "/api/v1/manifest", &cookie).starts_with("HTTP/1.1 401 "));
    let audit = place.run(&["audit"]);
    let audit = text(&audit);
    for action in [
        "user added",
        "signed in",
        "user disabled",
        "each follows from the one before",
    ] {
        assert!(audit.contains(action), "{audit}");
    }
    assert!(!audit.contains(&password), "{audit}");
}

#[test]
fn a_token_reads_until_it_is_revoked() {
    let place = place();
    let made = place.run(&["tokens", "add", "nightly", "--role", "analyst", "--json"]);
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let token = made["token"].as_str().expect("a token");
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    let (_server, url) = serve(&mut command);
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let read = || {
        send(
            address,
            &format!(
                "GET /api/v1/manifest HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
            ),
        )
    };
    assert!(read().starts_with("HTTP/1.1 200 "));
    let revoked = place.run(&["tokens", "revoke", "1"]);
    assert!(revoked.status.success(), "{}", text(&revoked));
    assert!(read().starts_with("HTTP/1.1 401 "));
}

#[test]
fn wrong_settings_and_names_are_usage_errors() {
    let place = place();
    place.fails(
        &["users", "add", "ada", "--policy", "emea"],
        2,
        &["[policy.emea]", "pro"],
    );
    place.fails(&["users", "disable", "ada"], 2, &["no account ada"]);
    for (settings, words) in [
        (
            "[policy.pro]\nwhere = { land = [\"UK\"] }",
            ["policy.pro.where.land", "the dimensions are plan"],
        ),
        (
            "[access]\nmode = \"proxy\"",
            ["access.trusted_proxies", "mode proxy"],
        ),
        (
            "[acces]\nmode = \"proxy\"",
            ["acces", "did you mean `access`"],
        ),
    ] {
        fs::write(place.path("tidemark.toml"), settings).expect("settings");
        place.fails(&["build", "--as-of", "2026-02-20"], 2, &words);
    }
}

#[test]
fn a_server_with_a_login_may_listen_beyond_this_machine() {
    let place = place();
    let mut command = place.command(&["serve", "--listen", "0.0.0.0:0"]);
    let (_server, url) = serve(&mut command);
    assert!(url.starts_with("http://0.0.0.0:"), "{url}");
}
