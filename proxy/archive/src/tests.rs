//! Scenarios on a real file system.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use standin_model::{Answer, Document, Fields, Protocol};
use standin_tape::{
    Completeness, Exchange, FormatVersion, Gap, Origin, Outcome, Recording, RulesUsed, SecretKind,
    Sweep, Wire,
};

use crate::{ArchiveError, Folder, RECORDING, Saved, Scenario, Store, find};

/// A folder of its own for a test, taken away at its end.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("standin-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn recording(body: impl Into<Document>) -> Recording {
    let input: Fields = [("MessageBody".into(), body.into())].into_iter().collect();
    let exchange = Exchange {
        id: "SendMessage#1".parse().expect("an id"),
        service: "sqs".to_owned(),
        after: Vec::new(),
        gap: Gap::from_pause(Duration::ZERO),
        input: Document::Object(input),
        outcome: Outcome::Answered { status: 200, answer: Answer::Output(Document::empty()) },
        wire: Wire::plain(Protocol::Json),
    };
    Recording {
        format: FormatVersion::CURRENT,
        scenario: "sqs/send".to_owned(),
        stimulus: None,
        origin: Origin::Aws,
        region: "eu-west-1".to_owned(),
        date: "2026-09-20".to_owned(),
        models: "test".to_owned(),
        rules: RulesUsed { version: 1, hash: "test".to_owned() },
        completeness: Completeness::Complete,
        variables: Vec::new(),
        exchanges: vec![exchange],
    }
}

#[test]
fn the_first_recording_is_the_truth_and_a_changed_one_waits() {
    let scratch = Scratch::new("first");
    let scenario = Scenario::in_folder(&scratch.0);
    let pending = scratch.0.join("recording.snap.new");
    let save = |recording: &Recording| scenario.save(recording, &Sweep::patterns()).expect("saved");

    assert_eq!(save(&recording("a")), Saved::New);
    assert_eq!(scenario.read().expect("readable"), recording("a"));

    let later = Recording { date: "2027-01-01".to_owned(), ..recording("a") };
    assert_eq!(save(&later), Saved::Unchanged);
    assert_eq!(scenario.read().expect("readable").date, "2026-09-20");

    assert_eq!(save(&recording("b")), Saved::Pending);
    assert_eq!(scenario.read().expect("readable"), recording("a"));
    assert!(pending.exists());

    assert_eq!(save(&recording("a")), Saved::Unchanged);
    assert!(!pending.exists());
}

#[test]
fn blobs_stand_beside_the_recording_and_a_missing_one_is_named() {
    let scratch = Scratch::new("blobs");
    let scenario = Scenario::in_folder(&scratch.0);
    let big = recording("x".repeat(10_000));
    scenario.save(&big, &Sweep::patterns()).expect("saved");
    assert_eq!(scenario.read().expect("readable"), big);

    let blobs: Vec<_> =
        fs::read_dir(scratch.0.join("blobs")).expect("a folder").flatten().collect();
    assert_eq!(blobs.len(), 1);
    fs::write(blobs[0].path(), "other").expect("written");
    let changed = scenario.read().expect_err("changed").to_string();
    assert!(changed.contains("recording.snap") && changed.contains("another content"), "{changed}");
    fs::remove_file(blobs[0].path()).expect("removed");
    let missing = scenario.read().expect_err("missing").to_string();
    assert!(missing.contains("recording.snap") && missing.contains("is missing"), "{missing}");
}

#[test]
fn a_file_that_cant_be_read_is_named_and_not_overwritten() {
    let scratch = Scratch::new("unreadable");
    let scenario = Scenario::in_folder(&scratch.0);
    scenario.save(&recording("a"), &Sweep::patterns()).expect("saved");
    let file = scratch.0.join(RECORDING);
    let text = fs::read_to_string(&file).expect("there");
    let cases = [
        (text.replace("\"1.0\"", "\"9.0\""), "recording.snap: format 9.0 is not readable here"),
        (text[..text.len() / 2].to_owned(), "recording.snap: line "),
        (String::new(), "recording.snap: no snapshot"),
    ];
    for (bad, expected) in cases {
        fs::write(&file, &bad).expect("written");
        let error = scenario.read().expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
        assert!(scenario.save(&recording("b"), &Sweep::patterns()).is_err());
        assert_eq!(fs::read_to_string(&file).expect("there"), bad);
    }
    fs::write(&file, [0xff, 0xfe]).expect("written");
    assert!(matches!(scenario.read(), Err(ArchiveError::NotText(_))));
}

