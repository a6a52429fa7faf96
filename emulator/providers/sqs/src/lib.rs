//! SQS: queues, in full.
//!
//! The rules of queues are pure functions over the tables (`engine`); an operation validates its input as AWS does,
//! runs one transaction, and shapes the answer.

mod attributes;
mod batch;
mod digest;
mod draft;
mod engine;
mod errors;
mod message;
mod operations;
mod place;
mod queue;
mod receipt;
mod tables;

use std::sync::Arc;

use standin_core::{Context, ServiceError};
use standin_store::Store;

use crate::place::Place;
use crate::queue::Queue;
use crate::tables::{Millis, SqsTables, Tx};

#[cfg(test)]
mod tests;

/// The provider of SQS.
#[derive(Clone)]
pub struct Sqs {
    store: Store,
}

standin_core::provider! {
    impl standin_shapes_sqs for Sqs {
        add_permission = operations::add_permission;
        cancel_message_move_task = operations::cancel_message_move_task;
        change_message_visibility = operations::change_message_visibility;
        change_message_visibility_batch = operations::change_message_visibility_batch;
        create_queue = operations::create_queue;
        delete_message = operations::delete_message;
        delete_message_batch = operations::delete_message_batch;
        delete_queue = operations::delete_queue;
        get_queue_attributes = operations::get_queue_attributes;
        get_queue_url = operations::get_queue_url;
        list_dead_letter_source_queues = operations::list_dead_letter_source_queues;
        list_message_move_tasks = operations::list_message_move_tasks;
        list_queue_tags = operations::list_queue_tags;
        list_queues = operations::list_queues;
        purge_queue = operations::purge_queue;
        receive_message = operations::receive_message;
        remove_permission = operations::remove_permission;
        send_message = operations::send_message;
        send_message_batch = operations::send_message_batch;
        set_queue_attributes = operations::set_queue_attributes;
        start_message_move_task = operations::start_message_move_task;
        tag_queue = operations::tag_queue;
        untag_queue = operations::untag_queue;
    }
}

impl Sqs {
    /// SQS with its state in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Changes one queue, after doing what was due.
    fn change<R>(
        &self,
        context: &Context,
        place: &Place,
        change: impl FnOnce(&mut Tx, &Arc<Queue>, Millis) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let now = context.now().millis();
        self.store.transaction(&place.scope, |tx: &mut Tx| {
            engine::settle(tx, now);
            let queue = tx.tables.queue(&place.name).map(Arc::clone);
            let queue = queue.ok_or_else(|| errors::queue_does_not_exist(context))?;
            change(tx, &queue, now)
        })
    }

    /// Changes the definition of a queue.
    fn redefine(
        &self,
        context: &Context,
        place: &Place,
        change: impl FnOnce(&mut Queue, &SqsTables, Millis) -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        self.change(context, place, |tx, before, now| {
            let mut queue = Queue::clone(before);
            change(&mut queue, &tx.tables, now)?;
            engine::redefine(tx, before, queue, now);
            Ok(())
        })
    }

    /// The tables as they are now, with what was due done.
    fn tables(&self, context: &Context, place: &Place) -> Arc<SqsTables> {
        let now = context.now();
        let tables: Arc<SqsTables> = self.store.read(&place.scope);
        if standin_store::Tables::next_due(&*tables).is_none_or(|due| due > now) {
            return tables;
        }
        let settled: Result<(), std::convert::Infallible> =
            self.store.transaction(&place.scope, |tx: &mut Tx| {
                engine::settle(tx, now.millis());
                Ok(())
            });
        settled.unwrap_or_else(|never| match never {});
        self.store.read(&place.scope)
    }

    /// A queue as it is now, and the tables it is in. It takes no lock unless something was due.
    fn queue(
        &self,
        context: &Context,
        place: &Place,
    ) -> Result<(Arc<Queue>, Arc<SqsTables>), ServiceError> {
        let tables = self.tables(context, place);
        let queue = tables.queue(&place.name).map(Arc::clone);
        let queue = queue.ok_or_else(|| errors::queue_does_not_exist(context))?;
        if !engine::has_expired(&tables, &queue, context.now().millis()) {
            return Ok((queue, tables));
        }
        self.change(context, place, |tx, queue, now| {
            engine::expire(&mut tx.tables, queue, now);
            Ok((Arc::clone(queue), Arc::new(tx.tables.clone())))
        })
    }
}
