//! `CreateQueue`.

use std::collections::BTreeMap;
use std::sync::Arc;

use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{CreateQueueRequest, CreateQueueResult};

use super::tagging;
use crate::attributes::{self, Change};
use crate::engine::NAME_REST;
use crate::place::Place;
use crate::queue::{Kind, Queue, Settings};
use crate::tables::{Counters, Millis, SqsTables, Tx};
use crate::{Sqs, errors};

/// Makes a queue, or finds the one that is as asked for.
pub(crate) async fn create_queue(
    sqs: &Sqs,
    context: Context,
    input: CreateQueueRequest,
) -> Result<CreateQueueResult, ServiceError> {
    let name = input.queue_name.ok_or_else(|| errors::missing_parameter("QueueName"))?;
    let wanted = input.attributes.unwrap_or_default();
    let tags = input.tags.unwrap_or_default();
    let is_fifo = |value: &String| value.eq_ignore_ascii_case("true");
    let is_fifo = wanted.get("FifoQueue").is_some_and(is_fifo);
    let kind = if is_fifo { Kind::Fifo } else { Kind::Standard };
    check_name(&name, kind)?;
    let place = Place::new(&context, context.account, name);
    let now = context.now().millis();
    sqs.store.transaction(&place.scope, |tx: &mut Tx| {
        if let Some(queue) = tx.tables.queue(&place.name).map(Arc::clone) {
            return same(&queue, &wanted, &tx.tables);
        }
        let deleted = tx.tables.deleted.get(place.name.as_str());
        if deleted.is_some_and(|deleted| deleted + NAME_REST > now) {
            return Err(errors::queue_deleted_recently());
        }
        let mut queue = blank((&context, &place), kind, &tx.tables, now);
        attributes::apply(&mut queue, &wanted, Change::Create, &tx.tables)?;
        tagging::add(&mut queue, tags)?;
        insert(&mut tx.tables, queue);
        Ok(())
    })?;
    Ok(CreateQueueResult { queue_url: Some(place.url(&context)) })
}

fn check_name(name: &str, kind: Kind) -> Result<(), ServiceError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let stem = if kind == Kind::Fifo { name.strip_suffix(".fifo") } else { Some(name) };
    if stem.is_some_and(|stem| !stem.is_empty() && name.len() <= 80 && stem.bytes().all(allowed)) {
        return Ok(());
    }
    Err(errors::invalid_parameter(if kind == Kind::Fifo {
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with \
         .fifo suffix and be 1 to 80 in length."
    } else {
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
    }))
}

/// Whether the queue that is there has the attributes asked for; others may be as they are.
fn same(
    queue: &Queue,
    wanted: &BTreeMap<String, String>,
    tables: &SqsTables,
) -> Result<(), ServiceError> {
    let mut asked = queue.clone();
    attributes::apply(&mut asked, wanted, Change::Create, tables)?;
    let none = Counters::default();
    for name in wanted.keys() {
        if attributes::read(&asked, &none, name) != attributes::read(queue, &none, name) {
            return Err(errors::queue_name_exists(name));
        }
    }
    Ok(())
}

fn blank(
    (context, place): (&Context, &Place),
    kind: Kind,
    tables: &SqsTables,
    now: Millis,
) -> Queue {
    Queue {
        id: tables.last_queue.get(&0).copied().unwrap_or(0) + 1,
        name: place.name.as_str().into(),
        arn: place.arn(context).to_string().into(),
        created: now,
        modified: now,
        settings: Settings::new(kind),
        tags: BTreeMap::new(),
    }
}

fn insert(tables: &mut SqsTables, queue: Queue) {
    tables.last_queue.insert(0, queue.id);
    tables.counters.insert(queue.id, Counters::default());
    tables.queue_names.insert(queue.id, Arc::clone(&queue.name));
    tables.deleted.remove(&queue.name);
    tables.queues.insert(Arc::clone(&queue.name), Arc::new(queue));
}
