//! What a build refuses because records are missing that were there: lost parts of a sync, and objects that shrink.

use std::fs;

use crate::place::{Place, text};
use crate::sync::{DAY, company, copy_reference, marts, sync};

/// Ten customers, so that some can go.
fn company_of_ten() -> Place {
    let place = Place::new();
    let path = place.path("raw/stripe/customers.jsonl");
    let mut customers = fs::read_to_string(&path).expect("customers");
    for number in customers.lines().count()..10 {
        customers += &format!(
            "{{\"id\":\"cus_more_{number}\",\"object\":\"customer\",\"created\":1767225600}}\n"
        );
    }
    fs::write(path, customers).expect("written customers");
    place
}

/// Leaves the first customers alone.
fn keep(place: &Place, count: usize) {
    let path = place.path("raw/stripe/customers.jsonl");
    let customers = fs::read_to_string(&path).expect("customers");
    let lines: Vec<&str> = customers.lines().take(count).collect();
    fs::write(path, lines.join("\n")).expect("written customers");
}

const BUILD: [&str; 3] = ["build", "--as-of", "2026-02-20"];

#[test]
fn an_object_that_loses_many_of_its_records_refuses_until_that_is_accepted() {
    let place = company_of_ten();
    let built = place.run(&BUILD);
    assert!(built.status.success(), "{}", text(&built));
    keep(&place, 8);
    let built = place.run(&BUILD);
    assert!(built.status.success(), "a fifth may go: {}", text(&built));
    keep(&place, 6);
    let words = [
        "stripe customers has 6 keys",
        "had 8",
        "20 %",
        "--accept-shrink",
    ];
    place.fails(&BUILD, 3, &words);
    let accepted = place.run(&["build", "--as-of", "2026-02-20", "--accept-shrink"]);
    assert!(accepted.status.success(), "{}", text(&accepted));
    assert!(
        text(&accepted).contains("warning: stripe customers"),
        "{}",
        text(&accepted)
    );
    let again = place.run(&BUILD);
    assert!(
        again.status.success(),
        "what was published is the measure: {}",
        text(&again)
    );
}

#[test]
fn a_source_that_is_gone_refuses_and_a_setting_accepts_it() {
    let place = company_of_ten();
    let tickets = place.path("raw/support");
    fs::create_dir_all(&tickets).expect("a folder");
    fs::write(
        tickets.join("tickets.csv"),
        "ticket_id,created_at,customer_id\n1,2026-01-05,x\n",
    )
    .expect("tickets");
    let built = place.run(&BUILD);
    assert!(built.status.success(), "{}", text(&built));
    fs::remove_dir_all(&tickets).expect("a removed source");
    place.fails(&BUILD, 3, &["support tickets has 0 keys", "had 1"]);
    fs::write(place.path("tidemark.toml"), "max_shrink = \"1\"\n").expect("settings");
    let built = place.run(&BUILD);
    assert!(built.status.success(), "{}", text(&built));
}

#[test]
fn deletions_that_a_pipeline_reports_are_no_loss() {
    let place = company_of_ten();
    let folder = place.path("raw/crm");
    fs::create_dir_all(&folder).expect("a folder");
    let accounts = |deleted: usize| {
        let mut text = "account_id,name,_fivetran_deleted\n".to_owned();
        for number in 0..10 {
            text += &format!("a{number},Account {number},{}\n", number < deleted);
        }
        fs::write(folder.join("accounts.csv"), text).expect("accounts");
    };
    accounts(0);
    let built = place.run(&BUILD);
    assert!(built.status.success(), "{}", text(&built));
    accounts(5);
    let built = place.run(&BUILD);
    assert!(built.status.success(), "{}", text(&built));
    let path = folder.join("accounts.csv");
    let half = fs::read_to_string(&path).expect("accounts");
    let half: Vec<&str> = half
        .lines()
        .filter(|line| !line.ends_with("true"))
        .collect();
    fs::write(&path, half[..3].join("\n")).expect("accounts");
    place.fails(&BUILD, 3, &["crm accounts has 2 keys", "had 5"]);
}

#[test]
fn nothing_is_built_on_lost_or_changed_parts_until_a_sync_has_healed_them() {
    let (place, apis) = company();
    let synced = sync(&place, &apis, &[]);
    assert!(synced.status.success(), "{}", text(&synced));
    copy_reference(&place);
    let before = marts(&place, "synced", "data");
    let build = ["build", "--raw", "synced", "--as-of", DAY];
    let part = place.path("synced/stripe/customers/part-000001.jsonl.zst");
    let whole = fs::read(&part).expect("a part");
    for damage in ["missing", "differs"] {
        if damage == "missing" {
            fs::remove_file(&part).expect("a removed part");
        } else {
            let name = fs::read_dir(place.path("synced/zendesk/tickets"))
                .expect("parts")
                .map(|entry| entry.expect("an entry").path())
                .min()
                .expect("a part");
            fs::write(name, &whole[..whole.len() / 2]).expect("a cut part");
        }
        let source = if damage == "missing" {
            "stripe"
        } else {
            "zendesk"
        };
        let words = [damage, &format!("tidemark sync {source}")];
        place.fails(&build, 3, &words);
        let healed = sync(&place, &apis, &[source]);
        assert!(healed.status.success(), "{}", text(&healed));
        assert!(
            text(&healed).contains("everything is read again"),
            "{}",
            text(&healed)
        );
        assert_eq!(marts(&place, "synced", "data"), before, "{damage}");
    }
}
