//! The table of a run.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the program's edge")]

use std::time::Duration;

use crate::measure::Load;

/// The figures of one server.
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    pub(crate) started: Duration,
    pub(crate) idle: u64,
    pub(crate) full: Option<u64>,
    pub(crate) loads: Vec<Load>,
}

/// Prints the figures as Markdown; ratios are to the first server, the limit.
pub(crate) fn print(figures: &[Figures]) {
    println!(
        "| server | scenario | connections | requests/s | of the limit | CPU/request | of the limit | p50 | p99 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let limit = &figures[0].loads;
    for server in figures {
        for (load, limit) in server.loads.iter().zip(limit) {
            println!("{}", row(server.name, load, limit));
        }
    }
    println!();
    println!("| server | start to first answer | idle memory | with 100,000 messages |");
    println!("|---|---|---|---|");
    for server in figures {
        let full = server.full.map_or_else(|| "-".to_owned(), mebibytes);
        let started = server.started.as_secs_f64() * 1000.0;
        println!("| {} | {started:.1} ms | {} | {full} |", server.name, mebibytes(server.idle));
    }
}

/// Prints a line at once, for whoever waits for it.
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Says why a run failed.
pub(crate) fn complain(error: &dyn std::error::Error) {
    eprintln!("bench: {error}");
}

fn row(name: &str, load: &Load, limit: &Load) -> String {
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    format!(
        "| {name} | {} | {} | {:.0} | {:.3} | {:.1} us | {:.2} | {:.0} us | {:.0} us |",
        load.scenario.name(),
        load.connections,
        load.rate,
        load.rate / limit.rate,
        micros(load.cpu),
        micros(load.cpu) / micros(limit.cpu).max(f64::MIN_POSITIVE),
        micros(load.p50),
        micros(load.p99),
    )
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn mebibytes(kibibytes: u64) -> String {
    format!("{:.1} MiB", kibibytes as f64 / 1024.0)
}
