//! Form parameters to documents, led by shapes.

use std::borrow::Cow;
use std::cmp::Ordering;

use percent_encoding::percent_decode;
use standin_model::{
    Document, Fields, Items, Member, Service, Shape, ShapeKind, Structure, TimestampFormat,
};

use super::{Capital, Dialect, MAX_DEPTH, flat_element_name, is_flat};
use crate::ParseError;
use crate::codec::text::Scalar;
use crate::codec::{self, Strictness};

/// A parameter: its name decoded, its value as it was sent, but known to be text.
type Pair<'b> = (&'b str, &'b [u8]);

/// A parameter, decoded.
type Decoded<'b> = (Cow<'b, str>, Cow<'b, str>);

/// The parameters of a request, sorted by name.
pub(crate) struct Form<'b>(Vec<Pair<'b>>);

impl<'b> Form<'b> {
    /// Reads the parameters of a query string and a body, which may share them; the body's win.
    ///
    /// `names` holds the names that are escaped, which are few.
    pub(crate) fn parse(
        query: &'b str,
        body: &'b [u8],
        names: &'b mut String,
    ) -> Result<Self, ParseError> {
        let mut pairs = Vec::with_capacity(parts(body).count() + parts(query.as_bytes()).count());
        let mut escaped = Vec::new();
        read_pairs(body, &mut pairs, &mut escaped, names)?;
        let own = pairs.len();
        read_pairs(query.as_bytes(), &mut pairs, &mut escaped, names)?;
        let mut rest: &'b str = names;
        for (index, length) in escaped {
            let (name, others) = rest.split_at(length);
            (pairs[index].0, rest) = (name, others);
        }
        sort(&mut pairs[..own])?;
        if own < pairs.len() {
            sort(&mut pairs[own..])?;
            let mut others = pairs.split_off(own);
            others.retain(|pair| pairs.binary_search_by(|own| own.0.cmp(pair.0)).is_err());
            pairs.append(&mut others);
            pairs.sort_unstable_by(|a, b| a.0.cmp(b.0));
        }
        Ok(Self(pairs))
    }

    fn root(&self) -> Node<'_, 'b> {
        Node { pairs: &self.0, prefix: 0, value: None }
    }
}

/// Appends the parameters of a form. Of an escaped name `names` gets the text, and `escaped` the
/// place of the parameter with the text's length.
fn read_pairs<'b>(
    form: &'b [u8],
    pairs: &mut Vec<Pair<'b>>,
    escaped: &mut Vec<(usize, usize)>,
    names: &mut String,
) -> Result<(), ParseError> {
    for part in parts(form) {
        let (key, value) = halves(part);
        let name = match decode(key)? {
            Cow::Borrowed(name) => name,
            Cow::Owned(name) => {
                check_depth(&name)?;
                escaped.push((pairs.len(), name.len()));
                names.push_str(&name);
                ""
            }
        };
        check_depth(name)?;
        check_text(value)?;
        pairs.push((name, value));
    }
    Ok(())
}

/// Sorts parameters by name; none may stand twice.
fn sort(pairs: &mut [Pair<'_>]) -> Result<(), ParseError> {
    pairs.sort_unstable_by(|a, b| a.0.cmp(b.0));
    match pairs.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(twice) => Err(malformed(format!("duplicate parameter {}", twice[0].0))),
        None => Ok(()),
    }
}

/// Reads the parameters of a form or query string, in their order.
pub(crate) fn pairs(text: &[u8]) -> Result<Vec<Decoded<'_>>, ParseError> {
    let pair = |part| {
        let (key, value) = halves(part);
        let key = decode(key)?;
        check_depth(&key)?;
        Ok((key, decode(value)?))
    };
    parts(text).map(pair).collect()
}

fn parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'&').filter(|part| !part.is_empty())
}

fn halves(part: &[u8]) -> (&[u8], &[u8]) {
    match part.iter().position(|&byte| byte == b'=') {
        Some(at) => (&part[..at], &part[at + 1..]),
        None => (part, &part[part.len()..]),
    }
}

fn check_depth(name: &str) -> Result<(), ParseError> {
    let deep = name.bytes().filter(|&byte| byte == b'.').count() > MAX_DEPTH;
    if deep { Err(ParseError::TooDeep) } else { Ok(()) }
}

