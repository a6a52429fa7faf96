//! Text to recordings.

mod locate;
mod members;

use std::borrow::Cow;
use std::str::FromStr;

use standin_model::{Answer, Document, Fields, Protocol, ServiceError};

use self::members::{Node, Object};
use crate::json::{self, Json, SyntaxError};
use crate::recording::Missing;
use crate::value::{BadValue, Reader};
use crate::{
    Blobs, Completeness, Exchange, ExchangeId, FormatVersion, Gap, Origin, Outcome, Raw, Recording,
    RulesUsed, Signing, Stimulus, Variable, VariableKind, Wire, template,
};

/// A text is not a recording that this build can read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The two `---` lines of the header are not there.
    #[error("no snapshot: the header between two `---` lines is missing")]
    NoHeader,
    /// The body is not JSON; cut-off files are found here.
    #[error("{0}")]
    Syntax(#[from] SyntaxError),
    /// The format is another one, or one of a later build.
    #[error("format {found} is not readable here: this build reads {}.x", FormatVersion::CURRENT.major)]
    Version {
        /// What the file says.
        found: String,
    },
    /// The JSON is not a recording.
    #[error("{}{path}: {reason}", line.map(|line| format!("line {line}, ")).unwrap_or_default())]
    Invalid {
        /// The line, from 1, where it is known.
        line: Option<usize>,
        /// Where in the body.
        path: String,
        /// What is wrong there.
        reason: String,
    },
}

/// Reads the text of `recording.snap`, with the blobs that it names.
pub fn read(text: &str, blobs: &dyn Blobs) -> Result<Recording, ReadError> {
    let (header_lines, body) =
        split_header(text).ok_or_else(|| conflict(text).unwrap_or(ReadError::NoHeader))?;
    let parsed = json::parse(body).map_err(|error| {
        let error = SyntaxError { line: error.line + header_lines, ..error };
        conflict(text).unwrap_or(ReadError::Syntax(error))
    })?;
    recording(parsed, blobs).map_err(|error| match error {
        ReadError::Invalid { path, reason, .. } => {
            let line = locate::line(body, &path).map(|line| line + header_lines);
            ReadError::Invalid { line, path, reason }
        }
        other => other,
    })
}

fn recording(body: Json, blobs: &dyn Blobs) -> Result<Recording, ReadError> {
    let mut body = Object::new(body, String::new())?;
    let format = version(&body.text("format")?)?;
    body.lenient = format.is_newer();
    let recording = Recording {
        format,
        scenario: body.text("scenario")?,
        stimulus: body.texts("stimulus")?.map(|command| Stimulus { command }),
        origin: Origin::from_name(&body.text("origin")?),
        region: body.text("region")?,
        date: body.text("date")?,
        models: body.text("models")?,
        rules: rules(&mut body)?,
        completeness: completeness(&mut body)?,
        variables: variables(&mut body)?,
        exchanges: exchanges(&mut body, &Reader { blobs })?,
    };
    body.finish()?;
    check_ids(&recording)?;
    Ok(recording)
}

/// The first line that git left where it could not merge.
fn conflict(text: &str) -> Option<ReadError> {
    let is_mark = |line: &str| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ");
    let line = text.lines().position(is_mark)? + 1;
    Some(SyntaxError { line, column: 1, reason: "a merge conflict is not resolved" }.into())
}

/// The number of lines before the body, and the body.
pub(super) fn split_header(text: &str) -> Option<(usize, &str)> {
    let mut lines = text.split_inclusive('\n');
    let is_rule = |line: &str| line.trim_end_matches(['\r', '\n']) == "---" && line.ends_with('\n');
    let first = lines.next().filter(|line| is_rule(line))?;
    let (mut length, mut count) = (first.len(), 1);
    loop {
        let line = lines.next()?;
        length += line.len();
        count += 1;
        if is_rule(line) {
            return Some((count, &text[length..]));
        }
    }
}

pub(super) fn version(text: &str) -> Result<FormatVersion, ReadError> {
    let unreadable = || ReadError::Version { found: text.to_owned() };
    let (major, minor) = text.split_once('.').ok_or_else(unreadable)?;
    let (Ok(major), Ok(minor)) = (major.parse(), minor.parse()) else { return Err(unreadable()) };
    let format = FormatVersion { major, minor };
    if format.is_readable() { Ok(format) } else { Err(unreadable()) }
}

