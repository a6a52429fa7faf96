//! Form parameters to documents, led by shapes.

use std::borrow::Cow;
use std::cmp::Ordering;

use percent_encoding::percent_decode;
use standin_model::{
    Document, Fields, Member, Service, Shape, ShapeKind, Structure, TimestampFormat,
};

use super::{Capital, Dialect, MAX_DEPTH, flat_element_name, is_flat};
use crate::ParseError;
use crate::codec::text::Scalar;
use crate::codec::{self, Strictness};

/// A parameter's name and value, decoded.
type Pair<'b> = (Cow<'b, str>, Cow<'b, str>);

/// The parameters of a request, sorted by name.
pub(crate) struct Form<'b>(Vec<Pair<'b>>);

impl<'b> Form<'b> {
    /// Reads the parameters of a query string and a body, which may share them; the body's win.
    pub(crate) fn parse(query: &'b str, body: &'b [u8]) -> Result<Self, ParseError> {
        let mut pairs = pairs(query.as_bytes())?;
        let own = pairs.len();
        pairs.extend(self::pairs(body)?);
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        order.sort_by(|&a, &b| pairs[a].0.cmp(&pairs[b].0));
        let mut sorted: Vec<Pair<'b>> = Vec::with_capacity(pairs.len());
        let mut last_from_query = false;
        for index in order {
            let pair = std::mem::take(&mut pairs[index]);
            match sorted.last_mut() {
                Some(last) if last.0 == pair.0 && last_from_query && index >= own => *last = pair,
                Some(last) if last.0 == pair.0 => {
                    return Err(malformed(format!("duplicate parameter {}", pair.0)));
                }
                _ => sorted.push(pair),
            }
            last_from_query = index < own;
        }
        Ok(Self(sorted))
    }

    fn root(&self) -> Node<'_, 'b> {
        Node { pairs: &self.0, prefix: 0, value: None }
    }
}

/// Reads the parameters of a form or query string, in their order.
pub(crate) fn pairs(text: &[u8]) -> Result<Vec<Pair<'_>>, ParseError> {
    let parts = text.split(|&byte| byte == b'&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let equals = part.iter().position(|&byte| byte == b'=');
            let (key, value) = match equals {
                Some(at) => (&part[..at], &part[at + 1..]),
                None => (part, &part[part.len()..]),
            };
            let key = decode(key)?;
            if key.bytes().filter(|&byte| byte == b'.').count() > MAX_DEPTH {
                return Err(ParseError::TooDeep);
            }
            Ok((key, decode(value)?))
        })
        .collect()
}

/// Decodes a form's text, in which a plus is a space.
pub(crate) fn decode(raw: &[u8]) -> Result<Cow<'_, str>, ParseError> {
    let decoded: Cow<'_, [u8]> = if raw.contains(&b'+') {
        let spaced: Vec<u8> =
            raw.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
        Cow::Owned(percent_decode(&spaced).collect())
    } else {
        percent_decode(raw).into()
    };
    match decoded {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).ok(),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).ok(),
    }
    .ok_or_else(|| malformed("text is not UTF-8".to_owned()))
}

fn malformed(detail: String) -> ParseError {
    ParseError::malformed("form", detail)
}

/// The parameters whose names begin with a path: a range of the sorted ones.
#[derive(Clone, Copy)]
struct Node<'f, 'b> {
    /// The parameters below this path.
    pairs: &'f [Pair<'b>],
    /// How much of each name is this path, its dot included.
    prefix: usize,
    /// The value of the path itself.
    value: Option<&'f str>,
}

impl<'f> Node<'f, '_> {
    /// What stands at a further step of the path.
    fn child(self, step: &str) -> Option<Self> {
        let prefix = self.prefix;
        let exact = self
            .pairs
            .binary_search_by(|pair| pair.0.as_bytes()[prefix..].cmp(step.as_bytes()))
            .ok();
        let start = self
            .pairs
            .partition_point(|pair| below(&pair.0.as_bytes()[prefix..], step) == Ordering::Less);
        let length = self.pairs[start..]
            .partition_point(|pair| below(&pair.0.as_bytes()[prefix..], step) == Ordering::Equal);
        let value = exact.map(|index| self.pairs[index].1.as_ref());
        (value.is_some() || length > 0).then(|| Self {
            pairs: &self.pairs[start..start + length],
            prefix: self.prefix + step.len() + 1,
            value,
        })
    }

    /// The numbered steps from here, in the order of their numbers.
    fn numbered(self) -> Vec<Self> {
        let mut steps: Vec<(u64, &'f str)> = Vec::new();
        for (name, _) in self.pairs {
            let step = name[self.prefix..].split('.').next().unwrap_or_default();
            if let Ok(number) = step.parse() {
                steps.push((number, step));
            }
        }
        steps.sort_unstable();
        steps.dedup();
        steps.into_iter().filter_map(|(_, step)| self.child(step)).collect()
    }
}

