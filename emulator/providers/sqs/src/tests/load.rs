//! Many callers at once, limits, and any input.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use standin_core::{Document, Fields, Number, Provider};
use standin_store::Transaction;

use super::{Bench, messages};
use crate::tables::SqsTables;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_message_is_lost_or_delivered_twice_under_many_callers() {
    let bench = Arc::new(Bench::new());
    bench.clock.set_rate(1.0);
    let url = bench.queue("q", "").await;
    let senders = (0..8).map(|sender| {
        let (bench, url) = (Arc::clone(&bench), url.clone());
        tokio::spawn(async move {
            for number in 0..100 {
                bench.send(&url, &format!("{sender}-{number}")).await;
            }
            Vec::new()
        })
    });
    let receivers = (0..8).map(|_| {
        let (bench, url) = (Arc::clone(&bench), url.clone());
        tokio::spawn(async move {
            let input =
                format!("{{'QueueUrl': '{url}', 'MaxNumberOfMessages': 3, 'WaitTimeSeconds': 1}}");
            let mut bodies = Vec::new();
            loop {
                let received = messages(&bench.ok("ReceiveMessage", &input).await);
                if received.is_empty() {
                    return bodies;
                }
                bodies.extend(received.into_iter().map(|(body, _)| body));
            }
        })
    });
    let tasks: Vec<_> = senders.chain(receivers).collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    assert_eq!(all.len(), 800);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 800);
}

#[tokio::test]
async fn a_message_goes_to_the_poll_that_waited_longest_and_wakes_no_other() {
    let bench = Bench::new();
    bench.clock.set_rate(1.0);
    let url = bench.queue("q", "'ReceiveMessageWaitTimeSeconds': '1'").await;
    let after = |milliseconds| tokio::time::sleep(std::time::Duration::from_millis(milliseconds));
    let second = async {
        after(20).await;
        bench.bodies(&url).await
    };
    let sending = async {
        after(40).await;
        bench.send(&url, "one").await;
    };
    let (first, second, ()) = tokio::join!(bench.bodies(&url), second, sending);
    assert_eq!((first, second), (vec!["one".to_owned()], Vec::new()));
}

/// Sets how many messages of the queue `q` are in flight.
fn fly(bench: &Bench, url: &str, count: u64) {
    let place = crate::place::Place::of_url(&bench.context, Some(url.to_owned())).unwrap();
    let done: Result<(), ()> =
        bench.sqs.store.transaction(&place.scope, |tx: &mut Transaction<SqsTables>| {
            let queue = Arc::clone(tx.tables.queue(&place.name).unwrap());
            tx.tables.count(queue.id, |counters| counters.in_flight = count);
            Ok(())
        });
    done.unwrap();
}

#[tokio::test]
async fn only_short_polls_of_standard_queues_fail_over_the_limit() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    bench.send(&url, "one").await;
    bench.send(&url, "two").await;
    fly(&bench, &url, 119_999);
    assert_eq!(bench.bodies(&url).await, ["one"]);
    let error =
        bench.call("ReceiveMessage", &format!("{{'QueueUrl': '{url}'}}")).await.unwrap_err();
    assert_eq!((error.code.as_ref(), error.status), ("OverLimit", 403));
    let long = format!("{{'QueueUrl': '{url}', 'WaitTimeSeconds': 1}}");
    assert_eq!(bench.ok("ReceiveMessage", &long).await, Document::empty());
    let fifo = bench.queue("q.fifo", "'FifoQueue': 'true'").await;
    fly(&bench, &fifo, 120_000);
    assert_eq!(bench.bodies(&fifo).await, [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_input_is_answered(calls in proptest::collection::vec((any::<prop::sample::Index>(), input()), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = Bench::new();
            for name in ["q", "q.fifo"] {
                let fifo = if name == "q" { "" } else { "'FifoQueue': 'true'" };
                bench.queue(name, fifo).await;
            }
            let operations = bench.sqs.operations();
            for (operation, input) in calls {
                let operation = operation.get(&operations);
                if let Err(error) = bench.call_document(operation, input).await {
                    assert!(error.status < 500, "{operation}: {error}");
                }
            }
        });
    }
}

fn input() -> impl Strategy<Value = Document> {
    let members = [
        "QueueUrl",
        "QueueName",
        "MessageBody",
        "Entries",
        "Attributes",
        "AttributeNames",
        "ReceiptHandle",
        "MessageGroupId",
        "MessageDeduplicationId",
        "DelaySeconds",
        "VisibilityTimeout",
        "WaitTimeSeconds",
        "Tags",
        "MaxNumberOfMessages",
        "Label",
        "AWSAccountIds",
        "Actions",
        "SourceArn",
        "TaskHandle",
        "MaxResults",
        "NextToken",
        "TagKeys",
        "MessageAttributes",
        "MessageSystemAttributes",
        "MaxNumberOfMessagesPerSecond",
        "ReceiveRequestAttemptId",
        "DestinationArn",
        "QueueNamePrefix",
    ];
    let field = (prop::sample::select(members.to_vec()), value());
    let urls =
        ["http://h/111111111111/q", "http://h/111111111111/q.fifo", "q", "/", "//", "http://h/1/q"];
    (prop::sample::select(urls.to_vec()), proptest::collection::vec(field, 0..8)).prop_map(
        |(url, fields)| {
            let url = ("QueueUrl", Document::String(url.to_owned()));
            let fields =
                std::iter::once(url).chain(fields).map(|(name, value)| (name.into(), value));
            Document::Object(fields.collect::<Fields>())
        },
    )
}

fn value() -> impl Strategy<Value = Document> {
    let texts = [
        "",
        "q",
        "q.fifo",
        "true",
        "All",
        "{}",
        "[]",
        "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:111111111111:q\",\"maxReceiveCount\":1}",
        "arn:aws:sqs:us-east-1:111111111111:q",
        "111111111111",
        "RedrivePolicy",
        "String",
        "SendMessage",
    ];
    let leaf = prop_oneof![
        prop::sample::select(texts.to_vec()).prop_map(|text| Document::String(text.to_owned())),
        ".{0,12}".prop_map(Document::String),
        any::<i64>().prop_map(|number| Document::Number(Number::Integer(number))),
        (0..12i64).prop_map(|number| Document::Number(Number::Integer(number))),
        Just(Document::Null),
        any::<bool>().prop_map(Document::Boolean),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let names = [
            "Id",
            "MessageBody",
            "RedrivePolicy",
            "DelaySeconds",
            "DataType",
            "StringValue",
            "ReceiptHandle",
            "a",
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Document::list),
            proptest::collection::vec((prop::sample::select(names.to_vec()), inner), 0..4)
                .prop_map(|fields| {
                    let fields = fields.into_iter().map(|(name, value)| (name.into(), value));
                    Document::Object(fields.collect::<Fields>())
                }),
        ]
    })
}
