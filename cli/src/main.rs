//! The `standin` binary: arguments, progress and exit codes.

mod catalog;
mod clock;
mod commands;
mod exit;
mod progress;
mod scratch;
mod stdout;

use clap::{CommandFactory as _, Parser, Subcommand};
use exit::{Exit, Failure};

/// Stands in for AWS, and proves how well it does so.
#[derive(Parser)]
#[command(
    name = "standin",
    version,
    after_help = "Examples:
  standin serve                                   an emulator on http://127.0.0.1:4566
  standin check                                   the shipped recordings against the emulator
  standin record --account 123456789012 -o snapshots/sqs/jobs -- ./test
                                                  what real AWS answers, kept as a recording
  standin replay snapshots/sqs/jobs -- ./test     the same answers, offline

Exit codes: 0 all is well; 1 a check found new or stale deviations, a fuzz run a difference, a scan a \
secret, or `fmt --check` a file to write; 2 it could not run; \
3 a replay missed an exchange or a recording can't be written."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// One variant a command, in alphabetical order; most have a module of their name.
#[derive(Subcommand)]
enum Command {
    Ca(commands::ca::Arguments),
    Check(commands::check::Arguments),
    Cleanup(commands::cleanup::Arguments),
    Completions(commands::completions::Arguments),
    Export(commands::export::Arguments),
    Fmt(commands::fmt::FmtArguments),
    Fuzz(commands::fuzz::Arguments),
    Gc(commands::gc::Arguments),
    Import(commands::import::Arguments),
    Migrate(commands::fmt::MigrateArguments),
    Packages(commands::packages::Arguments),
    Record(Box<commands::record::Arguments>),
    Replay(commands::replay::Arguments),
    Review(commands::review::Arguments),
    Scaffold(commands::scaffold::Arguments),
    Scan(commands::scan::Arguments),
    Serve(commands::serve::Arguments),
    Show(commands::show::Arguments),
    Specs(commands::specs::Arguments),
}

/// Requests are served from many small allocations, for which glibc's takes a tenth of the processor's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Exit {
    let result = match Arguments::parse().command {
        Command::Ca(arguments) => commands::ca::run(&arguments),
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Cleanup(arguments) => commands::cleanup::run(arguments),
        Command::Completions(arguments) => {
            commands::completions::run(&arguments, &mut Arguments::command())
        }
        Command::Export(arguments) => commands::export::run(&arguments),
        Command::Fmt(arguments) => commands::fmt::format(&arguments),
        Command::Fuzz(arguments) => commands::fuzz::run(&arguments),
        Command::Gc(arguments) => commands::gc::run(&arguments),
        Command::Import(arguments) => commands::import::run(&arguments),
        Command::Migrate(arguments) => commands::fmt::migrate(&arguments),
        Command::Packages(arguments) => commands::packages::run(arguments),
        Command::Record(arguments) => commands::record::run(*arguments),
        Command::Replay(arguments) => commands::replay::run(arguments),
        Command::Review(arguments) => commands::review::run(&arguments),
        Command::Scaffold(arguments) => commands::scaffold::run(&arguments),
        Command::Scan(arguments) => commands::scan::run(&arguments),
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Show(arguments) => commands::show::run(&arguments),
        Command::Specs(arguments) => commands::specs::run(&arguments),
    };
    match result.unwrap_or_else(Failure::report) {
        Exit::Success if stdout::has_failed() => Exit::CouldNotRun,
        exit => exit,
    }
}
