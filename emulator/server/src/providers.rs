//! The list of providers.

use std::sync::Arc;

use standin_core::Provider;
use standin_store::Store;

/// Every provider, by the name of its service.
pub(crate) fn all(store: &Store) -> Vec<Arc<dyn Provider>> {
    vec![
        Arc::new(standin_provider_sqs::Sqs::new(store.clone())),
        Arc::new(standin_provider_sts::Sts::new(store.clone())),
    ]
}
