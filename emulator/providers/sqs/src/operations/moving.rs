//! `StartMessageMoveTask`, `CancelMessageMoveTask`, `ListMessageMoveTasks`.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{
    CancelMessageMoveTaskRequest, CancelMessageMoveTaskResult, ListMessageMoveTasksRequest,
    ListMessageMoveTasksResult, ListMessageMoveTasksResultEntry, StartMessageMoveTaskRequest,
    StartMessageMoveTaskResult,
};

use crate::place::Place;
use crate::queue::Queue;
use crate::tables::{MoveStatus, MoveTask, SqsTables};
use crate::{Sqs, engine, errors};

/// What a task handle says; AWS's is base64 of JSON, too.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Handle {
    task_id: String,
    source_arn: String,
}

/// Starts to move messages from a dead-letter queue to another queue, or back to where they came from.
pub(crate) async fn start_message_move_task(
    sqs: &Sqs,
    context: Context,
    input: StartMessageMoveTaskRequest,
) -> Result<StartMessageMoveTaskResult, ServiceError> {
    let source_arn = input.source_arn.ok_or_else(|| errors::missing_parameter("SourceArn"))?;
    let place = source(&context, &source_arn)?;
    let rate = rate(input.max_number_of_messages_per_second)?;
    let id = context.next_id(&format!("move/{}", place.name)).uuid();
    let handle = Handle { task_id: id.clone(), source_arn }.to_text();
    found(sqs.change(&context, &place, |tx, queue, now| {
        if !is_dead_letter_queue(&tx.tables, queue) {
            return Err(errors::invalid_parameter("Source queue must be configured as a Dead Letter Queue."));
        }
        let destination = destination(&context, input.destination_arn.as_deref(), &tx.tables)?;
        if engine::of_source(&tx.tables, &queue.name).any(|(_, task)| task.status == MoveStatus::Running) {
            return Err(errors::invalid_parameter(
                "There is already a task running. Only one active task is allowed for a source queue arn at a \
                 given time.",
            ));
        }
        let to_move = tx.tables.counters_of(queue.id).visible;
        let status = MoveStatus::Running;
        let task = MoveTask { id, destination, rate, started: now, to_move, moved: 0, status };
        engine::start_move(tx, queue, task);
        Ok(StartMessageMoveTaskResult { task_handle: Some(handle) })
    }))
}

/// Stops a task; what it has moved stays where it is.
pub(crate) async fn cancel_message_move_task(
    sqs: &Sqs,
    context: Context,
    input: CancelMessageMoveTaskRequest,
) -> Result<CancelMessageMoveTaskResult, ServiceError> {
    let text = input.task_handle.ok_or_else(|| errors::missing_parameter("TaskHandle"))?;
    let handle = Handle::from_text(&text)
        .ok_or_else(|| errors::invalid_parameter("Value for parameter TaskHandle is invalid."))?;
    let place = source(&context, &handle.source_arn)?;
    found(sqs.change(&context, &place, |tx, queue, _| {
        let task =
            engine::of_source(&tx.tables, &queue.name).find(|(_, task)| task.id == handle.task_id);
        let (number, task) =
            task.ok_or_else(|| errors::resource_not_found("Task does not exist."))?;
        let mut task = MoveTask::clone(task);
        if task.status != MoveStatus::Running {
            return Err(errors::unsupported_operation("Only active tasks can be cancelled."));
        }
        task.status = MoveStatus::Cancelled;
        let moved = count(task.moved);
        tx.tables.moves.insert((Arc::clone(&queue.name), number), Arc::new(task));
        Ok(CancelMessageMoveTaskResult { approximate_number_of_messages_moved: moved })
    }))
}

