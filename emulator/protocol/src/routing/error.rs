//! Why a request can't be routed, and how AWS says so.

use standin_model::{Name, Protocol, ServiceError};

/// A request names no operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct RouteError {
    /// The protocol that the request seems to speak.
    pub protocol: Protocol,
    /// The service, where that much is known.
    pub service: Option<Name>,
    /// What is wrong.
    pub reason: RouteReason,
}

/// What is wrong with a request that names no operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteReason {
    /// Neither signature nor target, action, path or host says which service is meant.
    #[error("unknown service{}", quoted(.0.as_deref()))]
    UnknownService(Option<String>),
    /// The service has no operation of that name.
    #[error("unknown operation '{0}'")]
    UnknownOperation(String),
    /// The service has no action of that name in that version.
    #[error("unknown action '{action}'")]
    UnknownAction {
        /// The action.
        action: String,
        /// The version the request asked for.
        version: Option<String>,
    },
    /// A form names no action.
    #[error("missing action")]
    MissingAction,
    /// The service has no operation at this method and path.
    #[error("no operation at {method} {path}")]
    NoSuchPath {
        /// The method.
        method: String,
        /// The raw path.
        path: String,
    },
    /// The path is an operation's, but with another method.
    #[error("method {method} is not allowed at {path}")]
    MethodNotAllowed {
        /// The method.
        method: String,
        /// The raw path.
        path: String,
    },
    /// Parts of the request contradict each other.
    #[error("{0}")]
    Contradiction(&'static str),
}

impl RouteError {
    /// The error as AWS answers it in the protocol that the request seems to speak.
    pub fn to_service_error(&self) -> ServiceError {
        match &self.reason {
            RouteReason::UnknownAction { action, version } => {
                let message = self.invalid_action(action, version.as_deref());
                ServiceError::sender("InvalidAction", message)
            }
            RouteReason::MissingAction => ServiceError::sender(
                "MissingAction",
                "The request is missing an action or a required parameter.",
            ),
            RouteReason::MethodNotAllowed { .. } | RouteReason::NoSuchPath { .. }
                if self.protocol == Protocol::RestXml =>
            {
                let message = "The specified method is not allowed against this resource.";
                ServiceError::sender("MethodNotAllowed", message).with_status(405)
            }
            _ => unknown_operation(self),
        }
    }

    /// Services with the query protocol say it in different words.
    fn invalid_action(&self, action: &str, version: Option<&str>) -> String {
        if self.protocol == Protocol::Ec2 {
            return format!("The action {action} is not valid for this web service.");
        }
        if self.service == Some("sqs") {
            return format!("The action {action} is not valid for this endpoint.");
        }
        let version = version.unwrap_or("NO_VERSION_SPECIFIED");
        format!("Could not find operation {action} for version {version}")
    }
}

/// JSON services answer 400, those with paths 404.
fn unknown_operation(error: &RouteError) -> ServiceError {
    let status = match error.protocol {
        Protocol::Json | Protocol::Query | Protocol::Ec2 => 400,
        Protocol::RestJson | Protocol::RestXml | Protocol::RpcV2Cbor => 404,
    };
    let code = match error.protocol {
        Protocol::Query | Protocol::Ec2 => "InvalidAction",
        _ => "UnknownOperationException",
    };
    ServiceError::sender(code, error.reason.to_string()).with_status(status)
}

fn quoted(name: Option<&str>) -> String {
    name.map(|name| format!(" '{name}'")).unwrap_or_default()
}
