//! The constraints of the model.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use standin_core::constraints::Validator;
use standin_model::Service;

use crate::chain::{Flow, Handled, RequestHandler};
use crate::{Providers, RequestContext, Validation};

/// Checks the input of an operation that a provider has against the model.
pub(crate) struct Validate(BTreeMap<&'static str, OnceLock<Validator>>);

impl Validate {
    pub(crate) fn new(validation: Validation, providers: &Providers) -> Self {
        let checked = providers.iter().filter(|_| validation == Validation::On);
        Self(checked.map(|provider| (provider.service(), OnceLock::new())).collect())
    }

    /// The validator of a service, made at its first request.
    fn of(&self, service: &'static Service) -> Option<&Validator> {
        let made = self.0.get(service.metadata.name)?;
        Some(made.get_or_init(|| Validator::new(service)))
    }
}

impl RequestHandler for Validate {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let known = (context.call, &context.operation, &mut context.handler, &context.input);
        let (Some(call), Some(operation), Some(handler), Some(input)) = known else {
            return Ok(Flow::Continue);
        };
        if let Some(validator) = self.of(call.service) {
            // Who may not call learns nothing of what the input lacks.
            handler.admit(operation)?;
            validator.validate(call.operation, &input.document)?;
        }
        Ok(Flow::Continue)
    }
}
