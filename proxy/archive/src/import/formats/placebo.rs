//! placebo's answers: `SERVICE.Operation_N.json`, with `status_code` and the `data` that boto3 gave.

use std::path::Path;

use super::super::entry::{Entry, Lone};
use super::super::tree::Tree;
use super::bodies;

pub(super) fn fits(tree: &Tree, path: &Path) -> bool {
    tree.has(&["status_code", "data"]) && name(path).is_some()
}

/// Service, operation and ordinal of a file's name.
pub(in super::super) fn name(path: &Path) -> Option<(&str, &str, u32)> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".json")?;
    let (service, rest) = stem.split_once('.')?;
    let (operation, ordinal) = rest.rsplit_once('_')?;
    Some((service, operation, ordinal.parse().ok()?))
}

pub(super) fn read(tree: &Tree, path: &Path) -> Vec<Entry> {
    let lone = || -> Result<Lone, String> {
        let (service, operation, _) = name(path).ok_or("its name names no operation")?;
        Ok(Lone {
            service: service.to_owned(),
            operations: vec![operation.to_owned()],
            status: bodies::status(tree.get("status_code"))?,
            data: tree.get("data").cloned(),
            ..Lone::default()
        })
    };
    vec![lone().map_or_else(Entry::Unusable, |lone| Entry::Answer(Box::new(lone)))]
}
