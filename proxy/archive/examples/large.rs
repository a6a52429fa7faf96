//! How long large recordings take: `cargo run --release -p standin-archive --example large`.
//!
//! Makes a recording of 100,000 exchanges, saves it, and loads it in a process of its own, so that the peak of memory is
//! the load's; and scrubs and searches 10,000 exchanges.
#![expect(clippy::print_stdout, reason = "what an example is for")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use standin_archive::{RECORDING, Scenario};
use standin_model::{Answer, Catalog, Document, Fields, Protocol};
use standin_tape::{
    Completeness, Exceptions, Exchange, ExchangeId, FormatVersion, Gap, Origin, Outcome, Recording,
    Rules, Scrubber, Sweep, Wire,
};

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    if let Some(folder) = arguments.next() {
        return load(&PathBuf::from(folder));
    }
    let folder = std::env::temp_dir().join(format!("standin-large-{}", std::process::id()));
    save(&folder, 100_000);
    let own = std::env::current_exe().expect("a program has a path");
    let loaded = Command::new(own).arg(&folder).status().expect("it runs again");
    assert!(loaded.success());
    scrub(10_000);
    std::fs::remove_dir_all(&folder).expect("it was there");
}

fn save(folder: &Path, count: u32) {
    let recording = recording(exchanges(count).collect());
    let start = Instant::now();
    let scenario = Scenario::in_folder(folder);
    scenario.save(&recording, &Sweep::with_secrets(["wJalrXUtnFEMI/K7MDENG"])).expect("saved");
    let size = std::fs::metadata(folder.join(RECORDING)).expect("there").len() >> 20;
    println!("{count} exchanges, {size} MiB: saved in {:?}", start.elapsed());
}

fn load(folder: &Path) {
    let start = Instant::now();
    let recording = Scenario::in_folder(folder).read().expect("readable");
    let time = start.elapsed();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!("{} exchanges: loaded in {time:?}; {peak}", recording.exchanges.len());
}

fn scrub(count: u32) {
    let service = Catalog::embedded().service("sqs").expect("in the pack");
    let all: Vec<_> = exchanges(count).collect();
    let start = Instant::now();
    let mut scrubber = Scrubber::new(Exceptions::default());
    let scrubbed = all.into_iter().map(|mut exchange| {
        let operation = service.operation(exchange.operation()).expect("in the model");
        exchange.input = scrubber.input(service, operation, exchange.input);
        if let Outcome::Answered { answer, .. } = &mut exchange.outcome {
            *answer = scrubber.answer(service, operation, answer.clone());
        }
        exchange
    });
    let recording = recording(scrubbed.collect());
    let scrubbed = start.elapsed();
    let written = standin_tape::write(&recording).expect("it has a text");
    let secrets: Vec<String> = (0..100).map(|n| format!("wJalrXUtnFEMI/K7MDENG+{n}")).collect();
    let sweep = Sweep::with_secrets(secrets.iter().map(String::as_str));
    let start = Instant::now();
    sweep.check_written(&written).expect("no secret");
    sweep.check_documents(&recording).expect("no secret");
    let size = written.text.len() >> 10;
    println!(
        "{count} exchanges: scrubbed in {scrubbed:?}, {size} KiB searched in {:?}",
        start.elapsed()
    );
}

fn exchanges(count: u32) -> impl Iterator<Item = Exchange> {
    (1..=count).map(|ordinal| {
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs";
        let body = format!("{{\"job\":{ordinal},\"state\":\"queued\",\"tries\":[1,2,3]}}");
        let input = object(&[("MessageBody", &body), ("QueueUrl", url)]);
        let id = format!("{ordinal:08x}-0000-4000-8000-000000000000");
        let output =
            object(&[("MD5OfMessageBody", "5d41402abc4b2a76b9719d911017c592"), ("MessageId", &id)]);
        Exchange {
            id: ExchangeId { operation: "SendMessage".to_owned(), ordinal },
            service: "sqs".to_owned(),
            after: Vec::new(),
            gap: Gap::NONE,
            input,
            outcome: Outcome::Answered { status: 200, answer: Answer::Output(output) },
            wire: Wire {
                host: Some("sqs.eu-west-1.amazonaws.com".to_owned()),
                response_headers: vec![(
                    "content-type".into(),
                    "application/x-amz-json-1.0".into(),
                )],
                ..Wire::plain(Protocol::Json)
            },
        }
    })
}

fn object(pairs: &[(&'static str, &str)]) -> Document {
    let fields = pairs.iter().map(|(key, text)| ((*key).into(), (*text).into()));
    Document::Object(fields.collect::<Fields>())
}

fn recording(exchanges: Vec<Exchange>) -> Recording {
    Recording {
        format: FormatVersion::CURRENT,
        scenario: "sqs/large".to_owned(),
        stimulus: None,
        origin: Origin::Aws,
        region: "eu-west-1".to_owned(),
        date: "2026-09-20".to_owned(),
        models: format!("botocore {}", Catalog::embedded().version()),
        rules: Rules::builtin().used(),
        completeness: Completeness::Complete,
        variables: Vec::new(),
        exchanges,
    }
}
