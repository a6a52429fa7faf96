//! Made by `standin scaffold generate sts --save`; not to be edited.
//!
//! Structures and unions: a line a member.

use standin_core::Timestamp;

standin_core::structure! { AssumeRoleRequest {
    role_arn: String = "RoleArn",
    role_session_name: String = "RoleSessionName",
    policy_arns: Vec<PolicyDescriptorType> = "PolicyArns",
    policy: String = "Policy",
    duration_seconds: i32 = "DurationSeconds",
    tags: Vec<Tag> = "Tags",
    transitive_tag_keys: Vec<String> = "TransitiveTagKeys",
    external_id: String = "ExternalId",
    serial_number: String = "SerialNumber",
    token_code: String = "TokenCode",
    source_identity: String = "SourceIdentity",
    provided_contexts: Vec<ProvidedContext> = "ProvidedContexts",
    minimum_session_token_size: i32 = "MinimumSessionTokenSize",
}}

standin_core::structure! { AssumeRoleResponse {
    credentials: Credentials = "Credentials",
    assumed_role_user: AssumedRoleUser = "AssumedRoleUser",
    packed_policy_size: i32 = "PackedPolicySize",
    source_identity: String = "SourceIdentity",
    session_token_utilization: i32 = "SessionTokenUtilization",
    session_token_size: i32 = "SessionTokenSize",
}}

standin_core::structure! { AssumeRoleWithSAMLRequest {
    role_arn: String = "RoleArn",
    principal_arn: String = "PrincipalArn",
    saml_assertion: String = "SAMLAssertion",
    policy_arns: Vec<PolicyDescriptorType> = "PolicyArns",
    policy: String = "Policy",
    duration_seconds: i32 = "DurationSeconds",
    minimum_session_token_size: i32 = "MinimumSessionTokenSize",
}}

standin_core::structure! { AssumeRoleWithSAMLResponse {
    credentials: Credentials = "Credentials",
    assumed_role_user: AssumedRoleUser = "AssumedRoleUser",
    packed_policy_size: i32 = "PackedPolicySize",
    subject: String = "Subject",
    subject_type: String = "SubjectType",
    issuer: String = "Issuer",
    audience: String = "Audience",
    name_qualifier: String = "NameQualifier",
    source_identity: String = "SourceIdentity",
    session_token_utilization: i32 = "SessionTokenUtilization",
    session_token_size: i32 = "SessionTokenSize",
}}

standin_core::structure! { AssumeRoleWithWebIdentityRequest {
    role_arn: String = "RoleArn",
    role_session_name: String = "RoleSessionName",
    web_identity_token: String = "WebIdentityToken",
    provider_id: String = "ProviderId",
    policy_arns: Vec<PolicyDescriptorType> = "PolicyArns",
    policy: String = "Policy",
    duration_seconds: i32 = "DurationSeconds",
    minimum_session_token_size: i32 = "MinimumSessionTokenSize",
}}

standin_core::structure! { AssumeRoleWithWebIdentityResponse {
    credentials: Credentials = "Credentials",
    subject_from_web_identity_token: String = "SubjectFromWebIdentityToken",
    assumed_role_user: AssumedRoleUser = "AssumedRoleUser",
    packed_policy_size: i32 = "PackedPolicySize",
    provider: String = "Provider",
    audience: String = "Audience",
    source_identity: String = "SourceIdentity",
    session_token_utilization: i32 = "SessionTokenUtilization",
    session_token_size: i32 = "SessionTokenSize",
}}

standin_core::structure! { AssumeRootRequest {
    target_principal: String = "TargetPrincipal",
    task_policy_arn: PolicyDescriptorType = "TaskPolicyArn",
    duration_seconds: i32 = "DurationSeconds",
    minimum_session_token_size: i32 = "MinimumSessionTokenSize",
}}

standin_core::structure! { AssumeRootResponse {
    credentials: Credentials = "Credentials",
    source_identity: String = "SourceIdentity",
    session_token_utilization: i32 = "SessionTokenUtilization",
    session_token_size: i32 = "SessionTokenSize",
}}

standin_core::structure! { AssumedRoleUser {
    assumed_role_id: String = "AssumedRoleId",
    arn: String = "Arn",
}}

standin_core::structure! { Credentials {
    access_key_id: String = "AccessKeyId",
    secret_access_key: String = "SecretAccessKey",
    session_token: String = "SessionToken",
    expiration: Timestamp = "Expiration",
}}

standin_core::structure! { DecodeAuthorizationMessageRequest {
    encoded_message: String = "EncodedMessage",
}}

standin_core::structure! { DecodeAuthorizationMessageResponse {
    decoded_message: String = "DecodedMessage",
}}

standin_core::structure! { FederatedUser {
    federated_user_id: String = "FederatedUserId",
    arn: String = "Arn",
}}

standin_core::structure! { GetAccessKeyInfoRequest {
    access_key_id: String = "AccessKeyId",
}}

standin_core::structure! { GetAccessKeyInfoResponse {
    account: String = "Account",
}}

standin_core::structure! { GetCallerIdentityRequest {
}}

standin_core::structure! { GetCallerIdentityResponse {
    user_id: String = "UserId",
    account: String = "Account",
    arn: String = "Arn",
}}

standin_core::structure! { GetDelegatedAccessTokenRequest {
    trade_in_token: String = "TradeInToken",
}}

standin_core::structure! { GetDelegatedAccessTokenResponse {
    credentials: Credentials = "Credentials",
    packed_policy_size: i32 = "PackedPolicySize",
    assumed_principal: String = "AssumedPrincipal",
}}

standin_core::structure! { GetFederationTokenRequest {
    name: String = "Name",
    policy: String = "Policy",
    policy_arns: Vec<PolicyDescriptorType> = "PolicyArns",
    duration_seconds: i32 = "DurationSeconds",
    tags: Vec<Tag> = "Tags",
    minimum_session_token_size: i32 = "MinimumSessionTokenSize",
}}

standin_core::structure! { GetFederationTokenResponse {
    credentials: Credentials = "Credentials",
    federated_user: FederatedUser = "FederatedUser",
    packed_policy_size: i32 = "PackedPolicySize",
    session_token_utilization: i32 = "SessionTokenUtilization",
    session_token_size: i32 = "SessionTokenSize",
}}

standin_core::structure! { GetSessionTokenRequest {
    duration_seconds: i32 = "DurationSeconds",
    serial_number: String = "SerialNumber",
    token_code: String = "TokenCode",
    minimum_session_token_size: i32 = "MinimumSessionTokenSize",
}}

standin_core::structure! { GetSessionTokenResponse {
    credentials: Credentials = "Credentials",
    session_token_utilization: i32 = "SessionTokenUtilization",
    session_token_size: i32 = "SessionTokenSize",
}}

standin_core::structure! { GetWebIdentityTokenRequest {
    audience: Vec<String> = "Audience",
    duration_seconds: i32 = "DurationSeconds",
    signing_algorithm: String = "SigningAlgorithm",
    tags: Vec<Tag> = "Tags",
}}

standin_core::structure! { GetWebIdentityTokenResponse {
    web_identity_token: String = "WebIdentityToken",
    expiration: Timestamp = "Expiration",
}}

standin_core::structure! { PolicyDescriptorType {
    arn: String = "arn",
}}

standin_core::structure! { ProvidedContext {
    provider_arn: String = "ProviderArn",
    context_assertion: String = "ContextAssertion",
}}

standin_core::structure! { Tag {
    key: String = "Key",
    value: String = "Value",
}}
