//! `GetAccessKeyInfo`.

use standin_core::{AccessKey, Context, KeyDecoding, ServiceError};
use standin_shapes_sts::{GetAccessKeyInfoRequest, GetAccessKeyInfoResponse};

use crate::Sts;

/// Gives the account that a key encodes; whether the key is in use is not asked, as on AWS.
pub(crate) async fn get_access_key_info(
    _sts: &Sts,
    _context: Context,
    input: GetAccessKeyInfoRequest,
) -> Result<GetAccessKeyInfoResponse, ServiceError> {
    let key = input.access_key_id.unwrap_or_default();
    let account = AccessKey::parse(&key, KeyDecoding::Encoded).account;
    Ok(GetAccessKeyInfoResponse { account: Some(account.to_string()) })
}
