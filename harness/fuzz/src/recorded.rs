//! Recordings that were made of others': whether they are what an import promises.
//!
//! Each is read and written again, to the same bytes; and each of its answers is written as a response, of which
//! an [`Oracle`] must read the value that was recorded. What fails is counted by a line that says where.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use standin_archive::import::Read;
use standin_archive::{RECORDING, Scenario, export};
use standin_model::{Answer, Catalog, Document, Fields, ServiceError, ShapeId, Timestamp};
use standin_protocol::Call;
use standin_tape::{Blobs, Events, Exchange, Recording};

use crate::oracle::{judge, judge_value};
use crate::round_trip::own_members;
use crate::{
    Case, Difference, Fault, Given, Oracle, OracleError, Part, Question, Reply, Rule, rules,
};

/// How many answers are put to the oracle at once.
const BATCH: usize = 100;

/// What was found of some recordings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The recordings that were read.
    pub recordings: usize,
    /// Those that were written again to the same bytes.
    pub identical: usize,
    /// The answers in them.
    pub answers: usize,
    /// Those of which the oracle read the same value.
    pub agreed: usize,
    /// What failed, and how often: `KIND SERVICE OPERATION WHERE`.
    pub faults: BTreeMap<String, usize>,
}

/// An answer, written as a response.
struct Written {
    case: Case,
    answer: Answer,
    response: Response<Bytes>,
}

/// Tries how responses were read: the oracle must read the same of them. Gives how many it did.
pub fn try_reading<'r>(
    read: impl Iterator<Item = Read<'r>>,
    oracle: &mut dyn Oracle,
) -> Result<Findings, OracleError> {
    let of = |read: Read<'_>| Written {
        case: case(read.call, read.answer),
        answer: read.answer.clone(),
        response: read.response.clone(),
    };
    let mut findings = Findings::default();
    let all: Vec<_> = read.map(of).collect();
    findings.answers = all.len();
    findings.ask_all(all, oracle)?;
    Ok(findings)
}

/// Tries recordings that were saved.
pub fn try_all(
    scenarios: &[Scenario],
    catalog: &'static Catalog,
    oracle: &mut dyn Oracle,
) -> Result<Findings, OracleError> {
    let mut findings = Findings::default();
    let mut written = Vec::new();
    for scenario in scenarios {
        findings.recordings += 1;
        match again(scenario) {
            Ok(recording) => {
                findings.identical += 1;
                let exchanges = recording.exchanges.iter();
                for exchange in exchanges.filter(|exchange| !exchange.is_inferred()) {
                    findings.answers += 1;
                    match write(&recording, exchange, catalog) {
                        Ok(answer) => written.push(answer),
                        Err(reason) => findings.count(exchange, "unwritable", &reason),
                    }
                }
            }
            Err(reason) => {
                let line = format!("rewritten {}: {reason}", scenario.describe());
                *findings.faults.entry(line).or_default() += 1;
            }
        }
    }
    findings.ask_all(written, oracle)?;
    Ok(findings)
}

/// The recording, if writing it gives what was read.
fn again(scenario: &Scenario) -> Result<Recording, String> {
    let recording = scenario.read().map_err(|error| error.to_string())?;
    let text = scenario.read_text(RECORDING).map_err(|error| error.to_string())?;
    let written = standin_tape::write(&recording).map_err(|error| error.to_string())?;
    let same_blobs = || {
        let mut blobs = written.blobs.iter();
        blobs.all(|(digest, content)| scenario.blob(digest).as_ref() == Some(content))
    };
    match text {
        Some(text) if text == written.text && same_blobs() => Ok(recording),
        _ => Err("other bytes are written than were read".to_owned()),
    }
}

fn write(
    recording: &Recording,
    exchange: &Exchange,
    catalog: &'static Catalog,
) -> Result<Written, String> {
    let time = export::start(recording);
    let (call, answer, response) = export::answer(recording, exchange, (catalog, time))?;
    // Whoever serves says times to the millisecond.
    let answer = match answer {
        Answer::Output(output) => Answer::Output(times(output, Duration::ZERO)),
        error @ Answer::Error(_) => error,
    };
    Ok(Written { case: case(call, &answer), answer, response })
}

fn case(call: Call, answer: &Answer) -> Case {
    let part = match answer {
        Answer::Output(_) => Part::Output,
        // What nobody models has no shape; rules don't speak of it.
        Answer::Error(error) => shape_id(call, error).map_or(Part::Output, Part::Error),
    };
    Case { call, part, round: 0, seed: 0 }
}

fn shape_id(call: Call, error: &ServiceError) -> Option<ShapeId> {
    let name = call.service.error(&error.code)?.shape.name;
    let at = call.service.shapes.iter().position(|shape| shape.name == name)?;
    u32::try_from(at).ok().map(ShapeId)
}

