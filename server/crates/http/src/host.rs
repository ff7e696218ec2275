//! host: answers only requests for a name of this server.
//!
//! A page elsewhere can point a name of its own at this machine (DNS rebinding) and would then read
//! a dashboard that no login protects. It cannot choose what `Host` its visitors' browsers send.
use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Version};
use axum::middleware::Next;
use axum::response::Response;

use crate::problem;

/// The names this server answers to.
#[derive(Debug, Clone)]
pub(crate) struct Hosts {
    listen: IpAddr,
    public: Option<String>,
}

impl Hosts {
    pub(crate) fn new(listen: SocketAddr, public: Option<&str>) -> Self {
        Self {
            listen: listen.ip(),
            public: public.map(str::to_ascii_lowercase),
        }
    }

    fn allows(&self, host: &str) -> bool {
        if self.public.as_deref() == Some(&*host.to_ascii_lowercase()) {
            return true;
        }
        match address(host) {
            // No name leads here, so no page of another origin does. Listening on every address of
            // the machine, the server does not know which ones those are.
            Some(address) => {
                address.is_loopback() || address == self.listen || self.listen.is_unspecified()
            }
            None => is_localhost(host),
        }
    }
}

/// Whether a `Host` header names this machine by its loopback address.
pub(crate) fn is_loopback(host: &str) -> bool {
    let Some(authority) = authority(host) else {
        return false;
    };
    let name = authority.host();
    is_localhost(name) || address(name).is_some_and(|address| address.is_loopback())
}

fn is_localhost(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
}

/// An address written as a host, IPv6 in brackets.
fn address(host: &str) -> Option<IpAddr> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address: IpAddr = bare.unwrap_or(host).parse().ok()?;
    Some(address.to_canonical())
}

/// A host with or without a port; `None` for anything else, such as one with a user name.
fn authority(text: &str) -> Option<Authority> {
    let authority: Authority = text.parse().ok()?;
    (!text.contains('@')).then_some(authority)
}

/// The middleware.
pub(crate) async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    match host_of(&request) {
        Err(detail) => problem::response(StatusCode::BAD_REQUEST, detail),
        Ok(Some(host)) if !hosts.allows(&host) => problem::response(
            StatusCode::MISDIRECTED_REQUEST,
            "This server does not go by that name. If people reach it under this name, set `public_url` to the address they use.",
        ),
        Ok(_) => next.run(request).await,
    }
}

/// The host asked for, without its port; none in a request older than HTTP/1.1 without one.
fn host_of(request: &Request) -> Result<Option<String>, &'static str> {
    let header = single_header(request.headers())?;
    let named = match header {
        Some(text) => {
            let authority = authority(text).ok_or("The `Host` header is no host name.")?;
            Some(authority.host().to_owned())
        }
        None if request.version() < Version::HTTP_11 => None,
        None => return Err("HTTP/1.1 requires a `Host` header."),
    };
    // In `GET http://name/path` the address counts, whatever the header says.
    match request.uri().host() {
        Some(host) => Ok(Some(host.to_owned())),
        None => Ok(named),
    }
}

fn single_header(headers: &HeaderMap) -> Result<Option<&str>, &'static str> {
    let mut values = headers.get_all(HOST).into_iter();
    let first = values.next();
    if values.next().is_some() {
        return Err("The request has more than one `Host` header.");
    }
    match first.map(|value| value.to_str()) {
        None => Ok(None),
        Some(Ok(text)) => Ok(Some(text)),
        Some(Err(_)) => Err("The `Host` header is no host name."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_and_the_public_address_are_allowed() {
        let hosts = Hosts::new("10.1.2.3:80".parse().unwrap(), Some("Numbers.acme.example"));
        for host in [
            "localhost",
            "LOCALHOST",
            "127.0.0.1",
            "127.8.9.1",
            "[::1]",
            "10.1.2.3",
            "numbers.ACME.example",
        ] {
            assert!(hosts.allows(host), "{host}");
        }
        for host in [
            "10.1.2.4",
            "evil.example",
            "localhost.evil.example",
            "acme.example",
            "x.numbers.acme.example",
            "[::2]",
            "127.0.0.1.evil.example",
            "",
        ] {
            assert!(!hosts.allows(host), "{host}");
        }
        let everywhere = Hosts::new("0.0.0.0:80".parse().unwrap(), None);
        assert!(everywhere.allows("192.168.1.5") && everywhere.allows("[fd00::5]"));
        assert!(!everywhere.allows("evil.example"));
    }

    #[test]
    fn only_loopback_names_are_this_machine() {
        for host in [
            "localhost:8080",
            "[::1]:8080",
            "127.0.0.1",
            "[::ffff:127.0.0.1]:1",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "x",
            "10.0.0.1",
            "localhost@evil.example",
            "127.0.0.1.evil.example:80",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
