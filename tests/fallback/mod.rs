//! `standin serve` with moto behind it: real clients, our process, moto's process.
//!
//! What a client does and must see stands in a script of the same name beside the test, run by boto3.

mod backend;
mod clients;
mod elsewhere;
mod parsed;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::support::{client, standin};

/// A running `standin serve`.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
}

impl Served {
    /// Starts one on a free port; none, said aloud, where moto can't be installed.
    pub(crate) fn start(arguments: &[&str]) -> Option<Self> {
        moto_is_there()
            .then(|| Self::spawn(standin().args(["serve", "--port", "0"]).args(arguments)))
    }

    /// Starts one by a command.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("standin starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("ready ").expect("a line `ready URL`").to_owned();
        Self { child, url }
    }

    /// Our process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The backend's process, once it runs.
    pub(crate) fn backend(&self) -> u32 {
        *self.children().last().expect("a backend runs")
    }

    /// The processes that ours has started and that run.
    pub(crate) fn children(&self) -> Vec<u32> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.id())).expect("standin runs");
        let children = tasks.flat_map(|task| {
            let path = task.expect("readable").path().join("children");
            let text = std::fs::read_to_string(path).unwrap_or_default();
            text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        });
        children.map(|id| id.parse().expect("a process id")).collect()
    }

    /// Sends a signal to a process.
    pub(crate) fn signal(name: &str, process: u32) {
        let sent = Command::new("kill").args([name, &process.to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Ends us, gently or not, and waits until we are gone.
    pub(crate) fn end(mut self, signal: &str) {
        Self::signal(signal, self.id());
        self.child.wait().expect("it ends");
    }

    /// Runs a script with boto3 against it; what the script finds wrong fails the test.
    pub(crate) fn run(&self, script: &str) {
        run_client(script, &[&self.url]);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a script of this folder with boto3.
fn run_client(script: &str, arguments: &[&str]) {
    let Some(python) = client("python") else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fallback").join(script);
    let output =
        Command::new(python).arg("-B").arg(path).args(arguments).output().expect("python runs");
    assert!(
        output.status.success(),
        "{script}:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Installs moto, once for all tests; false, said aloud, where the registry is out of reach.
pub(crate) fn moto_is_there() -> bool {
    static THERE: OnceLock<bool> = OnceLock::new();
    *THERE.get_or_init(|| {
        let installed = standin().args(["packages", "install", "moto"]).output().expect("it runs");
        if !installed.status.success() {
            println!("ignored: moto: {}", String::from_utf8_lossy(&installed.stderr));
        }
        installed.status.success()
    })
}

/// Waits until something holds.
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let limit = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < limit, "not in time: {what}");
        pause();
    }
}

#[expect(clippy::disallowed_methods, reason = "a test of processes waits for them in real time")]
fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}

fn is_alive(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // A zombie answers nothing any more.
    !status.is_empty() && !status.contains(") Z ")
}
