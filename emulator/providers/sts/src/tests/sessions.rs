//! Sessions: how they look, what they carry, when they end.

use standin_core::Timestamp;
use standin_shapes_sts::{AssumeRoleRequest, GetSessionTokenRequest, Tag, operation};

use super::*;
use crate::tables::{self, Sessions};

pub(super) fn assume(role: &str, session: &str) -> AssumeRoleRequest {
    AssumeRoleRequest {
        role_arn: Some(role.to_owned()),
        role_session_name: Some(session.to_owned()),
        ..AssumeRoleRequest::default()
    }
}

pub(super) fn tags(tags: &[(&str, &str)]) -> Vec<Tag> {
    let tag = |(key, value): &(&str, &str)| Tag {
        key: Some((*key).to_owned()),
        value: Some((*value).to_owned()),
    };
    tags.iter().map(tag).collect()
}

async fn credentials(world: &World, caller: &As, input: AssumeRoleRequest) -> Credentials {
    let answer = world.call_as::<operation::assume_role>(caller, input).await;
    answer.expect("allowed").credentials.expect("always there")
}

#[tokio::test]
async fn credentials_look_like_those_of_aws() {
    let world = World::new();
    let made = credentials(&world, &As::account(ACCOUNT), assume(ROLE, "me")).await;
    let key = made.access_key_id.expect("always there");
    assert!(key.starts_with("ASIA") && key.len() == 20, "{key}");
    assert_eq!(made.secret_access_key.map(|secret| secret.len()), Some(40));
    let token = made.session_token.expect("always there");
    assert!(token.starts_with("IQoJb3JpZ2luX2Vj") && token.len() == 356, "{token}");
    let expiration = Timestamp::from_unix(1_700_003_600, 0).expect("in range");
    assert_eq!(made.expiration, Some(expiration));
}

#[tokio::test]
async fn a_seed_repeats_credentials_and_another_does_not() {
    let mut keys = Vec::new();
    for seed in [1, 1, 2] {
        let world = World::seeded(seed);
        let first = credentials(&world, &As::account(ACCOUNT), assume(ROLE, "first")).await;
        // Another account's sessions don't change those of this one.
        let other = "arn:aws:iam::999999999999:role/other";
        if keys.is_empty() {
            credentials(&world, &As::account(ACCOUNT), assume(other, "other")).await;
        }
        let second = credentials(&world, &As::account(ACCOUNT), assume(ROLE, "second")).await;
        assert_ne!(first.access_key_id, second.access_key_id);
        keys.push((first, second));
    }
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[0], keys[2]);
}

#[tokio::test]
async fn a_longer_token_is_made_where_it_is_asked_for() {
    let input = AssumeRoleRequest { minimum_session_token_size: Some(1001), ..assume(ROLE, "me") };
    let made = credentials(&World::new(), &As::account(ACCOUNT), input).await;
    assert_eq!(made.session_token.map(|token| token.len()), Some(1004));
}

#[tokio::test]
async fn a_session_ends() {
    let world = World::new();
    let input = AssumeRoleRequest { duration_seconds: Some(900), ..assume(ROLE, "me") };
    let session = As::with(&credentials(&world, &As::account(ACCOUNT), input).await);
    world.pass(899);
    assert_eq!(world.arn(&session).await, "arn:aws:sts::123456789012:assumed-role/demo/me");
    world.pass(1);
    let input = GetSessionTokenRequest::default();
    let (code, status, message) =
        said(world.call_as::<operation::get_session_token>(&session, input).await);
    assert_eq!((code.as_str(), status), ("ExpiredToken", 403));
    assert_eq!(message, "The security token included in the request is expired");
}

#[tokio::test]
async fn an_ended_session_is_forgotten_after_a_day() {
    let world = World::new();
    credentials(&world, &As::account(ACCOUNT), assume(ROLE, "me")).await;
    let scope = tables::scope(ACCOUNT.parse().expect("an account"));
    let kept = |world: &World| world.sts.store.read::<Sessions>(&scope).sessions.len();
    let due = world.sts.store.next_due().expect("a session ends");
    world.sts.store.fall_due(due.saturating_sub(Duration::from_millis(1)));
    assert_eq!(kept(&world), 1);
    world.sts.store.fall_due(due);
    assert_eq!(kept(&world), 0);
    assert_eq!(world.sts.store.next_due(), None);
    assert_eq!(due, Timestamp::from_unix(1_700_003_600 + 86_400, 0).expect("in range"));
}

#[tokio::test]
async fn transitive_tags_and_the_source_identity_go_down_the_chain() {
    let world = World::new();
    let input = AssumeRoleRequest {
        tags: Some(tags(&[("Project", "Unicorn"), ("Other", "x")])),
        transitive_tag_keys: Some(vec!["project".into()]),
        source_identity: Some("Alice".into()),
        ..assume(ROLE, "one")
    };
    let first = As::with(&credentials(&world, &As::account(ACCOUNT), input).await);
    let input = AssumeRoleRequest { tags: Some(tags(&[("Other", "y")])), ..assume(ROLE, "two") };
    let answer = world.call_as::<operation::assume_role>(&first, input).await.expect("allowed");
    assert_eq!(answer.source_identity.as_deref(), Some("Alice"));
    let second = As::with(&answer.credentials.expect("always there"));
    let input =
        AssumeRoleRequest { tags: Some(tags(&[("PROJECT", "z")])), ..assume(ROLE, "three") };
    let (code, _, _) = said(world.call_as::<operation::assume_role>(&second, input).await);
    assert_eq!(code, "InvalidParameterValue");
}

#[tokio::test]
async fn packed_sizes_are_given_where_something_was_packed() {
    let world = World::new();
    let answer = world.call(operation::assume_role, assume(ROLE, "me")).await.expect("allowed");
    assert_eq!(answer.packed_policy_size, None);
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let input = AssumeRoleRequest { policy: Some(policy.into()), ..assume(ROLE, "me") };
    let answer = world.call(operation::assume_role, input).await.expect("allowed");
    assert_eq!(answer.packed_policy_size, Some(2));
}

#[tokio::test]
async fn an_accounts_own_sessions_are_cut_to_an_hour() {
    let world = World::new();
    for (asked, lasts) in [(None, 3600), (Some(129_600), 3600), (Some(900), 900)] {
        let input =
            GetSessionTokenRequest { duration_seconds: asked, ..GetSessionTokenRequest::default() };
        let answer = world.call(operation::get_session_token, input).await.expect("allowed");
        let ends = answer.credentials.and_then(|made| made.expiration).expect("always there");
        assert_eq!(ends.seconds(), 1_700_000_000 + lasts);
    }
}
