//! What can't be checked exits 2 and says why; what machines read.

use std::fs;
use std::process::Stdio;

use super::{Checked, Project, serve};
use crate::support::standin;

/// A recording without a ledger.
const SCENARIO: &str = "sqs/dead-letters";

#[test]
fn a_check_of_nothing_or_of_a_path_that_is_not_there_could_not_run() {
    let project = Project::new("nothing", &[]);
    project.check(&[]).exits(2).says(&["snapshots: no such file or folder"]);
    fs::create_dir_all(project.path("sqs")).unwrap();
    project.check(&[]).exits(2).says(&["snapshots: no recording.snap here or below"]);
    project.check(&["Cargo.toml"]).exits(2).says(&["Cargo.toml"]);
    project.copy(SCENARIO);
    let gone = project.check(&["snapshots/sqs", "snapshots/s3"]).exits(2);
    gone.says(&["snapshots/s3: no such file or folder"]);
}

#[test]
fn a_recording_of_which_nothing_can_be_sent_could_not_run() {
    let project = Project::new("unsent", &[SCENARIO]);
    let recording = "sqs/dead-letters/recording.snap";
    project.edit(recording, "\"service\": \"sqs\"", "\"service\": \"sqsx\"");
    project.check(&["--gate"]).exits(2).says(&["sqsx is not in the models"]);
    let text = project.read(recording);
    let header = text.split("\"exchanges\"").next().unwrap();
    fs::write(project.path(recording), format!("{header}\"exchanges\": []\n}}\n")).unwrap();
    project.edit(recording, "\"variables\": {", "\"unused\": {");
    project.check(&[]).exits(2);
}

#[test]
fn a_target_that_cant_be_reached_is_named() {
    let project = Project::new("unreachable", &[SCENARIO]);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let target = format!("gone={url}");
    project.check(&["--target", &target]).exits(2).says(&["no answer from", &url, "refused"]);
    assert!(!project.path("sqs/dead-letters/parity@gone.snap.new").exists());
}

#[test]
fn without_the_fallback_that_it_needs_it_could_not_run() {
    let project = Project::new("no-python", &["s3/objects", SCENARIO]);
    let mut command = standin();
    command.arg("check").current_dir(&project.0).env("PATH", "/nonexistent");
    command.env_remove("STANDIN_PYTHON").env("STANDIN_CACHE", project.0.join("cache"));
    let checked = Checked::of(&command.output().unwrap()).exits(2);
    assert!(checked.err.contains("moto needs python3"), "{}", checked.err);
    assert!(!project.path("s3/objects/parity.snap.new").exists());
}

