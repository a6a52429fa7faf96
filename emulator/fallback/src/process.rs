//! A backend's process: started, asked for its port, listened to, and ended with us.

use std::{
    collections::VecDeque,
    ffi::OsString,
    io,
    net::{Ipv4Addr, SocketAddr},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStdin, ChildStdout, Command},
    task::JoinHandle,
    time::{Instant, timeout},
};

use crate::BackendError;

/// How to run a backend.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) variables: Vec<(OsString, OsString)>,
}

/// A backend that runs.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    child: Child,
    /// Its end tells the process to end, whatever becomes of us.
    _stdin: ChildStdin,
    said: Said,
    /// Ends once all that it wrote has been read.
    errors: JoinHandle<()>,
}

/// The last lines that a process wrote.
#[derive(Clone, Debug, Default)]
struct Said(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    lines: VecDeque<(Instant, String)>,
    /// When the process closed its output.
    ended: Option<Instant>,
}

/// The line in which a launcher says where it serves, or why not.
#[derive(Deserialize)]
#[serde(untagged)]
enum Announcement {
    Up { port: u16 },
    Refused { error: String },
}

const START_LIMIT: Duration = Duration::from_mins(1);
const HEALTH_LIMIT: Duration = Duration::from_secs(10);
/// What the system needs to show that a process is dead.
const MOMENT: Duration = Duration::from_millis(200);
const KEPT_LINES: usize = 30;
/// What a process wrote in this time before its end is of its end.
const LAST_WORDS: Duration = Duration::from_secs(1);
const LAST_LINES: usize = 3;

impl Process {
    /// Starts it and waits until it says that it serves.
    pub(crate) async fn start(launch: Launch) -> Result<Self, BackendError> {
        let mut child = spawn(launch)?;
        let said = Said::default();
        let mut errors = said.listen(child.stderr.take().expect("standard error is piped"));
        let stdin = child.stdin.take().expect("standard input is piped");
        let mut lines = BufReader::new(child.stdout.take().expect("output is piped")).lines();
        let announced = timeout(START_LIMIT, announcement(&mut lines)).await.unwrap_or_default();
        match announced {
            Some(Announcement::Up { port }) => {
                let address = (Ipv4Addr::LOCALHOST, port).into();
                said.listen(lines.into_inner());
                check_health(address)
                    .await
                    .map_err(|error| BackendError::NotUp(error.to_string()))?;
                Ok(Self { address, child, _stdin: stdin, said, errors })
            }
            Some(Announcement::Refused { error }) => Err(BackendError::Refused(error)),
            None => {
                let _ = child.kill().await;
                // What it wrote last may still be on its way.
                let _ = timeout(MOMENT, &mut errors).await;
                Err(BackendError::NotUp(said.text()))
            }
        }
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Whether it has ended, or does so within a moment.
    pub(crate) async fn ends_soon(&mut self) -> bool {
        timeout(MOMENT, self.child.wait()).await.is_ok()
    }

    /// Waits a moment for the end of a process that no longer accepts connections, and ends it otherwise.
    ///
    /// Says how it ended, and what it wrote at its end.
    pub(crate) async fn end(mut self) -> String {
        let ended = match timeout(MOMENT, self.child.wait()).await {
            Ok(Ok(status)) => manner(status),
            _ => {
                let _ = self.child.kill().await;
                "no longer accepted connections, and was killed".to_owned()
            }
        };
        let _ = timeout(MOMENT, &mut self.errors).await;
        let said = self.said.last_words();
        if said.is_empty() { ended } else { format!("{ended}; it said: {said}") }
    }

    /// Its process id, while it runs.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }
}

fn manner(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with {code}"),
        (None, Some(signal)) => format!("was killed by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

fn spawn(launch: Launch) -> Result<Child, BackendError> {
    let program = launch.program.display().to_string();
    Command::new(&launch.program)
        .args(launch.arguments)
        .env_clear()
        .envs(launch.variables)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|source| BackendError::Spawn { program, source: Arc::new(source) })
}

/// Asks whether it answers requests, and not only accepts connections.
pub(crate) async fn check_health(address: SocketAddr) -> io::Result<()> {
    let answer = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /_standin/health HTTP/1.0\r\n\r\n").await?;
        let mut answer = String::new();
        stream.take(1024).read_to_string(&mut answer).await?;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        if status == "200" {
            Ok(())
        } else {
            Err(io::Error::other(format!("it answers {status:?}")))
        }
    };
    timeout(HEALTH_LIMIT, answer).await.map_err(|_| io::Error::other("it does not answer"))?
}

/// The first line that is an announcement; libraries may write others before it.
async fn announcement(lines: &mut Lines<BufReader<ChildStdout>>) -> Option<Announcement> {
    while let Ok(Some(line)) = lines.next_line().await {
        if let Ok(announced) = serde_json::from_str(&line) {
            return Some(announced);
        }
    }
    None
}

impl Said {
    /// Keeps what comes, so that the process never waits for a reader.
    fn listen(&self, output: impl AsyncRead + Send + Unpin + 'static) -> JoinHandle<()> {
        let lines = self.0.clone();
        tokio::spawn(async move {
            let mut output = BufReader::new(output);
            let mut line = Vec::new();
            while output.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
                let mut kept = lines.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.lines.len() == KEPT_LINES {
                    kept.lines.pop_front();
                }
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                kept.lines.push_back((Instant::now(), text));
                line.clear();
            }
            lines.lock().unwrap_or_else(PoisonError::into_inner).ended = Some(Instant::now());
        })
    }

    fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("; ")
    }

    /// The lines that were written right before the end.
    fn last_words(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let end = kept.ended.unwrap_or_else(Instant::now);
        let last = kept.lines.iter().skip(kept.lines.len().saturating_sub(LAST_LINES));
        let last = last.filter(|(at, _)| end.saturating_duration_since(*at) <= LAST_WORDS);
        last.map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests;
