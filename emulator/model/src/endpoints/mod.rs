//! Where a request goes and how it is signed: AWS's endpoint rules, evaluated.
//!
//! Each service has a rule set over parameters (region, FIPS, dual stack, an endpoint of the user's own,
//! some members of the input); partitions say which DNS suffix a region has.

mod arn;
mod evaluate;
mod functions;
mod partitions;
mod read;
mod rules;
mod url;
mod value;

#[cfg(test)]
mod tests;

use crate::pack::PackError;
use crate::{Catalog, Operation, ServiceEntry, SigningMode};

pub use evaluate::{Outcome, evaluate};
pub use partitions::{Partition, Partitions, Region};
pub use rules::{Parameter, RuleSet};
pub use value::{Params, Value};

/// Where a request goes and how it is signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// Scheme, host and maybe a path to put before the request's own; a host prefix is not yet in it.
    pub url: String,
    /// The service in the credential scope.
    pub signing_name: String,
    /// The region in the credential scope; a set of regions, joined by commas, for sigv4a.
    pub signing_region: String,
    /// The signature's scheme (`sigv4`, `sigv4a`, `sigv4-s3express`, `bearer`, `none`).
    pub scheme: String,
    /// The path is percent-encoded once for signing, not twice.
    pub single_encoding: bool,
    /// Headers to send.
    pub headers: Vec<(String, Vec<String>)>,
    /// All that the rule says, in its own form.
    pub properties: Vec<(String, Value)>,
}

/// There is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The catalog has no such service.
    #[error("no service {0}")]
    NoService(String),
    /// The catalog has no endpoint rules for the service.
    #[error("no endpoint rules for {0}")]
    NoRules(String),
    /// A parameter that the rules require has no value.
    #[error("endpoint parameter {0} is required")]
    Required(String),
    /// The rules refuse these parameters; the text is AWS's.
    #[error("{0}")]
    Refused(String),
    /// No rule matches these parameters.
    #[error("no endpoint rule matches")]
    NoMatch,
    /// A rule uses a value as what it is not.
    #[error("endpoint rules: {0}")]
    Type(String),
    /// The pack is damaged.
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// The endpoint of one of AWS's services, by the embedded catalog.
pub fn resolve(service: &str, params: &Params) -> Result<Endpoint, EndpointError> {
    Catalog::embedded().resolve_endpoint(service, params)
}

/// The endpoint that most operations of a service have in a region.
///
/// Where the rules ask for more than a region, what the first operation sets of its own is taken.
pub fn resolve_host(service: &str, region: &str) -> Result<Endpoint, EndpointError> {
    let params = Params::region(region);
    match resolve(service, &params) {
        Err(EndpointError::Required(_)) => {}
        other => return other,
    }
    let model = Catalog::embedded().service(service);
    let first = model.and_then(|model| model.operations.first());
    resolve(service, &first.map_or(params.clone(), |operation| params.for_operation(operation)))
}

impl Catalog {
    /// The endpoint of a service under these parameters.
    pub fn resolve_endpoint(
        &self,
        service: &str,
        params: &Params,
    ) -> Result<Endpoint, EndpointError> {
        let entry =
            self.entry(service).ok_or_else(|| EndpointError::NoService(service.to_owned()))?;
        let rules = self
            .endpoint_rules(service)?
            .ok_or_else(|| EndpointError::NoRules(service.to_owned()))?;
        let outcome = evaluate(rules, self.partitions()?, params)?;
        let metadata = self.service(service).map(|service| &service.metadata);
        let scheme = metadata.map_or("v4", |metadata| metadata.signature_version);
        Ok(endpoint(outcome, entry, params, scheme))
    }
}

fn endpoint(outcome: Outcome, entry: &ServiceEntry, params: &Params, version: &str) -> Endpoint {
    let listed = outcome.properties.iter().find(|(name, _)| name == "authSchemes");
    let first = listed.and_then(|(_, schemes)| schemes.as_list()?.first());
    let text = |name: &str| first?.get(name)?.as_str().map(str::to_owned);
    let regions = || {
        let regions = first?.get("signingRegionSet")?.as_list()?.iter();
        Some(regions.filter_map(Value::as_str).collect::<Vec<_>>().join(","))
    };
    let region = || params.get("Region")?.as_str().map(str::to_owned);
    let default = if version == "bearer" { "bearer" } else { "sigv4" };
    Endpoint {
        signing_name: text("signingName").unwrap_or_else(|| entry.signing_name.to_owned()),
        signing_region: text("signingRegion").or_else(regions).or_else(region).unwrap_or_default(),
        scheme: text("name").unwrap_or_else(|| default.to_owned()),
        single_encoding: first
            .and_then(|scheme| scheme.get("disableDoubleEncoding")?.as_bool())
            .unwrap_or(false),
        url: outcome.url,
        headers: outcome.headers,
        properties: outcome.properties,
    }
}

impl Endpoint {
    /// The host and port, without scheme and path.
    pub fn authority(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }

    /// Whether an operation's request must be signed at all.
    pub fn signs(&self, operation: &Operation) -> bool {
        self.scheme != "none" && operation.signing != SigningMode::None
    }
}
