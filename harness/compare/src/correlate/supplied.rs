//! What the client supplied, and where it uses what servers minted.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use standin_model::{Shape, ShapeKind};

use super::leaf::{Leaf, Value};
use super::strength::Strength;
use crate::bindings::tokens;

/// Blobs above this are contents, not tokens that a later request repeats.
pub(super) const LARGEST_TOKEN: usize = 8 * 1024;

/// The values that the client sent so far, and their pieces.
#[derive(Default)]
pub(super) struct Supplied<'r>(HashSet<Cow<'r, str>>);

impl<'r> Supplied<'r> {
    /// Adds a leaf of an input.
    pub(super) fn add(&mut self, leaf: &Leaf<'r>) {
        match leaf.value {
            Value::Text(text) | Value::Key(text) => self.add_text(text),
            Value::Blob(bytes) => {
                if bytes.len() <= LARGEST_TOKEN {
                    self.0.insert(Cow::Owned(STANDARD.encode(&**bytes)));
                }
                if let Ok(text) = std::str::from_utf8(bytes) {
                    self.add_text(text);
                }
            }
            _ => {}
        }
        // The names of members are words that an answer may use too.
        self.0.insert(Cow::Borrowed(leaf.member));
    }

    /// Whether a value is one of the client's.
    pub(super) fn has(&self, value: &str) -> bool {
        self.0.contains(value)
    }

    fn add_text(&mut self, text: &'r str) {
        for (_, token) in tokens(text) {
            self.0.insert(Cow::Borrowed(token));
        }
        self.0.insert(Cow::Borrowed(text));
    }
}

/// Where requests have a value as one of their own, by value.
#[derive(Default)]
pub(super) struct Uses<'r>(HashMap<Cow<'r, str>, Vec<Use<'r>>>);

/// A place where a request has a value.
#[derive(Clone, Copy)]
struct Use<'r> {
    exchange: usize,
    member: &'r str,
    shape: Option<&'static Shape>,
    required: bool,
}

impl<'r> Uses<'r> {
    /// Adds a leaf of a request.
    pub(super) fn add(&mut self, exchange: usize, leaf: &Leaf<'r>) {
        let value = match leaf.value {
            Value::Text(text) => Cow::Borrowed(text),
            Value::Blob(bytes) if bytes.len() <= LARGEST_TOKEN => {
                Cow::Owned(STANDARD.encode(&**bytes))
            }
            _ => return,
        };
        let Leaf { member, shape, required, .. } = *leaf;
        self.0.entry(value).or_default().push(Use { exchange, member, shape, required });
    }

    /// Whether a request after an exchange has the value that one of its answer's leaves has, in a place where it
    /// can be meant.
    pub(super) fn after(&self, exchange: usize, value: &str, leaf: &Leaf<'_>) -> bool {
        let Some(uses) = self.0.get(value) else { return false };
        let strong = Strength::of(value) == Strength::Strong;
        uses.iter().any(|found| {
            found.exchange > exchange
                && (strong
                    || found.required
                    || is_compatible((leaf.member, leaf.shape), (found.member, found.shape)))
        })
    }
}

/// Whether two members can mean the same value: by their names, or by a shape that is not any text.
pub(super) fn is_compatible(
    (left, left_shape): (&str, Option<&Shape>),
    (right, right_shape): (&str, Option<&Shape>),
) -> bool {
    let ends = |long: &str, short: &str| {
        short.len() > 1
            && long.len() >= short.len()
            && long.is_char_boundary(long.len() - short.len())
            && long[long.len() - short.len()..].eq_ignore_ascii_case(short)
    };
    ends(left, right)
        || ends(right, left)
        || match (left_shape, right_shape) {
            (Some(left), Some(right)) => left.name == right.name && is_specific(left),
            _ => false,
        }
}

/// Shapes that say no more than that a value is text.
fn is_specific(shape: &Shape) -> bool {
    const ANY: [&str; 6] = ["string", "__string", "str", "nonemptystring", "id", "arn"];
    matches!(shape.kind, ShapeKind::String | ShapeKind::Blob)
        && !ANY.contains(&shape.name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_mean_the_same_by_name() {
        let same = |left, right| is_compatible((left, None), (right, None));
        assert!(same("QueueUrl", "queueUrl"));
        assert!(same("InstanceId", "Id"));
        assert!(same("Arn", "TopicArn"));
        assert!(!same("ContentType", "Bucket"));
        assert!(!same("", "Bucket"));
    }
}
