//! Prints how long the index and the services take to decode: `cargo run --release -p standin-model --example decode_times`.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::time::{Duration, Instant};

use standin_model::Catalog;

fn main() {
    let started = Instant::now();
    let catalog = Catalog::embedded();
    println!("index    {:>9.1?}", started.elapsed());
    let mut times: Vec<(Duration, &str)> = catalog
        .services()
        .iter()
        .map(|entry| {
            let started = Instant::now();
            catalog.service(entry.name).expect("the embedded pack is sound");
            (started.elapsed(), entry.name)
        })
        .collect();
    println!("all      {:>9.1?}", times.iter().map(|(time, _)| *time).sum::<Duration>());
    times.sort_unstable();
    println!("median   {:>9.1?}", times[times.len() / 2].0);
    for (time, name) in times.iter().rev().take(5) {
        println!("{name:<12} {time:>9.1?}");
    }
}
