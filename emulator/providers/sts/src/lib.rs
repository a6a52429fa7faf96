//! STS: who calls, and temporary credentials.
//!
//! `AssumeRoleWithSAML` and `AssumeRoleWithWebIdentity` need an identity provider to verify what they are given,
//! `GetDelegatedAccessToken` a partner's trade-in token, and `GetWebIdentityToken` an issuer that others can reach:
//! they are left to the fallback. What else this provider doesn't do stands in `docs/sts.md`.

mod caller;
mod credentials;
mod operations;
mod policy;
mod principal;
mod tables;
mod tags;

use standin_core::{Context, ServiceError};
use standin_store::Store;

#[cfg(test)]
mod tests;

/// The provider of STS.
#[derive(Clone)]
pub struct Sts {
    store: Store,
}

standin_core::provider! {
    impl standin_shapes_sts for Sts, admitted by Sts::admit {
        assume_role = operations::assume_role;
        assume_root = operations::assume_root;
        decode_authorization_message = operations::decode_authorization_message;
        get_access_key_info = operations::get_access_key_info;
        get_caller_identity = operations::get_caller_identity;
        get_federation_token = operations::get_federation_token;
        get_session_token = operations::get_session_token;
    }
}

impl Sts {
    /// STS with its state in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// A stranger learns nothing of what the input lacks, and no session what it may not call.
    fn admit(&self, context: &Context) -> Result<(), ServiceError> {
        self.caller(context)?.may_call(context)
    }
}
