//! The strict TLS front of the tests as a program, to record from a backend by hand:
//! `cargo run --example front -- http://127.0.0.1:5000`.

#[path = "support/front.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod front;

use std::io::Write as _;

use front::{Backend, Front};

fn main() -> std::io::Result<()> {
    let backend = std::env::args().nth(1).unwrap_or_else(|| "http://127.0.0.1:5000".to_owned());
    let front = Front::start(Backend::Url(backend));
    let mut out = std::io::stdout();
    writeln!(out, "export UPSTREAM={} UPSTREAM_CA={}", front.url(), front.ca.display())?;
    for (name, value) in Front::credentials() {
        writeln!(out, "export {name}='{value}'")?;
    }
    out.flush()?;
    // It runs until its standard input ends.
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}
