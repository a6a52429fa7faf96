//! Faults of ours, for whoever runs the emulator.

use std::sync::Arc;

use crate::chain::ExceptionHandler;
use crate::{Exception, Log, RequestContext};

/// Logs what is our fault. What is the client's, its answer says.
pub(crate) struct LogException(pub(crate) Arc<dyn Log>);

impl ExceptionHandler for LogException {
    fn handle(&self, exception: &Exception, context: &mut RequestContext) -> Result<(), Exception> {
        let ours = match exception {
            Exception::Panic(_) | Exception::Serialize(_) => true,
            Exception::Service(error) => error.status == 500,
            _ => false,
        };
        if ours {
            let operation = context.call.map_or("no operation", |call| call.operation.name);
            let service = context.call.map_or("-", |call| call.service.metadata.name);
            self.0.line(&format!(
                "request {} ({service} {operation}): {exception}",
                context.request_id
            ));
        }
        Ok(())
    }
}
