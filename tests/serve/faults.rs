//! `serve` with rules: native operations and a backend's, in their protocols.

use super::{json, raw, request, serve};
use crate::fallback::Served;
use crate::support::standin;

#[test]
fn native_operations_fail_as_rules_say_and_recover() {
    let rule = "sqs:ListQueues throttle first 1";
    let header = "sqs:ListQueues set-response-header x-rule followed";
    let body = "sqs:CreateQueue replace misnamed q";
    let served = serve(&["--fault", rule, "--fault", header, "--fault", body]);
    let throttled = raw(&served, &json("ListQueues", "{}"));
    assert!(throttled.starts_with("HTTP/1.1 400"), "{throttled}");
    assert!(throttled.contains("RequestThrottled") && throttled.contains("x-rule: followed"));
    assert!(throttled.contains("x-standin-evidence: native"), "{throttled}");
    let made = raw(&served, &json("CreateQueue", r#"{"QueueName":"misnamed"}"#));
    assert!(made.contains("/000000000000/q"), "{made}");
    let listed = raw(&served, &json("ListQueues", "{}"));
    assert!(listed.starts_with("HTTP/1.1 200") && listed.contains("000000000000/q"), "{listed}");
}

#[test]
fn a_backend_is_wrapped_as_native_operations_are() {
    let backend = serve(&[]);
    let rules = std::env::temp_dir().join(format!("standin-rules-{}", std::process::id()));
    let text = "# of the backend\ndynamodb:ListTables throttle\n\
                dynamodb:* set-response-header x-rule followed\n";
    std::fs::write(&rules, text).unwrap();
    let mut command = standin();
    command.args(["serve", "--port", "0", "--fallback", &backend.url, "--faults"]).arg(&rules);
    let served = Served::spawn(&mut command);
    let ask = |operation: &str| {
        let headers = format!(
            "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.{operation}"
        );
        raw(&served, &request("POST /", &headers, "{}"))
    };
    let throttled = ask("ListTables");
    assert!(throttled.starts_with("HTTP/1.1 400"), "{throttled}");
    assert!(throttled.contains("ThrottlingException"), "{throttled}");
    // It has no DynamoDB; that it says so shows that it was asked.
    let passed = ask("DescribeLimits");
    assert!(passed.starts_with("HTTP/1.1 501") && passed.contains("x-rule: followed"), "{passed}");
    std::fs::remove_file(&rules).unwrap();
}

#[test]
fn a_wrong_rule_is_named_with_its_line() {
    let rules = std::env::temp_dir().join(format!("standin-wrong-{}", std::process::id()));
    std::fs::write(&rules, "sqs throttle\nsqs explode\n").unwrap();
    let output = standin().args(["serve", "--port", "0", "--faults"]).arg(&rules).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(":2: `explode` is no effect"), "{said}");
    let output = standin().args(["serve", "--fault", "sqs:Lost throttle"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && said.contains("names no operation"), "{said}");
    std::fs::remove_file(&rules).unwrap();
}
