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
        let mut sorted = sorted(body)?;
        if !query.is_empty() {
            let shared =
                |pair: &Pair<'b>| sorted.binary_search_by(|own| own.0.cmp(&pair.0)).is_ok();
            let mut others = self::sorted(query.as_bytes())?;
            others.retain(|pair| !shared(pair));
            sorted.append(&mut others);
            sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        }
        Ok(Self(sorted))
    }

    fn root(&self) -> Node<'_, 'b> {
        Node { pairs: &self.0, prefix: 0, value: None }
    }
}

/// The parameters of a form, sorted by name; none may stand twice.
fn sorted(text: &[u8]) -> Result<Vec<Pair<'_>>, ParseError> {
    let mut pairs = pairs(text)?;
    pairs.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    match pairs.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(twice) => Err(malformed(format!("duplicate parameter {}", twice[0].0))),
        None => Ok(pairs),
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
    if !raw.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return text(raw.into());
    }
    let decoded: Cow<'_, [u8]> = if raw.contains(&b'+') {
        let spaced: Vec<u8> =
            raw.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
        Cow::Owned(percent_decode(&spaced).collect())
    } else {
        percent_decode(raw).into()
    };
    text(decoded)
}

fn text(decoded: Cow<'_, [u8]>) -> Result<Cow<'_, str>, ParseError> {
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
    /// What a name has after this path.
    fn rest<'p>(&self, pair: &'p Pair<'_>) -> &'p [u8] {
        &pair.0.as_bytes()[self.prefix..]
    }

    /// What stands at a further step of the path.
    fn child(self, step: &str) -> Option<Self> {
        let first = self.pairs.partition_point(|pair| self.rest(pair) < step.as_bytes());
        let pairs = &self.pairs[first..];
        // Most members of most structures are absent: one search is all that is spent on them.
        let found = pairs.first().filter(|pair| self.rest(pair).starts_with(step.as_bytes()))?;
        let value = (self.rest(found).len() == step.len()).then(|| found.1.as_ref());
        let start = pairs.partition_point(|pair| below(self.rest(pair), step) == Ordering::Less);
        let length =
            pairs[start..].partition_point(|pair| below(self.rest(pair), step) == Ordering::Equal);
        (value.is_some() || length > 0).then(|| Self {
            pairs: &pairs[start..start + length],
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
