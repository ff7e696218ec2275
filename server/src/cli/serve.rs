//! `tidemark serve`: the dashboard and the API on the published snapshots.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono_tz::Tz;
use clap::Args;
use tidemark_connectors::stripe;
use tidemark_http::{
    Faults, Limits, RunAccess, RunToken, ServeError, Server, ServerOptions, StripeWebhook,
};
use tidemark_runs::Desk;
use tidemark_snapshot::Store;
use tokio::sync::Notify;

use super::{Context, has_desktop, log, now, seconds_now, stopped};
use crate::access::AccessSettings;
use crate::alerts::Watch;
use crate::assets::EmbeddedApp;
use crate::logging::Log;
use crate::runs::{Service, observers};
use crate::stores::fault_names;
use crate::{Failure, Settings};

/// Flags of `serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Folder of the raw files, for what Stripe's webhooks mark
    #[arg(long, value_name = "DIR")]
    raw: Option<String>,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Listen beyond this machine although no login protects the dashboard
    #[arg(long)]
    insecure: bool,
}

impl Serve {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        context.set("raw", self.raw.as_deref())?;
        context.set("listen", self.listen.as_deref())?;
        let store = Store::open_read_only(&context.settings.data);
        match store.latest(context.today()) {
            Ok(Some(latest)) => {
                if let Some(instead) = latest.instead {
                    eprintln!("warning: {instead}");
                }
            }
            Ok(None) => eprintln!(
                "nothing is published in {} yet: the pages will say so until `tidemark build` has run",
                context.settings.data.display()
            ),
            // A restored backup or the next build repairs it while the server runs.
            Err(error) => eprintln!("warning: {error}"),
        }
        let runs = runs(&context)?;
        let settings = &context.settings;
        let listening = Listening::new(settings, self.insecure);
        serve(
            listening,
            store,
            webhook(settings),
            Some(runs),
            &settings.log,
        )
    }
}

/// The schedule, and what is told of runs and asked for over HTTP.
pub(super) struct Runs {
    service: Service,
    access: RunAccess,
    watch: Watch,
}

/// How often what was late is looked for, and what could not be told is tried again.
const TICK: Duration = Duration::from_secs(60);

fn runs(context: &Context) -> Result<Runs, Failure> {
    let settings = &context.settings;
    let wake = Arc::new(Notify::new());
    let service = Service {
        data: settings.data.clone(),
        schedule: settings.runs.schedule(settings.timezone)?,
        zone: settings.timezone,
        catch_up_days: settings.runs.catch_up_days,
        now,
        command: worker(context)?,
        observer: observers(settings)?,
        wake: Arc::clone(&wake),
    };
    let desk = Desk {
        data: settings.data.clone(),
        zone: settings.timezone,
        now,
        wake: Arc::new(move || wake.notify_one()),
    };
    let token = settings.runs.token.as_ref();
    let token = token.map(|token| RunToken::new(token.expose()));
    let access = RunAccess {
        desk,
        token: token.transpose().map_err(Failure::usage)?,
    };
    Ok(Runs {
        service,
        access,
        watch: Watch::new(settings)?,
    })
}

