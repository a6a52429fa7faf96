//! `AddPermission`, `RemovePermission`: statements of the queue's policy by their labels.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use standin_core::shape::Empty;
use standin_core::{AccountId, Context, ServiceError};
use standin_shapes_sqs::{AddPermissionRequest, RemovePermissionRequest};

use crate::place::Place;
use crate::queue::Queue;
use crate::{Sqs, errors};

/// A policy whose statements are kept as they were written.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default)]
    statement: Vec<Box<RawValue>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: String,
    effect: &'static str,
    principal: Principal,
    action: OneOrMore,
    resource: String,
}

#[derive(Serialize)]
struct Principal {
    #[serde(rename = "AWS")]
    aws: OneOrMore,
}

/// One string, or a list of several.
#[derive(Serialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Deserialize)]
struct Label {
    #[serde(rename = "Sid")]
    sid: Option<String>,
}

/// The actions that can be given to others.
const ACTIONS: [&str; 9] = [
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
];

/// Adds a statement to the policy.
pub(crate) async fn add_permission(
    sqs: &Sqs,
    context: Context,
    input: AddPermissionRequest,
) -> Result<Empty, ServiceError> {
    let place = Place::of_own_url(&context, input.queue_url)?;
    let label = input.label.ok_or_else(|| errors::missing_parameter("Label"))?;
    let accounts = given(input.aws_account_ids, "AWSAccountIds")?;
    let actions = given(input.actions, "Actions")?;
    check_label(&label)?;
    let partition = context.partition();
    let principals = accounts.iter().map(|account| match account.parse::<AccountId>() {
        Ok(account) => Ok(format!("arn:{partition}:iam::{account}:root")),
        Err(_) => {
            Err(errors::invalid_value(format!("[{account}]"), "PrincipalId", "Unable to verify."))
        }
    });
    let principals = principals.collect::<Result<_, _>>()?;
    let actions = actions.iter().map(|action| check_action(action)).collect::<Result<_, _>>()?;
    sqs.redefine(&context, &place, |queue, _, _| {
        let mut policy = policy(queue)?;
        if policy.labels().any(|known| known.as_ref() == Some(&label)) {
            return Err(errors::invalid_value(label, "Label", "Already exists."));
        }
        let statement = Statement {
            sid: label,
            effect: "Allow",
            principal: Principal { aws: one_or_more(principals) },
            action: one_or_more(actions),
            resource: queue.arn.as_ref().to_owned(),
        };
        policy
            .statement
            .push(serde_json::value::to_raw_value(&statement).expect("strings are written"));
        queue.settings.policy = Some(policy.text());
        Ok(())
    })?;
    Ok(Empty)
}

/// Takes a statement out of the policy.
pub(crate) async fn remove_permission(
    sqs: &Sqs,
    context: Context,
    input: RemovePermissionRequest,
) -> Result<Empty, ServiceError> {
    let place = Place::of_own_url(&context, input.queue_url)?;
    let label = input.label.ok_or_else(|| errors::missing_parameter("Label"))?;
    sqs.redefine(&context, &place, |queue, _, _| {
        let mut policy = policy(queue)?;
        let at = policy.labels().position(|known| known.as_ref() == Some(&label));
        let at = at.ok_or_else(|| errors::invalid_value(&label, "Label", "can't find label."))?;
        policy.statement.remove(at);
        queue.settings.policy = (!policy.statement.is_empty()).then(|| policy.text());
        Ok(())
    })?;
    Ok(Empty)
}

impl Policy {
    fn labels(&self) -> impl Iterator<Item = Option<String>> {
        self.statement
            .iter()
            .map(|statement| serde_json::from_str::<Label>(statement.get()).ok()?.sid)
    }

    fn text(&self) -> String {
        serde_json::to_string(self).expect("strings and JSON are written")
    }
}

fn policy(queue: &Queue) -> Result<Policy, ServiceError> {
    let Some(text) = &queue.settings.policy else {
        let id = format!("{}/SQSDefaultPolicy", queue.arn);
        return Ok(Policy {
            version: Some("2008-10-17".to_owned()),
            id: Some(id),
            statement: Vec::new(),
        });
    };
    serde_json::from_str(text).map_err(|_| errors::invalid_attribute_value("Policy"))
}

fn given<T>(list: Option<Vec<T>>, name: &str) -> Result<Vec<T>, ServiceError> {
    list.filter(|list| !list.is_empty()).ok_or_else(|| errors::missing_parameter(name))
}

fn check_label(label: &str) -> Result<(), ServiceError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (1..=80).contains(&label.len()) && label.bytes().all(allowed) {
        return Ok(());
    }
    let reason =
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
    Err(errors::invalid_value(label, "Label", reason))
}

fn check_action(action: &str) -> Result<String, ServiceError> {
    if ACTIONS.contains(&action) {
        return Ok(format!("SQS:{action}"));
    }
    let reason = match action {
        "AddPermission" | "CreateQueue" | "DeleteQueue" | "ListQueues" | "SetQueueAttributes"
        | "RemovePermission" | "TagQueue" | "UntagQueue" | "ListQueueTags" => {
            "Only the queue owner is allowed to invoke this action."
        }
        _ => "Please refer to the appropriate WSDL for a list of valid actions. ",
    };
    Err(errors::invalid_value(format!("SQS:{action}"), "ActionName", reason))
}

fn one_or_more(mut list: Vec<String>) -> OneOrMore {
    match list.len() {
        1 => OneOrMore::One(list.remove(0)),
        _ => OneOrMore::More(list),
    }
}
