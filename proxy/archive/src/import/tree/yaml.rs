//! Trees from YAML. Tags say how a scalar is read, and never what is run.
//!
//! Known are `!!binary` (Ruby writes `!binary`), `!!str` and Python's names of it, and the header names that multidict
//! pickles as objects of one text. All other tags are passed over: what they are on is read as if they weren't there.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use granit_parser::{Event, Parser, ScalarStyle, Tag};

use super::Tree;

/// How many times the file's size aliases may stand for, so that no few lines unfold to gigabytes.
const UNFOLDED: usize = 16;

/// What aliases of a small file may stand for, in bytes.
const ALLOWANCE: usize = 16 * 1024;

/// What a value takes besides its text, roughly, in bytes.
const OVERHEAD: usize = 64;

/// The name that Python's YAML gives the header names of aiohttp and its kin.
const HEADER_NAME: &str = "python/object/apply:multidict._multidict.istr";

pub(super) fn read(content: &[u8]) -> Result<Tree, String> {
    let text = std::str::from_utf8(content).map_err(|_| "not UTF-8 text".to_owned())?;
    let mut builder = Builder {
        open: Vec::new(),
        root: None,
        anchors: HashMap::new(),
        budget: text.len().saturating_mul(UNFOLDED) + ALLOWANCE,
    };
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| format!("not YAML: {error}"))?;
        builder.take(event)?;
    }
    builder.root.ok_or_else(|| "nothing is in it".to_owned())
}

/// A list or map that is not at its end.
struct Open {
    tree: Tree,
    key: Option<Box<str>>,
    anchor: usize,
    is_header_name: bool,
}

/// Puts events together to a tree, with a stack of its own: the parser bounds its depth.
struct Builder {
    open: Vec<Open>,
    root: Option<Tree>,
    anchors: HashMap<usize, Tree>,
    /// How many bytes aliases may still stand for.
    budget: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                Err("more than one YAML document is in it".to_owned())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tree = scalar(&text, style, tag.as_deref())?;
                self.put(tree, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                let is_header_name = tag.is_some_and(|tag| tag.suffix() == HEADER_NAME);
                let tree = Tree::List(Vec::new());
                self.open.push(Open { tree, key: None, anchor, is_header_name });
                Ok(())
            }
            Event::MappingStart(_, anchor, _) => {
                let tree = Tree::Map(Vec::new());
                self.open.push(Open { tree, key: None, anchor, is_header_name: false });
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let tree = self.anchors.get(&anchor).ok_or("an alias of what isn't whole yet")?;
                let size = size(tree);
                let left = self.budget.checked_sub(size);
                self.budget = left.ok_or("its aliases stand for far more than the file holds")?;
                let tree = tree.clone();
                self.put(tree, 0)
            }
            _ => Ok(()),
        }
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(Open { tree, anchor, is_header_name, .. }) = self.open.pop() else {
            return Ok(());
        };
        let tree = match tree {
            Tree::List(mut items) if is_header_name && items.len() == 1 => items.remove(0),
            tree => tree,
        };
        self.put(tree, anchor)
    }

    /// Puts a whole value where it belongs: at the root, into a list, or into a map as key or value.
    fn put(&mut self, tree: Tree, anchor: usize) -> Result<(), String> {
        if anchor != 0 {
            let left = self.budget.checked_sub(size(&tree));
            self.budget = left.ok_or("its anchors hold far more than the file does")?;
            self.anchors.insert(anchor, tree.clone());
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(tree);
            return Ok(());
        };
        match (&mut parent.tree, parent.key.take()) {
            (Tree::Map(fields), Some(key)) => fields.push((key, tree)),
            (Tree::Map(_), None) => {
                // A null key is YAML's way to say an empty one.
                let key = if tree == Tree::Null { Some("".into()) } else { tree.text() };
                parent.key = Some(key.ok_or("a key is not text")?.into());
            }
            (Tree::List(items), _) => items.push(tree),
            _ => {}
        }
        Ok(())
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Tree, String> {
    match tag.map(Tag::suffix) {
        Some("binary") => {
            let dense: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            let bytes = STANDARD.decode(dense).map_err(|error| format!("!!binary: {error}"))?;
            Ok(Tree::Bytes(bytes.into()))
        }
        None if style == ScalarStyle::Plain => Ok(plain(text)),
        _ => Ok(Tree::Text(text.into())),
    }
}

/// A scalar without quotes, by YAML's core schema; what its older schema had besides (`yes`, `0o17`) is text.
fn plain(text: &str) -> Tree {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Tree::Null,
        "true" | "True" | "TRUE" => Tree::Boolean(true),
        "false" | "False" | "FALSE" => Tree::Boolean(false),
        _ if is_number(text) => Tree::Number(text.into()),
        _ => Tree::Text(text.into()),
    }
}

fn is_number(text: &str) -> bool {
    let starts = text.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit());
    starts && text.parse::<f64>().is_ok()
}

fn size(tree: &Tree) -> usize {
    OVERHEAD
        + match tree {
            Tree::Null | Tree::Boolean(_) => 0,
            Tree::Number(text) | Tree::Text(text) => text.len(),
            Tree::Bytes(bytes) => bytes.len(),
            Tree::List(items) => items.iter().map(size).sum(),
            Tree::Map(fields) => fields.iter().map(|(key, value)| key.len() + size(value)).sum(),
        }
}
