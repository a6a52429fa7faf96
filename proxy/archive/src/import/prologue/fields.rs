//! Short ways to read and build documents.

use standin_model::{Document, Fields};

/// An object of members.
pub(super) fn object(pairs: impl IntoIterator<Item = (&'static str, Document)>) -> Document {
    Document::Object(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect::<Fields>())
}

/// The text of a member.
pub(super) fn text<'d>(document: &'d Document, key: &str) -> Option<&'d str> {
    document.get(key)?.as_str()
}

/// The elements of a member; none if it is absent.
pub(super) fn items<'d>(document: &'d Document, key: &str) -> &'d [Document] {
    document.get(key).and_then(Document::as_list).unwrap_or_default()
}

/// The members of an object with these names, as they are.
pub(super) fn copied(document: &Document, names: &[&'static str]) -> Vec<(&'static str, Document)> {
    names.iter().filter_map(|name| Some((*name, document.get(name)?.clone()))).collect()
}
