//! What is refused, in which words.

use standin_core::{AccountId, issue_access_key};
use standin_shapes_sts::{
    AssumeRoleRequest, AssumeRootRequest, DecodeAuthorizationMessageRequest,
    GetAccessKeyInfoRequest, GetCallerIdentityRequest, GetFederationTokenRequest,
    GetSessionTokenRequest, PolicyDescriptorType, operation,
};

use super::sessions::{assume, tags};
use super::*;

async fn refused(input: AssumeRoleRequest) -> (String, u16, String) {
    said(World::new().call(operation::assume_role, input).await)
}

async fn message(input: AssumeRoleRequest, code: &str) -> String {
    let (found, status, message) = refused(input).await;
    assert_eq!((found.as_str(), status), (code, 400), "{message}");
    message
}

async fn role_session(world: &World) -> As {
    let answer = world.call(operation::assume_role, assume(ROLE, "me")).await.expect("allowed");
    As::with(&answer.credentials.expect("always there"))
}

#[tokio::test]
async fn what_is_missing_is_named() {
    assert_eq!(
        message(AssumeRoleRequest::default(), "ValidationError").await,
        "2 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not \
         be null; Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null"
    );
    let input = GetAccessKeyInfoRequest { access_key_id: Some("short".into()) };
    let (code, _, message) = said(World::new().call(operation::get_access_key_info, input).await);
    assert_eq!(code, "ValidationError");
    assert_eq!(
        message,
        "1 validation error detected: Value 'short' at 'accessKeyId' failed to satisfy constraint: Member \
         must have length greater than or equal to 16"
    );
}

#[tokio::test]
async fn durations_are_bounded() {
    let input = AssumeRoleRequest { duration_seconds: Some(43_201), ..assume(ROLE, "me") };
    assert_eq!(
        message(input, "ValidationError").await,
        "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: \
         Member must have value less than or equal to 43200"
    );
    let world = World::new();
    let chained = AssumeRoleRequest { duration_seconds: Some(3601), ..assume(ROLE, "me") };
    let session = role_session(&world).await;
    let (code, status, message) =
        said(world.call_as::<operation::assume_role>(&session, chained).await);
    assert_eq!((code.as_str(), status), ("ValidationError", 400));
    assert_eq!(
        message,
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    );
}

#[tokio::test]
async fn what_is_no_role_is_not_authorized() {
    for arn in ["arn:aws:iam::123456789012:user/bob", "arn:aws:sqs:us-east-1:123456789012:role/x"] {
        let (code, status, message) = refused(assume(arn, "me")).await;
        assert_eq!((code.as_str(), status), ("AccessDenied", 403));
        assert_eq!(
            message,
            format!(
                "User: arn:aws:iam::123456789012:root is not authorized to perform: sts:AssumeRole on \
                 resource: {arn}"
            )
        );
    }
}

