//! AWS's SDK for Rust, recorded from the emulator behind the front, and replayed.

use std::process::Command;

use super::run::{Scratch, clean, errors, printed, record, replay};
use crate::serve::serve;
use crate::support::front::{Backend, Front};
use crate::support::rust_client;

/// What the client prints after the account.
const STEPS: [&str; 4] = ["assumed worker", "received hello", "received the batch", "absent"];

#[test]
fn the_rust_sdk_replays_what_it_recorded() {
    let client = rust_client();
    let served = serve(&[]);
    let front = Front::start(Backend::Url(served.url.clone()));
    let scratch = Scratch::new("rust");
    let folder = scratch.path("snapshots/sqs/rust");
    let mut command = record(&front, &folder);
    let first = command
        .arg("--credential-operations")
        .arg("--")
        .arg(&client)
        .arg("jobs-0123abcd")
        .output()
        .expect("runs");
    assert_eq!(first.status.code(), Some(0), "{}", errors(&first));
    assert!(front.sights().iter().all(|sight| sight.verified), "{:?}", front.sights());
    assert_eq!(front.sights().len(), 12);
    // Another name, as a test would make it at random.
    let again = replay(&folder).arg("--").arg(&client).arg("jobs-89ab4567").output().expect("runs");
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
    let lines = printed(&again);
    assert_eq!(lines.lines().skip(1).collect::<Vec<_>>(), STEPS);
    assert_eq!(errors(&again), "", "every exchange was asked for");
}

#[test]
fn the_rust_sdk_speaks_to_the_emulator() {
    let served = serve(&[]);
    let mut command = clean(Command::new(rust_client()));
    command.env("AWS_ENDPOINT_URL", &served.url);
    command.env("AWS_ACCESS_KEY_ID", "210987654321").env("AWS_SECRET_ACCESS_KEY", "secret");
    let output = command.output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let lines = printed(&output);
    assert_eq!(lines.lines().next(), Some("account 210987654321"));
    assert_eq!(lines.lines().skip(1).collect::<Vec<_>>(), STEPS);
}
