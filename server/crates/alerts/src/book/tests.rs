//! Once per incident and channel, told again until it is heard, and over only for who heard.

use proptest::prelude::*;

use super::*;
use crate::incident::Kind;

const NOON: &str = "2026-11-25T12:00:00Z";

fn after(minutes: i64) -> DateTime<Utc> {
    let noon: DateTime<Utc> = NOON.parse().unwrap();
    noon + TimeDelta::minutes(minutes)
}

fn stale(source: &str) -> Incident {
    Incident {
        kind: Kind::Stale {
            source: source.to_owned(),
        },
        title: format!("{source} has no recent data"),
        text: String::new(),
        facts: Vec::new(),
        page: "/health".to_owned(),
        since: after(0),
    }
}

fn both() -> Vec<String> {
    vec!["email".to_owned(), "webhook".to_owned()]
}

/// Sends all that is due; the channels in `down` fail. Gives what was tried: topic, channel.
fn round(book: &mut Book, down: &[&str], now: DateTime<Utc>) -> Vec<(&'static str, String)> {
    let claims = book.claim(&both(), now);
    let mut tried = Vec::new();
    for claim in claims {
        let works = !down.contains(&claim.channel.as_str());
        let result = works.then_some(()).ok_or_else(|| "down".to_owned());
        book.record(&claim, result, now);
        tried.push((claim.notice.topic.label(), claim.channel));
    }
    tried
}

fn on(topic: &'static str, channel: &str) -> (&'static str, String) {
    (topic, channel.to_owned())
}

#[test]
fn an_incident_is_told_once_however_often_it_is_raised() {
    let mut book = Book::default();
    assert!(book.raise(stale("zendesk"), &both(), after(0)));
    assert_eq!(
        round(&mut book, &[], after(0)),
        [on("alert", "email"), on("alert", "webhook")]
    );
    let mut again = stale("zendesk");
    again.title = "worse".to_owned();
    again.since = after(60);
    assert!(!book.raise(again, &both(), after(60)));
    assert_eq!(round(&mut book, &[], after(60)), []);
    let [open] = book.open.as_slice() else {
        panic!("{:?}", book.open);
    };
    assert_eq!(
        (open.incident.title.as_str(), open.incident.since),
        ("worse", after(0))
    );
}

#[test]
fn a_channel_that_fails_is_tried_again_alone_and_less_and_less_often() {
    let mut book = Book::default();
    book.raise(stale("zendesk"), &both(), after(0));
    assert_eq!(round(&mut book, &["email"], after(0)).len(), 2);
    assert_eq!(book.troubles().count(), 1);
    let mut tries = Vec::new();
    for minute in 1..=4 * 24 * 60 {
        tries.extend(
            round(&mut book, &["email"], after(minute))
                .iter()
                .map(|_| minute),
        );
    }
    assert_eq!(tries[..7], [1, 3, 7, 15, 31, 63, 123]);
    let last = tries[tries.len() - 1];
    assert!((70 * 60..=72 * 60).contains(&last), "{last}");
    let (_, channel, delivery) = book.troubles().next().unwrap();
    assert_eq!(channel, "email");
    assert!(matches!(delivery.state, State::GivenUp(_)) && delivery.error.is_some());
}

#[test]
fn who_heard_the_alert_hears_the_recovery_and_nobody_else() {
    let mut book = Book::default();
    book.raise(stale("zendesk"), &both(), after(0));
    round(&mut book, &["email"], after(0));
    assert!(book.resolve("stale:zendesk", after(30)));
    assert!(!book.resolve("stale:zendesk", after(30)));
    assert_eq!(
        round(&mut book, &[], after(30)),
        [on("recovery", "webhook")]
    );
    assert_eq!(round(&mut book, &[], after(600)), []);
    // Another time is another incident.
    assert!(book.raise(stale("zendesk"), &both(), after(700)));
    assert_eq!(round(&mut book, &[], after(700)).len(), 2);
}

#[test]
fn what_is_over_while_it_is_under_way_is_told_to_be_over() {
    let mut book = Book::default();
    book.raise(stale("zendesk"), &both(), after(0));
    let claims = book.claim(&both(), after(0));
    book.resolve("stale:zendesk", after(1));
    book.record(&claims[0], Ok(()), after(1));
    book.record(&claims[1], Err("down".to_owned()), after(1));
    assert_eq!(round(&mut book, &[], after(2)), [on("recovery", "email")]);
}

#[test]
fn what_is_back_before_its_first_alert_arrived_is_not_told_to_be_over() {
    let mut book = Book::default();
    book.raise(stale("zendesk"), &both(), after(0));
    let claims = book.claim(&both(), after(0));
    book.resolve("stale:zendesk", after(1));
    book.raise(stale("zendesk"), &both(), after(2));
    book.record(&claims[0], Ok(()), after(2));
    let told = round(&mut book, &[], after(2));
    assert!(told.iter().all(|(topic, _)| *topic == "alert"), "{told:?}");
}

