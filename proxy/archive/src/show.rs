//! Recordings as plain HTTP, for people to read.
//!
//! Requests and answers are written by the codecs of the recorded protocol. A variable, and each form that has no plain
//! value, is written as a placeholder that every codec takes for text and for base64, and named in its place afterwards.

mod placeholders;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use standin_model::{Answer, Catalog, Document, Service, ServiceError};
use standin_protocol::Call;
use standin_tape::{Events, Exchange, Outcome, Recording, Signing};

use placeholders::Placeholders;

/// How parts of the text are set apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// Not at all.
    #[default]
    None,
    /// By escape sequences of a terminal.
    Terminal,
}

/// An answer's request id, which recordings don't keep.
const REQUEST_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The text of a recording as plain HTTP.
pub fn show(recording: &Recording, catalog: &Catalog, colours: Colours) -> String {
    let mut out = Page { text: String::new(), colours };
    out.note(&format!(
        "{}: what {} answered in {} on {}",
        recording.scenario, recording.origin, recording.region, recording.date
    ));
    for exchange in &recording.exchanges {
        out.line("");
        out.title(exchange);
        match catalog.service(&exchange.service) {
            Some(service) => out.exchange(service, exchange),
            None => out.note(&format!("there is no model of {}", exchange.service)),
        }
    }
    out.text
}

/// The text so far.
struct Page {
    text: String,
    colours: Colours,
}

impl Page {
    /// A line, with nothing in it that a terminal would obey.
    fn line(&mut self, text: &str) {
        self.put(text);
        self.text.push('\n');
    }

    fn put(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '\n' | '\t' => self.text.push(character),
                control if control.is_control() => self.text.extend(control.escape_default()),
                other => self.text.push(other),
            }
        }
    }

    fn coloured(&mut self, code: &str, text: &str) {
        match self.colours {
            Colours::None => self.line(text),
            Colours::Terminal => {
                self.text.push_str(&format!("\x1b[{code}m"));
                self.put(text);
                self.text.push_str("\x1b[0m\n");
            }
        }
    }

    fn note(&mut self, text: &str) {
        self.coloured("2", &format!("# {text}"));
    }

    fn title(&mut self, exchange: &Exchange) {
        let mut title = format!("### {} ({})", exchange.id, exchange.service);
        for (index, id) in exchange.after.iter().enumerate() {
            title.push_str(if index == 0 { ", after " } else { " and " });
            title.push_str(&id.to_string());
        }
        if exchange.gap.millis() > 0 {
            title.push_str(&format!(", {} ms later", exchange.gap.millis()));
        }
        if exchange.is_inferred() {
            title.push_str(", inferred");
        }
        match exchange.wire.signing {
            Signing::Header => {}
            Signing::Query => title.push_str(", signed in its URL"),
            Signing::None => title.push_str(", not signed"),
        }
        self.coloured("1", &title);
    }

    fn exchange(&mut self, service: &'static Service, exchange: &Exchange) {
        let Some(operation) = service.operation(exchange.operation()) else {
            return self.note(&format!("{} has no such operation", exchange.service));
        };
        let call = Call { service, operation, protocol: exchange.wire.protocol };
        let mut marks = Placeholders::default();
        match request(call, exchange, &mut marks) {
            Ok((request, events)) => self.request(&request, exchange, (&events, &marks)),
            Err(reason) => self.decoded("the request", &reason, &exchange.input),
        }
        let Outcome::Answered { status, answer } = &exchange.outcome else { return };
        self.line("");
        let mut marks = Placeholders::default();
        match response(call, *status, answer, &mut marks) {
            Ok((response, events)) => self.response(&response, exchange, (&events, &marks)),
            Err(reason) => match answer {
                Answer::Output(output) => self.decoded("the answer", &reason, output),
                Answer::Error(error) => self.note(&format!("{error}: {reason}")),
            },
        }
    }

    fn request(
        &mut self,
        request: &Request<Bytes>,
        exchange: &Exchange,
        (events, marks): (&Events, &Placeholders),
    ) {
        let target = marks.named(&request.uri().to_string());
        self.coloured("36", &format!("{} {target} HTTP/1.1", request.method()));
        if let Some(host) = &exchange.wire.host {
            self.line(&format!("host: {host}"));
        }
        self.headers(request.headers(), &[], marks);
        self.body(request.body(), exchange.wire.raw.request.as_ref(), (events, marks));
    }

    fn response(
        &mut self,
        response: &Response<Bytes>,
        exchange: &Exchange,
        (events, marks): (&Events, &Placeholders),
    ) {
        self.coloured("36", &format!("HTTP/1.1 {}", response.status()));
        self.headers(response.headers(), &exchange.wire.response_headers, marks);
        self.body(response.body(), exchange.wire.raw.response.as_ref(), (events, marks));
    }

    fn headers(
        &mut self,
        headers: &http::HeaderMap,
        recorded: &[(String, String)],
        marks: &Placeholders,
    ) {
        let mut lines: Vec<_> = headers
            .iter()
            .map(|(name, value)| {
                (name.to_string(), marks.named(&String::from_utf8_lossy(value.as_bytes())))
            })
            // Lengths and ids are of this page, not of what was recorded.
            .filter(|(name, _)| !matches!(&**name, "content-length" | "x-amz-id-2"))
            .filter(|(name, value)| !(name.ends_with("requestid") || value == REQUEST_ID))
            .filter(|(name, _)| !recorded.iter().any(|(known, _)| known == name))
            .collect();
        lines.extend(recorded.iter().cloned());
        lines.sort();
        for (name, value) in lines {
            self.line(&format!("{name}: {value}"));
        }
    }

    fn body(
        &mut self,
        body: &Bytes,
        raw: Option<&Document>,
        (events, marks): (&Events, &Placeholders),
    ) {
        if let Some(raw) = raw {
            self.line("");
            match raw {
                Document::String(text) => self.line(text),
                _ => self.note("bytes as they stood on the wire"),
            }
        } else if !body.is_empty() {
            self.line("");
            match std::str::from_utf8(body) {
                Ok(text) if is_readable(text) => {
                    self.line(marks.named(text).trim_end_matches('\n'));
                }
                _ => self.note(&format!("{} bytes", body.len())),
            }
        }
        for event in &events.0 {
            self.line("");
            self.coloured("36", &format!("event {}", event.kind.name()));
            for (name, value) in &event.headers {
                self.line(&format!("{name}: {value}"));
            }
            let payload = standin_tape::document_text(&event.payload);
            self.line(&marks.named(&payload));
        }
    }

    fn decoded(&mut self, what: &str, reason: &str, document: &Document) {
        self.note(&format!("{what} can't be written: {reason}"));
        self.line(&standin_tape::document_text(document));
    }
}

