//! The error by which a service says that it is asked too often.

use standin_model::{Protocol, ServiceError};
use standin_protocol::Call;

/// Errors of throttling that operations declare; the more telling ones first.
const DECLARED: [&str; 7] = [
    "ProvisionedThroughputExceededException",
    "RequestThrottled",
    "ThrottlingException",
    "ThrottledException",
    "Throttling",
    "TooManyRequestsException",
    "RequestLimitExceeded",
];

/// The error: as the operation declares it, else as its protocol's services are known to answer. Of those
/// that no model names: EC2's `RequestLimitExceeded` and S3's `SlowDown` are in their lists of error codes,
/// `Throttling` and `ThrottlingException` in the list of errors common to all services.
pub(crate) fn error(call: Call) -> ServiceError {
    let errors = &call.operation.errors;
    let declares = |name: &&str| errors.iter().any(|id| call.service.shape(*id).name == *name);
    let is_s3 = call.service.metadata.name == "s3";
    let (code, status) = match DECLARED.into_iter().find(declares) {
        Some(name) => (name, declared_status(call, name)),
        None if is_s3 => ("SlowDown", 503),
        None => match call.protocol {
            Protocol::Ec2 => ("RequestLimitExceeded", 503),
            Protocol::Query | Protocol::RestXml => ("Throttling", 400),
            Protocol::Json | Protocol::RpcV2Cbor => ("ThrottlingException", 400),
            Protocol::RestJson => ("ThrottlingException", 429),
        },
    };
    let message = if is_s3 { "Please reduce your request rate." } else { "Rate exceeded" };
    ServiceError::sender(code, message).with_status(status)
}

/// The status of an error as its shape declares it; 400 for those that no shape declares. AWS's JSON and
/// CBOR services answer 400 and 500, whatever their shapes say for the query protocol.
pub(crate) fn declared_status(call: Call, code: &str) -> u16 {
    let declared = call.service.shapes.iter().find(|shape| {
        shape.error().is_some_and(|error| shape.name == code || error.code == Some(code))
    });
    let error = declared.and_then(|shape| shape.error());
    let plain = matches!(call.protocol, Protocol::Json | Protocol::RpcV2Cbor);
    let by_fault = error.map_or(400, |error| if error.fault { 500 } else { 400 });
    error.and_then(|error| error.status).filter(|_| !plain).unwrap_or(by_fault)
}
