//! The load: signed requests of 1 KiB to an endpoint, as the client's command of `standin record` or by itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use serde::{Deserialize, Serialize};
use standin_sigv4::Credentials;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Error;
use crate::client::{Connection, Prepared};
use crate::server::Usage;

/// What to ask, and how long.
#[derive(Args, Clone, Debug)]
pub(crate) struct Drive {
    /// How long each figure is measured.
    #[arg(long)]
    seconds: u64,
    /// Ask for the URLs of so many queues, in turn, instead of sending messages.
    #[arg(long)]
    queues: Option<u32>,
    /// Where the figures go. The command then ends with 1, so that `standin record` writes nothing.
    #[arg(long)]
    figures: PathBuf,
}

/// The figures of one proxy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// Over 1 and 32 connections.
    pub(super) loads: Vec<Load>,
    /// The proxy's memory with 1,000 idle connections, in KiB.
    pub(super) idle: u64,
}

/// The figures over some connections.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Load {
    pub(super) connections: usize,
    pub(super) rate: f64,
    /// The proxy's processor time a request, in microseconds.
    pub(super) cpu: f64,
    /// The median and the 99th percentile, in microseconds.
    pub(super) p50: f64,
    pub(super) p99: f64,
}

/// Loads the endpoint of the environment, whose process is our parent.
pub(crate) async fn drive(options: &Drive) -> Result<(), Error> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let url = variable("AWS_ENDPOINT_URL")?;
    let host = url.strip_prefix("http://").ok_or("the endpoint is not http")?;
    let key = variable("AWS_ACCESS_KEY_ID")?;
    let secret = variable("AWS_SECRET_ACCESS_KEY")?;
    let credentials = Credentials::new(key, secret, None, None, "bench");
    let parent = std::os::unix::process::parent_id();
    let time = Duration::from_secs(options.seconds);
    let requests = match options.queues {
        Some(count) => crate::replay::queues(host, &credentials, count)?,
        None => vec![request(host, &credentials)?],
    };
    let figures = measure(host, &requests, parent, time).await?;
    write(&options.figures, &figures)?;
    Err("the figures are written; nothing else should be".into())
}

fn write(path: &Path, figures: &Figures) -> Result<(), Error> {
    Ok(std::fs::write(path, serde_json::to_vec(figures)?)?)
}

/// Measures the server at an address, whose process is known, by requests that are sent in turn.
pub(crate) async fn measure(
    host: &str,
    requests: &[Prepared],
    process: u32,
    time: Duration,
) -> Result<Figures, Error> {
    let mut loads = Vec::new();
    for connections in [1, 32] {
        drop(burst(host, requests, connections, Duration::from_secs(1)).await?);
        let (before, begin) = (Usage::of(process), Instant::now());
        let mut times = burst(host, requests, connections, time).await?;
        let (elapsed, after) = (begin.elapsed(), Usage::of(process));
        times.sort_unstable();
        let requests = f64::from(u32::try_from(times.len())?.max(1));
        let quantile = |percent: usize| {
            let index = (times.len() * percent / 100).min(times.len().saturating_sub(1));
            times.get(index).copied().unwrap_or_default().as_secs_f64() * 1e6
        };
        loads.push(Load {
            connections,
            rate: requests / elapsed.as_secs_f64(),
            cpu: after.cpu.saturating_sub(before.cpu).as_secs_f64() * 1e6 / requests,
            p50: quantile(50),
            p99: quantile(99),
        });
    }
    let mut idle = Vec::new();
    for _ in 0..1000 {
        let mut connection = Connection::open(host).await?;
        connection.send(&requests[0]).await?;
        idle.push(connection);
    }
    let idle = Usage::of(process).resident_kib;
    Ok(Figures { loads, idle })
}

/// A SendMessage whose body has 1 KiB.
pub(super) fn request(host: &str, credentials: &Credentials) -> Result<Prepared, Error> {
    let url = format!("http://{host}/000000000000/bench");
    let body = serde_json::json!({"QueueUrl": url, "MessageBody": ""});
    let filler = 1024 - body.to_string().len();
    let body = serde_json::json!({"QueueUrl": url, "MessageBody": "m".repeat(filler)});
    Prepared::json_by(host, "AmazonSQS.SendMessage", &body, credentials)
}

/// Sends the request over the connections and gives the time of each.
async fn burst(
    host: &str,
    requests: &[Prepared],
    connections: usize,
    time: Duration,
) -> Result<Vec<Duration>, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut workers = JoinSet::new();
    let next = Arc::new(AtomicUsize::new(0));
    let requests: Arc<[Prepared]> = requests.into();
    for _ in 0..connections {
        let (requests, next, stop) = (Arc::clone(&requests), Arc::clone(&next), Arc::clone(&stop));
        let mut connection = Connection::open(host).await?;
        workers.spawn(async move {
            let mut times = Vec::with_capacity(1 << 14);
            while !stop.load(Ordering::Relaxed) {
                let request = &requests[next.fetch_add(1, Ordering::Relaxed) % requests.len()];
                let begin = Instant::now();
                connection.send(request).await?;
                times.push(begin.elapsed());
            }
            Ok::<_, Error>(times)
        });
    }
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Vec::new();
    while let Some(worker) = workers.join_next().await {
        all.extend(worker??);
    }
    Ok(all)
}

/// Waits until somebody listens there.
pub(super) async fn wait_until_up(host: &str) -> Result<(), Error> {
    for _ in 0..6000 {
        if TcpStream::connect(host).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(format!("{host} does not answer within a minute").into())
}
