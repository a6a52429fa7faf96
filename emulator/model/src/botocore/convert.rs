//! From botocore's form of a model to ours.

use std::collections::BTreeMap;

use super::names::Names;
use super::raw;
use super::shapes::Shapes;
use crate::endpoints::RuleSet;
use crate::{
    HttpTrait, Name, Operation, Pagination, Protocol, Service, ServiceMetadata, ShapeId,
    SigningMode,
};

/// Why a model can't be converted, with the place.
pub(super) type Reason = String;

/// Converts models, one copy of each name for all of them.
#[derive(Default)]
pub(super) struct Converter {
    names: Names,
}

impl Converter {
    pub(super) fn rules(&mut self, json: &[u8]) -> Result<RuleSet, Reason> {
        RuleSet::read(json, &mut self.names)
    }

    pub(super) fn service(
        &mut self,
        name: &str,
        model: raw::Model,
        mut paginators: raw::Paginators,
    ) -> Result<Service, Reason> {
        let mut raw_shapes = model.shapes;
        adopt_errors(&mut raw_shapes, &model.operations);
        let shapes = Shapes::new(raw_shapes);
        let operations = model.operations.iter().map(|(name, operation)| {
            let paginator = paginators.pagination.remove(name);
            let mut converter = OperationConverter { names: &mut self.names, shapes: &shapes };
            converter.operation(name, operation, paginator).map_err(|reason| at(name, &reason))
        });
        let operations = operations.collect::<Result<_, _>>()?;
        let shapes = shapes.convert(&mut self.names)?;
        let context_params: Vec<_> = model.client_context_params.into_keys().collect();
        let mut metadata = self.metadata(name, &model.metadata)?;
        metadata.client_context_params = self.names.keep_all(&context_params);
        Ok(Service { metadata, operations, shapes })
    }

    fn metadata(&mut self, name: &str, raw: &raw::Metadata) -> Result<ServiceMetadata, Reason> {
        let names = &mut self.names;
        let endpoint_prefix = names.keep(&raw.endpoint_prefix);
        let preferred = std::iter::once(&raw.protocol);
        let listed = raw.protocols.iter();
        let mut protocols = Vec::new();
        for name in listed.chain(preferred) {
            let protocol =
                Protocol::from_name(name).ok_or_else(|| format!("unknown protocol {name}"))?;
            if !protocols.contains(&protocol) {
                protocols.push(protocol);
            }
        }
        Ok(ServiceMetadata {
            name: names.keep(name),
            service_id: names.keep(raw.service_id.as_ref().unwrap_or(&raw.service_full_name)),
            full_name: names.keep(&raw.service_full_name),
            api_version: names.keep(&raw.api_version),
            endpoint_prefix,
            signing_name: names.keep_some(raw.signing_name.as_ref()).unwrap_or(endpoint_prefix),
            target_prefix: names.keep_some(raw.target_prefix.as_ref()),
            json_version: names.keep_some(raw.json_version.as_ref()),
            xml_namespace: names.keep_some(raw.xml_namespace.as_ref().map(raw::Namespace::uri)),
            global_endpoint: names.keep_some(raw.global_endpoint.as_ref()),
            signature_version: names.keep(&raw.signature_version),
            protocols,
            query_compatible: raw.aws_query_compatible.is_some(),
            auth: names.keep_all(&raw.auth),
            h2: names.keep_some(raw.protocol_settings.get("h2")),
            client_context_params: Vec::new(),
        })
    }
}

/// Some old models declare an error's code where an operation mentions it, not at its shape.
fn adopt_errors(
    shapes: &mut BTreeMap<String, raw::Shape>,
    operations: &BTreeMap<String, raw::Operation>,
) {
    for reference in operations.values().flat_map(|operation| &operation.errors) {
        if let Some(shape) = shapes.get_mut(&reference.shape) {
            shape.exception = true;
            if shape.error.is_none() {
                shape.error.clone_from(&reference.error);
            }
        }
    }
}

struct OperationConverter<'c> {
    names: &'c mut Names,
    shapes: &'c Shapes,
}

