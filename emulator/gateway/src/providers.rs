//! The providers, by service.

use std::collections::BTreeMap;
use std::sync::Arc;

use standin_core::{OperationHandler, Provider};

/// The services that we have.
#[derive(Default)]
pub struct Providers(BTreeMap<&'static str, Arc<dyn Provider>>);

impl Providers {
    /// What answers an operation of a service, if we have it.
    pub fn operation(&self, service: &str, operation: &str) -> Option<OperationHandler> {
        self.0.get(service)?.clone().operation(operation)
    }

    /// The providers in the order of their services' names.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.0.values()
    }
}

impl FromIterator<Arc<dyn Provider>> for Providers {
    fn from_iter<I: IntoIterator<Item = Arc<dyn Provider>>>(providers: I) -> Self {
        Self(providers.into_iter().map(|provider| (provider.service(), provider)).collect())
    }
}

impl std::fmt::Debug for Providers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
