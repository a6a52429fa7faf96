//! LocalStack's `*.snapshot.json`: what its tests saw of AWS, by test, with `<name:n>` for what differs.
//!
//! The operation is not recorded. It is told by the name that the test gave the answer (`create_queue`,
//! `put-object-2`), or by the members of the answer where only one operation has them.

use std::path::Path;

use standin_model::{Timestamp, TimestampFormat};

use super::super::entry::{Entry, Lone, Section};
use super::super::tree::Tree;

/// LocalStack's folders that are named otherwise than botocore's services.
const FOLDERS: [(&str, &str); 1] = [("lambda_", "lambda")];

pub(super) fn fits(tree: &Tree) -> bool {
    tree.fields().first().is_some_and(|(_, test)| test.has(&["recorded-content"]))
}

/// One section a test.
pub(super) fn read(tree: &Tree, path: &Path) -> Vec<Section> {
    let service = service(path).unwrap_or_default();
    let section = |(name, test): &(Box<str>, Tree)| Section {
        name: Some(name.split_once("::").map_or(&**name, |(_, name)| name).to_owned()),
        entries: entries(test, &service),
    };
    tree.fields().iter().map(section).collect()
}

/// The folder below `services`, or else what the file's name says (`test_sqs.snapshot.json`).
fn service(path: &Path) -> Option<String> {
    let words: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let below = words.iter().position(|word| word == "services").and_then(|at| words.get(at + 1));
    let folder = match below {
        Some(folder) => folder.to_string(),
        None => {
            let name = words.last()?.strip_suffix(".snapshot.json")?;
            name.strip_prefix("test_").unwrap_or(name).to_owned()
        }
    };
    let known = FOLDERS.iter().find(|(theirs, _)| *theirs == folder);
    Some(known.map_or(folder, |(_, ours)| (*ours).to_owned()))
}

fn entries(test: &Tree, service: &str) -> Vec<Entry> {
    let date = test.get("recorded-date").and_then(Tree::text).and_then(|text| date(&text));
    let entry = |(name, data): &(Box<str>, Tree)| {
        let Some(metadata) = data.get("ResponseMetadata") else {
            return Entry::Unusable("it is no answer of a client".to_owned());
        };
        let status = metadata.get("HTTPStatusCode").and_then(Tree::integer);
        Entry::Answer(Box::new(Lone {
            service: service.to_owned(),
            operations: names(name),
            by_members: true,
            status: status.and_then(|status| u16::try_from(status).ok()).unwrap_or(200),
            data: Some(data.clone()),
            input: None,
            date,
            has_placeholders: true,
        }))
    };
    test.get("recorded-content").map_or(&[][..], Tree::fields).iter().map(entry).collect()
}

/// `18-12-2025, 22:24:13`.
fn date(text: &str) -> Option<Timestamp> {
    let (day, time) = text.split_once(", ")?;
    let mut parts = day.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Timestamp::parse(&format!("{year}-{month}-{day}T{time}Z"), TimestampFormat::Iso8601).ok()
}

/// The names that an operation may have by what a test called its answer: its words from the first on, longest first.
fn names(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphabetic()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    (1..=words.len()).rev().map(|length| words[..length].concat()).collect()
}
