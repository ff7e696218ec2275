//! The words of alerts and recoveries.

use chrono::{DateTime, Utc};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;
use serde_json::json;
use tidemark_shared::format;
use url::Url;

use crate::book::{Notice, Topic};
use crate::digest::page;
use crate::error::AlertError;
use crate::incident::Incident;
use crate::message::{Message, context as small, escaped, fields, header, link, section};

/// The template of the e-mail.
const TEMPLATE: &str = include_str!("alert.html");

/// What a notice says; `site` is where people open the dashboard.
///
/// # Errors
/// [`AlertError::Drawing`] if the e-mail cannot be laid out, which a test rules out.
pub(crate) fn message(notice: &Notice, site: Option<&Url>) -> Result<Message, AlertError> {
    match &notice.topic {
        Topic::Alert { incident } => told(incident, None, site),
        Topic::Recovery { incident, over_at } => told(incident, Some(*over_at), site),
        Topic::Digest { message, .. } => message
            .clone()
            .ok_or_else(|| AlertError::Drawing("it was forgotten".to_owned())),
        Topic::Trial => trial(site),
    }
}

/// The address of a page of the dashboard.
pub(crate) fn address(site: Option<&Url>, page: &str) -> Option<String> {
    site.map(|site| format!("{}{page}", site.as_str().trim_end_matches('/')))
}

fn told(
    incident: &Incident,
    over_at: Option<DateTime<Utc>>,
    site: Option<&Url>,
) -> Result<Message, AlertError> {
    let title = match over_at {
        None => incident.title.clone(),
        Some(_) => incident.kind.over(),
    };
    let (label, text) = match over_at {
        None => ("Alert", incident.text.clone()),
        Some(_) => ("Recovered", format!("It was: {}.", incident.title)),
    };
    let mut facts = match over_at {
        None => incident.facts.clone(),
        Some(_) => Vec::new(),
    };
    facts.push(("Since".to_owned(), format::moment(incident.since)));
    if let Some(over_at) = over_at {
        facts.push(("Until".to_owned(), format::moment(over_at)));
    }
    let letter = Letter {
        label,
        good: over_at.is_some(),
        title,
        text,
        facts,
        link: address(site, &incident.page),
    };
    let event = if over_at.is_some() {
        "recovery"
    } else {
        "alert"
    };
    letter.message(
        json!({"event": event, "key": incident.key(), "incident": incident, "over_at": over_at}),
    )
}

fn trial(site: Option<&Url>) -> Result<Message, AlertError> {
    let letter = Letter {
        label: "Test",
        good: true,
        title: "Alerts reach you here".to_owned(),
        text: "Somebody asked Tidemark to try its channels. Nothing is the matter.".to_owned(),
        facts: Vec::new(),
        link: address(site, "/"),
    };
    letter.message(json!({"event": "trial"}))
}

/// What an alert consists of.
#[derive(Serialize)]
struct Letter {
    label: &'static str,
    good: bool,
    title: String,
    text: String,
    facts: Vec<(String, String)>,
    link: Option<String>,
}

impl Letter {
    fn message(&self, data: serde_json::Value) -> Result<Message, AlertError> {
        let subject = format!("{}: {}", self.label, self.title);
        let mut text = format!("{subject}\n\n{}\n", self.text);
        if !self.facts.is_empty() {
            text.push('\n');
        }
        for (name, value) in &self.facts {
            text.push_str(&format!("{name}: {value}\n"));
        }
        if let Some(link) = &self.link {
            text.push_str(&format!("\n{link}\n"));
        }
        let mut blocks = vec![header(&subject), section(&escaped(&self.text))];
        if !self.facts.is_empty() {
            let pairs = self.facts.iter();
            blocks.push(fields(
                pairs.map(|(name, value)| (name.as_str(), escaped(value))),
            ));
        }
        if let Some(url) = &self.link {
            blocks.push(small(&link(url, "Open the dashboard")));
        }
        let values = context! { subject => subject.clone(), ..Value::from(Serde(self)) };
        let html = page::render(TEMPLATE, values)?;
        Ok(Message {
            subject,
            text,
            blocks,
            html,
            data,
            picture: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Kind;

    fn incident() -> Incident {
        Incident {
            kind: Kind::Stale {
                source: "zendesk".to_owned(),
            },
            title: "zendesk <has> no recent data & more".to_owned(),
            text: "What happened there since is missing.".to_owned(),
            facts: vec![("Newest fact".to_owned(), "Nov 20, 2026".to_owned())],
            page: "/health".to_owned(),
            since: "2026-11-25T04:09:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn an_alert_says_the_same_in_every_form_and_lets_no_markup_through() {
        let site = "https://numbers.acme.example/tidemark/".parse().unwrap();
        let message = told(&incident(), None, Some(&site)).unwrap();
        assert_eq!(
            message.text,
            "Alert: zendesk <has> no recent data & more\n\nWhat happened there since is missing.\n\n\
             Newest fact: Nov 20, 2026\nSince: Nov 25, 2026, 04:09 UTC\n\nhttps://numbers.acme.example/tidemark/health\n"
        );
        assert!(
            message
                .html
                .contains("zendesk &lt;has&gt; no recent data &amp; more")
        );
        assert!(!message.html.contains("<has>"));
        let blocks = serde_json::to_string(&message.blocks).unwrap();
        assert!(blocks.contains("Nov 20, 2026") && blocks.contains("|Open the dashboard>"));
        assert_eq!(message.data["key"], "stale:zendesk");
    }

    #[test]
    fn a_recovery_tells_what_was_and_until_when() {
        let over_at = "2026-11-25T06:00:00Z".parse().unwrap();
        let message = told(&incident(), Some(over_at), None).unwrap();
        assert_eq!(message.subject, "Recovered: zendesk has recent data again");
        assert!(message.text.contains("Until: Nov 25, 2026, 06:00 UTC"));
        assert_eq!(message.data["event"], "recovery");
    }
}
