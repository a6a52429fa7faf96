//! Bodies of a megabyte that are made to cost: each ends as it should, in memory that is a multiple of its size.
//!
//! The factors are bounds, not figures: what a body of honest values takes is printed by `ci/bench protocol`.

mod heap;

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderValue, Request};
use standin_model::{Catalog, Protocol};
use standin_protocol::eventstream::{FrameDecoder, FrameError, Message};
use standin_protocol::{Call, ParseError};
use standin_sigv4::{ChunkDecoder, ChunkLimits, ChunkedError, decode_chunked};

const SIZE: usize = 1 << 20;

/// The most that a compressed body may hold.
const INFLATED: usize = 64 << 20;

fn call(service: &str, operation: &str, protocol: Protocol) -> Call {
    let service = Catalog::embedded().service(service).expect("a known service");
    let operation = service.operation(operation).expect("a known operation");
    Call { service, operation, protocol }
}

fn put_item() -> Call {
    call("dynamodb", "PutItem", Protocol::Json)
}

fn lifecycle() -> Call {
    call("s3", "PutBucketLifecycleConfiguration", Protocol::RestXml)
}

fn metrics() -> Call {
    call("cloudwatch", "PutMetricData", Protocol::RpcV2Cbor)
}

fn run_instances() -> Call {
    call("ec2", "RunInstances", Protocol::Ec2)
}

/// A beginning, one part again and again up to a megabyte, and an end.
fn body(start: &[u8], part: &[u8], end: &[u8]) -> Bytes {
    [start, &part.repeat(SIZE / part.len()), end].concat().into()
}

fn parse(call: &Call, body: Bytes) -> Result<(), ParseError> {
    let mut request = Request::new(body);
    if call.protocol == Protocol::RestXml {
        *request.uri_mut() = "/bucket?lifecycle".parse().expect("a path");
    }
    call.parse_request(&request).map(drop)
}

/// Whether it is read or not, reading a body takes no more than a multiple of its size.
fn holds(call: &Call, body: &Bytes, factor: usize) -> Result<(), ParseError> {
    let taken = heap::peak_of(|| drop(parse(call, body.clone())));
    let name = call.operation.name;
    assert!(taken <= factor * body.len(), "{name}: {taken} bytes for {}", body.len());
    parse(call, body.clone())
}

#[test]
fn depth_costs_nothing() {
    let _turn = heap::turn();
    let deep = [
        (put_item(), body(b"{\"Item\":{\"a\":", b"{\"L\":[", b"")),
        (put_item(), body(b"{\"Nonesuch\":", b"[", b"")),
        (lifecycle(), body(b"", b"<a>", b"")),
        (run_instances(), body(b"Action=RunInstances&A", b".1", b"=x")),
        (metrics(), body(b"\xa1\x6aMetricData", b"\x81", b"\0")),
        (metrics(), body(b"\xa1\x6aMetricData", b"\x9f", b"\0")),
    ];
    for (call, body) in deep {
        let refused = holds(&call, &body, 2).expect_err("too deep");
        assert!(
            matches!(
                refused,
                ParseError::TooDeep | ParseError::Value { .. } | ParseError::Malformed { .. }
            ),
            "{refused}"
        );
    }
    // A value that nobody asked for is skipped without a stack.
    let skipped = body(b"\xa1\x61x", b"\x81", b"\0");
    holds(&metrics(), &skipped, 2).expect("nothing of it is kept");
}

#[test]
fn many_small_values_cost_a_multiple() {
    let _turn = heap::turn();
    let names: String = (0..60_000).map(|n| format!("\"{n:05}\":{{\"S\":\"\"}},")).collect();
    let item = format!("{{\"TableName\":\"t\",\"Item\":{{{names}\"x\":{{\"S\":\"\"}}}}}}");
    let form: String = (1..80_000).map(|n| format!("&Filter.{n}=")).collect();
    let form = format!("Action=DescribeInstances{form}");
    let describe = call("ec2", "DescribeInstances", Protocol::Ec2);
    holds(&put_item(), &item.into(), 24).expect("an item of many attributes");
    let batch = call("dynamodb", "BatchWriteItem", Protocol::Json);
    let empty = body(b"{\"RequestItems\":{\"t\":[", b"{},", b"{}]}}");
    holds(&batch, &empty, 48).expect("many requests for nothing");
    let rules = body(b"<LifecycleConfiguration>", b"<Rule/>", b"</LifecycleConfiguration>");
    holds(&lifecycle(), &rules, 32).expect("many empty rules");
    holds(&describe, &form.into(), 32).expect("many empty filters");
    let data = body(b"\xbf\x69Namespace\x61a\x6aMetricData\x9f", b"\xa0", b"\xff\xff");
    holds(&metrics(), &data, 128).expect("many empty data");
}

