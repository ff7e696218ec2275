//! gate: who may do what, with each role in each mode, and attacks on signing in.
mod attacks;
mod pages;
mod proxy;
mod rights;
mod tokens;
mod views;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::BodyExt;
use tidemark_access::{
    Access, AccessStore, Grant, Mode, Passwords, Policy, Role, Stores, Strength,
};
use tidemark_snapshot::{SnapshotId, Store};
use tower::ServiceExt;

use super::site::{Answer, Site, options};
use crate::gate::AccessOptions;
use crate::options::ServerOptions;
use crate::shares::Peer;
use crate::{AppState, router};

pub(super) const PASSWORD: &str = "correct horse battery";
/// The origin of pages of the server under test.
pub(super) const ORIGIN: (&str, &str) = ("origin", "http://localhost");

pub(super) fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// A server with accounts, one snapshot, and the policy `ads`, which shows spend on `Ads` alone.
pub(super) struct Gated {
    pub(super) site: Site,
    pub(super) id: SnapshotId,
    pub(super) accounts: AccessStore,
    pub(super) router: Router,
}

impl Gated {
    pub(super) fn new(mode: Mode) -> Self {
        Self::set_up(mode, |_, _| {})
    }

    pub(super) fn set_up(mode: Mode, change: impl FnOnce(&mut Access, &mut ServerOptions)) -> Self {
        let (site, id) = Site::published();
        let strength = Strength {
            memory: 64,
            passes: 1,
        };
        let folder = site.folder.path();
        let accounts = AccessStore::open_with(folder, Passwords::with(strength)).unwrap();
        for role in Role::ALL {
            for (suffix, policy) in [("", None), ("-ads", Some("ads"))] {
                let grant = Grant {
                    role,
                    policy: policy.map(str::to_owned),
                };
                let name = format!("{role}{suffix}");
                accounts
                    .add_user(&name, &grant, PASSWORD, "test", now())
                    .unwrap();
            }
        }
        let mut settings = Access {
            mode,
            trusted_proxies: vec!["10.9.0.0/16".parse().unwrap()],
            ..Access::default()
        };
        for role in Role::ALL {
            let grant = Grant { role, policy: None };
            settings.groups.insert(role.name().to_owned(), grant);
        }
        let store = Store::open_read_only(folder);
        let mut options = options(&store);
        change(&mut settings, &mut options);
        options.access = Some(AccessOptions {
            settings,
            accounts: accounts.clone(),
            stores: Stores::new(store, BTreeMap::from([("ads".to_owned(), ads())])),
            now,
        });
        let address = options.listen;
        let router = router(AppState::new(options, address));
        Self {
            site,
            id,
            accounts,
            router,
        }
    }

    /// Sends a request from an address.
    pub(super) async fn send_from(
        &self,
        peer: IpAddr,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let method: Method = method.parse().unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        request.extensions_mut().insert(Peer(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        self.send_from(IpAddr::from([10, 0, 0, 1]), method, path, headers, body)
            .await
    }

    pub(super) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, "").await
    }

    /// Sends the sign-in form.
    pub(super) async fn sign_in(
        &self,
        name: &str,
        password: &str,
        more: &[(&str, &str)],
    ) -> Answer {
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
        headers.extend(more);
        let body: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("name", name)
            .append_pair("password", password)
            .append_pair("next", "/churn?range=90d")
            .finish();
        self.send("POST", "/login", &headers, &body).await
    }

    /// Signs in and returns the cookie to send.
    pub(super) async fn cookie(&self, name: &str) -> String {
        let answer = self.sign_in(name, PASSWORD, &[ORIGIN]).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }
}

/// A policy that shows the rows of one channel.
fn ads() -> Policy {
    let values = BTreeSet::from(["Ads".to_owned()]);
    Policy {
        rows: BTreeMap::from([("acquisition_channel".to_owned(), values)]),
        ..Policy::default()
    }
}

/// An address in a trusted proxy's network.
pub(super) fn proxy() -> IpAddr {
    IpAddr::from([10, 9, 0, 1])
}
