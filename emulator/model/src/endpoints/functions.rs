//! The functions that endpoint rules may call. An absent result is `None`.

use super::rules::Function;
use super::{EndpointError, Partitions, Value, arn, url};

type Result = std::result::Result<Option<Value>, EndpointError>;

/// Calls a function. The reader has seen to it that the number of arguments is right.
pub(super) fn call(
    function: Function,
    arguments: &[Option<Value>],
    partitions: &Partitions,
) -> Result {
    let text = |at| string(arguments, at);
    let truth = |at| boolean(arguments, at);
    Ok(match function {
        Function::IsSet => Some(arguments[0].is_some().into()),
        Function::Not => Some((!truth(0)?).into()),
        Function::BooleanEquals => Some((truth(0)? == truth(1)?).into()),
        Function::StringEquals => Some((text(0)? == text(1)?).into()),
        Function::Substring => substring(arguments)?.map(Value::from),
        Function::UriEncode => Some(url::encode(text(0)?).into()),
        Function::ParseUrl => url::parse(text(0)?),
        Function::IsValidHostLabel => {
            Some(labels(text(0)?, truth(1)?.then_some('.'), is_host_label).into())
        }
        Function::Partition => partitions.of_region(text(0)?),
        Function::ParseArn => arn::parse(text(0)?),
        Function::IsVirtualHostableS3Bucket => {
            let name = text(0)?;
            let plain = !url::is_ipv4(name) && (3..=63).contains(&name.len());
            Some((plain && labels(name, truth(1)?.then_some('.'), is_bucket_label)).into())
        }
        Function::Coalesce => arguments.iter().flatten().next().cloned(),
        Function::Ite => arguments[if truth(0)? { 1 } else { 2 }].clone(),
        Function::Split => Some(split(text(0)?, text(1)?, integer(arguments, 2)?)),
    })
}

fn string(arguments: &[Option<Value>], at: usize) -> std::result::Result<&str, EndpointError> {
    let value = arguments[at].as_ref();
    value.and_then(Value::as_str).ok_or_else(|| wrong("string", value))
}

fn boolean(arguments: &[Option<Value>], at: usize) -> std::result::Result<bool, EndpointError> {
    let value = arguments[at].as_ref();
    value.and_then(Value::as_bool).ok_or_else(|| wrong("boolean", value))
}

fn integer(arguments: &[Option<Value>], at: usize) -> std::result::Result<usize, EndpointError> {
    match &arguments[at] {
        Some(Value::Integer(number)) if *number >= 0 => {
            Ok(usize::try_from(*number).unwrap_or(usize::MAX))
        }
        other => Err(wrong("integer", other.as_ref())),
    }
}

fn wrong(wanted: &str, value: Option<&Value>) -> EndpointError {
    let found = value.map_or("nothing", Value::kind);
    EndpointError::Type(format!("{wanted} wanted, not {found}"))
}

/// A part of ASCII text, counted from the start or, in reverse, from the end.
fn substring(arguments: &[Option<Value>]) -> std::result::Result<Option<&str>, EndpointError> {
    let text = string(arguments, 0)?;
    let (start, stop) = (integer(arguments, 1)?, integer(arguments, 2)?);
    let reverse = boolean(arguments, 3)?;
    if start >= stop || text.len() < stop || !text.is_ascii() {
        return Ok(None);
    }
    let range = if reverse { text.len() - stop..text.len() - start } else { start..stop };
    Ok(text.get(range))
}

fn split(text: &str, separator: &str, limit: usize) -> Value {
    let pieces: Vec<Value> = match limit {
        _ if separator.is_empty() => vec![text.into()],
        0 => text.split(separator).map(Value::from).collect(),
        limit => text.splitn(limit, separator).map(Value::from).collect(),
    };
    Value::List(pieces)
}

/// Whether a name's labels are valid; it is one label where nothing separates them.
fn labels(name: &str, separator: Option<char>, valid: fn(&str) -> bool) -> bool {
    match separator {
        Some(separator) => name.split(separator).all(valid),
        None => valid(name),
    }
}

fn is_host_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_bucket_label(label: &str) -> bool {
    is_host_label(label) && !label.bytes().any(|byte| byte.is_ascii_uppercase())
}
