//! What each half of the codecs takes: `cargo bench -p standin-protocol`.

mod payloads;

use std::hint::black_box;

use criterion::Criterion;
use standin_model::Catalog;
use standin_protocol::routing::Router;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let _held = black_box(payloads::held());
    let mut criterion = Criterion::default().configure_from_args();
    let router = Router::new(Catalog::embedded());
    for payload in payloads::all() {
        let (call, request) = (payload.call, &payload.request);
        let (parts, body) = request.clone().into_parts();
        let mut group = criterion.benchmark_group(payload.name);
        group.bench_function("route", |bench| {
            bench.iter(|| router.route(black_box(&parts), &body).expect("a known request"));
        });
        group.bench_function("parse the request", |bench| {
            bench.iter(|| call.parse_request(black_box(request)).expect("a valid request"));
        });
        group.bench_function("serialize the answer", |bench| {
            bench.iter(|| {
                call.serialize_response(black_box(&payload.output), payloads::REQUEST_ID)
                    .expect("a valid output")
            });
        });
        group.bench_function("serialize the request", |bench| {
            bench
                .iter(|| call.serialize_request(black_box(&payload.input)).expect("a valid input"));
        });
        group.bench_function("parse the answer", |bench| {
            bench.iter(|| call.parse_response(black_box(&payload.response)).expect("an answer"));
        });
    }
    criterion.final_summary();
}
