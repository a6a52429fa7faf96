//! The signatures that AWS's SDKs publish, and what AWS's own crate signs.

use std::time::{Duration, UNIX_EPOCH};

use aws_sigv4::event_stream::{sign_empty_message, sign_message};
use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use proptest::prelude::*;

use super::*;
use crate::Signer;
use crate::tests::oracle::params;

const SEED: &str = "9d9ab996c81f32c9d4e6fc166c92584f3741d1cb5ce325cd11a77d1f962c8de2";
/// A second before the end of a day.
const EVENING: i64 = 1_548_633_599_000;

fn chain(secret: &str) -> EventChain {
    let credentials = Credentials::from_keys("AKID", secret, None);
    EventChain::new(&credentials, "us-east-1", "transcribe", SEED)
}

/// The signatures of headers and payloads, which the published examples have as mere text.
fn signatures(mut chain: EventChain, messages: &[(i64, &str, &str)]) -> Vec<String> {
    let sign = |(seconds, headers, payload): &(i64, &str, &str)| {
        let content = (headers.as_bytes(), payload.as_bytes());
        let signature = chain.next(1000 * seconds, content).expect("a date in range");
        chain.running = hex(&signature);
        chain.running.clone()
    };
    messages.iter().map(sign).collect()
}

#[test]
fn the_examples_of_the_sdk_for_go_hold() {
    // Version 1: aws/signer/v4/stream_test.go, at 2019-01-27T22:37:54Z.
    let first = signatures(
        chain("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        &[(1_548_628_674, "headers", "payload"), (1_548_628_674, "more headers", "more payload")],
    );
    assert_eq!(
        first,
        [
            "681a7eaa82891536f24af7ec7e9219ee251ccd9bac2f1b981eab7c5ec8579115",
            "07633d9d4ab4d81634a2164934d1f648c7cbc6839a8cf0773d818127a267e4d6",
        ]
    );
    // Version 2: the file of the same name, with the end of the stream.
    let credentials = Credentials::from_keys("AKID", "SECRET", None);
    let seed = hex(b"foobarbazqux");
    let chain = EventChain::new(&credentials, "us-east-1", "transcribestreaming", &seed);
    let messages = [(10, "foo", "foo"), (20, "bar", "bar"), (30, "baz", "baz"), (30, "", "")];
    assert_eq!(
        signatures(chain, &messages),
        [
            "e3a136405ec1152f62136742efd41f8639cd647a1cf21fab12aedb22cccd8999",
            "92a6ad677e839d3003672cb2cefc71ef80d42e8cb300fefce0807e8398c74068",
            "46d6660bd40f2ff5d6246a347895cabe7f4e89d9e1f4c6dad6dabdc801923be1",
            "492bcb3e21de447c85f8a9bef6c0eb833e992e405b9b3584be84edaccc5aad18",
        ]
    );
}

#[test]
fn the_header_is_that_of_the_example_of_the_sdk_for_rust() {
    // aws-sigv4's event_stream.rs hashes the date 123,456,789 s so.
    let hash = "0c0e3b3bf66b59b976181bd7d401927bbd624107303c713fd1e5f3d3c8dd1b1e";
    assert_eq!(sha256_hex(&date_header(123_456_789_000)), hash);
}

#[test]
fn what_does_not_hold_is_refused_and_leaves_the_chain_where_it_was() {
    let mut signer = chain("secret");
    let first = signer.sign(EVENING, b"one").expect("in range");
    let second = signer.sign(EVENING + 1000, b"two").expect("in range");
    let mut verifier = chain("secret");
    let mismatch = Err(EventError::Mismatch);
    assert_eq!(verifier.verify(EVENING + 1000, b"two", &second), mismatch);
    assert_eq!(verifier.verify(EVENING, b"other", &first), mismatch);
    assert_eq!(verifier.verify(EVENING + 1, b"one", &first), mismatch);
    assert_eq!(verifier.verify(EVENING, b"one", &first[..31]), mismatch);
    assert_eq!(chain("stranger").verify(EVENING, b"one", &first), mismatch);
    assert_eq!(verifier.verify(EVENING, b"one", &first), Ok(()));
    assert_eq!(verifier.verify(EVENING + 1000, b"two", &second), Ok(()));
    for date in [i64::MIN, -1, LAST + 1, i64::MAX] {
        assert_eq!(verifier.verify(date, b"", &first), Err(EventError::Date));
        assert_eq!(verifier.sign(date, b""), Err(EventError::Date));
    }
    assert!(!format!("{verifier:?}").contains("secret\""), "{verifier:?}");
}

/// A message of some content, as AWS's crate frames it.
fn framed(payload: Vec<u8>) -> (Message, Vec<u8>) {
    let header = Header::new("some-header", HeaderValue::String("value".into()));
    let message = Message::new(payload).add_header(header);
    let mut frame = Vec::new();
    write_message_to(&message, &mut frame).expect("writable");
    (message, frame)
}

/// What AWS's crate signs, one after the other, and at the end of the stream.
fn signed_by_the_crate(messages: &[(u64, Message)], end: u64) -> Vec<String> {
    let credentials = Credentials::from_keys("AKID", "secret", None);
    let identity = Identity::from(credentials.clone());
    let mut running = SEED.to_owned();
    let mut signatures = Vec::new();
    let all = messages.iter().map(|(time, message)| (*time, Some(message)));
    for (time, message) in all.chain([(end, None)]) {
        let time = UNIX_EPOCH + Duration::from_secs(time);
        let signer = Signer::new(&credentials, "us-east-1", "transcribe", time);
        let params = params(&signer, &identity, ());
        let signed = match message {
            Some(message) => sign_message(message, &running, &params),
            None => sign_empty_message(&running, &params),
        };
        running = signed.expect("signable").into_parts().1;
        signatures.push(running.clone());
    }
    signatures
}

proptest! {
    #[test]
    fn signatures_are_those_of_the_crate_and_verify(
        payloads in proptest::collection::vec(
            (0..253_402_300_799_u64, proptest::collection::vec(any::<u8>(), 0..90)), 0..6),
        end in 0..253_402_300_799_u64,
    ) {
        let messages: Vec<_> =
            payloads.into_iter().map(|(time, payload)| (time, framed(payload))).collect();
        let (mut signer, mut verifier) = (chain("secret"), chain("secret"));
        let mut ours = Vec::new();
        let frames = messages.iter().map(|(time, (_, frame))| (*time, &frame[..]));
        for (time, frame) in frames.chain([(end, &b""[..])]) {
            let date = 1000 * i64::try_from(time).expect("in range");
            let signature = signer.sign(date, frame).expect("in range");
            prop_assert_eq!(verifier.verify(date, frame, &signature), Ok(()));
            ours.push(hex(&signature));
        }
        let theirs: Vec<_> =
            messages.into_iter().map(|(time, (message, _))| (time, message)).collect();
        prop_assert_eq!(ours, signed_by_the_crate(&theirs, end));
    }

    #[test]
    fn no_date_and_no_bytes_panic(
        date in any::<i64>(),
        payload in proptest::collection::vec(any::<u8>(), 0..90),
        signature in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        prop_assert!(chain("secret").verify(date, &payload, &signature).is_err());
    }

    #[test]
    fn milliseconds_are_signed(date in 0..LAST, payload in any::<[u8; 9]>()) {
        let signature = chain("secret").sign(date, &payload).expect("in range");
        prop_assert_eq!(chain("secret").verify(date, &payload, &signature), Ok(()));
        prop_assert_eq!(
            chain("secret").verify(date ^ 1, &payload, &signature),
            Err(EventError::Mismatch)
        );
    }
}
