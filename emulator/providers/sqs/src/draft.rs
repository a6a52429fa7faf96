//! Messages on their way in: AWS's checks, in AWS's order.

use std::collections::BTreeMap;
use std::sync::Arc;

use standin_core::{AccountId, ServiceError};
use standin_shapes_sqs::{MessageAttributeValue, MessageSystemAttributeValue};

use crate::engine::Draft;
use crate::message::{AttributeValue, Extras, Value};
use crate::queue::Queue;
use crate::{digest, errors};

/// A message as a request or an entry of a batch has it.
#[derive(Default)]
pub(crate) struct Incoming {
    pub(crate) body: Option<String>,
    pub(crate) delay: Option<i32>,
    pub(crate) attributes: Option<BTreeMap<String, MessageAttributeValue>>,
    pub(crate) system_attributes: Option<BTreeMap<String, MessageSystemAttributeValue>>,
    pub(crate) deduplication_id: Option<String>,
    pub(crate) group_id: Option<String>,
}

/// The sums that the answer to a message carries.
pub(crate) struct Sums {
    pub(crate) body: [u8; 16],
    pub(crate) attributes: Option<[u8; 16]>,
    pub(crate) system_attributes: Option<[u8; 16]>,
}

/// How a message that is too long is refused.
pub(crate) const TOO_LONG: &str = "One or more parameters are invalid.";

/// As [`TOO_LONG`], in a batch.
pub(crate) const TOO_LONG_IN_BATCH: &str = "One or more parameters cannot be validated.";

impl Incoming {
    /// The bytes that count towards limits: the body, and names, types and values of attributes.
    pub(crate) fn size(&self) -> usize {
        let attributes = self.attributes.iter().flatten();
        let attributes = attributes.map(|(name, attribute)| name.len() + attribute_size(attribute));
        self.body.as_ref().map_or(0, String::len) + attributes.sum::<usize>()
    }

    /// The message, if AWS would take it.
    pub(crate) fn check(
        self,
        queue: &Queue,
        sender: AccountId,
        too_long: &str,
    ) -> Result<(Draft, Sums), ServiceError> {
        let size = self.size();
        let body = self
            .body
            .filter(|body| !body.is_empty())
            .ok_or_else(|| errors::missing_parameter("MessageBody"))?;
        let limit = queue.settings.maximum_size;
        if size > limit as usize {
            let message = format!("{too_long} Reason: Message must be shorter than {limit} bytes.");
            return Err(errors::invalid_parameter(message));
        }
        if !is_writable(&body) {
            return Err(errors::invalid_message_contents());
        }
        let md5 = digest::text(&body);
        let attributes = attributes(self.attributes.unwrap_or_default())?;
        let (trace_header, system_attributes) =
            trace_header(self.system_attributes.unwrap_or_default())?;
        fifo_id(self.deduplication_id.as_deref(), "MessageDeduplicationId")?;
        fifo_id(self.group_id.as_deref(), "MessageGroupId")?;
        let delay = delay(self.delay, queue)?;
        let deduplication_id =
            deduplication_id(self.deduplication_id, self.group_id.as_deref(), &body, queue)?;
        let sums = Sums { body: md5, attributes: sum(&attributes), system_attributes };
        let group = self.group_id.map(Arc::from);
        let extras =
            Extras { group, deduplication_id, attributes, trace_header, dead_letter_source: None };
        let extras = (extras != Extras::default()).then(|| Box::new(extras));
        Ok((Draft { body: body.into(), md5, sender, delay, extras }, sums))
    }
}

/// Whether a text has only characters that XML 1.0 has.
pub(crate) fn is_writable(text: &str) -> bool {
    let plain = |byte: u8| byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r');
    let wide = |text: &str| text.chars().any(|char| matches!(char, '\u{fffe}' | '\u{ffff}'));
    text.bytes().all(plain) && (text.is_ascii() || !wide(text))
}

fn sum(attributes: &[(String, AttributeValue)]) -> Option<[u8; 16]> {
    let named = attributes.iter().map(|(name, attribute)| (name.as_str(), attribute));
    (!attributes.is_empty()).then(|| digest::attributes(named))
}

fn attribute_size(attribute: &MessageAttributeValue) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let bytes = attribute.binary_value.as_ref().map_or(0, bytes::Bytes::len);
    text(&attribute.data_type) + text(&attribute.string_value) + bytes
}

fn attributes(
    attributes: BTreeMap<String, MessageAttributeValue>,
) -> Result<Vec<(String, AttributeValue)>, ServiceError> {
    let count = attributes.len();
    if count > 10 {
        let message =
            format!("Number of message attributes [{count}] exceeds the allowed maximum [10].");
        return Err(errors::invalid_parameter(message));
    }
    attributes
        .into_iter()
        .map(|(name, value)| Ok((attribute_name(name)?, value)))
        .map(attribute)
        .collect()
}

fn attribute_name(name: String) -> Result<String, ServiceError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let lower = name.to_ascii_lowercase();
    let reserved = lower.starts_with("aws.") || lower.starts_with("amazon.");
    let message = if name.len() >= 256 {
        "Message (user) attribute names must be shorter than 256 Bytes"
    } else if name.is_empty() || !name.bytes().all(allowed) {
        "Message (user) attributes name can only contain upper and lower score characters, digits, periods, \
         hyphens and underscores. "
    } else if reserved || name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for \
         internal use. Additionally, they cannot start or end with '.'."
    } else {
        return Ok(name);
    };
    Err(errors::invalid_parameter(message))
}

