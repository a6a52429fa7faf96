//! What every parser of foreign bytes must stand: the entry points of fuzzing, and what they demand.
//!
//! A [`Target`] takes any bytes. It must end without a panic, in memory that [`Target::memory`] bounds; and what it
//! reads it must be able to write and read again. The same targets run in two forms: `tests/mutated.rs` mutates
//! seeds on the stable toolchain in `ci/test`, and `fuzz/` runs them under libFuzzer for as long as one likes
//! (`docs/fuzzing-parsers.md`).

mod codecs;
mod endpoints;
mod message;
mod models;
mod recordings;
mod routing;
mod sample;
mod streams;
pub mod vectors;

/// A parser, or a few that belong together.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name, which is also that of the program in `fuzz/fuzz_targets`.
    pub name: &'static str,
    /// Reads the bytes; panics where a demand isn't met.
    pub run: fn(&[u8]),
    /// Inputs to begin with, which need no files.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// How many bytes may be allocated at once for each byte of the input, besides [`ALLOWANCE`].
    pub memory: usize,
}

/// The bytes that any input may take: buffers that are made before anything is read, of which a gzip decoder's 75 KiB
/// are the largest.
pub const ALLOWANCE: usize = 128 * 1024;

/// All targets.
///
/// The factors of memory are those of whole runs, in which a value is read, written, read again and compared. Formats
/// in which two bytes can be a value, such as lists of empty lists, need most.
pub const TARGETS: [Target; 15] = [
    Target { name: "query", run: codecs::query, seeds: codecs::query_seeds, memory: 200 },
    Target { name: "ec2", run: codecs::ec2, seeds: codecs::ec2_seeds, memory: 200 },
    Target { name: "json", run: codecs::json, seeds: codecs::json_seeds, memory: 200 },
    Target {
        name: "rest_json",
        run: codecs::rest_json,
        seeds: codecs::rest_json_seeds,
        memory: 200,
    },
    Target { name: "rest_xml", run: codecs::rest_xml, seeds: codecs::rest_xml_seeds, memory: 200 },
    Target { name: "cbor", run: codecs::cbor, seeds: codecs::cbor_seeds, memory: 200 },
    Target { name: "router", run: routing::run, seeds: routing::seeds, memory: 200 },
    Target { name: "signature", run: routing::signature, seeds: routing::signatures, memory: 200 },
    Target { name: "chunks", run: streams::chunks, seeds: streams::chunk_seeds, memory: 20 },
    Target { name: "events", run: streams::events, seeds: streams::event_seeds, memory: 200 },
    Target { name: "forms", run: streams::forms, seeds: streams::form_seeds, memory: 200 },
    Target { name: "recording", run: recordings::read, seeds: recordings::seeds, memory: 400 },
    Target { name: "import", run: recordings::import, seeds: recordings::imports, memory: 400 },
    Target { name: "endpoints", run: endpoints::run, seeds: endpoints::seeds, memory: 200 },
    Target { name: "botocore", run: models::run, seeds: models::seeds, memory: 1000 },
];

/// The target of a name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}

/// Runs the target of a name, as the programs in `fuzz/` do.
///
/// # Panics
/// If there is no such target, or a demand isn't met.
pub fn run(name: &str, input: &[u8]) {
    let target = target(name).expect("a target of this crate");
    (target.run)(input);
}
