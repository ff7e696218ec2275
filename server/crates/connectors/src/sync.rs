//! Pulls several sources side by side; one that fails leaves the others alone.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::salesforce::{self, SalesforceConfig};
use crate::stripe::{self, StripeConfig};
use crate::zendesk::{self, ZendeskConfig};
use crate::{Access, Mode, Raw, RawOptions, SyncError, Teller};

/// A source with all that is needed to pull it.
#[derive(Debug, Clone)]
pub enum Connector {
    /// Stripe.
    Stripe(StripeConfig),
    /// Salesforce.
    Salesforce(SalesforceConfig),
    /// Zendesk.
    Zendesk(ZendeskConfig),
}

/// What became of one source.
#[derive(Debug)]
pub struct Outcome {
    /// Source name.
    pub source: &'static str,
    /// Records landed in this run, by object; repeated ones included.
    pub records: BTreeMap<&'static str, u64>,
    /// How long it took.
    pub took: Duration,
    /// Whether it came to its end.
    pub result: Result<(), SyncError>,
}

impl Connector {
    /// Source name, as in the raw folder.
    #[must_use]
    pub fn source(&self) -> &'static str {
        match self {
            Self::Stripe(_) => stripe::SOURCE,
            Self::Salesforce(_) => salesforce::SOURCE,
            Self::Zendesk(_) => zendesk::SOURCE,
        }
    }

    /// Which account the records come from.
    fn origin(&self) -> String {
        match self {
            Self::Stripe(config) => config.origin(),
            Self::Salesforce(config) => config.origin(),
            Self::Zendesk(config) => config.origin(),
        }
    }

    async fn pull(&self, raw: &mut Raw, mode: Mode, tell: &Teller) -> Result<(), SyncError> {
        match self {
            Self::Stripe(config) => stripe::pull(config, raw, mode, tell).await,
            Self::Salesforce(config) => salesforce::pull(config, raw, mode, tell).await,
            Self::Zendesk(config) => zendesk::pull(config, raw, mode, tell).await,
        }
    }

    /// Tells for each object whether it can be read.
    ///
    /// # Errors
    /// If the credentials are refused altogether, or the API cannot be reached.
    pub async fn check(&self, tell: &Teller) -> Result<Vec<Access>, SyncError> {
        match self {
            Self::Stripe(config) => stripe::check(config, tell).await,
            Self::Salesforce(config) => salesforce::check(config, tell).await,
            Self::Zendesk(config) => zendesk::check(config, tell).await,
        }
    }

    /// Pulls this source into its folder below `raw`.
    async fn sync(&self, raw: &Path, mode: Mode, options: RawOptions, tell: &Teller) -> Outcome {
        let begun = Instant::now();
        let mut records = BTreeMap::new();
        let result = match Raw::open(raw, self.source(), &self.origin(), options, tell) {
            Ok(mut raw) => {
                let pulled = self.pull(&mut raw, mode, tell).await;
                let result = pulled.and_then(|()| raw.complete());
                records = raw.landed_by_object().clone();
                result
            }
            Err(error) => Err(error),
        };
        Outcome {
            source: self.source(),
            records,
            took: begun.elapsed(),
            result,
        }
    }
}

/// Pulls all sources at once, each to its own end.
pub async fn sync(
    connectors: &[Connector],
    raw: &Path,
    mode: Mode,
    options: RawOptions,
    tell: &Teller,
) -> Vec<Outcome> {
    join_all(
        connectors
            .iter()
            .map(|source| source.sync(raw, mode, options, tell)),
    )
    .await
}
