//! Resources of our own, besides AWS's operations.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use http::Response;
use http::request::Parts;

use crate::Body;

/// The path under which our resources stand; no AWS service has it.
pub(crate) const PREFIX: &str = "/_standin/";

/// Answers requests to a path of ours.
pub trait Resource: Send + Sync {
    /// The answer to a request of whatever method.
    fn answer(&self, request: &Parts) -> Response<Body>;
}

/// The resources by path. Clones share them, and they may be added to while requests come in.
#[derive(Clone, Default)]
pub struct Routes(Arc<ArcSwap<BTreeMap<String, Arc<dyn Resource>>>>);

impl Routes {
    /// Adds a resource, or replaces the one at its path, which must begin with `/_standin/`.
    pub fn add(&self, path: &str, resource: impl Resource + 'static) {
        let resource: Arc<dyn Resource> = Arc::new(resource);
        self.0.rcu(|resources| {
            let mut resources = BTreeMap::clone(resources);
            resources.insert(path.to_owned(), resource.clone());
            resources
        });
    }

    /// The resource at a path.
    pub(crate) fn find(&self, path: &str) -> Option<Arc<dyn Resource>> {
        self.0.load().get(path.trim_end_matches('/')).cloned()
    }
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.load().keys()).finish()
    }
}
