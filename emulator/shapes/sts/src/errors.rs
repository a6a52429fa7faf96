//! Made by `standin scaffold generate sts --save`; not to be edited.
//!
//! Errors, by the shapes that declare them.

standin_core::errors! {
    expired_token_exception = "ExpiredTokenException", 400;
    expired_trade_in_token_exception = "ExpiredTradeInTokenException", 400;
    idp_communication_error_exception = "IDPCommunicationErrorException", 400;
    idp_rejected_claim_exception = "IDPRejectedClaimException", 403;
    invalid_authorization_message_exception = "InvalidAuthorizationMessageException", 400;
    invalid_identity_token_exception = "InvalidIdentityTokenException", 400;
    jwt_payload_size_exceeded_exception = "JWTPayloadSizeExceededException", 400;
    malformed_policy_document_exception = "MalformedPolicyDocumentException", 400;
    outbound_web_identity_federation_disabled_exception = "OutboundWebIdentityFederationDisabledException", 403;
    packed_policy_too_large_exception = "PackedPolicyTooLargeException", 400;
    region_disabled_exception = "RegionDisabledException", 403;
    session_duration_escalation_exception = "SessionDurationEscalationException", 403;
}
