//! Made by `standin scaffold generate sqs --save`; not to be edited.
//!
//! Errors, by the shapes that declare them.

standin_core::errors! {
    batch_entry_ids_not_distinct = "BatchEntryIdsNotDistinct", 400;
    batch_request_too_long = "BatchRequestTooLong", 400;
    empty_batch_request = "EmptyBatchRequest", 400;
    invalid_address = "InvalidAddress", 400;
    invalid_attribute_name = "InvalidAttributeName", 400;
    invalid_attribute_value = "InvalidAttributeValue", 400;
    invalid_batch_entry_id = "InvalidBatchEntryId", 400;
    invalid_id_format = "InvalidIdFormat", 400;
    invalid_message_contents = "InvalidMessageContents", 400;
    invalid_security = "InvalidSecurity", 400;
    kms_access_denied = "KmsAccessDenied", 400;
    kms_disabled = "KmsDisabled", 400;
    kms_invalid_key_usage = "KmsInvalidKeyUsage", 400;
    kms_invalid_state = "KmsInvalidState", 400;
    kms_not_found = "KmsNotFound", 400;
    kms_opt_in_required = "KmsOptInRequired", 400;
    kms_throttled = "KmsThrottled", 400;
    message_not_inflight = "MessageNotInflight", 400;
    over_limit = "OverLimit", 400;
    purge_queue_in_progress = "PurgeQueueInProgress", 400;
    queue_deleted_recently = "QueueDeletedRecently", 400;
    queue_does_not_exist = "QueueDoesNotExist", 400;
    queue_name_exists = "QueueNameExists", 400;
    receipt_handle_is_invalid = "ReceiptHandleIsInvalid", 400;
    request_throttled = "RequestThrottled", 400;
    resource_not_found_exception = "ResourceNotFoundException", 400;
    too_many_entries_in_batch_request = "TooManyEntriesInBatchRequest", 400;
    unsupported_operation = "UnsupportedOperation", 400;
}
