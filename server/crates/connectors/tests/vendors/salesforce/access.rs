//! Who may read what: logins, permissions, settings, and what is told where something is missing.

use serde_json::json;
use tidemark_connectors::salesforce::{self, Login};
use tidemark_connectors::{Secret, SyncError};
use tidemark_test_servers::salesforce::{App, Kind};

use crate::salesforce::bench::{Bench, newest};

const KEY: &str = include_str!("key.pem");
const OTHER_KEY: &str = include_str!("other-key.pem");
/// The public half of `key.pem`, as `openssl rsa -RSAPublicKey_out -outform DER` writes it.
const PUBLIC_KEY: &[u8] = include_bytes!("public-key.der");

/// A login, what is changed in the app before, and what the refusal must say.
type Case = (Login, fn(&mut App), &'static str);

fn jwt(username: &str, key: &str) -> Login {
    Login::Jwt {
        client_id: "3MVG9consumerkey".to_owned(),
        username: username.to_owned(),
        private_key: Secret::new(key),
    }
}

fn secret(id: &str, secret: &str) -> Login {
    Login::ClientCredentials {
        client_id: id.to_owned(),
        client_secret: Secret::new(secret),
    }
}

#[tokio::test]
async fn a_signed_statement_logs_in_whatever_the_clock_here() {
    for hours in [0, -5, 5] {
        let mut bench = Bench::filled(2);
        bench
            .org
            .app(|app| app.public_key = Some(PUBLIC_KEY.to_vec()));
        bench.org.controls.clock.advance(hours * 3_600);
        bench.config.login = jwt("integration@example.com", KEY);
        bench.sync().await;
        bench.assert_equal();
    }
}

#[tokio::test]
async fn a_refused_login_says_what_to_do_and_is_not_repeated() {
    let cases: [Case; 8] = [
        (
            secret("wrong", "consumersecret"),
            |_| {},
            "[salesforce] client_id",
        ),
        (
            secret("3MVG9consumerkey", "canary"),
            |_| {},
            "TIDEMARK_SALESFORCE_CLIENT_SECRET",
        ),
        (
            secret("3MVG9consumerkey", "consumersecret"),
            |app| app.run_as = false,
            "Run As",
        ),
        (
            jwt("integration@example.com", OTHER_KEY),
            |_| {},
            "does not belong to the certificate",
        ),
        (jwt("stranger@example.com", KEY), |_| {}, "pre-authorized"),
        (jwt("nobody@example.com", KEY), |_| {}, "active, not frozen"),
        (
            jwt("integration@example.com", "canary"),
            |_| {},
            "TIDEMARK_SALESFORCE_PRIVATE_KEY",
        ),
        (
            jwt("integration@example.com", KEY),
            |app| app.public_key = None,
            "no digital signature",
        ),
    ];
    for (login, change, words) in cases {
        let mut bench = Bench::filled(2);
        bench.org.app(|app| {
            app.public_key = Some(PUBLIC_KEY.to_vec());
            change(app);
        });
        bench.config.login = login;
        let error = bench.refused().await;
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("canary") && !format!("{:?}", bench.config).contains("canary"));
        assert!(bench.org.requests() <= 2, "tried again");
    }
}

#[tokio::test]
async fn an_address_that_is_not_salesforce_says_so() {
    let mut bench = Bench::new();
    bench.config.url = bench.config.url.join("/").unwrap();
    bench.config.url.set_scheme("http").unwrap();
    bench
        .config
        .url
        .set_host(Some("acme.my.salesforce.com"))
        .unwrap();
    let error = bench.refused().await;
    assert!(error.contains("write it with https://"), "{error}");
}

#[tokio::test]
async fn a_hidden_field_is_left_out_and_read_once_it_is_given() {
    let bench = Bench::filled(12);
    let hide = |hidden| {
        bench.org.object("Account", |object| {
            let at = object.field("Industry").unwrap();
            object.fields[at].hidden = hidden;
        });
    };
    hide(true);
    bench.sync().await;
    let landed = newest(bench.folder.path(), "Account");
    assert!(
        landed
            .values()
            .all(|record| !record.contains_key("Industry"))
    );
    let note =
        "Account: without Industry, which the integration user cannot see; give Read in Setup";
    assert!(bench.notes().contains(note), "{}", bench.notes());
    hide(false);
    bench.later();
    bench.sync().await;
    bench.assert_equal();
    let landed = newest(bench.folder.path(), "Account");
    assert!(
        landed
            .values()
            .all(|record| record["Industry"] == "Banking")
    );
}

#[tokio::test]
async fn what_cannot_be_done_without_stops_its_object_alone() {
    let bench = Bench::filled(12);
    bench.org.object("Opportunity", |object| {
        let at = object.field("IsWon").unwrap();
        object.fields[at].hidden = true;
    });
    bench
        .org
        .object("Account", |object| object.readable = false);
    let error = bench.pull(Default::default()).await.unwrap_err();
    assert!(matches!(error, SyncError::Forbidden { .. }), "{error}");
    assert!(
        error.to_string().contains("Object Settings > Account"),
        "{error}"
    );
    assert_eq!(newest(bench.folder.path(), "Lead").len(), 6);

    let found = salesforce::check(&bench.config, &bench.teller())
        .await
        .unwrap();
    let problem = |at: usize| found[at].problem.clone().unwrap_or_default();
    assert!(
        problem(0).contains("there is no such object, or the integration user may not read it")
    );
    assert_eq!(found[1].problem, None);
    assert!(problem(2).contains("Opportunity.IsWon"), "{}", problem(2));
    assert!(bench.notes().contains("API requests of 24 hours are left"));
}

