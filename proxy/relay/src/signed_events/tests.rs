//! However a stream is cut, what goes on is signed by the other key, and nothing goes on that was tampered with.

use proptest::prelude::*;
use standin_sigv4::Credentials;

use super::*;

const SEED: &str = "9d9ab996c81f32c9d4e6fc166c92584f3741d1cb5ce325cd11a77d1f962c8de2";
const OTHER: &str = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
const NOON: i64 = 1_700_000_000_000;

fn chain((secret, seed): (&str, &str)) -> EventChain {
    let credentials = Credentials::from_keys("AKID", secret, None);
    EventChain::new(&credentials, "us-east-1", "transcribe", seed)
}

/// Messages with these payloads, a second apart.
fn signed(payloads: &[Vec<u8>], date: i64, by: (&str, &str)) -> Vec<u8> {
    let mut chain = chain(by);
    let frames = payloads.iter().zip(0_i64..).map(|(payload, number)| {
        let date = date + 1000 * number;
        let signature = chain.sign(date, payload).expect("a date in range");
        let headers = vec![
            (DATE.to_owned(), HeaderValue::Timestamp(Timestamp::from_millis(date).expect("noon"))),
            (SIGNATURE.to_owned(), HeaderValue::Blob(Bytes::copy_from_slice(&signature))),
        ];
        Message { headers, payload: payload.clone().into() }.encode().expect("small")
    });
    frames.collect::<Vec<_>>().concat()
}

/// What goes on of a body that comes in parts of some length, and what its messages wrapped.
fn resigned(body: &[u8], part: usize, shift: i64) -> Result<(Vec<u8>, Vec<u8>), EventsError> {
    let (inbound, outbound) = (chain(("client", SEED)), chain(("upstream", OTHER)));
    let mut resigner = EventResigner::new(inbound, outbound, shift);
    let (mut out, mut payload) = (Vec::new(), Vec::new());
    for part in body.chunks(part) {
        out.extend(resigner.push(part, &mut payload)?);
    }
    resigner.finish()?;
    Ok((out, payload))
}

fn payloads() -> impl Strategy<Value = Vec<Vec<u8>>> {
    proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 1..4)
}

proptest! {
    #[test]
    fn each_message_goes_on_under_the_other_key(payloads in payloads(), part in 1_usize..200) {
        let body = signed(&payloads, NOON, ("client", SEED));
        let (out, inner) = resigned(&body, part, 7000).expect("the messages hold");
        prop_assert_eq!(inner, payloads.concat());
        prop_assert_eq!(out.len(), body.len());
        prop_assert_eq!(out, signed(&payloads, NOON + 7000, ("upstream", OTHER)));
    }

    #[test]
    fn no_changed_byte_goes_on(
        payload in proptest::collection::vec(any::<u8>(), 1..60),
        at in any::<prop::sample::Index>(),
        part in 1_usize..200,
    ) {
        let mut body = signed(&[payload], NOON, ("client", SEED));
        let at = at.index(body.len());
        body[at] ^= 1;
        let out = resigned(&body, part, 0);
        prop_assert!(out.is_err(), "{out:?}");
    }

    #[test]
    fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..100), part in 1_usize..50) {
        let _ = resigned(&body, part, i64::MAX);
    }
}

#[test]
fn what_does_not_hold_is_said() {
    let two = [b"one".to_vec(), b"two".to_vec()];
    let stranger = signed(&two, NOON, ("stranger", SEED));
    let refused = EventsError::Signature(1, EventError::Mismatch);
    assert_eq!(resigned(&stranger, 1000, 0), Err(refused));
    let body = signed(&two, NOON, ("client", SEED));
    let second = &body[body.len() / 2..];
    assert_eq!(resigned(second, 1000, 0), Err(refused), "the first message is left out");
    assert_eq!(resigned(&body[..body.len() - 1], 1000, 0), Err(FrameError::Truncated.into()));
    let unsigned = Message { headers: Vec::new(), payload: "one".into() }.encode().expect("small");
    assert_eq!(resigned(&unsigned, 1000, 0), Err(EventsError::Unsigned(1)));
}
