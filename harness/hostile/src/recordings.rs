//! Recordings, and the formats that are imported.

use standin_archive::import::{Format, probe};
use standin_tape::template;

use crate::routing::ROUTER;

/// A recording that is read is written to text of which the same is read.
pub(crate) fn read(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let _ = template::parts(text);
    let Ok(recording) = standin_tape::read(text, &()) else { return };
    if recording.format.is_newer() {
        // Written in our own version, without what that one had no word for.
        return;
    }
    let Ok(written) = standin_tape::write(&recording) else { return };
    if written.blobs.is_empty() {
        let again = standin_tape::read(&written.text, &()).expect("what we wrote is read");
        assert_eq!(again, recording, "a recording reads otherwise once it is written anew");
    }
}

/// A foreign file is understood in parts, or refused, as whichever format it is taken for.
pub(crate) fn import(input: &[u8]) {
    for format in Format::ALL {
        let _ = probe(format, &ROUTER, input);
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../../../snapshots/sts/identity/recording.snap").to_vec(),
        include_bytes!("../../../snapshots/sqs/delay/recording.snap").to_vec(),
    ]
}

pub(crate) fn imports() -> Vec<Vec<u8>> {
    let body = "QWN0aW9uPUdldENhbGxlcklkZW50aXR5JlZlcnNpb249MjAxMS0wNi0xNQ==";
    let replay = format!(
        r#"{{"Initial":null,"Version":"0.2","Converter":{{}},"Entries":[{{"ID":"1","Request":{{"Method":"POST",
        "URL":"https://sts.us-east-1.amazonaws.com/","Header":{{"Content-Type":
        ["application/x-www-form-urlencoded; charset=utf-8"]}},"MediaType":"application/x-www-form-urlencoded",
        "BodyParts":["{body}"]}},"Response":{{"StatusCode":200,"Proto":"HTTP/1.1","ProtoMajor":1,"ProtoMinor":1,
        "Header":{{"Content-Type":["text/xml"],"Date":["Wed, 01 Jan 2025 00:00:00 GMT"]}},"Body":"PGEvPg=="}}}}]}}"#
    );
    let others =
        [VCR, GO_VCR, DVR, NOCK, MAPPING, FLOW, HAR, PLACEBO, SNAPSHOT, STUBS].map(str::as_bytes);
    std::iter::once(replay.into_bytes()).chain(others.map(<[u8]>::to_vec)).collect()
}

const VCR: &str = "---\nhttp_interactions:\n- request: &r\n    method: post\n    uri: https://sqs.eu-west-1.amazonaws.com/\n    \
    body: {encoding: UTF-8, string: 'Action=ListQueues&Version=2012-11-05'}\n    headers: {X-Amz-Date: ['20260602T183044Z']}\n  \
    response:\n    status: {code: 200, message: OK}\n    headers: {}\n    body: {encoding: ASCII-8BIT, string: !binary PGEvPg==}\n\
    - request: *r\n  response: {status: {code: 500}, body: {string: x}}\n";

const GO_VCR: &str = "---\nversion: 1\ninteractions:\n- request:\n    body: \"\"\n    headers:\n      X-Amz-Date:\n      - x\n    \
    url: https://s3.us-east-2.amazonaws.com/b/k\n    method: GET\n  response:\n    body: !!binary |\n      /wA=\n    \
    headers:\n      Content-Encoding:\n      - gzip\n    code: 200\n";

const DVR: &str = r#"{"events":[{"connection_id":0,"action":{"Request":{"request":{"uri":"https://sts.amazonaws.com/","headers":{},
    "method":"POST"}}}},{"connection_id":0,"action":{"Data":{"data":{"Base64":"QWN0aW9uPVg="},"direction":"Request"}}},{"connection_id":0,
    "action":{"Response":{"response":{"Ok":{"status":200,"headers":{}}}}}}],"docs":"","version":"V0"}"#;

const NOCK: &str = r#"[{"scope":"https://kms.eu-west-1.amazonaws.com:443","method":"POST","path":"/","body":"","status":200,
    "response":["1f8b","08"],"rawHeaders":["a","b"],"reqheaders":{"x-amz-target":"TrentService.ListKeys"}}]"#;

const MAPPING: &str = r#"{"request":{"method":"GET","urlPath":"/b","queryParameters":{"list-type":{"equalTo":"2"}},
    "headers":{"Host":{"equalTo":"s3.amazonaws.com"}}},"response":{"status":200,"base64Body":"PGEvPg=="}}"#;

const FLOW: &str = "200:7:version;2:20#4:type;4:http;7:request;120:6:method;3:GET,6:scheme;5:https,4:path;2:/b,4:host;16:s\
    3.amazonaws.com;7:headers;22:18:10:X-Amz-Date,1:a,]]7:content;0:,}8:response;21:11:status_code;3:200#}}";

const HAR: &str = r#"{"log":{"version":"1.2","entries":[{"request":{"method":"POST","url":"https://sqs.eu-west-1.amazonaws.com/",
    "headers":[{"name":"X-Amz-Target","value":"AmazonSQS.ListQueues"}],"postData":{"params":[{"name":"a","value":"b"}]}},
    "response":{"status":200,"headers":[],"content":{"encoding":"base64","text":"e30="}}}]}}"#;

const PLACEBO: &str = r#"{"status_code":200,"data":{"QueueUrls":["u"],"NextToken":null,"X":{"__class__":"datetime","year":2024,
    "month":1,"day":14},"ResponseMetadata":{"HTTPHeaders":{"date":"Wed, 01 Jan 2025 00:00:00 GMT"}}}}"#;

const SNAPSHOT: &str = r#"{"t.py::T::t":{"recorded-date":"18-12-2025, 22:24:13","recorded-content":{"receive-message-1":{"Messages":
    [{"Body":"<body:1>","Attributes":{"SentTimestamp":"timestamp"}}],"ResponseMetadata":{"HTTPStatusCode":200}}}}}"#;

const STUBS: &str = r#"{"service":"sqs","responses":[{"method":"send_message","expected_params":{"QueueUrl":"u","MessageBody":1e999},
    "service_response":{"MessageId":7}},{"method":"purge_queue","service_error_code":"X"}]}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_a_seed() {
        for format in Format::ALL {
            let read = |seed: Vec<u8>| probe(format, &ROUTER, &seed).is_ok();
            let has_form = matches!(format, Format::Vcrpy | Format::TestAgent);
            assert!(has_form || imports().into_iter().any(read), "{format:?}");
        }
    }
}
