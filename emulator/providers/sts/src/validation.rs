//! What is asked of every request: good credentials, which may do this, and an input that fits the model.

use standin_core::{Context, Document, ServiceError, constraints, error};
use standin_model::Catalog;

use crate::Sts;

/// Checks the caller, and then the input against the model: in AWS's order, a stranger learns nothing of the input.
pub(crate) fn check(sts: &Sts, context: &Context, input: &Document) -> Result<(), ServiceError> {
    sts.caller(context)?.may_call(context)?;
    fits(context, input)
}

fn fits(context: &Context, input: &Document) -> Result<(), ServiceError> {
    let service = Catalog::embedded().service(standin_shapes_sts::SERVICE);
    let shape = service.and_then(|service| service.operation(context.operation)?.input);
    let (Some(service), Some(shape)) = (service, shape) else { return Ok(()) };
    match constraints::message(&constraints::check(service, shape, input)) {
        Some(message) => Err(error::validation_error(message)),
        None => Ok(()),
    }
}
