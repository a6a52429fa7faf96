//! Documentation text of botocore's service files, for `--doc`. The pack carries none.

use std::collections::BTreeMap;

use serde::Deserialize;
use standin_model::botocore::{self, BuildError, Source};

/// The first sentence of the documentation of a service's operations, shapes and members.
#[derive(Debug, Default)]
pub struct Docs {
    operations: BTreeMap<String, String>,
    shapes: BTreeMap<String, Documented>,
}

/// There is no documentation to be had.
#[derive(Debug, thiserror::Error)]
pub enum DocsError {
    /// The service's file can't be read.
    #[error(transparent)]
    Source(#[from] BuildError),
    /// The text is no service file of botocore.
    #[error("not a service file of botocore: {0}")]
    Json(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct ServiceFile {
    #[serde(default)]
    operations: BTreeMap<String, Documented>,
    #[serde(default)]
    shapes: BTreeMap<String, Documented>,
}

#[derive(Debug, Deserialize)]
struct Documented {
    #[serde(default)]
    documentation: String,
    #[serde(default)]
    members: BTreeMap<String, Documented>,
}

impl Docs {
    /// Reads a service's file.
    pub fn read(source: &dyn Source, service: &str) -> Result<Self, DocsError> {
        let json = botocore::service_json(source, service)?;
        let file: ServiceFile = serde_json::from_slice(&json)?;
        let text = |(name, entry): (String, Documented)| (name, entry.documentation);
        Ok(Self {
            operations: file.operations.into_iter().map(text).collect(),
            shapes: file.shapes,
        })
    }

    /// The line about an operation, if there is one.
    pub(crate) fn operation(&self, name: &str) -> Option<String> {
        first_sentence(self.operations.get(name)?)
    }

    /// The line about a shape, if there is one.
    pub(crate) fn shape(&self, name: &str) -> Option<String> {
        first_sentence(&self.shapes.get(name)?.documentation)
    }

    /// The line about a member, if there is one.
    pub(crate) fn member(&self, shape: &str, member: &str) -> Option<String> {
        first_sentence(&self.shapes.get(shape)?.members.get(member)?.documentation)
    }
}

/// The first sentence of HTML, on one line, with what Markdown would read as a link or tag escaped.
fn first_sentence(html: &str) -> Option<String> {
    let mut text = String::new();
    let mut inside_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => inside_tag = true,
            '>' if inside_tag => {
                inside_tag = false;
                text.push(' ');
            }
            _ if inside_tag => {}
            '[' | ']' | '_' | '*' | '`' => text.extend(['\\', letter]),
            _ => text.push(letter),
        }
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.find(". ").map_or(line.len(), |dot| dot + 1);
    let sentence = line[..end].replace(" ,", ",").replace(" .", ".");
    (!sentence.is_empty()).then_some(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_a_sentence() {
        let html = "<p>Deletes the <code>queue</code>, and\n its [tags].</p><p>More. And more.</p>";
        assert_eq!(first_sentence(html).as_deref(), Some("Deletes the queue, and its \\[tags\\]."));
        assert_eq!(first_sentence("<p> </p>"), None);
        assert_eq!(first_sentence("a < b"), Some("a".to_owned()));
    }
}
