//! Nothing secret gets through, and what the run made up stays.

use proptest::prelude::*;
use standin_model::{Answer, Catalog, Document, Fields, Operation, Service, ServiceError};

use super::{Exceptions, Rules, Scrubber};
use crate::RulesUsed;

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
        (2, "sha256-04cdf396e38395e7372a7ed37acecabd373672dbfd26193c22e27cb587f9388a")
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
            "ecr" => object([("authorizationData", Document::List(vec![list]))]),
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
        let output = object([("Messages", Document::List(vec![message]))]);
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
    let input = object([("KeyId", "k".into()), ("Plaintext", Document::Blob("made up".into()))]);
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

/// A document with the secret at one place.
fn planted() -> impl Strategy<Value = Document> {
    let leaf = prop_oneof![
        Just(Document::from("S3CR3T-VALUE")),
        Just(Document::Blob("S3CR3T-VALUE".into())),
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
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Document::List),
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
