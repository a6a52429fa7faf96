//! Where a value stands in a document.

use std::fmt;

/// A way from the root of an input or output to a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(Vec<Segment>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A member or map key.
    Member(String),
    /// A list element by position.
    Index(usize),
    /// A list element by identity, written as it reads (`Body="hello"`).
    Key(String),
}

impl Path {
    /// The root.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path one step further.
    #[must_use]
    pub fn join(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// The path to a member or map key.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        self.join(Segment::Member(name.to_owned()))
    }

    /// The last member name on the way; empty at the root.
    pub fn name(&self) -> &str {
        let named = self.0.iter().rev().find_map(|segment| match segment {
            Segment::Member(name) => Some(name.as_str()),
            _ => None,
        });
        named.unwrap_or_default()
    }

    /// The path without list positions and identities (`Messages[].Body`), as rules name it.
    pub fn pattern(&self) -> String {
        let mut text = String::new();
        for segment in &self.0 {
            match segment {
                Segment::Member(name) => push_member(&mut text, name),
                Segment::Index(_) | Segment::Key(_) => text.push_str("[]"),
            }
        }
        text
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for segment in &self.0 {
            match segment {
                Segment::Member(name) => push_member(&mut text, name),
                Segment::Index(index) => text.push_str(&format!("[{index}]")),
                Segment::Key(key) => text.push_str(&format!("[{key}]")),
            }
        }
        f.write_str(if text.is_empty() { "." } else { &text })
    }
}

fn push_member(text: &mut String, name: &str) {
    if !text.is_empty() {
        text.push('.');
    }
    text.push_str(name);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_rules_and_reports_write_them() {
        let path = Path::root()
            .member("Messages")
            .join(Segment::Key("Body=\"a\"".to_owned()))
            .member("Attributes")
            .member("SentTimestamp");
        assert_eq!(path.to_string(), "Messages[Body=\"a\"].Attributes.SentTimestamp");
        assert_eq!(path.pattern(), "Messages[].Attributes.SentTimestamp");
        assert_eq!(path.name(), "SentTimestamp");
        assert_eq!(Path::root().to_string(), ".");
    }
}
