//! What is sent, in all the forms in which channels want it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

/// Longest text of a Slack section, in characters.
const SECTION: usize = 3_000;
/// Longest Slack header, in characters.
const HEADER: usize = 150;
/// Most fields of a Slack section.
const FIELDS: usize = 10;

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// One line.
    pub subject: String,
    /// All of it as plain text.
    pub text: String,
    /// All of it as Slack blocks.
    pub blocks: Vec<Value>,
    /// All of it as an HTML document; shows the picture as `cid:chart`.
    pub html: String,
    /// All of it as data, for programs.
    pub data: Value,
    /// A picture.
    pub picture: Option<Picture>,
}

/// A picture in PNG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The file.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub png: Vec<u8>,
    /// What it shows, for who does not see it.
    pub about: String,
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map_err(serde::de::Error::custom)
}

/// Text as Slack shows it as it is: its three signs escaped, nothing of it a mention or a link.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A Slack header.
pub(crate) fn header(text: &str) -> Value {
    json!({"type": "header", "text": {"type": "plain_text", "text": cut(text, HEADER)}})
}

/// A Slack section of text in its markup.
pub(crate) fn section(markup: &str) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": cut(markup, SECTION)}})
}

/// A Slack section of names and values side by side.
pub(crate) fn fields<'a>(fields: impl Iterator<Item = (&'a str, String)>) -> Value {
    let field = |(name, markup): (&str, String)| json!({"type": "mrkdwn", "text": format!("*{}*\n{markup}", escaped(name))});
    let fields: Vec<Value> = fields.take(FIELDS).map(field).collect();
    json!({"type": "section", "fields": fields})
}

/// Small print in Slack.
pub(crate) fn context(markup: &str) -> Value {
    json!({"type": "context", "elements": [{"type": "mrkdwn", "text": cut(markup, SECTION)}]})
}

/// A link in Slack's markup.
pub(crate) fn link(url: &str, label: &str) -> String {
    format!("<{}|{}>", escaped(url), escaped(label))
}

/// At most so many characters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most - 1) {
        Some((at, _)) if text.chars().count() > most => format!("{}…", &text[..at]),
        _ => text.to_owned(),
    }
}