#[test]
fn who_dies_while_sending_leaves_it_to_the_next() {
    let mut book = Book::default();
    book.raise(stale("zendesk"), &both(), after(0));
    assert_eq!(book.claim(&both(), after(0)).len(), 2);
    // Nobody else meanwhile; then it is due again.
    assert_eq!(book.claim(&both(), after(0)).len(), 0);
    assert_eq!(book.claim(&both(), after(1)).len(), 2);
}

#[test]
fn settling_raises_and_resolves_in_its_families_alone() {
    let mut book = Book::default();
    let mut failed = stale("x");
    failed.kind = Kind::Failed;
    book.settle(&[Family::Run], vec![failed], &both(), after(0));
    let present = vec![stale("zendesk"), stale("stripe")];
    book.settle(
        &[Family::Sources, Family::Patterns],
        present,
        &both(),
        after(1),
    );
    book.settle(&[Family::Sources], vec![stale("stripe")], &both(), after(2));
    let keys: Vec<String> = book.open.iter().map(|open| open.incident.key()).collect();
    assert_eq!(keys, ["failed", "stale:stripe"]);
}

#[test]
fn a_digest_is_sent_once_per_period_and_its_body_forgotten() {
    let message = Message {
        subject: "Weekly digest".to_owned(),
        text: String::new(),
        blocks: Vec::new(),
        html: String::new(),
        data: serde_json::Value::Null,
        picture: None,
    };
    let mut book = Book::default();
    assert!(book.digest("2026-W47", message.clone(), &both(), after(0)));
    assert!(!book.digest("2026-W47", message.clone(), &both(), after(5)));
    let kept = |book: &Book| {
        matches!(
            &book.notices[0].topic,
            Topic::Digest {
                message: Some(_),
                ..
            }
        )
    };
    round(&mut book, &["email"], after(5));
    assert!(kept(&book), "the e-mail still waits for it");
    round(&mut book, &[], after(10));
    assert!(!kept(&book));
    assert!(book.digest("2026-W48", message, &both(), after(7 * 24 * 60)));
}

#[test]
fn old_notices_are_forgotten_but_not_those_of_what_lasts() {
    let mut book = Book::default();
    book.raise(stale("lasting"), &both(), after(0));
    for minute in 0..300 {
        book.raise(stale("zendesk"), &both(), after(minute));
        round(&mut book, &[], after(minute));
        book.resolve("stale:zendesk", after(minute));
        round(&mut book, &[], after(minute));
    }
    assert!(
        book.notices.len() <= REMEMBERED + 2,
        "{}",
        book.notices.len()
    );
    assert!(book.resolve("stale:lasting", after(301)));
    assert_eq!(round(&mut book, &[], after(301)).len(), 2);
}

/// What can happen.
#[derive(Debug, Clone)]
enum Step {
    Raise(usize),
    Resolve(usize),
    Round(Vec<&'static str>),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let down = prop::sample::subsequence(vec!["email", "webhook"], 0..=2);
    prop_oneof![
        (0usize..2).prop_map(Step::Raise),
        (0usize..2).prop_map(Step::Resolve),
        down.prop_map(Step::Round),
        (1i64..90).prop_map(Step::Wait),
    ]
}

proptest! {
    #[test]
    fn alerts_and_recoveries_alternate_on_every_channel(steps in prop::collection::vec(step(), 1..80)) {
        let sources = ["stripe", "zendesk"];
        let mut book = Book::default();
        let mut heard: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
        let mut minutes = 0;
        let steps = steps.into_iter().chain([Step::Wait(120), Step::Round(Vec::new()), Step::Round(Vec::new())]);
        for step in steps {
            let now = after(minutes);
            match step {
                Step::Raise(at) => {
                    book.raise(stale(sources[at]), &both(), now);
                }
                Step::Resolve(at) => {
                    book.resolve(&format!("stale:{}", sources[at]), now);
                }
                Step::Wait(by) => minutes += by,
                Step::Round(down) => {
                    for claim in book.claim(&both(), now) {
                        let works = !down.contains(&claim.channel.as_str());
                        book.record(&claim, works.then_some(()).ok_or_else(String::new), now);
                        let (Topic::Alert { incident } | Topic::Recovery { incident, .. }) = &claim.notice.topic else {
                            continue;
                        };
                        if works {
                            let of = (claim.channel.clone(), incident.key());
                            heard.entry(of).or_default().push(claim.notice.topic.label());
                        }
                    }
                }
            }
        }
        for ((channel, key), topics) in heard {
            let alternates = topics.iter().enumerate().all(|(at, topic)| *topic == ["alert", "recovery"][at % 2]);
            prop_assert!(alternates, "{} {}: {:?}", channel, key, topics);
            // After last rounds in which all works (a recovery, then what came after it), each channel knows how things are.
            let open = book.open.iter().any(|open| open.incident.key() == key);
            prop_assert_eq!(topics.last() == Some(&"alert"), open, "{} {}", channel, key);
        }
    }
}
