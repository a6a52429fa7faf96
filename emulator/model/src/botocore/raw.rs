//! The form of botocore's JSON files. Documentation and examples are skipped.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Model {
    pub(super) metadata: Metadata,
    #[serde(default)]
    pub(super) operations: BTreeMap<String, Operation>,
    #[serde(default)]
    pub(super) shapes: BTreeMap<String, Shape>,
    #[serde(default)]
    pub(super) client_context_params: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) api_version: String,
    pub(super) endpoint_prefix: String,
    pub(super) protocol: String,
    #[serde(default)]
    pub(super) protocols: Vec<String>,
    pub(super) service_full_name: String,
    pub(super) service_id: Option<String>,
    pub(super) signature_version: String,
    pub(super) signing_name: Option<String>,
    pub(super) target_prefix: Option<String>,
    pub(super) json_version: Option<String>,
    pub(super) xml_namespace: Option<Namespace>,
    pub(super) global_endpoint: Option<String>,
    pub(super) aws_query_compatible: Option<Value>,
    #[serde(default)]
    pub(super) auth: Vec<String>,
    #[serde(default)]
    pub(super) protocol_settings: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the form is botocore's")]
pub(super) struct Operation {
    pub(super) http: Http,
    pub(super) input: Option<Reference>,
    pub(super) output: Option<Reference>,
    #[serde(default)]
    pub(super) errors: Vec<Reference>,
    pub(super) endpoint: Option<Endpoint>,
    pub(super) authtype: Option<String>,
    #[serde(default)]
    pub(super) auth: Vec<String>,
    #[serde(default)]
    pub(super) unsigned_payload: bool,
    #[serde(default)]
    pub(super) http_checksum_required: bool,
    #[serde(default)]
    pub(super) http_checksum: HttpChecksum,
    #[serde(default)]
    pub(super) deprecated: bool,
    #[serde(default)]
    pub(super) idempotent: bool,
    #[serde(default)]
    pub(super) readonly: bool,
    pub(super) requestcompression: Option<RequestCompression>,
    pub(super) endpointdiscovery: Option<Value>,
    #[serde(default)]
    pub(super) static_context_params: BTreeMap<String, StaticParam>,
    #[serde(default, rename = "operationContextParams")]
    pub(super) input_context_params: BTreeMap<String, PathParam>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Http {
    pub(super) method: String,
    pub(super) request_uri: String,
    pub(super) response_code: Option<u16>,
}

/// A mention of a shape by an operation.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reference {
    pub(super) shape: String,
    pub(super) location_name: Option<String>,
    pub(super) xml_namespace: Option<Namespace>,
    pub(super) result_wrapper: Option<String>,
    pub(super) error: Option<Error>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Endpoint {
    pub(super) host_prefix: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct HttpChecksum {
    pub(super) request_algorithm_member: Option<String>,
    pub(super) request_checksum_required: bool,
    pub(super) request_validation_mode_member: Option<String>,
    pub(super) response_algorithms: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct RequestCompression {
    pub(super) encodings: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct StaticParam {
    pub(super) value: Value,
}

#[derive(Deserialize)]
pub(super) struct PathParam {
    pub(super) path: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the form is botocore's")]
pub(super) struct Shape {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) members: Ordered<Member>,
    #[serde(default)]
    pub(super) required: Vec<String>,
    pub(super) payload: Option<String>,
    #[serde(default)]
    pub(super) union: bool,
    #[serde(default)]
    pub(super) document: bool,
    #[serde(default)]
    pub(super) exception: bool,
    #[serde(default)]
    pub(super) fault: bool,
    pub(super) error: Option<Error>,
    pub(super) retryable: Option<Value>,
    #[serde(default)]
    pub(super) wrapper: bool,
    #[serde(default)]
    pub(super) event: bool,
    #[serde(default)]
    pub(super) eventstream: bool,
    pub(super) member: Option<Member>,
    pub(super) key: Option<Member>,
    pub(super) value: Option<Member>,
    #[serde(default)]
    pub(super) flattened: bool,
    #[serde(default)]
    pub(super) sparse: bool,
    #[serde(default)]
    pub(super) sensitive: bool,
    #[serde(default)]
    pub(super) streaming: bool,
    #[serde(default)]
    pub(super) requires_length: bool,
    #[serde(default)]
    pub(super) jsonvalue: bool,
    pub(super) location_name: Option<String>,
    pub(super) xml_namespace: Option<Namespace>,
    pub(super) timestamp_format: Option<String>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) pattern: Option<String>,
    #[serde(default, rename = "enum")]
    pub(super) values: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Error {
    pub(super) code: Option<String>,
    pub(super) http_status_code: Option<u16>,
    #[serde(default)]
    pub(super) sender_fault: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the form is botocore's")]
pub(super) struct Member {
    pub(super) shape: String,
    pub(super) location: Option<String>,
    pub(super) location_name: Option<String>,
    pub(super) query_name: Option<String>,
    pub(super) xml_namespace: Option<Namespace>,
    #[serde(default)]
    pub(super) xml_attribute: bool,
    #[serde(default)]
    pub(super) flattened: bool,
    #[serde(default)]
    pub(super) streaming: bool,
    #[serde(default)]
    pub(super) jsonvalue: bool,
    #[serde(default)]
    pub(super) idempotency_token: bool,
    #[serde(default)]
    pub(super) host_label: bool,
    #[serde(default)]
    pub(super) eventpayload: bool,
    #[serde(default)]
    pub(super) eventheader: bool,
    #[serde(default)]
    pub(super) deprecated: bool,
    pub(super) timestamp_format: Option<String>,
    pub(super) context_param: Option<ContextParam>,
}

#[derive(Deserialize)]
pub(super) struct ContextParam {
    pub(super) name: String,
}

/// A namespace, as its name alone or with a prefix.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Namespace {
    Uri(String),
    Declared { uri: String, prefix: Option<String> },
}

impl Namespace {
    pub(super) fn uri(&self) -> &String {
        match self {
            Self::Uri(uri) | Self::Declared { uri, .. } => uri,
        }
    }

    pub(super) fn prefix(&self) -> Option<&String> {
        match self {
            Self::Uri(_) => None,
            Self::Declared { prefix, .. } => prefix.as_ref(),
        }
    }
}

#[derive(Default, Deserialize)]
pub(super) struct Paginators {
    pub(super) pagination: BTreeMap<String, Paginator>,
}

#[derive(Deserialize)]
pub(super) struct Paginator {
    #[serde(default)]
    pub(super) input_token: OneOrMore,
    #[serde(default)]
    pub(super) output_token: OneOrMore,
    pub(super) limit_key: Option<String>,
    #[serde(default)]
    pub(super) result_key: OneOrMore,
    pub(super) more_results: Option<String>,
}

/// One name, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}

impl OneOrMore {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::More(names) => names,
        }
    }
}

/// The entries of a JSON object in the file's order.
pub(super) struct Ordered<T>(pub(super) Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Ordered<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}
