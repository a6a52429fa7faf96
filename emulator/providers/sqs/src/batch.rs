//! Batches: what all four have in common.

use std::collections::BTreeSet;

use standin_core::ServiceError;
use standin_shapes_sqs::BatchResultErrorEntry;

use crate::errors;

/// How many entries a batch has at most.
const LIMIT: usize = 10;

/// The entries with their ids, if AWS would look at them; `kind` is the name of the entries' shape.
pub(crate) fn entries<T>(
    entries: Option<Vec<T>>,
    kind: &str,
    id: impl Fn(&T) -> Option<&str>,
) -> Result<Vec<T>, ServiceError> {
    let entries = entries.unwrap_or_default();
    if entries.is_empty() {
        return Err(errors::empty_batch(kind));
    }
    if entries.len() > LIMIT {
        return Err(errors::too_many_entries(entries.len()));
    }
    let mut seen = BTreeSet::new();
    for (index, entry) in entries.iter().enumerate() {
        let id = id(entry)
            .ok_or_else(|| errors::missing_parameter(&format!("{kind}.{}.Id", index + 1)))?;
        if !is_id(id) {
            return Err(errors::invalid_batch_entry_id());
        }
        if !seen.insert(id) {
            return Err(errors::batch_entry_ids_not_distinct(id));
        }
    }
    Ok(entries)
}

/// Parts the results into those of entries that were done, and those that failed; an empty part is absent.
pub(crate) fn results<T>(
    results: Vec<Result<T, BatchResultErrorEntry>>,
) -> (Option<Vec<T>>, Option<Vec<BatchResultErrorEntry>>) {
    let mut parts = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(done) => parts.0.push(done),
            Err(failed) => parts.1.push(failed),
        }
    }
    ((!parts.0.is_empty()).then_some(parts.0), (!parts.1.is_empty()).then_some(parts.1))
}

/// An entry that failed. Batches give the query protocol's codes, in both protocols.
pub(crate) fn failed(id: Option<String>, error: ServiceError) -> BatchResultErrorEntry {
    let code = match &*error.code {
        "InvalidParameterValueException" => "InvalidParameterValue",
        "MissingRequiredParameterException" => "MissingParameter",
        code => code,
    };
    BatchResultErrorEntry {
        id,
        sender_fault: Some(error.sender_fault),
        code: Some(code.to_owned()),
        message: error.message,
    }
}

fn is_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=80).contains(&id.len()) && id.bytes().all(allowed)
}