/// Before rules had a version, their hash stood alone.
fn rules(body: &mut Object) -> Result<RulesUsed, ReadError> {
    let node = body.need("rules")?;
    if let Json::String(hash) = node.json {
        return Ok(RulesUsed { version: 1, hash });
    }
    let mut members = Object { lenient: body.lenient, ..node.object()? };
    let rules = RulesUsed { version: members.number("version")?, hash: members.text("hash")? };
    members.finish()?;
    Ok(rules)
}

fn completeness(body: &mut Object) -> Result<Completeness, ReadError> {
    let Some(items) = body.array("partial")? else { return Ok(Completeness::Complete) };
    let mut all = Vec::new();
    for item in items {
        let mut item = Object { lenient: body.lenient, ..item.object()? };
        let missing = Missing { reason: item.text("reason")?, count: item.number("count")? };
        item.finish()?;
        all.push(missing);
    }
    Ok(Completeness::Partial(all))
}

fn variables(body: &mut Object) -> Result<Vec<Variable>, ReadError> {
    let mut all = Vec::new();
    for (key, value) in body.need("variables")?.object()?.into_members() {
        let path = value.path.clone();
        let name = variable_name(&key, &path)?;
        let mut members = Object { lenient: body.lenient, ..value.object()? };
        let kind = members.text("kind")?;
        let kind = VariableKind::from_name(&kind)
            .ok_or_else(|| invalid(&path, format!("unknown kind of variable `{kind}`")))?;
        let variable = Variable {
            name,
            kind,
            definition: members.optional_text("definition")?,
            like: members.optional_text("like")?,
            shape: members.optional_text("shape")?,
            format: members.optional_text("format")?,
            not_before: not_before(&mut members)?,
            offset: members
                .optional_text("offset")?
                .map(|text| parsed(&text, &path))
                .transpose()?,
        };
        members.finish()?;
        all.push(variable);
    }
    Ok(all)
}

fn not_before(members: &mut Object) -> Result<Vec<String>, ReadError> {
    let names = members.texts("not_before")?.unwrap_or_default();
    names.iter().map(|name| variable_name(name, &members.path)).collect()
}

fn variable_name(reference: &str, path: &str) -> Result<String, ReadError> {
    let name = reference.strip_prefix('«').and_then(|rest| rest.strip_suffix('»'));
    let name = name.filter(|name| template::is_name(name));
    name.map(str::to_owned).ok_or_else(|| invalid(path, "not the name of a variable"))
}

fn exchanges(body: &mut Object, reader: &Reader<'_>) -> Result<Vec<Exchange>, ReadError> {
    let items = body.array("exchanges")?;
    let items = items.ok_or_else(|| invalid("", "`exchanges` is missing"))?;
    let read = |item: Node| {
        let path = item.path.clone();
        let members = Object { lenient: body.lenient, ..item.object()? };
        exchange(members, reader, &path)
    };
    items.into_iter().map(read).collect()
}

fn exchange(mut members: Object, reader: &Reader<'_>, path: &str) -> Result<Exchange, ReadError> {
    let id = parsed::<ExchangeId>(&members.text("id")?, path)?;
    // From here on the id says more than the position.
    members.path = id.to_string();
    let after = members.texts("after")?.unwrap_or_default();
    let gap = members.optional_number("gap_ms")?.unwrap_or(0);
    let gap = Gap::from_kept(gap)
        .ok_or_else(|| invalid(path, "`gap_ms` is not 300 or more in hundreds"))?;
    let input = members.need("input")?;
    let exchange = Exchange {
        after: after.iter().map(|text| parsed(text, path)).collect::<Result<_, _>>()?,
        service: members.text("service")?,
        gap,
        input: reader.document(input.json, &input.path)?,
        outcome: outcome(&mut members, reader)?,
        wire: wire(&mut members, reader)?,
        id,
    };
    members.finish()?;
    Ok(exchange)
}

fn outcome(members: &mut Object, reader: &Reader<'_>) -> Result<Outcome, ReadError> {
    if members.flag("inferred")? {
        return Ok(Outcome::Inferred);
    }
    let status = members.number("status")?;
    let answer = match (members.take("output"), members.take("error")) {
        (Some(output), None) => Answer::Output(reader.document(output.json, &output.path)?),
        (None, Some(error)) => {
            let error = Object { lenient: members.lenient, ..error.object()? };
            Answer::Error(service_error(error, status, reader)?)
        }
        _ => return Err(invalid(&members.path, "neither or both of `output` and `error`")),
    };
    Ok(Outcome::Answered { status, answer })
}

