//! How long scrubbing and correlating take: `cargo run --release -p standin-compare --example correlate [EXCHANGES]`.

use std::time::{Duration, Instant};

use standin_compare::{Known, correlate, correlate_twins};
use standin_model::{Answer, Catalog, Document, Protocol};
use standin_tape::{
    Completeness, Exceptions, Exchange, FormatVersion, Gap, Origin, Outcome, Recording, Rules,
    Scrubber, Wire,
};

/// Lives of messages, four exchanges each; `run` tells one run from another.
struct Lives {
    run: u64,
    count: usize,
}

#[expect(clippy::print_stdout, reason = "a measurement is printed")]
fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let (scrubbed, first) = timed(|| recording(&Lives { run: 1, count }));
    let second = recording(&Lives { run: 2, count });
    let known = Known::default();
    let (alone, found) = timed(|| correlate(first.clone(), &known).expect("it passes the gate"));
    let (twins, pairs) =
        timed(|| correlate_twins(&first, &second, &known).expect("it passes the gate"));
    println!("{count} exchanges: scrubbed in {scrubbed:?}");
    println!("one run: {alone:?}, {} variables", found.values.len());
    println!("two runs: {twins:?}, {} variables", pairs.values.len());
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}

fn recording(lives: &Lives) -> Recording {
    let service = Catalog::embedded().service("sqs").expect("in the models");
    let mut scrubber = Scrubber::new(Exceptions::default());
    let mut exchanges = Vec::with_capacity(lives.count);
    for at in 0..lives.count {
        let (operation, input, output) = lives.exchange(at / 4, at % 4);
        let operation = service.operation(operation).expect("in the model");
        let mut wire = Wire::plain(Protocol::Json);
        wire.host = Some("sqs.eu-west-1.amazonaws.com".to_owned());
        let answer = scrubber.answer(service, operation, Answer::Output(output));
        exchanges.push(Exchange {
            id: format!("{}#{}", operation.name, at / 4 + 1).parse().expect("an id"),
            service: "sqs".to_owned(),
            after: Vec::new(),
            gap: Gap::NONE,
            input: scrubber.input(service, operation, input),
            outcome: Outcome::Answered { status: 200, answer },
            wire,
        });
    }
    Recording {
        format: FormatVersion::CURRENT,
        scenario: "sqs/lives".to_owned(),
        stimulus: None,
        origin: Origin::Aws,
        region: "eu-west-1".to_owned(),
        date: "2026-01-01".to_owned(),
        models: String::new(),
        rules: Rules::builtin().used(),
        completeness: Completeness::Complete,
        variables: Vec::new(),
        exchanges,
    }
}

impl Lives {
    /// Numbers that look random, the same for the same run and seed.
    fn random(&self, seed: usize) -> u64 {
        let mut state = (self.run << 32 | seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        state ^= state >> 29;
        state.wrapping_mul(0xbf58_476d_1ce4_e5b9)
    }

    fn uuid(&self, seed: usize) -> String {
        let (a, b) = (self.random(seed * 2), self.random(seed * 2 + 1));
        let digits = format!("{a:016x}{b:016x}");
        let part = |from: usize, to: usize| &digits[from..to];
        format!(
            "{}-{}-4{}-8{}-{}",
            part(0, 8),
            part(8, 12),
            part(13, 16),
            part(17, 20),
            part(20, 32)
        )
    }

    fn exchange(&self, life: usize, step: usize) -> (&'static str, Document, Document) {
        let name = format!("jobs-{:016x}", self.random(life * 10 + 1));
        let url = format!("https://sqs.eu-west-1.amazonaws.com/123456789012/{name}");
        let handle = format!("AQEB{:016x}Zz{:016x}==", self.random(life), self.random(life + 7));
        let body = format!("order {} of {name}", self.uuid(life * 10 + 2));
        let md5 = format!("{:016x}{:016x}", self.random(life * 10 + 3), self.random(life * 10 + 4));
        let id = self.uuid(life * 10 + 5);
        let sent = 1_700_000_000_000_u64 + self.run * 1_000_000 + life as u64;
        match step {
            0 => ("CreateQueue", object([("QueueName", name)]), object([("QueueUrl", url)])),
            1 => (
                "SendMessage",
                object([("QueueUrl", url), ("MessageBody", body)]),
                object([("MessageId", id), ("MD5OfMessageBody", md5)]),
            ),
            2 => {
                let attributes = object([("SentTimestamp", sent.to_string())]);
                let mut message =
                    object([("MessageId", id), ("ReceiptHandle", handle), ("Body", body)]);
                if let Some(fields) = message.as_object_mut() {
                    fields.push("Attributes", attributes);
                }
                let messages = Document::List([message].into_iter().collect());
                let output = [("Messages".into(), messages)].into_iter().collect();
                ("ReceiveMessage", object([("QueueUrl", url)]), Document::Object(output))
            }
            _ => (
                "DeleteMessage",
                object([("QueueUrl", url), ("ReceiptHandle", handle)]),
                Document::empty(),
            ),
        }
    }
}

fn object<const N: usize>(fields: [(&'static str, String); N]) -> Document {
    Document::Object(fields.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
}
