//! `AssumeRole`.

use standin_core::{AccountId, Arn, Context, Partition, ServiceError, error};
use standin_shapes_sts::{AssumeRoleRequest, AssumeRoleResponse, AssumedRoleUser};

use crate::caller::Caller;
use crate::credentials::Grant;
use crate::policy::Packed;
use crate::principal::{Principal, PrincipalKind};
use crate::{Sts, tags};

const HOUR: i32 = 3600;

/// Begins a session of a role. Whether the caller may is not asked: no policies are evaluated.
pub(crate) async fn assume_role(
    sts: &Sts,
    context: Context,
    input: AssumeRoleRequest,
) -> Result<AssumeRoleResponse, ServiceError> {
    let caller = sts.caller(&context)?;
    let principal = role_session(sts, &context, &caller, &input)?;
    let seconds = duration(&caller, input.duration_seconds)?;
    let request_tags = input.tags.as_deref().unwrap_or_default();
    let transitive_keys = input.transitive_tag_keys.as_deref().unwrap_or_default();
    let session = caller.session.as_ref();
    let transitive_tags = tags::transitive(request_tags, transitive_keys, session)?;
    let packed = Packed {
        policy: input.policy.as_deref(),
        arns: input.policy_arns.as_deref().unwrap_or_default(),
        tags: request_tags,
    };
    let size = packed.size()?;
    let source_identity = source_identity(&caller, &input)?;
    let user = AssumedRoleUser {
        assumed_role_id: Some(principal.user_id()),
        arn: Some(principal.arn().to_string()),
    };
    let token_size = input.minimum_session_token_size;
    let grant = Grant {
        principal,
        seconds,
        token_size,
        transitive_tags,
        source_identity: source_identity.clone(),
    };
    Ok(AssumeRoleResponse {
        credentials: Some(sts.issue(&context, grant)),
        assumed_role_user: Some(user),
        packed_policy_size: (!packed.is_empty()).then_some(size),
        source_identity,
        ..AssumeRoleResponse::default()
    })
}

/// The session's principal: the role that the request names, in the role's account.
fn role_session(
    sts: &Sts,
    context: &Context,
    caller: &Caller,
    input: &AssumeRoleRequest,
) -> Result<Principal, ServiceError> {
    let text = input.role_arn.as_deref().unwrap_or_default();
    let arn: Arn =
        text.parse().map_err(|_| error::validation_error(format!("{text} is invalid")))?;
    let Some((account, role)) = role_of(&arn) else {
        return Err(caller.not_authorized("sts:AssumeRole", text));
    };
    let session = input.role_session_name.clone().unwrap_or_default();
    let role_id = sts.role_id(context, account, role);
    let kind = PrincipalKind::AssumedRole { role: role.to_owned(), role_id, session };
    let partition = partition_of(&arn).unwrap_or(context.partition());
    Ok(Principal { account, partition, kind })
}

/// The account and the name, without its path, of the role that an ARN names.
fn role_of(arn: &Arn) -> Option<(AccountId, &str)> {
    let path = arn.resource.strip_prefix("role/").filter(|_| arn.service == "iam")?;
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    Some((arn.account_id()?, name))
}

fn partition_of(arn: &Arn) -> Option<Partition> {
    Partition::ALL.into_iter().find(|partition| partition.as_str() == arn.partition)
}

/// A role's session lasts an hour unless asked otherwise, and no longer than that if it is begun from another's.
fn duration(caller: &Caller, asked: Option<i32>) -> Result<i32, ServiceError> {
    let seconds = asked.unwrap_or(HOUR);
    let chained = matches!(caller.principal.kind, PrincipalKind::AssumedRole { .. });
    if chained && seconds > HOUR {
        return Err(error::validation_error(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    Ok(seconds)
}

/// The source identity stays the same over a chain of sessions.
fn source_identity(
    caller: &Caller,
    input: &AssumeRoleRequest,
) -> Result<Option<String>, ServiceError> {
    let inherited = caller.session.as_ref().and_then(|session| session.source_identity.clone());
    match (inherited, &input.source_identity) {
        (Some(inherited), Some(asked)) if inherited != *asked => {
            let role = input.role_arn.as_deref().unwrap_or_default();
            Err(caller.not_authorized("sts:SetSourceIdentity", role))
        }
        (inherited, asked) => Ok(inherited.or_else(|| asked.clone())),
    }
}
