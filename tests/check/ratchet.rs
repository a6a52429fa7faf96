//! The gate both ways: what is new and what is gone fail, until a person accepts it and says why.

use super::fault::Faulty;
use super::{Project, serve};

/// A scenario without pauses in which the emulator agrees with the recording.
const SCENARIO: &str = "sqs/dead-letters";

/// The MD5 of its only message's body, and a wrong one.
const FAULT: (&str, &str) = ("\"MD5OfMessageBody\":\"", "\"MD5OfMessageBody\":\"f00");

#[test]
fn a_broken_target_fails_until_it_is_accepted_with_a_reason_and_again_once_it_is_mended() {
    let (server, project) = (serve(), Project::new("ratchet", &[SCENARIO]));
    let target = Faulty::before(&server.url);
    let url = format!("flaw={}", target.url);
    let check = || project.check(&["--target", &url]);
    let (ledger, pending) =
        ("sqs/dead-letters/parity@flaw.snap", "sqs/dead-letters/parity@flaw.snap.new");

    check().exits(0);
    assert!(!project.path(pending).exists(), "nothing is pending where all agree");

    target.set(Some(FAULT));
    check().exits(1).prints(&[
        "sqs/dead-letters (snapshots/sqs/dead-letters/parity@flaw.snap)",
        "SendMessage#1 MD5OfMessageBody",
        "- \"35393c24",
        "+ \"f0035393c24",
        "cargo insta review",
    ]);
    assert!(project.read(pending).contains("literal SendMessage#1 MD5OfMessageBody"));
    assert!(!project.path(ledger).exists(), "nobody accepted it");

    accept(&project, ledger);
    check().exits(1).prints(&["needs a reason: SendMessage#1 MD5OfMessageBody"]);
    project.edit(ledger, "reason: ?", "reason: this target was broken on purpose");
    check().exits(0);
    assert!(!project.path(pending).exists(), "the pending ledger goes once the ledger fits");

    target.set(None);
    check().exits(1).prints(&["gone, take it out: SendMessage#1 MD5OfMessageBody"]);
    accept(&project, ledger);
    check().exits(0);
}

#[test]
fn what_waits_is_reviewed_without_cargo() {
    let (server, project) = (serve(), Project::new("review", &[SCENARIO]));
    let target = Faulty::before(&server.url);
    let url = format!("flaw={}", target.url);
    let ledger = "sqs/dead-letters/parity@flaw.snap";
    project.review(&[]).exits(0).prints(&["nothing waits"]);
    target.set(Some(FAULT));
    project.check(&["--target", &url]).exits(1);
    project.review(&[]).exits(1).prints(&[ledger, "+   reason: ?", "1 waiting"]);
    project.review(&["--json"]).exits(1).prints(&["\"kind\": \"ledger\""]);
    project.review(&["--accept"]).exits(2).says(&["1 deviations have no reason yet", "--reason"]);
    project.review(&["--accept", "--reason", "broken on purpose"]).exits(0);
    project.check(&["--target", &url]).exits(0);
    target.set(None);
    project.check(&["--target", &url]).exits(1);
    project.review(&["--accept"]).exits(0).prints(&["accepted"]);
    assert!(!project.path(ledger).exists(), "an empty ledger is none");
    project.check(&["--target", &url]).exits(0);
}

#[test]
fn a_member_that_is_not_there_and_one_too_many_are_named() {
    let (server, project) = (serve(), Project::new("members", &[SCENARIO]));
    let target = Faulty::before(&server.url);
    target.set(Some(("\"MD5OfMessageBody\":", "\"MD5OfMessageSystemAttributes\":")));
    project.check(&["--target", &target.url, "--gate"]).exits(1).prints(&[
        "new sqs/dead-letters missing SendMessage#1 MD5OfMessageBody expected \"35393c24",
        "new sqs/dead-letters extra SendMessage#1 MD5OfMessageSystemAttributes expected absent",
    ]);
}

#[test]
fn a_target_without_a_name_has_no_ledger() {
    let (server, project) = (serve(), Project::new("nameless", &[SCENARIO]));
    let target = Faulty::before(&server.url);
    target.set(Some(FAULT));
    let checked = project.check(&["--target", &target.url]).exits(1);
    let checked = checked.prints(&[
        "\nsqs/dead-letters (a target without a name has no ledger)\n",
        "SendMessage#1 MD5OfMessageBody",
    ]);
    assert!(!checked.out.contains("cargo insta"), "there is nothing to review: {}", checked.out);
    assert_eq!(files(&project), ["recording.snap"]);
}

#[test]
fn the_emulator_has_a_ledger_of_its_own_beside_those_of_others() {
    let project = Project::new("emulator", &[SCENARIO]);
    let recording = "sqs/dead-letters/recording.snap";
    let ledger = "sqs/dead-letters/parity.snap";
    project.edit(recording, "\"MD5OfMessageBody\": \"", "\"MD5OfMessageBody\": \"f00");
    project.check(&[]).exits(1).prints(&[
        "sqs/dead-letters (snapshots/sqs/dead-letters/parity.snap)",
        "new: SendMessage#1 MD5OfMessageBody",
    ]);
    accept(&project, ledger);
    project.check(&[]).exits(1).prints(&["needs a reason"]);
    project.edit(ledger, "reason: ?", "reason: the recording was broken on purpose");
    let other = serve();
    project.check(&["--target", &format!("other={}", other.url)]).exits(1);
    project.check(&[]).exits(0);
    project.edit(recording, "\"MD5OfMessageBody\": \"f00", "\"MD5OfMessageBody\": \"");
    project.check(&[]).exits(1).prints(&["gone, take it out: SendMessage#1 MD5OfMessageBody"]);
}

#[test]
fn another_value_at_an_accepted_place_is_new() {
    let project = Project::new("values", &["sqs/tags-by-cli"]);
    project.check(&[]).exits(0);
    let ledger = "sqs/tags-by-cli/parity.snap";
    project.edit(ledger, "  actual   ", "  actual   not ");
    let checked = project.check(&["--gate"]).exits(1);
    let words: Vec<_> = checked.out.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(words, ["new", "stale"], "{}", checked.out);
}

/// Takes a pending ledger as a person does; by hand where cargo insta is not set up.
fn accept(project: &Project, ledger: &str) {
    let pending = format!("{ledger}.new");
    let Some(listed) = project.insta(&["pending-snapshots", "--as-json"]) else {
        std::fs::rename(project.path(&pending), project.path(ledger)).unwrap();
        return;
    };
    let paths: Vec<String> = listed
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| line["path"].as_str().unwrap().to_owned())
        .collect();
    assert!(paths.iter().any(|path| path.ends_with(ledger)), "{paths:?}");
    let path = paths.iter().find(|path| path.ends_with(ledger)).unwrap();
    project.insta(&["accept", "--snapshot", path]);
    assert!(!project.path(&pending).exists(), "cargo insta took it");
}

/// The files of the scenario.
fn files(project: &Project) -> Vec<String> {
    let folder = std::fs::read_dir(project.path(SCENARIO)).unwrap();
    let mut names: Vec<String> =
        folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
