//! `GetSessionToken`.

use std::collections::BTreeMap;

use standin_core::{Context, ServiceError};
use standin_shapes_sts::{GetSessionTokenRequest, GetSessionTokenResponse};

use crate::Sts;
use crate::credentials::Grant;

/// The longest session of an account's root, and its default.
const HOUR: i32 = 3600;

/// Begins a session of the caller itself.
pub(crate) async fn get_session_token(
    sts: &Sts,
    context: Context,
    input: GetSessionTokenRequest,
) -> Result<GetSessionTokenResponse, ServiceError> {
    let caller = sts.caller(&context)?;
    let grant = Grant {
        principal: caller.principal,
        seconds: long_term_duration(input.duration_seconds),
        token_size: input.minimum_session_token_size,
        transitive_tags: BTreeMap::new(),
        source_identity: None,
    };
    let credentials = Some(sts.issue(&context, grant));
    Ok(GetSessionTokenResponse { credentials, ..GetSessionTokenResponse::default() })
}

/// How long a session of long-term credentials lasts: those we know are an account's own, which AWS cuts to an hour.
pub(super) fn long_term_duration(asked: Option<i32>) -> i32 {
    asked.unwrap_or(HOUR).min(HOUR)
}
