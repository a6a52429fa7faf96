//! Nothing secret gets through, and what the run made up stays.

use proptest::prelude::*;
use standin_model::{Answer, Catalog, Document, Fields, Operation, Service, ServiceError};

use super::{Exceptions, Rules, Scrubber};
use crate::{Event, Events, RulesUsed, SecretKind, Sweep};

fn operation(service: &str, name: &str) -> (&'static Service, &'static Operation) {
    let service = Catalog::embedded().service(service).expect("in the pack");
    (service, service.operation(name).expect("in the model"))
}

fn object(pairs: impl IntoIterator<Item = (&'static str, Document)>) -> Document {
    Document::Object(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect::<Fields>())
}

fn output_of(scrubber: &Scrubber, service: &str, name: &str, output: Document) -> Document {
    let (service, operation) = operation(service, name);
    match scrubber.answer(service, operation, Answer::Output(output)) {
        Answer::Output(output) => output,
        Answer::Error(error) => panic!("{error}"),
    }
}

fn redacted(member: &str, length: i64) -> Document {
    object([("$redacted", member.into()), ("len", length.into())])
}

#[test]
fn the_builtin_rules_are_read_and_name_known_things() {
    // Who changes the rules raises their version, and writes both here.
    let RulesUsed { version, hash } = Rules::builtin().used();
    assert_eq!(
        (version, hash.as_str()),
        (4, "sha256-224d8112104a2b156f6402081c43fd249c2cab731ed85763ecb4472a831d2427")
    );
}

#[test]
fn credentials_are_redacted_where_the_model_is_silent() {
    let scrubber = Scrubber::new(Exceptions::default());
    let credentials = object([
        ("AccessKeyId", "ASIAIOSFODNN7ABCDEFG".into()),
        ("SecretAccessKey", "s".repeat(40).into()),
        ("SessionToken", "t".repeat(100).into()),
    ]);
    let output = output_of(&scrubber, "sts", "AssumeRole", object([("Credentials", credentials)]));
    let expected = object([
        ("AccessKeyId", redacted("AccessKeyId", 20)),
        ("SecretAccessKey", redacted("SecretAccessKey", 40)),
        ("SessionToken", redacted("SessionToken", 100)),
    ]);
    assert_eq!(output.get("Credentials"), Some(&expected));
    for (service, name) in [("ecr", "authorizationToken"), ("codeartifact", "authorizationToken")] {
        let list = object([(name, "secret".into())]);
        let output = match service {
            "ecr" => object([("authorizationData", Document::list(vec![list]))]),
            _ => list,
        };
        let output = output_of(&scrubber, service, "GetAuthorizationToken", output);
        assert!(format!("{output:?}").contains("$redacted"), "{service}: {output:?}");
    }
}

#[test]
fn the_documentation_s_access_key_is_no_secret() {
    let mut scrubber = Scrubber::new(Exceptions::default());
    let (sts, info) = operation("sts", "GetAccessKeyInfo");
    let input = object([("AccessKeyId", "AKIAIOSFODNN7EXAMPLE".into())]);
    assert_eq!(scrubber.input(sts, info, input.clone()), input);
    let kept = scrubber.input(sts, info, object([("AccessKeyId", "AKIAIOSFODNN7ABCDEFG".into())]));
    assert_eq!(kept.get("AccessKeyId"), Some(&redacted("AccessKeyId", 20)));
}

#[test]
fn operations_that_answer_credentials_are_not_kept() {
    let (service, assume) = operation("sts", "AssumeRoleWithWebIdentity");
    assert!(Scrubber::new(Exceptions::default()).admit(service, assume).is_err());
    let (_, identity) = operation("sts", "GetCallerIdentity");
    assert_eq!(Scrubber::new(Exceptions::default()).admit(service, identity), Ok(()));
    let exceptions = Exceptions { credential_operations: true, ..Exceptions::default() };
    assert_eq!(Scrubber::new(exceptions).admit(service, assume), Ok(()));
}

#[test]
fn a_payload_is_kept_where_the_run_supplied_it() {
    let mut scrubber = Scrubber::new(Exceptions::default());
    let (sqs, send) = operation("sqs", "SendMessage");
    let input = object([("MessageBody", "the word of today".into()), ("QueueUrl", "u".into())]);
    assert_eq!(scrubber.input(sqs, send, input.clone()), input);
    let receive = |body: &str| {
        let message = object([("Body", body.into()), ("MessageId", "m".into())]);
        let output = object([("Messages", Document::list(vec![message]))]);
        let output = output_of(&scrubber, "sqs", "ReceiveMessage", output);
        output.get("Messages").and_then(|list| list.as_list()?[0].get("Body").cloned())
    };
    for ours in ["the word of today", "{\"Message\": \"the word of today\"}", ""] {
        assert_eq!(receive(ours), Some(ours.into()));
    }
    assert_eq!(receive("somebody's order"), Some(redacted("Body", 16)));
}

#[test]
fn what_the_model_calls_sensitive_is_redacted_but_for_exceptions() {
    let mut scrubber = Scrubber::new(Exceptions::default());
    let (service, create) = operation("secretsmanager", "CreateSecret");
    let input = object([("Name", "n".into()), ("SecretString", "hunter2".into())]);
    let kept = scrubber.input(service, create, input.clone());
    assert_eq!(kept.get("SecretString"), Some(&redacted("SecretString", 7)));
    let exceptions =
        Exceptions { members: vec!["secretsmanager.SecretString".into()], ..Exceptions::default() };
    assert_eq!(Scrubber::new(exceptions).input(service, create, input.clone()), input);

    let (kms, encrypt) = operation("kms", "Encrypt");
    let input = object([("KeyId", "k".into()), ("Plaintext", Document::blob("made up"))]);
    assert_eq!(scrubber.input(kms, encrypt, input.clone()), input);
}

#[test]
fn what_the_model_does_not_know_is_dropped() {
    let scrubber = Scrubber::new(Exceptions::default());
    let output = object([("MessageId", "m".into()), ("NewThing", "secret".into())]);
    let output = output_of(&scrubber, "sqs", "SendMessage", output);
    assert_eq!(output.get("NewThing"), Some(&object([("$unmodelled", "string".into())])));
    let (sqs, send) = operation("sqs", "SendMessage");
    let error = ServiceError::sender("Novel", "m").with_member("Secret", "s".into());
    let Answer::Error(error) = scrubber.answer(sqs, send, Answer::Error(error)) else {
        panic!("an error stays one")
    };
    assert_eq!(error.members.get("Secret"), Some(&object([("$unmodelled", "string".into())])));
}

#[test]
fn signed_urls_and_encoded_messages_are_cut() {
    let scrubber = Scrubber::new(Exceptions::default());
    let url = "https://b.s3.amazonaws.com/k?X-Amz-Signature=00";
    let output = object([("Code", object([("Location", url.into())]))]);
    let output = output_of(&scrubber, "lambda", "GetFunction", output);
    let length = i64::try_from(url.len()).expect("short");
    assert_eq!(
        output.get("Code").and_then(|code| code.get("Location")),
        Some(&redacted("Location", length))
    );

    let (sqs, send) = operation("sqs", "SendMessage");
    let error =
        ServiceError::sender("AccessDenied", "no. Encoded authorization failure message: abc def");
    let Answer::Error(error) = scrubber.answer(sqs, send, Answer::Error(error)) else {
        panic!("an error stays one")
    };
    let expected = "no. Encoded authorization failure message: (redacted) def";
    assert_eq!(error.message.as_deref(), Some(expected));
}

#[test]
fn response_headers_are_kept_by_name() {
    let scrubber = Scrubber::new(Exceptions::default());
    let headers = [
        ("X-Amz-Request-Id", "1"),
        ("Set-Cookie", "secret"),
        ("X-Amzn-Query-Error", "A;Sender"),
        ("Content-Type", "text/xml"),
        ("Location", "https://x/?X-Amz-Signature=1"),
        ("X-Amz-Bucket-Region", "eu-west-1"),
    ];
    let send = operation("sqs", "SendMessage");
    let success = Answer::Output(Document::empty());
    let kept = scrubber.response_headers(send, &success, headers);
    let expected = [("content-type", "text/xml"), ("x-amzn-query-error", "A;Sender")];
    assert_eq!(kept, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));

    let failure = Answer::Error(ServiceError::sender("PermanentRedirect", "elsewhere"));
    let kept = scrubber.response_headers(send, &failure, headers);
    assert!(kept.contains(&("x-amz-bucket-region".to_owned(), "eu-west-1".to_owned())));

    let get = operation("s3", "GetObject");
    let kept = scrubber.response_headers(get, &success, [("Content-Type", "text/plain")]);
    assert_eq!(kept, [], "the member ContentType has it");
}