#[tokio::test]
async fn contacts_are_optional_and_only_their_address_is_read() {
    let bench = Bench::filled(12);
    let readable = |readable| {
        bench
            .org
            .object("Contact", |object| object.readable = readable);
    };
    readable(false);
    bench.sync().await;
    assert_eq!(bench.parts("Contact"), 0);
    let note = "Contact is skipped, so no record is matched by the e-mail of a contact";
    assert!(bench.notes().contains(note), "{}", bench.notes());
    assert!(bench.notes().contains("Object Settings > Contact"));
    let found = salesforce::check(&bench.config, &bench.teller())
        .await
        .unwrap();
    assert!(found.iter().all(|access| access.problem.is_none()));

    readable(true);
    bench.later();
    bench.sync().await;
    bench.assert_equal();
    let landed = newest(bench.folder.path(), "Contact");
    assert_eq!(landed.len(), 6);
    let fields = [
        "AccountId",
        "CreatedDate",
        "Email",
        "Id",
        "IsDeleted",
        "SystemModstamp",
    ];
    for contact in landed.values() {
        assert_eq!(contact.keys().collect::<Vec<_>>(), fields);
    }
}

#[tokio::test]
async fn merged_accounts_and_person_accounts_bring_their_fields() {
    let bench = Bench::new();
    bench.org.object("Account", |object| {
        object.add_field("PersonEmail", Kind::Text)
    });
    let master = bench.org.create(
        "Account",
        json!({ "Name": "Ann", "PersonEmail": "ann@acme.example" }),
    );
    let merged = bench.account(1);
    bench.sync().await;
    bench
        .org
        .update("Account", &merged, json!({ "MasterRecordId": master }));
    bench.org.delete("Account", &merged);
    bench.later();
    bench.sync().await;
    let landed = newest(bench.folder.path(), "Account");
    assert_eq!(landed[&master]["PersonEmail"], "ann@acme.example");
    assert_eq!(landed[&merged]["MasterRecordId"], master);
    assert_eq!(landed[&merged]["IsDeleted"], "true");
    assert!(!bench.notes().contains("PersonEmail") && !bench.notes().contains("MasterRecordId"));
}

#[tokio::test]
async fn own_objects_and_fields_stand_in_for_standard_ones() {
    let mut bench = Bench::new();
    let fields = [("Name", Kind::Text), ("Sector__c", Kind::Picklist)];
    bench.org.add_object("Customer__c", "a01", &fields);
    let id = bench.org.create(
        "Customer__c",
        json!({ "Name": "Acme", "Sector__c": "Mining" }),
    );
    bench
        .config
        .objects
        .insert("Account".to_owned(), "Customer__c".to_owned());
    let renamed = [("Industry".to_owned(), "Sector__c".to_owned())].into();
    bench.config.fields.insert("Account".to_owned(), renamed);
    bench.sync().await;
    let landed = newest(bench.folder.path(), "Account");
    assert_eq!(landed[&id]["Sector__c"], "Mining");
    bench
        .org
        .update("Customer__c", &id, json!({ "Sector__c": "Shipping" }));
    bench.later();
    bench.sync().await;
    let landed = newest(bench.folder.path(), "Account");
    assert_eq!(landed[&id]["Sector__c"], "Shipping");
}

#[tokio::test]
async fn records_of_two_objects_do_not_mix() {
    let mut bench = Bench::filled(2);
    bench.sync().await;
    bench
        .org
        .add_object("Customer__c", "a01", &[("Name", Kind::Text)]);
    let own = ("Account".to_owned(), "Customer__c".to_owned());
    bench.config.objects = [own].into();
    bench.later();
    let error = bench.refused().await;
    assert!(error.contains("was read from Account until now"), "{error}");
}

#[tokio::test]
async fn several_currencies_bring_their_field() {
    let bench = Bench::new();
    bench.org.object("Opportunity", |object| {
        object.add_field("CurrencyIsoCode", Kind::Picklist)
    });
    let id = bench.org.create(
        "Opportunity",
        json!({ "Amount": 1, "CurrencyIsoCode": "EUR" }),
    );
    bench.sync().await;
    assert_eq!(
        newest(bench.folder.path(), "Opportunity")[&id]["CurrencyIsoCode"],
        "EUR"
    );
    assert!(!bench.notes().contains("CurrencyIsoCode"));
}

#[tokio::test]
async fn settings_that_name_nothing_known_are_refused() {
    for (object, field, own, words) in [
        (
            "Acount",
            "Industry",
            "Sector__c",
            "none of Account, Lead, Opportunity, Contact",
        ),
        (
            "Account",
            "Industrie",
            "Sector__c",
            "no field that can be mapped",
        ),
        ("Account", "Industry", "Sector__c FROM User", "no API name"),
    ] {
        let mut bench = Bench::new();
        let renamed = [(field.to_owned(), own.to_owned())].into();
        bench.config.fields.insert(object.to_owned(), renamed);
        let error = bench.refused().await;
        assert!(error.contains(words), "{error}");
    }
}

#[tokio::test]
async fn an_api_that_is_off_says_so() {
    let bench = Bench::filled(1);
    bench.org.options(|options| options.api_enabled = false);
    let error = bench.refused().await;
    assert!(error.contains("API Enabled"), "{error}");
}
