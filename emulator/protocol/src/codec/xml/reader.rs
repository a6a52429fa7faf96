//! XML elements to documents, led by shapes, from a stream of events.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use standin_model::{
    Document, Fields, Items, Key, Member, Service, ShapeKind, Structure, TimestampFormat,
};

use super::{MAX_DEPTH, Naming, flat_name};
use crate::ParseError;
use crate::codec::text::Scalar;
use crate::codec::{self, Scope, Strictness};

/// Reads an XML body of a service; refuses document types, and with them entities of one's own.
pub(crate) struct Reader<'b> {
    events: quick_xml::Reader<&'b [u8]>,
    service: &'static Service,
    strictness: Strictness,
    naming: Naming,
    depth: usize,
}

/// What comes next inside of an element.
enum Next<'b> {
    Element(BytesStart<'b>),
    Text(Cow<'b, str>),
    End,
}

impl<'b> Reader<'b> {
    /// Starts to read a body.
    pub(crate) fn new(
        service: &'static Service,
        strictness: Strictness,
        body: &'b [u8],
    ) -> Result<Self, ParseError> {
        let text = std::str::from_utf8(body)
            .map_err(|error| ParseError::malformed("XML", error.to_string()))?;
        // XML has no such character, and what we read we must be able to write.
        if body.contains(&0) {
            return Err(malformed("a null character"));
        }
        let mut events = quick_xml::Reader::from_str(text);
        events.config_mut().expand_empty_elements = true;
        Ok(Self { events, service, strictness, naming: Naming::Plain, depth: 0 })
    }

    /// The same reader with another choice of names.
    pub(crate) fn named(self, naming: Naming) -> Self {
        Self { naming, ..self }
    }

    /// Reads up to the root element; `None` for a body without any.
    pub(crate) fn root(&mut self) -> Result<Option<BytesStart<'b>>, ParseError> {
        loop {
            match self.next()? {
                Next::Element(start) => return Ok(Some(start)),
                Next::Text(text) if text.trim().is_empty() => {}
                Next::Text(_) => return Err(malformed("text outside of the root")),
                Next::End => return Ok(None),
            }
        }
    }

    /// Reads up to the first child element of the element reached; `None` at its end.
    pub(crate) fn child(&mut self) -> Result<Option<BytesStart<'b>>, ParseError> {
        loop {
            match self.next()? {
                Next::Element(start) => return Ok(Some(start)),
                Next::Text(_) => {}
                Next::End => return Ok(None),
            }
        }
    }

    /// Checks that nothing but space is left.
    pub(crate) fn finish(&mut self) -> Result<(), ParseError> {
        match self.root()? {
            None => Ok(()),
            Some(_) => Err(malformed("a second root")),
        }
    }

    /// Reads the element whose start has just been read as a structure.
    pub(crate) fn structure(
        &mut self,
        structure: &'static Structure,
        start: &BytesStart<'_>,
    ) -> Result<Document, ParseError> {
        let mut fields = Fields::default();
        self.attributes(structure, start, &mut fields)?;
        self.fields(structure, Scope::All, &mut fields)?;
        self.check_union(structure, &fields)?;
        Ok(Document::Object(fields))
    }

    /// Reads the rest of the element reached into a structure's fields.
    pub(crate) fn fields(
        &mut self,
        structure: &'static Structure,
        scope: Scope,
        fields: &mut Fields,
    ) -> Result<(), ParseError> {
        let mut next = 0;
        while let Some(start) = self.child()? {
            let name = start.local_name();
            let found = self.find(structure, next, name.as_ref());
            let Some(index) = found.filter(|index| scope.holds(&structure.members[*index])) else {
                self.skip()?;
                continue;
            };
            next = index;
            self.field(structure, &structure.members[index], &start, fields)?;
        }
        fields.iter().filter_map(|(_, value)| value.as_object()).try_for_each(distinct)
    }

    /// Skips the rest of the element whose start has just been read.
    pub(crate) fn skip(&mut self) -> Result<(), ParseError> {
        let outside = self.depth - 1;
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    /// Skips what is left of the element reached.
    pub(crate) fn rest(&mut self) -> Result<(), ParseError> {
        while self.child()?.is_some() {
            self.skip()?;
        }
        Ok(())
    }

    /// Reads the text of the element whose start has just been read.
    pub(crate) fn text(&mut self) -> Result<Cow<'b, str>, ParseError> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.next()? {
                Next::Text(part) if text.is_empty() => text = part,
                Next::Text(part) => text.to_mut().push_str(&part),
                Next::Element(_) if self.strictness == Strictness::Lenient => self.skip()?,
                Next::Element(start) => {
                    let name = start.local_name();
                    let name = name.as_ref();
                    return Err(malformed(format!("element {name} in place of text")));
                }
                Next::End => return Ok(text),
            }
        }
    }

    /// Reads the element whose start has just been read as a member's value.
    pub(crate) fn value(
        &mut self,
        member: &'static Member,
        start: &BytesStart<'_>,
    ) -> Result<Document, ParseError> {
        let shape = self.service.shape(member.shape);
        match &shape.kind {
            ShapeKind::Structure(structure) => self.structure(structure, start),
            ShapeKind::List(element) => self.list(element),
            ShapeKind::Map(key, element) => self.map(key, element),
            ShapeKind::Document => Err(ParseError::value("documents have no XML form")),
            _ => self.scalar(member),
        }
    }

    /// The member that an element stands for, tried first at the place of the last one.
    ///
    /// A flattened list whose shape names its elements may come under that name, if no member has it.
    fn find(&self, structure: &Structure, next: usize, name: &str) -> Option<usize> {
        let members = &structure.members;
        let is_name =
            |member: &Member| !member.xml_attribute && is_local(self.naming.of(member), name);
        let flat = |member: &Member| flat_name(self.service.shape(member.shape), member);
        let after = members.iter().skip(next).take(2).position(is_name).map(|offset| next + offset);
        after
            .or_else(|| members.iter().position(is_name))
            .or_else(|| members.iter().position(|member| flat(member) == Some(name)))
    }

    fn field(
        &mut self,
        structure: &'static Structure,
        member: &'static Member,
        start: &BytesStart<'_>,
        fields: &mut Fields,
    ) -> Result<(), ParseError> {
        let shape = self.service.shape(member.shape);
        if !member.flattened && !shape.flattened {
            let value = self.value(member, start)?;
            return push_once(structure, member, value, fields);
        }
        match &shape.kind {
            ShapeKind::List(element) => {
                let item = self.value(element, start)?;
                match fields.get_mut(member.name) {
                    Some(Document::List(items)) => items.push(item),
                    _ => fields.push(member.name, Document::list(vec![item])),
                }
            }
            ShapeKind::Map(key, element) => {
                let entry = self.entry(key, element)?;
                match fields.get_mut(member.name) {
                    Some(Document::Object(entries)) => {
                        if let Some((key, value)) = entry {
                            entries.push(key, value);
                        }
                    }
                    _ => fields.push(member.name, Document::Object(entry.into_iter().collect())),
                }
            }
            _ => fields.push(member.name, self.value(member, start)?),
        }
        Ok(())
    }

    /// Reads the members that are attributes of an element.
    pub(crate) fn attributes(
        &mut self,
        structure: &'static Structure,
        start: &BytesStart<'_>,
        fields: &mut Fields,
    ) -> Result<(), ParseError> {
        for member in structure.members.iter().filter(|member| member.xml_attribute) {
            let wanted = local(member.wire_name());
            for attribute in start.attributes() {
                let attribute = attribute.map_err(|error| malformed(error.to_string()))?;
                if attribute.key.local_name().as_ref() == wanted {
                    let text = attribute
                        .normalized_value(XmlVersion::Implicit1_0)
                        .map_err(|error| malformed(error.to_string()))?;
                    let scalar = Scalar::of(self.service, member, TimestampFormat::Iso8601);
                    fields.insert(member.name, scalar.parse(text, self.strictness)?);
                }
            }
        }
        Ok(())
    }

    fn check_union(&self, structure: &Structure, fields: &Fields) -> Result<(), ParseError> {
        let whole = !structure.union || self.strictness == Strictness::Lenient || fields.len() == 1;
        if whole { Ok(()) } else { Err(ParseError::value("a union takes exactly one member")) }
    }

    fn list(&mut self, element: &'static Member) -> Result<Document, ParseError> {
        let mut items = Items::new();
        while let Some(start) = self.child()? {
            items.push(self.value(element, &start)?);
        }
        Ok(Document::List(items))
    }

    fn map(
        &mut self,
        key: &'static Member,
        element: &'static Member,
    ) -> Result<Document, ParseError> {
        let mut fields = Fields::default();
        while self.child()?.is_some() {
            if let Some((key, value)) = self.entry(key, element)? {
                fields.push(key, value);
            }
        }
        distinct(&fields)?;
        Ok(Document::Object(fields))
    }

    /// Reads the entry of a map whose start has just been read.
    fn entry(
        &mut self,
        key: &'static Member,
        element: &'static Member,
    ) -> Result<Option<(Key, Document)>, ParseError> {
        let (mut name, mut value) = (None, None);
        while let Some(start) = self.child()? {
            let tag = start.local_name();
            let tag = tag.as_ref();
            if tag == key.location_name.unwrap_or("key") {
                name = Some(Key::from(self.text()?));
            } else if tag == element.location_name.unwrap_or("value") {
                value = Some(self.value(element, &start)?);
            } else {
                self.skip()?;
            }
        }
        Ok(name.zip(value))
    }

    fn scalar(&mut self, member: &'static Member) -> Result<Document, ParseError> {
        let scalar = Scalar::of(self.service, member, TimestampFormat::Iso8601);
        let text = self.text()?;
        match scalar.shape.kind {
            ShapeKind::String => Ok(Document::String(text.into_owned())),
            ShapeKind::Timestamp => codec::scalar::parse_any_timestamp(text.trim()).map_or_else(
                || scalar.parse(text, self.strictness),
                |t| Ok(Document::Timestamp(t)),
            ),
            ShapeKind::Blob => {
                let compact: String = text.split_ascii_whitespace().collect();
                scalar.parse(compact.into(), self.strictness)
            }
            _ => scalar.parse(Cow::Owned(text.trim().to_owned()), self.strictness),
        }
    }

    fn next(&mut self) -> Result<Next<'b>, ParseError> {
        loop {
            let event = self.events.read_event().map_err(|error| malformed(error.to_string()))?;
            return Ok(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(ParseError::TooDeep);
                    }
                    Next::Element(start)
                }
                Event::End(_) => {
                    self.depth -= 1;
                    Next::End
                }
                Event::Text(text) => Next::Text(text.xml10_content()),
                Event::CData(text) => Next::Text(text.xml10_content()),
                Event::GeneralRef(reference) => Next::Text(Cow::Owned(resolve(&reference)?)),
                Event::DocType(_) => return Err(malformed("document types are refused")),
                Event::Eof if self.depth > 0 => return Err(malformed("unexpected end")),
                Event::Eof => Next::End,
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            });
        }
    }
}