#[test]
fn every_rule_names_a_member_that_is_there() {
    let catalog = Catalog::embedded();
    let services = catalog.services().iter();
    let all: Vec<_> = services.filter_map(|entry| catalog.service(entry.name)).collect();
    let unused = Rules::builtin().unused(&all);
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn what_was_redacted_once_is_redacted_and_looked_for_elsewhere() {
    let mut scrubber = Scrubber::new(Exceptions::default());
    let (service, create) = operation("secretsmanager", "CreateSecret");
    let secret = "correct-Horse-7-battery-staple";
    scrubber.input(service, create, object([("SecretString", secret.into())]));
    let (sqs, send) = operation("sqs", "SendMessage");
    let kept = scrubber.input(sqs, send, object([("MessageGroupId", secret.into())]));
    assert_eq!(kept.get("MessageGroupId"), Some(&redacted("MessageGroupId", 30)));
    let sweep = Sweep::patterns().with_redacted(&scrubber.redacted());
    let found = sweep.check_text("a correct%2DHorse%2D7%2Dbattery%2Dstaple");
    assert!(found.is_ok(), "no client escapes a hyphen");
    let found = sweep.check_text("Y29ycmVjdC1Ib3JzZS03LWJhdHRlcnktc3RhcGxl").expect_err("base64");
    assert_eq!(found.kind, SecretKind::Redacted);
}

#[test]
fn answers_tell_of_persons_and_places_only_what_the_run_named() {
    let mut scrubber = Scrubber::new(Exceptions::default());
    let (sns, subscribe) = operation("sns", "Subscribe");
    scrubber.input(sns, subscribe, object([("Endpoint", "ann@corp.de".into())]));
    let endpoint = |address: &str| {
        let entry = object([("Endpoint", address.into())]);
        let output = object([("Subscriptions", Document::list(vec![entry]))]);
        let output = output_of(&scrubber, "sns", "ListSubscriptions", output);
        output.get("Subscriptions").and_then(|list| list.as_list()?[0].get("Endpoint").cloned())
    };
    assert_eq!(endpoint("ann@corp.de"), Some("ann@corp.de".into()));
    assert_eq!(endpoint("bob@corp.de"), Some(redacted("Endpoint", 11)));
    let (sqs, send) = operation("sqs", "SendMessage");
    let error = ServiceError::sender("AccessDenied", "no access from 18.185.12.7");
    let Answer::Error(error) = scrubber.answer(sqs, send, Answer::Error(error)) else {
        panic!("an error stays one")
    };
    assert_eq!(error.message.as_deref(), Some("no access from ***"));
}

#[test]
fn events_are_scrubbed_as_their_shapes_are() {
    let scrubber = Scrubber::new(Exceptions::default());
    let records = object([("Payload", Document::blob("somebody's row"))]);
    let mut event = Event::new("Records", records);
    event.headers.push(("x-novel".to_owned(), "secret".to_owned()));
    let novel = Event::new("Novel", object([("Thing", "secret".into())]));
    let events = Events(vec![event, novel]).into_document();
    let output = object([("Payload", events)]);
    let output = output_of(&scrubber, "s3", "SelectObjectContent", output);
    let payload = output.get("Payload").and_then(Events::in_document).expect("events");
    let Events(events) = payload.expect("whole");
    assert_eq!(events[0].headers, []);
    assert_eq!(events[0].payload.get("Payload"), Some(&redacted("Payload", 14)));
    assert_eq!(events[1].payload.get("Thing"), Some(&object([("$unmodelled", "string".into())])));
    let output = object([("Payload", Document::blob("raw"))]);
    let output = output_of(&scrubber, "s3", "SelectObjectContent", output);
    assert_eq!(output.get("Payload"), Some(&object([("$unmodelled", "blob".into())])));
}

/// A document with the secret at one place.
fn planted() -> impl Strategy<Value = Document> {
    let leaf = prop_oneof![
        Just(Document::from("S3CR3T-VALUE")),
        Just(Document::blob("S3CR3T-VALUE")),
        Just(Document::from("harmless")),
    ];
    let names = prop_oneof![
        Just("Credentials"),
        Just("SessionToken"),
        Just("SecretAccessKey"),
        Just("Other")
    ];
    leaf.prop_recursive(4, 16, 3, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Document::list),
            proptest::collection::btree_map(names.clone(), inner, 0..3).prop_map(object),
        ]
    })
}

proptest! {
    /// `AssumeRole`'s credentials hold nothing else than secrets and a date, whatever stands in them.
    #[test]
    fn a_secret_never_gets_through(inside in planted()) {
        let scrubber = Scrubber::new(Exceptions::default());
        let output = object([("Credentials", inside)]);
        let output = output_of(&scrubber, "sts", "AssumeRole", output);
        prop_assert!(!format!("{output:?}").contains("S3CR3T"), "{:?}", output);
    }
}
