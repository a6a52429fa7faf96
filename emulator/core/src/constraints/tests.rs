//! Messages of AWS, made from the models.

use proptest::prelude::*;
use standin_model::Catalog;

use super::*;

fn object<const N: usize>(fields: [(&'static str, Document); N]) -> Document {
    Document::Object(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn says(service: &str, operation: &str, input: &Document) -> Option<String> {
    let service = Catalog::embedded().service(service).expect("a service of the pack");
    let operation = service.operation(operation).expect("an operation of the service");
    message(&check(service, operation.input.expect("it has an input"), input))
}

fn string_list(items: &[&str]) -> Document {
    Document::List(items.iter().map(|item| Document::from(*item)).collect())
}

#[test]
fn a_valid_input_says_nothing() {
    let input = object([
        ("RoleArn", "arn:aws:iam::123456789012:role/demo".into()),
        ("RoleSessionName", "session".into()),
    ]);
    assert_eq!(says("sts", "AssumeRole", &input), None);
}

/// Messages recorded from AWS, in LocalStack's snapshots of sts, lambda, kms, logs and events.
#[test]
fn messages_are_those_of_aws() {
    let input = object([
        ("RoleArn", "arn:aws:iam::123456789012:role/demo".into()),
        ("RoleSessionName", "Session1:2".into()),
    ]);
    assert_eq!(
        says("sts", "AssumeRole", &input).as_deref(),
        Some(
            "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"
        )
    );
    assert_eq!(
        says("kms", "GenerateRandom", &object([("NumberOfBytes", 1025.into())])).as_deref(),
        Some(
            "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: \
             Member must have value less than or equal to 1024"
        )
    );
    let input =
        object([("KeyId", "k".into()), ("Plaintext", Document::Blob(vec![0; 4097].into()))]);
    assert_eq!(
        says("kms", "Encrypt", &input).as_deref(),
        Some(
            "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: \
             Member must have length less than or equal to 4096"
        )
    );
}

#[test]
fn elements_and_several_violations_are_named() {
    let tag = object([("Key", "a#".into())]);
    let input = object([
        ("RoleArn", "short".into()),
        ("RoleSessionName", "s".into()),
        ("Tags", Document::List(vec![tag])),
        ("DurationSeconds", 1.into()),
    ]);
    assert_eq!(
        says("sts", "AssumeRole", &input).as_deref(),
        Some(
            "5 validation errors detected: Value 'short' at 'roleArn' failed to satisfy constraint: \
             Member must have length greater than or equal to 20; Value 's' at 'roleSessionName' failed to \
             satisfy constraint: Member must have length greater than or equal to 2; Value '1' at \
             'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to \
             900; Value 'a#' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular \
             expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+; Value null at 'tags.1.member.value' failed \
             to satisfy constraint: Member must not be null"
        )
    );
}

#[test]
fn lists_of_scalars_are_judged_as_a_whole() {
    let input = object([
        ("LayerName", "l".into()),
        ("Content", object([])),
        ("CompatibleArchitectures", string_list(&["x86_64", "X86_64"])),
    ]);
    assert_eq!(
        says("lambda", "PublishLayerVersion", &input).as_deref(),
        Some(
            "1 validation error detected: Value '[x86_64, X86_64]' at 'compatibleArchitectures' failed to \
             satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: \
             [x86_64, arm64], Member must not be null]"
        )
    );
}

#[test]
fn secrets_are_not_shown() {
    let input = object([
        ("RoleArn", "arn:aws:iam::123456789012:role/demo".into()),
        ("PrincipalArn", "arn:aws:iam::123456789012:saml-provider/x".into()),
        ("SAMLAssertion", "abc".into()),
    ]);
    assert_eq!(
        says("sts", "AssumeRoleWithSAML", &input).as_deref(),
        Some(
            "1 validation error detected: Value at 'samlAssertion' failed to satisfy constraint: \
             Member must have length greater than or equal to 4"
        )
    );
}

fn any_document() -> impl Strategy<Value = Document> {
    let names =
        "RoleArn|RoleSessionName|Tags|Key|Value|PolicyArns|arn|TransitiveTagKeys|DurationSeconds";
    let leaf = prop_oneof![
        Just(Document::Null),
        any::<i64>().prop_map(Document::from),
        any::<f64>().prop_map(Document::from),
        ".{0,8}".prop_map(Document::from),
        any::<Vec<u8>>().prop_map(|bytes| Document::Blob(bytes.into())),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Document::List),
            proptest::collection::btree_map(names, inner, 0..6).prop_map(|fields| {
                Document::Object(fields.into_iter().map(|(k, v)| (k.into(), v)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_document_is_answered(document in any_document()) {
        let said = says("sts", "AssumeRole", &document);
        if document.get("RoleArn").is_none() {
            prop_assert!(said.expect("a role is required").contains("'roleArn'"));
        }
    }
}
