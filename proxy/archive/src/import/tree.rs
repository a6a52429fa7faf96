//! What any of the foreign formats holds: one tree, whichever notation it was written in.

mod json;
mod netstring;
mod yaml;

use std::borrow::Cow;

/// A value of a foreign file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    /// Nothing.
    Null,
    /// True or false.
    Boolean(bool),
    /// A number as it was written.
    Number(Box<str>),
    /// Text.
    Text(Box<str>),
    /// Bytes that the notation marks as such.
    Bytes(Box<[u8]>),
    /// Values in order.
    List(Vec<Tree>),
    /// Values by key, in order; the first of two with the same key counts.
    Map(Vec<(Box<str>, Tree)>),
}

impl Tree {
    /// Reads a file: JSON, YAML, or the tnetstrings of mitmproxy, told by how it begins.
    pub(super) fn read(content: &[u8]) -> Result<Self, String> {
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        let start = content.iter().find(|byte| !byte.is_ascii_whitespace());
        if netstring::is_one(content) {
            return netstring::read(content);
        }
        match start {
            Some(b'{' | b'[') => json::read(content),
            _ => yaml::read(content),
        }
    }

    /// The value of a key, if this is a map that has it and it isn't null.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(fields) = self else { return None };
        let found = fields.iter().find(|(name, _)| &**name == key).map(|(_, value)| value);
        found.filter(|value| **value != Self::Null)
    }

    /// Whether this is a map with all the keys.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        let Self::Map(fields) = self else { return false };
        keys.iter().all(|key| fields.iter().any(|(name, _)| &**name == *key))
    }

    /// The value of a key, or that it is missing.
    pub(super) fn need(&self, key: &str) -> Result<&Self, String> {
        self.get(key).ok_or_else(|| format!("`{key}` is missing"))
    }

    /// The values of a list; none if this isn't one.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The fields of a map; none if this isn't one.
    pub(super) fn fields(&self) -> &[(Box<str>, Self)] {
        match self {
            Self::Map(fields) => fields,
            _ => &[],
        }
    }

    /// The text of a scalar as it was written.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(Cow::Borrowed(text)),
            Self::Boolean(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The bytes of a scalar.
    pub(super) fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Bytes(bytes) => Some(Cow::Borrowed(bytes)),
            other => other.text().map(|text| match text {
                Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                Cow::Owned(text) => Cow::Owned(text.into_bytes()),
            }),
        }
    }

    /// A whole number, as a number or as text.
    pub(super) fn integer(&self) -> Option<i64> {
        self.text()?.trim().parse().ok()
    }

    /// The text of a key that must be there.
    pub(super) fn need_text(&self, key: &str) -> Result<Cow<'_, str>, String> {
        self.need(key)?.text().ok_or_else(|| format!("`{key}` is not text"))
    }

    /// The value as compact JSON.
    pub(super) fn to_json(&self) -> String {
        json::write(self)
    }
}

#[cfg(test)]
mod tests;