/// This program once more, to do what is queued. What the environment holds it has too.
fn worker(context: &Context) -> Result<Arc<dyn Fn() -> Command + Send + Sync>, Failure> {
    let program = std::env::current_exe().map_err(Failure::failed)?;
    let mut arguments: Vec<OsString> = ["run", "--queued", "--json"].map(Into::into).into();
    let settings = &context.settings;
    arguments.extend(["--raw".into(), settings.raw.clone().into()]);
    arguments.extend(["--data".into(), settings.data.clone().into()]);
    if let Some(config) = &context.config {
        arguments.extend(["--config".into(), config.into()]);
    }
    Ok(Arc::new(move || {
        let mut command = Command::new(&program);
        command
            .args(&arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }))
}

/// Tells what is due, again and again; trouble goes to the log.
async fn keep_telling(watch: &Watch) {
    loop {
        if let Err(error) = watch.tick(now()).await {
            tracing::error!(%error, "alerts could not be told");
        }
        tokio::time::sleep(TICK).await;
    }
}

/// Where to keep what Stripe's webhooks mark, if their secret is set; while it is rolled there are two, parted by a comma.
fn webhook(settings: &Settings) -> Option<StripeWebhook> {
    let secret = settings
        .connections
        .secret(stripe::SOURCE, "webhook_secret")?;
    let secrets = secret
        .expose()
        .split(',')
        .map(|secret| secret.trim().to_owned());
    Some(StripeWebhook {
        secrets: secrets.filter(|secret| !secret.is_empty()).collect(),
        inbox: stripe::inbox(&settings.raw),
        now: seconds_now,
    })
}

/// Where the server listens, and what protects it.
pub(super) struct Listening {
    address: SocketAddr,
    insecure: bool,
    public_host: Option<String>,
    public_origin: Option<String>,
    access: AccessSettings,
    zone: Tz,
    /// Whether another port will do where the one in `address` is taken.
    may_move: bool,
    /// Whether to open the dashboard in this user's browser.
    open: bool,
}

impl Listening {
    pub(super) fn new(settings: &Settings, insecure: bool) -> Self {
        let public_url = settings.public_url.as_ref();
        Self {
            address: settings.listen,
            insecure,
            zone: settings.timezone,
            public_origin: public_url.map(|url| url.origin().ascii_serialization()),
            access: settings.access.clone(),
            public_host: public_url.and_then(|url| url.host_str()).map(str::to_owned),
            may_move: false,
            open: false,
        }
    }

    /// Takes a free port where the usual one is in use, if `may_move`.
    pub(super) fn on_a_free_port(self, may_move: bool) -> Self {
        Self { may_move, ..self }
    }

    /// Opens the dashboard in the user's browser, if `open` and a person is there to see it.
    pub(super) fn opening(self, open: bool) -> Self {
        Self { open, ..self }
    }

    /// The address to listen on; says so where it is another port than the usual one.
    fn address(&self) -> SocketAddr {
        let in_use = || {
            let tried = std::net::TcpListener::bind(self.address);
            tried.is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
        };
        if self.may_move && in_use() {
            eprintln!(
                "port {} is in use by another program: another one is taken",
                self.address.port()
            );
            return SocketAddr::new(self.address.ip(), 0);
        }
        self.address
    }
}

/// Opens a page in the user's browser where this is a terminal on a desktop; elsewhere the printed address
/// is enough.
fn open_browser(address: SocketAddr) {
    if has_desktop() && std::io::stdout().is_terminal() {
        // Without a browser there is still the address.
        let _ = open::that_detached(format!("http://{address}/"));
    }
}

/// How long a look for damage beside the snapshots counts.
const FAULTS_VALID: Duration = Duration::from_secs(5);

/// Longest time the process waits, once the server has ended, for reads of a disk that hangs.
const LEFTOVERS: Duration = Duration::from_secs(1);

/// The damage beside the snapshots, looked for at most every few seconds however often it is asked for.
fn faults(store: &Store, zone: Tz) -> Faults {
    let (store, last) = (store.clone(), Mutex::new(None::<(Instant, Vec<String>)>));
    Arc::new(move || {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, names)) = last.as_ref()
            && at.elapsed() < FAULTS_VALID
        {
            return names.clone();
        }
        let today = now().with_timezone(&zone).date_naive();
        let names = fault_names(&store, today);
        *last = Some((Instant::now(), names.clone()));
        names
    })
}

/// Serves until Ctrl-C or SIGTERM; prints the URL once it answers.
pub(super) fn serve(
    listening: Listening,
    store: Store,
    stripe: Option<StripeWebhook>,
    runs: Option<Runs>,
    settings: &Log,
) -> Result<(), Failure> {
    log::start(settings, "info");
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    let (work, access) = runs
        .map(|runs| ((runs.service, runs.watch), runs.access))
        .unzip();
    let served = runtime.block_on(async {
        let options = ServerOptions {
            listen: listening.address(),
            insecure: listening.insecure,
            access: listening.access.options(&store, now)?,
            public_host: listening.public_host,
            public_origin: listening.public_origin,
            faults: faults(&store, listening.zone),
            today: Arc::new(move || now().with_timezone(&listening.zone).date_naive()),
            store,
            assets: &EmbeddedApp,
            limits: Limits::default(),
            stripe,
            runs: access,
        };
        let server = Server::bind(options).await.map_err(|error| match error {
            ServeError::Exposed { .. } => Failure::usage(error),
            _ => Failure::failed(error),
        })?;
        println!(
            "Tidemark is at http://{}/  (Ctrl-C stops it)",
            server.address()
        );
        if listening.open {
            open_browser(server.address());
        }
        let schedule = async {
            match work {
                Some((service, watch)) => {
                    tokio::join!(service.run(), keep_telling(&watch));
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = server.run(stopped()) => {}
            // It never ends, but is dropped with the server, and a run with it.
            () = schedule => {}
        }
        Ok(())
    });
    // Dropping the runtime would wait for a read that never ends.
    runtime.shutdown_timeout(LEFTOVERS);
    served
}
