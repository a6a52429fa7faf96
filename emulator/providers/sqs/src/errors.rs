//! The errors of SQS in AWS's words, by the names of their shapes.

use standin_core::{Context, Protocol, ServiceError};

/// A parameter's value is not allowed.
pub(crate) fn invalid_parameter(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("InvalidParameterValueException", message)
}

/// A parameter's value is not allowed, with the value and the reason.
pub(crate) fn invalid_value(
    value: impl std::fmt::Display,
    parameter: &str,
    reason: &str,
) -> ServiceError {
    invalid_parameter(format!(
        "Value {value} for parameter {parameter} is invalid. Reason: {reason}"
    ))
}

/// A parameter that is needed is missing or empty.
pub(crate) fn missing_parameter(name: &str) -> ServiceError {
    let message = format!("The request must contain the parameter {name}.");
    ServiceError::sender("MissingRequiredParameterException", message)
}

/// There is no such queue.
pub(crate) fn queue_does_not_exist(context: &Context) -> ServiceError {
    let message = match context.protocol {
        Protocol::Query => "The specified queue does not exist for this wsdl version.",
        _ => "The specified queue does not exist.",
    };
    ServiceError::sender("QueueDoesNotExist", message)
}

/// Only a queue's owner may do this, whatever its policy says.
pub(crate) fn access_denied(url: &str) -> ServiceError {
    standin_core::error::access_denied(format!("Access to the resource {url} is denied."))
}

/// A queue of the name exists with another value of an attribute.
pub(crate) fn queue_name_exists(attribute: &str) -> ServiceError {
    let message = format!(
        "A queue already exists with the same name and a different value for attribute {attribute}"
    );
    ServiceError::sender("QueueNameExists", message)
}

/// A queue of the name was deleted less than a minute ago.
pub(crate) fn queue_deleted_recently() -> ServiceError {
    let message = "You must wait 60 seconds after deleting a queue before you can create another with the same name.";
    ServiceError::sender("QueueDeletedRecently", message)
}

/// The queue was purged less than a minute ago.
pub(crate) fn purge_in_progress(queue: &str) -> ServiceError {
    let message = format!("Only one PurgeQueue operation on {queue} is allowed every 60 seconds.");
    ServiceError::sender("PurgeQueueInProgress", message).with_status(403)
}

/// There is no such attribute, or not on such a queue.
pub(crate) fn invalid_attribute_name(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("InvalidAttributeName", message)
}

/// There is no attribute of the name.
pub(crate) fn unknown_attribute(name: &str) -> ServiceError {
    invalid_attribute_name(format!("Unknown Attribute {name}."))
}

/// An attribute's value is not allowed.
pub(crate) fn invalid_attribute_value(name: &str) -> ServiceError {
    ServiceError::sender(
        "InvalidAttributeValue",
        format!("Invalid value for the parameter {name}."),
    )
}

/// An attribute's value is not allowed, for a reason.
pub(crate) fn invalid_attribute_value_because(name: &str, reason: &str) -> ServiceError {
    let message = format!("Invalid value for the parameter {name}. Reason: {reason}");
    ServiceError::sender("InvalidAttributeValue", message)
}

/// A text has characters that XML has not.
pub(crate) fn invalid_message_contents() -> ServiceError {
    ServiceError::sender("InvalidMessageContents", INVALID_CHARACTERS)
}

/// What AWS says of characters that messages can't have.
pub(crate) const INVALID_CHARACTERS: &str = "Invalid characters found. Valid unicode characters are \
    #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";

/// A text is no receipt handle.
pub(crate) fn receipt_handle_is_invalid(handle: &str) -> ServiceError {
    let message = format!("The input receipt handle \"{handle}\" is not a valid receipt handle.");
    ServiceError::sender("ReceiptHandleIsInvalid", message).with_status(404)
}

/// A receipt handle is another queue's.
pub(crate) fn receipt_handle_of_another_queue(handle: &str) -> ServiceError {
    let message = format!("The receipt handle \"{handle}\" is not valid for this queue.");
    ServiceError::sender("ReceiptHandleIsInvalid", message).with_status(404)
}

/// Too many messages are in flight.
pub(crate) fn over_limit() -> ServiceError {
    let message =
        "Too many messages in flight: a queue can have 120000 that were received and not deleted.";
    ServiceError::sender("OverLimit", message).with_status(403)
}

/// A move task, or a queue of one, is not there.
pub(crate) fn resource_not_found(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("ResourceNotFoundException", message).with_status(404)
}

/// The operation can't be done on this queue, or for this caller.
pub(crate) fn unsupported_operation(message: &str) -> ServiceError {
    ServiceError::sender("UnsupportedOperation", message)
}

/// A batch without entries.
pub(crate) fn empty_batch(entry: &str) -> ServiceError {
    let message = format!("There should be at least one {entry} in the request.");
    ServiceError::sender("EmptyBatchRequest", message)
}

/// A batch with more than ten entries.
pub(crate) fn too_many_entries(count: usize) -> ServiceError {
    let message = format!("Maximum number of entries per request are 10. You have sent {count}.");
    ServiceError::sender("TooManyEntriesInBatchRequest", message)
}

/// The id of a batch entry is not well formed.
pub(crate) fn invalid_batch_entry_id() -> ServiceError {
    let message = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. \
                   It can be at most 80 letters long.";
    ServiceError::sender("InvalidBatchEntryId", message)
}

/// Two entries of a batch have the same id.
pub(crate) fn batch_entry_ids_not_distinct(id: &str) -> ServiceError {
    ServiceError::sender("BatchEntryIdsNotDistinct", format!("Id {id} repeated."))
}

/// All messages of a batch together are too large.
pub(crate) fn batch_too_long(limit: usize, size: usize) -> ServiceError {
    let message =
        format!("Batch requests cannot be longer than {limit} bytes. You have sent {size} bytes.");
    ServiceError::sender("BatchRequestTooLong", message)
}
