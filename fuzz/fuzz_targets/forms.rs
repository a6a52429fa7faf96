//! The target `forms` of `standin-hostile` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| standin_hostile::run("forms", input));
