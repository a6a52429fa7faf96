//! Requests that no SDK sends. Each gets AWS's error or a clear refusal, and the next one is answered as ever.

use super::{form, json, raw, request, serve};

#[test]
fn the_query_protocol_at_the_root_and_at_a_queues_url() {
    let served = serve(&[]);
    let made = raw(&served, &form("Action=CreateQueue&QueueName=q&Version=2012-11-05"));
    assert!(made.starts_with("HTTP/1.1 200") && made.contains("<QueueUrl>"), "{made}");
    let sent = "Action=SendMessage&MessageBody=m&Version=2012-11-05";
    let headers = "Content-Type: application/x-www-form-urlencoded";
    let sent = raw(&served, &request("POST /000000000000/q", headers, sent));
    assert!(sent.contains("<MD5OfMessageBody>6f8f57715090da2632453988d9a1501b<"), "{sent}");
    let line = "GET /000000000000/q?Action=ReceiveMessage&Version=2012-11-05";
    let received = raw(&served, &request(line, "Accept: */*", ""));
    assert!(received.contains("<Body>m</Body>"), "{received}");
}

#[test]
fn errors_are_their_protocols() {
    let served = serve(&[]);
    let unknown = raw(&served, &form("Action=Nonsense&Version=2012-11-05"));
    assert!(unknown.starts_with("HTTP/1.1 400"), "{unknown}");
    assert!(unknown.contains("<Code>InvalidAction</Code>"), "{unknown}");
    let unknown = raw(&served, &json("Nonsense", "{}"));
    assert!(unknown.starts_with("HTTP/1.1 400"), "{unknown}");
    assert!(unknown.contains("UnknownOperationException"), "{unknown}");
    let bucket = raw(&served, &request("PATCH /bucket/key", "Accept: */*", ""));
    assert!(bucket.starts_with("HTTP/1.1 405"), "{bucket}");
    assert!(bucket.contains("<Code>MethodNotAllowed</Code>"), "{bucket}");
    let object = raw(&served, &request("GET /bucket/key", "Accept: */*", ""));
    assert!(object.starts_with("HTTP/1.1 501"), "{object}");
    assert!(object.contains("<Code>NotImplemented</Code>"), "{object}");
}

#[test]
fn broken_requests_are_refused_and_nothing_is_lost() {
    let served = serve(&["--body-limit", "1000"]);
    raw(&served, &json("CreateQueue", r#"{"QueueName":"kept"}"#));
    let large = format!(r#"{{"QueueName":"{}"}}"#, "x".repeat(2000));
    for (wrong, status) in [
        (json("CreateQueue", "{"), "400"),
        (json("CreateQueue", "[1]"), "400"),
        (json("CreateQueue", r#"{"QueueName":{"a":1}}"#), "400"),
        (json("CreateQueue", r#"{"QueueName":"a b"}"#), "400"),
        (json("CreateQueue", &large), "413"),
        (form(&large), "413"),
        (form("%%%&&&==="), "400"),
        (request("FOO /", "Accept: */*", ""), "40"),
        (b"nonsense\r\n\r\n".to_vec(), "400"),
    ] {
        let answer = raw(&served, &wrong);
        let expected = format!("HTTP/1.1 {status}");
        assert!(answer.starts_with(&expected), "{}: {answer}", String::from_utf8_lossy(&wrong));
    }
    let half = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{".to_vec();
    let address = served.url.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut stream, &half).unwrap();
    drop(stream);
    let list = raw(&served, &json("ListQueues", "{}"));
    assert!(list.contains("/000000000000/kept"), "{list}");
}

#[test]
fn health() {
    let served = serve(&[]);
    let health = raw(&served, &request("GET /_standin/health", "Accept: */*", ""));
    assert!(health.contains(r#""sqs":{"state":"native""#), "{health}");
    assert!(health.contains(r#""s3":{"state":"unavailable""#), "{health}");
}
