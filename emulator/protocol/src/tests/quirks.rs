//! What services answer otherwise than their protocols say, seen on the wire.

use bytes::Bytes;
use http::{Request, Response};
use standin_model::{Answer, Catalog, Document, Fields, Protocol, ServiceError, Timestamp};

use crate::{Call, serialize_error};

pub(super) fn call(service: &str, operation: &str, protocol: Protocol) -> Call {
    let service = Catalog::embedded().service(service).expect("a known service");
    let operation = service.operation(operation).expect("a known operation");
    Call { service, operation, protocol }
}

pub(super) fn object(fields: &[(&'static str, Document)]) -> Document {
    let fields = fields.iter().map(|(name, value)| ((*name).into(), value.clone()));
    Document::Object(fields.collect::<Fields>())
}

fn text(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).expect("text")
}

fn header<'r>(response: &'r Response<Bytes>, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

#[test]
fn sqs_errors_carry_the_full_id_and_the_codes_of_queries() {
    let error = ServiceError::sender("QueueDoesNotExist", "no such queue");
    let json = call("sqs", "SendMessage", Protocol::Json).serialize_error(&error, "id");
    assert_eq!(json.status(), 400);
    assert_eq!(header(&json, "content-type"), "application/x-amz-json-1.0");
    assert_eq!(header(&json, "x-amzn-requestid"), "id");
    assert_eq!(
        header(&json, "x-amzn-query-error"),
        "AWS.SimpleQueueService.NonExistentQueue;Sender"
    );
    assert_eq!(
        text(&json),
        r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}"#
    );
    let query = call("sqs", "SendMessage", Protocol::Query).serialize_error(&error, "id");
    assert_eq!(
        text(&query),
        "<ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">\
         <Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>\
         <Message>no such queue</Message></Error><RequestId>id</RequestId></ErrorResponse>"
    );
}

#[test]
fn sqs_lists_have_their_own_names_in_queries() {
    let receive = call("sqs", "ReceiveMessage", Protocol::Query);
    let body = "Action=ReceiveMessage&QueueUrl=u&MessageAttributeName.1=All&AttributeName.1=All";
    let request = Request::new(Bytes::from(body));
    let input = receive.parse_request(&request).expect("a request of a client");
    let all = Document::list(vec![Document::from("All")]);
    assert_eq!(input.get("MessageAttributeNames"), Some(&all));
    assert_eq!(input.get("AttributeNames"), Some(&all));

    let attributes = object(&[("SentTimestamp", Document::from("1"))]);
    let message = object(&[("Body", Document::from("\"hi\"")), ("Attributes", attributes)]);
    let output = object(&[("Messages", Document::list(vec![message.clone(), message]))]);
    let response = receive.serialize_response(&output, "id").expect("an output");
    let one = "<Message><Body>&quot;hi&quot;</Body><Attribute><Name>SentTimestamp</Name>\
               <Value>1</Value></Attribute></Message>";
    assert!(
        text(&response)
            .contains(&format!("<ReceiveMessageResult>{one}{one}</ReceiveMessageResult>"))
    );
    assert_eq!(receive.parse_response(&response), Ok(Answer::Output(output)));
}

#[test]
fn dynamodb_answers_carry_a_checksum_and_namespaces() {
    let put = call("dynamodb", "PutItem", Protocol::Json);
    let response = put.serialize_response(&Document::empty(), "id").expect("an output");
    assert_eq!(header(&response, "x-amz-crc32"), "2745614147");
    let error = ServiceError::sender("ResourceNotFoundException", "gone");
    let response = put.serialize_error(&error, "id");
    let name = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
    assert!(text(&response).contains(name), "{}", text(&response));
}