#[test]
fn a_secret_is_not_written_wherever_it_hides() {
    let sweep = Sweep::with_secrets(["wJalrXUtnFEMI/K7MDENG"]);
    let hidden = "in the d0phbHJYVXRuRkVNSS9LN01ERU5H of a test".repeat(300);
    for body in [
        Document::from("wJalrXUtnFEMI/K7MDENG"),
        Document::from(hidden),
        Document::blob([[0; 64].as_slice(), b"wJalrXUtnFEMI/K7MDENG"].concat()),
    ] {
        let scratch = Scratch::new("secret");
        let scenario = Scenario::in_folder(&scratch.0);
        let error = scenario.save(&recording(body), &sweep).expect_err("a secret");
        let ArchiveError::Secret { found, .. } = error else { panic!("{error}") };
        assert_eq!(found.kind, SecretKind::Live);
        assert_eq!(fs::read_dir(&scratch.0).expect("a folder").count(), 0);
    }
}

#[test]
fn two_writers_of_one_scenario_exclude_each_other() {
    let scratch = Scratch::new("lock");
    let folder = Folder::new(&scratch.0);
    let lock = folder.lock("").expect("free");
    let error = Scenario::in_folder(&scratch.0)
        .save(&recording("a"), &Sweep::patterns())
        .expect_err("locked")
        .to_string();
    assert!(error.contains("another process is writing there"), "{error}");
    drop(lock);
    assert!(Scenario::in_folder(&scratch.0).save(&recording("a"), &Sweep::patterns()).is_ok());
}

#[test]
fn scenarios_are_found_below_paths() {
    let scratch = Scratch::new("find");
    for name in ["sqs/b", "sqs/a", "mixed/c"] {
        let scenario = Scenario::in_folder(&scratch.0.join(name));
        scenario.save(&recording("a"), &Sweep::patterns()).expect("saved");
    }
    fs::create_dir(scratch.0.join("empty")).expect("made");
    let names = |paths: &[&str]| {
        let paths: Vec<_> = paths.iter().map(|path| scratch.0.join(path)).collect();
        find(&paths).map(|found| {
            let shorten =
                |s: &Scenario| s.describe().replace(&format!("{}/", scratch.0.display()), "");
            found.iter().map(shorten).collect::<Vec<_>>()
        })
    };
    let (a, b, c) = ("sqs/a/recording.snap", "sqs/b/recording.snap", "mixed/c/recording.snap");
    assert_eq!(names(&[""]).expect("found"), [c, a, b]);
    assert_eq!(names(&["sqs", "sqs/a", b]).expect("found"), [a, b]);
    assert!(matches!(names(&["nowhere"]), Err(ArchiveError::NoSuchPath(_))));
    assert!(matches!(names(&["sqs", "empty"]), Err(ArchiveError::NoRecordings(_))));
}

#[test]
fn names_stay_inside_a_folder() {
    let folder = Folder::new("/nonexistent");
    for name in ["../x", "/etc/passwd", "a/../../b"] {
        assert!(folder.get(name).is_err(), "{name}");
    }
}

#[test]
fn a_ledger_waits_beside_the_recording() {
    let scratch = Scratch::new("ledger");
    let scenario = Scenario::in_folder(&scratch.0);
    assert_eq!(scenario.read_text("parity.snap").expect("readable"), None);
    scenario.put_pending("parity.snap", Some("x")).expect("written");
    assert_eq!(scenario.read_text("parity.snap.new").expect("readable").as_deref(), Some("x"));
    scenario.put_pending("parity.snap", None).expect("removed");
    assert_eq!(scenario.read_text("parity.snap.new").expect("readable"), None);
}

#[test]
fn a_reader_never_sees_half_a_file() {
    let scratch = Scratch::new("whole");
    let folder = Folder::new(&scratch.0);
    let contents = [vec![b'a'; 300_000], vec![b'b'; 100_000]];
    folder.put("file", &contents[0]).expect("written");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for turn in 0..40 {
                folder.put("file", &contents[turn % 2]).expect("written");
            }
        });
        for _ in 0..200 {
            let seen = folder.get("file").expect("readable").expect("there");
            assert!(contents.iter().any(|content| seen == *content), "{} bytes", seen.len());
        }
    });
    assert_eq!(fs::read_dir(&scratch.0).expect("a folder").count(), 1, "nothing is left beside it");
}
