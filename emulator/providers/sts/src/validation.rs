//! The constraints of the model, in the words of AWS.

use standin_core::{Context, Document, ServiceError, constraints, error};
use standin_model::Catalog;

use crate::Sts;

/// Checks an input against the model.
pub(crate) fn check(_: &Sts, context: &Context, input: &Document) -> Result<(), ServiceError> {
    let service = Catalog::embedded().service(standin_shapes_sts::SERVICE);
    let shape = service.and_then(|service| service.operation(context.operation)?.input);
    let (Some(service), Some(shape)) = (service, shape) else { return Ok(()) };
    match constraints::message(&constraints::check(service, shape, input)) {
        Some(message) => Err(error::validation_error(message)),
        None => Ok(()),
    }
}
