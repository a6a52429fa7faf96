//! Prints how long operations take and what 100,000 messages of 100 bytes cost in memory.

#![expect(clippy::print_stdout, reason = "the figures are its purpose")]

use std::sync::Arc;
use std::time::Instant;

use standin_core::{
    AccountId, Caller, Context, Document, Environment, Ids, Input, NoFallback, NoServices, Number,
    Protocol, Provider, Region, SystemClock,
};
use standin_provider_sqs::Sqs;
use standin_store::Store;

const MESSAGES: usize = 100_000;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let sqs = Arc::new(Sqs::new(Store::new()));
    let context = context();
    call(&sqs, &context, "CreateQueue", [("QueueName", Document::String("q".into()))]).await;
    let before = resident();
    let start = Instant::now();
    for _ in 0..MESSAGES {
        call(
            &sqs,
            &context,
            "SendMessage",
            [url(), ("MessageBody", Document::String("m".repeat(100)))],
        )
        .await;
    }
    println!("SendMessage {:?}", start.elapsed() / count(MESSAGES));
    println!("{MESSAGES} messages: {} MiB", (resident() - before) / 1024);
    let start = Instant::now();
    let rounds = 20_000;
    for _ in 0..rounds {
        call(
            &sqs,
            &context,
            "SendMessage",
            [url(), ("MessageBody", Document::String("m".repeat(100)))],
        )
        .await;
        let received = call(&sqs, &context, "ReceiveMessage", [url()]).await;
        let message =
            &received.get("Messages").and_then(Document::as_list).expect("there are messages")[0];
        let handle = message.get("ReceiptHandle").expect("a message has one").clone();
        call(&sqs, &context, "DeleteMessage", [url(), ("ReceiptHandle", handle)]).await;
    }
    println!("send, receive, delete {:?}", start.elapsed() / count(rounds));
    let start = Instant::now();
    for _ in 0..MESSAGES / 10 {
        let ten = ("MaxNumberOfMessages", Document::Number(Number::Integer(10)));
        call(&sqs, &context, "ReceiveMessage", [url(), ten]).await;
    }
    println!(
        "ReceiveMessage of ten {:?}; with all in flight {} MiB",
        start.elapsed() / count(MESSAGES / 10),
        (resident() - before) / 1024
    );
}

fn context() -> Context {
    let environment = Environment {
        clock: Arc::new(SystemClock),
        ids: Ids::random(),
        fallback: Arc::new(NoFallback),
        services: Arc::new(NoServices),
    };
    Context {
        account: AccountId::DEFAULT,
        region: Region::us_east_1(),
        service: "sqs",
        operation: "",
        protocol: Protocol::Json,
        request_id: "request".into(),
        endpoint: "http://localhost:4566".into(),
        caller: Caller::default(),
        environment: Arc::new(environment),
    }
}

async fn call<const N: usize>(
    sqs: &Arc<Sqs>,
    context: &Context,
    operation: &str,
    input: [(&'static str, Document); N],
) -> Document {
    let handler = Arc::clone(sqs).operation(operation).expect("SQS is complete");
    let input = input.into_iter().map(|(name, value)| (name.into(), value)).collect();
    let output = handler.call(context.clone(), Input::from(Document::Object(input))).await;
    output.expect("the operation succeeds").document
}

fn url() -> (&'static str, Document) {
    ("QueueUrl", Document::String("http://localhost:4566/000000000000/q".into()))
}

fn count(count: usize) -> u32 {
    u32::try_from(count).expect("fits")
}

/// Resident memory in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells it");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("Linux tells it");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number of KiB")
}
