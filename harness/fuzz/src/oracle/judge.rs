//! What an oracle's reply says of us.

use bytes::Bytes;
use http::Request;
use percent_encoding::percent_decode_str;
use standin_model::{Document, Fields, Location, Member, Protocol, Shape};

use super::{Reply, Rule};
use crate::difference::{Difference, differences};
use crate::round_trip::{MESSAGE, is_frame, own_members, refused, without_frame};
use crate::{Case, Fault, Part, streams};

/// Judges a reply about a value: the fault, if there is one, and the rules that took differences.
pub(crate) fn judge(
    rules: &[Rule],
    case: &Case,
    value: &Document,
    reply: &Reply,
) -> (Option<Fault>, Vec<&'static str>) {
    let mut judge = Judge { rules, case, taken: Vec::new() };
    let fault = judge.reply(value, reply).err();
    (fault, judge.taken)
}

/// Judges what an oracle read of a value, where that has no frame: the fault, if there is one.
pub(crate) fn judge_value(
    rules: &[Rule],
    case: &Case,
    found: &Document,
    expected: &Document,
) -> Option<Fault> {
    Judge { rules, case, taken: Vec::new() }.same(found, expected).err()
}

struct Judge<'r> {
    rules: &'r [Rule],
    case: &'r Case,
    taken: Vec<&'static str>,
}

impl Judge<'_> {
    fn reply(&mut self, value: &Document, reply: &Reply) -> Result<(), Fault> {
        match reply {
            Reply::Failed(said) => self.failure(said),
            Reply::Request(request) => self.request(value, request),
            Reply::Output(found) => {
                let found = without_frame(&self.case.call, self.case.part, found.clone(), value);
                self.same(&found, value)
            }
            Reply::Error { code, message, members } => self.error(value, (code, message), members),
        }
    }

    fn failure(&mut self, said: &str) -> Result<(), Fault> {
        match self.rules.iter().find(|rule| rule.takes_failure(self.case, said)) {
            Some(rule) => {
                self.taken.push(rule.name);
                Ok(())
            }
            None => Err(Fault::Refused(format!("botocore: {said}"))),
        }
    }

    fn request(&mut self, input: &Document, request: &Request<Bytes>) -> Result<(), Fault> {
        let call = &self.case.call;
        match call.parse_request(request) {
            Ok(found) => {
                let stream = request.body().clone();
                let found = streams::with_bytes(call.streaming_input(), found, stream);
                let found = without_frame(call, self.case.part, found, input);
                self.same(&found, input)?;
            }
            Err(error) => {
                let said = error.to_string();
                let rule =
                    self.rules.iter().find(|rule| rule.takes_refusal(self.case, input, &said));
                let Some(rule) = rule else { return Err(refused("our server", &error)) };
                self.taken.push(rule.name);
            }
        }
        let ours = call.serialize_request(input).map_err(|error| refused("our client", &error))?;
        self.same(&meaning(self.case, request), &meaning(self.case, &ours))
    }

    fn error(
        &mut self,
        value: &Document,
        (code, message): (&str, &str),
        members: &Document,
    ) -> Result<(), Fault> {
        let Part::Error(id) = self.case.part else { return Ok(()) };
        let call = &self.case.call;
        let shape = call.service.shape(id);
        let frame = |code: &str, message: &str| {
            let fields = [("error code", code.into()), ("error message", message.into())];
            Document::Object(fields.map(|(name, value)| (name.into(), value)).into_iter().collect())
        };
        self.same(&frame(code, message), &frame(shape.error_code(), MESSAGE))?;
        let own = |members: &Document| {
            let members = members.as_object().cloned().unwrap_or_default();
            Document::Object(own_members(call, shape, members))
        };
        self.same(&own(members), &own(value))
    }

    fn same(&mut self, found: &Document, expected: &Document) -> Result<(), Fault> {
        let mut left: Vec<Difference> = Vec::new();
        for difference in differences(found, expected) {
            match self.rules.iter().find(|rule| rule.takes(self.case, &difference)) {
                Some(rule) => self.taken.push(rule.name),
                None => left.push(difference),
            }
        }
        if left.is_empty() { Ok(()) } else { Err(Fault::Differs(left)) }
    }
}

/// What a request means besides the input that it is read as: method, path, which parameters and headers there
/// are, and the values of those that are no member's.
fn meaning(case: &Case, request: &Request<Bytes>) -> Document {
    let uri = request.uri();
    let path = percent_decode_str(uri.path().trim_end_matches('/')).decode_utf8_lossy();
    let structure = Part::Input.shape(&case.call).and_then(Shape::structure);
    let members = || structure.into_iter().flat_map(|structure| &structure.members);
    let mut parameters: Vec<String> =
        uri.query().unwrap_or_default().split('&').map(|text| parameter(members, text)).collect();
    parameters.sort_unstable();
    let bound = |location| members().filter(move |member| member.location == location);
    let mut headers = Fields::default();
    for name in own_headers(case.call.protocol) {
        if let Some(value) = request.headers().get(*name) {
            headers.push(*name, String::from_utf8_lossy(value.as_bytes()).into_owned().into());
        }
    }
    if matches!(case.call.protocol, Protocol::RestJson | Protocol::RestXml) {
        let names = bound(Location::Header).map(Member::wire_name);
        for name in names.filter(|name| !is_frame(name) && request.headers().contains_key(*name)) {
            headers.insert(name, "is there".into());
        }
    }
    let fields = [
        ("http method", request.method().as_str().into()),
        ("http path", path.into_owned().into()),
        ("http query", parameters.join("&").into()),
        ("http headers", Document::Object(headers)),
    ];
    Document::Object(fields.map(|(name, value)| (name.into(), value)).into_iter().collect())
}

/// A parameter's name, with its value if no member takes it; without one it is the same as with an empty one.
fn parameter<I: Iterator<Item = &'static Member>>(members: impl Fn() -> I, text: &str) -> String {
    let text = text.replace('+', " ");
    let (name, value) = text.split_once('=').unwrap_or((&text, ""));
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let name = decode(name);
    let mut taken = members().filter(|member| member.location == Location::QueryString);
    match taken.any(|member| member.wire_name() == name) {
        true => name,
        false => format!("{name}={}", decode(value)),
    }
}

/// The headers by which a protocol finds the operation and the format.
fn own_headers(protocol: Protocol) -> &'static [&'static str] {
    match protocol {
        Protocol::Json => &["x-amz-target", "content-type", "x-amzn-query-mode"],
        Protocol::RpcV2Cbor => &["smithy-protocol", "x-amzn-query-mode"],
        Protocol::Query | Protocol::Ec2 => &["content-type"],
        Protocol::RestJson | Protocol::RestXml => &[],
    }
}
