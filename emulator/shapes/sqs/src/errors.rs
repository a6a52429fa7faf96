//! Made by `standin scaffold generate sqs --save`; not to be edited.
//!
//! Errors, by the shapes that declare them.

standin_core::errors! {
    batch_entry_ids_not_distinct = "BatchEntryIdsNotDistinct", 400;
    batch_request_too_long = "BatchRequestTooLong", 400;
    empty_batch_request = "EmptyBatchRequest", 400;
    invalid_address = "InvalidAddress", 404;
    invalid_attribute_name = "InvalidAttributeName", 400;
    invalid_attribute_value = "InvalidAttributeValue", 400;
    invalid_batch_entry_id = "InvalidBatchEntryId", 400;
    invalid_id_format = "InvalidIdFormat", 400;
    invalid_message_contents = "InvalidMessageContents", 400;
    invalid_parameter_value_exception = "InvalidParameterValueException", 400;
    invalid_security = "InvalidSecurity", 403;
    kms_access_denied = "KmsAccessDenied", 400;
    kms_disabled = "KmsDisabled", 400;
    kms_invalid_key_usage = "KmsInvalidKeyUsage", 400;
    kms_invalid_state = "KmsInvalidState", 400;
    kms_not_found = "KmsNotFound", 400;
    kms_opt_in_required = "KmsOptInRequired", 403;
    kms_throttled = "KmsThrottled", 400;
    message_not_inflight = "MessageNotInflight", 400;
    missing_required_parameter_exception = "MissingRequiredParameterException", 400;
    over_limit = "OverLimit", 403;
    purge_queue_in_progress = "PurgeQueueInProgress", 403;
    queue_deleted_recently = "QueueDeletedRecently", 400;
    queue_does_not_exist = "QueueDoesNotExist", 400;
    queue_name_exists = "QueueNameExists", 400;
    receipt_handle_is_invalid = "ReceiptHandleIsInvalid", 404;
    request_throttled = "RequestThrottled", 403;
    resource_not_found_exception = "ResourceNotFoundException", 404;
    too_many_entries_in_batch_request = "TooManyEntriesInBatchRequest", 400;
    unsupported_operation = "UnsupportedOperation", 400;
}
