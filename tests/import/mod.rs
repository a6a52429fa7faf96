//! `standin import`: files of other tools through the binary.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use crate::support::{shared, standin};

/// A folder for one test.
fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("import-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn import(arguments: &[&str]) -> Output {
    standin().args(["import", "httpreplay"]).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn real_recordings_become_scenarios_and_a_second_run_changes_nothing() {
    let Some(corpus) = shared("corpus/go-cloud/secrets") else { return };
    let folder = scratch("kms");
    let arguments = [corpus.to_str().unwrap(), "-o", folder.to_str().unwrap(), "--json"];
    let first = import(&arguments);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let sum: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!(sum["exchanges"], sum["imported"]);
    assert!(sum["recordings"].as_u64().unwrap() > 0, "{sum}");
    let recordings = || {
        let scenarios =
            fs::read_dir(folder.join("kms")).unwrap().map(|entry| entry.unwrap().path());
        let mut all: Vec<_> = scenarios
            .map(|path| (path.clone(), fs::read(path.join("recording.snap")).unwrap()))
            .collect();
        all.sort();
        all
    };
    let before = recordings();
    let again = import(&arguments[..3]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    assert!(text(&again.stderr).contains(", unchanged"), "{}", text(&again.stderr));
    assert!(text(&again.stdout).contains(" imported, 0 unusable"), "{}", text(&again.stdout));
    assert_eq!(recordings(), before);
}

#[test]
fn a_file_that_cant_be_imported_is_named_and_the_rest_goes_on() {
    let folder = scratch("bad");
    let good = r#"{"Version": "0.2", "Entries": [{
        "Request": {"Method": "POST", "URL": "https://kms.eu-west-1.amazonaws.com/", "MediaType": "application/x-amz-json-1.1",
                    "Header": {"X-Amz-Target": ["TrentService.ListKeys"]}, "BodyParts": ["e30="]},
        "Response": {"StatusCode": 200, "Body": "e30="}}]}"#;
    fs::write(folder.join("good.replay"), good).unwrap();
    fs::write(folder.join("bad.replay"), &good[..100]).unwrap();
    let out = folder.join("out");
    let output = import(&[folder.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.lines()
            .last()
            .unwrap()
            .contains("bad.replay: not a recording of httpreplay: EOF while parsing"),
        "{said}"
    );
    assert!(out.join("kms/good/recording.snap").exists(), "{said}");
}

#[test]
fn a_path_that_is_not_there_exits_2() {
    let output = import(&["/nonexistent/x.replay", "-o", "/nonexistent/out"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("/nonexistent/x.replay: no such file or folder"), "{said}");
}

#[test]
fn a_shipped_recording_is_exported_and_imported_as_the_same_exchanges() {
    let folder = scratch("export");
    let shipped = "snapshots/s3/objects/recording.snap";
    for (format, name) in [("har", "it.har"), ("vcr", "it.yml"), ("vcrpy", "py/it.yaml")] {
        let file = folder.join(name);
        let exported = standin()
            .args(["export", format, shipped, "-o", file.to_str().unwrap()])
            .output()
            .unwrap();
        assert!(exported.status.success(), "{}", text(&exported.stderr));
        let out = folder.join(format);
        let imported = standin()
            .args(["import", "auto", file.to_str().unwrap(), "--json", "-o", out.to_str().unwrap()])
            .output()
            .unwrap();
        assert!(imported.status.success(), "{}", text(&imported.stderr));
        let sum: serde_json::Value = serde_json::from_slice(&imported.stdout).unwrap();
        let said = text(&exported.stderr);
        let count = said.lines().last().unwrap().split(' ').next().unwrap();
        assert_eq!(sum["imported"].to_string(), count, "{sum}");
        assert_eq!(sum["unusable"], serde_json::json!({}));
    }
}

#[test]
fn an_export_of_several_recordings_or_none_says_so() {
    let export = |arguments: &[&str]| standin().arg("export").args(arguments).output().unwrap();
    let several = export(&["har", "snapshots/sqs"]);
    assert_eq!(several.status.code(), Some(2));
    assert!(text(&several.stderr).contains("name one of them"), "{}", text(&several.stderr));
    let unknown = export(&["tar", "snapshots/sqs/fifo"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("none of har, vcr, vcrpy"), "{}", text(&unknown.stderr));
    let piped = export(&["vcr", "snapshots/sqs/fifo"]);
    assert!(text(&piped.stdout).starts_with("---\nhttp_interactions:\n"));
}

#[test]
fn a_format_that_is_not_known_is_named_with_those_that_are() {
    let output = standin().args(["import", "tar", "x", "-o", "y"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("none of auto, httpreplay, go-vcr"));
}

/// A cassette of vcrpy with one exchange of STS, and one of no service.
const CASSETTE: &str = r#"{"version": 1, "interactions": [
    {"request": {"method": "POST", "uri": "https://sts.eu-west-1.amazonaws.com/", "headers": {
        "Content-Type": ["application/x-www-form-urlencoded"], "X-Amz-Date": ["20260602T183044Z"]},
        "body": "Action=GetCallerIdentity&Version=2011-06-15"},
     "response": {"status": {"code": 200}, "headers": {"Content-Type": ["text/xml"]}, "body": {"string":
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/u</Arn><UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"}}},
    {"request": {"method": "GET", "uri": "https://example.com/", "headers": {}, "body": null},
     "response": {"status": {"code": 200}, "headers": {}, "body": {"string": ""}}}]}"#;

#[test]
fn a_check_of_imports_holds_to_its_ledger_both_ways() {
    let folder = scratch("check");
    fs::create_dir(folder.join("cassettes")).unwrap();
    fs::write(folder.join("cassettes/it.json"), CASSETTE).unwrap();
    let ledger = folder.join("it.ledger");
    let check = || {
        standin()
            .args(["import", "auto", folder.join("cassettes").to_str().unwrap()])
            .args(["--check", ledger.to_str().unwrap()])
            .output()
            .unwrap()
    };
    let first = check();
    assert_eq!(first.status.code(), Some(1), "{}", text(&first.stderr));
    let line = "1 unusable cassettes vcrpy the request is for none of AWS's services\n";
    let new = folder.join("it.ledger.new");
    assert_eq!(fs::read_to_string(&new).unwrap(), line);
    fs::rename(&new, &ledger).unwrap();
    let fits = check();
    assert_eq!(fits.status.code(), Some(0), "{}{}", text(&fits.stdout), text(&fits.stderr));
    let sum = text(&fits.stdout);
    let row = sum.lines().find(|line| line.starts_with("cassettes")).unwrap();
    let figures: Vec<_> = row.split_whitespace().skip(1).collect();
    assert_eq!(figures, ["vcrpy", "1", "1", "2", "1", "1", "1", "1", "1", "1", "1"]);
    fs::write(
        &ledger,
        format!("{line}3 differs cassettes vcrpy sts GetCallerIdentity Arn | gone\n"),
    )
    .unwrap();
    let stale = check();
    assert_eq!(stale.status.code(), Some(1));
    assert!(text(&stale.stdout).contains("Arn: was 3, is 0"), "{}", text(&stale.stdout));
    fs::write(&ledger, format!("{line}1 differs cassettes vcrpy sts GetCallerIdentity Arn | \n"))
        .unwrap();
    let unexplained = check();
    assert_eq!(unexplained.status.code(), Some(2));
    assert!(text(&unexplained.stderr).contains("it.ledger:2: no reason"));
}
