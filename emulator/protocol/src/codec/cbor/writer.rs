//! Documents to CBOR, led by shapes.

use minicbor::data::IanaTag;
use minicbor::encode::Encoder;
use standin_model::{
    Document, Fields, Member, Number, Service, Shape, ShapeKind, Structure, Timestamp,
};

use crate::SerializeError;
use crate::codec::position;
use crate::codec::text::{is_number, kind_name};

/// Writes CBOR bodies of a service. Maps are of indefinite length, as AWS writes them.
pub(crate) struct Writer {
    service: Option<&'static Service>,
    encoder: Encoder<Vec<u8>>,
}

/// Writing to memory does not fail.
const WRITES: &str = "bytes are written to memory";

impl Writer {
    /// Begins a body; without a service only untyped values can be written.
    pub(crate) fn new(service: Option<&'static Service>) -> Self {
        Self { service, encoder: Encoder::new(Vec::with_capacity(256)) }
    }

    /// What has been written.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.encoder.into_writer()
    }

    /// Opens a map.
    pub(crate) fn begin(&mut self) {
        self.encoder.begin_map().expect(WRITES);
    }

    /// Closes a map.
    pub(crate) fn end(&mut self) {
        self.encoder.end().expect(WRITES);
    }

    /// Writes an entry of text into the open map.
    pub(crate) fn text_field(&mut self, key: &str, value: &str) {
        self.encoder.str(key).expect(WRITES);
        self.encoder.str(value).expect(WRITES);
    }

    /// Writes those members of a structure that `select` takes into the open map.
    pub(crate) fn fields(
        &mut self,
        structure: &'static Structure,
        fields: &Fields,
        select: impl Fn(&Member) -> bool,
    ) -> Result<(), SerializeError> {
        let mut next = 0;
        for (key, value) in fields.iter() {
            let index = position(structure, next, key)
                .ok_or_else(|| SerializeError::UnknownMember { at: key.to_string() })?;
            next = index + 1;
            let member = &structure.members[index];
            if select(member) && *value != Document::Null {
                self.encoder.str(member.wire_name()).expect(WRITES);
                self.member(member, value).map_err(|error| error.within(member.name))?;
            }
        }
        Ok(())
    }

    /// Writes a value of a shape.
    pub(crate) fn shape(
        &mut self,
        shape: &'static Shape,
        value: &Document,
    ) -> Result<(), SerializeError> {
        match (&shape.kind, value) {
            (ShapeKind::Structure(structure), Document::Object(fields)) => {
                self.begin();
                self.fields(structure, fields, |_| true)?;
                self.end();
            }
            (ShapeKind::List(element), Document::List(items)) => self.list(element, items)?,
            (ShapeKind::Map(_, element), Document::Object(fields)) => {
                self.map(shape, element, fields)?;
            }
            (ShapeKind::Float, Document::Number(Number::Float(value))) => self.single(*value),
            (ShapeKind::String, Document::String(_))
            | (ShapeKind::Blob, Document::Blob(_))
            | (ShapeKind::Boolean, Document::Boolean(_))
            | (ShapeKind::Timestamp, Document::Timestamp(_))
            | (ShapeKind::Document, _) => self.untyped(value),
            (kind, Document::Number(_)) if is_number(kind) => self.untyped(value),
            (kind, value) => return Err(SerializeError::mismatch(kind_name(kind), value)),
        }
        Ok(())
    }

    /// Writes any value.
    pub(crate) fn untyped(&mut self, value: &Document) {
        let encoder = &mut self.encoder;
        match value {
            Document::Null => drop(encoder.null().expect(WRITES)),
            Document::Boolean(value) => drop(encoder.bool(*value).expect(WRITES)),
            Document::Number(Number::Integer(value)) => drop(encoder.i64(*value).expect(WRITES)),
            Document::Number(Number::Float(value)) => self.double(*value),
            Document::Number(Number::Text(text)) => self.big(text),
            Document::String(text) => drop(encoder.str(text).expect(WRITES)),
            Document::Blob(bytes) => drop(encoder.bytes(bytes).expect(WRITES)),
            Document::Timestamp(timestamp) => self.timestamp(*timestamp),
            Document::List(items) => {
                encoder.array(items.len() as u64).expect(WRITES);
                for item in items {
                    self.untyped(item);
                }
            }
            Document::Object(fields) => {
                self.begin();
                for (key, value) in fields.iter() {
                    self.encoder.str(key).expect(WRITES);
                    self.untyped(value);
                }
                self.end();
            }
        }
    }

    fn member(&mut self, member: &Member, value: &Document) -> Result<(), SerializeError> {
        match (self.service, value) {
            (_, Document::Null) | (None, _) => {
                self.untyped(value);
                Ok(())
            }
            (Some(service), value) => self.shape(service.shape(member.shape), value),
        }
    }

    fn list(&mut self, element: &Member, items: &[Document]) -> Result<(), SerializeError> {
        self.encoder.array(items.len() as u64).expect(WRITES);
        for (index, item) in items.iter().enumerate() {
            self.member(element, item).map_err(|error| error.within(&index.to_string()))?;
        }
        Ok(())
    }

    fn map(
        &mut self,
        shape: &Shape,
        element: &Member,
        fields: &Fields,
    ) -> Result<(), SerializeError> {
        self.begin();
        for (key, value) in fields.iter() {
            if *value != Document::Null || shape.sparse {
                self.encoder.str(key).expect(WRITES);
                self.member(element, value).map_err(|error| error.within(key))?;
            }
        }
        self.end();
        Ok(())
    }

    fn double(&mut self, value: f64) {
        if value.is_finite() {
            self.encoder.f64(value).expect(WRITES);
        } else {
            self.single(value);
        }
    }

    /// Single precision, or half for what no number can write.
    #[expect(clippy::cast_possible_truncation, reason = "checked by the way back")]
    fn single(&mut self, value: f64) {
        let short = value as f32;
        if !value.is_finite() {
            self.encoder.f16(short).expect(WRITES);
        } else if f64::from(short).to_bits() == value.to_bits() {
            self.encoder.f32(short).expect(WRITES);
        } else {
            self.encoder.f64(value).expect(WRITES);
        }
    }

    /// A number that only text holds, as the nearest kind that CBOR has.
    fn big(&mut self, text: &str) {
        match text.parse::<i128>().ok().and_then(|number| number.try_into().ok()) {
            Some(number) => drop(self.encoder.int(number).expect(WRITES)),
            None => self.double(text.parse().unwrap_or(f64::NAN)),
        }
    }

    fn timestamp(&mut self, timestamp: Timestamp) {
        self.encoder.tag(IanaTag::Timestamp).expect(WRITES);
        match timestamp.nanos() {
            0 => drop(self.encoder.i64(timestamp.seconds()).expect(WRITES)),
            _ => self.double(timestamp.seconds_f64()),
        }
    }
}
