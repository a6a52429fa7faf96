//! Session policies: whether they can be read, and how much room they take.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use standin_core::ServiceError;
use standin_shapes_sts::{PolicyDescriptorType, Tag, errors};

/// How many bytes of policies and tags fill the space that AWS gives them.
///
/// AWS packs them into a form that it doesn't describe; this is the documented limit of their text.
const SPACE: usize = 2048;

/// What a session is restricted by and tagged with.
#[derive(Debug)]
pub(crate) struct Packed<'r> {
    pub(crate) policy: Option<&'r str>,
    pub(crate) arns: &'r [PolicyDescriptorType],
    pub(crate) tags: &'r [Tag],
}

impl Packed<'_> {
    /// The room they take, in percent of what there is.
    pub(crate) fn size(&self) -> Result<i32, ServiceError> {
        self.policy.map_or(Ok(()), readable)?;
        let arns = self.arns.iter().filter_map(|arn| arn.arn.as_deref());
        let tags = self.tags.iter().flat_map(|tag| [tag.key.as_deref(), tag.value.as_deref()]);
        let texts = self.policy.into_iter().chain(arns).chain(tags.flatten());
        let bytes: usize = texts.map(str::len).sum();
        let percent = i32::try_from((bytes * 100).div_ceil(SPACE)).unwrap_or(i32::MAX);
        if percent <= 100 {
            return Ok(percent);
        }
        let message = if self.policy.is_none() && self.arns.is_empty() {
            format!("Packed size of session tags consumes {percent}% of allotted space.")
        } else {
            format!(
                "Packed policy consumes {percent}% of allotted space, please use smaller policy."
            )
        };
        Err(errors::packed_policy_too_large_exception(message))
    }

    /// Whether there is anything to pack.
    pub(crate) fn is_empty(&self) -> bool {
        self.policy.is_none() && self.arns.is_empty() && self.tags.is_empty()
    }
}

#[expect(clippy::zero_sized_map_values, reason = "the fields of any JSON object are a map")]
fn readable(policy: &str) -> Result<(), ServiceError> {
    let wrong = match serde_json::from_str::<BTreeMap<String, IgnoredAny>>(policy) {
        Ok(fields) if fields.contains_key("Statement") => return Ok(()),
        Err(error) if !error.is_data() => "This policy contains invalid Json",
        _ => "Syntax errors in policy.",
    };
    Err(errors::malformed_policy_document_exception(wrong))
}
