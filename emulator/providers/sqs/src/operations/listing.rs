//! `GetQueueUrl`, `ListQueues`, `ListDeadLetterSourceQueues`.

use std::ops::Bound;
use std::sync::Arc;

use standin_core::paging::{self, Page};
use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{
    GetQueueUrlRequest, GetQueueUrlResult, ListDeadLetterSourceQueuesRequest,
    ListDeadLetterSourceQueuesResult, ListQueuesRequest, ListQueuesResult,
};

use crate::place::{self, Place};
use crate::queue::Queue;
use crate::{Sqs, errors};

/// How many queues a page has at most.
const LIMIT: usize = 1000;

/// Finds a queue by its name.
pub(crate) async fn get_queue_url(
    sqs: &Sqs,
    context: Context,
    input: GetQueueUrlRequest,
) -> Result<GetQueueUrlResult, ServiceError> {
    let name = input.queue_name.ok_or_else(|| errors::missing_parameter("QueueName"))?;
    let account = match input.queue_owner_aws_account_id {
        None => context.account,
        Some(owner) => owner.parse().map_err(|_| errors::queue_does_not_exist(&context))?,
    };
    let place = Place::new(&context, account, name);
    sqs.queue(&context, &place)?;
    Ok(GetQueueUrlResult { queue_url: Some(place.url(&context)) })
}

/// Lists the queues whose names begin with a prefix.
pub(crate) async fn list_queues(
    sqs: &Sqs,
    context: Context,
    input: ListQueuesRequest,
) -> Result<ListQueuesResult, ServiceError> {
    let prefix = input.queue_name_prefix.unwrap_or_default();
    let asked = Asked { max_results: input.max_results, next_token: input.next_token };
    let found = page(sqs, &context, ("queues", &asked), |queue| queue.name.starts_with(&prefix))?;
    let urls = (!found.items.is_empty()).then_some(found.items);
    Ok(ListQueuesResult { queue_urls: urls, next_token: found.next })
}

/// Lists the queues that have a queue as their dead-letter queue.
pub(crate) async fn list_dead_letter_source_queues(
    sqs: &Sqs,
    context: Context,
    input: ListDeadLetterSourceQueuesRequest,
) -> Result<ListDeadLetterSourceQueuesResult, ServiceError> {
    let place = Place::of_url(&context, input.queue_url)?;
    let (target, _) = sqs.queue(&context, &place)?;
    let asked = Asked { max_results: input.max_results, next_token: input.next_token };
    let is_source = |queue: &Queue| {
        queue.settings.redrive.as_ref().is_some_and(|policy| *policy.target == *target.arn)
    };
    let found = page(sqs, &context, (&target.arn, &asked), is_source)?;
    Ok(ListDeadLetterSourceQueuesResult { queue_urls: Some(found.items), next_token: found.next })
}

/// Which page was asked for.
struct Asked {
    max_results: Option<i32>,
    next_token: Option<String>,
}

fn page(
    sqs: &Sqs,
    context: &Context,
    (list, asked): (&str, &Asked),
    filter: impl Fn(&Queue) -> bool,
) -> Result<Page<String>, ServiceError> {
    let limit = limit(asked.max_results)?;
    let after = match asked.next_token.as_deref().filter(|token| !token.is_empty()) {
        None => None,
        Some(token) => Some(
            paging::position(list, token)
                .map_err(|_| errors::invalid_parameter("Invalid or expired next token."))?,
        ),
    };
    let tables = sqs.tables(context, &Place::new(context, context.account, ""));
    let from = after.map_or(Bound::Unbounded, |after: String| Bound::Excluded(Arc::from(after)));
    let rest = tables.queues.range::<Arc<str>>((from, Bound::Unbounded));
    let found = rest.map(|(_, queue)| queue).filter(|queue| filter(queue));
    let page = paging::page(list, found, limit, |queue| queue.name.as_ref().to_owned());
    // AWS gives a token only to those who ask for pages.
    let next = page.next.filter(|_| asked.max_results.is_some());
    let url = |queue: &Arc<Queue>| place::url(context, context.account, &queue.name);
    Ok(Page { items: page.items.into_iter().map(url).collect(), next })
}

fn limit(max_results: Option<i32>) -> Result<usize, ServiceError> {
    let Some(asked) = max_results else { return Ok(LIMIT) };
    let known = usize::try_from(asked).ok().filter(|limit| (1..=LIMIT).contains(limit));
    known.ok_or_else(|| {
        errors::invalid_value(
            asked,
            "MaxResults",
            "MaxResults must be an integer between 1 and 1000.",
        )
    })
}
