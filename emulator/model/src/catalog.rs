//! The services there are: their index is ready at once, their shapes are decoded when first asked for.

use std::sync::{LazyLock, OnceLock};

use crate::botocore::{BuildError, Source};
use crate::pack::{self, Pack, PackError};
use crate::{Service, ServiceEntry};

/// The services of a pack.
///
/// Made once a process and shared as `&'static Catalog`; what it decodes is never freed.
#[derive(Debug)]
pub struct Catalog {
    pack: Pack,
    decoded: Vec<OnceLock<Result<&'static Service, PackError>>>,
    by_signing_name: Lookup,
    by_target_prefix: Lookup,
    by_endpoint_prefix: Lookup,
}

static EMBEDDED: LazyLock<Catalog> = LazyLock::new(|| {
    let bytes = include_bytes!("../../../specs/models.pack");
    Catalog::from_pack(bytes).expect("the pack in the tree is checked by a test")
});

impl Catalog {
    /// The services that AWS had when this program was built.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The services of a pack's bytes; only the index is decoded.
    pub fn from_pack(bytes: &'static [u8]) -> Result<Self, PackError> {
        Ok(Self::new(Pack::open(bytes)?))
    }

    /// The services of botocore's data files, with our patches applied.
    pub fn load(source: &dyn Source) -> Result<Self, BuildError> {
        let patches = Self::embedded().pack.patches()?;
        let bytes = pack::build(source, &patches, pack::Effort::Quick)?.bytes;
        Ok(Self::from_pack(Vec::leak(bytes))?)
    }

    /// Every service's entry, sorted by name.
    pub fn services(&self) -> &[ServiceEntry] {
        &self.pack.index().services
    }

    /// The version of botocore that the data comes from.
    pub fn version(&self) -> &'static str {
        self.pack.index().version
    }

    /// A service's entry by botocore's name (`sqs`).
    pub fn entry(&self, name: &str) -> Option<&ServiceEntry> {
        Some(&self.services()[self.position(name)?])
    }

    /// A service by botocore's name (`sqs`), decoded when first asked for.
    ///
    /// None where there is no such service, or its frame is damaged; [`Catalog::verify`] tells which.
    pub fn service(&self, name: &str) -> Option<&'static Service> {
        self.decode(self.position(name)?).ok()
    }

    /// The services that sign with this name.
    pub fn by_signing_name(&self, name: &str) -> impl Iterator<Item = &ServiceEntry> {
        self.by_signing_name.find(name).map(|place| &self.services()[place])
    }

    /// The services whose `X-Amz-Target` starts with this prefix.
    pub fn by_target_prefix(&self, prefix: &str) -> impl Iterator<Item = &ServiceEntry> {
        self.by_target_prefix.find(prefix).map(|place| &self.services()[place])
    }

    /// The services whose host names start with this label.
    pub fn by_endpoint_prefix(&self, prefix: &str) -> impl Iterator<Item = &ServiceEntry> {
        self.by_endpoint_prefix.find(prefix).map(|place| &self.services()[place])
    }

    /// Decodes every service, to know that all of them can be.
    pub fn verify(&self) -> Result<(), PackError> {
        (0..self.services().len()).try_for_each(|place| self.decode(place).map(drop))
    }

    fn new(pack: Pack) -> Self {
        let services = &pack.index().services;
        Self {
            decoded: services.iter().map(|_| OnceLock::new()).collect(),
            by_signing_name: Lookup::new(services, |entry| Some(entry.signing_name)),
            by_target_prefix: Lookup::new(services, |entry| entry.target_prefix),
            by_endpoint_prefix: Lookup::new(services, |entry| Some(entry.endpoint_prefix)),
            pack,
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.services().binary_search_by(|entry| entry.name.cmp(name)).ok()
    }

    fn decode(&self, place: usize) -> Result<&'static Service, PackError> {
        self.decoded[place].get_or_init(|| self.pack.service(place)).clone()
    }
}

/// Places of services, found by one of their names.
#[derive(Debug)]
struct Lookup(Vec<(&'static str, usize)>);

impl Lookup {
    fn new(
        services: &[ServiceEntry],
        name: impl Fn(&ServiceEntry) -> Option<&'static str>,
    ) -> Self {
        let named = services.iter().enumerate();
        let mut places: Vec<_> =
            named.filter_map(|(place, entry)| Some((name(entry)?, place))).collect();
        places.sort_unstable();
        Self(places)
    }

    fn find(&self, name: &str) -> impl Iterator<Item = usize> {
        let start = self.0.partition_point(|(key, _)| *key < name);
        let end = self.0.partition_point(|(key, _)| *key <= name);
        self.0[start..end].iter().map(|(_, place)| *place)
    }
}
