//! Every error of STS that LocalStack's snapshots recorded from AWS is produced here.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::IgnoredAny;
use standin_shapes_sts::{AssumeRoleRequest, operation};

use super::sessions::{assume, tags};
use super::*;

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "PascalCase")]
struct Recorded {
    code: String,
    message: String,
}

/// What a snapshot keeps of an answer: its error, where it is one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Answer {
        #[serde(rename = "Error")]
        error: Recorded,
    },
    Other(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Snapshot {
    recorded_content: std::collections::BTreeMap<String, Content>,
}

fn recorded() -> Option<BTreeSet<Recorded>> {
    let shared = std::env::var_os("STANDIN_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared")),
        PathBuf::from,
    );
    let path =
        shared.join("corpus/localstack-snapshots/tests/aws/services/sts/test_sts.snapshot.json");
    let text = std::fs::read_to_string(path).ok()?;
    let snapshots: std::collections::BTreeMap<String, Snapshot> =
        serde_json::from_str(&text).expect("a snapshot file");
    let contents =
        snapshots.into_values().flat_map(|snapshot| snapshot.recorded_content.into_values());
    let errors = contents.filter_map(|content| match content {
        Content::Answer { error } => Some(error),
        Content::Other(_) => None,
    });
    Some(errors.collect())
}

async fn produced() -> BTreeSet<Recorded> {
    let world = World::new();
    let first = AssumeRoleRequest {
        tags: Some(tags(&[("SessionTag1", "a")])),
        transitive_tag_keys: Some(vec!["SessionTag1".into()]),
        ..assume(ROLE, "first")
    };
    let answer = world.call(operation::assume_role, first).await.expect("allowed");
    let session = As::with(&answer.credentials.expect("always there"));
    let account = As::account(ACCOUNT);
    let mut requests = vec![
        (
            &session,
            AssumeRoleRequest { tags: Some(tags(&[("SessionTag1", "b")])), ..assume(ROLE, "ss") },
        ),
        (
            &session,
            AssumeRoleRequest { tags: Some(tags(&[("sessiontag1", "b")])), ..assume(ROLE, "ss") },
        ),
        (
            &account,
            AssumeRoleRequest {
                transitive_tag_keys: Some(vec!["SessionTag1".into()]),
                ..assume(ROLE, "ss")
            },
        ),
        (
            &account,
            AssumeRoleRequest { tags: Some(tags(&[("k", "a"), ("K", "b")])), ..assume(ROLE, "ss") },
        ),
        (&account, assume(ROLE, "Session1:2")),
    ];
    for arn in [
        "nothing-valid-in-here",
        "arn::b:::something/test-role",
        "arn:a::::something/test-role",
        "arn:a:::something/test-role",
        "arn:a:a::aaaaaaaaaa:",
    ] {
        requests.push((&account, assume(arn, "Session1")));
    }
    let mut errors = BTreeSet::new();
    for (caller, input) in requests {
        let (code, status, message) =
            said(world.call_as::<operation::assume_role>(caller, input).await);
        assert_eq!(status, 400);
        errors.insert(Recorded { code, message });
    }
    errors
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "a test without its data says so")]
async fn recorded_errors_are_produced() {
    let Some(recorded) = recorded() else {
        println!("ignored: recorded_errors_are_produced (no corpus)");
        return;
    };
    assert!(recorded.len() >= 9, "{recorded:?}");
    assert_eq!(produced().await, recorded);
}
