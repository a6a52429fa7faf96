//! `--via proxy`: connections to hosts that aren't AWS's, clients that don't speak as they should, and
//! authorities that are of no use.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use super::proxy::{record_via, replay_via};
use super::recording::queues;
use super::run::{Scratch, errors, printed};
use crate::support::client;
use crate::support::front::{Backend, Front};

/// A server that answers whoever comes with one line of HTTP.
fn greeter() -> String {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("bound").to_string();
    std::thread::spawn(move || {
        for stream in socket.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = [0; 1024];
            let _ = stream.read(&mut head);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
        }
    });
    address
}

/// A Python script that speaks to the proxy over a socket.
fn socket_script(scratch: &Scratch, what: &str) -> std::path::PathBuf {
    scratch.script(&format!(
        "import os, socket\n\
         host, port = os.environ['HTTPS_PROXY'].split('//')[1].split(':')\n\
         proxy = socket.create_connection((host, int(port)), timeout=20)\n\
         def ask(text):\n  proxy.sendall(text.encode())\n  return proxy.recv(4096).decode(errors='replace')\n\
         {what}\n"
    ))
}

fn run(mut command: std::process::Command, script: &Path) -> Option<Output> {
    let python = client("python3")?;
    Some(command.arg("--").arg(python).arg(script).output().expect("standin runs"))
}

#[test]
fn other_hosts_are_carried_untouched_and_a_replay_refuses_them() {
    let there = greeter();
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("strangers");
    let folder = scratch.path("snapshots/sqs/x");
    let script = socket_script(
        &scratch,
        &format!(
            "print(ask('CONNECT {there} HTTP/1.1\\r\\n\\r\\n').split('\\r')[0])\n\
             print(ask('GET / HTTP/1.1\\r\\n\\r\\n')[-5:])\n\
             proxy = socket.create_connection((host, int(port)), timeout=20)\n\
             print(ask('GET http://{there}/ HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n')[-5:])\n\
             import boto3; boto3.client('sqs').create_queue(QueueName='jobs')"
        ),
    );
    let Some(output) = run(record_via("proxy", &front, &scratch, &folder), &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let lines: Vec<String> = printed(&output).lines().map(str::to_owned).collect();
    assert_eq!(lines, ["HTTP/1.1 200 OK", "hello", "hello"], "{}", errors(&output));
    let output = run(replay_via("proxy", &scratch, &folder), &script).expect("a client");
    assert!(printed(&output).starts_with("HTTP/1.1 403 Forbidden"), "{}", printed(&output));
    let said = errors(&output);
    let expected = format!("a connection to {there} was refused: a replay opens no connection");
    assert!(said.contains(&expected), "{said}");
}

#[test]
fn what_is_no_tls_or_nobody_is_said() {
    let cases = [
        (
            "print(ask('CONNECT sqs.eu-west-1.amazonaws.com:443 HTTP/1.1\\r\\n\\r\\n')[:12]); ask('garbage that is no TLS at all')",
            "broke off before a request",
        ),
        // The other side of the connection is never heard of again: the run must end all the same.
        ("print(ask('CONNECT sqs.eu-west-1.amazonaws.com:443 HTTP/1.1\\r\\n\\r\\n')[:12])", ""),
        ("proxy.sendall(b'CONNECT sqs.eu-west'); print('HTTP/1.1 200')", ""),
        (
            "print('HTTP/1.1 200', ask('CONNECT 127.0.0.1:1 HTTP/1.1\\r\\n\\r\\n').split('standin: ')[1].split(':')[0])",
            "no connection to 127.0.0.1:1",
        ),
        (
            "print('HTTP/1.1 200', ask('CONNECT 127.0.0.1 HTTP/1.1\\r\\n\\r\\n')[9:12])",
            "a connection to 127.0.0.1 was refused: no port",
        ),
        (
            "import boto3, botocore\ntry:\n  boto3.client('sqs', verify='/dev/null').list_queues()\nexcept Exception as error:\n  print('HTTP/1.1 200')",
            "",
        ),
    ];
    for (what, expected) in cases {
        let front = Front::start(Backend::Function(queues));
        let scratch = Scratch::new("no-tls");
        let folder = scratch.path("snapshots/sqs/x");
        let script = socket_script(&scratch, what);
        let Some(output) = run(record_via("proxy", &front, &scratch, &folder), &script) else {
            return;
        };
        assert!(printed(&output).starts_with("HTTP/1.1 200"), "{what}: {}", errors(&output));
        assert!(errors(&output).contains(expected), "{what}: {}", errors(&output));
        assert_eq!(output.status.code(), Some(3), "nothing was recorded: {}", errors(&output));
        assert_eq!(front.sights().len(), 1, "only whose credentials these are was asked");
        assert!(!folder.exists());
    }
}

#[test]
fn a_client_that_does_not_trust_us_is_told_why() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("distrust");
    let folder = scratch.path("snapshots/sqs/x");
    let script = scratch.script(
        "import boto3, botocore, os, ssl\ndel os.environ['AWS_CA_BUNDLE']\ndel os.environ['REQUESTS_CA_BUNDLE']\n\
         config = botocore.config.Config(retries={'max_attempts': 0})\n\
         try:\n  boto3.client('sqs', config=config).list_queues()\nexcept botocore.exceptions.SSLError as error:\n  print('distrusts')\n",
    );
    let Some(output) = run(record_via("proxy", &front, &scratch, &folder), &script) else { return };
    assert_eq!(printed(&output).trim(), "distrusts", "{}", errors(&output));
    let said = errors(&output);
    assert!(said.contains("sqs.eu-west-1.amazonaws.com:443 broke off before a request"), "{said}");
    assert!(said.contains("standin ca trust-help"), "{said}");
}

