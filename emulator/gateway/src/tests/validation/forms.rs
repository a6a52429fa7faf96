//! Broken constraints in each protocol's error form, as a client reads them and as they are on the wire.

use standin_core::Answer;
use standin_model::Protocol;
use standin_protocol::Call;

use super::*;

/// Sends an input in a protocol, and gives the error that a client reads: code, status and message.
async fn refusal(
    (service, operation, protocol): (&'static str, &str, Protocol),
    input: Document,
) -> Option<(String, u16, String)> {
    let rig = Rig::of(Catalog::embedded(), Anything(service));
    let service = Catalog::embedded().service(service).expect("a service of the pack");
    let operation = service.operation(operation).expect("an operation of the service");
    let call = Call { service, operation, protocol };
    let mut request = call.serialize_request(&input).expect("it can be written");
    let name = service.metadata.signing_name;
    let scope = format!("123456789012/20250101/eu-west-1/{name}/aws4_request");
    let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    request.headers_mut().insert("authorization", signature.parse().expect("a header"));
    let response = rig.answer(request).await;
    match call.parse_response(&response).expect("it can be read") {
        Answer::Output(_) => None,
        Answer::Error(error) => {
            Some((error.code.into_owned(), error.status, error.message.unwrap_or_default()))
        }
    }
}

fn fields<const N: usize>(fields: [(&'static str, Document); N]) -> Document {
    Document::Object(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// What a client is told of one violation.
async fn told(called: (&'static str, &str, Protocol), input: Document, expected: (&str, &str)) {
    let (code, status, message) = refusal(called, input).await.expect("it is refused");
    assert_eq!((&*code, status), (expected.0, 400), "{message}");
    assert_eq!(message, expected.1);
}

#[tokio::test]
async fn each_protocol_has_the_error() {
    told(
        ("kms", "DescribeKey", Protocol::Json),
        fields([("KeyId", "".into())]),
        (
            "ValidationException",
            "1 validation error detected: Value '' at 'keyId' failed to satisfy constraint: Member must have \
             length greater than or equal to 1",
        ),
    )
    .await;
    told(
        ("lambda", "GetFunction", Protocol::RestJson),
        fields([("FunctionName", "f".into()), ("Qualifier", "a?".into())]),
        (
            "ValidationException",
            "1 validation error detected: Value 'a?' at 'qualifier' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+",
        ),
    )
    .await;
    told(
        ("iam", "GetUser", Protocol::Query),
        fields([("UserName", "a b".into())]),
        (
            "ValidationError",
            "1 validation error detected: Value 'a b' at 'userName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\w+=,.@-]+",
        ),
    )
    .await;
    let names = Document::list(vec![Document::from("a"), "".into()]);
    told(
        ("cloudwatch", "DeleteAlarms", Protocol::RpcV2Cbor),
        fields([("AlarmNames", names)]),
        (
            // The shape whose code is `ValidationError`, as the client names it.
            "ValidationException",
            "1 validation error detected: Value '[a, ]' at 'alarmNames' failed to satisfy constraint: Member \
             must satisfy constraint: [Member must have length less than or equal to 255, Member must have \
             length greater than or equal to 1, Member must not be null]",
        ),
    )
    .await;
    told(
        ("s3vectors", "GetIndex", Protocol::RestJson),
        fields([("indexName", "ab".into())]),
        (
            "ValidationException",
            "1 validation error detected. Value with length 2 at '/indexName' failed to satisfy constraint: \
             Member must have length between 3 and 63, inclusive",
        ),
    )
    .await;
}

/// LocalStack's snapshot of logs has the code and the sentence.
#[tokio::test]
async fn a_service_may_have_a_code_of_its_own() {
    let name = "X".repeat(513);
    let input =
        fields([("logGroupName", "group".into()), ("filterNamePrefix", name.clone().into())]);
    let message = format!(
        "1 validation error detected: Value '{name}' at 'filterNamePrefix' failed to satisfy constraint: Member \
         must have length less than or equal to 512"
    );
    let called = ("logs", "DescribeMetricFilters", Protocol::Json);
    told(called, input, ("InvalidParameterException", &message)).await;
}

#[tokio::test]
async fn services_with_words_of_their_own_are_left_alone() {
    let empty = Document::empty;
    assert_eq!(refusal(("sqs", "CreateQueue", Protocol::Json), empty()).await, None);
    assert_eq!(refusal(("ec2", "TerminateInstances", Protocol::Ec2), empty()).await, None);
}

#[tokio::test]
async fn on_the_wire_it_is_an_error_like_any_other() {
    let rig = Rig::of(Catalog::embedded(), Anything("dynamodb"));
    let response = rig.answer(body(dynamodb("DescribeTable"), "{}")).await;
    assert_eq!(response.status(), 400);
    assert_eq!(header(&response, "x-standin-evidence"), "native");
    let sentence = "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member \
                    must not be null";
    let found: Value = serde_json::from_str(text(&response)).expect("JSON");
    assert_eq!(found["message"], sentence);
    let kind = found["__type"].as_str().expect("a type");
    assert!(kind.ends_with("#ValidationException"), "{kind}");

    let rig = Rig::of(Catalog::embedded(), Anything("sts"));
    let request = Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    let form = "Action=GetAccessKeyInfo&Version=2011-06-15&AccessKeyId=%3Ca%3E";
    let response = rig.answer(body(request, form)).await;
    assert_eq!(response.status(), 400);
    let text = text(&response);
    assert!(text.contains("<Type>Sender</Type>"), "{text}");
    assert!(text.contains("<Code>ValidationError</Code>"), "{text}");
    let sentences = "2 validation errors detected: Value '&lt;a&gt;' at 'accessKeyId' failed to satisfy \
                     constraint: Member must satisfy regular expression pattern: [\\w]*; Value '&lt;a&gt;' at \
                     'accessKeyId' failed to satisfy constraint: Member must have length greater than or equal \
                     to 16";
    assert!(text.contains(&format!("<Message>{sentences}</Message>")), "{text}");
}

#[tokio::test]
async fn without_validation_the_provider_sees_all() {
    let forward = Arc::new(NoFallback);
    let provider = Arc::new(Anything("dynamodb"));
    let rig = Rig::made(Catalog::embedded(), provider, forward, Validation::Off);
    assert_eq!(rig.answer(body(dynamodb("DescribeTable"), "{}")).await.status(), 200);
}

/// Refuses every caller.
struct Closed;

impl Provider for Closed {
    fn service(&self) -> &'static str {
        "dynamodb"
    }

    fn operations(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn operation(self: Arc<Self>, _: &str) -> Option<OperationHandler> {
        let handler = OperationHandler::new(|_, _| async { Ok(Document::empty().into()) });
        Some(handler.admitted_by(|_| Err(standin_core::error::invalid_client_token())))
    }
}

#[tokio::test]
async fn a_stranger_learns_nothing_of_the_input() {
    for validation in [Validation::On, Validation::Off] {
        let forward = Arc::new(NoFallback);
        let rig = Rig::made(Catalog::embedded(), Arc::new(Closed), forward, validation);
        let response = rig.answer(body(dynamodb("DescribeTable"), "{}")).await;
        assert_eq!(response.status(), 403);
        assert!(text(&response).contains("InvalidClientTokenId"), "{}", text(&response));
    }
}