fn request(
    call: Call,
    exchange: &Exchange,
    marks: &mut Placeholders,
) -> Result<(Request<Bytes>, Events), String> {
    let mut input = marks.fill(&exchange.input, (call.service, call.operation.input))?;
    let stream = take(&mut input, call.streaming_input().map(|member| member.name));
    let events = take_events(&mut input, call.event_stream_input().map(|member| member.name));
    let mut request = call.serialize_request(&input).map_err(|error| error.to_string())?;
    put(request.body_mut(), stream);
    Ok((request, events))
}

fn response(
    call: Call,
    status: u16,
    answer: &Answer,
    marks: &mut Placeholders,
) -> Result<(Response<Bytes>, Events), String> {
    let (mut response, events) = match answer {
        Answer::Output(output) => {
            let mut output = marks.fill(output, (call.service, call.operation.output))?;
            let stream = take(&mut output, call.streaming_output().map(|member| member.name));
            let events =
                take_events(&mut output, call.event_stream_output().map(|member| member.name));
            let response = call.serialize_response(&output, REQUEST_ID);
            let mut response = response.map_err(|error| error.to_string())?;
            put(response.body_mut(), stream);
            (response, events)
        }
        Answer::Error(error) => {
            let members =
                marks.fill(&Document::Object(error.members.clone()), (call.service, None))?;
            let error = ServiceError {
                message: error.message.as_deref().map(|text| marks.fill_text(text)).transpose()?,
                members: members.as_object().cloned().unwrap_or_default(),
                ..error.clone()
            };
            (call.serialize_error(&error, REQUEST_ID), Events::default())
        }
    };
    *response.status_mut() = StatusCode::from_u16(status).map_err(|error| error.to_string())?;
    Ok((response, events))
}

fn take(document: &mut Document, member: Option<&str>) -> Option<Document> {
    document.as_object_mut()?.remove(member?)
}

fn take_events(document: &mut Document, member: Option<&str>) -> Events {
    let taken = take(document, member);
    taken.as_ref().and_then(Events::in_document).and_then(Result::ok).unwrap_or_default()
}

fn put(body: &mut Bytes, stream: Option<Document>) {
    match stream {
        Some(Document::Blob(bytes)) => *body = *bytes,
        Some(Document::String(text)) => *body = text.into(),
        _ => {}
    }
}

fn is_readable(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests;
