//! The members of the body's objects, taken one by one.

use std::str::FromStr;

use super::{ReadError, invalid};
use crate::json::Json;

/// A JSON value and the way to it.
pub(super) struct Node {
    pub(super) json: Json,
    pub(super) path: String,
}

/// An object whose members are taken one by one; what is left over at the end is an error.
pub(super) struct Object {
    pub(super) members: Vec<(String, Json)>,
    pub(super) path: String,
    /// A later minor version may have members that we don't know.
    pub(super) lenient: bool,
}

impl Node {
    pub(super) fn object(self) -> Result<Object, ReadError> {
        Object::new(self.json, self.path)
    }

    pub(super) fn text(self) -> Result<String, ReadError> {
        match self.json {
            Json::String(text) => Ok(text),
            other => Err(invalid(&self.path, format!("{} instead of string", other.kind()))),
        }
    }
}

impl Object {
    pub(super) fn new(json: Json, path: String) -> Result<Self, ReadError> {
        match json {
            Json::Object(members) => Ok(Self { members, path, lenient: false }),
            other => Err(invalid(&path, format!("{} instead of object", other.kind()))),
        }
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Node> {
        let index = self.members.iter().position(|(key, _)| key == name)?;
        let (_, json) = self.members.remove(index);
        let path =
            if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Some(Node { json, path })
    }

    pub(super) fn need(&mut self, name: &str) -> Result<Node, ReadError> {
        self.take(name).ok_or_else(|| invalid(&self.path, format!("`{name}` is missing")))
    }

    pub(super) fn text(&mut self, name: &str) -> Result<String, ReadError> {
        self.need(name)?.text()
    }

    pub(super) fn optional_text(&mut self, name: &str) -> Result<Option<String>, ReadError> {
        self.take(name).map(Node::text).transpose()
    }

    pub(super) fn number<T: FromStr>(&mut self, name: &str) -> Result<T, ReadError> {
        let number = self.optional_number(name)?;
        number.ok_or_else(|| invalid(&self.path, format!("`{name}` is missing")))
    }

    pub(super) fn optional_number<T: FromStr>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, ReadError> {
        let Some(node) = self.take(name) else { return Ok(None) };
        let Json::Number(text) = node.json else {
            return Err(invalid(&node.path, format!("{} instead of number", node.json.kind())));
        };
        let number =
            text.parse().map_err(|_| invalid(&node.path, format!("`{text}` is out of range")))?;
        Ok(Some(number))
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<bool, ReadError> {
        match self.take(name) {
            None => Ok(false),
            Some(Node { json: Json::Boolean(value), .. }) => Ok(value),
            Some(node) => Err(invalid(&node.path, "not a boolean")),
        }
    }

    pub(super) fn array(&mut self, name: &str) -> Result<Option<Vec<Node>>, ReadError> {
        let Some(node) = self.take(name) else { return Ok(None) };
        let Json::Array(items) = node.json else {
            return Err(invalid(&node.path, format!("{} instead of array", node.json.kind())));
        };
        let items = items.into_iter().enumerate();
        let nodes =
            items.map(|(index, json)| Node { json, path: format!("{}[{index}]", node.path) });
        Ok(Some(nodes.collect()))
    }

    pub(super) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, ReadError> {
        let items = self.array(name)?;
        items.map(|items| items.into_iter().map(Node::text).collect()).transpose()
    }

    pub(super) fn into_members(self) -> impl Iterator<Item = (String, Node)> {
        let path = self.path;
        self.members.into_iter().map(move |(key, json)| {
            let path = format!("{path}.{key}");
            (key, Node { json, path })
        })
    }

    pub(super) fn finish(self) -> Result<(), ReadError> {
        match self.members.first() {
            Some((key, _)) if !self.lenient => {
                Err(invalid(&self.path, format!("unknown member `{key}`")))
            }
            _ => Ok(()),
        }
    }
}
