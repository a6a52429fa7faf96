//! From botocore's shapes to ours.

use std::collections::BTreeMap;

use super::convert::{Reason, at};
use super::names::Names;
use super::raw;
use crate::{
    Constraints, ErrorInfo, Location, Member, Shape, ShapeId, ShapeKind, Structure,
    TimestampFormat, XmlNamespace,
};

/// The shapes of one model, still in botocore's form, sorted by name.
pub(super) struct Shapes(Vec<(String, raw::Shape)>);

impl Shapes {
    pub(super) fn new(shapes: BTreeMap<String, raw::Shape>) -> Self {
        Self(shapes.into_iter().collect())
    }

    /// The place that a shape has among the converted ones.
    pub(super) fn id(&self, name: &str) -> Result<ShapeId, Reason> {
        let place = self.place(name)?;
        Ok(ShapeId(u32::try_from(place).expect("a model has thousands of shapes")))
    }

    /// Converts all of them.
    pub(super) fn convert(&self, names: &mut Names) -> Result<Vec<Shape>, Reason> {
        let mut converter = ShapeConverter { names, shapes: self };
        let shapes = self
            .0
            .iter()
            .map(|(name, raw)| converter.shape(name, raw).map_err(|reason| at(name, &reason)));
        shapes.collect()
    }

    fn place(&self, name: &str) -> Result<usize, Reason> {
        let place = self.0.binary_search_by(|(key, _)| key.as_str().cmp(name));
        place.map_err(|_| format!("no shape {name}"))
    }
}

struct ShapeConverter<'c> {
    names: &'c mut Names,
    shapes: &'c Shapes,
}

