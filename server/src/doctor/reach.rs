//! Who is reached and who reaches us: the vendors' APIs with our credentials, and the address we serve on.

use std::net::{SocketAddr, TcpListener};

use tidemark_connectors::silent;

use super::{Finding, State};
use crate::{Failure, Settings};

/// The credentials of every source that is set up, tried for real.
pub(crate) async fn credentials(settings: &Settings) -> Vec<Finding> {
    let connectors = match settings.connections.connectors(&[], &settings.files.fields) {
        Ok(connectors) => connectors,
        Err(failure) => return vec![not_set(&failure)],
    };
    let mut findings = Vec::new();
    for connector in connectors {
        let source = connector.source();
        let docs = format!("docs/connectors/{source}.md says what the credentials must allow");
        match connector.check(&silent()).await {
            Err(error) => {
                let message = format!("{source}: {error}");
                findings.push(Finding::bad("credentials", State::Fix, message, &docs));
            }
            Ok(objects) => {
                let unreadable = objects.iter().filter_map(|access| {
                    let problem = access.problem.as_ref()?;
                    let message = format!("{source}: {}: {problem}", access.object);
                    Some(Finding::bad("credentials", State::Fix, message, &docs))
                });
                let before = findings.len();
                findings.extend(unreadable);
                if findings.len() == before {
                    let message = format!("{source}: everything needed can be read");
                    findings.push(Finding::ok("credentials", message));
                }
            }
        }
    }
    findings
}

/// A source that lacks a setting has to be put right; none at all is a choice.
fn not_set(failure: &Failure) -> Finding {
    let text = failure.to_string();
    match text.split_once("; ") {
        Some((message, _)) if message.starts_with("no source") => Finding::ok(
            "credentials",
            "no API is set up: raw files come from elsewhere",
        ),
        Some((message, fix)) => Finding::bad("credentials", State::Fix, message, fix),
        None => Finding::bad("credentials", State::Fix, text, "see docs/connectors"),
    }
}

/// The address to serve on; `has_login` if people are asked who they are.
pub(super) fn address(listen: SocketAddr, has_login: bool) -> Finding {
    if !listen.ip().is_loopback() && !has_login {
        return Finding::bad(
            "address",
            State::Warn,
            format!("{listen} is reached from other machines, and there is no login"),
            "set up a login (docs/access.md), or listen on 127.0.0.1 and put a proxy that authenticates in front",
        );
    }
    match TcpListener::bind(listen) {
        Ok(_) => Finding::ok("address", format!("{listen} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Finding::ok(
            "address",
            format!("{listen} is in use, by `tidemark serve` if it is running"),
        ),
        Err(error) => Finding::bad(
            "address",
            State::Fix,
            format!("{listen} cannot be listened on: {error}"),
            "set `listen` to another address",
        ),
    }
}
