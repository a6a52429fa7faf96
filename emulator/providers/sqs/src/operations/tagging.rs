//! `TagQueue`, `UntagQueue`, `ListQueueTags`.

use std::collections::BTreeMap;

use standin_core::shape::Empty;
use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{
    ListQueueTagsRequest, ListQueueTagsResult, TagQueueRequest, UntagQueueRequest,
};

use crate::place::Place;
use crate::queue::Queue;
use crate::{Sqs, errors};

/// How many tags a queue can have.
const LIMIT: usize = 50;

/// Adds tags, in place of those with the same keys.
pub(crate) async fn tag_queue(
    sqs: &Sqs,
    context: Context,
    input: TagQueueRequest,
) -> Result<Empty, ServiceError> {
    let place = Place::of_own_url(&context, input.queue_url)?;
    let tags = input.tags.ok_or_else(|| errors::missing_parameter("Tags"))?;
    sqs.redefine(&context, &place, |queue, _, _| add(queue, tags))?;
    Ok(Empty)
}

/// Takes tags away.
pub(crate) async fn untag_queue(
    sqs: &Sqs,
    context: Context,
    input: UntagQueueRequest,
) -> Result<Empty, ServiceError> {
    let place = Place::of_own_url(&context, input.queue_url)?;
    let keys = input.tag_keys.ok_or_else(|| errors::missing_parameter("TagKeys"))?;
    sqs.redefine(&context, &place, |queue, _, _| {
        queue.tags.retain(|key, _| !keys.contains(key));
        Ok(())
    })?;
    Ok(Empty)
}

/// Lists tags.
pub(crate) async fn list_queue_tags(
    sqs: &Sqs,
    context: Context,
    input: ListQueueTagsRequest,
) -> Result<ListQueueTagsResult, ServiceError> {
    let place = Place::of_own_url(&context, input.queue_url)?;
    let (queue, _) = sqs.queue(&context, &place)?;
    Ok(ListQueueTagsResult { tags: (!queue.tags.is_empty()).then(|| queue.tags.clone()) })
}

/// Adds tags to a queue, if they are allowed and not too many.
pub(super) fn add(queue: &mut Queue, tags: BTreeMap<String, String>) -> Result<(), ServiceError> {
    for (key, value) in tags {
        check(&key, &value)?;
        queue.tags.insert(key, value);
    }
    if queue.tags.len() > LIMIT {
        let message = format!("Too many tags added for queue {}.", queue.name);
        return Err(errors::invalid_parameter(message));
    }
    Ok(())
}

fn check(key: &str, value: &str) -> Result<(), ServiceError> {
    if !(1..=128).contains(&key.chars().count()) {
        return Err(errors::invalid_parameter(
            "Tag keys must be between 1 and 128 characters in length.",
        ));
    }
    if value.chars().count() > 256 {
        return Err(errors::invalid_parameter(
            "Tag values must be between 0 and 256 characters in length.",
        ));
    }
    if key.to_ascii_lowercase().starts_with("aws:") {
        return Err(errors::invalid_parameter("Tag keys must not start with 'aws:'."));
    }
    Ok(())
}
