//! Runs a scenario over some connections for some time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Error;
use crate::client::Connection;
use crate::plan::{Plan, Scenario};
use crate::server::Server;

/// The figures of one scenario over some connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) scenario: Scenario,
    pub(crate) connections: usize,
    /// Operations a second.
    pub(crate) rate: f64,
    /// The server's processor time an operation.
    pub(crate) cpu: Duration,
    /// The median and the 99th percentile.
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Measures a scenario after a second of warming up.
pub(crate) async fn load(
    server: &Server,
    scenario: Scenario,
    connections: usize,
    time: Duration,
) -> Result<Load, Error> {
    let plan = Plan::prepare(&server.host, scenario, server.is_aws).await?;
    drop(burst(server, &plan, connections, Duration::from_secs(1)).await?);
    let (before, begin) = (server.usage()?, Instant::now());
    let mut times = burst(server, &plan, connections, time).await?;
    let (elapsed, after) = (begin.elapsed(), server.usage()?);
    times.sort_unstable();
    let operations = u32::try_from(times.len())?.max(1);
    let quantile = |percent: usize| {
        times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied()
    };
    Ok(Load {
        scenario,
        connections,
        rate: f64::from(operations) / elapsed.as_secs_f64(),
        cpu: after.cpu.saturating_sub(before.cpu) / operations,
        p50: quantile(50).unwrap_or_default(),
        p99: quantile(99).unwrap_or_default(),
    })
}

/// Sends messages and gives the memory that the server then holds, in KiB.
pub(crate) async fn fill(server: &Server, messages: u64) -> Result<u64, Error> {
    let plan = Plan::prepare(&server.host, Scenario::Send, server.is_aws).await?;
    let left = Arc::new(AtomicU64::new(messages));
    let mut workers = JoinSet::new();
    for _ in 0..32 {
        let (plan, left, host, is_aws) =
            (plan.clone(), left.clone(), server.host.clone(), server.is_aws);
        workers.spawn(async move {
            let mut connection = Connection::open(&host).await?;
            let take = |left: u64| left.checked_sub(1);
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
                plan.run(&mut connection, is_aws).await?;
            }
            Ok::<(), Error>(())
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker??;
    }
    Ok(server.usage()?.resident_kib)
}

/// Runs the plan over the connections and gives the time of each operation.
async fn burst(
    server: &Server,
    plan: &Plan,
    connections: usize,
    time: Duration,
) -> Result<Vec<Duration>, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut workers = JoinSet::new();
    for _ in 0..connections {
        let (plan, stop, is_aws) = (plan.clone(), stop.clone(), server.is_aws);
        let mut connection = Connection::open(&server.host).await?;
        workers.spawn(async move {
            let mut times = Vec::with_capacity(1 << 14);
            while !stop.load(Ordering::Relaxed) {
                let begin = Instant::now();
                plan.run(&mut connection, is_aws).await?;
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
