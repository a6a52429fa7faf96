//! Made by `standin scaffold generate sqs --save`; not to be edited.
//!
//! Enums: strings that name their known values.

standin_core::enumeration! { MessageSystemAttributeName {
    ALL = "All",
    SENDER_ID = "SenderId",
    SENT_TIMESTAMP = "SentTimestamp",
    APPROXIMATE_RECEIVE_COUNT = "ApproximateReceiveCount",
    APPROXIMATE_FIRST_RECEIVE_TIMESTAMP = "ApproximateFirstReceiveTimestamp",
    SEQUENCE_NUMBER = "SequenceNumber",
    MESSAGE_DEDUPLICATION_ID = "MessageDeduplicationId",
    MESSAGE_GROUP_ID = "MessageGroupId",
    AWS_TRACE_HEADER = "AWSTraceHeader",
    DEAD_LETTER_QUEUE_SOURCE_ARN = "DeadLetterQueueSourceArn",
}}

standin_core::enumeration! { QueueAttributeName {
    ALL = "All",
    POLICY = "Policy",
    VISIBILITY_TIMEOUT = "VisibilityTimeout",
    MAXIMUM_MESSAGE_SIZE = "MaximumMessageSize",
    MESSAGE_RETENTION_PERIOD = "MessageRetentionPeriod",
    APPROXIMATE_NUMBER_OF_MESSAGES = "ApproximateNumberOfMessages",
    APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE = "ApproximateNumberOfMessagesNotVisible",
    CREATED_TIMESTAMP = "CreatedTimestamp",
    LAST_MODIFIED_TIMESTAMP = "LastModifiedTimestamp",
    QUEUE_ARN = "QueueArn",
    APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED = "ApproximateNumberOfMessagesDelayed",
    DELAY_SECONDS = "DelaySeconds",
    RECEIVE_MESSAGE_WAIT_TIME_SECONDS = "ReceiveMessageWaitTimeSeconds",
    REDRIVE_POLICY = "RedrivePolicy",
    FIFO_QUEUE = "FifoQueue",
    CONTENT_BASED_DEDUPLICATION = "ContentBasedDeduplication",
    KMS_MASTER_KEY_ID = "KmsMasterKeyId",
    KMS_DATA_KEY_REUSE_PERIOD_SECONDS = "KmsDataKeyReusePeriodSeconds",
    DEDUPLICATION_SCOPE = "DeduplicationScope",
    FIFO_THROUGHPUT_LIMIT = "FifoThroughputLimit",
    REDRIVE_ALLOW_POLICY = "RedriveAllowPolicy",
    SQS_MANAGED_SSE_ENABLED = "SqsManagedSseEnabled",
}}
