//! Matching over a recording: order, repeats, retries, variables, and what a miss says.

use std::sync::Arc;
use std::time::SystemTime;

use standin_model::{Answer, Catalog, Document, Fields, Protocol};
use standin_protocol::Call;
use standin_tape::{
    Completeness, Exchange, FormatVersion, Gap, Origin, Outcome, Recording, RulesUsed, Variable,
    VariableKind, Wire,
};

use super::Waiters;
use super::prepared::Prepared;
use super::state::{Ask, State};

fn object(pairs: &[(&'static str, &str)]) -> Document {
    let fields = pairs.iter().map(|(key, value)| ((*key).into(), (*value).into()));
    Document::Object(fields.collect::<Fields>())
}

fn exchange(id: &str, input: &[(&'static str, &str)], output: &[(&'static str, &str)]) -> Exchange {
    Exchange {
        id: id.parse().expect("an id"),
        service: "sqs".to_owned(),
        after: Vec::new(),
        gap: Gap::NONE,
        input: object(input),
        outcome: Outcome::Answered { status: 200, answer: Answer::Output(object(output)) },
        wire: Wire::plain(Protocol::Json),
    }
}

fn state(variables: Vec<Variable>, exchanges: Vec<Exchange>) -> Run {
    let recording = Recording {
        format: FormatVersion::CURRENT,
        scenario: "sqs/x".to_owned(),
        stimulus: None,
        origin: Origin::Aws,
        region: "eu-west-1".to_owned(),
        date: "2026-01-01".to_owned(),
        models: String::new(),
        rules: RulesUsed { version: 1, hash: String::new() },
        completeness: Completeness::Complete,
        variables,
        exchanges,
    };
    Run::new(recording, Waiters::AsRecorded)
}

/// A session under test.
struct Run(State);

impl Run {
    fn new(recording: Recording, waiters: Waiters) -> Self {
        let prepared = Arc::new(Prepared::new(recording));
        Self(State::new(prepared, "seed".to_owned(), waiters))
    }

    fn answer(
        &mut self,
        call: Call,
        input: &Document,
        invocation: Option<&str>,
    ) -> Result<http::Response<bytes::Bytes>, String> {
        let endpoint = "http://127.0.0.1:1";
        let ask = Ask { call, input, endpoint, invocation, now: SystemTime::UNIX_EPOCH };
        self.0.answer(ask).map_err(|miss| miss.to_string())
    }

    fn unused(&self) -> Vec<String> {
        self.0.unused().map(ToString::to_string).collect()
    }
}

fn call(operation: &str) -> Call {
    let service = Catalog::embedded().service("sqs").expect("there is SQS");
    let operation = service.operation(operation).expect("an operation");
    Call { service, operation, protocol: Protocol::Json }
}

/// The body of the answer, or what the miss says.
fn ask(state: &mut Run, operation: &str, input: &[(&'static str, &str)]) -> Result<String, String> {
    let answer = state.answer(call(operation), &object(input), None)?;
    Ok(String::from_utf8(answer.into_body().to_vec()).expect("text"))
}

const QUEUE: (&str, &str) = ("QueueUrl", "q");

#[test]
fn the_same_request_gets_the_recorded_answers_in_order() {
    let send =
        |id, message| exchange(id, &[QUEUE, ("MessageBody", "m")], &[("MessageId", message)]);
    let mut state =
        state(Vec::new(), vec![send("SendMessage#1", "m1"), send("SendMessage#2", "m2")]);
    let input = [QUEUE, ("MessageBody", "m")];
    assert!(ask(&mut state, "SendMessage", &input).expect("recorded").contains("m1"));
    assert!(ask(&mut state, "SendMessage", &input).expect("recorded").contains("m2"));
    let third = ask(&mut state, "SendMessage", &input).expect_err("it was sent twice");
    assert!(
        third.contains("not in the recording once more: SendMessage#1 was answered"),
        "{third}"
    );
}

fn urls(id: &str, url: &str) -> Exchange {
    exchange(id, &[("QueueName", "n")], &[("QueueUrl", url)])
}

#[test]
fn reads_repeat_until_something_changes() {
    let queue = ("QueueUrl", "https://sqs.eu-west-1.amazonaws.com/n");
    let purge = exchange("PurgeQueue#1", &[queue], &[]);
    let exchanges = vec![
        urls("GetQueueUrl#1", "one"),
        urls("GetQueueUrl#2", "two"),
        purge,
        urls("GetQueueUrl#3", "three"),
    ];
    let mut first = state(Vec::new(), exchanges.clone());
    let read = |state: &mut Run| ask(state, "GetQueueUrl", &[("QueueName", "n")]);
    assert!(read(&mut first).expect("recorded").contains("one"));
    assert!(ask(&mut first, "PurgeQueue", &[queue]).is_ok());
    // The second was recorded before the change, and is passed over.
    assert!(read(&mut first).expect("recorded").contains("three"));
    assert!(read(&mut first).expect("repeated").contains("three"));

    let mut second = state(Vec::new(), exchanges[..3].to_vec());
    assert!(read(&mut second).expect("recorded").contains("one"));
    assert!(read(&mut second).expect("recorded").contains("two"));
    assert!(read(&mut second).expect("repeated").contains("two"));
    assert_eq!(second.unused(), ["PurgeQueue#1"]);
}

#[test]
fn a_retry_gets_the_same_answer() {
    let send =
        |id, message| exchange(id, &[QUEUE, ("MessageBody", "m")], &[("MessageId", message)]);
    let mut state = state(Vec::new(), vec![send("SendMessage#1", "1"), send("SendMessage#2", "2")]);
    let mut ask = |invocation: &str| {
        let input = object(&[QUEUE, ("MessageBody", "m")]);
        let answer = state.answer(call("SendMessage"), &input, Some(invocation));
        answer.expect("recorded").into_body()
    };
    assert_eq!(ask("first"), ask("first"));
    assert_ne!(ask("first"), ask("second"));
}

#[test]
fn server_values_must_be_those_that_were_handed_out() {
    let variable =
        Variable::new("Handle:1", VariableKind::Opaque).defined_at("GetQueueUrl#1.output.QueueUrl");
    let receive = urls("GetQueueUrl#1", "«endpoint»/«Handle:1»");
    let mut delete = exchange("DeleteQueue#1", &[("QueueUrl", "«endpoint»/«Handle:1»")], &[]);
    delete.after = vec![receive.id.clone()];
    let variables = vec![variable, Variable::new("endpoint", VariableKind::Host)];
    let mut state = state(variables, vec![receive, delete]);
    let early = ask(&mut state, "DeleteQueue", &[("QueueUrl", "http://127.0.0.1:1/x")]);
    let early = early.expect_err("it is too early");
    assert!(early.contains("it comes after GetQueueUrl#1"), "{early}");
    let body = ask(&mut state, "GetQueueUrl", &[("QueueName", "n")]).expect("recorded");
    let url = body.split('"').nth(3).expect("a URL").to_owned();
    assert!(url.starts_with("http://127.0.0.1:1/handle"), "{url}");
    let wrong = ask(&mut state, "DeleteQueue", &[("QueueUrl", "http://127.0.0.1:1/other")]);
    assert!(wrong.expect_err("another value").contains("QueueUrl: recorded"));
    assert!(ask(&mut state, "DeleteQueue", &[("QueueUrl", &url)]).is_ok());
}

#[test]
fn a_miss_tells_missing_and_further_members() {
    let send = exchange("SendMessage#1", &[QUEUE, ("MessageBody", "n")], &[]);
    let mut state = state(Vec::new(), vec![send]);
    let input = [QUEUE, ("MessageBody", "m"), ("MessageGroupId", "x")];
    let miss = ask(&mut state, "SendMessage", &input).expect_err("a miss");
    assert!(miss.contains("MessageBody: recorded \"n\", got \"m\""), "{miss}");
    assert!(miss.contains("MessageGroupId: recorded nothing, got \"x\""), "{miss}");
}

#[test]
fn sums_that_clients_check_are_of_the_body_as_it_is_now() {
    let service = Catalog::embedded().service("dynamodb").expect("there is DynamoDB");
    let operation = service.operation("DescribeLimits").expect("an operation");
    let limits = exchange("DescribeLimits#1", &[], &[]);
    let mut state = state(Vec::new(), vec![Exchange { service: "dynamodb".to_owned(), ..limits }]);
    let call = Call { service, operation, protocol: Protocol::Json };
    let answer = state.answer(call, &Document::empty(), None).expect("recorded");
    let sum = crc32fast::hash(answer.body()).to_string();
    assert_eq!(answer.headers()["x-amz-crc32"], sum.as_str());
}
