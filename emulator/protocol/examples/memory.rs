//! How much memory a request takes while it is parsed, and the document that comes of it, as a table.
//!
//! `cargo run --release -p standin-protocol --example memory`. Multiples are of the body's size; a body of a
//! few bytes says little, as what is allocated comes in small units.

#[path = "../benches/payloads/mod.rs"]
#[expect(dead_code, reason = "the benchmarks use it too")]
mod payloads;

#[path = "../benches/payloads/memory.rs"]
mod memory;

use std::io::Write;

use memory::{Memory, measure};

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| request | body | peak while parsed | held by the document |\n|---|---|---|---|"
    )?;
    for payload in payloads::all() {
        let Memory { body, peak, held } = measure(&payload);
        if body > 0 {
            let cell = |bytes: usize| format!("{bytes} bytes, {}", times(bytes, body));
            writeln!(out, "| {} | {body} bytes | {} | {} |", payload.name, cell(peak), cell(held))?;
        }
    }
    Ok(())
}

/// A multiple with one digit, without floats.
fn times(bytes: usize, body: usize) -> String {
    let tenths = (bytes * 10 + body / 2) / body;
    format!("{}.{} times", tenths / 10, tenths % 10)
}