fn attribute(
    named: Result<(String, MessageAttributeValue), ServiceError>,
) -> Result<(String, AttributeValue), ServiceError> {
    let (name, value) = named?;
    let MessageAttributeValue { data_type, string_value, binary_value, .. } = value;
    let data_type = data_type.filter(|data_type| !data_type.is_empty()).ok_or_else(|| {
        errors::invalid_parameter(format!(
            "The message (user) attribute '{name}' must contain a non-empty message attribute type."
        ))
    })?;
    if data_type.len() >= 256 {
        return Err(errors::invalid_parameter(
            "Message (user) attribute types must be shorter than 256 Bytes",
        ));
    }
    let value = match data_type.split('.').next() {
        Some("Binary") => {
            Value::Binary(filled(&name, "Binary", binary_value, bytes::Bytes::is_empty)?)
        }
        Some(kind @ ("String" | "Number")) => {
            let text = filled(&name, "String", string_value, String::is_empty)?;
            text_value(&name, kind, text)?
        }
        _ => {
            return Err(errors::invalid_parameter(format!(
                "The type of message (user) attribute '{name}' is invalid. You must use only the following \
                 supported type prefixes: Binary, Number, String."
            )));
        }
    };
    Ok((name, AttributeValue { data_type, value }))
}

fn filled<T>(
    name: &str,
    kind: &str,
    value: Option<T>,
    is_empty: fn(&T) -> bool,
) -> Result<T, ServiceError> {
    let message = || {
        format!(
            "Message (user) attribute '{name}' must contain a non-empty value of type '{kind}'."
        )
    };
    value.filter(|value| !is_empty(value)).ok_or_else(|| errors::invalid_parameter(message()))
}

fn text_value(name: &str, kind: &str, text: String) -> Result<Value, ServiceError> {
    if !is_writable(&text) {
        return Err(errors::invalid_parameter(errors::INVALID_CHARACTERS));
    }
    if kind == "Number" && text.parse::<f64>().is_err() {
        let message =
            format!("Can't cast the value of message (user) attribute '{name}' to a number.");
        return Err(errors::invalid_parameter(message));
    }
    Ok(Value::Text(text))
}

type TraceHeader = (Option<Box<str>>, Option<[u8; 16]>);

/// The one system attribute that callers may set, and the sum over it.
fn trace_header(
    attributes: BTreeMap<String, MessageSystemAttributeValue>,
) -> Result<TraceHeader, ServiceError> {
    let mut header = (None, None);
    for (name, value) in attributes {
        if name != "AWSTraceHeader" {
            let message = format!("Message system attribute name '{name}' is invalid.");
            return Err(errors::invalid_parameter(message));
        }
        let text = value.string_value.filter(|text| !text.is_empty());
        let (Some("String"), Some(text)) = (value.data_type.as_deref(), text) else {
            let message = "Message (system) attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.";
            return Err(errors::invalid_parameter(message));
        };
        let attribute =
            AttributeValue { data_type: "String".to_owned(), value: Value::Text(text.clone()) };
        header = (Some(text.into()), Some(digest::attributes([(name.as_str(), &attribute)])));
    }
    Ok(header)
}

fn fifo_id(id: Option<&str>, parameter: &str) -> Result<(), ServiceError> {
    let valid =
        |id: &str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    let Some(id) = id.filter(|id| !valid(id)) else { return Ok(()) };
    let reason = format!(
        "{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length."
    );
    Err(errors::invalid_value(id, parameter, &reason))
}

fn delay(delay: Option<i32>, queue: &Queue) -> Result<Option<u32>, ServiceError> {
    let Some(seconds) = delay else { return Ok(None) };
    let invalid = |reason| errors::invalid_value(seconds, "DelaySeconds", reason);
    if queue.is_fifo() && seconds != 0 {
        return Err(invalid(
            "The request include parameter that is not valid for this queue type.",
        ));
    }
    let known = u32::try_from(seconds).ok().filter(|seconds| *seconds <= 900);
    known.map(Some).ok_or_else(|| invalid("DelaySeconds must be >= 0 and <= 900."))
}

/// The deduplication id of a message in a FIFO queue: its own, else the SHA-256 of the body where the queue says so.
fn deduplication_id(
    own: Option<String>,
    group: Option<&str>,
    body: &str,
    queue: &Queue,
) -> Result<Option<Box<str>>, ServiceError> {
    let Some(fifo) = &queue.settings.fifo else {
        let reason = "The request includes a parameter that is not valid for this queue type.";
        return match own {
            None => Ok(None),
            Some(own) => Err(errors::invalid_value(own, "MessageDeduplicationId", reason)),
        };
    };
    if group.is_none() {
        return Err(errors::missing_parameter("MessageGroupId"));
    }
    match own {
        Some(own) => Ok(Some(own.into())),
        None if fifo.by_content => Ok(Some(digest::sha256(body).into())),
        None => Err(errors::invalid_parameter(NO_DEDUPLICATION_ID)),
    }
}

/// What AWS says of a message that a FIFO queue can't tell from others.
pub(crate) const NO_DEDUPLICATION_ID: &str = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly";
