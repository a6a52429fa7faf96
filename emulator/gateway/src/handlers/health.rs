//! `/_standin/health`: which services there are, and who answers for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::header::{ALLOW, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use serde::Serialize;
use standin_core::Forward;
use standin_model::{Catalog, ServiceEntry};

use crate::routes::Resource;
use crate::{Body, Providers, gateway};

/// Tells the state of each service.
pub(crate) struct Health {
    catalog: &'static Catalog,
    providers: Arc<Providers>,
    forward: Arc<dyn Forward>,
}

#[derive(Serialize)]
struct Report {
    version: &'static str,
    models: &'static str,
    services: BTreeMap<&'static str, ServiceState>,
}

#[derive(Serialize)]
struct ServiceState {
    /// `native`, `fallback:NAME@VERSION` or `unavailable`; of a native service, for the rest of its operations too.
    state: String,
    operations: usize,
    native: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<String>,
}

impl Health {
    pub(crate) fn new(parts: &gateway::Parts) -> Self {
        let gateway::Parts { catalog, providers, forward, .. } = parts;
        Self { catalog, providers: providers.clone(), forward: forward.clone() }
    }

    fn report(&self) -> Report {
        let providers = self.providers.iter();
        let native: BTreeMap<_, _> =
            providers.map(|provider| (provider.service(), provider.operations().len())).collect();
        let services = self.catalog.services().iter().map(|entry| {
            let native = native.get(entry.name).copied().unwrap_or_default();
            (entry.name, self.service(entry, native))
        });
        Report {
            version: env!("CARGO_PKG_VERSION"),
            models: self.catalog.version(),
            services: services.collect(),
        }
    }

    fn service(&self, entry: &ServiceEntry, native: usize) -> ServiceState {
        let fallback = self.forward.backend(entry.name).map(|name| format!("fallback:{name}"));
        let state = match (&fallback, native) {
            (_, 1..) => "native".to_owned(),
            (Some(fallback), 0) => fallback.clone(),
            (None, 0) => "unavailable".to_owned(),
        };
        ServiceState { state, operations: entry.operations.len(), native, fallback }
    }
}

impl Resource for Health {
    fn answer(&self, request: &Parts) -> Response<Body> {
        if !matches!(request.method, Method::GET | Method::HEAD) {
            let mut response = Response::new(Body::Empty);
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let mut body = serde_json::to_vec(&self.report()).expect("maps with text keys");
        body.push(b'\n');
        let mut response = Response::new(Body::Whole(body.into()));
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}
