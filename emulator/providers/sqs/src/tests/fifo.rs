//! FIFO queues, as AWS was recorded with them.

use standin_core::Document;

use super::{Bench, redrive, text};

async fn send(bench: &Bench, url: &str, body: &str, group: &str) {
    let id = format!("{body}-{group}");
    bench
        .ok(
            "SendMessage",
            &format!(
                "{{'QueueUrl': '{url}', 'MessageBody': '{body}', 'MessageGroupId': '{group}', \
                 'MessageDeduplicationId': '{id}'}}"
            ),
        )
        .await;
}

async fn send_as(bench: &Bench, url: &str, (body, group, id): (&str, &str, &str)) -> Document {
    let input = format!(
        "{{'QueueUrl': '{url}', 'MessageBody': '{body}', 'MessageGroupId': '{group}', 'MessageDeduplicationId': '{id}'}}"
    );
    bench.ok("SendMessage", &input).await
}

async fn hide(bench: &Bench, url: &str, handle: &str, seconds: u32) {
    let input = format!(
        "{{'QueueUrl': '{url}', 'ReceiptHandle': '{handle}', 'VisibilityTimeout': {seconds}}}"
    );
    bench.ok("ChangeMessageVisibility", &input).await;
}

async fn delete(bench: &Bench, url: &str, handle: &str) {
    bench
        .ok("DeleteMessage", &format!("{{'QueueUrl': '{url}', 'ReceiptHandle': '{handle}'}}"))
        .await;
}

#[tokio::test]
async fn groups_are_in_order_and_locked_while_one_is_in_flight() {
    let bench = Bench::new();
    let url = bench.queue("q.fifo", "'FifoQueue': 'true'").await;
    for (body, group) in [("a1", "a"), ("b1", "b"), ("a2", "a"), ("b2", "b")] {
        send(&bench, &url, body, group).await;
    }
    let one = format!("{{'QueueUrl': '{url}'}}");
    let first = super::messages(&bench.ok("ReceiveMessage", &one).await);
    assert_eq!(first[0].0, "a1");
    assert_eq!(bench.bodies(&url).await, ["b1", "b2"]);
    assert_eq!(bench.bodies(&url).await, [""; 0]);
    delete(&bench, &url, &first[0].1).await;
    assert_eq!(bench.bodies(&url).await, ["a2"]);
    bench.advance(30);
    assert_eq!(bench.bodies(&url).await, ["b1", "b2", "a2"]);
}

/// `test_fifo_group_visibility_extends_with_change_message_visibility`.
#[tokio::test]
async fn what_precedes_a_hidden_message_is_delivered_again() {
    for visible in 0..=2 {
        let bench = Bench::new();
        let url = bench.queue("q.fifo", "'FifoQueue': 'true'").await;
        for body in ["foo", "bar", "baz"] {
            send(&bench, &url, body, "g").await;
        }
        let received = bench.receive(&url).await;
        for (_, handle) in &received[..visible] {
            hide(&bench, &url, handle, 0).await;
        }
        assert_eq!(bench.bodies(&url).await, ["foo", "bar", "baz"][..visible]);
    }
}

/// `test_sqs_fifo_same_dedup_id_different_message_groups`, `test_fifo_high_throughput_ordering`.
#[tokio::test]
async fn a_deduplication_id_counts_within_its_scope_for_five_minutes() {
    let bench = Bench::new();
    let url = bench.queue("q.fifo", "'FifoQueue': 'true'").await;
    let first = send_as(&bench, &url, ("Test", "1", "d")).await;
    let second = send_as(&bench, &url, ("Other", "2", "d")).await;
    assert_eq!(text(&first, "MessageId"), text(&second, "MessageId"));
    assert_eq!(text(&first, "SequenceNumber"), text(&second, "SequenceNumber"));
    let received = bench.receive(&url).await;
    assert_eq!(received.len(), 1);
    delete(&bench, &url, &received[0].1).await;
    bench.advance(299);
    send_as(&bench, &url, ("Test", "1", "d")).await;
    assert_eq!(bench.bodies(&url).await, [""; 0]);
    bench.advance(1);
    send_as(&bench, &url, ("Test", "1", "d")).await;
    assert_eq!(bench.bodies(&url).await, ["Test"]);

    let attributes = "'FifoQueue': 'true', 'DeduplicationScope': 'messageGroup'";
    let url = bench.queue("g.fifo", attributes).await;
    send_as(&bench, &url, ("Test1", "1", "d")).await;
    send_as(&bench, &url, ("Test2", "2", "d")).await;
    assert_eq!(bench.bodies(&url).await, ["Test1", "Test2"]);
}

