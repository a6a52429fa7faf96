//! Random sequences of calls, compared with a model of plain lists.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use standin_core::AccountId;
use standin_store::Transaction;

use crate::digest;
use crate::engine::{self, Draft, Receive};
use crate::message::Extras;
use crate::queue::{Kind, Queue, Settings};
use crate::tables::{Counters, Millis, Seq, SqsTables, Tx};

const VISIBILITY: u32 = 30;
const DEDUPLICATION: Millis = 300_000;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Body, group, deduplication id, delay.
    Send(u8, u8, u8, u32),
    Receive(usize),
    /// The message to delete, among those in flight.
    Delete(usize),
    /// The message to hide, and for how long.
    Hide(usize, u32),
    Advance(u32),
    Purge,
}

/// A message as the model knows it.
#[derive(Clone, Debug)]
struct Known {
    body: String,
    group: u8,
    hidden_until: Option<Millis>,
    received: u32,
}

/// What a queue should do.
struct Model {
    kind: Kind,
    now: Millis,
    messages: BTreeMap<Seq, Known>,
    /// When a deduplication id was used, and for which message.
    used: BTreeMap<u8, (Millis, Seq)>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_standard_queue_does_as_the_model(steps in proptest::collection::vec(step(), 1..80)) {
        run(Kind::Standard, steps)?;
    }

    #[test]
    fn a_fifo_queue_does_as_the_model(steps in proptest::collection::vec(step(), 1..80)) {
        run(Kind::Fifo, steps)?;
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (any::<u8>(), 0..4u8, 0..12u8, prop_oneof![3 => Just(0u32), 1 => 1..60u32])
            .prop_map(|(body, group, id, delay)| Step::Send(body, group, id, delay)),
        6 => (1..=10usize).prop_map(Step::Receive),
        4 => any::<usize>().prop_map(Step::Delete),
        3 => (any::<usize>(), prop_oneof![Just(0u32), 1..100u32]).prop_map(|(at, seconds)| Step::Hide(at, seconds)),
        4 => prop_oneof![0..40u32, 250..320u32].prop_map(Step::Advance),
        1 => Just(Step::Purge),
    ]
}

fn run(kind: Kind, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let queue = queue(kind);
    let mut tx = Transaction::over(SqsTables::default());
    tx.tables.counters.insert(queue.id, Counters::default());
    tx.tables.queue_names.insert(queue.id, Arc::clone(&queue.name));
    tx.tables.queues.insert(Arc::clone(&queue.name), Arc::clone(&queue));
    let mut model =
        Model { kind, now: 1_000_000, messages: BTreeMap::new(), used: BTreeMap::new() };
    for step in steps {
        engine::settle(&mut tx, model.now);
        model.settle();
        model.take(&mut tx, &queue, step)?;
        model.agrees(&tx.tables, &queue)?;
    }
    Ok(())
}

fn queue(kind: Kind) -> Arc<Queue> {
    Arc::new(Queue {
        id: 1,
        name: "q".into(),
        arn: "arn:aws:sqs:us-east-1:000000000000:q".into(),
        created: 0,
        modified: 0,
        settings: Settings::new(kind),
        tags: BTreeMap::new(),
    })
}

fn draft(body: &str, group: u8, id: u8, delay: u32) -> Draft {
    let extras = Extras {
        group: Some(format!("g{group}").into()),
        deduplication_id: Some(format!("d{id}").into()),
        ..Extras::default()
    };
    let md5 = digest::text(body);
    Draft {
        body: body.into(),
        md5,
        sender: AccountId::DEFAULT,
        delay: Some(delay),
        extras: Some(Box::new(extras)),
    }
}

