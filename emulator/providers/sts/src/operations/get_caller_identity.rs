//! `GetCallerIdentity`.

use standin_core::{Context, ServiceError};
use standin_shapes_sts::{GetCallerIdentityRequest, GetCallerIdentityResponse};

use crate::Sts;

/// Says who calls.
pub(crate) async fn get_caller_identity(
    sts: &Sts,
    context: Context,
    _input: GetCallerIdentityRequest,
) -> Result<GetCallerIdentityResponse, ServiceError> {
    let principal = sts.caller(&context)?.principal;
    Ok(GetCallerIdentityResponse {
        user_id: Some(principal.user_id()),
        account: Some(principal.account.to_string()),
        arn: Some(principal.arn().to_string()),
    })
}