#[test]
fn kms_errors_are_named_without_a_namespace() {
    let error = ServiceError::sender("NotFoundException", "gone");
    let response = call("kms", "DescribeKey", Protocol::Json).serialize_error(&error, "id");
    assert_eq!(text(&response), r#"{"__type":"NotFoundException","message":"gone"}"#);
    assert_eq!(header(&response, "content-type"), "application/x-amz-json-1.1");
}

#[test]
fn s3_errors_stand_alone_and_carry_two_ids() {
    let error = ServiceError::sender("NoSuchKey", "The specified key does not exist.")
        .with_status(404)
        .with_member("Key", Document::from("a&b"));
    let get = call("s3", "GetObject", Protocol::RestXml);
    let response = get.serialize_error(&error, "4442587FB7D0A2F9");
    assert_eq!(header(&response, "x-amz-request-id"), "4442587FB7D0A2F9");
    assert!(!header(&response, "x-amz-id-2").is_empty());
    assert!(
        text(&response).contains(
            "\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>\
             <Key>a&amp;b</Key><RequestId>4442587FB7D0A2F9</RequestId><HostId>"
        ),
        "{}",
        text(&response)
    );
    assert_eq!(get.parse_response(&response), Ok(Answer::Error(error.clone())));
    let head = call("s3", "HeadObject", Protocol::RestXml).serialize_error(&error, "id");
    assert!(head.body().is_empty());
}

#[test]
fn s3_roots_namespaces_and_times_are_as_documented() {
    let created = Document::Timestamp(Timestamp::from_unix(1_700_000_000, 0).expect("in range"));
    let bucket = object(&[("Name", Document::from("b")), ("CreationDate", created)]);
    let output = object(&[("Buckets", Document::list(vec![bucket]))]);
    let list = call("s3", "ListBuckets", Protocol::RestXml);
    let response = list.serialize_response(&output, "id").expect("an output");
    assert_eq!(
        text(&response),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Buckets><Bucket>\
         <Name>b</Name><CreationDate>2023-11-14T22:13:20.000Z</CreationDate></Bucket></Buckets>\
         </ListAllMyBucketsResult>"
    );
    let location = call("s3", "GetBucketLocation", Protocol::RestXml);
    let output = object(&[("LocationConstraint", Document::from("eu-west-1"))]);
    let response = location.serialize_response(&output, "id").expect("an output");
    assert!(text(&response).ends_with(
        "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1\
         </LocationConstraint>"
    ));
    assert_eq!(location.parse_response(&response), Ok(Answer::Output(output)));
}

#[test]
fn an_error_in_a_success_of_s3_is_an_error() {
    let body =
        "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>m</Message></Error>";
    let complete = call("s3", "CompleteMultipartUpload", Protocol::RestXml);
    match complete.parse_response(&Response::new(Bytes::from(body))) {
        Ok(Answer::Error(error)) => {
            assert_eq!((error.code.as_ref(), error.status), ("InternalError", 500));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn errors_without_an_operation_have_their_protocols_form() {
    let error = ServiceError::sender("InvalidAction", "no such action");
    let json = serialize_error(Protocol::Json, None, &error, "id");
    assert_eq!(text(&json), r#"{"__type":"InvalidAction","message":"no such action"}"#);
    let rest = serialize_error(Protocol::RestJson, None, &error, "id");
    assert_eq!(header(&rest, "x-amzn-errortype"), "InvalidAction");
    let ec2 = serialize_error(Protocol::Ec2, None, &error, "id");
    assert!(text(&ec2).ends_with(
        "<Response><Errors><Error><Code>InvalidAction</Code><Message>no such action</Message></Error>\
         </Errors><RequestID>id</RequestID></Response>"
    ));
    let query = serialize_error(Protocol::Query, None, &error, "id");
    assert!(text(&query).starts_with("<ErrorResponse><Error><Type>Sender</Type>"));
    let xml = serialize_error(Protocol::RestXml, None, &error, "id");
    assert!(text(&xml).contains("<ErrorResponse><Error><Type>Sender</Type>"));
    let cbor = serialize_error(Protocol::RpcV2Cbor, None, &error, "id");
    assert_eq!(header(&cbor, "smithy-protocol"), "rpc-v2-cbor");
}

#[test]
fn large_bodies_are_compressed_where_the_model_says_so() {
    let put = call("cloudwatch", "PutMetricData", Protocol::Json);
    let input = object(&[("Namespace", Document::from("n".repeat(20_000)))]);
    let request = put.serialize_request(&input).expect("an input");
    assert_eq!(request.headers().get("content-encoding").expect("compressed"), "gzip");
    assert!(request.body().len() < 1000);
    assert_eq!(put.parse_request(&request), Ok(input.clone()));
    let small = object(&[("Namespace", Document::from("n"))]);
    let request = put.serialize_request(&small).expect("an input");
    assert!(request.headers().get("content-encoding").is_none());
}

/// Found by `standin fuzz protocol`: botocore reads no other name.
#[test]
fn elements_of_a_flattened_list_have_the_name_that_its_shape_gives() {
    let select = call("sdb", "Select", Protocol::Query);
    let items = Document::list(vec![object(&[("Name", "n".into())])]);
    let answer = select.serialize_response(&object(&[("Items", items)]), "id").expect("it fits");
    assert!(text(&answer).contains("<SelectResult><Item><Name>n</Name>"), "{}", text(&answer));
}

/// Found by `standin fuzz protocol`: the third was taken for the single one.
#[test]
fn any_number_of_elements_is_a_list_where_one_is_another_member() {
    let get = call("s3", "GetBucketNotification", Protocol::RestXml);
    for count in 2..6 {
        let events: Vec<_> = (0..count).map(|n| Document::from(format!("e{n}"))).collect();
        let queue = object(&[("Events", Document::list(events))]);
        let output = object(&[("QueueConfiguration", queue)]);
        let answer = get.serialize_response(&output, "id").expect("it fits");
        assert_eq!(get.parse_response(&answer), Ok(Answer::Output(output)));
    }
}

/// Found by `standin fuzz protocol`.
#[test]
fn white_space_of_an_attribute_survives() {
    let get = call("s3", "GetBucketAcl", Protocol::RestXml);
    let grantee = object(&[("Type", "a\n\t\r b".into())]);
    let grants = Document::list(vec![object(&[("Grantee", grantee)])]);
    let output = object(&[("Grants", grants)]);
    let answer = get.serialize_response(&output, "id").expect("it fits");
    assert_eq!(get.parse_response(&answer), Ok(Answer::Output(output)));
}

/// Found by `standin fuzz protocol`: zeros in front counted as digits, and made text of a float.
#[test]
fn a_small_float_of_a_document_is_a_float() {
    for value in
        [0.000_123_456_789_012_345_67, 1.234_567_890_123_456_7e-5, -0.098_765_432_109_876_54]
    {
        let put = call("s3vectors", "PutVectors", Protocol::RestJson);
        let vector = object(&[("key", "k".into()), ("metadata", Document::from(value))]);
        let input = object(&[("vectors", Document::list(vec![vector]))]);
        let request = put.serialize_request(&input).expect("it fits");
        assert_eq!(put.parse_request(&request), Ok(input));
    }
}
