//! Measures what resolving a request costs: without a login, with a session, and with a policy.
//! `cargo run --release --example access_cost`
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tidemark_access::{Access, AccessStore, Grant, Mode, Policy, Role, SessionLimits, Stores};
use tidemark_http::{AccessOptions, AppAssets, AppState, Asset, Limits, ServerOptions, router};
use tidemark_shared::api::{Outcome, Policies, Quality};
use tidemark_snapshot::{Freeze, MartData, Store};
use tower::ServiceExt;

const REQUESTS: u32 = 5_000;
const DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();

/// An app without files: only the API is asked.
struct NoApp;

impl AppAssets for NoApp {
    fn get(&self, _: &str) -> Option<Asset> {
        None
    }
}

type Outcomes<T> = Result<T, Box<dyn std::error::Error>>;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn publish(store: &Store) -> Outcomes<()> {
    let columns: [(&str, ArrayRef); 3] = [
        ("day", Arc::new(Date32Array::from(vec![19_000, 19_001]))),
        (
            "acquisition_channel",
            Arc::new(StringArray::from(vec!["Ads", "Fairs"])),
        ),
        ("amount", Arc::new(Int64Array::from(vec![7, 8]))),
    ];
    let marts = [MartData {
        name: "marketing_spend".to_owned(),
        batch: RecordBatch::try_from_iter(columns)?,
    }];
    store.publish(&Freeze {
        marts: &marts,
        as_of: DAY,
        generated_at: now(),
        timezone: "UTC".to_owned(),
        currency: "usd".to_owned(),
        policies: Policies::default(),
        sources: Vec::new(),
        quality: Quality {
            status: Outcome::Pass,
            errors: 0,
            warnings: 0,
        },
        documents: Vec::new(),
        demo: false,
        made_by: None,
    })?;
    Ok(())
}

fn server(store: &Store, access: Option<AccessOptions>) -> Router {
    let options = ServerOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        insecure: false,
        public_host: None,
        public_origin: None,
        access,
        store: store.clone(),
        today: Arc::new(|| DAY),
        faults: Arc::new(Vec::new),
        assets: &NoApp,
        limits: Limits::default(),
        stripe: None,
        runs: None,
    };
    let address = options.listen;
    router(AppState::new(options, address))
}

async fn ask(router: &Router, cookie: &str) -> Outcomes<Duration> {
    let request = Request::get("/api/v1/manifest")
        .header("host", "localhost")
        .header("cookie", cookie)
        .body(Body::empty())?;
    let began = Instant::now();
    let response = router.clone().oneshot(request).await?;
    let took = began.elapsed();
    match response.status().is_success() {
        true => Ok(took),
        false => Err(format!("answered {}", response.status()).into()),
    }
}

#[tokio::main]
async fn main() -> Outcomes<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path())?;
    publish(&store)?;
    let accounts = AccessStore::open(folder.path())?;
    let rows = BTreeMap::from([(
        "acquisition_channel".to_owned(),
        BTreeSet::from(["Ads".to_owned()]),
    )]);
    let policy = Policy {
        rows,
        ..Policy::default()
    };
    let limits = SessionLimits {
        idle: TimeDelta::hours(1),
        longest: TimeDelta::hours(2),
    };
    let mut cookies = vec![String::new()];
    for (name, policy) in [("ada", None), ("ben", Some("ads".to_owned()))] {
        let role = Role::Analyst;
        accounts.add_user(
            name,
            &Grant { role, policy },
            "correct horse battery",
            "example",
            now(),
        )?;
        let from = ([127, 0, 0, 1].into(), "example");
        let secret = accounts.begin_session(name, from, None, limits, now())?;
        cookies.push(format!("tidemark={}", secret.expose()));
    }
    let access = AccessOptions {
        settings: Access {
            mode: Mode::Password,
            ..Access::default()
        },
        accounts,
        stores: Stores::new(store.clone(), BTreeMap::from([("ads".to_owned(), policy)])),
        now,
    };
    let open = server(&store, None);
    let gated = server(&store, Some(access));
    let routers = [&open, &gated, &gated];
    let mut took: [Vec<Duration>; 3] = Default::default();
    // In turn, so that what else the machine does is in all of them.
    for _ in 0..REQUESTS {
        for ((took, router), cookie) in took.iter_mut().zip(routers).zip(&cookies) {
            took.push(ask(router, cookie).await?);
        }
    }
    let [open, session, policy] = took.map(|mut took| {
        took.sort_unstable();
        took[took.len() / 2].as_secs_f64() * 1e6
    });
    println!("median without a login  {open:7.1} µs");
    println!(
        "with a session          {session:7.1} µs  {:.2} ×",
        session / open
    );
    println!(
        "with a policy           {policy:7.1} µs  {:.2} ×",
        policy / open
    );
    Ok(())
}
