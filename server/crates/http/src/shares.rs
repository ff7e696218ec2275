//! shares: places that clients take while they use something there is little of. No one address
//! takes them all.
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::Extensions;

/// The address of the client, as the listener saw it: a proxy's own address, if there is one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Peer {
    /// The address a request came from. Requests made in process have none and count as one client.
    pub(crate) fn of(extensions: &Extensions) -> IpAddr {
        let peer = extensions.get::<Self>();
        peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0)
    }
}

/// What counts as one client: an IPv4 address, or the /64 network that one host usually has.
pub(crate) fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// A number of places.
pub(crate) struct Shares {
    places: usize,
    places_per_client: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    places: usize,
    by_client: HashMap<IpAddr, usize>,
}

/// A place; it is given back when this is dropped.
pub(crate) struct Share {
    shares: Arc<Shares>,
    client: IpAddr,
}

impl Shares {
    /// `places` in all, of which one client takes at most `places_per_client`.
    pub(crate) fn new(places: usize, places_per_client: usize) -> Arc<Self> {
        Arc::new(Self {
            places,
            places_per_client,
            taken: Mutex::default(),
        })
    }

    /// Takes a place; `None` if none is left for this client.
    pub(crate) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Share> {
        let client = client(address);
        let mut taken = self.lock();
        let own = taken.by_client.get(&client).copied().unwrap_or(0);
        if taken.places >= self.places || own >= self.places_per_client {
            return None;
        }
        taken.places += 1;
        taken.by_client.insert(client, own + 1);
        Some(Share {
            shares: Arc::clone(self),
            client,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        // Nothing inside the lock can leave the counts half-changed.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.shares.lock();
        taken.places -= 1;
        let left = taken.by_client.get(&self.client).map_or(0, |own| own - 1);
        if left == 0 {
            taken.by_client.remove(&self.client);
        } else {
            taken.by_client.insert(self.client, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_leaves_places_for_others_and_gives_its_own_back() {
        let shares = Shares::new(3, 2);
        let [a, b, c] =
            ["10.0.0.1", "::ffff:10.0.0.1", "10.0.0.2"].map(|text| text.parse::<IpAddr>().unwrap());
        let first = shares.take(a).unwrap();
        let second = shares.take(b).unwrap();
        assert!(shares.take(a).is_none(), "a and b are one address");
        let third = shares.take(c).unwrap();
        assert!(shares.take(c).is_none(), "all places are taken");
        drop(first);
        let again = shares.take(a).unwrap();
        drop((second, third, again));
        assert!(shares.lock().by_client.is_empty());
        assert_eq!(shares.lock().places, 0);
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one_client() {
        let shares = Shares::new(9, 1);
        let _place = shares.take("2001:db8::1".parse().unwrap()).unwrap();
        assert!(shares.take("2001:db8::2".parse().unwrap()).is_none());
        assert!(shares.take("2001:db8:0:1::1".parse().unwrap()).is_some());
    }
}
