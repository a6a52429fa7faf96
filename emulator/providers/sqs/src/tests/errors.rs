//! Every error of `errors.json` is produced, and every one that AWS was recorded with is among them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use standin_core::{Document, Protocol};
use standin_model::Catalog;

use super::{Bench, from_value, messages, redrive, text};

const CASES: &str = include_str!("errors.json");
const LEDGER: &str = include_str!("errors.ledger");

/// An error as a client sees it: the shape's name or, in batches, the code; and the message.
type Seen = (String, String);

#[tokio::test]
async fn every_error_is_produced() {
    for case in cases() {
        let (code, message, status) = produce(&case).await;
        let expected = case["error"].as_str().or(case["failed"][0].as_str()).unwrap();
        assert_eq!((code.as_str(), message.as_str()), (expected, wanted(&case).as_str()), "{case}");
        assert_eq!(u64::from(status), case["status"].as_u64().unwrap_or(400), "{case}");
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that can't run says so")]
fn every_recorded_error_is_produced_or_in_the_ledger() {
    let Some(corpus) = corpus() else {
        println!("ignored: every_recorded_error_is_produced_or_in_the_ledger (no corpus)");
        return;
    };
    let recorded = recorded(&corpus);
    assert!(recorded.len() > 40, "only {} errors were found", recorded.len());
    let produced: Vec<Seen> = cases().iter().flat_map(produced_codes).collect();
    let ledger: Vec<(&str, &str)> = ledger().collect();
    let is_in_ledger = |(code, message): &Seen, entry: &(&str, &str)| {
        code == entry.0 && message.starts_with(entry.1)
    };
    let missing: Vec<&Seen> = recorded
        .iter()
        .filter(|seen| !produced.iter().any(|produced| matches(seen, produced)))
        .filter(|seen| !ledger.iter().any(|entry| is_in_ledger(seen, entry)))
        .collect();
    assert!(missing.is_empty(), "recorded but neither produced nor in the ledger: {missing:#?}");
    for entry in &ledger {
        assert!(
            recorded.iter().any(|seen| is_in_ledger(seen, entry)),
            "stale in the ledger: {entry:?}"
        );
    }
}

fn cases() -> Vec<Value> {
    serde_json::from_str(CASES).expect("errors.json is a list of cases")
}

fn wanted(case: &Value) -> String {
    let message = case["message"].as_str().unwrap();
    expand(message, "HANDLE").replace("HANDLE", "…")
}

/// The error by its names in both protocols.
fn produced_codes(case: &Value) -> Vec<Seen> {
    let message = expand(case["message"].as_str().unwrap(), "<receipt-handle:1>");
    let Some(shape) = case["error"].as_str() else {
        return vec![(case["failed"][0].as_str().unwrap().to_owned(), message)];
    };
    let service = Catalog::embedded().service("sqs").expect("SQS has a model");
    let code = service.shape_named(shape).map_or(shape, |shape| shape.error_code());
    vec![(shape.to_owned(), message.clone()), (code.to_owned(), message)]
}

/// Placeholders of the recordings stand for any text.
fn matches((code, message): &Seen, (produced, text): &Seen) -> bool {
    let message = message.replace("<queue-name>", "q");
    code == produced && message == *text
}

fn ledger() -> impl Iterator<Item = (&'static str, &'static str)> {
    LEDGER.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let parts: Vec<&str> = line.split(" | ").collect();
        let [code, message, reason] = parts[..] else { panic!("not three parts: {line}") };
        assert!(!reason.is_empty(), "no reason: {line}");
        (code, message)
    })
}

async fn produce(case: &Value) -> (String, String, u16) {
    let mut bench = Bench::new();
    let mut names = Names::new(&bench).await;
    for step in case["before"].as_array().into_iter().flatten() {
        names.run(&bench, step).await;
    }
    if case["protocol"] == "query" {
        bench.context.protocol = Protocol::Query;
    }
    let (operation, input) = names.step(&case["call"]);
    let result = bench.call_document(&operation, input).await;
    let (code, message, status) = if case["failed"].is_null() {
        let error = result.expect_err(&case.to_string());
        (error.code.into_owned(), error.message.unwrap_or_default(), error.status)
    } else {
        let output = result.unwrap_or_else(|error| panic!("{case}: {error}"));
        let failed = &output.get("Failed").and_then(Document::as_list).expect("an entry failed")[0];
        assert_eq!(failed.get("SenderFault"), Some(&Document::Boolean(true)));
        (text(failed, "Code"), text(failed, "Message"), 400)
    };
    let message =
        if names.handle.is_empty() { message } else { message.replace(&names.handle, "…") };
    (code, message, status)
}

