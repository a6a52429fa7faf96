//! How long an input's constraints take to check.
//!
//! `cargo run --release -p standin-core --example validate_times`

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use standin_core::constraints::Validator;
use standin_core::{Document, Fields};
use standin_model::Catalog;

fn main() {
    let url = "https://sqs.us-east-1.amazonaws.com/123456789012/my-queue";
    measure(
        "sqs",
        "SendMessage",
        &[("QueueUrl", url.into()), ("MessageBody", "hello world".into())],
    );
    measure("sts", "GetCallerIdentity", &[]);
    let role = ("RoleArn", "arn:aws:iam::123456789012:role/demo".into());
    measure("sts", "AssumeRole", &[role.clone(), ("RoleSessionName", "Alice".into())]);
    measure("sts", "AssumeRole", &[role, ("RoleSessionName", "Alice:2".into())]);
    let attribute =
        |index: usize| (format!("attribute{index}").into(), object(&[("S", "v".into())]));
    let item = Document::Object((0..20).map(attribute).collect());
    measure("dynamodb", "PutItem", &[("TableName", "table".into()), ("Item", item)]);
}

fn object(fields: &[(&'static str, Document)]) -> Document {
    let fields = fields.iter().map(|(name, value)| ((*name).into(), value.clone()));
    Document::Object(fields.collect::<Fields>())
}

fn measure(service: &str, operation: &str, input: &[(&'static str, Document)]) {
    const TIMES: u32 = 200_000;
    let service = Catalog::embedded().service(service).expect("a known service");
    let found = service.operation(operation).expect("a known operation");
    let input = object(input);
    let begun = Instant::now();
    let validator = Validator::new(service);
    let made = begun.elapsed();
    let begun = Instant::now();
    let refused = validator.validate(found, &input).is_err();
    let first = begun.elapsed();
    let begun = Instant::now();
    for _ in 0..TIMES {
        drop(black_box(validator.validate(found, black_box(&input))));
    }
    let each = begun.elapsed() / TIMES;
    let words = if refused { " refused" } else { "" };
    let mut out = std::io::stdout();
    let line =
        format!("{operation}{words}: {each:?}, the first {first:?}, validator made in {made:?}");
    writeln!(out, "{line}").expect("standard output is open");
}
