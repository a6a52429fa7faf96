//! The services there are: their index is ready at once, their shapes are decoded when first asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use crate::botocore::{self, BuildError, Source};
use crate::endpoints::{Partitions, RuleSet};
use crate::pack::{self, Pack, PackError};
use crate::{Service, ServiceEntry};

/// The services of a pack, or of newer data laid over it.
///
/// Made once a process and shared as `&'static Catalog`; what it decodes is never freed.
#[derive(Debug)]
pub struct Catalog {
    version: &'static str,
    services: Cow<'static, [ServiceEntry]>,
    slots: Vec<Slot>,
    packs: Vec<&'static Pack>,
    partitions: OnceLock<Result<&'static Partitions, PackError>>,
    by_signing_name: Lookup,
    by_target_prefix: Lookup,
    by_endpoint_prefix: Lookup,
}

/// Where a service lies, and what of it is decoded.
#[derive(Debug)]
struct Slot {
    pack: &'static Pack,
    place: usize,
    model: OnceLock<Result<&'static Service, PackError>>,
    rules: OnceLock<Result<Option<&'static RuleSet>, PackError>>,
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
        Ok(Self::of(vec![Pack::open(bytes)?]))
    }

    /// The embedded services, those that botocore's data files have read from there, with our patches applied.
    pub fn load(source: &dyn Source) -> Result<Self, BuildError> {
        let embedded = Self::embedded().packs[0];
        let present = botocore::names(source);
        let mut patches = embedded.patches()?;
        patches.retain(|(file, _)| present.iter().any(|name| file == &format!("{name}.json")));
        let built = pack::build(source, &patches, pack::Effort::Quick)?;
        Ok(Self::of(vec![Pack::open(Vec::leak(built.bytes))?, embedded]))
    }

    /// Every service's entry, sorted by name.
    pub fn services(&self) -> &[ServiceEntry] {
        &self.services
    }

    /// The version of botocore that the data comes from.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// A service's entry by botocore's name (`sqs`).
    pub fn entry(&self, name: &str) -> Option<&ServiceEntry> {
        Some(&self.services[self.position(name)?])
    }

    /// A service by botocore's name (`sqs`), decoded when first asked for.
    ///
    /// None where there is no such service, or its frame is damaged; [`Catalog::verify`] tells which.
    pub fn service(&self, name: &str) -> Option<&'static Service> {
        self.slots[self.position(name)?].model().ok()
    }

    /// The services that sign with this name.
    pub fn by_signing_name(&self, name: &str) -> impl Iterator<Item = &ServiceEntry> {
        self.by_signing_name.find(name).map(|place| &self.services[place])
    }

    /// The services whose `X-Amz-Target` starts with this prefix.
    pub fn by_target_prefix(&self, prefix: &str) -> impl Iterator<Item = &ServiceEntry> {
        self.by_target_prefix.find(prefix).map(|place| &self.services[place])
    }

    /// The services whose host names start with this label.
    pub fn by_endpoint_prefix(&self, prefix: &str) -> impl Iterator<Item = &ServiceEntry> {
        self.by_endpoint_prefix.find(prefix).map(|place| &self.services[place])
    }

    /// The endpoint rules of a service, decoded when first asked for; those built in where newer data has none.
    pub fn endpoint_rules(&self, name: &str) -> Result<Option<&'static RuleSet>, PackError> {
        let Some(place) = self.position(name) else { return Ok(None) };
        match self.slots[place].rules()? {
            None if self.packs.len() > 1 => Self::embedded().endpoint_rules(name),
            own => Ok(own),
        }
    }

    /// The partitions, decoded when first asked for.
    pub fn partitions(&self) -> Result<&'static Partitions, PackError> {
        let decode = || {
            let mut found = self.packs.iter().filter_map(|pack| pack.partitions().transpose());
            found.next().unwrap_or_else(|| {
                Err(PackError::Content("the partitions".to_owned(), "none there".to_owned()))
            })
        };
        self.partitions.get_or_init(decode).clone()
    }

    /// Our corrections of AWS's models that the embedded services have: service, and text of the patch file.
    pub fn patches(&self) -> Result<Vec<(String, String)>, PackError> {
        let embedded = self.packs.last().expect("a catalog has a pack");
        let files = embedded.patches()?.into_iter();
        Ok(files.map(|(file, text)| (file.trim_end_matches(".json").to_owned(), text)).collect())
    }

    /// Decodes everything, to know that it can be.
    pub fn verify(&self) -> Result<(), PackError> {
        for slot in &self.slots {
            slot.model()?;
            slot.rules()?;
        }
        Ok(())
    }

    /// The services of packs; an earlier pack's services hide those of later ones.
    fn of(packs: Vec<&'static Pack>) -> Self {
        let mut named = BTreeMap::new();
        for pack in packs.iter().rev() {
            let places = pack.index().services.iter().enumerate();
            named.extend(places.map(|(place, entry)| (entry.name, (*pack, place))));
        }
        let services: Cow<'static, [ServiceEntry]> = match packs.as_slice() {
            [only] => Cow::Borrowed(&only.index().services),
            _ => {
                named.values().map(|(pack, place)| pack.index().services[*place].clone()).collect()
            }
        };
        Self {
            version: packs[0].index().version,
            by_signing_name: Lookup::new(&services, |entry| Some(entry.signing_name)),
            by_target_prefix: Lookup::new(&services, |entry| entry.target_prefix),
            by_endpoint_prefix: Lookup::new(&services, |entry| Some(entry.endpoint_prefix)),
            services,
            slots: named.into_values().map(|(pack, place)| Slot::new(pack, place)).collect(),
            packs,
            partitions: OnceLock::new(),
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.services.binary_search_by(|entry| entry.name.cmp(name)).ok()
    }
}

impl Slot {
    fn new(pack: &'static Pack, place: usize) -> Self {
        Self { pack, place, model: OnceLock::new(), rules: OnceLock::new() }
    }

    fn model(&self) -> Result<&'static Service, PackError> {
        self.model.get_or_init(|| self.pack.service(self.place)).clone()
    }

    fn rules(&self) -> Result<Option<&'static RuleSet>, PackError> {
        self.rules.get_or_init(|| self.pack.rules(self.place)).clone()
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