/// Sets a member. S3 has members of which one is the first of the other's elements, under one name: a
/// second element makes them elements of the list.
fn push_once(
    structure: &'static Structure,
    member: &'static Member,
    value: Document,
    fields: &mut Fields,
) -> Result<(), ParseError> {
    let mut others = structure.members.iter().filter(|other| other.name != member.name);
    let list = others.find(|other| other.wire_name() == member.wire_name());
    match (list, fields.remove(member.name)) {
        (None, None) => fields.push(member.name, value),
        (None, Some(_)) => {
            return Err(malformed(format!("element {} stands twice", member.name)));
        }
        (Some(list), first) => match (fields.get_mut(list.name), first) {
            (Some(Document::List(items)), _) => items.push(value),
            (_, None) => fields.push(member.name, value),
            (_, Some(first)) => fields.push(list.name, Document::list(vec![first, value])),
        },
    }
    Ok(())
}

fn distinct(fields: &Fields) -> Result<(), ParseError> {
    codec::distinct(fields).map_err(|key| malformed(format!("duplicate key {key}")))
}

fn malformed(detail: impl Into<String>) -> ParseError {
    ParseError::malformed("XML", detail)
}

/// The text of a reference to a character, or to one of the five entities that XML has.
fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Result<String, ParseError> {
    let character = reference.resolve_char_ref().map_err(|error| malformed(error.to_string()))?;
    if let Some(character) = character {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    quick_xml::escape::resolve_xml_entity(&name)
        .map(str::to_owned)
        .ok_or_else(|| malformed(format!("unknown entity {name}")))
}

/// Whether a name without its prefix is another; few names have a prefix.
fn is_local(full: &str, name: &str) -> bool {
    full == name || full.strip_suffix(name).is_some_and(|prefix| prefix.ends_with(':'))
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
