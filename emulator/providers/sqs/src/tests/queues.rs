//! Attributes, tags, permissions, batches, purges and move tasks.

use standin_core::{Document, Number};

use super::{Bench, redrive, text};

async fn set(bench: &Bench, url: &str, attributes: &str) {
    bench
        .ok(
            "SetQueueAttributes",
            &format!("{{'QueueUrl': '{url}', 'Attributes': {{{attributes}}}}}"),
        )
        .await;
}

async fn all(bench: &Bench, url: &str) -> Vec<(String, String)> {
    let output = bench
        .ok("GetQueueAttributes", &format!("{{'QueueUrl': '{url}', 'AttributeNames': ['All']}}"))
        .await;
    let attributes = output.get("Attributes").and_then(Document::as_object).unwrap();
    attributes
        .iter()
        .map(|(name, value)| (name.to_string(), value.as_str().unwrap().to_owned()))
        .collect()
}

/// `test_set_queue_attributes_default_values`.
#[tokio::test]
async fn attributes_have_the_defaults_of_aws() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    let arn = "arn:aws:sqs:us-east-1:111111111111:q";
    let expected = [
        ("ApproximateNumberOfMessages", "0"),
        ("ApproximateNumberOfMessagesDelayed", "0"),
        ("ApproximateNumberOfMessagesNotVisible", "0"),
        ("CreatedTimestamp", "1700000000"),
        ("DelaySeconds", "0"),
        ("LastModifiedTimestamp", "1700000000"),
        ("MaximumMessageSize", "1048576"),
        ("MessageRetentionPeriod", "345600"),
        ("QueueArn", arn),
        ("ReceiveMessageWaitTimeSeconds", "0"),
        ("SqsManagedSseEnabled", "true"),
        ("VisibilityTimeout", "30"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(all(&bench, &url).await, expected);
    set(&bench, &url, "'KmsMasterKeyId': 'testKeyId', 'KmsDataKeyReusePeriodSeconds': '6000'")
        .await;
    assert_eq!(bench.attribute(&url, "SqsManagedSseEnabled").await, "false");
    assert_eq!(bench.attribute(&url, "KmsDataKeyReusePeriodSeconds").await, "6000");
    set(&bench, &url, "'KmsMasterKeyId': '', 'KmsDataKeyReusePeriodSeconds': '300'").await;
    let names: Vec<String> = all(&bench, &url).await.into_iter().map(|(name, _)| name).collect();
    assert!(!names.iter().any(|name| name.starts_with("Kms")), "{names:?}");
    assert_eq!(bench.attribute(&url, "SqsManagedSseEnabled").await, "false");
}

#[tokio::test]
async fn a_failed_change_of_attributes_changes_nothing() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    bench.advance(5);
    let input = format!(
        "{{'QueueUrl': '{url}', 'Attributes': {{'DelaySeconds': '1', 'VisibilityTimeout': 'x'}}}}"
    );
    bench.call("SetQueueAttributes", &input).await.unwrap_err();
    assert_eq!(bench.attribute(&url, "DelaySeconds").await, "0");
    assert_eq!(bench.attribute(&url, "LastModifiedTimestamp").await, "1700000000");
    set(&bench, &url, "'DelaySeconds': '1'").await;
    assert_eq!(bench.attribute(&url, "LastModifiedTimestamp").await, "1700000005");
}

#[tokio::test]
async fn a_queue_is_made_again_after_a_minute_and_is_another_one() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    assert_eq!(bench.queue("q", "'VisibilityTimeout': '30'").await, url);
    bench.send(&url, "lost").await;
    let handle = &bench.receive(&url).await[0].1;
    bench.ok("DeleteQueue", &format!("{{'QueueUrl': '{url}'}}")).await;
    bench.advance(60);
    bench.queue("q", "").await;
    assert_eq!(bench.receive(&url).await, []);
    let input = format!("{{'QueueUrl': '{url}', 'ReceiptHandle': '{handle}'}}");
    assert_eq!(
        bench.call("DeleteMessage", &input).await.unwrap_err().code,
        "ReceiptHandleIsInvalid"
    );
}