#[tokio::test]
async fn policies_must_be_readable_and_fit() {
    let with = |policy: String| AssumeRoleRequest { policy: Some(policy), ..assume(ROLE, "me") };
    for (policy, why) in [
        ("{", "This policy contains invalid Json"),
        ("{}", "Syntax errors in policy."),
        ("[1]", "Syntax errors in policy."),
    ] {
        let found = message(with(policy.into()), "MalformedPolicyDocumentException").await;
        assert_eq!(found, why, "{policy}");
    }
    let long = format!(r#"{{"Statement":[],"Id":"{}"}}"#, "x".repeat(2048));
    assert_eq!(
        message(with(long), "PackedPolicyTooLargeException").await,
        "Packed policy consumes 102% of allotted space, please use smaller policy."
    );
    let value = "v".repeat(250);
    let many: Vec<(String, &str)> = (0..9).map(|n| (format!("k{n}"), value.as_str())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    let input = AssumeRoleRequest { tags: Some(tags(&many)), ..assume(ROLE, "me") };
    assert_eq!(
        message(input, "PackedPolicyTooLargeException").await,
        "Packed size of session tags consumes 111% of allotted space."
    );
}

#[tokio::test]
async fn credentials_must_be_good() {
    let world = World::new();
    let ask = async |caller: &As| {
        let input = GetCallerIdentityRequest::default();
        said(world.call_as::<operation::get_caller_identity>(caller, input).await)
    };
    let (code, status, message) = ask(&As::nobody()).await;
    assert_eq!((code.as_str(), status), ("MissingAuthenticationToken", 403));
    assert_eq!(message, "Request is missing Authentication Token");

    let session = role_session(&world).await;
    let never = issue_access_key(AccountId::DEFAULT, 1);
    for bad in [
        As { token: None, ..session.clone() },
        As { token: Some("other".into()), ..session },
        As { key: Some(never), token: Some("any".into()) },
    ] {
        let (code, status, message) = ask(&bad).await;
        assert_eq!((code.as_str(), status), ("InvalidClientTokenId", 403));
        assert_eq!(message, "The security token included in the request is invalid.");
    }
}

#[tokio::test]
async fn sessions_may_not_begin_others_of_long_term_credentials() {
    let world = World::new();
    let session = role_session(&world).await;
    let input = GetSessionTokenRequest::default();
    let (code, status, message) =
        said(world.call_as::<operation::get_session_token>(&session, input).await);
    assert_eq!((code.as_str(), status), ("AccessDenied", 403));
    assert_eq!(message, "Cannot call GetSessionToken with session credentials");
    let input = GetFederationTokenRequest {
        name: Some("bob".into()),
        ..GetFederationTokenRequest::default()
    };
    let (_, _, message) =
        said(world.call_as::<operation::get_federation_token>(&session, input).await);
    assert_eq!(message, "Cannot call GetFederationToken with session credentials");
}

#[tokio::test]
async fn what_a_session_may_call_depends_on_its_kind() {
    let world = World::new();
    let own = world.call(operation::get_session_token, GetSessionTokenRequest::default()).await;
    let own = As::with(&own.expect("allowed").credentials.expect("always there"));
    let input = GetFederationTokenRequest {
        name: Some("bob".into()),
        ..GetFederationTokenRequest::default()
    };
    let bob = world.call(operation::get_federation_token, input).await;
    let bob = As::with(&bob.expect("allowed").credentials.expect("always there"));

    world.call_as::<operation::assume_role>(&own, assume(ROLE, "me")).await.expect("allowed");
    let (code, status, message) =
        said(world.call_as::<operation::assume_role>(&bob, assume(ROLE, "me")).await);
    assert_eq!((code.as_str(), status), ("AccessDenied", 403));
    assert_eq!(
        message,
        "User: arn:aws:sts::123456789012:federated-user/bob is not authorized to perform: sts:AssumeRole on \
         resource: *"
    );
    let input = GetAccessKeyInfoRequest { access_key_id: Some("ASIAY34FZKBOKMUTVV7A".into()) };
    let (code, _, _) = said(world.call_as::<operation::get_access_key_info>(&own, input).await);
    assert_eq!(code, "AccessDenied");
}

#[tokio::test]
async fn strangers_learn_nothing_of_their_input() {
    let input = AssumeRoleRequest::default();
    let (code, _, _) =
        said(World::new().call_as::<operation::assume_role>(&As::nobody(), input).await);
    assert_eq!(code, "MissingAuthenticationToken");
}

#[tokio::test]
async fn a_source_identity_can_not_be_changed() {
    let world = World::new();
    let input = AssumeRoleRequest { source_identity: Some("Alice".into()), ..assume(ROLE, "me") };
    let answer = world.call(operation::assume_role, input).await.expect("allowed");
    let session = As::with(&answer.credentials.expect("always there"));
    let input = AssumeRoleRequest { source_identity: Some("Bob".into()), ..assume(ROLE, "me") };
    let (code, _, message) = said(world.call_as::<operation::assume_role>(&session, input).await);
    assert_eq!(code, "AccessDenied");
    assert!(message.contains("sts:SetSourceIdentity"), "{message}");
}

#[tokio::test]
async fn roots_are_assumed_for_known_tasks_only() {
    let assume_root = async |target: &str, task: &str| {
        let input = AssumeRootRequest {
            target_principal: Some(target.into()),
            task_policy_arn: Some(PolicyDescriptorType { arn: Some(task.into()) }),
            ..AssumeRootRequest::default()
        };
        said(World::new().call(operation::assume_root, input).await)
    };
    let task = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";
    let (code, _, message) = assume_root("not-an-account", task).await;
    assert_eq!((code.as_str(), message.as_str()), ("ValidationError", "not-an-account is invalid"));
    let (code, status, _) =
        assume_root("222222222222", "arn:aws:iam::aws:policy/AdministratorAccess").await;
    assert_eq!((code.as_str(), status), ("AccessDenied", 403));
}

#[tokio::test]
async fn no_message_was_encoded_here() {
    let input = DecodeAuthorizationMessageRequest { encoded_message: Some("abc".into()) };
    let (code, status, message) =
        said(World::new().call(operation::decode_authorization_message, input).await);
    assert_eq!((code.as_str(), status), ("InvalidAuthorizationMessageException", 400));
    assert_eq!(message, "Message is not valid");
}