/// Fails where text decodes to something that is none; ASCII, however it is escaped, needs no decoding.
fn check_text(raw: &[u8]) -> Result<(), ParseError> {
    let high = raw.windows(2).any(|pair| pair[0] == b'%' && !matches!(pair[1], b'0'..=b'7'));
    if raw.is_ascii() && !high { Ok(()) } else { decode(raw).map(drop) }
}

/// Decodes a form's text, in which a plus is a space.
pub(crate) fn decode(raw: &[u8]) -> Result<Cow<'_, str>, ParseError> {
    let escapes = memchr::memchr_iter(b'%', raw).count();
    if escapes == 0 && !raw.contains(&b'+') {
        return text(raw.into());
    }
    let mut decoded = Vec::with_capacity(raw.len().saturating_sub(2 * escapes));
    for (index, part) in raw.split(|&byte| byte == b'+').enumerate() {
        if index > 0 {
            decoded.push(b' ');
        }
        decoded.extend(percent_decode(part));
    }
    text(decoded.into())
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
    /// The value of the path itself, not decoded.
    value: Option<&'f [u8]>,
}

/// A step of a path: a name of which the first letter may have been made a capital.
#[derive(Clone, Copy)]
struct Step<'s> {
    first: u8,
    tail: &'s [u8],
}

impl<'s> Step<'s> {
    /// A step; none that is empty.
    fn new(name: &'s str) -> Option<Self> {
        name.as_bytes().split_first().map(|(&first, tail)| Self { first, tail })
    }

    fn capitalised(self) -> Self {
        Self { first: self.first.to_ascii_uppercase(), ..self }
    }

    fn len(self) -> usize {
        1 + self.tail.len()
    }

    /// Whether a name begins with this step's letters, and what it has after them.
    fn after(self, rest: &[u8]) -> Option<&[u8]> {
        let (first, tail) = rest.split_first()?;
        tail.strip_prefix(self.tail).filter(|_| *first == self.first)
    }

    /// Where a name stands relative to this step.
    fn order(self, rest: &[u8]) -> Ordering {
        match rest.split_first() {
            None => Ordering::Less,
            Some((first, tail)) => first.cmp(&self.first).then_with(|| tail.cmp(self.tail)),
        }
    }

    /// Where a name stands relative to the names below this step (`step.`).
    fn below(self, rest: &[u8]) -> Ordering {
        match self.after(rest) {
            Some([]) => Ordering::Less,
            Some([next, ..]) => next.cmp(&b'.'),
            None => self.order(rest),
        }
    }
}

impl<'f> Node<'f, '_> {
    /// What a name has after this path.
    fn rest<'p>(&self, pair: &'p Pair<'_>) -> &'p [u8] {
        &pair.0.as_bytes()[self.prefix..]
    }

    /// What stands at a further step of the path.
    fn child(self, step: &str) -> Option<Self> {
        self.at(Step::new(step)?)
    }

    fn at(self, step: Step<'_>) -> Option<Self> {
        let first = self.pairs.partition_point(|pair| step.order(self.rest(pair)).is_lt());
        let pairs = &self.pairs[first..];
        // Most members of most structures are absent: one search is all that is spent on them.
        let found = pairs.first()?;
        let value = step.after(self.rest(found))?.is_empty().then_some(found.1);
        let start = pairs.partition_point(|pair| step.below(self.rest(pair)).is_lt());
        let length = pairs[start..].partition_point(|pair| step.below(self.rest(pair)).is_eq());
        (value.is_some() || length > 0).then(|| Self {
            pairs: &pairs[start..start + length],
            prefix: self.prefix + step.len() + 1,
            value,
        })
    }

    /// The next step of a parameter's name.
    fn step(self, pair: &'f Pair<'_>) -> &'f str {
        pair.0[self.prefix..].split('.').next().unwrap_or_default()
    }

    /// How many different steps follow, if none is spelled in two ways; else more.
    fn steps(self) -> usize {
        self.pairs.chunk_by(|a, b| self.step(a) == self.step(b)).count()
    }

    /// The numbered steps from here, in the order of their numbers.
    fn numbered(self) -> Numbered<'f> {
        let count = self.steps();
        let plain = |step: &str| {
            let digits = step.bytes().all(|byte| byte.is_ascii_digit()) && !step.starts_with('0');
            digits && step.parse().is_ok_and(|number: usize| (1..=count).contains(&number))
        };
        if self.pairs.iter().all(|pair| plain(self.step(pair))) {
            return Numbered::All(count);
        }
        let step = |pair| self.step(pair).parse().ok().map(|number| (number, self.step(pair)));
        let mut steps: Vec<(u64, &'f str)> = self.pairs.iter().filter_map(step).collect();
        steps.sort_unstable();
        steps.dedup();
        Numbered::Some(steps)
    }
}