/// Lists the latest tasks of a queue.
pub(crate) async fn list_message_move_tasks(
    sqs: &Sqs,
    context: Context,
    input: ListMessageMoveTasksRequest,
) -> Result<ListMessageMoveTasksResult, ServiceError> {
    let source_arn = input.source_arn.ok_or_else(|| errors::missing_parameter("SourceArn"))?;
    let asked = input.max_results.unwrap_or(1);
    let limit = usize::try_from(asked).ok().filter(|limit| (1..=10).contains(limit));
    let limit = limit.ok_or_else(|| {
        errors::invalid_value(
            asked,
            "MaxResults",
            "MaxResults must be an integer between 1 and 10.",
        )
    })?;
    let place = source(&context, &source_arn)?;
    let (queue, tables) = found(sqs.queue(&context, &place))?;
    let tasks = engine::of_source(&tables, &queue.name).rev().take(limit);
    let results: Vec<_> =
        tasks.map(|(_, task)| shape(&context, &place, &source_arn, task)).collect();
    Ok(ListMessageMoveTasksResult { results: Some(results) })
}

impl Handle {
    fn to_text(&self) -> String {
        STANDARD.encode(serde_json::to_string(self).expect("strings are written"))
    }

    fn from_text(text: &str) -> Option<Self> {
        serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
    }
}

fn source(context: &Context, arn: &str) -> Result<Place, ServiceError> {
    let place = Place::of_arn(context, arn).ok_or_else(|| {
        errors::invalid_parameter(
            "You must use this format to specify the SourceArn: \
             arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
        )
    })?;
    if place.account == context.account { Ok(place) } else { Err(errors::access_denied(arn)) }
}

/// A source that isn't there has an error of its own.
fn found<T>(result: Result<T, ServiceError>) -> Result<T, ServiceError> {
    result.map_err(|error| match &*error.code {
        "QueueDoesNotExist" => errors::resource_not_found(
            "The resource that you specified for the SourceArn parameter doesn't exist.",
        ),
        _ => error,
    })
}

fn destination(
    context: &Context,
    arn: Option<&str>,
    tables: &SqsTables,
) -> Result<Option<Arc<str>>, ServiceError> {
    let Some(arn) = arn else { return Ok(None) };
    let place = Place::of_arn(context, arn);
    let queue =
        place.and_then(|place| tables.queue(&place.name)).filter(|queue| *queue.arn == *arn);
    let queue = queue.ok_or_else(|| {
        errors::resource_not_found(
            "The resource that you specified for the DestinationArn parameter doesn't exist.",
        )
    })?;
    Ok(Some(Arc::clone(&queue.name)))
}

fn rate(rate: Option<i32>) -> Result<Option<u32>, ServiceError> {
    let Some(rate) = rate else { return Ok(None) };
    let known = u32::try_from(rate).ok().filter(|rate| (1..=500).contains(rate));
    known.map(Some).ok_or_else(|| {
        errors::invalid_value(
            rate,
            "MaxNumberOfMessagesPerSecond",
            "Must be between 1 and 500, if provided.",
        )
    })
}

fn is_dead_letter_queue(tables: &SqsTables, queue: &Queue) -> bool {
    tables.queues.iter().any(|(_, source)| {
        source.settings.redrive.as_ref().is_some_and(|policy| *policy.target == *queue.arn)
    })
}

fn shape(
    context: &Context,
    place: &Place,
    source_arn: &str,
    task: &MoveTask,
) -> ListMessageMoveTasksResultEntry {
    let is_running = task.status == MoveStatus::Running;
    let handle =
        || Handle { task_id: task.id.clone(), source_arn: source_arn.to_owned() }.to_text();
    let (status, failure) = match task.status {
        MoveStatus::Running => ("RUNNING", None),
        MoveStatus::Completed => ("COMPLETED", None),
        MoveStatus::Cancelled => ("CANCELLED", None),
        MoveStatus::Failed(reason) => ("FAILED", Some(reason.to_owned())),
    };
    let arn = |name: &Arc<str>| {
        Place::new(context, place.account, name.as_ref()).arn(context).to_string()
    };
    ListMessageMoveTasksResultEntry {
        task_handle: is_running.then(handle),
        status: Some(status.to_owned()),
        source_arn: Some(source_arn.to_owned()),
        destination_arn: task.destination.as_ref().map(arn),
        max_number_of_messages_per_second: task.rate.and_then(|rate| i32::try_from(rate).ok()),
        approximate_number_of_messages_moved: count(task.moved),
        approximate_number_of_messages_to_move: count(task.to_move),
        failure_reason: failure,
        started_timestamp: Some(task.started),
    }
}

fn count(count: u64) -> Option<i64> {
    i64::try_from(count).ok()
}