impl Model {
    fn take(&mut self, tx: &mut Tx, queue: &Queue, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Send(body, group, id, delay) => self.send(tx, queue, (body, group, id, delay)),
            Step::Receive(limit) => self.receive(tx, queue, limit),
            Step::Delete(at) => self.delete(tx, queue, at),
            Step::Hide(at, seconds) => self.hide(tx, queue, at, seconds),
            Step::Advance(seconds) => {
                self.now += Millis::from(seconds) * 1000;
                engine::settle(tx, self.now);
                self.settle();
                Ok(())
            }
            Step::Purge => {
                engine::purge(&mut tx.tables, queue.id, self.now);
                self.messages.clear();
                Ok(())
            }
        }
    }

    fn send(
        &mut self,
        tx: &mut Tx,
        queue: &Queue,
        sent: (u8, u8, u8, u32),
    ) -> Result<(), TestCaseError> {
        let (body, group, id, delay) = sent;
        let body = format!("b{body}");
        let answer = engine::send(tx, queue, draft(&body, group, id, delay), self.now, |_, seq| {
            u128::from(seq).to_be_bytes()
        });
        if self.kind == Kind::Fifo {
            if let Some((at, seq)) =
                self.used.get(&id).filter(|(at, _)| at + DEDUPLICATION > self.now)
            {
                prop_assert_eq!(answer.seq, *seq, "a duplicate of {}", at);
                return Ok(());
            }
            self.used.insert(id, (self.now, answer.seq));
        }
        let delayed = self.kind == Kind::Standard && delay > 0;
        let hidden_until = delayed.then(|| self.now + Millis::from(delay) * 1000);
        let known = Known { body, group, hidden_until, received: 0 };
        prop_assert!(self.messages.insert(answer.seq, known).is_none(), "a number was used twice");
        Ok(())
    }

    fn receive(&mut self, tx: &mut Tx, queue: &Queue, limit: usize) -> Result<(), TestCaseError> {
        let ask = Receive { limit, visibility: VISIBILITY, attempt: None };
        let delivered = engine::receive(tx, queue, &ask, self.now);
        let deliverable = self.deliverable();
        prop_assert_eq!(delivered.len(), limit.min(deliverable.len()), "lost or held back");
        for message in delivered {
            // In order within a group: nothing that is deliverable stands before it.
            let known = self.messages[&message.seq].clone();
            prop_assert!(known.hidden_until.is_none(), "delivered while hidden");
            prop_assert!(deliverable.contains(&message.seq), "delivered out of turn");
            prop_assert_eq!(&*message.content.body, &known.body);
            if self.kind == Kind::Fifo {
                let mut group =
                    self.messages.iter().filter(|(_, other)| other.group == known.group);
                let next = group.find(|(seq, _)| **seq >= message.seq || self.was_before(**seq));
                prop_assert_eq!(next.map(|(seq, _)| *seq), Some(message.seq), "out of order");
            }
            let now = self.now;
            let known = self.messages.get_mut(&message.seq).unwrap();
            known.hidden_until = Some(now + Millis::from(VISIBILITY) * 1000);
            known.received += 1;
            prop_assert_eq!(message.flight.received, known.received);
        }
        Ok(())
    }

    /// Whether a message of a group holds back those after it: it is visible and wasn't delivered.
    fn was_before(&self, seq: Seq) -> bool {
        self.messages[&seq].hidden_until.is_none()
    }

    /// What may be delivered now: in FIFO queues the messages of a group up to the first hidden one.
    fn deliverable(&self) -> Vec<Seq> {
        let is_held = |seq: &Seq, known: &Known| {
            self.kind == Kind::Fifo
                && self
                    .messages
                    .range(..seq)
                    .any(|(_, other)| other.group == known.group && other.hidden_until.is_some())
        };
        let visible = self.messages.iter().filter(|(_, known)| known.hidden_until.is_none());
        visible.filter(|(seq, known)| !is_held(seq, known)).map(|(seq, _)| *seq).collect()
    }

    fn delete(&mut self, tx: &mut Tx, queue: &Queue, at: usize) -> Result<(), TestCaseError> {
        let Some((seq, known)) = self.in_flight(at) else { return Ok(()) };
        prop_assert_eq!(engine::delete_message(tx, queue, (seq, known.received)), Ok(()));
        self.messages.remove(&seq);
        prop_assert_eq!(
            engine::delete_message(tx, queue, (seq, known.received)),
            Err(engine::Missing::Gone)
        );
        Ok(())
    }

    fn hide(
        &mut self,
        tx: &mut Tx,
        queue: &Queue,
        at: usize,
        seconds: u32,
    ) -> Result<(), TestCaseError> {
        let Some((seq, known)) = self.in_flight(at) else { return Ok(()) };
        let changed =
            engine::change_visibility(tx, queue, (seq, known.received), seconds, self.now);
        prop_assert_eq!(changed, Ok(()));
        let until = self.now + Millis::from(seconds) * 1000;
        self.messages.get_mut(&seq).unwrap().hidden_until = (seconds > 0).then_some(until);
        Ok(())
    }

    fn in_flight(&self, at: usize) -> Option<(Seq, Known)> {
        let flying = |known: &Known| known.received > 0 && known.hidden_until.is_some();
        let all: Vec<_> = self.messages.iter().filter(|(_, known)| flying(known)).collect();
        let (seq, known) = all.get(at.checked_rem(all.len())?)?;
        Some((**seq, (*known).clone()))
    }

    fn settle(&mut self) {
        for known in self.messages.values_mut() {
            known.hidden_until = known.hidden_until.filter(|until| *until > self.now);
        }
    }

    /// The tables hold what the model holds, and nothing else.
    fn agrees(&self, tables: &SqsTables, queue: &Queue) -> Result<(), TestCaseError> {
        let counters = tables.counters_of(queue.id);
        let count = |test: fn(&Known) -> bool| {
            self.messages.values().filter(|known| test(known)).count() as u64
        };
        prop_assert_eq!(counters.visible, count(|known| known.hidden_until.is_none()));
        prop_assert_eq!(
            counters.in_flight,
            count(|known| known.hidden_until.is_some() && known.received > 0)
        );
        prop_assert_eq!(
            counters.delayed,
            count(|known| known.hidden_until.is_some() && known.received == 0)
        );
        prop_assert_eq!(tables.contents.len(), self.messages.len());
        let hidden = self.messages.values().filter(|known| known.hidden_until.is_some()).count();
        prop_assert_eq!(tables.timed.len(), hidden);
        let in_groups = if self.kind == Kind::Fifo { self.messages.len() } else { 0 };
        prop_assert_eq!(tables.groups.len(), in_groups);
        prop_assert!(tables.flights.iter().all(|(key, _)| tables.contents.contains(key)));
        prop_assert!(tables.ready.iter().all(|(key, ())| tables.contents.contains(key)));
        Ok(())
    }
}
