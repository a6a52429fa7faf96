//! Chores of the workspace, run as `cargo xtask NAME`: `layers` checks the direction of dependencies,
//! `tidy` the budgets of style.

mod layers;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

/// What a chore found wrong: one line each, empty when all is well.
type Findings = Vec<String>;

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let result = match chore.as_str() {
        "layers" => layers::check(&root),
        "tidy" => tidy::check(&root),
        _ => Err("usage: cargo xtask layers | tidy".to_owned()),
    };
    report(&chore, result)
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the program's edge")]
fn report(chore: &str, result: Result<Findings, String>) -> ExitCode {
    match result {
        Ok(findings) if findings.is_empty() => {
            println!("{chore}: ok");
            ExitCode::SUCCESS
        }
        Ok(findings) => {
            for finding in &findings {
                eprintln!("{finding}");
            }
            eprintln!("{chore}: {} findings", findings.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
