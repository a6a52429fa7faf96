//! `GetFederationToken`.

use std::collections::BTreeMap;

use standin_core::{Context, ServiceError};
use standin_shapes_sts::{FederatedUser, GetFederationTokenRequest, GetFederationTokenResponse};

use super::get_session_token::long_term_duration;
use crate::credentials::Grant;
use crate::policy::Packed;
use crate::principal::{Principal, PrincipalKind};
use crate::{Sts, tags};

/// Begins a session of a federated user.
pub(crate) async fn get_federation_token(
    sts: &Sts,
    context: Context,
    input: GetFederationTokenRequest,
) -> Result<GetFederationTokenResponse, ServiceError> {
    let caller = sts.caller(&context)?;
    let request_tags = input.tags.as_deref().unwrap_or_default();
    tags::by_folded_key(request_tags)?;
    let packed = Packed {
        policy: input.policy.as_deref(),
        arns: input.policy_arns.as_deref().unwrap_or_default(),
        tags: request_tags,
    };
    let size = packed.size()?;
    let kind = PrincipalKind::FederatedUser { name: input.name.unwrap_or_default() };
    let principal = Principal { kind, ..caller.principal };
    let user = FederatedUser {
        federated_user_id: Some(principal.user_id()),
        arn: Some(principal.arn().to_string()),
    };
    let grant = Grant {
        principal,
        seconds: long_term_duration(input.duration_seconds),
        token_size: input.minimum_session_token_size,
        transitive_tags: BTreeMap::new(),
        source_identity: None,
    };
    Ok(GetFederationTokenResponse {
        credentials: Some(sts.issue(&context, grant)),
        federated_user: Some(user),
        packed_policy_size: Some(size),
        ..GetFederationTokenResponse::default()
    })
}