/// `test_tag_untag_queue`.
#[tokio::test]
async fn tags_are_added_and_taken_away() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    let list = format!("{{'QueueUrl': '{url}'}}");
    bench
        .ok(
            "TagQueue",
            &format!("{{'QueueUrl': '{url}', 'Tags': {{'tag1': 'value1', 'tag2': ''}}}}"),
        )
        .await;
    let tags = bench.ok("ListQueueTags", &list).await;
    assert_eq!(text(tags.get("Tags").unwrap(), "tag1"), "value1");
    bench
        .ok("UntagQueue", &format!("{{'QueueUrl': '{url}', 'TagKeys': ['tag1', 'tag2', 'tag3']}}"))
        .await;
    assert_eq!(bench.ok("ListQueueTags", &list).await, Document::empty());
}

/// `test_sqs_permission_lifecycle`.
#[tokio::test]
async fn permissions_are_statements_of_the_policy() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    let add = |label: &str, accounts: &str| {
        format!(
            "{{'QueueUrl': '{url}', 'Label': '{label}', 'AWSAccountIds': [{accounts}], 'Actions': ['ReceiveMessage']}}"
        )
    };
    bench.ok("AddPermission", &add("one", "'668614515564', '111111111111'")).await;
    let arn = "arn:aws:sqs:us-east-1:111111111111:q";
    let expected = format!(
        r#"{{"Version":"2008-10-17","Id":"{arn}/SQSDefaultPolicy","Statement":[{{"Sid":"one","Effect":"Allow","Principal":{{"AWS":["arn:aws:iam::668614515564:root","arn:aws:iam::111111111111:root"]}},"Action":"SQS:ReceiveMessage","Resource":"{arn}"}}]}}"#
    );
    assert_eq!(bench.attribute(&url, "Policy").await, expected);
    bench.ok("AddPermission", &add("two", "'111111111111'")).await;
    for label in ["one", "two"] {
        bench.ok("RemovePermission", &format!("{{'QueueUrl': '{url}', 'Label': '{label}'}}")).await;
    }
    assert_eq!(bench.attribute(&url, "Policy").await, "");
}

#[tokio::test]
async fn batches_answer_each_entry() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    let entries = "{'Id': 'a', 'MessageBody': 'one'}, {'Id': 'b', 'MessageBody': ''}";
    let sent = bench
        .ok("SendMessageBatch", &format!("{{'QueueUrl': '{url}', 'Entries': [{entries}]}}"))
        .await;
    let ids = |output: &Document, part: &str| -> Vec<String> {
        let entries = output.get(part).and_then(Document::as_list).unwrap_or_default();
        entries.iter().map(|entry| text(entry, "Id")).collect()
    };
    assert_eq!(
        (ids(&sent, "Successful"), ids(&sent, "Failed")),
        (vec!["a".to_owned()], vec!["b".to_owned()])
    );
    let handle = &bench.receive(&url).await[0].1;
    let hide = format!("{{'Id': 'a', 'ReceiptHandle': '{handle}', 'VisibilityTimeout': 0}}");
    bench
        .ok(
            "ChangeMessageVisibilityBatch",
            &format!("{{'QueueUrl': '{url}', 'Entries': [{hide}]}}"),
        )
        .await;
    let handle = &bench.receive(&url).await[0].1;
    let entries =
        format!("{{'Id': 'a', 'ReceiptHandle': '{handle}'}}, {{'Id': 'b', 'ReceiptHandle': 'x'}}");
    let deleted = bench
        .ok("DeleteMessageBatch", &format!("{{'QueueUrl': '{url}', 'Entries': [{entries}]}}"))
        .await;
    assert_eq!(
        (ids(&deleted, "Successful"), ids(&deleted, "Failed")),
        (vec!["a".to_owned()], vec!["b".to_owned()])
    );
}

#[tokio::test]
async fn numbers_of_messages_follow_their_states() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    for body in ["one", "two", "three"] {
        bench.send(&url, body).await;
    }
    bench
        .ok(
            "SendMessage",
            &format!("{{'QueueUrl': '{url}', 'MessageBody': 'later', 'DelaySeconds': 60}}"),
        )
        .await;
    bench.ok("ReceiveMessage", &format!("{{'QueueUrl': '{url}'}}")).await;
    let names =
        ["", "Delayed", "NotVisible"].map(|end| format!("ApproximateNumberOfMessages{end}"));
    let mut numbers = Vec::new();
    for name in &names {
        numbers.push(bench.attribute(&url, name).await);
    }
    assert_eq!(numbers, ["2", "1", "1"]);
    bench.ok("PurgeQueue", &format!("{{'QueueUrl': '{url}'}}")).await;
    for name in &names {
        assert_eq!(bench.attribute(&url, name).await, "0");
    }
}

