//! `AssumeRoot`.

use std::collections::BTreeMap;

use standin_core::{AccountId, Arn, Context, Partition, ServiceError, error};
use standin_shapes_sts::{AssumeRootRequest, AssumeRootResponse};

use crate::Sts;
use crate::credentials::Grant;
use crate::principal::{Principal, PrincipalKind};

/// The longest session, and the default.
const QUARTER: i32 = 900;

/// The managed policies of the tasks there are.
const TASKS: [&str; 5] = [
    "IAMAuditRootUserCredentials",
    "IAMCreateRootUserPassword",
    "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy",
];

/// Begins a session of a member account's root. Every account counts as a member: there are no organizations.
pub(crate) async fn assume_root(
    sts: &Sts,
    context: Context,
    input: AssumeRootRequest,
) -> Result<AssumeRootResponse, ServiceError> {
    let caller = sts.caller(&context)?;
    let target = input.target_principal.as_deref().unwrap_or_default();
    let partition = context.partition();
    let Some(account) = member(target, partition) else {
        return Err(error::validation_error(format!("{target} is invalid")));
    };
    let policy = input.task_policy_arn.and_then(|policy| policy.arn).unwrap_or_default();
    if !is_task(&policy, partition) {
        return Err(caller.not_authorized("sts:AssumeRoot", target));
    }
    let source_identity = caller.session.and_then(|session| session.source_identity);
    let grant = Grant {
        principal: Principal { account, partition, kind: PrincipalKind::AssumedRoot },
        seconds: input.duration_seconds.filter(|seconds| *seconds > 0).unwrap_or(QUARTER),
        token_size: input.minimum_session_token_size,
        transitive_tags: BTreeMap::new(),
        source_identity: source_identity.clone(),
    };
    let credentials = Some(sts.issue(&context, grant));
    Ok(AssumeRootResponse { credentials, source_identity, ..AssumeRootResponse::default() })
}

/// The account that is meant by its id, or by the ARN of its root.
fn member(target: &str, partition: Partition) -> Option<AccountId> {
    if let Ok(account) = target.parse() {
        return Some(account);
    }
    let arn: Arn = target.parse().ok()?;
    let account = arn.account_id()?;
    (arn == Arn::global("iam", partition, account, "root")).then_some(account)
}

fn is_task(policy: &str, partition: Partition) -> bool {
    let prefix = format!("arn:{partition}:iam::aws:policy/root-task/");
    policy.strip_prefix(&prefix).is_some_and(|task| TASKS.contains(&task))
}
