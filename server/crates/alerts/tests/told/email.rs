//! E-mail: letters people can read, one thread per incident, passwords that never travel in the clear.

use tidemark_alerts::{AlertError, Channel, Email, Security};
use tidemark_connectors::Secret;

use crate::common::{deliver, desk, hasty, raise, resolve};
use crate::mail_server::{MailServer, Manners};

fn email(port: u16, security: Security, login: Option<&str>) -> Channel {
    let login = login.map(|password| ("numbers".to_owned(), Secret::new(password)));
    let to = [
        "Ann Example <ann@acme.example>".to_owned(),
        "ops@acme.example".to_owned(),
    ];
    let from = "Tidemark <numbers@acme.example>";
    let email = Email::new(("127.0.0.1", port), security, login, from, &to, hasty());
    Channel::Email(Box::new(email.expect("a test that is set up")))
}

fn header<'a>(letter: &'a str, name: &str) -> &'a str {
    let line = letter
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in {letter}"))
}

#[tokio::test]
async fn a_letter_has_both_forms_and_its_recovery_answers_it() {
    let server = MailServer::start(Manners::default()).await;
    let (alerts, _folder) = desk(vec![email(server.port, Security::None, None)]);
    raise(&alerts, 0);
    deliver(&alerts, 0).await;
    resolve(&alerts, 9);
    deliver(&alerts, 9).await;
    let letters = server.letters();
    let [alert, recovery] = letters.as_slice() else {
        panic!("{letters:?}");
    };
    assert_eq!(
        header(alert, "Subject"),
        "Alert: The run failed at its step sync"
    );
    assert_eq!(header(alert, "From"), "Tidemark <numbers@acme.example>");
    assert_eq!(header(alert, "Auto-Submitted"), "auto-generated");
    assert!(alert.contains("multipart/alternative") && alert.contains("text/html"));
    assert!(alert.contains("stripe: the key has no permission to read invoices."));
    assert_eq!(header(recovery, "In-Reply-To"), header(alert, "Message-ID"));
    assert_ne!(header(recovery, "Message-ID"), header(alert, "Message-ID"));
    let lines = server.lines();
    for to in ["ann@acme.example", "ops@acme.example"] {
        let told = lines
            .iter()
            .filter(|line| line.contains(&format!("RCPT TO:<{to}>")));
        assert_eq!(told.count(), 2, "{lines:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_busy_is_tried_again_and_one_that_refuses_is_quoted() {
    let refusals = vec![
        "421 4.3.2 busy",
        "451 4.3.0 later",
        "550 5.7.1 not from you",
    ];
    let server = MailServer::start(Manners {
        refusals,
        login: None,
    })
    .await;
    let (alerts, _folder) = desk(vec![email(server.port, Security::None, None)]);
    raise(&alerts, 0);
    let busy = deliver(&alerts, 0).await;
    assert_eq!((busy.sent.len(), busy.failed.len()), (0, 1));
    let refused = deliver(&alerts, 1).await;
    assert!(refused.failed[0].2.contains("not from you"), "{refused:?}");
    let sent = deliver(&alerts, 3).await;
    assert_eq!(sent.sent.len(), 1);
    assert_eq!(server.letters().len(), 1);
}

#[tokio::test]
async fn a_login_is_used_and_a_wrong_one_is_told_without_its_password() {
    // base64 of \0numbers\0canary-right
    let login = Some("AG51bWJlcnMAY2FuYXJ5LXJpZ2h0");
    for (password, sent) in [("canary-right", true), ("canary-wrong", false)] {
        let server = MailServer::start(Manners {
            login,
            ..Manners::default()
        })
        .await;
        let channel = email(server.port, Security::None, Some(password));
        assert!(!format!("{channel:?}").contains("canary"));
        let (alerts, _folder) = desk(vec![channel]);
        raise(&alerts, 0);
        let sendings = deliver(&alerts, 0).await;
        assert_eq!(sendings.sent.len() == 1, sent, "{sendings:?}");
        let said = format!("{sendings:?}");
        assert!(!said.contains("canary"), "{said}");
        assert!(sent || said.contains("wrong user or password"), "{said}");
    }
}

#[tokio::test]
async fn without_the_encryption_asked_for_nothing_is_said() {
    let server = MailServer::start(Manners::default()).await;
    let (alerts, _folder) = desk(vec![email(server.port, Security::StartTls, Some("canary"))]);
    raise(&alerts, 0);
    let sendings = deliver(&alerts, 0).await;
    assert_eq!(sendings.failed.len(), 1, "{sendings:?}");
    let lines = server.lines();
    let said = lines
        .iter()
        .any(|line| line.starts_with("AUTH") || line.starts_with("MAIL"));
    assert!(!said && server.letters().is_empty(), "{lines:?}");
}

#[test]
fn settings_that_cannot_work_are_refused_at_once() {
    let make = |server: &str, login: Option<&str>, from: &str, to: &[&str]| -> AlertError {
        let login = login.map(|password| ("numbers".to_owned(), Secret::new(password)));
        let to: Vec<String> = to.iter().map(|to| (*to).to_owned()).collect();
        Email::new((server, 25), Security::None, login, from, &to, hasty()).unwrap_err()
    };
    let good = "numbers@acme.example";
    for (error, words) in [
        (
            make("mail.acme.example", Some("canary"), good, &[good]),
            "in the clear",
        ),
        (
            make("localhost", None, "numbers", &[good]),
            "`alerts.email.from`",
        ),
        (make("localhost", None, good, &["a b"]), "`alerts.email.to`"),
        (make("localhost", None, good, &[]), "names nobody"),
    ] {
        let error = error.to_string();
        assert!(
            error.contains(words) && !error.contains("canary"),
            "{error}"
        );
    }
}
