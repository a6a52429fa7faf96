//! Messages of AWS, made from the models.

mod properties;

use std::sync::LazyLock;

use proptest::prelude::*;
use standin_model::Catalog;

use super::*;

fn object<const N: usize>(fields: [(&'static str, Document); N]) -> Document {
    Document::Object(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn refusal(service: &str, operation: &str, input: &Document) -> Option<ServiceError> {
    let service = Catalog::embedded().service(service).expect("a service of the pack");
    let operation = service.operation(operation).expect("an operation of the service");
    Validator::new(service).validate(operation, input).err()
}

fn says(service: &str, operation: &str, input: &Document) -> Option<String> {
    refusal(service, operation, input)?.message
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
    let input = object([("KeyId", "k".into()), ("Plaintext", Document::blob(vec![0; 4097]))]);
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
        ("Tags", Document::list(vec![tag])),
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

/// Recorded from Lambda, DynamoDB and EventBridge, in LocalStack's snapshots.
#[test]
fn lists_and_maps_are_shown_as_java_prints_them() {
    let weights = |key: &'static str, weight: f64| {
        let weights = object([("AdditionalVersionWeights", object([(key, weight.into())]))]);
        let names =
            [("FunctionName", "f".into()), ("Name", "n".into()), ("FunctionVersion", "1".into())];
        let [function, name, version] = names;
        let input = object([function, name, version, ("RoutingConfig", weights)]);
        says("lambda", "CreateAlias", &input).expect("it is refused")
    };
    assert_eq!(
        weights("2", -1.0),
        "1 validation error detected: Value '{2=-1.0}' at 'routingConfig.additionalVersionWeights' failed to \
         satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to \
         1.0, Member must have value greater than or equal to 0.0, Member must not be null]"
    );
    assert_eq!(
        weights("$LATEST", 0.5),
        "1 validation error detected: Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed \
         to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal \
         to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression \
         pattern: [0-9]+]"
    );
    let input = object([("Statement", "s".into()), ("Parameters", string_list(&[]))]);
    assert_eq!(
        says("dynamodb", "ExecuteStatement", &input).as_deref(),
        Some(
            "1 validation error detected: Value '[]' at 'parameters' failed to satisfy constraint: Member must \
             have length greater than or equal to 1"
        )
    );
    let name = "This should fail with two errors 123467890123412341234123412341234";
    let input = object([("Name", name.into()), ("AuthorizationType", "API_KEY".into())]);
    let said = says("events", "CreateConnection", &input).expect("it is refused");
    let both = format!(
        "Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: \
         [\\.\\-_A-Za-z0-9]+; Value '{name}' at 'name' failed to satisfy constraint: Member must have length \
         less than or equal to 64"
    );
    assert!(said.starts_with("3 validation errors detected: ") && said.contains(&both), "{said}");
}

#[test]
fn secrets_within_what_is_shown_are_not_shown() {
    let service = Catalog::embedded().service("events").expect("a service of the pack");
    let name = "CreateConnectionBasicAuthRequestParameters";
    let shape = service.shapes.iter().position(|shape| shape.name == name).expect("a shape");
    let shape = ShapeId(u32::try_from(shape).expect("few shapes"));
    let value = object([("Username", "me".into()), ("Password", "secret".into())]);
    assert_eq!(
        text::Rendered { service, shape, value: &value }.to_string(),
        "CreateConnectionBasicAuthRequestParameters(username=me, password=***Sensitive Data Redacted***)"
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
        any::<Vec<u8>>().prop_map(Document::blob),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Document::list),
            proptest::collection::btree_map(names, inner, 0..6).prop_map(|fields| {
                Document::Object(fields.into_iter().map(|(k, v)| (k.into(), v)).collect())
            }),
        ]
    })
}

static STS: LazyLock<Validator> = LazyLock::new(|| {
    Validator::new(Catalog::embedded().service("sts").expect("a service of the pack"))
});

proptest! {
    #[test]
    fn any_document_is_answered(document in any_document()) {
        let operation = STS.service.operation("AssumeRole").expect("an operation");
        let said = STS.validate(operation, &document).err().and_then(|error| error.message);
        if document.get("RoleArn").is_none() {
            prop_assert!(said.expect("a role is required").contains("'roleArn'"));
        }
    }
}
