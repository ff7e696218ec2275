//! A mail server on loopback that speaks as much SMTP as is spoken to it, keeps letters, and refuses on demand.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What it does wrong, or who it lets in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manners {
    /// Answers to `MAIL FROM` that come before it is accepted.
    pub(crate) refusals: Vec<&'static str>,
    /// The only login it takes, as base64 of `\0user\0password`; none to take everybody.
    pub(crate) login: Option<&'static str>,
}

#[derive(Default)]
struct Kept {
    letters: Vec<String>,
    /// Every line it was told outside of letters.
    lines: Vec<String>,
    refusals: Vec<&'static str>,
}

/// A server; ends with the test's runtime.
pub(crate) struct MailServer {
    kept: Arc<Mutex<Kept>>,
    pub(crate) port: u16,
}

impl MailServer {
    pub(crate) async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a test that is set up");
        let port = listener.local_addr().expect("a test that is set up").port();
        let kept = Arc::new(Mutex::new(Kept {
            refusals: manners.refusals.clone(),
            ..Kept::default()
        }));
        let server = Self {
            kept: Arc::clone(&kept),
            port,
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&kept), manners.login));
            }
        });
        server
    }

    pub(crate) fn letters(&self) -> Vec<String> {
        self.kept
            .lock()
            .expect("a test that is set up")
            .letters
            .clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.kept
            .lock()
            .expect("a test that is set up")
            .lines
            .clone()
    }
}

/// RFC 5321 from greeting to farewell, one command at a time.
async fn talk(
    stream: TcpStream,
    kept: Arc<Mutex<Kept>>,
    login: Option<&'static str>,
) -> Option<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer
        .write_all(b"220 mail.acme.example ESMTP\r\n")
        .await
        .ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        kept.lock()
            .expect("a test that is set up")
            .lines
            .push(line.clone());
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        let refusal = |kept: &Mutex<Kept>| {
            let mut kept = kept.lock().expect("a test that is set up");
            (!kept.refusals.is_empty()).then(|| kept.refusals.remove(0))
        };
        let answer = match verb.as_str() {
            "EHLO" if login.is_some() => "250-mail.acme.example\r\n250 AUTH PLAIN",
            "EHLO" => "250 mail.acme.example",
            "AUTH" if login.is_some_and(|login| line.ends_with(login)) => "235 welcome",
            "AUTH" => "535 5.7.8 wrong user or password",
            "MAIL" => refusal(&kept).unwrap_or("250 ok"),
            "RCPT" | "RSET" | "NOOP" => "250 ok",
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await.ok()?;
                let mut letter = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    // A line that begins with a dot was given a second one.
                    letter.push_str(line.strip_prefix('.').unwrap_or(&line));
                    letter.push_str("\r\n");
                }
                kept.lock()
                    .expect("a test that is set up")
                    .letters
                    .push(letter);
                "250 taken"
            }
            "QUIT" => "221 farewell",
            _ => "502 not here",
        };
        writer
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .ok()?;
        if verb == "QUIT" {
            break;
        }
    }
    Some(())
}
