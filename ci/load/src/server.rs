//! The servers that are measured: started, watched and stopped.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::Error;

/// How one of the servers is started.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    /// The address, where the server can't be asked for a free one.
    address: Option<String>,
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) host: String,
    pub(crate) is_aws: bool,
    started: Duration,
}

/// What a process and its descendants have used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) cpu: Duration,
    pub(crate) resident_kib: u64,
}

/// The kernel counts processor time in hundredths of a second, whatever its own clock.
const TICK: Duration = Duration::from_millis(10);

/// The bare hyper server: this program itself.
pub(crate) fn bare() -> Result<Kind, Error> {
    let program = std::env::current_exe()?;
    Ok(Kind { name: "bare hyper", program, arguments: vec!["bare".into()], address: None })
}

/// Standin without a fallback.
pub(crate) fn standin(program: &Path) -> Kind {
    let arguments = ["serve", "--port", "0", "--fallback", "none"].map(str::to_owned).to_vec();
    Kind { name: "standin", program: program.to_owned(), arguments, address: None }
}

/// The peer.
pub(crate) fn moto(program: &Path) -> Result<Kind, Error> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
    let address = Some(format!("127.0.0.1:{port}"));
    let arguments = vec!["-H".into(), "127.0.0.1".into(), "-p".into(), port];
    Ok(Kind { name: "moto", program: program.to_owned(), arguments, address })
}

impl Kind {
    /// Whether messages sent to it are kept.
    pub(crate) fn keeps_state(&self) -> bool {
        self.name == "standin"
    }
}

impl Server {
    /// Starts a server and waits until it answers.
    pub(crate) async fn start(kind: &Kind) -> Result<Self, Error> {
        let begin = Instant::now();
        let mut child = Command::new(&kind.program)
            .args(&kind.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let host = match &kind.address {
            Some(address) => address.clone(),
            None => said_host(&mut child).await?,
        };
        wait_until_up(&host).await?;
        let is_aws = kind.name != "bare hyper";
        Ok(Self { child, host, is_aws, started: begin.elapsed() })
    }

    /// From the start of the process to its first answer.
    pub(crate) fn started(&self) -> Duration {
        self.started
    }

    /// What the process and its descendants have used so far.
    pub(crate) fn usage(&self) -> Result<Usage, Error> {
        let root = self.child.id().ok_or("the server has ended")?;
        Ok(tree(root))
    }

    /// Ends the server.
    pub(crate) async fn stop(&mut self) {
        // It may have ended on its own; either way it is gone.
        drop(self.child.kill().await);
    }
}

/// The address in the server's line `ready http://HOST:PORT`.
async fn said_host(child: &mut Child) -> Result<String, Error> {
    let output = child.stdout.take().ok_or("no standard output")?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(host) = line.strip_prefix("ready http://") {
            return Ok(host.to_owned());
        }
    }
    Err("the server ended without a `ready` line".into())
}

async fn wait_until_up(host: &str) -> Result<(), Error> {
    for _ in 0..12_000 {
        if TcpStream::connect(host).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err(format!("{host} does not answer within a minute").into())
}

fn tree(root: u32) -> Usage {
    let mut usage = Usage::default();
    let mut left = vec![root];
    while let Some(process) = left.pop() {
        usage.add(process);
        left.extend(children(process));
    }
    usage
}

impl Usage {
    /// What one process has used so far.
    pub(crate) fn of(process: u32) -> Self {
        let mut usage = Self::default();
        usage.add(process);
        usage
    }

    fn add(&mut self, process: u32) {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The name in parentheses may hold anything, so fields count from behind it.
        let fields: Vec<&str> =
            stat.rsplit_once(')').map_or("", |(_, rest)| rest).split(' ').collect();
        let number =
            |index: usize| fields.get(index).and_then(|f| f.parse::<u32>().ok()).unwrap_or(0);
        self.cpu += TICK * (number(12) + number(13));
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.and_then(|text| text.trim().strip_suffix(" kB"));
        self.resident_kib += kib.and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0);
    }
}

fn children(process: u32) -> Vec<u32> {
    let path = format!("/proc/{process}/task/{process}/children");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}
