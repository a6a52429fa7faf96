//! Another fallback than ours, and none.

use std::process::{Child, Command, Stdio};

use super::{Served, moto_is_there, run_client, wait_until};
use crate::support::standin;

#[test]
fn without_a_fallback_the_rest_is_501_in_each_protocol() {
    let served = Served::spawn(standin().args(["serve", "--port", "0", "--fallback", "none"]));
    served.run("none.py");
}

#[test]
fn any_server_that_speaks_aws_will_do() {
    if !moto_is_there() {
        return;
    }
    let server = Server::start();
    let fallback = format!("http://127.0.0.1:{}", server.port);
    let served = Served::spawn(standin().args(["serve", "--port", "0", "--fallback", &fallback]));
    run_client("external.py", &[&served.url, &server.port.to_string()]);
    drop(server);
    run_client("gone.py", &[&served.url]);
}

/// moto as people run it themselves.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start() -> Self {
        let path = standin().args(["packages", "path", "moto"]).output().unwrap().stdout;
        let python = format!("{}/bin/python", String::from_utf8(path).unwrap().trim());
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let child = Command::new(python)
            .args(["-m", "moto.server", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_until("moto serves", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self { child, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
