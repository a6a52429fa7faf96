//! The life of queues and messages.

use standin_core::Document;

use super::{Bench, messages, redrive, text};

#[tokio::test]
async fn a_message_lives_from_send_to_delete() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    assert_eq!(url, "http://localhost:4566/111111111111/q");
    let sent = bench.send(&url, "message").await;
    assert_eq!(text(&sent, "MD5OfMessageBody"), "78e731027d8fd50ed642340b7c9a63b3");
    assert_eq!(sent.get("SequenceNumber"), None);

    let received = bench
        .ok("ReceiveMessage", &format!("{{'QueueUrl': '{url}', 'AttributeNames': ['All']}}"))
        .await;
    let message = &received.get("Messages").and_then(Document::as_list).unwrap()[0];
    assert_eq!(text(message, "MessageId"), text(&sent, "MessageId"));
    let attributes = message.get("Attributes").unwrap();
    assert_eq!(text(attributes, "SentTimestamp"), "1700000000000");
    assert_eq!(text(attributes, "ApproximateReceiveCount"), "1");
    assert_eq!(text(attributes, "SenderId"), "111111111111");
    assert!(bench.receive(&url).await.is_empty());

    bench.advance(29);
    assert!(bench.receive(&url).await.is_empty());
    bench.advance(1);
    let again = bench.receive(&url).await;
    assert_eq!(again.len(), 1);
    bench
        .ok("DeleteMessage", &format!("{{'QueueUrl': '{url}', 'ReceiptHandle': '{}'}}", again[0].1))
        .await;
    bench.advance(1000);
    assert!(bench.receive(&url).await.is_empty());
}

#[tokio::test]
async fn delays_are_the_messages_or_the_queues() {
    let bench = Bench::new();
    let url = bench.queue("q", "'DelaySeconds': '5'").await;
    bench.send(&url, "queue").await;
    bench
        .ok(
            "SendMessage",
            &format!("{{'QueueUrl': '{url}', 'MessageBody': 'own', 'DelaySeconds': 2}}"),
        )
        .await;
    bench
        .ok(
            "SendMessage",
            &format!("{{'QueueUrl': '{url}', 'MessageBody': 'none', 'DelaySeconds': 0}}"),
        )
        .await;
    assert_eq!(bench.bodies(&url).await, ["none"]);
    bench.advance(2);
    assert_eq!(bench.bodies(&url).await, ["own"]);
    bench.advance(3);
    assert_eq!(bench.bodies(&url).await, ["queue"]);
}

#[tokio::test]
async fn a_long_poll_under_a_frozen_clock_returns_at_once() {
    let bench = Bench::new();
    let url = bench.queue("q", "'ReceiveMessageWaitTimeSeconds': '20'").await;
    assert!(bench.receive(&url).await.is_empty());
}

#[tokio::test]
async fn a_long_poll_wakes_when_a_message_comes_or_falls_due() {
    let bench = Bench::new();
    bench.clock.set_rate(1.0);
    let url = bench.queue("q", "'ReceiveMessageWaitTimeSeconds': '20'").await;
    let waiting = bench.receive(&url);
    let sending = async {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        bench.send(&url, "now").await;
    };
    assert_eq!(tokio::join!(waiting, sending).0.len(), 1);
    bench
        .ok(
            "SendMessage",
            &format!("{{'QueueUrl': '{url}', 'MessageBody': 'later', 'DelaySeconds': 1}}"),
        )
        .await;
    assert_eq!(bench.bodies(&url).await, ["later"]);
}

#[tokio::test]
async fn queues_are_listed_by_prefix_in_pages() {
    let bench = Bench::new();
    for name in ["a1", "a2", "a3", "b1"] {
        bench.queue(name, "").await;
    }
    let urls = |output: &Document| -> Vec<String> {
        let urls = output.get("QueueUrls").and_then(Document::as_list).unwrap_or_default();
        urls.iter()
            .map(|url| url.as_str().unwrap().rsplit('/').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(urls(&bench.ok("ListQueues", "{}").await), ["a1", "a2", "a3", "b1"]);
    let first = bench.ok("ListQueues", "{'QueueNamePrefix': 'a', 'MaxResults': 2}").await;
    assert_eq!(urls(&first), ["a1", "a2"]);
    let token = text(&first, "NextToken");
    let rest = bench
        .ok(
            "ListQueues",
            &format!("{{'QueueNamePrefix': 'a', 'MaxResults': 2, 'NextToken': '{token}'}}"),
        )
        .await;
    assert_eq!(urls(&rest), ["a3"]);
    assert_eq!(urls(&bench.ok("ListQueues", "{'QueueNamePrefix': 'c'}").await), [""; 0]);
    let url = bench
        .ok("GetQueueUrl", "{'QueueName': 'b1', 'QueueOwnerAWSAccountId': '111111111111'}")
        .await;
    assert_eq!(text(&url, "QueueUrl"), "http://localhost:4566/111111111111/b1");
}

#[tokio::test]
async fn what_was_received_too_often_goes_to_the_dead_letter_queue() {
    let bench = Bench::new();
    let dead = bench.queue("dead", "").await;
    let url = bench.queue("q", &redrive("dead", 2)).await;
    bench.send(&url, "bad").await;
    for _ in 0..2 {
        assert_eq!(bench.bodies(&url).await, ["bad"]);
        bench.advance(30);
    }
    assert!(bench.receive(&url).await.is_empty());
    let input = format!("{{'QueueUrl': '{dead}', 'MessageSystemAttributeNames': ['All']}}");
    let output = bench.ok("ReceiveMessage", &input).await;
    assert_eq!(messages(&output).len(), 1);
    let message = &output.get("Messages").and_then(Document::as_list).unwrap()[0];
    let attributes = message.get("Attributes").unwrap();
    assert_eq!(
        text(attributes, "DeadLetterQueueSourceArn"),
        "arn:aws:sqs:us-east-1:111111111111:q"
    );
    assert_eq!(text(attributes, "ApproximateReceiveCount"), "3");
}

#[tokio::test]
async fn a_queue_that_is_its_own_dead_letter_queue_goes_on_delivering() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    let input = format!("{{'QueueUrl': '{url}', 'Attributes': {{{}}}}}", redrive("q", 1));
    bench.ok("SetQueueAttributes", &input).await;
    bench.send(&url, "message").await;
    for _ in 0..3 {
        assert_eq!(bench.bodies(&url).await, ["message"]);
        bench.advance(30);
    }
}

#[tokio::test]
async fn the_same_seed_and_requests_give_the_same_answers() {
    let run = || async {
        let bench = Bench::new();
        bench.queue("dead", "").await;
        let url = bench.queue("q", &redrive("dead", 1)).await;
        let mut answers = vec![bench.send(&url, "one").await, bench.send(&url, "two").await];
        let receive = format!(
            "{{'QueueUrl': '{url}', 'AttributeNames': ['All'], 'MaxNumberOfMessages': 10}}"
        );
        answers.push(bench.ok("ReceiveMessage", &receive).await);
        bench.advance(30);
        answers.push(bench.ok("ReceiveMessage", &receive).await);
        let source = "{'SourceArn': 'arn:aws:sqs:us-east-1:111111111111:dead'}";
        answers.push(bench.ok("StartMessageMoveTask", source).await);
        answers.push(bench.ok("ReceiveMessage", &receive).await);
        answers
    };
    let first = run().await;
    assert_eq!(first, run().await);
    assert_eq!(messages(first.last().unwrap()).len(), 2);
}
