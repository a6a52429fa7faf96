//! The targets on seeds and published vectors that are cut, flipped, spliced and repeated, in bounded memory.

mod heap;

use std::path::PathBuf;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use standin_hostile::{ALLOWANCE, target, vectors};

/// What mutations put in: the bytes that formats are made of.
const TOKENS: [&[u8]; 26] = [
    b"<",
    b"</",
    b"/>",
    b"&",
    b"&#x0;",
    b"<!DOCTYPE a>",
    b"<![CDATA[",
    b"]]>",
    b"{",
    b"}",
    b"[",
    b"\"",
    b"\\ud800",
    b"1e999",
    b"-",
    b"null",
    b"%",
    b"%F0",
    b"=",
    b"\xff",
    b"\xbf\xff",
    b"\x9f",
    b"\n",
    b":",
    b"\r\n",
    b"\0",
];

/// One change to bytes.
#[derive(Clone, Debug)]
enum Mutation {
    Truncate(Index),
    Flip(Index, u8),
    Insert(Index, usize),
    Repeat(Index, Index),
    Remove(Index, Index),
    /// The rest comes from another seed.
    Splice(Index, Index, Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = any::<Index>;
    prop_oneof![
        place().prop_map(Mutation::Truncate),
        (place(), any::<u8>()).prop_map(|(at, bits)| Mutation::Flip(at, bits)),
        (place(), 0..TOKENS.len()).prop_map(|(at, token)| Mutation::Insert(at, token)),
        (place(), place()).prop_map(|(from, to)| Mutation::Repeat(from, to)),
        (place(), place()).prop_map(|(from, to)| Mutation::Remove(from, to)),
        (place(), place(), place()).prop_map(|(at, seed, from)| Mutation::Splice(at, seed, from)),
    ]
}

fn mutate(seeds: &[Vec<u8>], seed: Index, mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = seed.get(seeds).clone();
    for mutation in mutations {
        let place = |index: &Index| index.index(bytes.len() + 1);
        match mutation {
            Mutation::Truncate(at) => bytes.truncate(place(at)),
            Mutation::Flip(at, bits) => {
                let at = place(at);
                bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= bits);
            }
            Mutation::Insert(at, token) => {
                let at = place(at);
                bytes.splice(at..at, TOKENS[*token].iter().copied());
            }
            Mutation::Repeat(from, to) => {
                let (from, to) = (place(from), place(to));
                let copy = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.splice(from..from, copy);
            }
            Mutation::Remove(from, to) => {
                let (from, to) = (place(from), place(to));
                bytes.drain(from.min(to)..from.max(to));
            }
            Mutation::Splice(at, seed, from) => {
                let other = seed.get(seeds);
                bytes.truncate(place(at));
                bytes.extend_from_slice(&other[from.index(other.len() + 1)..]);
            }
        }
    }
    bytes
}

/// Runs a target on its seeds as they are, then on mutated ones.
fn hold(name: &str) {
    let _turn = heap::turn();
    let target = target(name).expect("a target");
    let shared = std::env::var_os("STANDIN_SHARED")
        .map_or_else(|| PathBuf::from("../../../shared"), PathBuf::from);
    let vectors = vectors::read(&shared.join("conformance"));
    let mut seeds = (target.seeds)();
    seeds.extend(vectors.into_iter().filter(|(of, _)| *of == name).map(|(_, input)| input));
    for seed in &seeds {
        (target.run)(seed);
    }
    let cases =
        std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(2048);
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(cases) });
    let input = (any::<Index>(), prop::collection::vec(mutation(), 1..6));
    let held = runner.run(&input, |(seed, mutations)| {
        let input = mutate(&seeds, seed, &mutations);
        let bound = target.memory * input.len() + ALLOWANCE;
        let taken = heap::peak_of(|| (target.run)(&input));
        prop_assert!(taken <= bound, "{} bytes took {taken} bytes of memory", input.len());
        Ok(())
    });
    held.unwrap_or_else(|error| panic!("{name}: {error}"));
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                hold(stringify!($name));
            }
        )*

        #[test]
        fn each_target_has_a_test_and_a_program() {
            let names = standin_hostile::TARGETS.map(|target| target.name);
            assert_eq!(names, [$(stringify!($name)),*]);
            for name in names {
                let program = format!("{}/../../fuzz/fuzz_targets/{name}.rs", env!("CARGO_MANIFEST_DIR"));
                let text = std::fs::read_to_string(&program).expect("a program of each target");
                assert!(text.contains(&format!("\"{name}\"")), "{program} runs another target");
            }
        }
    };
}

targets! {
    query ec2 json rest_json rest_xml cbor router signature chunks events forms recording import endpoints botocore
}
