//! What routing needs to know of every service without decoding its shapes.

use serde::{Deserialize, Serialize};

use crate::{Name, Protocol};

/// One service in a catalog's index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct ServiceEntry {
    /// botocore's folder name (`sqs`).
    pub name: Name,
    /// The Smithy service id (`SQS`).
    pub service_id: Name,
    /// The full name (`Amazon Simple Queue Service`).
    pub full_name: Name,
    /// The version of the API (`2012-11-05`).
    pub api_version: Name,
    /// The service in a credential scope.
    pub signing_name: Name,
    /// The first label of its host names.
    pub endpoint_prefix: Name,
    /// `targetPrefix.Operation` is `X-Amz-Target`; for rpc-v2-cbor the service's name in the path.
    pub target_prefix: Option<Name>,
    /// `1.0` or `1.1`, for the json protocol.
    pub json_version: Option<Name>,
    /// The host without a region, for global services.
    pub global_endpoint: Option<Name>,
    /// The protocols it speaks, preferred first; never empty.
    pub protocols: Vec<Protocol>,
    /// How many shapes it has.
    pub shapes: u32,
    /// The operations, sorted by name.
    pub operations: Vec<OperationEntry>,
}

/// One operation in a catalog's index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct OperationEntry {
    /// The operation's name.
    pub name: Name,
    /// The HTTP method; `POST` for protocols without HTTP bindings.
    pub method: Name,
    /// The path template with its literal query; `/` for protocols without HTTP bindings.
    pub uri: Name,
    /// A prefix to the host, labels in braces.
    pub host_prefix: Option<Name>,
    /// The query parameters that the input requires.
    pub required_query: Vec<Name>,
    /// The headers that the input requires.
    pub required_headers: Vec<Name>,
    /// The model advises against it; a twin with the same URI wins.
    pub deprecated: bool,
}

impl ServiceEntry {
    /// An operation by name.
    pub fn operation(&self, name: &str) -> Option<&OperationEntry> {
        let place = self.operations.binary_search_by(|entry| entry.name.cmp(name)).ok()?;
        Some(&self.operations[place])
    }

    /// Whether it speaks a protocol.
    pub fn speaks(&self, protocol: Protocol) -> bool {
        self.protocols.contains(&protocol)
    }
}