#[test]
fn an_upstream_with_another_certificate_is_not_spoken_to() {
    let (front, other) =
        (Front::start(Backend::Function(queues)), Front::start(Backend::Function(queues)));
    let scratch = Scratch::new("bad-upstream");
    let folder = scratch.path("snapshots/sqs/x");
    let script = scratch.script(
        "import boto3, botocore\nconfig = botocore.config.Config(retries={'max_attempts': 0})\n\
         try:\n  boto3.client('sqs', config=config).list_queues()\nexcept botocore.exceptions.ClientError as error:\n  print(error.response['Error']['Code'])\n",
    );
    let mut command = crate::record::run::clean(crate::support::standin());
    command
        .args(["record", "--via", "proxy", "--upstream", &front.url()])
        .arg("--upstream-ca")
        .arg(&other.ca)
        .arg("-o")
        .arg(&folder)
        .envs(Front::credentials())
        .env("XDG_DATA_HOME", scratch.path("data"));
    let Some(output) = run(command, &script) else { return };
    assert_eq!(printed(&output).trim(), "BadGateway", "{}", errors(&output));
    let said = errors(&output);
    assert!(said.contains("no answer from 127.0.0.1"), "{said}");
    assert!(said.contains("certificate"), "{said}");
    assert_eq!(front.sights().len(), 0);
}

#[test]
fn authorities_of_no_use_are_refused_before_the_command_runs() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("authority");
    let folder = scratch.path("snapshots/sqs/x");
    let ca = |arguments: &[&str]| {
        let mut command = crate::record::run::clean(crate::support::standin());
        command.arg("ca").args(arguments).env("XDG_DATA_HOME", scratch.path("data"));
        command.output().expect("standin runs")
    };
    let absent = ca(&["show"]);
    assert_eq!(absent.status.code(), Some(2));
    assert!(errors(&absent).contains("there is no certificate authority"), "{}", errors(&absent));
    let made = ca(&["rotate"]);
    assert_eq!(made.status.code(), Some(0), "{}", errors(&made));
    assert_eq!(printed(&ca(&["show"])), printed(&made));
    assert!(printed(&made).contains("Standin recording proxy"), "{}", printed(&made));
    assert!(printed(&ca(&["show", "--pem"])).starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(printed(&ca(&["trust-help"])).contains("AWS_CA_BUNDLE"));
    assert_ne!(printed(&ca(&["rotate"])), printed(&made));
    let key = scratch.path("data/standin/ca/ca.key");
    let mark = scratch.path("ran");
    let refused = |expected: &str| {
        let mut command = record_via("proxy", &front, &scratch, &folder);
        let output = command.args(["--", "touch"]).arg(&mark).output().expect("standin runs");
        assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
        assert!(errors(&output).contains(expected), "{expected}: {}", errors(&output));
        assert!(!mark.exists(), "the command ran");
    };
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).expect("mine");
    refused("mode 640");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("mine");
    std::fs::write(&key, "nonsense").expect("writable");
    refused("no usable private key");
    std::fs::remove_file(&key).expect("there");
    std::fs::create_dir(&key).expect("writable");
    refused("ca.key");
}
