//! Session tags: keys are told apart without regard to case.

use std::collections::BTreeMap;

use standin_core::{ServiceError, error};
use standin_shapes_sts::Tag;

use crate::tables::Session;

/// The transitive tags of a new session: those of the calling one, and those that the request makes so.
pub(crate) fn transitive(
    tags: &[Tag],
    keys: &[String],
    caller: Option<&Session>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    let asked = by_folded_key(tags)?;
    let mut transitive = caller.map(|session| session.transitive_tags.clone()).unwrap_or_default();
    if asked.keys().any(|key| transitive.keys().any(|inherited| folded(inherited) == *key)) {
        return Err(error::invalid_parameter_value(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive \
             tag key from the calling session.",
        ));
    }
    for key in keys {
        let Some(tag) = asked.get(&folded(key)) else {
            return Err(error::invalid_parameter_value(
                "The specified transitive tag key must be included in the requested tags.",
            ));
        };
        transitive.insert(name(tag).to_owned(), tag.value.clone().unwrap_or_default());
    }
    Ok(transitive)
}

/// The tags of a request, if no key stands twice.
pub(crate) fn by_folded_key(tags: &[Tag]) -> Result<BTreeMap<String, &Tag>, ServiceError> {
    let mut found = BTreeMap::new();
    for tag in tags {
        if found.insert(folded(name(tag)), tag).is_some() {
            return Err(error::invalid_parameter_value(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
    }
    Ok(found)
}

fn name(tag: &Tag) -> &str {
    tag.key.as_deref().unwrap_or_default()
}

fn folded(key: &str) -> String {
    key.to_lowercase()
}
