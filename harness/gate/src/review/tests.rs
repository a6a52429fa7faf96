//! Decisions on files of a scratch scenario.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// A folder with one scenario; gone at the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let root =
            std::env::temp_dir().join(format!("standin-review-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        let shipped =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots/sqs/delay/recording.snap");
        fs::copy(shipped, root.join("recording.snap")).unwrap();
        Self(root)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.join(name)).ok()
    }

    fn only(&self) -> PendingFile {
        let mut files = pending(std::slice::from_ref(&self.0)).unwrap();
        assert_eq!(files.len(), 1);
        files.remove(0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const PENDING: &str = "---\nsource: standin check\nexpression: sqs/delay\n---\n\
    missing SendMessage#1 MessageId\n  expected \"a\"\n  actual   absent\n  reason: ?\n\
    literal SendMessage#2 Body\n  expected \"a\"\n  actual   \"b\"\n  reason: known\n";

#[test]
fn deviations_are_accepted_with_a_reason_each() {
    let place = Place::new("reasons");
    place.write("parity.snap.new", PENDING);
    let file = place.only();
    assert_eq!(file.unexplained().unwrap().len(), 1);
    let refused = file.accept(&[" ".to_owned()]).unwrap_err();
    assert!(matches!(refused, ReviewError::NoReason { count: 1, .. }), "{refused}");
    assert!(place.read("parity.snap").is_none());
    file.accept(&["a page\nof AWS".to_owned()]).unwrap();
    let accepted = place.read("parity.snap").unwrap();
    assert_eq!(accepted, PENDING.replace("reason: ?", "reason: a page of AWS"));
    assert!(place.read("parity.snap.new").is_none());
}

#[test]
fn an_accepted_ledger_without_entries_is_none() {
    let place = Place::new("empty");
    place.write("parity@moto.snap", PENDING);
    place.write("parity@moto.snap.new", "---\nsource: standin check\n---\n");
    place.only().accept(&[]).unwrap();
    assert!(
        place.read("parity@moto.snap").is_none() && place.read("parity@moto.snap.new").is_none()
    );
}

#[test]
fn what_is_rejected_goes_and_the_file_stays() {
    let place = Place::new("reject");
    let before = place.read("recording.snap").unwrap();
    place.write("recording.snap.new", &before.replace("\"status\": 200", "\"status\": 201"));
    let file = place.only();
    let lines = file.diff();
    assert!(lines.iter().any(|(side, line)| *side == Side::Before && line.contains("200")));
    assert!(lines.iter().any(|(side, line)| *side == Side::After && line.contains("201")));
    file.reject().unwrap();
    assert_eq!(place.read("recording.snap"), Some(before));
    assert!(place.read("recording.snap.new").is_none());
}

#[test]
fn a_pending_recording_that_cannot_be_read_takes_no_place() {
    let place = Place::new("broken");
    let before = place.read("recording.snap");
    place.write("recording.snap.new", "---\n---\n{\"format\": \"1.0\", ");
    let refused = place.only().accept(&[]).unwrap_err().to_string();
    assert!(refused.contains("recording.snap.new"), "{refused}");
    assert_eq!(place.read("recording.snap"), before);
}