impl Findings {
    fn ask_all(
        &mut self,
        mut written: Vec<Written>,
        oracle: &mut dyn Oracle,
    ) -> Result<(), OracleError> {
        // botocore holds the models of one service at a time.
        written.sort_by_key(|written| written.case.call.service.metadata.name);
        let known = rules();
        let same_service =
            |a: &Written, b: &Written| std::ptr::eq(a.case.call.service, b.case.call.service);
        for service in written.chunk_by(same_service) {
            for batch in service.chunks(BATCH) {
                self.ask(batch, &known, oracle)?;
            }
        }
        Ok(())
    }

    fn ask(
        &mut self,
        batch: &[Written],
        known: &[Rule],
        oracle: &mut dyn Oracle,
    ) -> Result<(), OracleError> {
        let question = |written| {
            let Written { case, response, .. }: &Written = written;
            Question { case, given: Given::Streamed(response) }
        };
        let questions: Vec<_> = batch.iter().map(question).collect();
        for (written, reply) in batch.iter().zip(oracle.ask(&questions)?) {
            match fault(written, known, &reply) {
                None => self.agreed += 1,
                Some(fault) => self.count_fault(written.case.call, &fault),
            }
        }
        Ok(())
    }

    fn count_fault(&mut self, call: Call, fault: &Fault) {
        let (service, operation) = (call.service.metadata.name, call.operation.name);
        let mut lines = Vec::new();
        match fault {
            Fault::Refused(said) => lines.push(format!("refused {service} {operation} {said}")),
            Fault::Differs(differences) => {
                let line =
                    |difference| format!("differs {service} {operation} {}", place(difference));
                lines.extend(differences.iter().map(line));
            }
        }
        lines.sort();
        lines.dedup();
        for line in lines {
            *self.faults.entry(line).or_default() += 1;
        }
    }

    fn count(&mut self, exchange: &Exchange, kind: &str, reason: &str) {
        let line = format!("{kind} {} {} {reason}", exchange.service, exchange.operation());
        *self.faults.entry(line).or_default() += 1;
    }
}

/// The path of a difference without places in lists.
fn place(difference: &Difference) -> String {
    let step = |step: &str| match step.bytes().all(|byte| byte.is_ascii_digit()) {
        true => "*".to_owned(),
        false => step.to_owned(),
    };
    difference.path.split('.').map(step).collect::<Vec<_>>().join(".")
}

/// What an oracle's reply says against an answer.
fn fault(written: &Written, known: &[Rule], reply: &Reply) -> Option<Fault> {
    let case = &written.case;
    match (&written.answer, reply) {
        (Answer::Output(output), reply @ (Reply::Output(_) | Reply::Failed(_))) => {
            let expected = with_streams(case.call, output);
            judge(known, case, &expected, reply).0
        }
        (Answer::Error(error), Reply::Error { code, message, members }) => {
            let found = error_value(case.call, code, message, members.as_object());
            let expected = error.message.as_deref().unwrap_or_default();
            let code = case.call.service.error(&error.code).map(|found| found.shape.error_code());
            let code = code.unwrap_or(&error.code);
            let expected = error_value(case.call, code, expected, Some(&error.members));
            judge_value(known, case, &found, &expected)
        }
        (_, Reply::Failed(said)) => Some(Fault::Refused(said.clone())),
        (Answer::Output(_), _) => Some(Fault::Refused("an error is read".to_owned())),
        (Answer::Error(_), _) => Some(Fault::Refused("no error is read".to_owned())),
    }
}

/// An error as one value, of the members that the wire tells apart from message and code.
fn error_value(call: Call, code: &str, message: &str, members: Option<&Fields>) -> Document {
    let shape = call.service.error(code).map(|found| found.shape);
    let own = shape.map(|shape| own_members(&call, shape, members.cloned().unwrap_or_default()));
    let fields = [
        ("code", code.into()),
        ("message", message.into()),
        ("members", Document::Object(own.unwrap_or_default())),
    ];
    Document::Object(fields.map(|(name, value)| (name.into(), value)).into_iter().collect())
}

/// The output with a stream of events as the oracle has it: a list of unions, an error as the last.
fn with_streams(call: Call, output: &Document) -> Document {
    let mut output = output.clone();
    if let (Some(member), Some(fields)) = (call.event_stream_output(), output.as_object_mut())
        && let Some(Some(Ok(events))) = fields.get(member.name).map(Events::in_document)
    {
        let union = |event: standin_tape::Event| {
            let name = event.kind.name().to_owned();
            Document::Object([(name.into(), event.payload)].into_iter().collect())
        };
        fields.insert(member.name, Document::List(events.0.into_iter().map(union).collect()));
    }
    // The oracle's process rounds to the millisecond.
    times(output, Duration::from_micros(500))
}

/// The value with its times moved on and cut to the millisecond.
fn times(value: Document, on: Duration) -> Document {
    match value {
        Document::Timestamp(at) => {
            let millis = at.saturating_add(on).millis();
            Timestamp::from_millis(millis).map_or(value, Document::Timestamp)
        }
        Document::List(items) => {
            Document::List(items.into_iter().map(|item| times(item, on)).collect())
        }
        Document::Object(fields) => Document::Object(
            fields.into_iter().map(|(key, value)| (key, times(value, on))).collect(),
        ),
        other => other,
    }
}
