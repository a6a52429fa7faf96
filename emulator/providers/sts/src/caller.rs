//! Who calls: the session of temporary credentials, or else the account that the access key names.

use standin_core::{Context, ServiceError, error};

use crate::Sts;
use crate::principal::{Principal, PrincipalKind};
use crate::tables::{self, Session, Sessions};

/// A caller, with its session if it has one.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    pub(crate) session: Option<Session>,
}

impl Sts {
    /// The caller, if its credentials are good.
    pub(crate) fn caller(&self, context: &Context) -> Result<Caller, ServiceError> {
        let caller = &context.caller;
        let Some(key) = caller.access_key_id.as_deref() else {
            return Err(missing_authentication_token());
        };
        let sessions = self.store.read::<Sessions>(&tables::scope(context.account));
        if let Some(session) = sessions.sessions.get(key) {
            return with_session(context, session.clone());
        }
        if standin_core::is_issued(key) {
            return Err(error::invalid_client_token());
        }
        let (account, partition) = (context.account, context.partition());
        let principal = Principal { account, partition, kind: PrincipalKind::Root };
        Ok(Caller { principal, session: None })
    }
}

impl Caller {
    /// Refuses what AWS lets no temporary credentials of this kind do, whatever policies say.
    pub(crate) fn may_call(&self, context: &Context) -> Result<(), ServiceError> {
        let operation = context.operation;
        if self.session.is_none() || operation == "GetCallerIdentity" {
            return Ok(());
        }
        if matches!(operation, "GetSessionToken" | "GetFederationToken") {
            let message = format!("Cannot call {operation} with session credentials");
            return Err(error::access_denied(message));
        }
        let allowed = match self.principal.kind {
            PrincipalKind::FederatedUser { .. } => false,
            PrincipalKind::Root => operation == "AssumeRole",
            PrincipalKind::AssumedRole { .. } | PrincipalKind::AssumedRoot => true,
        };
        if allowed { Ok(()) } else { Err(self.not_authorized(&format!("sts:{operation}"), "*")) }
    }

    /// The error of a caller that may not act on a resource.
    pub(crate) fn not_authorized(&self, action: &str, resource: &str) -> ServiceError {
        error::access_denied(format!(
            "User: {} is not authorized to perform: {action} on resource: {resource}",
            self.principal.arn()
        ))
    }
}

fn with_session(context: &Context, session: Session) -> Result<Caller, ServiceError> {
    if context.caller.session_token.as_deref() != Some(&*session.token) {
        return Err(error::invalid_client_token());
    }
    if session.expiration <= context.now() {
        return Err(error::expired_token());
    }
    Ok(Caller { principal: session.principal.clone(), session: Some(session) })
}

fn missing_authentication_token() -> ServiceError {
    let message = "Request is missing Authentication Token";
    ServiceError::sender("MissingAuthenticationToken", message).with_status(403)
}