/// Where a name stands relative to the names below a step (`step.`).
fn below(rest: &[u8], step: &str) -> Ordering {
    let step = step.as_bytes();
    let shared = rest.len().min(step.len());
    match rest[..shared].cmp(&step[..shared]) {
        Ordering::Equal if rest.len() > step.len() => rest[step.len()].cmp(&b'.'),
        Ordering::Equal => Ordering::Less,
        unequal => unequal,
    }
}

/// Reads the input of a service's operation from a form.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) service: &'static Service,
    pub(crate) dialect: Dialect,
}

impl Reader {
    /// Reads a structure from all parameters.
    pub(crate) fn parse(
        self,
        shape: &'static Shape,
        form: &Form<'_>,
    ) -> Result<Document, ParseError> {
        match &shape.kind {
            ShapeKind::Structure(structure) => self.structure(structure, form.root()),
            _ => Ok(Document::empty()),
        }
    }

    fn structure(
        self,
        structure: &'static Structure,
        node: Node<'_, '_>,
    ) -> Result<Document, ParseError> {
        let mut fields = Fields::default();
        for member in &structure.members {
            if let Some(child) = self.member_node(member, node)
                && let Some(value) = self.member(member, child)?
            {
                fields.push(member.name, value);
            }
        }
        Ok(Document::Object(fields))
    }

    fn member_node<'f, 'b>(self, member: &Member, node: Node<'f, 'b>) -> Option<Node<'f, 'b>> {
        let shape = self.service.shape(member.shape);
        let flat_name = match self.dialect {
            Dialect::Query => flat_element_name(member, shape),
            Dialect::Ec2 => None,
        };
        if let Some(child) = flat_name.and_then(|name| node.child(name)) {
            return Some(child);
        }
        match self.dialect.member(member) {
            (name, Capital::AsIs) => node.child(name),
            (name, Capital::First) => node.child(&super::writer::capitalised(name)),
        }
    }

    fn member(
        self,
        member: &'static Member,
        node: Node<'_, '_>,
    ) -> Result<Option<Document>, ParseError> {
        let shape = self.service.shape(member.shape);
        match &shape.kind {
            ShapeKind::Structure(structure) => self.structure(structure, node).map(Some),
            ShapeKind::List(element) => {
                let nodes = match (self.dialect, is_flat(member, shape)) {
                    (Dialect::Query, false) => {
                        wrapped(node, element.location_name.unwrap_or("member"))
                    }
                    _ => node,
                };
                self.list(element, nodes).map(Some)
            }
            ShapeKind::Map(key, value) => {
                let nodes = if is_flat(member, shape) { node } else { wrapped(node, "entry") };
                self.map(key, value, nodes).map(Some)
            }
            ShapeKind::Document => Err(ParseError::value("documents have no form")),
            _ => node.value.map(|text| self.scalar(member, text)).transpose(),
        }
    }

    fn list(self, element: &'static Member, node: Node<'_, '_>) -> Result<Document, ParseError> {
        let mut items = Vec::new();
        for item in node.numbered() {
            items.extend(self.member(element, item)?);
        }
        Ok(Document::List(items))
    }

    fn map(
        self,
        key: &'static Member,
        value: &'static Member,
        node: Node<'_, '_>,
    ) -> Result<Document, ParseError> {
        let mut fields = Fields::default();
        for entry in node.numbered() {
            let name = entry.child(key.location_name.unwrap_or("key"));
            let value_node = entry.child(value.location_name.unwrap_or("value"));
            let (Some(name), Some(value_node)) = (name, value_node) else { continue };
            if let (Some(name), Some(item)) = (name.value, self.member(value, value_node)?) {
                fields.push(name.to_owned(), item);
            }
        }
        codec::distinct(&fields).map_err(|key| malformed(format!("duplicate key {key}")))?;
        Ok(Document::Object(fields))
    }

    fn scalar(self, member: &'static Member, text: &str) -> Result<Document, ParseError> {
        let scalar = Scalar::of(self.service, member, TimestampFormat::Iso8601);
        match scalar.shape.kind {
            // Requests written by hand spell these in many ways, and AWS takes them.
            ShapeKind::Boolean => {
                scalar.parse(text.to_ascii_lowercase().into(), Strictness::Strict)
            }
            ShapeKind::Timestamp => codec::scalar::parse_any_timestamp(text)
                .map(Document::Timestamp)
                .ok_or_else(|| ParseError::value(format!("{} is no timestamp", member.name))),
            _ => scalar.parse(text.into(), Strictness::Strict),
        }
    }
}

/// The node below a wrapper; the node itself where a client leaves the wrapper out.
fn wrapped<'f, 'b>(node: Node<'f, 'b>, wrapper: &str) -> Node<'f, 'b> {
    node.child(wrapper).unwrap_or(node)
}
