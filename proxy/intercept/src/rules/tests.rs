//! What rules do to requests and answers, in each protocol.

use standin_model::Catalog;
use standin_protocol::Call;

use super::*;
use crate::{Chain, Outcome, parse_rules};

fn context(service: &str, operation: &str) -> Context {
    let service = Catalog::embedded().service(service).expect("a service");
    let operation = service.operation(operation).expect("an operation");
    let call = Call { service, operation, protocol: service.metadata.protocols[0] };
    Context { call, account: None, region: None, request_id: "id-1".into() }
}

/// A chain of rules; what they wait for is added up instead.
fn chain(text: &str, seed: u64) -> (Chain, Arc<Mutex<Duration>>) {
    let waited = Arc::new(Mutex::new(Duration::ZERO));
    let wait: Wait = Arc::new({
        let waited = Arc::clone(&waited);
        move |time| {
            *waited.lock().expect("no panic") += time;
            Box::pin(std::future::ready(()))
        }
    });
    let rules = parse_rules(text, "test").expect("rules");
    (Chain::new(vec![Box::new(Rules::new(rules, seed, wait))]), waited)
}

/// Runs what never has to wait.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    let mut task = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut task) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits"),
    }
}

fn ask(chain: &Chain, service: &str, operation: &str) -> Outcome {
    let request = Request::new(Body::Whole("a body".into()));
    now(chain.forward(request, &context(service, operation)))
}

fn answered(outcome: Outcome) -> Response<Bytes> {
    match outcome {
        Outcome::Answered(answer) => answer,
        Outcome::Forward(_) => panic!("it went on"),
    }
}

#[test]
fn throttling_is_each_services_own() {
    let (chain, _) = chain("* throttle", 0);
    for (service, operation, status, code) in [
        ("sqs", "SendMessage", 400, "RequestThrottled"),
        ("sqs", "ListQueues", 400, "RequestThrottled"),
        ("dynamodb", "PutItem", 400, "ProvisionedThroughputExceededException"),
        ("s3", "GetObject", 503, "SlowDown"),
        ("ec2", "DescribeVpcs", 503, "RequestLimitExceeded"),
        ("iam", "ListUsers", 400, "Throttling"),
        ("lambda", "ListFunctions", 429, "TooManyRequestsException"),
        ("kms", "ListKeys", 400, "ThrottlingException"),
    ] {
        let context = context(service, operation);
        let answer = answered(ask(&chain, service, operation));
        let parsed = context.call.parse_response(&answer).expect("an answer of the protocol");
        let standin_model::Answer::Error(error) = parsed else { panic!("{service}: no error") };
        assert_eq!((error.code.as_ref(), answer.status().as_u16()), (code, status), "{service}");
    }
}

#[test]
fn errors_are_written_in_the_protocol() {
    let (chain, _) = chain(r#"s3:GetObject error NoSuchKey 404 "gone""#, 0);
    let answer = answered(ask(&chain, "s3", "GetObject"));
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    assert_eq!(answer.status(), 404);
    assert!(body.contains("<Code>NoSuchKey</Code>") && body.contains("gone"), "{body}");
    assert!(matches!(ask(&chain, "s3", "PutObject"), Outcome::Forward(_)));
}

#[test]
fn the_same_seed_draws_the_same() {
    let drawn = |seed| {
        let (chain, _) = chain("sqs status 503 30%", seed);
        let hit = |_| matches!(ask(&chain, "sqs", "ListQueues"), Outcome::Answered(_));
        (0..1000).map(hit).collect::<Vec<_>>()
    };
    let hits = drawn(7);
    assert_eq!(hits, drawn(7));
    assert_ne!(hits, drawn(8));
    let count = hits.iter().filter(|hit| **hit).count();
    assert!((250..350).contains(&count), "{count}");
}

#[test]
fn the_first_ones_only() {
    let (chain, _) = chain("sqs status 500 first 2", 0);
    let hit = |_| matches!(ask(&chain, "sqs", "ListQueues"), Outcome::Answered(_));
    assert_eq!((0..4).map(hit).collect::<Vec<_>>(), [true, true, false, false]);
}

#[test]
fn latency_waits_by_the_clock_it_is_given() {
    let (chain, waited) = chain("sqs latency 1h\nsqs latency 100ms..200ms", 3);
    assert!(matches!(ask(&chain, "sqs", "ListQueues"), Outcome::Forward(_)));
    let waited = waited.lock().expect("no panic").saturating_sub(Duration::from_hours(1));
    assert!((100..=200).contains(&waited.as_millis()), "{waited:?}");
}

#[test]
fn headers_and_bodies_are_rewritten_on_both_ways() {
    let rules = "sqs set-header x-a 1\nsqs remove-header x-b\nsqs replace body text\n\
                 sqs set-response-header x-c 2\nsqs replace-response body answer";
    let (chain, _) = chain(rules, 0);
    let context = context("sqs", "ListQueues");
    assert!(chain.reads_bodies(&context));
    let request = Request::builder().header("x-b", "0").header("content-length", "6");
    let request = request.body(Body::Whole("a body".into())).expect("a request");
    let Outcome::Forward(request) = now(chain.forward(request, &context)) else {
        panic!("no rule answers")
    };
    assert_eq!(
        (&request.headers()["x-a"], request.headers().get("x-b")),
        (&"1".parse().expect("a value"), None)
    );
    assert_eq!(request.headers()["content-length"], "6");
    assert_eq!(request.into_body(), Body::Whole("a text".into()));
    let answer = chain.answer(Response::new(Body::Whole("a body".into())), &context);
    assert_eq!(answer.headers()["x-c"], "2");
    assert_eq!(answer.into_body(), Body::Whole("a answer".into()));
}

#[test]
fn bodies_pass_unread_where_no_rule_rewrites_them() {
    let (chain, _) = chain("s3:PutObject latency 1s\nsqs replace a b", 0);
    assert!(!chain.reads_bodies(&context("s3", "PutObject")));
    let request = Request::new(Body::Passing);
    let outcome = now(chain.forward(request, &context("s3", "PutObject")));
    assert!(matches!(outcome, Outcome::Forward(request) if *request.body() == Body::Passing));
}
