//! Recordings to text.

use std::collections::BTreeMap;

use bytes::Bytes;
use standin_model::{Answer, ServiceError};

use crate::json::{self, DEPTH_LIMIT, Json};
use crate::recording::Missing;
use crate::value::{BadDocument, Writer};
use crate::{
    Completeness, Digest, Exchange, FormatVersion, Outcome, Outside, Recording, RulesUsed, Signing,
    Variable, Wire, template,
};

/// The files of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The text of `recording.snap`.
    pub text: String,
    /// The contents that stand out of line.
    pub blobs: BTreeMap<Digest, Bytes>,
}

/// A recording has no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A document of an exchange can't be written.
    #[error("{exchange}: {reason}")]
    Exchange {
        /// The exchange.
        exchange: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Two exchanges have one id.
    #[error("the exchange {0} occurs twice")]
    DuplicateExchange(String),
}

/// The text of a recording and its blobs. It is written in the current format.
pub fn write(recording: &Recording) -> Result<Written, WriteError> {
    write_by(recording, Writer::default())
}

/// As [`write()`], where some contents are kept elsewhere: the text names them, and they are not among the blobs.
pub fn write_with(recording: &Recording, outside: &Outside) -> Result<Written, WriteError> {
    write_by(recording, Writer { outside: Some(outside), ..Writer::default() })
}

fn write_by(recording: &Recording, mut writer: Writer<'_>) -> Result<Written, WriteError> {
    let mut seen = std::collections::HashSet::new();
    let mut exchanges = Vec::with_capacity(recording.exchanges.len());
    for exchange in &recording.exchanges {
        if !seen.insert(&exchange.id) {
            return Err(WriteError::DuplicateExchange(exchange.id.to_string()));
        }
        let json = exchange_json(exchange, &mut writer).map_err(|error| WriteError::Exchange {
            exchange: exchange.id.to_string(),
            reason: error.to_string(),
        })?;
        if json.depth() > DEPTH_LIMIT - 2 {
            return Err(WriteError::Exchange {
                exchange: exchange.id.to_string(),
                reason: "nested too deeply to be read again".to_owned(),
            });
        }
        exchanges.push(json);
    }
    let mut body = head(recording);
    body.push(("exchanges".to_owned(), Json::Array(exchanges)));
    let text = format!("{}{}", insta_header(recording), json::pretty(&Json::Object(body)));
    Ok(Written { text, blobs: writer.blobs })
}

/// What cargo insta shows beside the diff. Nothing of it is read back.
fn insta_header(recording: &Recording) -> String {
    let source = match &recording.stimulus {
        Some(stimulus) => stimulus.command.join(" "),
        None => "standin import".to_owned(),
    };
    let quoted = |text: &str| json::compact(&Json::from(text));
    let what = format!("what {} answered, scenario {}", recording.origin, recording.scenario);
    format!("---\nsource: {}\ndescription: {}\n---\n", quoted(&source), quoted(&what))
}

fn head(recording: &Recording) -> Vec<(String, Json)> {
    let mut head = Members::default();
    head.put("format", FormatVersion::CURRENT.to_string());
    head.put("scenario", &*recording.scenario);
    if let Some(stimulus) = &recording.stimulus {
        head.put("stimulus", texts(&stimulus.command));
    }
    head.put("origin", recording.origin.name());
    head.put("region", &*recording.region);
    head.put("date", &*recording.date);
    head.put("models", &*recording.models);
    head.put("rules", rules_json(&recording.rules));
    if let Completeness::Partial(missing) = &recording.completeness {
        head.put("partial", Json::Array(missing.iter().map(missing_json).collect()));
    }
    let variables = recording.variables.iter();
    let variables =
        variables.map(|variable| (format!("«{}»", variable.name), variable_json(variable)));
    head.put("variables", Json::Object(variables.collect()));
    head.0
}

fn rules_json(rules: &RulesUsed) -> Json {
    let mut members = Members::default();
    members.put("version", Json::Number(rules.version.to_string()));
    members.put("hash", &*rules.hash);
    Json::Object(members.0)
}

