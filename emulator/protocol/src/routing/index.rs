//! The services by what names them in a request.

use std::collections::HashMap;
use std::sync::OnceLock;

use standin_model::{Catalog, Name, Operation, Protocol, Service, ServiceEntry};

use super::rest::RestTable;

/// The place of a service in [`Index::peers`].
pub(super) type PeerId = u16;

/// All services, found by signing name, target prefix, endpoint prefix or action.
#[derive(Debug)]
pub(super) struct Index {
    catalog: &'static Catalog,
    peers: Vec<Peer>,
    signing: HashMap<Name, Vec<PeerId>>,
    targets: HashMap<Name, Vec<PeerId>>,
    endpoints: HashMap<Name, Vec<PeerId>>,
    names: HashMap<Name, Vec<PeerId>>,
    actions: OnceLock<HashMap<Name, Vec<PeerId>>>,
}

/// One service.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) entry: &'static ServiceEntry,
    service: OnceLock<Option<&'static Service>>,
    rest: OnceLock<RestTable>,
}

impl Peer {
    /// The first of some protocols that the service speaks.
    pub(super) fn speaks(&self, protocols: &[Protocol]) -> Option<Protocol> {
        self.entry.protocols.iter().copied().find(|protocol| protocols.contains(protocol))
    }
}

impl Index {
    pub(super) fn new(catalog: &'static Catalog) -> Self {
        let entries = catalog.services();
        let peers = entries.iter().map(|entry| Peer {
            entry,
            service: OnceLock::new(),
            rest: OnceLock::new(),
        });
        Self {
            catalog,
            signing: by(entries, |entry| Some(entry.signing_name)),
            targets: by(entries, |entry| entry.target_prefix),
            endpoints: by(entries, |entry| Some(entry.endpoint_prefix)),
            names: by(entries, |entry| Some(entry.name)),
            actions: OnceLock::new(),
            peers: peers.collect(),
        }
    }

    pub(super) fn peer(&self, id: PeerId) -> &Peer {
        &self.peers[usize::from(id)]
    }

    /// The services that a signing name may mean. Clients that don't know it use others of the
    /// service's names.
    pub(super) fn signed(&self, name: &str) -> &[PeerId] {
        let name = match name {
            "s3express" | "s3-object-lambda" => "s3",
            name => name,
        };
        let found = self.signing.get(name).or_else(|| self.names.get(name));
        found.or_else(|| self.endpoints.get(name)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn target(&self, prefix: &str) -> &[PeerId] {
        self.targets.get(prefix).map_or(&[], Vec::as_slice)
    }

    pub(super) fn endpoint(&self, prefix: &str) -> &[PeerId] {
        self.endpoints.get(prefix).map_or(&[], Vec::as_slice)
    }

    pub(super) fn named(&self, name: &str) -> Option<PeerId> {
        self.names.get(name)?.first().copied()
    }

    /// The services of the query protocols that have an action.
    pub(super) fn action(&self, action: &str) -> &[PeerId] {
        let actions = self.actions.get_or_init(|| self.collect_actions());
        actions.get(action).map_or(&[], Vec::as_slice)
    }

    pub(super) fn service(&self, id: PeerId) -> Option<&'static Service> {
        let peer = self.peer(id);
        *peer.service.get_or_init(|| self.catalog.service(peer.entry.name))
    }

    pub(super) fn operation(
        &self,
        id: PeerId,
        name: &str,
    ) -> Option<(&'static Service, &'static Operation)> {
        let service = self.service(id)?;
        Some((service, service.operation(name)?))
    }

    /// The routes of a service, made when first asked for.
    pub(super) fn rest(&self, id: PeerId) -> &RestTable {
        let peer = self.peer(id);
        peer.rest.get_or_init(|| RestTable::new(peer.entry))
    }

    fn collect_actions(&self) -> HashMap<Name, Vec<PeerId>> {
        let mut actions = HashMap::<_, Vec<_>>::new();
        for (id, peer) in (0..).zip(&self.peers) {
            if peer.speaks(&[Protocol::Query, Protocol::Ec2]).is_some() {
                for operation in &peer.entry.operations {
                    actions.entry(operation.name).or_default().push(id);
                }
            }
        }
        actions
    }
}

fn by(
    entries: &'static [ServiceEntry],
    key: impl Fn(&ServiceEntry) -> Option<Name>,
) -> HashMap<Name, Vec<PeerId>> {
    let mut map = HashMap::<_, Vec<_>>::new();
    for (id, entry) in (0..).zip(entries) {
        if let Some(key) = key(entry) {
            map.entry(key).or_default().push(id);
        }
    }
    map
}
