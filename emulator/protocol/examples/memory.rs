//! How much memory a request takes while it is parsed, and the document that comes of it, as a table.
//!
//! `cargo run --release -p standin-protocol --example memory`. Multiples are of the body's size; a body of a
//! few bytes says little, as what is allocated comes in small units.

#[path = "../benches/payloads/mod.rs"]
#[expect(dead_code, reason = "the benchmarks use it too")]
mod payloads;

use std::io::Write;

use bytes::Bytes;
use http::Request;
use peak_alloc::PeakAlloc;
use standin_protocol::Call;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| request | body | peak while parsed | held by the document |\n|---|---|---|---|"
    )?;
    for payload in payloads::all() {
        let body = payload.request.body().len();
        if body > 0 {
            let (peak, held) = measure(&payload.call, &payload.request);
            let cell = |bytes: usize| format!("{bytes} bytes, {}", times(bytes, body));
            writeln!(out, "| {} | {body} bytes | {} | {} |", payload.name, cell(peak), cell(held))?;
        }
    }
    Ok(())
}

/// The most that was allocated at once, and what is left, in bytes.
fn measure(call: &Call, request: &Request<Bytes>) -> (usize, usize) {
    drop(call.parse_request(request).expect("a valid request"));
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let document = call.parse_request(request).expect("a valid request");
    let (peak, held) = (HEAP.peak_usage() - before, HEAP.current_usage() - before);
    drop(document);
    (peak, held)
}

/// A multiple with one digit, without floats.
fn times(bytes: usize, body: usize) -> String {
    let tenths = (bytes * 10 + body / 2) / body;
    format!("{}.{} times", tenths / 10, tenths % 10)
}