/// What `{names}` in the cases stand for.
struct Names {
    q: String,
    small: String,
    fifo: String,
    handle: String,
    task: String,
}

impl Names {
    async fn new(bench: &Bench) -> Self {
        let names = Self {
            q: bench.queue("q", "").await,
            small: bench.queue("small", "'MaximumMessageSize': '1024'").await,
            fifo: bench.queue("fifo.fifo", "'FifoQueue': 'true'").await,
            handle: String::new(),
            task: String::new(),
        };
        bench.queue("dead", "").await;
        bench.queue("source", &redrive("dead", 1)).await;
        names
    }

    async fn run(&mut self, bench: &Bench, step: &Value) {
        if step[0] == "advance" {
            return bench.advance(step[1].as_u64().unwrap());
        }
        let (operation, input) = self.step(step);
        let output = bench
            .call_document(&operation, input)
            .await
            .unwrap_or_else(|error| panic!("{step}: {error}"));
        if let Some((_, handle)) = messages(&output).pop() {
            self.handle = handle;
        }
        self.task = text(&output, "TaskHandle");
    }

    fn step(&self, step: &Value) -> (String, Document) {
        let mut input = step[1].clone();
        self.fill(&mut input);
        (step[0].as_str().unwrap().to_owned(), from_value(input))
    }

    fn fill(&self, value: &mut Value) {
        match value {
            Value::String(text) if text == "{20 entries}" => {
                let entry = |id| serde_json::json!({"Id": format!("{id}"), "MessageBody": "a"});
                *value = (0..20).map(entry).collect();
            }
            Value::String(text) => {
                let filled = expand(text, &self.handle)
                    .replace("{q}", &self.q)
                    .replace("{small}", &self.small);
                *text = filled.replace("{fifo}", &self.fifo).replace("{task}", &self.task);
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.fill(field)),
            _ => {}
        }
    }
}

/// Expands `{a*N}` to N letters, `{handle}`, and the handles of tasks that aren't there.
fn expand(text: &str, handle: &str) -> String {
    use base64::Engine as _;
    let task = |queue: &str| {
        let json = format!(
            r#"{{"taskId":"no","sourceArn":"arn:aws:sqs:us-east-1:111111111111:{queue}"}}"#
        );
        base64::engine::general_purpose::STANDARD.encode(json)
    };
    let text = text.replace("{handle}", handle);
    let text =
        text.replace("{task of none}", &task("none")).replace("{task of dead}", &task("dead"));
    let Some((before, rest)) = text.split_once("{a*") else { return text };
    let (count, after) = rest.split_once('}').unwrap();
    format!("{before}{}{after}", "a".repeat(count.parse().unwrap()))
}

fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared");
    let shared = std::env::var_os("STANDIN_SHARED").map_or(root, PathBuf::from);
    Some(shared.join("corpus/localstack-snapshots/tests")).filter(|path| path.is_dir())
}

fn recorded(corpus: &Path) -> BTreeSet<Seen> {
    let mut found = BTreeSet::new();
    let mut folders = vec![corpus.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            // Where the corpus itself lies may have the service in its name, too.
            let name = entry.strip_prefix(corpus).unwrap().to_str().unwrap().to_owned();
            if entry.is_dir() {
                folders.push(entry);
            } else if name.contains("sqs") && name.ends_with(".snapshot.json") {
                collect(
                    &serde_json::from_slice(&std::fs::read(&entry).unwrap()).unwrap(),
                    &mut found,
                );
            }
        }
    }
    found
}

fn collect(value: &Value, found: &mut BTreeSet<Seen>) {
    let mut add = |code: &Value, message: &Value| {
        if let (Some(code), Some(message)) = (code.as_str(), message.as_str()) {
            found.insert((code.to_owned(), message.to_owned()));
        }
    };
    match value {
        Value::Object(fields) => {
            if let Some(error) = fields.get("Error").filter(|error| error.is_object()) {
                add(&error["Code"], &error["Message"]);
                add(&error["QueryErrorCode"], &error["Message"]);
            }
            if fields.contains_key("SenderFault") {
                add(&fields["Code"], &fields["Message"]);
            }
            fields.values().for_each(|field| collect(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::String(text) => {
            let (code, rest) = text
                .strip_prefix("An error occurred (")
                .and_then(|rest| rest.split_once(')'))
                .unwrap_or_default();
            if let Some((_, message)) = rest.split_once("operation: ") {
                found.insert((code.to_owned(), message.to_owned()));
            }
        }
        _ => {}
    }
}
