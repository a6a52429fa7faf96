//! Made by `standin scaffold generate sqs --save`; not to be edited.
//!
//! The operations and the trait of the service.

#![expect(clippy::wildcard_imports, reason = "every shape of the service is meant")]

use standin_core::shape::Empty;

use crate::structures::*;

standin_core::operations! {
    "sqs";
    add_permission = "AddPermission": AddPermissionRequest => Empty;
    cancel_message_move_task = "CancelMessageMoveTask": CancelMessageMoveTaskRequest => CancelMessageMoveTaskResult;
    change_message_visibility = "ChangeMessageVisibility": ChangeMessageVisibilityRequest => Empty;
    change_message_visibility_batch = "ChangeMessageVisibilityBatch": ChangeMessageVisibilityBatchRequest => ChangeMessageVisibilityBatchResult;
    create_queue = "CreateQueue": CreateQueueRequest => CreateQueueResult;
    delete_message = "DeleteMessage": DeleteMessageRequest => Empty;
    delete_message_batch = "DeleteMessageBatch": DeleteMessageBatchRequest => DeleteMessageBatchResult;
    delete_queue = "DeleteQueue": DeleteQueueRequest => Empty;
    get_queue_attributes = "GetQueueAttributes": GetQueueAttributesRequest => GetQueueAttributesResult;
    get_queue_url = "GetQueueUrl": GetQueueUrlRequest => GetQueueUrlResult;
    list_dead_letter_source_queues = "ListDeadLetterSourceQueues": ListDeadLetterSourceQueuesRequest => ListDeadLetterSourceQueuesResult;
    list_message_move_tasks = "ListMessageMoveTasks": ListMessageMoveTasksRequest => ListMessageMoveTasksResult;
    list_queue_tags = "ListQueueTags": ListQueueTagsRequest => ListQueueTagsResult;
    list_queues = "ListQueues": ListQueuesRequest => ListQueuesResult;
    purge_queue = "PurgeQueue": PurgeQueueRequest => Empty;
    receive_message = "ReceiveMessage": ReceiveMessageRequest => ReceiveMessageResult;
    remove_permission = "RemovePermission": RemovePermissionRequest => Empty;
    send_message = "SendMessage": SendMessageRequest => SendMessageResult;
    send_message_batch = "SendMessageBatch": SendMessageBatchRequest => SendMessageBatchResult;
    set_queue_attributes = "SetQueueAttributes": SetQueueAttributesRequest => Empty;
    start_message_move_task = "StartMessageMoveTask": StartMessageMoveTaskRequest => StartMessageMoveTaskResult;
    tag_queue = "TagQueue": TagQueueRequest => Empty;
    untag_queue = "UntagQueue": UntagQueueRequest => Empty;
}
