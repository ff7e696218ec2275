//! `tidemark serve`: the dashboard and the API on the published snapshots.

use std::net::SocketAddr;

use clap::Args;
use tidemark_http::{Limits, Server, ServerOptions};
use tidemark_snapshot::Store;

use super::{Context, stopped};
use crate::Failure;
use crate::assets::EmbeddedApp;

/// Flags of `serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
}

impl Serve {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        context.set("listen", self.listen.as_deref())?;
        let store = Store::open_read_only(&context.settings.data);
        if store.current_id().map_err(Failure::failed)?.is_none() {
            eprintln!(
                "nothing is published in {} yet: the pages will say so until `tidemark build` has run",
                context.settings.data.display()
            );
        }
        serve(context.settings.listen, store)
    }
}

/// Serves until Ctrl-C or SIGTERM; prints the URL once it answers.
pub(super) fn serve(listen: SocketAddr, store: Store) -> Result<(), Failure> {
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
            stripe: None,
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
