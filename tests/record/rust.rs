//! AWS's SDK for Rust, recorded from the emulator behind the front, and replayed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use super::run::{Scratch, clean, errors, printed, record, replay};
use crate::support::front::{Backend, Front};
use crate::support::{rust_client, standin};

/// `standin serve` on a free port, gone with the test.
struct Served(Child, String);

impl Served {
    fn start() -> Self {
        let mut command = clean(standin());
        command.args(["serve", "--port", "0", "--fallback", "none"]).stdout(Stdio::piped());
        let mut child = command.spawn().expect("standin runs");
        let mut line = String::new();
        let out = child.stdout.take().expect("piped");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("ready ").expect("ready").to_owned();
        Self(child, url)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_rust_sdk_replays_what_it_recorded() {
    let client = rust_client();
    let served = Served::start();
    let front = Front::start(Backend::Url(served.1.clone()));
    let scratch = Scratch::new("rust");
    let folder = scratch.path("snapshots/sqs/rust");
    let mut command = record(&front, &folder);
    let first = command.arg("--").arg(&client).arg("jobs-0123abcd").output().expect("runs");
    assert_eq!(first.status.code(), Some(0), "{}", errors(&first));
    assert!(front.sights().iter().all(|sight| sight.verified), "{:?}", front.sights());
    assert_eq!(front.sights().len(), 7);
    // Another name, as a test would make it at random.
    let again = replay(&folder).arg("--").arg(&client).arg("jobs-89ab4567").output().expect("runs");
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
    let lines = printed(&again);
    assert_eq!(lines.lines().skip(1).collect::<Vec<_>>(), ["received hello", "absent"]);
    assert_eq!(errors(&again), "", "every exchange was asked for");
}

#[test]
fn the_rust_sdk_speaks_to_the_emulator() {
    let served = Served::start();
    let mut command = clean(std::process::Command::new(rust_client()));
    command.env("AWS_ENDPOINT_URL", &served.1);
    command.env("AWS_ACCESS_KEY_ID", "210987654321").env("AWS_SECRET_ACCESS_KEY", "secret");
    let output = command.output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let lines = printed(&output);
    assert_eq!(
        lines.lines().collect::<Vec<_>>(),
        ["account 210987654321", "received hello", "absent"]
    );
}
