//! What looks like a secret, was reviewed, and is none.

use std::collections::BTreeMap;

use crate::Digest;
use crate::json::{self, Json};

/// Reviewed values, each with a reason: the content of `allow.json`.
///
/// The file is a list of `{"value": "...", "reason": "..."}`. Where not even the file shall say the value, `digest`
/// stands for `value`: `sha256-` and the hash of the value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowances(BTreeMap<Digest, String>);

/// Text is no list of reviewed values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAllowances {
    /// It is not JSON.
    #[error(transparent)]
    Syntax(#[from] crate::SyntaxError),
    /// It is other JSON.
    #[error("entry {entry}: {reason}")]
    Entry {
        /// Which entry, from 1; 0 is the list itself.
        entry: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl Allowances {
    /// Reads a list.
    pub fn parse(text: &str) -> Result<Self, BadAllowances> {
        let Json::Array(items) = json::parse(text)? else {
            return Err(BadAllowances::Entry { entry: 0, reason: "not a list" });
        };
        let read = |(index, item): (usize, &Json)| {
            entry(item).map_err(|reason| BadAllowances::Entry { entry: index + 1, reason })
        };
        items.iter().enumerate().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Both lists in one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether a value was reviewed.
    pub fn allows(&self, value: &[u8]) -> bool {
        !self.0.is_empty() && self.0.contains_key(&Digest::of(value))
    }
}

fn entry(item: &Json) -> Result<(Digest, String), &'static str> {
    let Json::Object(fields) = item else { return Err("not an object") };
    let (mut digest, mut reason) = (None, None);
    for (key, value) in fields {
        let Json::String(text) = value else { return Err("a member that is not a string") };
        match key.as_str() {
            "value" if digest.is_none() => digest = Some(Digest::of(text.as_bytes())),
            "digest" if digest.is_none() => {
                digest = Some(text.parse().map_err(|_| "`digest` is not sha256- and 64 digits")?);
            }
            "reason" => reason = Some(text.clone()),
            "value" | "digest" => return Err("both `value` and `digest`"),
            _ => return Err("an unknown member"),
        }
    }
    let reason = reason.filter(|reason| !reason.trim().is_empty()).ok_or("no `reason`")?;
    Ok((digest.ok_or("neither `value` nor `digest`")?, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_allowed_by_itself_or_by_its_digest() {
        let digest = Digest::of(b"b@c.de");
        let text = format!(
            "[{{\"value\": \"a@b.de\", \"reason\": \"ours\"}}, {{\"digest\": \"{digest}\", \"reason\": \"ours\"}}]"
        );
        let allowances = Allowances::parse(&text).expect("a list");
        assert!(allowances.allows(b"a@b.de") && allowances.allows(b"b@c.de"));
        assert!(!allowances.allows(b"c@d.de"));
    }

    #[test]
    fn nothing_is_allowed_without_a_reason() {
        for (text, reason) in [
            ("{}", "entry 0: not a list"),
            ("[1]", "entry 1: not an object"),
            ("[{\"value\": \"a\"}]", "entry 1: no `reason`"),
            ("[{\"value\": \"a\", \"reason\": \" \"}]", "entry 1: no `reason`"),
            ("[{\"reason\": \"x\"}]", "entry 1: neither `value` nor `digest`"),
            (
                "[{\"value\": \"a\", \"reason\": \"x\", \"kind\": \"y\"}]",
                "entry 1: an unknown member",
            ),
            ("[", "line 1, column 2: the text ends early"),
        ] {
            assert_eq!(Allowances::parse(text).expect_err(text).to_string(), reason);
        }
    }
}
