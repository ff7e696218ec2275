//! client: the address that a request comes from, past the proxies that are trusted.
use std::net::IpAddr;

use axum::extract::Request;
use axum::http::HeaderName;

use super::Gate;
use crate::shares::Peer;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

impl Gate {
    /// Whether the request comes from a proxy whose headers are believed.
    pub(crate) fn is_from_proxy(&self, request: &Request) -> bool {
        self.trusts(Peer::of(request.extensions()))
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let proxies = &self.settings.trusted_proxies;
        proxies.iter().any(|network| network.contains(address))
    }

    /// The last address in the chain that is not a trusted proxy: what stands before it, a client
    /// may have made up.
    pub(crate) fn client(&self, request: &Request) -> IpAddr {
        let peer = Peer::of(request.extensions());
        if !self.trusts(peer) {
            return peer;
        }
        let lines = request.headers().get_all(X_FORWARDED_FOR).into_iter();
        let addresses: Vec<Option<IpAddr>> = lines
            .flat_map(|line| line.to_str().unwrap_or_default().split(','))
            .map(|address| address.trim().parse().ok())
            .collect();
        let mut client = peer;
        for address in addresses.into_iter().rev() {
            let Some(address) = address else {
                break;
            };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }
}
