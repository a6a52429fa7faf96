//! Errors that many services share, in AWS's words.

use crate::ServiceError;
use crate::shape::ShapeError;

/// The code of [`not_implemented`].
const NOT_IMPLEMENTED: &str = "NotImplemented";

/// The operation has neither a provider nor a fallback: status 501.
pub fn not_implemented(service: &str, operation: &str) -> ServiceError {
    let message = format!("{operation} of {service} is not implemented.");
    ServiceError::fault(NOT_IMPLEMENTED, message).with_status(501)
}

/// Whether an error is [`not_implemented`], so that a fallback may answer instead.
pub fn is_not_implemented(error: &ServiceError) -> bool {
    error.status == 501 && error.code == NOT_IMPLEMENTED
}

/// Something broke on our side: status 500.
pub fn internal_failure() -> ServiceError {
    let message =
        "The request processing has failed because of an unknown error, exception or failure.";
    ServiceError::fault("InternalFailure", message)
}

/// An input breaks a constraint, as the older services answer it.
pub fn validation_error(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("ValidationError", message)
}

/// An input breaks a constraint, as the json services answer it.
pub fn validation_exception(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("ValidationException", message)
}

/// A required parameter is missing.
pub fn missing_parameter(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("MissingParameter", message)
}

/// A parameter's value is not allowed.
pub fn invalid_parameter_value(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("InvalidParameterValue", message)
}

/// The caller is not allowed to: status 403.
pub fn access_denied(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("AccessDenied", message).with_status(403)
}

/// The access key or session token is not one that was issued: status 403.
pub fn invalid_client_token() -> ServiceError {
    let message = "The security token included in the request is invalid.";
    ServiceError::sender("InvalidClientTokenId", message).with_status(403)
}

/// The temporary credentials have expired: status 403.
pub fn expired_token() -> ServiceError {
    let message = "The security token included in the request is expired";
    ServiceError::sender("ExpiredToken", message).with_status(403)
}

/// An error that a service's model declares, by its shape; the generated constructors call it.
pub fn modelled(shape: &'static str, status: u16, message: String) -> ServiceError {
    let error = if status < 500 {
        ServiceError::sender(shape, message)
    } else {
        ServiceError::fault(shape, message)
    };
    error.with_status(status)
}

/// An input does not have the form of the operation's shape.
#[expect(clippy::needless_pass_by_value, reason = "used as a function of the error, in map_err")]
pub fn malformed_input(error: ShapeError) -> ServiceError {
    serialization_exception(error.to_string())
}

/// A document could not be read as the operation's input.
pub fn serialization_exception(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("SerializationException", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_501_is_not_implemented() {
        assert!(is_not_implemented(&not_implemented("sqs", "CreateQueue")));
        assert!(!is_not_implemented(&internal_failure()));
        assert!(!is_not_implemented(&ServiceError::sender(NOT_IMPLEMENTED, "of S3, a header")));
    }
}
