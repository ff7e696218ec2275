//! paths: the one address that no other crate names.

/// Where Stripe sends its webhooks; the address exists only where the server is set up for it.
pub(crate) const STRIPE_WEBHOOK: &str = "/api/v1/webhooks/stripe";
/// Liveness: answered whatever else is going on.
pub(crate) const HEALTH: &str = "/healthz";
/// Readiness: whether there is something to serve.
pub(crate) const READY: &str = "/readyz";
