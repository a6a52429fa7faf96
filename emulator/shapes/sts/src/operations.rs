//! Made by `standin scaffold generate sts --save`; not to be edited.
//!
//! The operations and the trait of the service.

#![expect(clippy::wildcard_imports, reason = "every shape of the service is meant")]

use crate::structures::*;

standin_core::operations! {
    "sts";
    assume_role = "AssumeRole": AssumeRoleRequest => AssumeRoleResponse;
    assume_role_with_saml = "AssumeRoleWithSAML": AssumeRoleWithSAMLRequest => AssumeRoleWithSAMLResponse;
    assume_role_with_web_identity = "AssumeRoleWithWebIdentity": AssumeRoleWithWebIdentityRequest => AssumeRoleWithWebIdentityResponse;
    assume_root = "AssumeRoot": AssumeRootRequest => AssumeRootResponse;
    decode_authorization_message = "DecodeAuthorizationMessage": DecodeAuthorizationMessageRequest => DecodeAuthorizationMessageResponse;
    get_access_key_info = "GetAccessKeyInfo": GetAccessKeyInfoRequest => GetAccessKeyInfoResponse;
    get_caller_identity = "GetCallerIdentity": GetCallerIdentityRequest => GetCallerIdentityResponse;
    get_delegated_access_token = "GetDelegatedAccessToken": GetDelegatedAccessTokenRequest => GetDelegatedAccessTokenResponse;
    get_federation_token = "GetFederationToken": GetFederationTokenRequest => GetFederationTokenResponse;
    get_session_token = "GetSessionToken": GetSessionTokenRequest => GetSessionTokenResponse;
    get_web_identity_token = "GetWebIdentityToken": GetWebIdentityTokenRequest => GetWebIdentityTokenResponse;
}