impl OperationConverter<'_> {
    fn operation(
        &mut self,
        name: &str,
        raw: &raw::Operation,
        paginator: Option<raw::Paginator>,
    ) -> Result<Operation, Reason> {
        let signing = signing(raw)?;
        let errors = raw.errors.iter().map(|error| self.shapes.id(&error.shape));
        let errors = errors.collect::<Result<_, _>>()?;
        let (input, output) = (raw.input.as_ref(), raw.output.as_ref());
        let namespace = input.and_then(|input| input.xml_namespace.as_ref());
        let prefix = raw.endpoint.as_ref().and_then(|endpoint| endpoint.host_prefix.as_ref());
        let checksum = &raw.http_checksum;
        let compression = raw.requestcompression.as_ref();
        let names = &mut *self.names;
        Ok(Operation {
            name: names.keep(name),
            http: HttpTrait {
                method: names.keep(&raw.http.method),
                uri: names.keep(&raw.http.request_uri),
                status: raw.http.response_code.unwrap_or(200),
            },
            input: shape(self.shapes, input)?,
            output: shape(self.shapes, output)?,
            result_wrapper: names.keep_some(output.and_then(|it| it.result_wrapper.as_ref())),
            input_root: names.keep_some(input.and_then(|it| it.location_name.as_ref())),
            input_namespace: names.keep_some(namespace.map(raw::Namespace::uri)),
            errors,
            host_prefix: names.keep_some(prefix),
            signing,
            checksum_required: raw.http_checksum_required || checksum.request_checksum_required,
            checksum_algorithm_member: names.keep_some(checksum.request_algorithm_member.as_ref()),
            checksum_mode_member: names.keep_some(checksum.request_validation_mode_member.as_ref()),
            checksum_response_algorithms: names.keep_all(&checksum.response_algorithms),
            deprecated: raw.deprecated,
            request_compression: compression.map_or(Vec::new(), |it| names.keep_all(&it.encodings)),
            static_context_params: pairs(names, &raw.static_context_params, |param| {
                param.value.to_string()
            }),
            operation_context_params: pairs(names, &raw.input_context_params, |param| {
                param.path.clone()
            }),
            idempotent: raw.idempotent,
            read_only: raw.readonly,
            endpoint_discovery: raw.endpointdiscovery.is_some(),
            pagination: paginator.map(|paginator| Box::new(pagination(names, &paginator))),
        })
    }
}

fn shape(shapes: &Shapes, reference: Option<&raw::Reference>) -> Result<Option<ShapeId>, Reason> {
    reference.map(|reference| shapes.id(&reference.shape)).transpose()
}

fn pairs<T>(
    names: &mut Names,
    params: &BTreeMap<String, T>,
    value: impl Fn(&T) -> String,
) -> Vec<(Name, Name)> {
    params.iter().map(|(name, param)| (names.keep(name), names.keep(&value(param)))).collect()
}

fn pagination(names: &mut Names, raw: &raw::Paginator) -> Pagination {
    Pagination {
        input_tokens: names.keep_all(raw.input_token.as_slice()),
        output_tokens: names.keep_all(raw.output_token.as_slice()),
        limit_key: names.keep_some(raw.limit_key.as_ref()),
        result_keys: names.keep_all(raw.result_key.as_slice()),
        more_results: names.keep_some(raw.more_results.as_ref()),
    }
}

fn signing(raw: &raw::Operation) -> Result<SigningMode, Reason> {
    match raw.authtype.as_deref() {
        Some("none") => return Ok(SigningMode::None),
        Some("v4-unsigned-body") => return Ok(SigningMode::UnsignedBody),
        Some("bearer") => return Ok(SigningMode::Bearer),
        Some("v4") | None => {}
        Some(other) => return Err(format!("unknown authtype {other}")),
    }
    match raw.auth.first().map(String::as_str) {
        Some("smithy.api#noAuth") => Ok(SigningMode::None),
        Some("smithy.api#httpBearerAuth") => Ok(SigningMode::Bearer),
        _ if raw.unsigned_payload => Ok(SigningMode::UnsignedBody),
        _ => Ok(SigningMode::Service),
    }
}

/// A reason with the place it holds for.
pub(super) fn at(place: &str, reason: &str) -> Reason {
    format!("{place}: {reason}")
}
