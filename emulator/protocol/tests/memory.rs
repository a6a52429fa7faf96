//! What requests take in memory while they are parsed, held to the byte.
//!
//! A binary with one test, so that nothing else allocates while it counts.

#[path = "../benches/payloads/mod.rs"]
#[expect(dead_code, reason = "the benchmarks use it too")]
mod payloads;

#[path = "../benches/payloads/memory.rs"]
mod memory;

use memory::{Memory, measure};
use payloads::Payload;

/// The operations with a body, and the bytes of the body, the peak of its parse, and its document. Lower
/// them where less is taken, and raise none without a reason; docs/performance.md has them too.
const TAKEN: [(&str, usize, usize, usize); 5] = [
    ("SendMessage", 119, 183, 183),
    ("GetCallerIdentity", 43, 64, 0),
    ("AssumeRole", 137, 338, 178),
    ("PutItem", 566, 1843, 1843),
    ("DescribeInstances", 142, 521, 329),
];

#[test]
fn requests_take_less_than_four_times_their_bodies() {
    let payloads = payloads::all();
    let with_body = payloads.iter().filter(|payload| !payload.request.body().is_empty());
    let taken = with_body.map(|payload| {
        let Payload { call, .. } = payload;
        let Memory { body, peak, held } = measure(payload);
        assert!(peak < 4 * body, "{}: {peak} bytes for {body}", call.operation.name);
        (call.operation.name, body, peak, held)
    });
    assert_eq!(taken.collect::<Vec<_>>(), TAKEN);
}
