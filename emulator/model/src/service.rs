//! A service: its metadata, operations and shapes.

use serde::{Deserialize, Serialize};

use crate::{Name, Shape, ShapeId, Structure};

/// One AWS service at one API version.
///
/// Decoded once and kept for the life of the process: pass it as `&'static Service`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Service {
    /// Names, protocols and versions.
    pub metadata: ServiceMetadata,
    /// The operations, sorted by name.
    pub operations: Vec<Operation>,
    /// The shapes, sorted by name.
    pub shapes: Vec<Shape>,
}

/// Names, protocols and versions of a service.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct ServiceMetadata {
    /// botocore's folder name, the service's name everywhere in Standin (`sqs`, `dynamodb`).
    pub name: Name,
    /// The Smithy service id (`SQS`, `DynamoDB`).
    pub service_id: Name,
    /// The full name (`Amazon Simple Queue Service`).
    pub full_name: Name,
    /// The version of the API (`2012-11-05`).
    pub api_version: Name,
    /// The first label of its host names.
    pub endpoint_prefix: Name,
    /// The service in a credential scope.
    pub signing_name: Name,
    /// `targetPrefix.Operation` is `X-Amz-Target`; for rpc-v2-cbor the service's name in the path.
    pub target_prefix: Option<Name>,
    /// `1.0` or `1.1`, for the json protocol.
    pub json_version: Option<Name>,
    /// The default XML namespace of answers.
    pub xml_namespace: Option<Name>,
    /// The host without a region, for global services.
    pub global_endpoint: Option<Name>,
    /// How requests are signed (`v4`, `s3v4`, `bearer`, `v2`).
    pub signature_version: Name,
    /// The protocols it speaks, preferred first; never empty.
    pub protocols: Vec<Protocol>,
    /// json and cbor answers carry the query protocol's error codes too.
    pub query_compatible: bool,
    /// How requests may authenticate, preferred first (`aws.auth#sigv4`); empty where the model is silent.
    pub auth: Vec<Name>,
    /// When HTTP/2 is spoken (`eventstream`, `optional`).
    pub h2: Option<Name>,
    /// The endpoint parameters that a client's configuration may set.
    pub client_context_params: Vec<Name>,
}

/// A wire protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Protocol {
    /// Forms in, XML out.
    Query,
    /// Query as EC2 speaks it.
    Ec2,
    /// JSON to `X-Amz-Target`, version 1.0 or 1.1 by the service's metadata.
    Json,
    /// JSON with HTTP bindings.
    RestJson,
    /// XML with HTTP bindings.
    RestXml,
    /// CBOR to `/service/S/operation/O`.
    RpcV2Cbor,
}

/// An operation of a service.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
#[expect(clippy::struct_excessive_bools, reason = "the flags of a model are independent")]
pub struct Operation {
    /// The operation's name.
    pub name: Name,
    /// Method, URI and status.
    pub http: HttpTrait,
    /// The input structure.
    pub input: Option<ShapeId>,
    /// The output structure.
    pub output: Option<ShapeId>,
    /// In query answers, the element around the output.
    pub result_wrapper: Option<Name>,
    /// The root element of the request body, where the operation names it.
    pub input_root: Option<Name>,
    /// The namespace of the request's root element, where the operation names it.
    pub input_namespace: Option<Name>,
    /// The errors it declares.
    pub errors: Vec<ShapeId>,
    /// A prefix to the host, labels in braces.
    pub host_prefix: Option<Name>,
    /// How it is signed.
    pub signing: SigningMode,
    /// The body must carry a checksum.
    pub checksum_required: bool,
    /// The member that names the checksum algorithm of the request.
    pub checksum_algorithm_member: Option<Name>,
    /// The member that asks for the checksum of the answer.
    pub checksum_mode_member: Option<Name>,
    /// The algorithms that an answer's checksum may have, preferred first.
    pub checksum_response_algorithms: Vec<Name>,
    /// The model advises against it; a twin with the same URI wins.
    pub deprecated: bool,
    /// Request bodies may be compressed with these encodings.
    pub request_compression: Vec<Name>,
    /// Static endpoint parameters (`staticContextParams`): name and JSON text of the value.
    pub static_context_params: Vec<(Name, Name)>,
    /// Endpoint parameters taken from the input (`operationContextParams`): name and `JMESPath`.
    pub operation_context_params: Vec<(Name, Name)>,
    /// Asking twice does no more than asking once.
    pub idempotent: bool,
    /// It changes nothing.
    pub read_only: bool,
    /// Clients may ask `DescribeEndpoints` for its host first.
    pub endpoint_discovery: bool,
    /// How its answers are paged, if they are.
    pub pagination: Option<Box<Pagination>>,
}

