//! The run: each proxy between the same load and the same upstream.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use clap::Args;
use standin_sigv4::Credentials;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::drive::{self, Figures};
use super::table;
use crate::Error;

/// The proxies to measure.
#[derive(Args, Clone, Debug)]
pub(crate) struct Proxies {
    /// The release build of `standin`.
    #[arg(long)]
    standin: PathBuf,
    /// The `mitmdump` of a virtual environment; left out of the table without it.
    #[arg(long)]
    mitmdump: Option<PathBuf>,
    /// How long each figure is measured.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
}

/// Measures all of them and prints the table.
pub(crate) async fn run(proxies: &Proxies) -> Result<(), Error> {
    let scratch = std::env::temp_dir().join(format!("standin-bench-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let rows = rows(proxies, &scratch).await;
    std::fs::remove_dir_all(&scratch)?;
    table::print(&rows?);
    Ok(())
}

async fn rows(proxies: &Proxies, scratch: &Path) -> Result<Vec<(&'static str, Figures)>, Error> {
    let this = std::env::current_exe()?;
    let ca = scratch.join("ca.pem");
    let bench = Bench { proxies, scratch, this: &this };
    let plain = Server::start(Command::new(&this).arg("upstream")).await?;
    let mut rows = vec![("direct", bench.figures(&plain).await?)];
    let relay = bench.relay(&plain, None).await?;
    rows.push(("bare relay", bench.figures(&relay).await?));
    drop(relay);
    rows.push(("standin passing", bench.standin(&plain, &["--keep-nothing"]).await?));
    rows.push(("standin recording", bench.standin(&plain, &[]).await?));
    if let Some(mitmdump) = &proxies.mitmdump {
        let flows = scratch.join("flows").display().to_string();
        rows.push(("mitmproxy passing", bench.mitmproxy(mitmdump, &plain, &[]).await?));
        rows.push((
            "mitmproxy recording",
            bench.mitmproxy(mitmdump, &plain, &["-w", &flows]).await?,
        ));
    }
    drop(plain);
    let tls = Server::start(Command::new(&this).arg("upstream").arg("--tls").arg(&ca)).await?;
    let relay = bench.relay(&tls, Some(&ca)).await?;
    rows.push(("bare relay, TLS upstream", bench.figures(&relay).await?));
    drop(relay);
    let trust = ca.display().to_string();
    let passing = ["--keep-nothing", "--upstream-ca", &trust];
    rows.push(("standin passing, TLS upstream", bench.standin(&tls, &passing).await?));
    Ok(rows)
}

struct Bench<'b> {
    proxies: &'b Proxies,
    scratch: &'b Path,
    this: &'b Path,
}

impl Bench<'_> {
    fn time(&self) -> Duration {
        Duration::from_secs(self.proxies.seconds)
    }

    async fn figures(&self, server: &Server) -> Result<Figures, Error> {
        let credentials = Credentials::new("000000000000", "bench", None, None, "bench");
        let requests = [drive::request(server.host(), &credentials)?];
        drive::measure(server.host(), &requests, server.process()?, self.time()).await
    }

    async fn relay(&self, upstream: &Server, ca: Option<&Path>) -> Result<Server, Error> {
        let mut command = Command::new(self.this);
        command.args(["relay", "--upstream", &upstream.url]);
        if let Some(ca) = ca {
            command.arg("--upstream-ca").arg(ca);
        }
        Server::start(&mut command).await
    }

    /// Standin, which runs the load itself.
    async fn standin(&self, upstream: &Server, arguments: &[&str]) -> Result<Figures, Error> {
        let figures = self.scratch.join("figures.json");
        let mut command = Command::new(&self.proxies.standin);
        command.args(["record", "--mode", "all", "--upstream", &upstream.url, "-o"]);
        command.arg(self.scratch.join("snapshots/sqs/bench")).args(arguments).arg("--");
        command.arg(self.this).args(["drive", "--seconds", &self.proxies.seconds.to_string()]);
        command.arg("--figures").arg(&figures);
        let output = command.stdin(Stdio::null()).output().await?;
        let text = std::fs::read(&figures).map_err(|_| {
            format!("no figures came: {}", String::from_utf8_lossy(&output.stderr).trim())
        })?;
        std::fs::remove_file(&figures)?;
        Ok(serde_json::from_slice(&text)?)
    }

    async fn mitmproxy(
        &self,
        program: &Path,
        upstream: &Server,
        arguments: &[&str],
    ) -> Result<Figures, Error> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(program);
        command.args(["--quiet", "--listen-host", "127.0.0.1", "--listen-port"]);
        command.arg(port.to_string()).args(["--mode", &format!("reverse:{}", upstream.url)]);
        command.args(["--set", "flow_detail=0"]).args(arguments);
        let child = spawn(&mut command)?;
        let server = Server { child, url: format!("http://127.0.0.1:{port}") };
        drive::wait_until_up(server.host()).await?;
        self.figures(&server).await
    }
}

/// A running upstream or proxy; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    url: String,
}

impl Server {
    pub(crate) async fn start(command: &mut Command) -> Result<Self, Error> {
        let mut child = spawn(command)?;
        let output = child.stdout.take().ok_or("no standard output")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(url) = line.strip_prefix("ready ") {
                return Ok(Self { child, url: url.to_owned() });
            }
        }
        Err("a server ended without a `ready` line".into())
    }

    pub(crate) fn host(&self) -> &str {
        self.url.split("://").nth(1).unwrap_or_default()
    }

    pub(crate) fn process(&self) -> Result<u32, Error> {
        Ok(self.child.id().ok_or("a server has ended")?)
    }
}

fn spawn(command: &mut Command) -> Result<Child, Error> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    Ok(command.kill_on_drop(true).spawn()?)
}
