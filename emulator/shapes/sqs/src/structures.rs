//! Made by `standin scaffold generate sqs --save`; not to be edited.
//!
//! Structures and unions: a line a member.

#![expect(clippy::wildcard_imports, reason = "every shape of the service is meant")]

use std::collections::BTreeMap;

use standin_core::Bytes;

use crate::enums::*;

standin_core::structure! { AddPermissionRequest {
    queue_url: String = "QueueUrl",
    label: String = "Label",
    aws_account_ids: Vec<String> = "AWSAccountIds",
    actions: Vec<String> = "Actions",
}}

standin_core::structure! { BatchResultErrorEntry {
    id: String = "Id",
    sender_fault: bool = "SenderFault",
    code: String = "Code",
    message: String = "Message",
}}

standin_core::structure! { CancelMessageMoveTaskRequest {
    task_handle: String = "TaskHandle",
}}

standin_core::structure! { CancelMessageMoveTaskResult {
    approximate_number_of_messages_moved: i64 = "ApproximateNumberOfMessagesMoved",
}}

standin_core::structure! { ChangeMessageVisibilityBatchRequest {
    queue_url: String = "QueueUrl",
    entries: Vec<ChangeMessageVisibilityBatchRequestEntry> = "Entries",
}}

standin_core::structure! { ChangeMessageVisibilityBatchRequestEntry {
    id: String = "Id",
    receipt_handle: String = "ReceiptHandle",
    visibility_timeout: i32 = "VisibilityTimeout",
}}

standin_core::structure! { ChangeMessageVisibilityBatchResult {
    successful: Vec<ChangeMessageVisibilityBatchResultEntry> = "Successful",
    failed: Vec<BatchResultErrorEntry> = "Failed",
}}

standin_core::structure! { ChangeMessageVisibilityBatchResultEntry {
    id: String = "Id",
}}

standin_core::structure! { ChangeMessageVisibilityRequest {
    queue_url: String = "QueueUrl",
    receipt_handle: String = "ReceiptHandle",
    visibility_timeout: i32 = "VisibilityTimeout",
}}

standin_core::structure! { CreateQueueRequest {
    queue_name: String = "QueueName",
    attributes: BTreeMap<String, String> = "Attributes",
    tags: BTreeMap<String, String> = "tags",
}}

standin_core::structure! { CreateQueueResult {
    queue_url: String = "QueueUrl",
}}

standin_core::structure! { DeleteMessageBatchRequest {
    queue_url: String = "QueueUrl",
    entries: Vec<DeleteMessageBatchRequestEntry> = "Entries",
}}

standin_core::structure! { DeleteMessageBatchRequestEntry {
    id: String = "Id",
    receipt_handle: String = "ReceiptHandle",
}}

standin_core::structure! { DeleteMessageBatchResult {
    successful: Vec<DeleteMessageBatchResultEntry> = "Successful",
    failed: Vec<BatchResultErrorEntry> = "Failed",
}}

standin_core::structure! { DeleteMessageBatchResultEntry {
    id: String = "Id",
}}

standin_core::structure! { DeleteMessageRequest {
    queue_url: String = "QueueUrl",
    receipt_handle: String = "ReceiptHandle",
}}

standin_core::structure! { DeleteQueueRequest {
    queue_url: String = "QueueUrl",
}}

standin_core::structure! { GetQueueAttributesRequest {
    queue_url: String = "QueueUrl",
    attribute_names: Vec<QueueAttributeName> = "AttributeNames",
}}

standin_core::structure! { GetQueueAttributesResult {
    attributes: BTreeMap<String, String> = "Attributes",
}}

standin_core::structure! { GetQueueUrlRequest {
    queue_name: String = "QueueName",
    queue_owner_aws_account_id: String = "QueueOwnerAWSAccountId",
}}

standin_core::structure! { GetQueueUrlResult {
    queue_url: String = "QueueUrl",
}}

standin_core::structure! { ListDeadLetterSourceQueuesRequest {
    queue_url: String = "QueueUrl",
    next_token: String = "NextToken",
    max_results: i32 = "MaxResults",
}}

standin_core::structure! { ListDeadLetterSourceQueuesResult {
    queue_urls: Vec<String> = "queueUrls",
    next_token: String = "NextToken",
}}

standin_core::structure! { ListMessageMoveTasksRequest {
    source_arn: String = "SourceArn",
    max_results: i32 = "MaxResults",
}}

standin_core::structure! { ListMessageMoveTasksResult {
    results: Vec<ListMessageMoveTasksResultEntry> = "Results",
}}

standin_core::structure! { ListMessageMoveTasksResultEntry {
    task_handle: String = "TaskHandle",
    status: String = "Status",
    source_arn: String = "SourceArn",
    destination_arn: String = "DestinationArn",
    max_number_of_messages_per_second: i32 = "MaxNumberOfMessagesPerSecond",
    approximate_number_of_messages_moved: i64 = "ApproximateNumberOfMessagesMoved",
    approximate_number_of_messages_to_move: i64 = "ApproximateNumberOfMessagesToMove",
    failure_reason: String = "FailureReason",
    started_timestamp: i64 = "StartedTimestamp",
}}

standin_core::structure! { ListQueueTagsRequest {
    queue_url: String = "QueueUrl",
}}

standin_core::structure! { ListQueueTagsResult {
    tags: BTreeMap<String, String> = "Tags",
}}