/// The numbered steps from a path.
enum Numbered<'f> {
    /// Those from one to a number, and nothing else.
    All(usize),
    /// Those there are, by number.
    Some(Vec<(u64, &'f str)>),
}

impl<'f> Numbered<'f> {
    fn len(&self) -> usize {
        match self {
            Self::All(count) => *count,
            Self::Some(steps) => steps.len(),
        }
    }

    /// What stands at them, from the path that they were asked of.
    fn nodes<'n, 'b>(&'n self, node: Node<'f, 'b>) -> impl Iterator<Item = Node<'f, 'b>> + 'n
    where
        'b: 'n,
    {
        let mut digits = itoa::Buffer::new();
        (0..self.len()).filter_map(move |index| match self {
            Self::All(_) => node.child(digits.format(index + 1)),
            Self::Some(steps) => node.child(steps[index].1),
        })
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
            ShapeKind::Structure(structure) => {
                // Two parameters name the operation and its version.
                let most = form.root().steps().saturating_sub(2);
                self.structure(structure, form.root(), most)
            }
            _ => Ok(Document::empty()),
        }
    }

    fn structure(
        self,
        structure: &'static Structure,
        node: Node<'_, '_>,
        most: usize,
    ) -> Result<Document, ParseError> {
        let mut fields = Fields::with_capacity(most.min(structure.members.len()));
        for member in &structure.members {
            if let Some(child) = self.member_node(member, node)
                && let Some(value) = self.member(member, child)?
            {
                fields.push(member.name, value);
            }
        }
        fields.trim();
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
            (name, Capital::First) => node.at(Step::new(name)?.capitalised()),
        }
    }

    fn member(
        self,
        member: &'static Member,
        node: Node<'_, '_>,
    ) -> Result<Option<Document>, ParseError> {
        let shape = self.service.shape(member.shape);
        match &shape.kind {
            ShapeKind::Structure(structure) => {
                self.structure(structure, node, node.steps()).map(Some)
            }
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
            _ => node.value.map(|text| self.scalar(member, decode(text)?)).transpose(),
        }
    }

    fn list(self, element: &'static Member, node: Node<'_, '_>) -> Result<Document, ParseError> {
        let numbered = node.numbered();
        let mut items = Items::with_capacity(numbered.len());
        for item in numbered.nodes(node) {
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
        let numbered = node.numbered();
        let mut fields = Fields::with_capacity(numbered.len());
        for entry in numbered.nodes(node) {
            let name = entry.child(key.location_name.unwrap_or("key"));
            let value_node = entry.child(value.location_name.unwrap_or("value"));
            let (Some(name), Some(value_node)) = (name, value_node) else { continue };
            if let (Some(name), Some(item)) = (name.value, self.member(value, value_node)?) {
                fields.push(decode(name)?, item);
            }
        }
        codec::distinct(&fields).map_err(|key| malformed(format!("duplicate key {key}")))?;
        Ok(Document::Object(fields))
    }

    fn scalar(self, member: &'static Member, text: Cow<'_, str>) -> Result<Document, ParseError> {
        let scalar = Scalar::of(self.service, member, TimestampFormat::Iso8601);
        match scalar.shape.kind {
            // Requests written by hand spell these in many ways, and AWS takes them.
            ShapeKind::Boolean => {
                scalar.parse(text.to_ascii_lowercase().into(), Strictness::Strict)
            }
            ShapeKind::Timestamp => codec::scalar::parse_any_timestamp(&text)
                .map(Document::Timestamp)
                .ok_or_else(|| ParseError::value(format!("{} is no timestamp", member.name))),
            _ => scalar.parse(text, Strictness::Strict),
        }
    }
}

/// The node below a wrapper; the node itself where a client leaves the wrapper out.
fn wrapped<'f, 'b>(node: Node<'f, 'b>, wrapper: &str) -> Node<'f, 'b> {
    node.child(wrapper).unwrap_or(node)
}
