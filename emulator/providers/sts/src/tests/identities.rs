//! Who callers are.

use standin_shapes_sts::{
    AssumeRootRequest, GetAccessKeyInfoRequest, GetCallerIdentityRequest,
    GetFederationTokenRequest, GetSessionTokenRequest, PolicyDescriptorType, operation,
};

use super::sessions::assume;
use super::*;

#[tokio::test]
async fn an_account_id_as_key_is_the_accounts_root() {
    let world = World::new();
    let who = world.call(operation::get_caller_identity, GetCallerIdentityRequest::default()).await;
    let who = who.expect("anyone may ask");
    assert_eq!(who.account.as_deref(), Some(ACCOUNT));
    assert_eq!(who.user_id.as_deref(), Some(ACCOUNT));
    assert_eq!(who.arn.as_deref(), Some("arn:aws:iam::123456789012:root"));
    assert_eq!(world.arn(&As::account("test")).await, "arn:aws:iam::000000000000:root");
}

#[tokio::test]
async fn a_roles_session_is_the_role_in_its_own_account() {
    let world = World::new();
    let input = assume("arn:aws-cn:iam::999999999999:role/deep/er/demo", "me");
    let answer = world.call(operation::assume_role, input).await.expect("allowed");
    let user = answer.assumed_role_user.expect("always there");
    assert_eq!(user.arn.as_deref(), Some("arn:aws-cn:sts::999999999999:assumed-role/demo/me"));
    let session = As::with(&answer.credentials.expect("always there"));
    let request = GetCallerIdentityRequest::default();
    let who = world.call_as::<operation::get_caller_identity>(&session, request).await;
    let who = who.expect("good credentials");
    assert_eq!(who.account.as_deref(), Some("999999999999"));
    assert_eq!(who.arn, user.arn);
    assert_eq!(who.user_id, user.assumed_role_id);
    let id = who.user_id.expect("always there");
    assert!(id.starts_with("AROA") && id.len() == 24 && id.ends_with(":me"), "{id}");
}

#[tokio::test]
async fn a_role_keeps_its_id() {
    let world = World::new();
    let mut ids = Vec::new();
    for session in ["one", "two"] {
        let answer = world.call(operation::assume_role, assume(ROLE, session)).await;
        let user = answer.expect("allowed").assumed_role_user.expect("always there");
        ids.push(user.assumed_role_id.expect("always there"));
    }
    assert_eq!(ids[0].split(':').next(), ids[1].split(':').next());
}

#[tokio::test]
async fn a_session_token_is_of_the_caller_itself() {
    let world = World::new();
    let input = GetSessionTokenRequest::default();
    let answer = world.call(operation::get_session_token, input).await.expect("allowed");
    let session = As::with(&answer.credentials.expect("always there"));
    assert_eq!(world.arn(&session).await, "arn:aws:iam::123456789012:root");
}

#[tokio::test]
async fn a_federated_user_is_told_apart_by_name() {
    let world = World::new();
    let input = GetFederationTokenRequest {
        name: Some("bob".into()),
        ..GetFederationTokenRequest::default()
    };
    let answer = world.call(operation::get_federation_token, input).await.expect("allowed");
    assert_eq!(answer.packed_policy_size, Some(0));
    let user = answer.federated_user.expect("always there");
    assert_eq!(user.federated_user_id.as_deref(), Some("123456789012:bob"));
    let session = As::with(&answer.credentials.expect("always there"));
    assert_eq!(world.arn(&session).await, "arn:aws:sts::123456789012:federated-user/bob");
    assert_eq!(user.arn.as_deref(), Some("arn:aws:sts::123456789012:federated-user/bob"));
}

#[tokio::test]
async fn a_members_root_is_assumed_for_a_task() {
    let world = World::new();
    let task = "arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy";
    for target in ["222222222222", "arn:aws:iam::222222222222:root"] {
        let input = AssumeRootRequest {
            target_principal: Some(target.into()),
            task_policy_arn: Some(PolicyDescriptorType { arn: Some(task.into()) }),
            ..AssumeRootRequest::default()
        };
        let answer = world.call(operation::assume_root, input).await.expect("allowed");
        let session = As::with(&answer.credentials.expect("always there"));
        assert_eq!(world.arn(&session).await, "arn:aws:sts::222222222222:assumed-root");
    }
}

#[tokio::test]
async fn keys_give_their_accounts() {
    let world = World::new();
    let answer = world.call(operation::assume_role, assume(ROLE, "me")).await.expect("allowed");
    let issued = answer.credentials.and_then(|c| c.access_key_id).expect("always there");
    for (key, account) in [
        (issued.as_str(), ACCOUNT),
        ("ASIAY34FZKBOKMUTVV7A", "609629065308"),
        ("AKST111111111111WORLD", "111111111111"),
    ] {
        let input = GetAccessKeyInfoRequest { access_key_id: Some(key.into()) };
        let info = world.call(operation::get_access_key_info, input).await.expect("known");
        assert_eq!(info.account.as_deref(), Some(account));
    }
}
