//! Real clients with random names, tokens and retries replay offline what they recorded: several times, at the same
//! time, their independent steps in another order each. `STANDIN_REPLAYS` says how often, 3 times if it doesn't.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::clients::made;
use super::run::{Scratch, clean, errors, printed};
use super::shipped::Moto;
use crate::serve::serve;
use crate::support::{client, rust_client, standin};

/// How many replays run at the same time.
const AT_ONCE: usize = 3;

/// How often a client replays what it recorded.
fn replays() -> usize {
    let said = std::env::var("STANDIN_REPLAYS").ok();
    said.map_or(3, |text| text.parse().expect("STANDIN_REPLAYS is a number"))
}

/// A client's script beside this file.
fn script(name: &str) -> OsString {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/record/again").join(name).into()
}

fn record(upstream: &str, folder: &Path, command: &[OsString]) {
    let mut record = with_programs(clean(standin()));
    record.args(["record", "--mode", "all", "--credential-operations", "--origin", "peer"]);
    record.args(["--upstream", upstream, "-o"]).arg(folder).arg("--").args(command);
    let output = record.output().expect("standin runs");
    assert_eq!(output.status.code(), Some(0), "{} {}", printed(&output), errors(&output));
}

/// The command with the clients' programs first on its path.
fn with_programs(mut command: Command) -> Command {
    let bin = client("").unwrap_or_default();
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", bin.display()));
    command
}

/// Records a client, and has it replay, some at the same time; `command` gives the command of a run.
fn again(name: &str, upstream: &str, command: &dyn Fn(usize) -> Vec<OsString>, last: &str) {
    let scratch = Scratch::new(&format!("again-{name}"));
    let folder = scratch.path(&format!("snapshots/mixed/{name}"));
    record(upstream, &folder, &command(0));
    let runs: Vec<usize> = (1..=replays()).collect();
    for runs in runs.chunks(AT_ONCE) {
        let started: Vec<_> = runs.iter().map(|run| start(&folder, &command(*run))).collect();
        for (run, child) in runs.iter().zip(started) {
            let output = child.wait_with_output().expect("it ends");
            let (printed, errors) = (printed(&output), errors(&output));
            assert_eq!(output.status.code(), Some(0), "{name}, run {run}: {printed} {errors}");
            assert_eq!(printed.lines().last(), Some(last), "{name}, run {run}: {errors}");
        }
    }
}

fn start(folder: &PathBuf, command: &[OsString]) -> std::process::Child {
    let mut replay = with_programs(clean(standin()));
    replay.args(["replay", "--strict"]).arg(folder).arg("--").args(command);
    replay.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("standin runs")
}

#[test]
fn boto3_replays_what_it_recorded() {
    let (Some(python), Some(moto)) = (client("python3"), Moto::installed()) else { return };
    let command = |run: usize| {
        let mut command = vec![python.clone().into(), script("steps.py"), run.to_string().into()];
        // Every other run loses its first answers.
        if run % 2 == 1 {
            command.push("twice".into());
        }
        command
    };
    again("boto3", &moto.url, &command, "all steps");
}

#[test]
fn the_aws_cli_replays_what_it_recorded() {
    let (Some(_), Some(moto)) = (client("aws"), Moto::installed()) else { return };
    let command = |run: usize| vec!["sh".into(), script("steps.sh"), run.to_string().into()];
    again("cli", &moto.url, &command, "all steps");
}

#[test]
fn the_javascript_sdk_replays_its_steps() {
    let (Some(folder), Some(moto)) = (made("javascript"), Moto::installed()) else { return };
    let modules = format!("NODE_PATH={}", folder.join("node_modules").display());
    let command = |run: usize| {
        vec![
            "env".into(),
            modules.clone().into(),
            "node".into(),
            script("steps.cjs"),
            run.to_string().into(),
        ]
    };
    again("javascript", &moto.url, &command, "all steps");
}

#[test]
fn the_rust_sdk_replays_its_steps() {
    let served = serve(&[]);
    let program = rust_client();
    let command = |run: usize| {
        let order = if run % 2 == 1 { "queue-first" } else { "queue-last" };
        vec![program.clone().into(), format!("jobs-{run:08x}a1").into(), order.into()]
    };
    again("rust", &served.url, &command, "done");
}