fn service_error(
    mut members: Object,
    status: u16,
    reader: &Reader<'_>,
) -> Result<ServiceError, ReadError> {
    let fault = members.text("fault")?;
    if fault != "sender" && fault != "service" {
        return Err(invalid(&members.path, "`fault` is neither `sender` nor `service`"));
    }
    let fields = match members.take("members") {
        None => Fields::default(),
        Some(node) => {
            let path = node.path.clone();
            match node.json {
                Json::Object(fields) => reader.fields(fields, &path)?,
                other => return Err(invalid(&path, format!("{} instead of object", other.kind()))),
            }
        }
    };
    let message = members.optional_text("message")?;
    let error = ServiceError {
        code: Cow::Owned(members.text("code")?),
        message: message.map(|text| checked(text, &members.path)).transpose()?,
        status,
        sender_fault: fault == "sender",
        members: fields,
    };
    members.finish()?;
    Ok(error)
}

fn wire(members: &mut Object, reader: &Reader<'_>) -> Result<Wire, ReadError> {
    let lenient = members.lenient;
    let mut members = Object { lenient, ..members.need("wire")?.object()? };
    let protocol = members.text("protocol")?;
    let protocol = Protocol::from_name(&protocol)
        .ok_or_else(|| invalid(&members.path, format!("unknown protocol `{protocol}`")))?;
    let mut response_headers = Vec::new();
    if let Some(headers) = members.take("response_headers") {
        for (name, value) in headers.object()?.into_members() {
            let path = value.path.clone();
            response_headers.push((name, checked(value.text()?, &path)?));
        }
    }
    let host = members.optional_text("host")?;
    let host = host.map(|text| checked(text, &members.path)).transpose()?;
    let signing = match members.optional_text("signing")? {
        None => Signing::Header,
        Some(name) => Signing::from_name(&name)
            .ok_or_else(|| invalid(&members.path, format!("unknown way of signing `{name}`")))?,
    };
    let raw = raw(&mut members, reader)?;
    let wire = Wire { protocol, host, signing, response_headers, raw };
    members.finish()?;
    Ok(wire)
}

fn raw(wire: &mut Object, reader: &Reader<'_>) -> Result<Raw, ReadError> {
    let Some(node) = wire.take("raw") else { return Ok(Raw::default()) };
    let mut members = Object { lenient: wire.lenient, ..node.object()? };
    let mut body = |name| {
        let Some(node) = members.take(name) else { return Ok(None) };
        match reader.document(node.json, &node.path)? {
            body @ (Document::String(_) | Document::Blob(_)) => Ok(Some(body)),
            other if template::blob(&other).is_some() => Ok(Some(other)),
            other => Err(invalid(&node.path, format!("{} instead of a body", other.kind()))),
        }
    };
    let raw = Raw { request: body("request")?, response: body("response")? };
    members.finish()?;
    Ok(raw)
}

/// Ids must be unique, and edges must lead to earlier exchanges, so that no circle can be.
fn check_ids(recording: &Recording) -> Result<(), ReadError> {
    let mut seen = std::collections::HashSet::new();
    for exchange in &recording.exchanges {
        if let Some(edge) = exchange.after.iter().find(|edge| !seen.contains(*edge)) {
            let reason = format!("`after` names {edge}, which does not stand before it");
            return Err(invalid(&exchange.id.to_string(), reason));
        }
        if !seen.insert(&exchange.id) {
            return Err(invalid(&exchange.id.to_string(), "the id occurs twice"));
        }
    }
    Ok(())
}

/// The text, if it is a template.
fn checked(text: String, path: &str) -> Result<String, ReadError> {
    match template::parts(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(invalid(path, error.to_string())),
    }
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(text: &str, path: &str) -> Result<T, ReadError> {
    text.parse().map_err(|error: T::Err| invalid(path, error.to_string()))
}

fn invalid(path: &str, reason: impl Into<String>) -> ReadError {
    let path = if path.is_empty() { "recording" } else { path };
    ReadError::Invalid { line: None, path: path.to_owned(), reason: reason.into() }
}

impl From<BadValue> for ReadError {
    fn from(bad: BadValue) -> Self {
        Self::Invalid { line: None, path: bad.path, reason: bad.reason }
    }
}