#[tokio::test]
async fn messages_are_dropped_when_they_are_too_old() {
    let bench = Bench::new();
    let url = bench.queue("q", "'MessageRetentionPeriod': '60'").await;
    bench.send(&url, "old").await;
    bench.advance(59);
    assert_eq!(bench.bodies(&url).await, ["old"]);
    bench.advance(31);
    bench.send(&url, "new").await;
    assert_eq!(bench.bodies(&url).await, ["new"]);
    bench.advance(60);
    assert_eq!(bench.attribute(&url, "ApproximateNumberOfMessages").await, "0");
    assert_eq!(bench.attribute(&url, "ApproximateNumberOfMessagesNotVisible").await, "0");
}

/// Fills the dead-letter queue with `count` messages of the queue `q`.
async fn bury(bench: &Bench, count: usize) -> (String, String) {
    let dead = bench.queue("dead", "").await;
    let url = bench.queue("q", &redrive("dead", 1)).await;
    for number in 0..count {
        bench.send(&url, &format!("message-{number}")).await;
    }
    while !bench.receive(&url).await.is_empty() {}
    bench.advance(30);
    assert_eq!(bench.receive(&url).await, []);
    (url, dead)
}

async fn tasks(bench: &Bench) -> Document {
    bench
        .ok("ListMessageMoveTasks", "{'SourceArn': 'arn:aws:sqs:us-east-1:111111111111:dead'}")
        .await
}

fn task(list: &Document) -> (&Document, String, i64) {
    let task = &list.get("Results").and_then(Document::as_list).unwrap()[0];
    let Some(Document::Number(Number::Integer(moved))) =
        task.get("ApproximateNumberOfMessagesMoved")
    else {
        panic!("{task:?}")
    };
    (task, text(task, "Status"), *moved)
}

/// `test_move_task_workflow_with_default_destination`.
#[tokio::test]
async fn messages_are_moved_back_to_where_they_came_from() {
    let bench = Bench::new();
    let (url, dead) = bury(&bench, 12).await;
    bench
        .ok("StartMessageMoveTask", "{'SourceArn': 'arn:aws:sqs:us-east-1:111111111111:dead'}")
        .await;
    let list = tasks(&bench).await;
    let (found, status, moved) = task(&list);
    assert_eq!((status.as_str(), moved), ("COMPLETED", 12));
    assert_eq!((found.get("TaskHandle"), found.get("DestinationArn")), (None, None));
    assert_eq!(bench.receive(&dead).await, []);
    assert_eq!(bench.attribute(&url, "ApproximateNumberOfMessages").await, "12");
}

/// `test_move_task_cancel`, `test_move_task_with_throughput_limit`.
#[tokio::test]
async fn a_task_with_a_rate_moves_messages_one_after_another_until_it_is_cancelled() {
    let bench = Bench::new();
    let (_, dead) = bury(&bench, 10).await;
    let target = bench.queue("target", "").await;
    let started = bench
        .ok(
            "StartMessageMoveTask",
            "{'SourceArn': 'arn:aws:sqs:us-east-1:111111111111:dead', \
              'DestinationArn': 'arn:aws:sqs:us-east-1:111111111111:target', 'MaxNumberOfMessagesPerSecond': 1}",
        )
        .await;
    bench.advance(1);
    let list = tasks(&bench).await;
    let (found, status, moved) = task(&list);
    assert_eq!((status.as_str(), moved), ("RUNNING", 2));
    let handle = text(found, "TaskHandle");
    assert_eq!(handle, text(&started, "TaskHandle"));
    bench.ok("CancelMessageMoveTask", &format!("{{'TaskHandle': '{handle}'}}")).await;
    bench.advance(10);
    let list = tasks(&bench).await;
    assert_eq!((task(&list).1.as_str(), task(&list).2), ("CANCELLED", 2));
    assert_eq!(bench.receive(&target).await.len(), 2);
    assert_eq!(bench.receive(&dead).await.len(), 8);
}

