//! How long reading and writing takes, on the payloads that budgets name, as lines of tab-separated fields.
//!
//! `cargo run --release -p standin-protocol --example speed`. With a folder as its argument it writes the
//! payloads there too, for other programs to be measured on; `ready` prints only how long this process
//! took until requests could be routed, in microseconds.

#[path = "../benches/payloads/mod.rs"]
mod payloads;

use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use payloads::{Payload, REQUEST_ID};
use serde_json::json;
use standin_model::Catalog;
use standin_protocol::routing::Router;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::io::Result<()> {
    let started = Instant::now();
    let router = Router::new(Catalog::embedded());
    let ready = started.elapsed().as_secs_f64() * 1e6;
    let argument = std::env::args().nth(1);
    if argument.as_deref() == Some("ready") {
        return writeln!(std::io::stdout(), "{ready:.0}");
    }
    let _held = black_box(payloads::held());
    for payload in payloads::all() {
        if let Some(folder) = &argument {
            save(&payload, Path::new(folder))?;
        }
        measure(&payload, &router)?;
    }
    Ok(())
}

/// Prints what the halves of server and client take.
fn measure(payload: &Payload, router: &Router) -> std::io::Result<()> {
    let Payload { name, call, input, request, output, response } = payload;
    let (parts, body) = request.clone().into_parts();
    let route = time(|| drop(black_box(router.route(&parts, &body).expect("a known request"))));
    let parse = time(|| drop(black_box(call.parse_request(request).expect("a valid request"))));
    let write = || call.serialize_response(output, REQUEST_ID).expect("a valid output");
    let serialize = time(|| drop(black_box(write())));
    let ask = time(|| drop(black_box(call.serialize_request(input).expect("a valid input"))));
    let read = time(|| drop(black_box(call.parse_response(response).expect("a valid answer"))));
    let halves = [
        ("route", route),
        ("parse request", parse),
        ("serialize response", serialize),
        ("serialize request", ask),
        ("parse response", read),
    ];
    halves
        .iter()
        .try_for_each(|(half, micros)| writeln!(std::io::stdout(), "{name}\t{half}\t{micros:.3}"))
}

/// The microseconds of one run, the best of several rounds.
fn time(run: impl Fn()) -> f64 {
    let once = Instant::now();
    run();
    let rounds = (20_000_000 / once.elapsed().as_nanos().max(100)).clamp(10, 100_000);
    let rounds = u32::try_from(rounds).expect("clamped");
    let round = || {
        let start = Instant::now();
        (0..rounds).for_each(|_| run());
        start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds)
    };
    (0..5).map(|_| round()).fold(f64::INFINITY, f64::min)
}

/// Writes a payload as a file of JSON and two files of bodies.
fn save(payload: &Payload, folder: &Path) -> std::io::Result<()> {
    let Payload { name, call, request, response, .. } = payload;
    let headers = |headers: &http::HeaderMap| {
        let text =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.iter().map(|(name, value)| json!([name.as_str(), text(value)])).collect::<Vec<_>>()
    };
    let described = json!({
        "name": name,
        "service": call.service.metadata.name,
        "protocol": call.protocol.name(),
        "operation": call.operation.name,
        "method": request.method().as_str(),
        "uri": request.uri().to_string(),
        "headers": headers(request.headers()),
        "status": response.status().as_u16(),
        "response_headers": headers(response.headers()),
    });
    let file = |ending: &str| folder.join(format!("{}.{ending}", call.operation.name));
    std::fs::write(file("json"), described.to_string())?;
    std::fs::write(file("request"), request.body())?;
    std::fs::write(file("response"), response.body())
}
