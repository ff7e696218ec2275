//! E-mail through an SMTP server.

use chrono::{DateTime, Utc};
use lettre::address::Envelope;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{SmtpTransport, Transport};
use tidemark_connectors::Secret;

use super::{Patience, Trouble};
use crate::book::{Notice, Topic};
use crate::error::AlertError;
use crate::message::Message;

/// How the connection to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Encrypted from the first byte; usually port 465.
    Tls,
    /// Encrypted before anything is said; never continued without. Usually port 587.
    StartTls,
    /// Not at all: for a relay on this machine or in a network one trusts. Usually port 25.
    None,
}

impl Security {
    /// The port servers of this kind listen on.
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::None => 25,
        }
    }
}

/// E-mail to some people.
pub struct Email {
    from: Mailbox,
    to: Vec<Mailbox>,
    transport: SmtpTransport,
    patience: Patience,
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Email {{ from: {}, to: {} }}", self.from, self.to.len())
    }
}

impl Email {
    /// E-mail through a server; sends nothing yet.
    ///
    /// # Errors
    /// [`AlertError::Setting`] for what is no e-mail address, for nobody to write to, for a password that would travel in the
    /// clear, and for a machine without certificates.
    pub fn new(
        (server, port): (&str, u16),
        security: Security,
        login: Option<(String, Secret)>,
        from: &str,
        to: &[String],
        patience: Patience,
    ) -> Result<Self, AlertError> {
        let setting = |what: String| AlertError::Setting(what);
        let mailbox = |text: &str, key: &str| -> Result<Mailbox, AlertError> {
            text.parse().map_err(|_| {
                setting(format!(
                    "`alerts.email.{key}` has {text:?}, but must be an e-mail address, such as \"Tidemark <numbers@acme.example>\""
                ))
            })
        };
        let to: Vec<Mailbox> = to
            .iter()
            .map(|text| mailbox(text, "to"))
            .collect::<Result<_, _>>()?;
        if to.is_empty() {
            return Err(setting("`alerts.email.to` names nobody".to_owned()));
        }
        if login.is_some() && security == Security::None && !is_local(server) {
            return Err(setting(
                "`alerts.email` would send its password in the clear; set security to starttls or tls".to_owned(),
            ));
        }
        let parameters = || {
            TlsParameters::new_rustls(server.to_owned()).map_err(|error| {
                setting(format!(
                    "`alerts.email.server` {server:?} cannot be reached safely: {error}"
                ))
            })
        };
        let tls = match security {
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::None => Tls::None,
        };
        let mut transport = SmtpTransport::builder_dangerous(server)
            .port(port)
            .tls(tls)
            .timeout(Some(patience.timeout));
        if let Some((user, password)) = login {
            let password = password.expose().to_owned();
            transport = transport.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            from: mailbox(from, "from")?,
            to,
            transport: transport.build(),
            patience,
        })
    }

    pub(super) fn patience(&self) -> Patience {
        self.patience
    }

    pub(super) async fn send(&self, notice: &Notice, message: &Message) -> Result<(), Trouble> {
        let unusable = |error: &dyn std::fmt::Display| {
            Trouble::Lasting(format!("the e-mail cannot be put together: {error}"))
        };
        let letter = self
            .letter(notice, message)
            .map_err(|error| unusable(&error))?;
        let to = self.to.iter().map(|mailbox| mailbox.email.clone());
        let envelope = Envelope::new(Some(self.from.email.clone()), to.collect());
        let envelope = envelope.map_err(|error| unusable(&error))?;
        // The letter goes out on a thread of its own: this way of sending waits.
        let (transport, letter) = (self.transport.clone(), letter.formatted());
        let sent = tokio::task::spawn_blocking(move || transport.send_raw(&envelope, &letter));
        let sent = sent.await.map_err(|error| unusable(&error))?;
        sent.map(|_| ()).map_err(|error| {
            let mut why = format!("the mail server: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(deeper) = cause {
                if !why.contains(&deeper.to_string()) {
                    why = format!("{why}: {deeper}");
                }
                cause = deeper.source();
            }
            match error.is_permanent() {
                true => Trouble::Lasting(why),
                false => Trouble::Passing(why, None),
            }
        })
    }

    fn letter(
        &self,
        notice: &Notice,
        message: &Message,
    ) -> Result<lettre::Message, lettre::error::Error> {
        let mut letter = lettre::Message::builder()
            .from(self.from.clone())
            .subject(message.subject.as_str())
            .date(notice.at.into())
            .message_id(Some(self.id(notice.id, alerted_at(notice))))
            // Out-of-office answers to a machine help nobody.
            .raw_header(header("Auto-Submitted", "auto-generated"));
        for mailbox in &self.to {
            letter = letter.to(mailbox.clone());
        }
        if let Some(before) = notice.follows {
            let id = self.id(before, alerted_at(notice));
            letter = letter.in_reply_to(id.clone()).references(id);
        }
        let html = SinglePart::html(message.html.clone());
        let shown = match &message.picture {
            None => MultiPart::alternative()
                .singlepart(SinglePart::plain(message.text.clone()))
                .singlepart(html),
            Some(picture) => {
                let chart = Attachment::new_inline("chart".to_owned());
                let chart = chart.body(picture.png.clone(), png());
                MultiPart::alternative()
                    .singlepart(SinglePart::plain(message.text.clone()))
                    .multipart(MultiPart::related().singlepart(html).singlepart(chart))
            }
        };
        letter.multipart(shown)
    }

    /// The same for every try of a notice, so that a letter that came twice is shown once; of an alert and its recovery the
    /// same but for the number, so that they are shown together.
    fn id(&self, notice: u64, at: DateTime<Utc>) -> String {
        let domain = self.from.email.domain();
        format!("<tidemark.{}.{notice}@{domain}>", at.timestamp())
    }
}

/// When the notice's matter began to be told: its own time, of a recovery that of the incident.
fn alerted_at(notice: &Notice) -> DateTime<Utc> {
    match &notice.topic {
        Topic::Alert { incident } | Topic::Recovery { incident, .. } => incident.since,
        Topic::Digest { .. } | Topic::Trial => notice.at,
    }
}

fn png() -> ContentType {
    // Falls back only if the library forgot what a PNG is.
    ContentType::parse("image/png").unwrap_or(ContentType::TEXT_PLAIN)
}

fn header(name: &'static str, value: &str) -> lettre::message::header::HeaderValue {
    use lettre::message::header::{HeaderName, HeaderValue};
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Whether a server is this very machine.
fn is_local(server: &str) -> bool {
    let address = server.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    server == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