#[test]
fn entities_expand_to_nothing() {
    let _turn = heap::turn();
    let laughs =
        "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><a>&c;</a>";
    holds(&lifecycle(), &Bytes::from_static(laughs.as_bytes()), 40).expect_err("a document type");
    let references = body(
        b"<LifecycleConfiguration><Rule><ID>",
        b"&amp;",
        b"</ID></Rule></LifecycleConfiguration>",
    );
    holds(&lifecycle(), &references, 4).expect("characters like others");
}

#[test]
fn huge_numbers_and_repeated_keys_are_refused() {
    let _turn = heap::turn();
    let list_tables = call("dynamodb", "ListTables", Protocol::Json);
    for body in [
        body(b"{\"Limit\":", b"9", b"}"),
        body(b"{\"Limit\":1e", b"9", b"}"),
        body(b"{\"Limit\":0.", b"0", b"1}"),
    ] {
        holds(&list_tables, &body, 8).expect_err("no number of 32 bits");
    }
    let twice = body(b"{\"Item\":{", b"\"a\":{\"S\":\"\"},", b"\"a\":{\"S\":\"\"}}}");
    holds(&put_item(), &twice, 32).expect_err("one key many times");
    let twice = body(b"Action=RunInstances", b"&ImageId=a", b"");
    holds(&run_instances(), &twice, 32).expect_err("one parameter many times");
    let invalid = body(b"{\"TableName\":\"", b"\xff", b"\"}");
    holds(&put_item(), &invalid, 2).expect_err("no UTF-8");
}

#[test]
fn sizes_that_lie_reserve_nothing() {
    let _turn = heap::turn();
    for start in [
        &b"\xa1\x69Namespace\x7b"[..],
        b"\xa1\x6aMetricData\x9b",
        b"\xbb",
        b"\xa1\x69Namespace\x5b",
    ] {
        let lie = [start, &[0xff; 8], &[0; 64]].concat();
        holds(&metrics(), &lie.into(), 40).expect_err("less than was said");
    }
    for endless in [
        body(b"\xbf\x69Namespace\x7f", b"\x61a", b""),
        body(b"\xbf", b"\x61a\x61b", b""),
        body(b"\xbf\x6aMetricData\x9f", b"\xbf\xff", b""),
    ] {
        holds(&metrics(), &endless, 128).expect_err("no end");
    }
    let frame = Message { headers: vec![], payload: Bytes::from(vec![7; 64]) };
    let mut lie = frame.encode().expect("a small message").to_vec();
    lie[..4].copy_from_slice(&u32::MAX.to_be_bytes());
    let read = || FrameDecoder::default().next(&mut &lie[..]).expect_err("its checksum is wrong");
    assert!(heap::peak_of(|| assert_eq!(read(), FrameError::PreludeChecksum)) < 1024);
    let chunk = b"140000000\r\nhello";
    assert!(heap::peak_of(|| drop(decode_chunked(chunk, Some(5)))) < 1024);
    let line = body(b"", b"0", b"");
    let read = || {
        ChunkDecoder::new(ChunkLimits::default(), None)
            .next(&mut &line[..])
            .map(|_| ())
            .expect_err("no size")
    };
    assert!(heap::peak_of(|| assert_eq!(read(), ChunkedError::Line(0))) < 16 * 1024);
}

#[test]
fn a_compressed_body_is_inflated_up_to_a_limit() {
    let _turn = heap::turn();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..=INFLATED / SIZE {
        encoder.write_all(&vec![b' '; SIZE]).expect("memory");
    }
    let mut request = Request::new(Bytes::from(encoder.finish().expect("memory")));
    request.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
    let call = metrics();
    let taken = heap::peak_of(|| drop(call.parse_request(&request).expect_err("too large")));
    assert!(taken <= 4 * INFLATED, "{taken} bytes");
}
