//! The table of a run.
#![expect(clippy::print_stdout, reason = "this is the program's edge")]

use super::drive::{Figures, Load};

/// The row whose figures are the limit, and that of the row through nothing.
const LIMIT: usize = 1;
const DIRECT: usize = 0;

/// Prints the figures as Markdown; ratios are to the bare relay.
pub(super) fn print(rows: &[(&str, Figures)]) {
    println!(
        "| proxy | connections | requests/s | of the bare relay | CPU/request | of the bare relay | p50 | added | p99 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (name, figures) in rows {
        for (index, load) in figures.loads.iter().enumerate() {
            let (limit, direct) = (&rows[LIMIT].1.loads[index], &rows[DIRECT].1.loads[index]);
            println!("{}", row(name, load, (limit, direct)));
        }
    }
    println!();
    println!("| proxy | memory with 1,000 idle connections |");
    println!("|---|---|");
    for (name, figures) in rows {
        println!("| {name} | {} MiB |", figures.idle / 1024);
    }
}

fn row(name: &str, load: &Load, (limit, direct): (&Load, &Load)) -> String {
    let Load { connections, rate, cpu, p50, p99 } = load;
    format!(
        "| {name} | {connections} | {rate:.0} | {:.2} | {cpu:.1} us | {:.2} | {p50:.0} us | {:.0} us | {p99:.0} us |",
        rate / limit.rate,
        cpu / limit.cpu.max(f64::MIN_POSITIVE),
        p50 - direct.p50,
    )
}

/// Prints the figures of replays as Markdown; ratios are to the first row.
pub(crate) fn print_replay(rows: &[(String, Figures)]) {
    println!(
        "| server | connections | requests/s | of the limit | CPU/request | of the limit | p50 | p99 |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (name, figures) in rows {
        for (load, limit) in figures.loads.iter().zip(&rows[0].1.loads) {
            let Load { connections, rate, cpu, p50, p99 } = load;
            println!(
                "| {name} | {connections} | {rate:.0} | {:.2} | {cpu:.1} us | {:.2} | {p50:.0} us | {p99:.0} us |",
                rate / limit.rate,
                cpu / limit.cpu.max(f64::MIN_POSITIVE),
            );
        }
    }
}
