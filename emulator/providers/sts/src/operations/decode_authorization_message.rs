//! `DecodeAuthorizationMessage`.

use standin_core::{Context, ServiceError};
use standin_shapes_sts::{
    DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse, errors,
};

use crate::Sts;

/// Says that the message is invalid, as AWS says of any that it didn't encode.
///
/// AWS encodes one where a policy denies a request; no policies are evaluated here, so there is none to decode.
pub(crate) async fn decode_authorization_message(
    _sts: &Sts,
    _context: Context,
    _input: DecodeAuthorizationMessageRequest,
) -> Result<DecodeAuthorizationMessageResponse, ServiceError> {
    Err(errors::invalid_authorization_message_exception("Message is not valid"))
}
