//! The scenarios that the project ships: how they are recorded, and that they replay.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::record::run::{clean, errors, replay};
use crate::support::front::{Backend, Front};
use crate::support::{client, standin};

/// moto's own server, as it comes.
pub(crate) struct Moto {
    child: Child,
    pub(crate) url: String,
}

impl Moto {
    fn start() -> Self {
        Self::installed().expect("moto is installed: standin packages install moto")
    }

    /// One if moto is there, or `None` (said aloud).
    pub(crate) fn installed() -> Option<Self> {
        let path = standin().args(["packages", "path", "moto"]).output().expect("standin runs");
        let package = PathBuf::from(String::from_utf8_lossy(&path.stdout).trim().to_owned());
        if !path.status.success() || !package.exists() {
            println!("ignored: moto is not installed; run standin packages install moto");
            return None;
        }
        let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = socket.local_addr().expect("bound").port();
        drop(socket);
        let child = Command::new(package.join("bin/moto_server"))
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stderr(Stdio::null())
            .spawn()
            .expect("it was installed");
        let moto = Self { child, url: format!("http://127.0.0.1:{port}") };
        for _ in 0..600 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(moto);
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        panic!("moto does not answer");
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Each shipped scenario's folder with its script, in order.
fn scenarios() -> Vec<(PathBuf, PathBuf)> {
    // The recordings name their scripts as they are run, so paths are relative to the project.
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).expect("the project's folder");
    let mut found: Vec<_> = walk(Path::new("snapshots"))
        .into_iter()
        .filter_map(|folder| {
            let script = ["scenario.py", "scenario.sh"].map(|name| folder.join(name));
            let script = script.into_iter().find(|path| path.exists())?;
            Some((folder, script))
        })
        .collect();
    found.sort();
    found
}

/// The folders two levels below `snapshots/`: SERVICE/SCENARIO.
fn walk(root: &Path) -> Vec<PathBuf> {
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(path).expect("a folder");
        entries.map(|entry| entry.expect("readable").path()).filter(|path| path.is_dir()).collect()
    };
    folders(root).iter().flat_map(|service| folders(service)).collect()
}

/// `standin record` with the hosts of AWS, whose connections all lead to the front.
fn record_as_aws(front: &Front, folder: &Path) -> Command {
    let mut command = clean(standin());
    command
        .args([
            "record",
            "--mode",
            "all",
            "--origin",
            "moto",
            "--credential-operations",
            "--connect-to",
        ])
        .arg(front.address.to_string())
        .arg("--upstream-ca")
        .arg(&front.ca)
        .arg("-o")
        .arg(folder)
        .envs(Front::credentials());
    command
}

/// The script behind its interpreter, with the clients' programs first on the path.
fn with_script(mut command: Command, script: &Path) -> Command {
    let bin = client("").expect("STANDIN_VENV is set");
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", bin.display()));
    let interpreter =
        if script.extension().is_some_and(|ext| ext == "py") { "python3" } else { "sh" };
    command.arg("--").arg(interpreter).arg(script);
    command
}

#[test]
#[ignore = "records snapshots/ anew from moto: ci/record-snapshots"]
fn record_all() {
    for (folder, script) in scenarios() {
        // Each scenario meets an empty moto, as it would meet an empty account.
        let moto = Moto::start();
        let front = Front::start(Backend::Url(moto.url.clone()));
        let output = with_script(record_as_aws(&front, &folder), &script).output();
        let output = output.expect("standin runs");
        let sights = front.sights();
        assert!(output.status.success(), "{}: {} {sights:#?}", folder.display(), errors(&output));
        assert!(front.sights().iter().all(|sight| sight.verified), "{}", folder.display());
    }
}

#[test]
fn every_shipped_recording_replays_to_its_script() {
    if client("python3").is_none() {
        return;
    }
    for (folder, script) in scenarios() {
        let output = with_script(clean(replay(&folder)), &script).output().expect("standin runs");
        assert!(output.status.success(), "{}: {}", folder.display(), errors(&output));
    }
}
