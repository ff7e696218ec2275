//! site: a data folder with snapshots, an app of three files, and short ways to ask the router.
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use bytes::Bytes;
use chrono::{DateTime, NaiveDate};
use http_body_util::BodyExt;
use serde_json::Value;
use tidemark_shared::api::{Outcome, Policies, Quality};
use tidemark_snapshot::{Freeze, MartData, SnapshotId, Store};
use tower::ServiceExt;

use crate::{AppAssets, AppState, Asset, Limits, ServerOptions, StripeWebhook, router};

/// The app: a page with one inline script, a fingerprinted script and a plain picture.
pub(super) struct App;

impl AppAssets for App {
    fn get(&self, path: &str) -> Option<Asset> {
        let (bytes, br, content_type): (&[u8], Option<&[u8]>, _) = match path {
            "index.html" => (
                b"<!doctype html><script type=\"module\">init()</script>",
                None,
                "text/html; charset=utf-8",
            ),
            "app-0123456789abcdef.js" => {
                (b"let plain", Some(b"not really brotli"), "text/javascript")
            }
            "icon.svg" => (b"<svg/>", None, "image/svg+xml"),
            _ => return None,
        };
        Some(Asset {
            bytes,
            br,
            gz: None,
            content_type,
            fingerprinted: path.starts_with("app-"),
        })
    }
}

/// A server in process on a data folder of its own.
pub(super) struct Site {
    pub(super) folder: tempfile::TempDir,
    pub(super) store: Store,
    pub(super) router: Router,
}

/// A response, read whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Asserts that this is a well-formed problem document of the status; gives its detail.
    pub(super) fn problem(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert!(
            problem["type"].is_string() && problem["title"].is_string(),
            "{problem}"
        );
        problem["detail"].as_str().unwrap().to_owned()
    }
}

/// A folder for a test: in memory where the system has a place for that, since disks that are made to sync a
/// thousand times are slow, and what a kill leaves does not depend on the disk.
pub(super) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// Later than every day these tests publish.
pub(super) const TODAY: chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();

/// The options of a server on loopback, with default limits.
pub(super) fn options(store: &Store) -> ServerOptions {
    ServerOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        insecure: false,
        public_host: None,
        public_origin: None,
        access: None,
        store: store.clone(),
        today: std::sync::Arc::new(|| TODAY),
        faults: std::sync::Arc::new(Vec::new),
        assets: &App,
        limits: Limits::default(),
        stripe: None,
        runs: None,
    }
}

/// The router of a server that would listen where its options say.
pub(super) fn serving(options: ServerOptions) -> Router {
    let address = options.listen;
    router(AppState::new(options, address))
}

impl Site {
    pub(super) fn empty() -> Self {
        Self::with(Limits::default())
    }

    pub(super) fn with(limits: Limits) -> Self {
        Self::set_up(limits, |_| None)
    }

    /// A site that takes webhooks, if `stripe` says so for its folder.
    pub(super) fn set_up(
        limits: Limits,
        stripe: impl FnOnce(&Path) -> Option<StripeWebhook>,
    ) -> Self {
        let folder = folder();
        let store = Store::open(folder.path()).unwrap();
        let mut options = options(&store);
        options.limits = limits;
        options.stripe = stripe(folder.path());
        let router = serving(options);
        Self {
            folder,
            store,
            router,
        }
    }

    /// Another server on the same folder, which knows nothing yet.
    pub(super) fn restart(&mut self) {
        self.router = serving(options(&self.store));
    }

    /// A site with one snapshot.
    pub(super) fn published() -> (Self, SnapshotId) {
        let site = Self::empty();
        let id = site.publish(1);
        (site, id)
    }

    /// Publishes two rows of spend, the second of `cents`; a greater number is a later build.
    pub(super) fn publish(&self, cents: i64) -> SnapshotId {
        let columns: [(&str, ArrayRef); 3] = [
            ("day", Arc::new(Date32Array::from(vec![19_000, 19_001]))),
            (
                "acquisition_channel",
                Arc::new(StringArray::from(vec!["Ads", "Fairs"])),
            ),
            ("amount", Arc::new(Int64Array::from(vec![7, cents]))),
        ];
        let marts = [MartData {
            name: "marketing_spend".to_owned(),
            batch: RecordBatch::try_from_iter(columns).unwrap(),
        }];
        let freeze = Freeze {
            marts: &marts,
            as_of: NaiveDate::from_ymd_opt(2024, 2, 29).unwrap(),
            generated_at: DateTime::from_timestamp(cents, 0).unwrap(),
            timezone: "UTC".to_owned(),
            currency: "usd".to_owned(),
            policies: Policies::default(),
            sources: Vec::new(),
            quality: Quality {
                status: Outcome::Pass,
                errors: 0,
                warnings: 0,
            },
            documents: vec![("quality.json".to_owned(), br#"{"checks":[]}"#.to_vec())],
            demo: false,
            made_by: None,
        };
        self.store.publish(&freeze).unwrap()
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }

    pub(super) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers).await
    }

    /// Asks the router, and asserts what holds for every response.
    pub(super) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(method, path, headers, Body::empty()).await
    }

    /// The same with a body.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "localhost");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        };
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        answer
    }
}