standin_core::structure! { ListQueuesRequest {
    queue_name_prefix: String = "QueueNamePrefix",
    next_token: String = "NextToken",
    max_results: i32 = "MaxResults",
}}

standin_core::structure! { ListQueuesResult {
    queue_urls: Vec<String> = "QueueUrls",
    next_token: String = "NextToken",
}}

standin_core::structure! { Message {
    message_id: String = "MessageId",
    receipt_handle: String = "ReceiptHandle",
    md5_of_body: String = "MD5OfBody",
    body: String = "Body",
    attributes: BTreeMap<String, String> = "Attributes",
    md5_of_message_attributes: String = "MD5OfMessageAttributes",
    message_attributes: BTreeMap<String, MessageAttributeValue> = "MessageAttributes",
}}

standin_core::structure! { MessageAttributeValue {
    string_value: String = "StringValue",
    binary_value: Bytes = "BinaryValue",
    string_list_values: Vec<String> = "StringListValues",
    binary_list_values: Vec<Bytes> = "BinaryListValues",
    data_type: String = "DataType",
}}

standin_core::structure! { MessageSystemAttributeValue {
    string_value: String = "StringValue",
    binary_value: Bytes = "BinaryValue",
    string_list_values: Vec<String> = "StringListValues",
    binary_list_values: Vec<Bytes> = "BinaryListValues",
    data_type: String = "DataType",
}}

standin_core::structure! { PurgeQueueRequest {
    queue_url: String = "QueueUrl",
}}

standin_core::structure! { ReceiveMessageRequest {
    queue_url: String = "QueueUrl",
    attribute_names: Vec<QueueAttributeName> = "AttributeNames",
    message_system_attribute_names: Vec<MessageSystemAttributeName> = "MessageSystemAttributeNames",
    message_attribute_names: Vec<String> = "MessageAttributeNames",
    max_number_of_messages: i32 = "MaxNumberOfMessages",
    visibility_timeout: i32 = "VisibilityTimeout",
    wait_time_seconds: i32 = "WaitTimeSeconds",
    receive_request_attempt_id: String = "ReceiveRequestAttemptId",
}}

standin_core::structure! { ReceiveMessageResult {
    messages: Vec<Message> = "Messages",
}}

standin_core::structure! { RemovePermissionRequest {
    queue_url: String = "QueueUrl",
    label: String = "Label",
}}

standin_core::structure! { SendMessageBatchRequest {
    queue_url: String = "QueueUrl",
    entries: Vec<SendMessageBatchRequestEntry> = "Entries",
}}

standin_core::structure! { SendMessageBatchRequestEntry {
    id: String = "Id",
    message_body: String = "MessageBody",
    delay_seconds: i32 = "DelaySeconds",
    message_attributes: BTreeMap<String, MessageAttributeValue> = "MessageAttributes",
    message_system_attributes: BTreeMap<String, MessageSystemAttributeValue> = "MessageSystemAttributes",
    message_deduplication_id: String = "MessageDeduplicationId",
    message_group_id: String = "MessageGroupId",
}}

standin_core::structure! { SendMessageBatchResult {
    successful: Vec<SendMessageBatchResultEntry> = "Successful",
    failed: Vec<BatchResultErrorEntry> = "Failed",
}}

standin_core::structure! { SendMessageBatchResultEntry {
    id: String = "Id",
    message_id: String = "MessageId",
    md5_of_message_body: String = "MD5OfMessageBody",
    md5_of_message_attributes: String = "MD5OfMessageAttributes",
    md5_of_message_system_attributes: String = "MD5OfMessageSystemAttributes",
    sequence_number: String = "SequenceNumber",
}}

standin_core::structure! { SendMessageRequest {
    queue_url: String = "QueueUrl",
    message_body: String = "MessageBody",
    delay_seconds: i32 = "DelaySeconds",
    message_attributes: BTreeMap<String, MessageAttributeValue> = "MessageAttributes",
    message_system_attributes: BTreeMap<String, MessageSystemAttributeValue> = "MessageSystemAttributes",
    message_deduplication_id: String = "MessageDeduplicationId",
    message_group_id: String = "MessageGroupId",
}}

standin_core::structure! { SendMessageResult {
    md5_of_message_body: String = "MD5OfMessageBody",
    md5_of_message_attributes: String = "MD5OfMessageAttributes",
    md5_of_message_system_attributes: String = "MD5OfMessageSystemAttributes",
    message_id: String = "MessageId",
    sequence_number: String = "SequenceNumber",
}}

standin_core::structure! { SetQueueAttributesRequest {
    queue_url: String = "QueueUrl",
    attributes: BTreeMap<String, String> = "Attributes",
}}

standin_core::structure! { StartMessageMoveTaskRequest {
    source_arn: String = "SourceArn",
    destination_arn: String = "DestinationArn",
    max_number_of_messages_per_second: i32 = "MaxNumberOfMessagesPerSecond",
}}

standin_core::structure! { StartMessageMoveTaskResult {
    task_handle: String = "TaskHandle",
}}

standin_core::structure! { TagQueueRequest {
    queue_url: String = "QueueUrl",
    tags: BTreeMap<String, String> = "Tags",
}}

standin_core::structure! { UntagQueueRequest {
    queue_url: String = "QueueUrl",
    tag_keys: Vec<String> = "TagKeys",
}}
