//! Who a caller can be, and how AWS names them.

use standin_core::{AccountId, Arn, Partition};

/// A caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Principal {
    pub(crate) account: AccountId,
    pub(crate) partition: Partition,
    pub(crate) kind: PrincipalKind,
}

/// What a caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PrincipalKind {
    /// The account itself. Callers with keys that name only an account are this.
    Root,
    /// The root of a member account, for a task.
    AssumedRoot,
    /// A role in a session.
    AssumedRole {
        /// The role's name, without its path.
        role: String,
        /// The role's unique id.
        role_id: String,
        /// The name of the session.
        session: String,
    },
    /// A federated user.
    FederatedUser {
        /// The name that the broker chose.
        name: String,
    },
}

impl Principal {
    /// The ARN.
    pub(crate) fn arn(&self) -> Arn {
        let (service, resource) = match &self.kind {
            PrincipalKind::Root => ("iam", "root".to_owned()),
            PrincipalKind::AssumedRoot => ("sts", "assumed-root".to_owned()),
            PrincipalKind::AssumedRole { role, session, .. } => {
                ("sts", format!("assumed-role/{role}/{session}"))
            }
            PrincipalKind::FederatedUser { name } => ("sts", format!("federated-user/{name}")),
        };
        Arn::global(service, self.partition, self.account, resource)
    }

    /// The unique id, as the policy variable `aws:userid` has it.
    pub(crate) fn user_id(&self) -> String {
        match &self.kind {
            PrincipalKind::Root | PrincipalKind::AssumedRoot => self.account.to_string(),
            PrincipalKind::AssumedRole { role_id, session, .. } => format!("{role_id}:{session}"),
            PrincipalKind::FederatedUser { name } => format!("{}:{name}", self.account),
        }
    }
}
