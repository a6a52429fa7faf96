//! Prints how long the index and the services take to decode: `cargo run --release -p standin-model --example decode_times`.
//!
//! Each is decoded anew in several rounds, of which the best counts, since a shared machine adds what is not ours.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::time::{Duration, Instant};

use standin_model::Catalog;

const ROUNDS: usize = 7;

fn main() {
    let rounds: Vec<(Duration, Vec<Duration>)> = (0..ROUNDS).map(|_| decode()).collect();
    let index = rounds.iter().map(|(index, _)| *index).min().expect("several rounds");
    let entries = Catalog::embedded().services().iter().enumerate();
    let best = |place: usize| rounds.iter().map(|(_, times)| times[place]).min().expect("several");
    let mut times: Vec<(Duration, &str)> =
        entries.map(|(place, entry)| (best(place), entry.name)).collect();
    times.sort_unstable();
    println!("index    {index:>9.1?}");
    println!("all      {:>9.1?}", times.iter().map(|(time, _)| *time).sum::<Duration>());
    println!("median   {:>9.1?}", times[times.len() / 2].0);
    for (time, name) in times.iter().rev().take(5) {
        println!("{name:<12} {time:>9.1?}");
    }
}

/// The times that the index and each service take.
fn decode() -> (Duration, Vec<Duration>) {
    let started = Instant::now();
    let catalog = Catalog::from_pack(include_bytes!("../../../specs/models.pack"));
    let index = started.elapsed();
    let catalog = catalog.expect("the pack in the tree is checked by a test");
    let decode = |name| {
        let started = Instant::now();
        catalog.service(name).expect("the embedded pack is sound");
        started.elapsed()
    };
    (index, catalog.services().iter().map(|entry| decode(entry.name)).collect())
}
