//! What a file holds: sections, one for each recording, of passages and lone answers.

use standin_model::Timestamp;

use super::Passage;
use super::raw::{Headers, Raw, RawRequest, RawResponse};
use super::tree::Tree;

/// What becomes one recording.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// Its name in the file, where one file holds several.
    pub(super) name: Option<String>,
    pub(super) entries: Vec<Entry>,
}

/// One of the exchanges of a file.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    /// A request and its answer.
    Passage(Box<Passage>),
    /// An answer whose request the format doesn't keep.
    Answer(Box<Lone>),
    /// Nothing that could be used, and why.
    Unusable(String),
}

/// An answer as a client library showed it: members by name, and no wire.
#[derive(Clone, Debug, Default)]
pub(super) struct Lone {
    /// botocore's name of the service, or the label that its endpoint begins with.
    pub(super) service: String,
    /// Names that the operation may have; the first that fits the service is it.
    pub(super) operations: Vec<String>,
    /// Whether an operation may be told by the members of the answer, where no name fits.
    pub(super) by_members: bool,
    pub(super) status: u16,
    /// The output as the library gave it, `Error` and `ResponseMetadata` included.
    pub(super) data: Option<Tree>,
    /// The input, of formats that keep it.
    pub(super) input: Option<Tree>,
    /// When it was answered, if the file says so apart from the answer.
    pub(super) date: Option<Timestamp>,
    /// Whether `<name:n>` in it stands for a value.
    pub(super) has_placeholders: bool,
}

impl Section {
    /// A file's only section.
    pub(super) fn only(entries: Vec<Entry>) -> Vec<Self> {
        vec![Self { name: None, entries }]
    }
}

impl Entry {
    /// The passage that was read, or why there is none.
    pub(super) fn of(raw: Result<Raw, String>) -> Self {
        match raw.and_then(Raw::passage) {
            Ok(passage) => Self::Passage(Box::new(passage)),
            Err(reason) => Self::Unusable(reason),
        }
    }
}

/// A request whose method, address (under `url` or `uri`) and headers stand in a map.
pub(super) fn request(tree: &Tree, body: Vec<u8>) -> Result<RawRequest, String> {
    let url = if tree.has(&["url"]) { "url" } else { "uri" };
    Ok(RawRequest {
        method: tree.need_text("method")?.into_owned(),
        url: tree.need_text(url)?.into_owned(),
        headers: headers(tree.get("headers")),
        body,
        drops_signature: false,
    })
}

/// An answer whose headers stand in a map.
pub(super) fn response(
    status: Option<&Tree>,
    tree: &Tree,
    body: Vec<u8>,
) -> Result<RawResponse, String> {
    let status = status.and_then(Tree::integer).and_then(|status| u16::try_from(status).ok());
    let status = status.ok_or("the status is missing")?;
    Ok(RawResponse { status, headers: headers(tree.get("headers")), body })
}

/// Headers in any of the ways formats write them: a map of texts or lists, a list of pairs, of names and values by
/// turns, or of maps with `name` and `value`.
pub(super) fn headers(tree: Option<&Tree>) -> Headers {
    match tree {
        Some(Tree::Map(fields)) => {
            let each = |(name, values): &(Box<str>, Tree)| {
                let values = match values {
                    Tree::List(values) => values.iter().filter_map(header).collect(),
                    value => Vec::from_iter(header(value)),
                };
                values.into_iter().map(|value| (name.to_string(), value)).collect::<Vec<_>>()
            };
            fields.iter().flat_map(each).collect()
        }
        Some(Tree::List(items)) if items.iter().all(|item| item.text().is_some()) => {
            let pair = |pair: &[Tree]| Some((pair.first()?.text()?.into(), header(pair.get(1)?)?));
            items.chunks(2).filter_map(pair).collect()
        }
        Some(Tree::List(items)) => items.iter().filter_map(pair).collect(),
        _ => Headers::new(),
    }
}

fn pair(item: &Tree) -> Option<(String, Vec<u8>)> {
    match item {
        Tree::List(parts) => Some((parts.first()?.text()?.into(), header(parts.get(1)?)?)),
        named => Some((named.get("name")?.text()?.into(), header(named.get("value")?)?)),
    }
}

fn header(value: &Tree) -> Option<Vec<u8>> {
    value.bytes().map(std::borrow::Cow::into_owned)
}
