//! How it starts, what it says where it can't, and how it ends.

use std::io::Read;
use std::net::TcpListener;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::{json, raw, serve};
use crate::fallback::Served;
use crate::support::standin;

/// Runs it with arguments with which it can't start; gives its exit code and what it says.
fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let output = standin().arg("serve").args(arguments).output().unwrap();
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_port_that_is_taken_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, message) = refused(&["--port", &port, "--fallback", "none"]);
    assert_eq!(code, Some(2));
    assert!(message.contains(&port) && message.contains("--port"), "{message}");
}

#[test]
fn wrong_arguments_are_named() {
    for (arguments, named) in [
        (["--port", "70000"], "70000"),
        (["--fallback", "motto"], "moto"),
        (["--fallback", "https://localhost"], "https://localhost"),
        (["--time", "tomorrow"], "tomorrow"),
        (["--host", "192.0.2.1"], "--host"),
    ] {
        let (code, message) = refused(&arguments);
        assert_eq!(code, Some(2), "{message}");
        assert!(message.contains(named), "{message}");
    }
}

#[test]
fn it_answers_once_it_is_ready_and_ends_well_when_told_to() {
    for signal in ["-TERM", "-INT"] {
        let mut child = standin()
            .args(["serve", "--port", "0", "--fallback", "none"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = [0; 23];
        let mut output = child.stdout.take().unwrap();
        output.read_exact(&mut ready).unwrap();
        assert!(ready.starts_with(b"ready http://127.0.0.1:"));
        Served::signal(signal, child.id());
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{signal}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "nothing tells from outside that a poll waits")]
fn a_long_poll_ends_with_its_answer_when_the_server_is_told_to_end() {
    let served = serve(&[]);
    raw(&served, &json("CreateQueue", r#"{"QueueName":"q"}"#));
    let queue = format!("{}/000000000000/q", served.url);
    let poll = json("ReceiveMessage", &format!(r#"{{"QueueUrl":"{queue}","WaitTimeSeconds":20}}"#));
    let answer = thread::scope(|scope| {
        let polling = scope.spawn(|| raw(&served, &poll));
        thread::sleep(Duration::from_millis(500));
        Served::signal("-TERM", served.id());
        polling.join().unwrap()
    });
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("{}"), "{answer}");
}

#[test]
fn a_seed_and_a_clock_give_the_same_bytes_again() {
    let run = || {
        let served = serve(&["--seed", "7", "--time", "2030-01-01T00:00:00Z"]);
        let host = served.url.clone();
        [
            json("CreateQueue", r#"{"QueueName":"q"}"#),
            json("SendMessage", r#"{"QueueUrl":"http://h/000000000000/q","MessageBody":"m"}"#),
        ]
        .map(|request| {
            let answer = raw(&served, &request).replace(&host, "HOST");
            let lines = answer.lines().filter(|line| !line.starts_with("date:"));
            lines.collect::<Vec<_>>().join("\n")
        })
    };
    let (first, second) = (run(), run());
    assert!(first[1].contains("MessageId"), "{}", first[1]);
    assert_eq!(first, second);
}
