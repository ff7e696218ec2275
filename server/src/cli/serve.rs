//! `tidemark serve`: the dashboard and the API on the published snapshots.

use std::net::SocketAddr;

use clap::Args;
use tidemark_connectors::stripe;
use tidemark_http::{Limits, Server, ServerOptions, StripeWebhook};
use tidemark_snapshot::Store;

use super::{Context, seconds_now, stopped};
use crate::assets::EmbeddedApp;
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
}

impl Serve {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        context.set("raw", self.raw.as_deref())?;
        context.set("listen", self.listen.as_deref())?;
        let store = Store::open_read_only(&context.settings.data);
        if store.current_id().map_err(Failure::failed)?.is_none() {
            eprintln!(
                "nothing is published in {} yet: the pages will say so until `tidemark build` has run",
                context.settings.data.display()
            );
        }
        serve(context.settings.listen, store, webhook(&context.settings))
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

/// Serves until Ctrl-C or SIGTERM; prints the URL once it answers.
pub(super) fn serve(
    listen: SocketAddr,
    store: Store,
    stripe: Option<StripeWebhook>,
) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("TIDEMARK_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    runtime.block_on(async {
        let options = ServerOptions {
            listen,
            store,
            assets: &EmbeddedApp,
            limits: Limits::default(),
            stripe,
        };
        let server = Server::bind(options).await.map_err(Failure::failed)?;
        println!(
            "Tidemark is at http://{}/  (Ctrl-C stops it)",
            server.address()
        );
        server.run(stopped()).await;
        Ok(())
    })
}
