//! Several channels and several processes at once.

use tidemark_alerts::{Alerts, Channel, Email, Security, Webhook};
use tidemark_connectors::Secret;

use crate::common::{after, deliver, desk, failed, hasty, raise, resolve};
use crate::mail_server::{MailServer, Manners};
use crate::web_server::WebServer;

fn webhook(server: &WebServer) -> Channel {
    Channel::Webhook(
        Webhook::new(Secret::new(&server.address), hasty()).expect("a test that is set up"),
    )
}

#[tokio::test]
async fn one_channel_that_is_down_keeps_no_other_waiting_and_hears_no_recovery_of_what_it_missed() {
    let web = WebServer::start(&[(500, ""), (500, "")]).await;
    let mail = MailServer::start(Manners::default()).await;
    let channels = || {
        let to = ["ops@acme.example".to_owned()];
        let from = "numbers@acme.example";
        let server = ("127.0.0.1", mail.port);
        let email = Email::new(server, Security::None, None, from, &to, hasty());
        let email = email.expect("a mail server");
        vec![webhook(&web), Channel::Email(Box::new(email))]
    };
    let (alerts, folder) = desk(channels());
    raise(&alerts, 0);
    let sendings = deliver(&alerts, 0).await;
    assert_eq!(sendings.sent[0].0, "email");
    assert_eq!(sendings.failed[0].0, "webhook");
    // What is open and owed outlives the process.
    drop(alerts);
    let alerts = Alerts::new(folder.path(), channels(), None);
    assert!(!raise(&alerts, 1));
    resolve(&alerts, 1);
    let sendings = deliver(&alerts, 2).await;
    assert_eq!((sendings.sent.len(), sendings.failed.len()), (1, 0));
    assert_eq!(mail.letters().len(), 2);
    assert_eq!(
        web.received().len(),
        2,
        "the two tries of the alert, and no recovery"
    );
}

#[tokio::test]
async fn two_processes_on_one_folder_tell_once() {
    let web = WebServer::start(&[]).await;
    let folder = tempfile::tempdir().expect("a test that is set up");
    let desk = || Alerts::new(folder.path(), vec![webhook(&web)], None);
    let (server, command) = (desk(), desk());
    let raised = [
        server.raise(failed(), after(0)),
        command.raise(failed(), after(0)),
    ];
    assert_eq!(raised, [true, false]);
    let (a, b) = tokio::join!(server.deliver(after(0)), command.deliver(after(0)));
    assert_eq!(
        a.expect("a test that is set up").sent.len() + b.expect("a test that is set up").sent.len(),
        1
    );
    assert_eq!(web.received().len(), 1);
}

#[tokio::test]
async fn everybody_can_be_tried() {
    let web = WebServer::start(&[]).await;
    let (alerts, _folder) = desk(vec![webhook(&web)]);
    alerts.trial(after(0));
    assert_eq!(deliver(&alerts, 0).await.sent.len(), 1);
    let text = web.received()[0]["text"]
        .as_str()
        .expect("a test that is set up")
        .to_owned();
    assert!(text.contains("Nothing is the matter."), "{text}");
}

#[tokio::test]
async fn a_damaged_store_silences_no_alert() {
    let web = WebServer::start(&[]).await;
    let folder = tempfile::tempdir().expect("a test that is set up");
    let alerts = Alerts::new(folder.path(), vec![webhook(&web)], None);
    std::fs::create_dir(folder.path().join("alerts")).expect("a test that is set up");
    std::fs::write(folder.path().join("alerts/book.json"), "{").expect("a test that is set up");
    let fault = tidemark_alerts::store_fault(folder.path()).expect("a damaged store");
    assert!(fault.contains("book.json cannot be read"), "{fault}");
    assert!(alerts.raise(failed(), after(0)));
    assert_eq!(deliver(&alerts, 0).await.sent.len(), 1);
    assert!(folder.path().join("alerts/book.json.damaged-1").exists());
    assert_eq!(tidemark_alerts::store_fault(folder.path()), None);
}

#[tokio::test]
async fn an_alert_is_sent_once_although_nothing_can_be_stored() {
    let web = WebServer::start(&[]).await;
    let folder = tempfile::tempdir().expect("a test that is set up");
    // A file where the folder should be refuses like a full disk, for root as well.
    std::fs::write(folder.path().join("alerts"), "").expect("a test that is set up");
    let alerts = Alerts::new(folder.path(), vec![webhook(&web)], None);
    assert!(alerts.raise(failed(), after(0)));
    assert_eq!(deliver(&alerts, 0).await.sent.len(), 1);
    assert!(!alerts.raise(failed(), after(1)), "it is known to be open");
    assert_eq!(deliver(&alerts, 1).await.sent.len(), 0);
    // The disk has room again: what was held is stored.
    std::fs::remove_file(folder.path().join("alerts")).expect("a test that is set up");
    assert!(alerts.resolve("failed", after(2)));
    let other = Alerts::new(folder.path(), vec![webhook(&web)], None);
    assert_eq!(deliver(&other, 2).await.sent.len(), 1, "the recovery");
    assert_eq!(web.received().len(), 2);
}
