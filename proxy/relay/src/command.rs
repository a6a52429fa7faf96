//! The client's command: run in its sandbox, watched until it ends.

use std::collections::BTreeMap;
use std::io;
use std::process::ExitStatus;

use tokio::process::Command;

use crate::environment::{Sandbox, sandboxed};
use crate::intercept::{Interception, TrustFiles, Via};
use crate::listener::Listener;
use crate::scratch::EmptyFiles;
use crate::{Session, intercept};

/// A command and what goes with it.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The environment that we were started in.
    pub environment: BTreeMap<String, String>,
    /// Names that the command keeps although they would be taken away or set.
    pub keep: Vec<String>,
}

/// The ways in that a command is told of.
pub(crate) struct Ways<'w> {
    pub(crate) listener: &'w Listener,
    pub(crate) via: &'w Via,
    pub(crate) interception: Option<&'w Interception>,
}

/// Runs the command against a listener and gives its exit code.
pub(crate) async fn run(
    invocation: &Invocation,
    ways: Ways<'_>,
    region: &str,
    session: &Session,
) -> io::Result<u8> {
    let files = EmptyFiles::create(session)?;
    let endpoint = ways.listener.url();
    let proxy = match ways.interception {
        Some(interception) => {
            let trust = TrustFiles::write(interception, &invocation.environment, files.folder())?;
            let address = ways.listener.address().to_string();
            intercept::settings(&invocation.environment, &address, &trust)
        }
        None => Vec::new(),
    };
    let sandbox = Sandbox {
        endpoint: ways.via.has_endpoint().then_some(endpoint.as_str()),
        proxy: &proxy,
        region,
        session,
        config: &files.config(),
        credentials: &files.credentials(),
    };
    let environment = sandboxed(&invocation.environment, sandbox, &invocation.keep);
    let (program, arguments) = invocation
        .command
        .split_first()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "there is no command"))?;
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("can't run {program}: {error}")))?;
    tokio::select! {
        status = child.wait() => Ok(code(status?)),
        signal = stop_signal() => {
            let signal = signal?;
            child.kill().await?;
            Ok(128 + signal)
        }
    }
}

/// Waits until we are told to stop; the command must not outlive its endpoint.
#[cfg(unix)]
async fn stop_signal() -> io::Result<u8> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => Ok(2),
        _ = terminate.recv() => Ok(15),
    }
}

/// Waits until we are told to stop; the command must not outlive its endpoint.
#[cfg(not(unix))]
async fn stop_signal() -> io::Result<u8> {
    tokio::signal::ctrl_c().await?;
    Ok(2)
}

/// The code that a shell would give: 128 and the signal for a command that was killed.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    status.code().map_or(u8::MAX, |code| u8::try_from(code & 0xff).unwrap_or(u8::MAX))
}