#[test]
fn a_reader_that_has_seen_enough_changes_no_exit_code() {
    let project = Project::new("closed", &[SCENARIO]);
    for (ledger, code) in [("", 0), ("literal SendMessage#1 MessageId\n", 2)] {
        fs::write(project.path("sqs/dead-letters/parity.snap"), ledger).unwrap();
        let mut command = standin();
        command.args(["check", "--fallback", "none"]).current_dir(&project.0);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn a_target_of_the_wrong_form_is_refused() {
    let project = Project::new("targets", &[SCENARIO]);
    for target in
        ["moto", "=http://127.0.0.1:1", "a/b=http://127.0.0.1:1", "https://127.0.0.1:1", "x=http:"]
    {
        project
            .check(&["--target", target])
            .exits(2)
            .says(&[target.split('=').next_back().unwrap()]);
    }
    for speed in ["0", "inf", "NaN", "fast"] {
        project.check(&["--speed", speed]).exits(2).says(&["--speed"]);
    }
}

#[test]
fn recordings_that_cant_be_read_are_named_with_the_reason() {
    const FILE: &str = "sqs/dead-letters/recording.snap";
    let whole = Project::new("unreadable", &[SCENARIO]).read("sqs/dead-letters/recording.snap");
    let blob = "{ \"$blob\": \"sha256-0000000000000000000000000000000000000000000000000000000000000000\", \"type\": \"text\" }";
    let half = &whole[..whole.len() / 2];
    for (content, reason) in [
        (half.to_owned(), "line "),
        (String::new(), "header"),
        (whole.replace("\"format\": \"1.0\"", "\"format\": \"2.0\""), "format 2.0"),
        (whole.replace("\"poison\"", blob), "sha256-0000"),
        (whole.replace("SendMessage#1", "SendMessage"), "SendMessage"),
    ] {
        let project = Project::new("unreadable", &[SCENARIO]);
        assert_ne!(content, whole);
        fs::write(project.path(FILE), content).unwrap();
        project.check(&[]).exits(2).says(&[FILE, reason]);
    }
}

#[test]
fn a_ledger_that_cant_be_read_is_named_with_the_line() {
    let project = Project::new("ledger", &["sqs/tags-by-cli"]);
    project.edit("sqs/tags-by-cli/parity.snap", "  reason: ", "  because: ");
    let checked = project.check(&[]).exits(2);
    checked.says(&["snapshots/sqs/tags-by-cli/parity.snap: line ", "`reason:`"]);
}

#[test]
fn the_gate_writes_nothing_and_prints_a_line_a_deviation() {
    let project = Project::new("gate", &[SCENARIO, "sqs/tags-by-cli"]);
    let calm = project.check(&["--gate"]).exits(0);
    assert_eq!(calm.out, "", "nothing to say where nothing is new");
    project.edit(
        "sqs/dead-letters/recording.snap",
        "\"MD5OfMessageBody\": \"",
        "\"MD5OfMessageBody\": \"f00",
    );
    project.edit("sqs/tags-by-cli/parity.snap", "reason: ", "reason: ?\n\n");
    let text = project.read("sqs/tags-by-cli/parity.snap");
    let cut = text.split("\n\n").next().unwrap();
    fs::write(project.path("sqs/tags-by-cli/parity.snap"), format!("{cut}\n")).unwrap();
    let checked = project.check(&["--gate"]).exits(1);
    let lines: Vec<_> = checked.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", checked.out);
    assert!(lines[0].starts_with("new sqs/dead-letters literal SendMessage#1 MD5OfMessageBody"));
    assert!(lines[1].starts_with("unexplained sqs/tags-by-cli "), "{}", lines[1]);
    assert!(!project.path("sqs/dead-letters/parity.snap.new").exists());
}

#[test]
fn the_results_are_there_as_json() {
    let project = Project::new("json", &[SCENARIO, "sqs/tags-by-cli"]);
    let checked = project.check(&["--json"]).exits(0);
    let rows: serde_json::Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!(rows[0]["scenario"], "dead-letters");
    assert_eq!(rows[0]["service"], "sqs");
    assert_eq!(rows[0]["exchanges"], rows[0]["matched"]);
    assert_eq!(rows[1]["accepted"], 1);
    assert!(rows[2].is_null());
}

#[test]
fn the_table_has_a_line_a_scenario_and_a_sum_and_no_colours() {
    let project = Project::new("table", &[SCENARIO, "sqs/tags-by-cli"]);
    let checked = project.check(&[]).exits(0).prints(&[
        "service  scenario      exchanges  agrees",
        "100.0 % agreement with moto",
        "2 scenarios, 21 exchanges: 20 agree, 1 deviate, 0 blocked, 0 unusable",
    ]);
    assert!(!checked.out.contains('\u{1b}'), "{}", checked.out);
    assert_eq!(checked.err, "", "no bar where there is no terminal");
}

#[test]
fn a_scenario_runs_against_a_served_emulator_as_in_this_process() {
    let (server, project) = (serve(), Project::new("served", &[SCENARIO]));
    let checked = project.check(&["--target", &server.url]).exits(0);
    checked.prints(&["11 agree, 0 deviate"]);
}
