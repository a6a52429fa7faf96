//! Recorded pauses, and what a scenario leaves behind.

use std::time::{Duration, Instant};

use super::fault::Faulty;
use super::{Project, serve};
use crate::fallback::Served;
use crate::serve::{raw, request};

#[test]
fn the_emulator_in_this_process_does_not_sleep() {
    let project = Project::new("clock", &["sqs/visibility-timeout", "sqs/delay"]);
    let before = Instant::now();
    project.check(&[]).exits(0).prints(&["21 agree, 0 deviate"]);
    let took = before.elapsed();
    assert!(took < Duration::from_secs(4), "10 s of pauses took {took:?}");
}

#[test]
fn pauses_are_slept_against_a_url_as_fast_as_asked() {
    let (server, project) = (serve(), Project::new("speed", &["sqs/visibility-timeout"]));
    let check = |speed| {
        let before = Instant::now();
        let checked = project.check(&["--target", &server.url, "--speed", speed]);
        (checked, before.elapsed())
    };
    let (checked, took) = check("1.1");
    checked.exits(0).prints(&["11 agree"]);
    // 6.5 s were recorded.
    assert!(took > Duration::from_secs(5), "{took:?}");
    let (checked, took) = check("1000");
    checked.exits(1).prints(&["new: ReceiveMessage#3 Messages"]);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn what_a_scenario_made_is_deleted_at_a_url() {
    let (server, project) = (serve(), Project::new("remains", &["sqs/dead-letters"]));
    let recording = "sqs/dead-letters/recording.snap";
    let text = project.read(recording);
    // Without the deletions at its end, a scenario leaves two queues.
    let end = text.find("    {\n      \"id\": \"DeleteQueue#1\"").unwrap();
    let kept = text[..end].trim_end().trim_end_matches(',');
    std::fs::write(project.path(recording), format!("{kept}\n  ]\n}}\n")).unwrap();
    let target = Faulty::before(&server.url);
    let mut accounts = Vec::new();
    // The second run meets a server that remembers the first.
    for _ in 0..2 {
        project.check(&["--target", &target.url]).exits(0).prints(&["9 agree"]);
        let seen = target.seen();
        let [.., first, second] = seen.as_slice() else { panic!("nothing was sent") };
        assert_eq!([&first.operation, &second.operation], ["DeleteQueue", "DeleteQueue"]);
        assert!(
            first.body.contains("standin-alive"),
            "what was made last goes first: {}",
            first.body
        );
        assert!(second.body.contains("standin-dead"), "{}", second.body);
        let account = first.key.clone();
        assert!(seen.iter().all(|request| request.key == account), "one account for a run");
        assert_eq!(queues(&server, &account), Vec::<String>::new());
        accounts.push(account);
    }
    assert_ne!(accounts[0], accounts[1], "each run has an account of its own");
}

/// The queues of an account.
fn queues(server: &Served, account: &str) -> Vec<String> {
    let headers = format!(
        "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSQS.ListQueues\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={account}/20250101/eu-west-1/sqs/aws4_request, \
         SignedHeaders=host, Signature=0"
    );
    let answer = raw(server, &request("POST /", &headers, "{}"));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let body: serde_json::Value =
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let urls = body["QueueUrls"].as_array().into_iter().flatten();
    urls.map(|url| url.as_str().unwrap().to_owned()).collect()
}