fn missing_json(missing: &Missing) -> Json {
    let mut members = Members::default();
    members.put("reason", &*missing.reason);
    members.put("count", Json::Number(missing.count.to_string()));
    Json::Object(members.0)
}

fn variable_json(variable: &Variable) -> Json {
    let mut members = Members::default();
    members.put("kind", variable.kind.name());
    members.put_some("definition", variable.definition.as_deref());
    members.put_some("like", variable.like.as_deref());
    members.put_some("shape", variable.shape.as_deref());
    members.put_some("format", variable.format.as_deref());
    if !variable.not_before.is_empty() {
        let names = variable.not_before.iter().map(|name| template::reference(name));
        members.put("not_before", Json::Array(names.map(Json::from).collect()));
    }
    members.put_some("offset", variable.offset.map(|offset| offset.to_string()).as_deref());
    Json::Object(members.0)
}

fn exchange_json(exchange: &Exchange, writer: &mut Writer<'_>) -> Result<Json, BadDocument> {
    let mut members = Members::default();
    members.put("id", exchange.id.to_string());
    members.put("service", &*exchange.service);
    if exchange.is_inferred() {
        members.put("inferred", Json::Boolean(true));
    }
    if !exchange.after.is_empty() {
        let after: Vec<_> = exchange.after.iter().map(ToString::to_string).collect();
        members.put("after", texts(&after));
    }
    if exchange.gap.millis() > 0 {
        members.put("gap_ms", Json::Number(exchange.gap.millis().to_string()));
    }
    members.put("input", writer.json(&exchange.input)?);
    if let Outcome::Answered { status, answer } = &exchange.outcome {
        members.put("status", Json::Number(status.to_string()));
        match answer {
            Answer::Output(output) => members.put("output", writer.json(output)?),
            Answer::Error(error) => members.put("error", error_json(error, writer)?),
        }
    }
    members.put("wire", wire_json(&exchange.wire, writer)?);
    Ok(Json::Object(members.0))
}

fn error_json(error: &ServiceError, writer: &mut Writer<'_>) -> Result<Json, BadDocument> {
    let mut members = Members::default();
    members.put("code", &*error.code);
    members.put_some("message", checked(error.message.as_deref())?);
    members.put("fault", if error.sender_fault { "sender" } else { "service" });
    if !error.members.is_empty() {
        members.put("members", writer.object(&error.members)?);
    }
    Ok(Json::Object(members.0))
}

fn wire_json(wire: &Wire, writer: &mut Writer<'_>) -> Result<Json, BadDocument> {
    let mut members = Members::default();
    members.put("protocol", wire.protocol.name());
    members.put_some("host", checked(wire.host.as_deref())?);
    if wire.signing != Signing::Header {
        members.put("signing", wire.signing.name());
    }
    if !wire.response_headers.is_empty() {
        let headers = wire.response_headers.iter();
        let header = |(name, value): &(String, String)| {
            template::parts(value)?;
            Ok((name.clone(), Json::from(&**value)))
        };
        let headers = headers.map(header).collect::<Result<_, BadDocument>>()?;
        members.put("response_headers", Json::Object(headers));
    }
    if !wire.raw.is_empty() {
        let mut raw = Members::default();
        for (name, body) in [("request", &wire.raw.request), ("response", &wire.raw.response)] {
            if let Some(body) = body {
                raw.put(name, writer.json(body)?);
            }
        }
        members.put("raw", Json::Object(raw.0));
    }
    Ok(Json::Object(members.0))
}

/// The text, if it is a template.
fn checked(text: Option<&str>) -> Result<Option<&str>, BadDocument> {
    text.map(template::parts).transpose()?;
    Ok(text)
}

fn texts(items: &[String]) -> Json {
    Json::Array(items.iter().map(|text| Json::from(&**text)).collect())
}

/// The members of an object, in the order in which they are put.
#[derive(Default)]
struct Members(Vec<(String, Json)>);

impl Members {
    fn put(&mut self, name: &str, value: impl Into<Json>) {
        self.0.push((name.to_owned(), value.into()));
    }

    fn put_some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }
}