/// `test_fifo_change_to_high_throughput_after_creation`, `test_fifo_change_to_regular_throughput_after_creation`.
#[tokio::test]
async fn the_scope_of_deduplication_stays_as_the_queue_was_made() {
    let bench = Bench::new();
    let url = bench.queue("q.fifo", "'FifoQueue': 'true'").await;
    let high = "'DeduplicationScope': 'messageGroup', 'FifoThroughputLimit': 'perMessageGroupId'";
    bench
        .ok("SetQueueAttributes", &format!("{{'QueueUrl': '{url}', 'Attributes': {{{high}}}}}"))
        .await;
    assert_eq!(bench.attribute(&url, "DeduplicationScope").await, "messageGroup");
    send_as(&bench, &url, ("Test1", "1", "d")).await;
    send_as(&bench, &url, ("Test2", "2", "d")).await;
    assert_eq!(bench.bodies(&url).await, ["Test1"]);

    let url = bench.queue("r.fifo", &format!("'FifoQueue': 'true', {high}")).await;
    let low = "'DeduplicationScope': 'queue', 'FifoThroughputLimit': 'perQueue'";
    bench
        .ok("SetQueueAttributes", &format!("{{'QueueUrl': '{url}', 'Attributes': {{{low}}}}}"))
        .await;
    send_as(&bench, &url, ("Test1", "1", "d")).await;
    send_as(&bench, &url, ("Test2", "2", "d")).await;
    assert_eq!(bench.bodies(&url).await, ["Test1", "Test2"]);
}

#[tokio::test]
async fn bodies_deduplicate_where_the_queue_says_so() {
    let bench = Bench::new();
    let url =
        bench.queue("q.fifo", "'FifoQueue': 'true', 'ContentBasedDeduplication': 'true'").await;
    for body in ["one", "one", "two"] {
        let input =
            format!("{{'QueueUrl': '{url}', 'MessageBody': '{body}', 'MessageGroupId': 'g'}}");
        bench.ok("SendMessage", &input).await;
    }
    assert_eq!(bench.bodies(&url).await, ["one", "two"]);
}

/// `test_fifo_queue_send_message_with_zero_delay_defaults_to_queue_delay`; and a change of the delay counts at once.
#[tokio::test]
async fn the_queues_delay_counts_for_all_its_messages() {
    let bench = Bench::new();
    let url = bench.queue("q.fifo", "'FifoQueue': 'true', 'DelaySeconds': '2'").await;
    let input = format!(
        "{{'QueueUrl': '{url}', 'MessageBody': 'message-1', 'MessageGroupId': 'g', 'MessageDeduplicationId': 'd', \
         'DelaySeconds': 0}}"
    );
    bench.ok("SendMessage", &input).await;
    assert_eq!(bench.bodies(&url).await, [""; 0]);
    assert_eq!(bench.attribute(&url, "ApproximateNumberOfMessagesDelayed").await, "1");
    bench
        .ok(
            "SetQueueAttributes",
            &format!("{{'QueueUrl': '{url}', 'Attributes': {{'DelaySeconds': '5'}}}}"),
        )
        .await;
    bench.advance(4);
    assert_eq!(bench.bodies(&url).await, [""; 0]);
    bench
        .ok(
            "SetQueueAttributes",
            &format!("{{'QueueUrl': '{url}', 'Attributes': {{'DelaySeconds': '0'}}}}"),
        )
        .await;
    assert_eq!(bench.bodies(&url).await, ["message-1"]);
}

#[tokio::test]
async fn an_attempt_that_is_repeated_gets_the_same_messages() {
    let bench = Bench::new();
    let url = bench.queue("q.fifo", "'FifoQueue': 'true'").await;
    send(&bench, &url, "one", "g").await;
    let attempt = format!("{{'QueueUrl': '{url}', 'ReceiveRequestAttemptId': 'a'}}");
    let first = super::messages(&bench.ok("ReceiveMessage", &attempt).await);
    bench.advance(20);
    assert_eq!(super::messages(&bench.ok("ReceiveMessage", &attempt).await), first);
    // The repeated attempt hid the message anew.
    bench.advance(20);
    assert_eq!(bench.bodies(&url).await, [""; 0]);
    delete(&bench, &url, &first[0].1).await;
    assert_eq!(super::messages(&bench.ok("ReceiveMessage", &attempt).await), []);
}

#[tokio::test]
async fn a_bad_message_makes_room_for_the_next_of_its_group() {
    let bench = Bench::new();
    let dead = bench.queue("dead.fifo", "'FifoQueue': 'true'").await;
    let url =
        bench.queue("q.fifo", &format!("'FifoQueue': 'true', {}", redrive("dead.fifo", 1))).await;
    send(&bench, &url, "bad", "g").await;
    send(&bench, &url, "good", "g").await;
    let one = format!("{{'QueueUrl': '{url}', 'MaxNumberOfMessages': 1}}");
    assert_eq!(super::messages(&bench.ok("ReceiveMessage", &one).await)[0].0, "bad");
    bench.advance(30);
    assert_eq!(super::messages(&bench.ok("ReceiveMessage", &one).await)[0].0, "good");
    assert_eq!(bench.bodies(&dead).await, ["bad"]);
}