impl ShapeConverter<'_> {
    fn shape(&mut self, name: &str, raw: &raw::Shape) -> Result<Shape, Reason> {
        Ok(Shape {
            name: self.names.keep(name),
            kind: self.kind(raw)?,
            sensitive: raw.sensitive,
            streaming: raw.streaming,
            requires_length: raw.requires_length,
            sparse: raw.sparse,
            flattened: raw.flattened,
            event_stream: raw.eventstream,
            event: raw.event,
            json_value: raw.jsonvalue,
            location_name: self.names.keep_some(raw.location_name.as_ref()),
            xml_namespace: self.namespace(raw.xml_namespace.as_ref()),
            timestamp_format: timestamp_format(raw.timestamp_format.as_deref())?,
            constraints: self.constraints(raw),
        })
    }

    fn kind(&mut self, raw: &raw::Shape) -> Result<ShapeKind, Reason> {
        Ok(match raw.kind.as_str() {
            "structure" if raw.document => ShapeKind::Document,
            "structure" => ShapeKind::Structure(self.structure(raw)?),
            "list" => ShapeKind::List(self.element(raw.member.as_ref(), "list without member")?),
            "map" => ShapeKind::Map(
                Box::new(self.element(raw.key.as_ref(), "map without key")?),
                Box::new(self.element(raw.value.as_ref(), "map without value")?),
            ),
            "string" | "character" => ShapeKind::String,
            "integer" => ShapeKind::Integer,
            "long" => ShapeKind::Long,
            "biginteger" | "bigInteger" => ShapeKind::BigInteger,
            "float" => ShapeKind::Float,
            "double" => ShapeKind::Double,
            "bigdecimal" | "bigDecimal" => ShapeKind::BigDecimal,
            "boolean" => ShapeKind::Boolean,
            "blob" => ShapeKind::Blob,
            "timestamp" => ShapeKind::Timestamp,
            other => return Err(format!("unknown type {other}")),
        })
    }

    fn structure(&mut self, raw: &raw::Shape) -> Result<Structure, Reason> {
        let members = raw.members.0.iter().map(|(name, member)| {
            let required = raw.required.contains(name);
            let converted = self.member(name, member).map_err(|reason| at(name, &reason))?;
            Ok(Member { required, ..converted })
        });
        let members: Vec<Member> = members.collect::<Result<_, Reason>>()?;
        Ok(Structure {
            payload: payload(raw, &members)?,
            members,
            union: raw.union,
            error: self.error(raw),
            wrapper: raw.wrapper,
        })
    }

    fn element(&mut self, raw: Option<&raw::Member>, missing: &str) -> Result<Member, Reason> {
        self.member("", raw.ok_or_else(|| missing.to_owned())?)
    }

    fn member(&mut self, name: &str, raw: &raw::Member) -> Result<Member, Reason> {
        let target = &self.shapes.0[self.shapes.place(&raw.shape)?].1;
        let format = raw.timestamp_format.as_ref().or(target.timestamp_format.as_ref());
        let context_param = raw.context_param.as_ref().map(|param| &param.name);
        Ok(Member {
            name: self.names.keep(name),
            shape: self.shapes.id(&raw.shape)?,
            location: location(raw.location.as_deref())?,
            location_name: self.names.keep_some(raw.location_name.as_ref()),
            query_name: self.names.keep_some(raw.query_name.as_ref()),
            required: false,
            flattened: raw.flattened || target.flattened,
            xml_attribute: raw.xml_attribute,
            xml_namespace: self.namespace(raw.xml_namespace.as_ref()),
            idempotency_token: raw.idempotency_token,
            host_label: raw.host_label,
            event_payload: raw.eventpayload,
            event_header: raw.eventheader,
            json_value: raw.jsonvalue || target.jsonvalue,
            streaming: raw.streaming || target.streaming,
            sensitive: target.sensitive,
            timestamp_format: timestamp_format(format.map(String::as_str))?,
            context_param: self.names.keep_some(context_param),
            deprecated: raw.deprecated,
        })
    }

    fn error(&mut self, raw: &raw::Shape) -> Option<ErrorInfo> {
        let declared = raw.error.as_ref();
        if !raw.exception && !raw.fault && declared.is_none() {
            return None;
        }
        Some(ErrorInfo {
            code: self.names.keep_some(declared.and_then(|error| error.code.as_ref())),
            status: declared.and_then(|error| error.http_status_code),
            fault: raw.fault,
            sender_fault: declared.is_some_and(|error| error.sender_fault),
            retryable: raw.retryable.is_some(),
        })
    }

    fn namespace(&mut self, raw: Option<&raw::Namespace>) -> Option<XmlNamespace> {
        let raw = raw?;
        Some(XmlNamespace {
            uri: self.names.keep(raw.uri()),
            prefix: self.names.keep_some(raw.prefix()),
        })
    }

    fn constraints(&mut self, raw: &raw::Shape) -> Option<Box<Constraints>> {
        let constraints = Constraints {
            min: raw.min,
            max: raw.max,
            pattern: self.names.keep_some(raw.pattern.as_ref()),
            enum_values: self.names.keep_all(&raw.values),
        };
        (constraints != Constraints::default()).then(|| Box::new(constraints))
    }
}

fn payload(raw: &raw::Shape, members: &[Member]) -> Result<Option<u32>, Reason> {
    let Some(name) = &raw.payload else { return Ok(None) };
    let place = members.iter().position(|member| member.name == name);
    let place = place.ok_or_else(|| format!("no payload member {name}"))?;
    Ok(Some(u32::try_from(place).expect("a structure has hundreds of members")))
}

fn location(name: Option<&str>) -> Result<Location, Reason> {
    Ok(match name {
        None => Location::Body,
        Some("header") => Location::Header,
        Some("headers") => Location::Headers,
        Some("querystring") => Location::QueryString,
        Some("uri") => Location::Uri,
        Some("statusCode") => Location::StatusCode,
        Some(other) => return Err(format!("unknown location {other}")),
    })
}

fn timestamp_format(name: Option<&str>) -> Result<Option<TimestampFormat>, Reason> {
    Ok(Some(match name {
        None => return Ok(None),
        Some("iso8601") => TimestampFormat::Iso8601,
        Some("unixTimestamp") => TimestampFormat::UnixTimestamp,
        Some("rfc822") => TimestampFormat::Rfc822,
        Some(other) => return Err(format!("unknown timestamp format {other}")),
    }))
}