/// How an operation's answers are paged: paths of members, as botocore's paginators give them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Pagination {
    /// The members of the input that continue a listing.
    pub input_tokens: Vec<Name>,
    /// The members of the output that they are taken from.
    pub output_tokens: Vec<Name>,
    /// The member of the input that bounds a page.
    pub limit_key: Option<Name>,
    /// The members of the output that are listed.
    pub result_keys: Vec<Name>,
    /// The member of the output that says whether there is more.
    pub more_results: Option<Name>,
}

/// The HTTP trait of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct HttpTrait {
    /// The method.
    pub method: Name,
    /// The path template with its literal query (`/{Bucket}/{Key+}?acl`).
    pub uri: Name,
    /// The status of a success.
    pub status: u16,
}

/// How an operation is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SigningMode {
    /// As the service is.
    #[default]
    Service,
    /// Not at all.
    None,
    /// Signature version 4 without the body's hash.
    UnsignedBody,
    /// A bearer token.
    Bearer,
}

/// An error shape of a service, found by code or name.
#[derive(Clone, Copy, Debug)]
pub struct ErrorTrait<'m> {
    /// The shape.
    pub shape: &'m Shape,
    /// The code on the wire.
    pub code: Name,
    /// The HTTP status.
    pub status: u16,
}

impl Service {
    /// A shape by its place.
    ///
    /// # Panics
    /// If the id comes from another service's model.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }

    /// A shape by name.
    pub fn shape_named(&self, name: &str) -> Option<&Shape> {
        let index = self.shapes.binary_search_by(|shape| shape.name.cmp(name)).ok()?;
        Some(&self.shapes[index])
    }

    /// An operation by name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        let index = self.operations.binary_search_by(|op| op.name.cmp(name)).ok()?;
        Some(&self.operations[index])
    }

    /// The structure behind an id, if it is one.
    pub fn structure(&self, id: ShapeId) -> Option<&Structure> {
        self.shape(id).structure()
    }

    /// The error with a code or shape name, looked for among the service's error shapes.
    pub fn error(&self, code_or_name: &str) -> Option<ErrorTrait<'_>> {
        self.shapes.iter().find_map(|shape| {
            let info = shape.error()?;
            let code = shape.error_code();
            (shape.name == code_or_name || code == code_or_name).then(|| ErrorTrait {
                shape,
                code,
                status: info.http_status(),
            })
        })
    }
}

impl Protocol {
    /// botocore's name of the protocol.
    pub fn name(self) -> Name {
        match self {
            Self::Query => "query",
            Self::Ec2 => "ec2",
            Self::Json => "json",
            Self::RestJson => "rest-json",
            Self::RestXml => "rest-xml",
            Self::RpcV2Cbor => "smithy-rpc-v2-cbor",
        }
    }

    /// The protocol with botocore's name.
    pub fn from_name(name: &str) -> Option<Self> {
        use Protocol::{Ec2, Json, Query, RestJson, RestXml, RpcV2Cbor};
        [Query, Ec2, Json, RestJson, RestXml, RpcV2Cbor].into_iter().find(|p| p.name() == name)
    }
}
