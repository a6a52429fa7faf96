//! What a request of a replay costs by the length of the recording: each request is one exchange, its variables among
//! them. Prints a table.
#![expect(clippy::print_stdout, reason = "this is the program's edge")]

use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::Request;
use http::request::Parts;
use standin_model::{Answer, Catalog, Document, Fields, Protocol};
use standin_protocol::Call;
use standin_relay::{Asked, Endpoint, ReplaySession, Replayer};
use standin_tape::{
    Completeness, Exchange, ExchangeId, FormatVersion, Gap, Origin, Outcome, Recording, RulesUsed,
    Variable, VariableKind, Wire,
};

/// A shape of recording.
type Shape = (&'static str, fn(u32) -> Exchange);

fn main() {
    let shapes: [Shape; 3] =
        [("an item each", item), ("the same message", message), ("a receipt handle each", handle)];
    println!("| requests | 100 exchanges | 10,000 exchanges | ratio |");
    println!("|---|---|---|---|");
    for (name, exchange) in shapes {
        let [few, many] = [100, 10_000].map(|count| cost(count, exchange));
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        println!("| {name} | {:.1} us | {:.1} us | {ratio:.2} |", micros(few), micros(many));
    }
}

/// The time of a request, the shortest of some passes over all exchanges: the machine has other work too.
fn cost(count: u32, exchange: fn(u32) -> Exchange) -> Duration {
    let recording = recording((1..=count).map(exchange).collect());
    let requests: Vec<(Call, Parts, Bytes)> = recording.exchanges.iter().map(request).collect();
    let prepared = Replayer::new(recording, ReplaySession::default());
    let passes = (40_000 / count).max(5);
    let times = (0..passes).map(|_| {
        let session = prepared.begin_anew(ReplaySession::default());
        let begin = Instant::now();
        for (call, parts, body) in &requests {
            let endpoint = Endpoint::Ours("http://127.0.0.1:1");
            let now = SystemTime::UNIX_EPOCH;
            let asked = Asked { call: *call, parts, body, endpoint, now };
            session.answer(asked).expect("it is recorded");
        }
        begin.elapsed() / count
    });
    times.min().expect("there are passes")
}

fn request(exchange: &Exchange) -> (Call, Parts, Bytes) {
    let service = Catalog::embedded().service(&exchange.service).expect("a service");
    let operation = service.operation(exchange.operation()).expect("an operation");
    let call = Call { service, operation, protocol: exchange.wire.protocol };
    let plain = |text: &str| text.replace(['«', '»'], "");
    let input = map_texts(&exchange.input, &plain);
    let request: Request<Bytes> = call.serialize_request(&input).expect("an input");
    let (parts, body) = request.into_parts();
    (call, parts, body)
}

fn map_texts(document: &Document, change: &dyn Fn(&str) -> String) -> Document {
    match document {
        Document::String(text) => Document::String(change(text)),
        Document::List(items) => {
            Document::List(items.iter().map(|item| map_texts(item, change)).collect())
        }
        Document::Object(fields) => Document::Object(
            fields.iter().map(|(key, value)| (key.clone(), map_texts(value, change))).collect(),
        ),
        other => other.clone(),
    }
}

fn object<const N: usize>(fields: [(&'static str, Document); N]) -> Document {
    Document::Object(fields.into_iter().map(|(k, v)| (k.into(), v)).collect::<Fields>())
}

fn exchange((service, operation): (&str, &str), ordinal: u32, input: Document) -> Exchange {
    Exchange {
        id: ExchangeId { operation: operation.to_owned(), ordinal },
        service: service.to_owned(),
        after: Vec::new(),
        gap: Gap::NONE,
        input,
        outcome: Outcome::Answered { status: 200, answer: Answer::Output(Document::empty()) },
        wire: Wire::plain(Protocol::Json),
    }
}

/// An item that is like no other.
fn item(number: u32) -> Exchange {
    let text = |value: String| object([("S", value.into())]);
    let item = object([
        ("id", text(format!("item number {number}"))),
        ("state", text("new".to_owned())),
        ("size", object([("N", number.to_string().into())])),
    ]);
    exchange(
        ("dynamodb", "PutItem"),
        number,
        object([("TableName", "jobs".into()), ("Item", item)]),
    )
}

/// A message that is like all others.
fn message(number: u32) -> Exchange {
    let input = object([("QueueUrl", "http://queue".into()), ("MessageBody", "hello".into())]);
    exchange(("sqs", "SendMessage"), number, input)
}

/// A message by what only the client knows.
fn handle(number: u32) -> Exchange {
    let handle = format!("«Handle:{number}»");
    let input = object([("QueueUrl", "http://queue".into()), ("ReceiptHandle", handle.into())]);
    exchange(("sqs", "DeleteMessage"), number, input)
}

fn recording(exchanges: Vec<Exchange>) -> Recording {
    let count = exchanges.len();
    let variable = |number| Variable::new(format!("Handle:{number}"), VariableKind::Client);
    Recording {
        format: FormatVersion::CURRENT,
        scenario: "mixed/matching".to_owned(),
        stimulus: None,
        origin: Origin::Reference("bench".to_owned()),
        region: "eu-west-1".to_owned(),
        date: "2026-01-01".to_owned(),
        models: String::new(),
        rules: RulesUsed { version: 1, hash: String::new() },
        completeness: Completeness::Complete,
        variables: (1..=count).map(variable).collect(),
        exchanges,
    }
}
