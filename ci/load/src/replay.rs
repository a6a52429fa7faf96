//! `ci/bench replay`: what `standin replay` costs, by the length of the recording. The load asks for queues by name;
//! the limit is the bare hyper server under the same load.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use standin_sigv4::Credentials;
use tokio::process::Command;

use crate::Error;
use crate::client::Prepared;
use crate::proxy::{Figures, Server, measure, print_replay};

/// What to measure.
#[derive(Args, Clone, Debug)]
pub(crate) struct Replays {
    /// The release build of `standin`.
    #[arg(long)]
    standin: PathBuf,
    /// How long each figure is measured.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
}

/// Measures the bare server and replays of short and long recordings, and prints the table.
pub(crate) async fn run(replays: &Replays) -> Result<(), Error> {
    let scratch = std::env::temp_dir().join(format!("standin-replay-{}", std::process::id()));
    let rows = rows(replays, &scratch).await;
    std::fs::remove_dir_all(&scratch)?;
    print_replay(&rows?);
    Ok(())
}

async fn rows(replays: &Replays, scratch: &Path) -> Result<Vec<(String, Figures)>, Error> {
    let this = std::env::current_exe()?;
    std::fs::create_dir_all(scratch)?;
    let bare = Server::start(Command::new(&this).arg("bare")).await?;
    let credentials = Credentials::new("000000000000", "bench", None, None, "bench");
    let requests = queues(bare.host(), &credentials, 100)?;
    let time = Duration::from_secs(replays.seconds);
    let limit = measure(bare.host(), &requests, bare.process()?, time).await?;
    let mut rows = vec![("bare hyper".to_owned(), limit)];
    drop(bare);
    for count in [100, 10_000] {
        let folder = scratch.join(format!("snapshots/sqs/queues-{count}"));
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("recording.snap"), recording(count))?;
        let figures = scratch.join("figures.json");
        let mut command = Command::new(&replays.standin);
        command.arg("replay").arg(&folder).arg("--").arg(&this);
        command.args(["drive", "--seconds", &replays.seconds.to_string()]);
        command.args(["--queues", &count.to_string(), "--figures"]).arg(&figures);
        let output = command.stdin(Stdio::null()).output().await?;
        let text = std::fs::read(&figures).map_err(|_| {
            format!("no figures came: {}", String::from_utf8_lossy(&output.stderr).trim())
        })?;
        std::fs::remove_file(&figures)?;
        rows.push((format!("standin replay, {count} exchanges"), serde_json::from_slice(&text)?));
    }
    Ok(rows)
}

/// Requests for the URLs of queues.
pub(crate) fn queues(
    host: &str,
    credentials: &Credentials,
    count: u32,
) -> Result<Vec<Prepared>, Error> {
    let request = |number: u32| {
        let body = json!({"QueueName": name(number)});
        Prepared::json_by(host, "AmazonSQS.GetQueueUrl", &body, credentials)
    };
    (1..=count).map(request).collect()
}

fn name(number: u32) -> String {
    format!("queue-{number}")
}

/// A recording that has the URLs of queues.
fn recording(count: u32) -> String {
    let exchange = |number: u32| {
        let url = format!("«endpoint»/«account»/{}", name(number));
        json!({
            "id": format!("GetQueueUrl#{number}"),
            "service": "sqs",
            "input": {"QueueName": name(number)},
            "status": 200,
            "output": {"QueueUrl": url},
            "wire": {"protocol": "json"},
        })
    };
    let recording = json!({
        "format": "1.0",
        "scenario": format!("sqs/queues-{count}"),
        "origin": "bench",
        "region": "us-east-1",
        "date": "2026-01-01",
        "models": "bench",
        "rules": {"version": 1, "hash": "sha256-0"},
        "variables": {"«account»": {"kind": "account"}, "«endpoint»": {"kind": "host"}},
        "exchanges": (1..=count).map(exchange).collect::<Vec<_>>(),
    });
    format!("---\nsource: bench\n---\n{recording:#}\n")
}
