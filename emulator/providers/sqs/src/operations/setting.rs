//! `GetQueueAttributes`, `SetQueueAttributes`.

use std::collections::BTreeMap;

use standin_core::shape::Empty;
use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{
    GetQueueAttributesRequest, GetQueueAttributesResult, QueueAttributeName,
    SetQueueAttributesRequest,
};

use crate::attributes::{self, Change};
use crate::place::Place;
use crate::{Sqs, errors};

/// Reads attributes.
pub(crate) async fn get_queue_attributes(
    sqs: &Sqs,
    context: Context,
    input: GetQueueAttributesRequest,
) -> Result<GetQueueAttributesResult, ServiceError> {
    let place = Place::of_url(&context, input.queue_url)?;
    let (queue, tables) = sqs.queue(&context, &place)?;
    let counters = tables.counters_of(queue.id);
    let names = input.attribute_names.unwrap_or_default();
    let mut found = BTreeMap::new();
    for name in names.iter().map(QueueAttributeName::as_str) {
        if !attributes::is_known(name) {
            return Err(errors::unknown_attribute(name));
        }
        let value = attributes::read(&queue, &counters, name);
        found.extend(value.map(|value| (name.to_owned(), value)));
    }
    if names.contains(&QueueAttributeName::ALL) {
        let all = attributes::read_all(&queue, &counters);
        found.extend(all.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    Ok(GetQueueAttributesResult { attributes: (!found.is_empty()).then_some(found) })
}

/// Sets attributes: all of them, or none.
pub(crate) async fn set_queue_attributes(
    sqs: &Sqs,
    context: Context,
    input: SetQueueAttributesRequest,
) -> Result<Empty, ServiceError> {
    let place = Place::of_own_url(&context, input.queue_url)?;
    let wanted = input.attributes.ok_or_else(|| errors::missing_parameter("Attributes"))?;
    sqs.redefine(&context, &place, |queue, tables, now| {
        queue.modified = now;
        attributes::apply(queue, &wanted, Change::Set, tables)
    })?;
    Ok(Empty)
}
