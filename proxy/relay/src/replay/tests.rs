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

fn plain(id: &str, service: &str, input: Document, output: Document) -> Exchange {
    let outcome = Outcome::Answered { status: 200, answer: Answer::Output(output) };
    Exchange { service: service.to_owned(), input, outcome, ..exchange(id, &[], &[]) }
}

fn nested(fields: Vec<(&'static str, Document)>) -> Document {
    Document::Object(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn attribute(kind: &'static str, value: &str) -> Document {
    object(&[(kind, value)])
}

fn put(ordinal: u32, key: &str, state: &str) -> Exchange {
    let item = nested(vec![("id", attribute("S", key)), ("state", attribute("S", state))]);
    let input = nested(vec![("TableName", "t".into()), ("Item", item)]);
    plain(&format!("PutItem#{ordinal}"), "dynamodb", input, Document::empty())
}

fn get(ordinal: u32, key: &str, state: &str) -> Exchange {
    let input =
        nested(vec![("TableName", "t".into()), ("Key", nested(vec![("id", attribute("S", key))]))]);
    let output = nested(vec![("Item", nested(vec![("state", attribute("S", state))]))]);
    plain(&format!("GetItem#{ordinal}"), "dynamodb", input, output)
}

fn dynamodb(operation: &str) -> Call {
    let service = Catalog::embedded().service("dynamodb").expect("there is DynamoDB");
    let operation = service.operation(operation).expect("an operation");
    Call { service, operation, protocol: Protocol::Json }
}

impl Run {
    /// Asks for what an exchange was asked.
    fn repeat(&mut self, exchange: &Exchange) -> Result<String, String> {
        let answer = self.answer(dynamodb(exchange.operation()), &exchange.input, None)?;
        Ok(String::from_utf8(answer.into_body().to_vec()).expect("text"))
    }
}

#[test]
fn a_read_is_of_what_was_written_before_and_not_of_what_will_be() {
    let exchanges =
        vec![put(1, "k", "one"), get(1, "k", "one"), put(2, "k", "two"), get(2, "k", "two")];
    let mut run = state(Vec::new(), exchanges.clone());
    assert!(run.repeat(&exchanges[0]).is_ok());
    for _ in 0..3 {
        assert!(run.repeat(&exchanges[1]).expect("repeated").contains("one"));
    }
    assert!(run.repeat(&exchanges[2]).is_ok());
    for _ in 0..3 {
        assert!(run.repeat(&exchanges[1]).expect("skipped forward").contains("two"));
    }
    let mut run = state(Vec::new(), exchanges.clone());
    let early = run.repeat(&exchanges[1]).expect_err("nothing was put yet");
    assert!(early.contains("it comes after PutItem#1, which was not asked for yet"), "{early}");
    assert!(run.repeat(&exchanges[0]).is_ok());
    assert!(run.repeat(&exchanges[2]).is_ok());
    let mut run = state(Vec::new(), exchanges[..3].to_vec());
    assert!(run.repeat(&exchanges[0]).is_ok());
    assert!(run.repeat(&exchanges[2]).is_ok());
    let late = run.repeat(&exchanges[1]).expect_err("it would be a lie");
    assert!(late.contains("it was recorded before PutItem#2, which was asked for"), "{late}");
}

#[test]
fn changes_of_one_thing_do_not_bar_reads_of_another() {
    let exchanges =
        vec![put(1, "a", "one"), get(1, "a", "one"), put(2, "b", "two"), get(2, "b", "two")];
    let mut run = state(Vec::new(), exchanges.clone());
    for index in [2, 3, 0, 1, 3, 1] {
        assert!(run.repeat(&exchanges[index]).is_ok(), "{index}");
    }
    assert_eq!(run.unused(), Vec::<String>::new());
}

#[test]
fn numbers_and_sets_match_by_value() {
    let set = |values: &[&str]| {
        nested(vec![("NS", Document::List(values.iter().map(|it| (*it).into()).collect()))])
    };
    let item = |number: &str, values: &[&str]| {
        let item = nested(vec![("n", attribute("N", number)), ("s", set(values))]);
        nested(vec![("TableName", "t".into()), ("Item", item)])
    };
    let recorded = plain("PutItem#1", "dynamodb", item("1.50", &["1", "20"]), Document::empty());
    let mut run = state(Vec::new(), vec![recorded]);
    let other = run.answer(dynamodb("PutItem"), &item("1.5", &["20", "2"]), None);
    assert!(other.expect_err("another set").contains("Item.s.NS"));
    assert!(run.answer(dynamodb("PutItem"), &item("15e-1", &["2e1", "1.0"]), None).is_ok());
}

fn write_items(ordinal: u32, token: &str) -> Exchange {
    let input = nested(vec![
        ("ClientRequestToken", token.into()),
        ("TransactItems", Document::list(Vec::new())),
    ]);
    plain(&format!("TransactWriteItems#{ordinal}"), "dynamodb", input, Document::empty())
}

#[test]
fn tokens_fit_any_and_the_same_one_is_a_retry() {
    let mut run = state(Vec::new(), vec![write_items(1, "recorded"), write_items(2, "another")]);
    for token in ["mine", "mine", "mine", "yours"] {
        assert!(run.repeat(&write_items(1, token)).is_ok(), "{token}");
    }
    assert_eq!(run.unused(), Vec::<String>::new());
    assert!(run.repeat(&write_items(1, "third")).is_err());
    // Where the recording has a token twice, it is asked for twice.
    let mut run = state(Vec::new(), vec![write_items(1, "same"), write_items(2, "same")]);
    assert!(run.repeat(&write_items(1, "mine")).is_ok());
    assert_eq!(run.unused(), ["TransactWriteItems#2"]);
    assert!(run.repeat(&write_items(1, "mine")).is_ok());
    assert_eq!(run.unused(), Vec::<String>::new());
}

#[test]
fn fast_waiters_get_the_last_answer_before_the_next_change() {
    let exchanges = vec![
        put(1, "k", "one"),
        get(1, "k", "making"),
        get(2, "k", "making"),
        get(3, "k", "made"),
        put(2, "k", "two"),
        get(4, "k", "two"),
    ];
    let mut slow = state(Vec::new(), exchanges.clone());
    let mut fast = Run::new(slow.0.recording().clone(), Waiters::Fast);
    for run in [&mut slow, &mut fast] {
        assert!(run.repeat(&exchanges[0]).is_ok());
    }
    assert!(slow.repeat(&exchanges[1]).expect("recorded").contains("making"));
    assert!(fast.repeat(&exchanges[1]).expect("recorded").contains("made"));
    assert_eq!(fast.unused(), ["PutItem#2", "GetItem#4"]);
    assert!(fast.repeat(&exchanges[1]).expect("repeated").contains("made"));
    assert!(fast.repeat(&exchanges[4]).is_ok());
    assert!(fast.repeat(&exchanges[1]).expect("recorded").contains("two"));
}

#[test]
fn secrets_are_masked_in_what_a_miss_says() {
    let service = Catalog::embedded().service("secretsmanager").expect("a service");
    let operation = service.operation("CreateSecret").expect("an operation");
    let call = Call { service, operation, protocol: Protocol::Json };
    let recorded = object(&[("Name", "n"), ("SecretString", "s3cr3t-of-then")]);
    let exchange = plain("CreateSecret#1", "secretsmanager", recorded, Document::empty());
    let mut run = state(Vec::new(), vec![exchange]);
    let input = object(&[("Name", "n"), ("SecretString", "s3cr3t-of-now")]);
    let miss = run.answer(call, &input, None).expect_err("another secret");
    assert!(miss.contains("SecretString: recorded ***, got ***"), "{miss}");
    assert!(!miss.contains("s3cr3t"), "{miss}");
}

proptest::proptest! {
    /// Chains of exchanges that have nothing to do with each other may come in any order, each in its own.
    #[test]
    fn independent_chains_replay_in_any_order(
        order in proptest::collection::vec(0_usize..4, 0..60),
        states in proptest::collection::vec("[a-c]", 3),
    ) {
        let mut exchanges = Vec::new();
        for (step, state) in (1_u32..).zip(&states) {
            for (chain, key) in (0_u32..).zip(["k0", "k1", "k2", "k3"]) {
                let ordinal = step * 4 + chain;
                exchanges.push(put(ordinal, key, state));
                exchanges.push(get(ordinal, key, &format!("{key}-{state}")));
            }
        }
        let chain_of = |exchange: &Exchange| exchange.id.ordinal as usize % 4;
        let mut run = state(Vec::new(), exchanges.clone());
        let mut left: Vec<std::collections::VecDeque<&Exchange>> = (0..4)
            .map(|chain| exchanges.iter().filter(|it| chain_of(it) == chain).collect())
            .collect();
        let rest = (0..4).flat_map(|chain| std::iter::repeat_n(chain, exchanges.len()));
        for chain in order.into_iter().chain(rest) {
            if let Some(exchange) = left[chain].pop_front() {
                let answer = run.repeat(exchange);
                proptest::prop_assert!(answer.is_ok(), "{}: {answer:?}", exchange.id);
                let body = answer.expect("it is recorded");
                if let Some(Answer::Output(output)) = exchange.answer()
                    && let Some(item) = output.get("Item")
                {
                    let state = item.get("state").and_then(|it| it.get("S")?.as_str());
                    proptest::prop_assert!(body.contains(state.expect("a state")), "{body}");
                }
            }
        }
        proptest::prop_assert_eq!(run.unused(), Vec::<String>::new());
    }
}

#[test]
fn a_miss_shows_nothing_that_looks_like_a_secret() {
    let service = Catalog::embedded().service("sqs").expect("modelled");
    let operation = service.operation("SendMessage").expect("modelled");
    let call = Call { service, operation, protocol: Protocol::Json };
    let reason = super::Reason::Unreadable("got \"key AKIAZQ3DRTUV5WXY7ABC\"".to_owned());
    let said = super::Miss::new(call, reason).to_string();
    assert_eq!(said, "sqs SendMessage: got \"key ***\"");
}
