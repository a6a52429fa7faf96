//! How an emulator behaves.

use std::sync::Arc;

use standin_core::{Clock, Ids, KeyDecoding};
use standin_gateway::{BodyLimits, Log, Validation};
use standin_intercept::Chain;
use standin_model::Catalog;
use standin_packages::{Cache, Environment};
use standin_tape::Recording;

/// How an emulator behaves.
#[derive(Clone)]
pub struct Config {
    /// The services it knows; those built in, or newer ones.
    pub catalog: &'static Catalog,
    /// The time, and the waiting for it.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from: chance, or a seed.
    pub ids: Ids,
    /// What answers the operations that no provider has.
    pub fallback: FallbackChoice,
    /// What was recorded, and is answered from there before any provider is asked.
    pub recordings: Vec<Recording>,
    /// The limits on request bodies.
    pub limits: BodyLimits,
    /// Whether access keys of AWS give the account that they encode.
    pub key_decoding: KeyDecoding,
    /// Origins of pages that may call from a browser, besides those of this machine; `*` is any.
    pub allowed_origins: Vec<String>,
    /// What stands around each operation, ours and the fallback's.
    pub interceptors: Arc<Chain>,
    /// Whether the inputs of native operations are checked against the constraints of the models.
    pub validation: Validation,
    /// Where faults, and what takes long, are written to.
    pub log: Arc<dyn Log>,
}

/// What answers the operations that no provider has.
#[derive(Clone, Debug)]
pub enum FallbackChoice {
    /// Nothing: they are not implemented.
    None,
    /// moto, installed and run by us when it is first needed.
    Moto {
        /// Where its package is, or will be.
        cache: Cache,
        /// The environment of the installation and the process.
        environment: Environment,
    },
    /// Any server that speaks AWS, by its URL.
    Url(String),
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("clock", &self.clock)
            .field("ids", &self.ids)
            .field("fallback", &self.fallback)
            .finish_non_exhaustive()
    }
}
