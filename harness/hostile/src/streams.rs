//! Bodies that come in parts: aws-chunked framing, event streams, forms.

use bytes::Bytes;
use http::HeaderMap;
use standin_model::{Catalog, Protocol};
use standin_protocol::Call;
use standin_protocol::eventstream::{Direction, FrameDecoder, HeaderValue, Message, Signed};
use standin_sigv4::{
    ChunkDecoder, ChunkLimits, Credentials, FormDecoder, Piece, SignedForm, Signer, decode_chunked,
    sign_form,
};

/// Operations with streams of events, and which way they flow.
const STREAMS: [(&str, &str, Protocol, Direction); 4] = [
    ("s3", "SelectObjectContent", Protocol::RestXml, Direction::Output),
    ("kinesis", "SubscribeToShard", Protocol::Json, Direction::Output),
    ("bedrock-runtime", "InvokeModelWithBidirectionalStream", Protocol::RestJson, Direction::Input),
    ("bedrock-runtime", "ConverseStream", Protocol::RestJson, Direction::Output),
];

/// Framing read at once and in parts says the same.
pub(crate) fn chunks(input: &[u8]) {
    let [size, announced, body @ ..] = input else { return };
    let announced = (*announced < 128).then(|| u64::from(*announced));
    let whole = decode_chunked(body, announced);
    let mut decoder = ChunkDecoder::new(ChunkLimits::default(), announced);
    let mut payload = Vec::new();
    let mut failed = false;
    for mut part in body.chunks(usize::from(*size).max(1)) {
        loop {
            match decoder.next(&mut part) {
                Ok(Some(Piece::Data(data))) => payload.extend_from_slice(data),
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => {
                    failed = true;
                    break;
                }
            }
        }
    }
    assert!(payload.len() <= body.len(), "more payload than body");
    match whole {
        Ok(whole) => assert!(!failed && decoder.finish().is_ok() && whole.payload == payload),
        Err(error) => assert_eq!(decoder.finish(), Err(error), "read in parts of {size} bytes"),
    }
}

/// A form is written as it was read, and once its policy is signed it holds.
pub(crate) fn forms(input: &[u8]) {
    let [size, body @ ..] = input else { return };
    let mut headers = HeaderMap::new();
    let kind = "multipart/form-data; boundary=b".parse().expect("a value");
    headers.insert(http::header::CONTENT_TYPE, kind);
    let mut decoder = FormDecoder::of(&headers).expect("a boundary").expect("a form");
    let mut read = 0;
    for part in body.chunks(usize::from(*size).max(1)) {
        read += part.len();
        let Ok(form) = decoder.push(part) else { return };
        let Some(mut form) = form else { continue };
        assert_eq!(form.encode(), body[..read], "a form is written otherwise than it was read");
        let _ = SignedForm::of(&form);
        let credentials = Credentials::from_keys("AKID", "secret", None);
        let signer = Signer::new(&credentials, "r", "s3", std::time::SystemTime::UNIX_EPOCH);
        if sign_form(&mut form, &signer).is_ok() {
            let signed = SignedForm::of(&form).expect("what we signed").expect("it is signed");
            assert_eq!(signed.verify("secret"), Ok(()));
        }
        return;
    }
}

/// Messages are written as they were read, and their events are read or refused.
pub(crate) fn events(input: &[u8]) {
    let [size, choice, body @ ..] = input else { return };
    let (service, operation, protocol, direction) = STREAMS[usize::from(*choice) % STREAMS.len()];
    let service = Catalog::embedded().service(service).expect("a known service");
    let operation = service.operation(operation).expect("a known operation");
    let call = Call { service, operation, protocol };
    let mut decoder = FrameDecoder::default();
    for mut part in body.chunks(usize::from(*size).max(1)) {
        while let Ok(Some(message)) = decoder.next(&mut part) {
            check(&call, direction, &message);
        }
    }
    let _ = decoder.finish();
}

fn check(call: &Call, direction: Direction, message: &Message) {
    let encoded = message.encode().expect("a message that was read");
    let (again, _) = Message::decode(&encoded).expect("as written").expect("whole");
    assert_eq!(&again, message, "a message reads otherwise once it is written anew");
    if let Ok(event) = call.decode_event(direction, message)
        && let Ok(message) = call.encode_event(direction, &event)
    {
        let again = call.decode_event(direction, &message).expect("what we wrote is read");
        assert_eq!(again, event, "an event reads otherwise once it is written anew");
    }
    if let Ok(Some(signed)) = Signed::of(message) {
        let wrapped = signed.wrap().expect("what was read is written");
        assert_eq!(Signed::of(&wrapped), Ok(Some(signed)));
    }
}

pub(crate) fn chunk_seeds() -> Vec<Vec<u8>> {
    let signature = "0".repeat(64);
    let signed =
        format!("5;chunk-signature={signature}\r\nhello\r\n0;chunk-signature={signature}\r\n");
    let trailers =
        format!("x-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:{signature}\r\n");
    let body = |text: &str| [b"\x07\xff", text.as_bytes()].concat();
    vec![
        body(&format!("{signed}\r\n")),
        body(&format!("{signed}{trailers}\r\n")),
        body("5\r\nhello\r\n3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"),
        b"\x01\x05\x35\r\nhello\r\n0\r\n\r\n".to_vec(),
        body("ffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
    ]
}

pub(crate) fn form_seeds() -> Vec<Vec<u8>> {
    let field = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = "--b\r\nContent-Disposition: form-data; name=file\r\n\r\ndata\r\n--b--\r\n";
    // {"conditions":[{"x-amz-date":"d"},["eq","$key","k"]]}
    let policy = "eyJjb25kaXRpb25zIjpbeyJ4LWFtei1kYXRlIjoiZCJ9LFsiZXEiLCIka2V5IiwiayJdXX0=";
    let key = field("key", "k") + &field("policy", policy);
    let hmac = field("x-amz-algorithm", "AWS4-HMAC-SHA256")
        + &field("x-amz-credential", "AKID/20230101/r/s3/aws4_request")
        + &field("x-amz-signature", "00");
    let old = field("AWSAccessKeyId", "AKID") + &field("signature", "AAAA");
    let seed = |text: String| [b"\x07", text.as_bytes()].concat();
    vec![seed(format!("{key}{hmac}{file}")), seed(format!("{key}{old}{file}")), seed(file.into())]
}

pub(crate) fn event_seeds() -> Vec<Vec<u8>> {
    let text = |text: &str| HeaderValue::String(text.to_owned());
    let message = |kind: &str, name: &str, payload: &'static [u8]| Message {
        headers: vec![
            (":message-type".to_owned(), text(kind)),
            (format!(":{kind}-type"), text(name)),
            (":content-type".to_owned(), text("application/json")),
        ],
        payload: Bytes::from_static(payload),
    };
    let streams: [(u8, Message); 5] = [
        (0, message("event", "Records", b"a,b,c\n")),
        (0, message("event", "Stats", b"<Stats><BytesScanned>1</BytesScanned></Stats>")),
        (
            1,
            message("event", "SubscribeToShardEvent", b"{\"Records\":[],\"MillisBehindLatest\":0}"),
        ),
        (2, message("event", "chunk", b"{\"bytes\":\"AAEC\"}")),
        (3, message("exception", "throttlingException", b"{\"message\":\"slow down\"}")),
    ];
    let seed = |(choice, message): (u8, Message)| {
        let frame = message.encode().expect("a small message");
        [&[40, choice], &frame[..], &frame[..]].concat()
    };
    streams.into_iter().map(seed).collect()
}