/// `test_move_task_delete_destination_queue_while_running`.
#[tokio::test]
async fn a_task_fails_when_its_destination_is_deleted() {
    let bench = Bench::new();
    bury(&bench, 3).await;
    let target = bench.queue("target", "").await;
    let input = "{'SourceArn': 'arn:aws:sqs:us-east-1:111111111111:dead', \
                  'DestinationArn': 'arn:aws:sqs:us-east-1:111111111111:target', 'MaxNumberOfMessagesPerSecond': 1}";
    bench.ok("StartMessageMoveTask", input).await;
    bench.advance(0);
    bench.ok("DeleteQueue", &format!("{{'QueueUrl': '{target}'}}")).await;
    bench.advance(5);
    let list = tasks(&bench).await;
    let (found, status, moved) = task(&list);
    assert_eq!((status.as_str(), moved), ("FAILED", 1));
    assert_eq!(text(found, "FailureReason"), "AWS.SimpleQueueService.NonExistentQueue");
}

#[tokio::test]
async fn dead_letter_queues_know_their_sources() {
    let bench = Bench::new();
    let dead = bench.queue("dead", "").await;
    let url = bench.queue("q", &redrive("dead", 3)).await;
    let list = bench.ok("ListDeadLetterSourceQueues", &format!("{{'QueueUrl': '{dead}'}}")).await;
    assert_eq!(list.get("queueUrls"), Some(&Document::list(vec![Document::String(url.clone())])));
    set(&bench, &url, "'RedrivePolicy': ''").await;
    assert_eq!(bench.attribute(&url, "RedrivePolicy").await, "");
}

/// `test_receive_message_message_attribute_names_filters`.
#[tokio::test]
async fn message_attributes_are_given_to_those_who_ask() {
    let bench = Bench::new();
    let url = bench.queue("q", "'VisibilityTimeout': '0'").await;
    let string = |value: &str| format!("{{'DataType': 'String', 'StringValue': '{value}'}}");
    let attributes = format!(
        "'Help.Me': {}, 'Hello': {}, 'General': {}",
        string("Me"),
        string("There"),
        string("Kenobi")
    );
    let input = format!(
        "{{'QueueUrl': '{url}', 'MessageBody': 'msg', 'MessageAttributes': {{{attributes}}}}}"
    );
    let sent = bench.ok("SendMessage", &input).await;
    assert_eq!(text(&sent, "MD5OfMessageAttributes"), "4c360f3fdafd970e05fae2f149d997f5");
    for (names, sum) in [
        ("'All'", "4c360f3fdafd970e05fae2f149d997f5"),
        ("'*'", "4c360f3fdafd970e05fae2f149d997f5"),
        ("'.*'", "4c360f3fdafd970e05fae2f149d997f5"),
        ("'Foo', 'Help'", ""),
        ("'Hello', 'General'", "fca026605781cb4126a1e9044df24232"),
        ("'Foo', 'Hello'", "a311262e065454b75da111d535b8dacd"),
        ("'Hel.*'", "83fee93c1bcd8b9a5a923ffacdc636c7"),
        ("", ""),
    ] {
        let input = format!("{{'QueueUrl': '{url}', 'MessageAttributeNames': [{names}]}}");
        let output = bench.ok("ReceiveMessage", &input).await;
        let message = &output.get("Messages").and_then(Document::as_list).unwrap()[0];
        assert_eq!(text(message, "MD5OfMessageAttributes"), sum, "{names}");
        assert_eq!(message.get("MessageAttributes").is_some(), !sum.is_empty(), "{names}");
    }
}

/// `test_aws_trace_header_propagation`.
#[tokio::test]
async fn the_trace_header_travels_with_the_message() {
    let bench = Bench::new();
    let url = bench.queue("q", "").await;
    let header = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1";
    let input = format!(
        "{{'QueueUrl': '{url}', 'MessageBody': 'test', 'MessageSystemAttributes': \
          {{'AWSTraceHeader': {{'DataType': 'String', 'StringValue': '{header}'}}}}}}"
    );
    let sent = bench.ok("SendMessage", &input).await;
    assert_eq!(text(&sent, "MD5OfMessageSystemAttributes").len(), 32);
    let input = format!("{{'QueueUrl': '{url}', 'AttributeNames': ['AWSTraceHeader']}}");
    let output = bench.ok("ReceiveMessage", &input).await;
    let message = &output.get("Messages").and_then(Document::as_list).unwrap()[0];
    assert_eq!(text(message.get("Attributes").unwrap(), "AWSTraceHeader"), header);
}
