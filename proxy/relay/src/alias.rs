//! Addresses of ours that stand for further hosts of AWS's, which answers named: each has a port of its own, so
//! that what is asked there is known to be for that host.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, OnceLock, PoisonError};

use http::uri::Authority as HostAndPort;

/// Opens an address that stands for a host.
pub(crate) type Open = Box<dyn Fn(&HostAndPort) -> io::Result<SocketAddr> + Send + Sync>;

/// The addresses of a run, by the host that each stands for.
#[derive(Default)]
pub(crate) struct Aliases {
    open: OnceLock<Open>,
    known: Mutex<BTreeMap<String, SocketAddr>>,
}

/// Hosts that have an address. An answer may name any number of them.
const KEPT: usize = 256;

impl Aliases {
    /// Says how an address is opened, once we listen.
    pub(crate) fn open_by(&self, open: Open) {
        self.open.get_or_init(|| open);
    }

    /// The address that stands for a host; none where there is none to be had.
    pub(crate) fn of(&self, host: &HostAndPort) -> Option<SocketAddr> {
        let open = self.open.get()?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(address) = known.get(host.as_str()) {
            return Some(*address);
        }
        if known.len() == KEPT {
            return None;
        }
        let address = open(host).ok()?;
        known.insert(host.to_string(), address);
        Some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_one_address_and_their_number_is_bounded() {
        let aliases = Aliases::default();
        let host = |number: usize| format!("h{number}.amazonaws.com").parse().expect("a host");
        assert_eq!(aliases.of(&host(0)), None, "nobody listens yet");
        let next = std::sync::atomic::AtomicU16::new(1);
        aliases.open_by(Box::new(move |_| {
            let port = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Ok(([127, 0, 0, 1], port).into())
        }));
        let first = aliases.of(&host(0)).expect("an address");
        assert_ne!(aliases.of(&host(1)), Some(first));
        assert_eq!(aliases.of(&host(0)), Some(first));
        let had = (0..1000).filter(|number| aliases.of(&host(*number)).is_some()).count();
        assert_eq!(had, KEPT);
    }
}
